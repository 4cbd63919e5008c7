"""How buttons look: their colour and custom emoji, wherever a button can stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.actions import Context, query


@dataclass(frozen=True)
class Thing:
    """Something to choose."""

    id: int
    name: str


THINGS = [Thing(1, "One"), Thing(2, "Two"), Thing(3, "Three")]


@query("things.all")
async def _all(_context: Context) -> Sequence[Thing]:
    """List the things."""
    return THINGS


def flow(steps: str, data: str = "{}") -> str:
    """Return a flow of these steps."""
    return f"flow: main\nversion: 1\ntitle: Main\ndata: {data}\nsteps:\n{steps}"


async def looks(chat: Any) -> Mapping[str, tuple[str | None, str | None]]:
    """Return the colour and the emoji of each button of the last message by its label."""
    rows = (await chat.messages())[-1]["buttons"]
    return {
        one["text"]: (one.get("style"), one.get("icon_custom_emoji_id"))
        for row in rows
        for one in row
    }


async def test_a_button_has_a_colour_and_an_emoji(make_chat: Any) -> None:
    """Style and icon of a button reach Telegram, of one that leads out of the conversation, too."""
    main = flow("""\
  first:
    show: First.
    buttons:
      - {text: Plain, go: first}
      - {text: Red, go: first, id: red, style: danger}
      - {text: Site, url: "https://example.com", style: primary, icon: "5368324170671202286"}
""")
    chat = make_chat(main=main)
    await chat.send("/start")
    await chat.press("Go")

    assert await looks(chat) == {
        "Plain": (None, None),
        "Red": ("danger", None),
        "Site": ("primary", "5368324170671202286"),
    }


async def test_the_first_look_whose_condition_holds_is_taken(make_chat: Any) -> None:
    """A look changes with the data, and has the icon beside it unless it has its own."""
    main = flow(
        """\
  first:
    show: First.
    buttons:
      - text: More
        go: first
        save: {count: "min(data.count + 1, 3)"}
        icon: "11111"
        style:
          - {style: danger, icon: "22222", when: data.count == 0}
          - {style: success, when: data.count == 1}
          - {icon: "33333", when: data.count == 2}
""",
        "{count: {type: int, min: 0, max: 3, default: 0}}",
    )
    chat = make_chat(main=main)
    await chat.send("/start")
    await chat.press("Go")

    seen = []
    for _ in range(4):
        seen.append((await looks(chat))["More"])
        await chat.press("More")

    assert seen == [("danger", "22222"), ("success", "11111"), (None, "33333"), (None, "11111")]


async def test_items_headings_marks_and_the_end_of_marking_have_looks(make_chat: Any) -> None:
    """A label of a list is a text or a mapping with its look, which can read the item."""
    main = flow(
        """\
  first:
    choose: things.all()
    text: Which?
    group: {text: "All", style: primary}
    button:
      text: "{{ item.name }}"
      style: [{style: danger, when: item.id == 2}]
    page: 2
    pager: {next: {text: "On", style: success}, current: {text: "{{ page }}", icon: "44444"}}
    many:
      mark: {text: "*", style: success}
      done: {text: "Take {{ count }}", style: [{style: success, when: count > 0}, danger]}
    save: {things: items}
    empty: {text: None., go: end}
    go: end
""",
        "{things: {type: 'list[Thing]', default: []}}",
    )
    chat = make_chat(_all, main=main)
    await chat.send("/start")
    await chat.press("Go")

    assert await looks(chat) == {
        "All": ("primary", None),
        "One": (None, None),
        "Two": ("danger", None),
        "1": (None, "44444"),
        "On": ("success", None),
        "Take 0": ("danger", None),
    }
    await chat.press("Two")
    assert (await looks(chat))["* Two"] == ("success", None)
    assert (await looks(chat))["Take 1"] == ("success", None)


async def test_a_default_answer_and_controls_have_looks(make_chat: Any) -> None:
    """What is offered as an answer, and buttons that keep a value, look as their labels say."""
    main = flow(
        """\
  first:
    ask: int
    text: How many?
    default: {value: 3, text: "{{ it }} as ever", style: success}
    save: {}
    go: second
  second:
    show: Second.
    buttons:
      - {check: data.wrapped, text: {text: Wrap, style: danger}, checked: {text: Wrapped, style: success}}
      - {count: data.people, plus: {text: "+", style: primary}, minus: false}
      - one: data.size
        labels: {small: {text: S, icon: "55555"}, large: L}
        checked: {text: "> {{ label }}", style: success}
      - {text: Back, go: first}
""",
        "{wrapped: {type: bool, default: false}, people: {type: int, min: 1, max: 9, default: 1}, "
        "size: {type: [small, large], default: large}}",
    )
    chat = make_chat(main=main)
    await chat.send("/start")
    await chat.press("Go")

    assert await looks(chat) == {"3 as ever": ("success", None)}
    await chat.press("3 as ever")
    assert await looks(chat) == {
        "Wrap": ("danger", None),
        "1": (None, None),
        "+": ("primary", None),
        "S": (None, "55555"),
        "> L": ("success", None),
        "Back": (None, None),
    }
    await chat.press("Wrap")
    assert (await looks(chat))["Wrapped"] == ("success", None)


async def test_the_bots_own_buttons_and_menus_have_looks(make_chat: Any) -> None:
    """In bot.yaml a label has a look, and so has the entry of a flow in a menu."""
    bot = """\
bot: test
locale: en
locales: [en]
roles: [client, admin]
home: home
time_zone: UTC
currency: EUR
messages:
  old_button: "Old button."
  no_access: "Not for you."
  error: "Broken."
  unknown_input: "Use the buttons."
  wrong_answer: "Not that."
  next_page: {text: "More", style: primary}
  previous_page: "Back"
  proceed: "OK"
  "yes": {text: "Yes", style: danger, icon: "66666"}
  "no": "No"
"""
    home = """\
flow: home
version: 1
title: Home
steps:
  menu: {show: Home., buttons: [{text: Go, run: main}, {menu: main}]}
"""
    main = """\
flow: main
version: 1
title: Main
start: [{menu: main, text: Things, style: [{style: success, when: user.role == 'client'}], icon: "77777"}]
data: {thing: {type: Thing, optional: true}}
steps:
  first:
    choose: things.all()
    text: Which?
    button: "{{ item.name }}"
    page: 2
    save: {thing: item}
    empty: {text: None., go: end}
    go: end
anytime:
  /stop: {confirm: "Stop?", go: end}
"""
    chat = make_chat(_all, bot=bot, home=home, main=main)
    await chat.send("/start")
    assert await looks(chat) == {"Go": (None, None), "Things": ("success", "77777")}
    chat.directory.roles[chat.user_id] = "admin"
    await chat.send("/start")
    assert await looks(chat) == {"Go": (None, None), "Things": (None, "77777")}
    await chat.press("Things")
    assert (await looks(chat))["More"] == ("primary", None)
    await chat.send("/stop")
    assert await looks(chat) == {"Yes": ("danger", "66666"), "No": (None, None)}


async def test_keys_under_the_chat_have_looks(make_chat: Any) -> None:
    """The key that shares an answer, and those beside it, have colours as buttons do."""
    main = flow("""\
  first:
    ask: phone
    text: Your number?
    share: {text: Share it, style: success, icon: "88888"}
    save: {}
    buttons: [{text: Skip, go: end, style: danger}]
    go: end
""")
    chat = make_chat(main=main)
    await chat.send("/start")
    await chat.press("Go")

    [[share], [skip]] = (await chat.messages())[-1]["keyboard"]
    assert (share["text"], share["style"], share["icon_custom_emoji_id"]) == (
        "Share it",
        "success",
        "88888",
    )
    assert (skip["text"], skip["style"]) == ("Skip", "danger")


async def test_buttons_of_each_item_are_for_the_client_look_and_answer(make_chat: Any) -> None:
    """Where buttons stand for each item of a list, what they copy, how they look and what they answer reads the item."""
    main = flow("""\
  first:
    show: First.
    buttons:
      - list: things.all()
        buttons:
          - - {text: "C{{ item.id }}", copy: "{{ item.name }}"}
            - text: "T{{ item.id }}"
              toast: "It is {{ item.name }}."
              style: [{style: danger, when: item.id == 2}]
      - {text: Leave, go: end}
""")
    chat = make_chat(_all, main=main)
    await chat.send("/start")
    await chat.press("Go")

    rows = (await chat.messages())[-1]["buttons"]
    assert [row[0].get("copy_text") for row in rows] == [
        {"text": "One"}, {"text": "Two"}, {"text": "Three"}, None,
    ]  # fmt: skip
    assert (await looks(chat))["T2"] == ("danger", None)
    assert (await looks(chat))["T3"] == (None, None)
    await chat.press("T3")
    assert (await chat.alerts())[-1]["text"] == "It is Three."
