"""Where a flow opens: above what is open, in the place of it, or in its own place; by a call, a command and a launch."""

import random
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, LaunchMode, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import Cancel, Start
from aiogram_dialog.widgets.text import Const

from engine.actions import Context, command
from engine.dialog.record import read_contexts

HOME = """\
flow: home
version: 1
title: Home
launch: root
start: [/start]
steps:
  menu:
    show: "Home."
    buttons: [{text: "Go", run: main}, {text: "Offer", run: offer}]
"""

MAIN = """\
flow: main
version: 1
title: Main
start: [/main]
data: {note: {type: text, default: "none"}}
on_exit: {do: trace.left(flow='main')}
steps:
  menu:
    show: "Main, {{ data.note }}."
    buttons:
      - {text: "Product", run: product, with: {number: "1"}, save: {note: result.bought}}
      - {text: "Home", run: home}
      - {text: "Offer", run: offer}
      - {text: "Help", run: help, open: instead}
      - {text: "Leave", go: out}
  out: {run: help, open: instead}
"""

PRODUCT = """\
flow: product
version: 1
title: Product
launch: single_top
params: {number: {type: int, min: 1, max: 99}}
returns: {bought: text}
on_exit: {do: trace.left(flow='product')}
steps:
  card:
    show: "Product {{ params.number }}."
    buttons:
      - {text: "Next", run: product, with: {number: "min(params.number + 1, 99)"}}
      - {text: "Buy", go: buy}
      - {text: "Home", run: home}
  buy: {end: {bought: "'one'"}}
"""

OFFER = """\
flow: offer
version: 1
title: Offer
launch: exclusive
start: [/offer]
steps:
  look: {show: "Offer.", buttons: [{text: "Main", run: main, open: instead}, {text: "Close", go: end}]}
"""

HELP = """\
flow: help
version: 1
title: Help
launch: single_top
start: [{command: /help, open: above}, {deeplink: help, open: above}]
steps:
  help: {show: "Help.", buttons: [{text: "Thanks", go: end}]}
"""

FLOWS = {"home": HOME, "main": MAIN, "product": PRODUCT, "offer": OFFER, "help": HELP}

LEFT: list[str] = []


@command("trace.left")
async def left(_context: Context, *, flow: str) -> None:
    """Note that a flow was left."""
    LEFT.append(flow)


async def begin(make_chat: Any, **more: Any) -> Any:
    """Open a chat in which main is open above home."""
    LEFT.clear()
    chat = make_chat(left, **FLOWS, **more)
    await chat.send("/start")
    await chat.press("Go")
    return chat


def open_flows(chat: Any) -> list[str]:
    """Return the flows that are open in the one conversation there is, the lowest first."""
    (kept,) = chat.store.kept.values()
    return [context["state"].partition("@")[0] for context in read_contexts(kept.value)]


async def test_a_root_takes_the_place_of_all_that_is_open(make_chat: Any) -> None:
    """Running home leaves every open flow, the one on top first, and home is not above itself."""
    chat = await begin(make_chat)
    await chat.press("Product")
    await chat.press("Home")

    assert open_flows(chat) == ["home"]
    assert LEFT == ["product", "main"]
    assert await chat.text() == "Home."


async def test_a_product_takes_its_own_place(make_chat: Any) -> None:
    """A flow with `single_top` that runs itself is open once, and what ran it gets the result of the last one."""
    chat = await begin(make_chat)
    await chat.press("Product")
    for _ in range(30):
        await chat.press("Next")

    assert open_flows(chat) == ["home", "main", "product"]
    assert await chat.text() == "Product 31."
    assert LEFT == ["product"] * 30
    await chat.press("Buy")
    assert await chat.text() == "Main, one."
    assert open_flows(chat) == ["home", "main"]


async def test_an_exclusive_flow_stands_on_home_alone(make_chat: Any) -> None:
    """It closes all that is open, comes back to home, and a command that opens above opens in its place."""
    chat = await begin(make_chat)
    await chat.press("Offer")
    assert open_flows(chat) == ["home", "offer"]

    await chat.send("/help")
    assert open_flows(chat) == ["home", "help"]
    await chat.send("/offer")
    await chat.press("Close")
    assert open_flows(chat) == ["home"]


async def test_instead_leaves_what_ran_it(make_chat: Any) -> None:
    """A button and a step with `open: instead` leave their flow; at the end of the other one home follows."""
    for button in ("Help", "Leave"):
        chat = await begin(make_chat)
        await chat.press(button)
        assert open_flows(chat) == ["home", "help"]
        assert LEFT == ["main"]
        await chat.press("Thanks")
        assert await chat.text() == "Home."


async def test_a_command_that_opens_above_comes_back(make_chat: Any) -> None:
    """After `/help` the person is where they were, with what was known there; twice `/help` is one."""
    chat = await begin(make_chat)
    await chat.press("Product")
    await chat.press("Next")
    for said in ("/help", "/help", "/start help"):
        await chat.send(said)

    assert open_flows(chat) == ["home", "main", "product", "help"]
    await chat.press("Thanks")
    assert await chat.text() == "Product 2."
    await chat.press("Buy")
    assert await chat.text() == "Main, one."


async def test_a_command_that_opens_above_home_begins_with_it(make_chat: Any) -> None:
    """Where nothing is open yet, home lies under it as under everything."""
    chat = make_chat(left, **FLOWS)
    await chat.send("/help")

    assert open_flows(chat) == ["home", "help"]


async def test_old_buttons_of_what_was_left_are_old(make_chat: Any) -> None:
    """A press on a flow that was left by another's opening is answered, and nothing is done."""
    chat = await begin(make_chat)
    data = await chat.data_of("Help")
    await chat.press("Help")
    await chat.forge(data)

    assert (await chat.alerts())[-1]["answered"]
    assert open_flows(chat) == ["home", "help"]
    assert LEFT == ["main"]


class Written(StatesGroup):
    """States of hand-written dialogs, one for each launch mode."""

    standard = State()


class Root(StatesGroup):
    """A root."""

    only = State()


class Single(StatesGroup):
    """One that is on top once."""

    only = State()


def written() -> list[Dialog]:
    """Return the library's dialogs in three launch modes, each of which can start the others."""

    def buttons() -> list[Any]:
        return [
            Start(Const("Standard"), "standard", Written.standard),
            Start(Const("Root"), "root", Root.only),
            Start(Const("Single"), "single", Single.only),
            Start(Const("Reset"), "reset", Written.standard, mode=StartMode.RESET_STACK),
            Cancel(Const("Done")),
        ]

    return [
        Dialog(Window(Const("Standard."), *buttons(), state=Written.standard)),
        Dialog(Window(Const("Root."), *buttons(), state=Root.only), launch_mode=LaunchMode.ROOT),
        Dialog(
            Window(Const("Single."), *buttons(), state=Single.only),
            launch_mode=LaunchMode.SINGLE_TOP,
        ),
    ]


SILENCED = ("single", "standard")


def likeness(name: str, launch: str, title: str) -> str:
    """Return the flow that is like one of the hand-written dialogs."""
    because = "  # usher: ignore[endless-run] because the library lets them"
    silenced = because if name in SILENCED else ""
    return f"""\
flow: {name}
version: 1
title: {title}
launch: {launch}
start: [/{name}]
steps:
  only:
    show: "{title}."
    buttons:
      - {{text: Standard, run: standard}}{silenced}
      - {{text: Root, run: root}}
      - {{text: Single, run: single}}
      - {{text: Reset, run: standard, open: instead, id: reset}}
      - {{text: Done, go: end}}
"""


async def follow(chat: Any, labels: list[str]) -> list[str]:
    """Press buttons one after another, and return what is shown after each; begin anew where all was closed."""
    seen = []
    for label in labels:
        await chat.press(label)
        last = (await chat.messages())[-1]
        if not last["buttons"] or last["text"] == "Home.":
            seen.append("all closed")
            await chat.send("/root")
        else:
            seen.append(last["text"])
    return seen


async def test_launch_modes_are_those_of_the_library(
    make_chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flows open in the place of each other as dialogs of aiogram-dialog do; we have home below them, which they do not count."""
    # the library draws one of a hundred ids in each second, so that two of its dialogs can have the same
    monkeypatch.setattr("aiogram_dialog.api.entities.stack.new_int_id", count(1).__next__)
    flows = {
        "standard": likeness("standard", "standard", "Standard"),
        "root": likeness("root", "root", "Root"),
        "single": likeness("single", "single_top", "Single"),
    }
    home = HOME.replace("run: main", "run: root").replace(', {text: "Offer", run: offer}', "")
    chat = make_chat(home=home, **flows)
    dispatcher = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    dispatcher.include_routers(*written())
    setup_dialogs(dispatcher)

    @dispatcher.message(Command("root"))
    async def begin_root(_message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Root.only)

    theirs = replace(chat, user_id=chat.another().user_id, dispatcher=dispatcher)
    choose = random.Random(5)  # noqa: S311  # a test's own
    labels = ["Standard", "Single", "Done", "Standard", "Single", "Single", "Root", "Reset", "Done"]
    pressed = choose.choices(labels, k=60)
    await chat.send("/root")
    await theirs.send("/root")

    assert await follow(chat, pressed) == await follow(theirs, pressed)
