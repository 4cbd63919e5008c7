"""Conversations through the run time: every verb, and what a press or a word can do."""

import asyncio
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest

from engine.actions import Context, MaxLength, Money, Outcome, command, query


class Size(StrEnum):
    """How large a thing is."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be had."""

    id: int
    title: str
    price: Money
    since: date
    size: Size


THINGS = [
    Thing(number, f"Thing {number}", Decimal("9.90"), date(2026, 1, number), Size.LARGE)
    for number in range(1, 8)
]


@query("things.list")
async def list_things(_context: Context) -> list[Thing]:
    """List the things."""
    return THINGS


@query("things.none")
async def list_no_things(_context: Context) -> list[Thing]:
    """List nothing."""
    return []


@command("things.take")
async def take_thing(
    _context: Context, *, thing: Thing, note: Annotated[str, MaxLength(100)] | None = None
) -> Thing | Outcome[Literal["gone", "refused"]]:
    """Take a thing; the second one is gone, the third refused, the fourth breaks."""
    if thing.id == 4:
        raise RuntimeError("out of order")
    match thing.id:
        case 2:
            return Outcome("gone")
        case 3:
            return Outcome("refused")
        case _:
            return thing if note != "!" else THINGS[6]


MAIN = """\
flow: main
version: 1
title: Things
start: [/things, {deeplink: things}]
returns: {thing_id: {type: int, optional: true}}
data:
  thing: Thing
  note: {type: text, max: 100, optional: true}
  taken: Thing
  people: {type: int, min: 1, max: 6, default: 2}
steps:
  pick:
    choose: things.list()
    text: "Which?"
    button: "{{ item.title }}"
    page: 3
    columns: 2
    save: {thing: item}
    buttons: [{text: "Leave", go: end}]
  note:
    ask: text
    text: "{{ data.thing.title }} {{ data.thing.price | money }} {{ data.thing.size }} for {{ data.people }}"
    invalid: ["Only text.", "Really only text."]
    max: 100
    give_up: {after: 3, go: pick, say: "Never mind."}
    save: {note: it}
    buttons: [{text: "Skip", go: take, save: {note: None}}]
  take:
    do: things.take(thing=data.thing, note=data.note)
    save: {taken: result}
    outcomes:
      gone: {go: pick, say: "<i>{{ data.thing.title }}</i> is gone."}
      refused: end
    go: route
  route:
    decide:
      - {when: data.taken.id == 7, go: lucky}
      - {else: done}
  lucky:
    show: "Lucky!"
    buttons: [{text: "Fine", go: done}]
  done:
    show: "You have <b>{{ data.taken.title }}</b>{% if data.note is not None %}: {{ data.note }}{% endif %}"
    end: {thing_id: data.taken.id}
anytime:
  /stop: {go: end, say: "Stopped."}
  /help: {run: help}
"""

HELP = """\
flow: help
version: 1
title: Help
start: [/help2]
steps:
  text:
    show: "Help yourself."
    buttons: [{text: "Thanks", go: end}]
"""


UNLISTED_HOME = """\
flow: home
version: 1
title: Home
steps:
  menu:
    show: "Home"
    buttons: [{text: "Go", run: main}]
"""


@pytest.fixture
def chat(make_chat: Any) -> Any:
    """Give a chat with the shop."""
    return make_chat(list_things, list_no_things, take_thing, main=MAIN, help=HELP)


async def _open(chat: Any) -> None:
    await chat.send("/start")
    await chat.press("Go")


async def test_a_conversation_runs_through_every_kind_of_step(chat: Any) -> None:
    """Menu, list, question, command, decision and last word lead into each other, and back home."""
    await _open(chat)
    await chat.press("Thing 1")
    assert await chat.text() == "Thing 1 €9.90 large for 2"
    await chat.send("hurry & <go>")
    last_word, home = (await chat.messages())[-2:]
    assert last_word["text"] == "You have Thing 1: hurry & <go>"
    assert not last_word["buttons"]
    assert home["text"] == "Home, User." or home["text"].startswith("Home, ")
    assert chat.runner.commands[0][1] == {"thing": THINGS[0], "note": "hurry & <go>"}


async def test_a_list_is_shown_in_pages_and_columns(chat: Any) -> None:
    """A page holds what `page` says; the pager shows only the ways there are."""
    await _open(chat)
    assert await chat.buttons() == [["Thing 1", "Thing 2"], ["Thing 3"], ["1/3", "More"], ["Leave"]]
    await chat.press("More")
    assert await chat.buttons() == [
        ["Thing 4", "Thing 5"],
        ["Thing 6"],
        ["Back", "2/3", "More"],
        ["Leave"],
    ]
    await chat.press("More")
    assert await chat.buttons() == [["Thing 7"], ["Back", "3/3"], ["Leave"]]


async def test_an_outcome_goes_where_the_flow_says_and_tells_why(chat: Any) -> None:
    """An outcome's `say` stands above the next screen, as HTML."""
    await _open(chat)
    await chat.press("Thing 2")
    await chat.press("Skip")
    assert await chat.text() == "Thing 2 is gone.\n\nWhich?"


async def test_a_decision_takes_the_branch_that_holds(chat: Any) -> None:
    """`decide` follows the first condition that is true of the result just saved."""
    await _open(chat)
    await chat.press("Thing 1")
    await chat.send("!")
    assert await chat.text() == "Lucky!"


async def test_wrong_answers_escalate_and_give_up(chat: Any) -> None:
    """Each wrong answer gets the next text, and the last try leads away."""
    await _open(chat)
    await chat.press("Thing 1")
    await chat.send("", contact=True)
    assert (await chat.text()).startswith("Only text.")
    await chat.send("x" * 101)
    assert (await chat.text()).startswith("Really only text.")
    await chat.send("", contact=True)
    assert await chat.text() == "Never mind.\n\nWhich?"


async def test_a_press_twice_is_one_command_and_two_answers(chat: Any) -> None:
    """The second of two presses meets a newer screen: no second command, no spinning button."""
    await _open(chat)
    await chat.press("Thing 1")
    data = await chat.data_of("Skip")
    for _ in range(5):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert len(chat.runner.commands) == 1
    assert all(alert["answered"] for alert in await chat.alerts())


async def test_a_second_press_leaves_said_what_the_first_led_to(chat: Any) -> None:
    """The sentence above the screen does not vanish because somebody pressed twice."""
    await _open(chat)
    await chat.press("Thing 2")
    data = await chat.data_of("Skip")
    for _ in range(2):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert await chat.text() == "Thing 2 is gone.\n\nWhich?"
    await chat.press("Thing 1")
    assert "is gone" not in await chat.text()


async def test_an_old_button_shows_where_the_person_is(chat: Any) -> None:
    """A button of an earlier message does nothing but bring the present screen, with a word about it."""
    await _open(chat)
    await chat.press("Thing 1")
    old = (await chat.messages())[-1]
    await chat.send("/start")
    await chat.press(
        data=old["buttons"][0][0]["callback_data"], message_id=old["message_id"], forge=True
    )
    assert (await chat.alerts())[-1]["text"] == "Old button."
    assert (await chat.text()).startswith("Home")
    live = [message for message in await chat.messages() if message["buttons"]]
    assert len(live) == 1
    assert not chat.runner.commands


async def test_state_that_is_gone_leads_home(chat: Any) -> None:
    """When the store has forgotten everything, a press is answered and home is shown."""
    await _open(chat)
    chat.store.kept.clear()
    await chat.press("Thing 1")
    assert (await chat.text()).startswith("Home")
    assert (await chat.alerts())[-1]["answered"]


@pytest.mark.parametrize("value", ["i99", "b7", "p1x", "q", "", "g", "i"])
async def test_a_forged_button_is_refused(chat: Any, value: str) -> None:
    """An item that was not offered, or a button that is not there, does nothing but show the screen again."""
    await _open(chat)
    real = await chat.data_of("Thing 1")
    await chat.forge(real[: real.rindex("i")] + value)
    assert await chat.text() == "Which?"
    assert (await chat.alerts())[-1]["answered"]


async def test_a_word_where_buttons_are_shows_them_again(chat: Any) -> None:
    """Text in a window without a question is answered, and the window comes back below it."""
    await chat.send("/start")
    await chat.send("hello?")
    assert (await chat.text()).startswith("Use the buttons.\n\nHome")
    before, _, now = (await chat.messages())[-3:]
    assert not before["buttons"]
    assert now["buttons"]


async def test_anytime_runs_a_flow_and_resumes(chat: Any) -> None:
    """A command of `anytime` interrupts; the flow it ran comes back to the same step and data."""
    await _open(chat)
    await chat.press("Thing 1")
    await chat.send("/help")
    assert await chat.text() == "Help yourself."
    await chat.press("Thanks")
    assert (await chat.text()).startswith("Thing 1")


async def test_anytime_ends_a_flow_with_a_word(chat: Any) -> None:
    """A command of `anytime` that goes to the end brings the caller back, with its `say` above."""
    await _open(chat)
    await chat.send("/stop")
    assert (await chat.text()).startswith("Stopped.\n\nHome")


async def test_commands_and_deep_links_start_flows_above_home(chat: Any) -> None:
    """A flow started from outside ends at home, as one started from the menu does."""
    await chat.send("/things")
    assert await chat.text() == "Which?"
    await chat.send("/start things")
    assert await chat.text() == "Which?"
    await chat.press("Leave")
    assert (await chat.text()).startswith("Home")


async def test_start_opens_home_in_any_case(make_chat: Any) -> None:
    """Whether or not a flow lists /start, and whatever payload an old link carries."""
    chat = make_chat(home=UNLISTED_HOME, main=HELP.replace("flow: help", "flow: main"))
    await chat.send("/start")
    assert (await chat.text()).startswith("Home")
    await chat.press("Go")
    await chat.send("/start no-such-link")
    assert (await chat.text()).startswith("Home")


async def test_an_unknown_command_is_answered(chat: Any) -> None:
    """A command that no flow claims says so and stays."""
    await _open(chat)
    await chat.send("/nonsense")
    assert await chat.text() == "Use the buttons.\n\nWhich?"


async def test_an_action_that_raises_changes_nothing(chat: Any) -> None:
    """A command that breaks tells the user and leaves them where they were, able to go on."""
    await _open(chat)
    await chat.press("More")
    await chat.press("Thing 4")
    await chat.press("Skip")
    assert (await chat.text()).startswith("Broken.\n\nThing 4")
    assert (await chat.alerts())[-1]["answered"]
    await chat.send("/stop")
    assert (await chat.text()).startswith("Stopped.")


async def test_data_keep_their_types_between_updates(chat: Any) -> None:
    """What was picked comes back from the store as the same money, date and enum."""
    await _open(chat)
    await chat.press("Thing 1")
    await chat.press("Skip")
    taken = chat.runner.commands[0][1]["thing"]
    assert taken == THINGS[0]
    assert isinstance(taken.price, Decimal)
    assert isinstance(taken.size, Size)


async def test_each_update_costs_one_read_and_at_most_one_write(chat: Any) -> None:
    """However many steps, flows and screens a press leads through."""
    await _open(chat)
    await chat.press("Thing 1")
    chat.store.reads = chat.store.writes = 0
    await chat.press("Skip")
    assert (chat.store.reads, chat.store.writes) == (1, 1)
    await chat.send("/things")
    assert (chat.store.reads, chat.store.writes) == (2, 2)


async def test_people_do_not_meet(chat: Any) -> None:
    """Two people at once each see their own conversation."""
    other = chat.another()
    await asyncio.gather(
        chat.act("messages", {"text": "/start"}), other.act("messages", {"text": "/things"})
    )
    await chat.deal()
    assert (await chat.text()).startswith("Home")
    assert await other.text() == "Which?"
