"""What a flow does as it is entered and as it is left: on every way out, once, and holding nobody up."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest

from engine.actions import Context, Outcome, command, query
from engine.dialog.ports import UnavailableError
from engine.dialog.turns import TurnResult
from tests.dialog.conftest import HOME_YAML
from tests.dialog.test_again import give, press

MAIN = """\
flow: main
version: 1
title: Hold
start: [/book]
access: user.role == 'client'
data: {hold: {type: int, optional: true}, name: {type: text, optional: true}}
on_enter:
  do: holds.place()
  save: {hold: result}
  outcomes: {full: {go: end, say: "Full."}}
on_exit: {do: holds.release(hold=data.hold), when: data.hold is not None}
steps:
  offer:
    show: "Held: {{ data.hold | default(0) }}."
    buttons:
      - {text: "End", go: end}
      - {text: "Last word", go: bye}
      - {text: "Plain end", go: over}
      - {text: "Name", go: name}
      - {text: "Look", run: look}
      - {text: "Break", go: broken}
      - {text: "Keep", go: kept}
      - {text: "Drop", go: offer, save: {hold: None}, when: data.hold is not None}
    timeout: {after: 15m, go: end, say: "Too late."}
  name:
    ask: text
    text: "Your name?"
    max: 5
    save: {name: it}
    give_up: {after: 1, go: end, say: "Never mind."}
    go: offer
  bye: {show: "Bye.", end: {}}
  over: {end: {}}
  broken: {do: holds.fail(), go: offer}
  kept: {do: holds.keep(), go: offer}
anytime:
  /cancel: {confirm: "Stop?", go: end}
  error: {go: end, say: "Broken here."}
"""
LOOK = """\
flow: look
version: 1
title: Look
start: [/look]
on_exit: {do: holds.look_away()}
steps:
  picture: {show: "A picture.", buttons: [{text: "Back", go: end}]}
"""
BOT = {"yes": "Yes", "no": "No"}


class Holds:
    """Holds by number, placed and released by commands that run once for each key."""

    def __init__(self) -> None:
        self.placed = 0
        self.is_full = False
        self.fails: set[str] = set()
        self.done: list[str] = []

    def commands(self) -> tuple[Any, ...]:
        """Return the commands."""

        @command("holds.place")
        async def place(_context: Context) -> Outcome[Literal["full"]] | int:
            """Place a hold."""
            self._do("place")
            self.placed += 1
            return Outcome("full") if self.is_full else self.placed

        @command("holds.release")
        async def release(_context: Context, *, hold: int) -> Outcome[Literal["gone"]] | None:
            """Release a hold."""
            self._do(f"release {hold}")
            return Outcome("gone") if "gone" in self.fails else None

        @command("holds.look_away")
        async def look_away(_context: Context) -> None:
            """Look away."""
            self._do("look away")

        @command("holds.fail")
        async def fail(_context: Context) -> None:
            """Break."""
            raise RuntimeError("fail")

        @command("holds.keep")
        async def keep(_context: Context) -> None:
            """Do well."""

        @query("holds.count")
        async def count(_context: Context) -> int:
            """Return how many are held."""
            return self.placed - len([one for one in self.done if one.startswith("release")])

        return place, release, look_away, fail, keep, count

    def _do(self, what: str) -> None:
        self.done.append(what)
        if what.partition(" ")[0] in self.fails:
            raise RuntimeError(what)
        if "database" in self.fails:
            raise UnavailableError(what)


@pytest.fixture
def holds() -> Holds:
    """Give a place for holds."""
    return Holds()


@pytest.fixture
def make(make_chat: Any, monkeypatch: pytest.MonkeyPatch, holds: Holds) -> Any:
    """Give a function that opens the flow for somebody."""
    from tests.dialog import conftest  # noqa: PLC0415  # its text is changed for these tests

    text = conftest.BOT_YAML + "".join(f'  {key}: "{said}"\n' for key, said in BOT.items())
    monkeypatch.setattr(conftest, "BOT_YAML", text)

    async def open_flow(main: str = MAIN, **flows: str) -> Any:
        chat = make_chat(*holds.commands(), main=main, **{"look": LOOK, **flows})
        await chat.send("/start")
        await chat.press("Go")
        return chat

    return open_flow


def _keys(chat: Any, name: str) -> list[str]:
    return [key for called, _, key in chat.runner.commands if called == name]


async def test_entering_carries_out_a_command_before_the_first_step(make: Any) -> None:
    """What `on_enter` saved is there for the first step, and its effect has a key of this turn."""
    chat = await make()

    assert await chat.text() == "Held: 1."
    (key,) = _keys(chat, "holds.place")
    assert key.endswith(":0:main.on_enter")


async def test_an_outcome_of_entering_moves(make: Any, holds: Holds) -> None:
    """Where the command of `on_enter` ends with an outcome, its move is taken; what was not set is not released."""
    holds.is_full = True
    chat = await make()

    assert (await chat.text()).startswith("Full.\n\nHome")
    assert holds.done == ["place"]


async def test_coming_back_is_no_entry(make: Any, holds: Holds) -> None:
    """A flow that is run and comes back, and a command that resumes, leave the flow below neither entered nor left."""
    chat = await make()
    await chat.press("Look")
    await chat.press("Back")

    assert await chat.text() == "Held: 1."
    assert holds.done == ["place", "look away"]


@pytest.mark.parametrize("way", ["End", "Last word", "Plain end"])
async def test_the_end_leaves(way: str, make: Any, holds: Holds) -> None:
    """However a flow ends, it is left once."""
    chat = await make()
    await chat.press(way)

    assert "Home" in await chat.text()
    assert holds.done == ["place", "release 1"]


async def test_cancelling_leaves(make: Any, holds: Holds) -> None:
    """A question asked first is no way out before it is answered with yes."""
    chat = await make()
    await chat.send("/cancel")
    assert holds.done == ["place"]
    await chat.press("No")
    assert holds.done == ["place"]
    await chat.send("/cancel")
    await chat.press("Yes")

    assert holds.done == ["place", "release 1"]


async def test_giving_up_leaves(make: Any, holds: Holds) -> None:
    """Too many wrong answers that lead to the end leave the flow."""
    chat = await make()
    await chat.press("Name")
    await chat.send("much too long")

    assert (await chat.text()).startswith("Never mind.")
    assert holds.done == ["place", "release 1"]


async def test_silence_leaves(make: Any, holds: Holds) -> None:
    """A timeout that ends the flow leaves it, with all that was opened above."""
    chat = await make()
    await chat.press("Look")
    await chat.wait(minutes=15)

    assert (await chat.text()).startswith("Too late.")
    assert holds.done == ["place", "look away", "release 1"]


async def test_a_timeout_below_closes_what_is_above(make: Any, holds: Holds) -> None:
    """Where a timeout of a step moves on within its flow, the flows above are left and the flow itself is not."""
    main = MAIN.replace('go: end, say: "Too late."', "go: name")
    chat = await make(main)
    await chat.press("Look")
    await chat.wait(minutes=15)

    assert await chat.text() == "Your name?"
    assert holds.done == ["place", "look away"]


@pytest.mark.parametrize("command_", ["/start", "/look"])
async def test_another_flow_from_outside_leaves(command_: str, make: Any, holds: Holds) -> None:
    """Going home, and a flow opened by its command, leave everything that was open."""
    chat = await make()
    await chat.send(command_)

    assert holds.done == ["place", "release 1"]


async def test_the_same_flow_from_outside_is_left_and_entered(make: Any, holds: Holds) -> None:
    """Opening a flow anew gives up what the first one held."""
    chat = await make()
    await chat.send("/book")

    assert await chat.text() == "Held: 2."
    assert holds.done == ["place", "release 1", "place"]


async def test_lost_access_leaves(make: Any, holds: Holds) -> None:
    """Who may not be there any more is brought home, and leaves."""
    chat = await make()
    chat.directory.roles[chat.user_id] = "admin"
    await chat.press("Name")

    assert (await chat.text()).startswith("Not for you.")
    assert holds.done == ["place", "release 1"]


async def test_an_error_that_ends_leaves(make: Any, holds: Holds) -> None:
    """The error edge to the end is a way out."""
    chat = await make()
    await chat.press("Break")

    assert (await chat.text()).startswith("Broken here.")
    assert holds.done == ["place", "release 1"]


async def test_flows_are_left_from_the_top(make: Any, holds: Holds) -> None:
    """Where several flows are left, the one on top is first."""
    chat = await make()
    await chat.press("Look")
    await chat.send("/start")

    assert holds.done == ["place", "look away", "release 1"]


async def test_a_condition_decides(make: Any, holds: Holds) -> None:
    """Where `when` does not hold as the flow is left, nothing is done."""
    chat = await make()
    await chat.press("Drop")
    await chat.press("End")

    assert holds.done == ["place"]


@pytest.mark.parametrize("fails", ["release", "gone"])
async def test_a_failure_keeps_nobody(fails: str, make: Any, holds: Holds) -> None:
    """However the command of `on_exit` ends, the person goes on."""
    holds.fails = {fails}
    chat = await make()
    await chat.press("End")

    assert (await chat.text()).startswith("Home")
    assert holds.done == ["place", "release 1"]


async def test_leaving_waits_for_the_database(make: Any, holds: Holds) -> None:
    """While nothing can be carried out, nobody leaves; the update that comes again asks for the same effect."""
    chat = await make()
    holds.fails = {"database"}
    update = await press(chat, "End")
    assert await give(chat, update) is TurnResult.UNAVAILABLE
    holds.fails.clear()
    await give(chat, update)

    assert (await chat.text()).startswith("Home")
    first, second = _keys(chat, "holds.release")
    assert first == second


async def test_an_update_that_comes_again_leaves_once(make: Any, holds: Holds) -> None:
    """An update that was applied is only shown again."""
    chat = await make()
    update = await press(chat, "End")
    await give(chat, update)
    await give(chat, update)

    assert holds.done == ["place", "release 1"]


async def test_what_follows_sees_what_was_done(make: Any) -> None:
    """A flow is left before the screen that follows is made."""
    home = """\
flow: home
version: 1
title: Home
start: [/start]
steps:
  menu: {show: "Home, {{ held }} held.", load: {held: holds.count()}, buttons: [{text: "Go", run: main}]}
"""
    chat = await make(MAIN.replace("access: user.role == 'client'\n", ""), home=home)
    await chat.press("End")

    assert await chat.text() == "Home, 0 held."


async def test_pressing_twice_leaves_once(make: Any, holds: Holds) -> None:
    """The second press of a button that ends a flow is one on an old screen."""
    chat = await make()
    data = await chat.data_of("End")
    await chat.act("presses", {"text": "End"})
    await chat.act("presses", {"text": "End"})
    await chat.deal()
    await chat.forge(data)

    assert holds.done == ["place", "release 1"]


async def test_the_loser_of_a_race_names_the_same_effect(make: Any) -> None:
    """A turn that is taken anew leaves by the same key, so that the effect happens once."""
    chat = await make()
    chat.store.interfere = 1
    await chat.press("End")

    first, second = _keys(chat, "holds.release")
    assert first == second


async def test_a_flow_that_is_left_again_names_the_same_effect(make: Any) -> None:
    """Where the turn that left a flow could not be kept, another one that leaves it asks for the same effect."""
    chat = await make()
    kept = dict(chat.store.kept)
    await chat.press("End")
    chat.store.kept = kept
    await chat.send("/start")

    first, second = _keys(chat, "holds.release")
    assert first == second


async def test_each_opening_is_left_by_a_key_of_its_own(make: Any) -> None:
    """The key names the opening of the flow and not the flow alone."""
    chat = await make()
    await chat.press("End")
    await chat.press("Go")
    await chat.press("End")

    first, second = _keys(chat, "holds.release")
    assert first != second


async def test_a_restart_between_turns_changes_nothing(
    make: Any, make_chat: Any, holds: Holds
) -> None:
    """What was saved on entering is released by another process."""
    chat = await make()
    again = make_chat(*holds.commands(), main=MAIN, look=LOOK)
    again.user_id, again.store.kept = chat.user_id, chat.store.kept
    await again.press("End")

    assert holds.done == ["place", "release 1"]


async def test_a_flow_opened_and_left_in_one_turn(make: Any, holds: Holds) -> None:
    """A flow that nobody stood in is entered and left all the same, by keys of the turn."""
    short = """\
flow: look
version: 1
title: Short
start: [/look]
on_enter: {do: holds.place(), outcomes: {full: over}}
on_exit: {do: holds.release(hold=7)}
steps:
  over: {end: {}}
"""
    chat = await make(look=short)
    holds.done.clear()
    chat.store.interfere = 1
    await chat.press("Look")

    assert await chat.text() == "Held: 1."
    assert holds.done == ["place", "release 7"] * 2
    assert len({*_keys(chat, "holds.release")}) == 1
    assert len({*_keys(chat, "holds.place")}) == 2


async def test_two_processes_leave_once(make: Any, make_chat: Any, holds: Holds) -> None:
    """A press and a timeout at once, in two processes, ask for one effect."""
    chat = await make()
    again = make_chat(*holds.commands(), store=chat.store, main=MAIN, look=LOOK)
    again.user_id = chat.user_id
    chat.clock.turn(minutes=15)
    again.clock.now = chat.clock.now
    key = next(iter(chat.store.kept))
    await chat.act("presses", {"text": "End"})
    await asyncio.gather(chat.deal(), again.conversations.expire(again.bot, key))

    names = _keys(chat, "holds.release") + _keys(again, "holds.release")
    assert len({*names}) == 1


async def test_a_deploy_that_closes_flows_leaves_them(
    make: Any, redeploy: Any, holds: Holds
) -> None:
    """Where an upgrade ends a flow that somebody stands in, it is left at the next turn, and what is above it first."""
    chat = await make()
    await chat.press("Look")
    main = MAIN.replace("offer", "proposal").replace("version: 1", "version: 2")
    main += "upgrade: {from 1: {steps: {offer: end}}}\n"
    redeploy(chat, main=main, look=LOOK)
    chat.store.interfere = 1
    await chat.send("hello")

    assert "Home" in await chat.text()
    assert holds.done == ["place", *["look away", "release 1"] * 2]
    assert len({*_keys(chat, "holds.release")}) == 1
    await chat.press("Go")
    assert await chat.text() == "Held: 2."


async def test_a_flow_that_is_gone_does_nothing(make: Any, redeploy: Any, holds: Holds) -> None:
    """A flow that no version has any more has nothing to do as it is left, and holds nobody up."""
    chat = await make()
    redeploy(chat, look=LOOK, home=HOME_YAML.replace("main", "look"))
    await chat.press("End")

    assert "Home" in await chat.text()
    assert holds.done == ["place"]
