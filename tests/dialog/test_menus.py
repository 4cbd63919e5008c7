"""Menus made of the entries of flows, shown to those who may enter."""

from typing import Any

HOME = """\
flow: home
version: 1
title: Home
steps:
  menu:
    show: "Home."
    buttons:
      - {text: "First", go: menu}
      - {menu: main, columns: 2}
      - {text: "Last", go: menu, id: last}
"""


def _flow(name: str, entry: str, more: str = "") -> str:
    return f"""\
flow: {name}
version: 1
title: The {name}
start: [{entry}]
{more}
steps:
  show: {{show: "In {name}.", buttons: [{{text: "Home", go: end}}]}}
"""


FLOWS = {
    "home": HOME,
    "shop": _flow("shop", '{menu: main, text: "Shop for {{ user.first_name }}", order: 2}'),
    "aid": _flow("aid", "{menu: main}"),
    "bar": _flow("bar", "{menu: main, text: Bar, order: 1, when: user.username is not None}"),
    "office": _flow("office", "{menu: main, text: Office}", "access: user.role == 'admin'"),
}


async def test_a_menu_shows_the_flows_that_are_open_in_their_order(make_chat: Any) -> None:
    """Smaller orders come first, then the others by name; conditions and access decide who sees which."""
    chat = make_chat(**FLOWS)
    await chat.send("/start")
    name = (await chat.buttons())[1][0].removeprefix("Shop for ")
    assert await chat.buttons() == [["First"], [f"Shop for {name}"], ["The aid"], ["Last"]]
    chat.directory.roles[chat.user_id] = "admin"
    await chat.send("/start")
    assert await chat.buttons() == [
        ["First"], [f"Shop for {name}"], ["The aid", "Office"], ["Last"],
    ]  # fmt: skip


async def test_an_entry_runs_its_flow_which_comes_back(make_chat: Any) -> None:
    """A press opens the flow of the entry, and its end leads back to the menu."""
    chat = make_chat(**FLOWS)
    await chat.send("/start")
    await chat.press("The aid")
    assert await chat.text() == "In aid."
    await chat.press("Home")
    assert await chat.text() == "Home."


async def test_an_entry_that_is_closed_cannot_be_pressed(make_chat: Any) -> None:
    """Somebody whose role was taken away is not let in by the button still on the screen."""
    chat = make_chat(**FLOWS)
    chat.directory.roles[chat.user_id] = "admin"
    await chat.send("/start")
    chat.directory.roles.clear()
    await chat.press("Office")
    assert await chat.text() == "Home."
    assert ["Office"] not in await chat.buttons()


async def test_an_entry_is_translated_with_its_flow(make_chat: Any) -> None:
    """The label in a menu is a text of the flow that has the entry."""
    chat = make_chat(**FLOWS)
    wordings = chat.registry.bot.flows["home"].wordings
    assert "bar.menus.main" in {wording.path for wording in wordings}
