"""Links that open a flow with typed parameters, and links that do not fit."""

from typing import Any

import pytest

BOT = """\
bot: test
locale: en
locales: [en]
roles: [client, admin]
home: home
time_zone: UTC
currency: EUR
messages: {old_button: Old., no_access: Not for you., error: Broken., unknown_input: Buttons., wrong_answer: No.,
  next_page: More, previous_page: Back, proceed: OK, bad_link: That link leads nowhere.}
"""

FLOW = """\
flow: main
version: 1
title: Visits
start: [{deeplink: visits}, {deeplink: "v-{id}"}, {deeplink: "at_{day}_{id}"}, {deeplink: "from-{source}"}]
params:
  id: {type: int, min: 0, max: 999999, default: 0}
  day: {type: date, optional: true}
  source: {type: text, max: 20, optional: true}
steps:
  show:
    show: "Visit {{ params.id }}{% if params.day is not None %} on {{ params.day | date }}{% endif %}{% if params.source is not None %} from {{ params.source }}{% endif %}."
    buttons:
      - {text: "Share", url: "{{ start_link('main', id=params.id) }}"}
      - {text: "Poster", url: "{{ start_link('main', source='poster-1') }}", id: poster}
      - {text: "All", url: "{{ start_link('main') }}", id: all}
      - {text: "Again", go: show}
"""


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ("visits", "Visit 0."),
        ("v-17", "Visit 17."),
        ("at_2026-11-05_3", "Visit 3 on Nov 5, 2026."),
        ("from-poster_A", "Visit 0 from poster_A."),
    ],
)
async def test_a_link_opens_its_flow_with_what_it_carries(
    make_chat: Any, payload: str, shown: str
) -> None:
    """Whole numbers, dates and texts arrive as parameters of their types."""
    chat = make_chat(bot=BOT, main=FLOW)
    await chat.send(f"/start {payload}")
    assert await chat.text() == shown


@pytest.mark.parametrize(
    "payload", ["v-", "v-017", "v--1", "v-1000000", "at_2026-13-05_3", "nothing", "from-"]
)
async def test_a_link_that_does_not_fit_leads_home_with_a_word(
    make_chat: Any, payload: str
) -> None:
    """A payload out of shape or bounds, or of a day that is none, is told, and home opens."""
    chat = make_chat(bot=BOT, main=FLOW)
    await chat.send(f"/start {payload}")
    assert await chat.text() == f"That link leads nowhere.\n\nHome, {await _first_name(chat)}."


async def _first_name(chat: Any) -> str:
    """Return the name that home greets."""
    await chat.send("/start")
    return str(await chat.text()).removeprefix("Home, ").removesuffix(".")


async def test_a_flow_makes_links_that_open_it_again(make_chat: Any) -> None:
    """What start_link gives is an address of this bot whose payload comes back as it was."""
    chat = make_chat(bot=BOT, main=FLOW)
    await chat.send("/start v-42")
    rows = (await chat.messages())[-1]["buttons"]
    urls = [button["url"] for row in rows for button in row if "url" in button]
    me = await chat.bot.me()
    assert urls == [
        f"https://t.me/{me.username}?start={payload}"
        for payload in ("v-42", "from-poster-1", "visits")
    ]


async def test_a_link_obeys_the_access_of_its_flow(make_chat: Any) -> None:
    """Whoever may not enter is told so and brought home, whatever the link carries."""
    chat = make_chat(bot=BOT, main=FLOW.replace("params:", "access: user.role == 'admin'\nparams:"))
    await chat.send("/start v-17")
    assert (await chat.text()).startswith("Not for you.\n\nHome")


async def test_a_link_can_carry_parameters_of_home(make_chat: Any) -> None:
    """Home itself takes what a link to it carries."""
    home = """\
flow: home
version: 1
title: Home
start: [{deeplink: "from-{source}"}]
params: {source: {type: text, max: 20, optional: true}}
steps:
  menu: {show: "Home {{ params.source | default('nowhere') }}", buttons: [{text: Again, go: menu}]}
"""
    chat = make_chat(bot=BOT, home=home)
    await chat.send("/start from-poster")
    assert await chat.text() == "Home poster"
    await chat.send("/start")
    assert await chat.text() == "Home nowhere"
