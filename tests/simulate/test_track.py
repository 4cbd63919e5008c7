"""What a simulation keeps of the turns: moves as the graph has them, conditions, outcomes, wrong answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.actions import Context, Outcome, command
from engine.dialog.trail import (
    AnswerRefused,
    CommandEnded,
    Entered,
    Interrupted,
    Judged,
    Moved,
    Opened,
    Shown,
    Way,
)
from engine.flow.graph import MoveKind
from engine.flow.model.flow import EntryKind
from engine.simulate.chat import simulate
from tests.simulate.of_age import BOT, MAIN

if TYPE_CHECKING:
    from engine.dialog.trail import Note
    from engine.simulate.chat import Chat
    from tests.simulate.conftest import MakeSimulator


@command("things.check")
async def check(context: Context) -> Outcome[Literal["full"]] | None:
    """Take nobody but Ann."""
    return None if context.user.first_name == "Ann" else Outcome("full")


def told(chat: Chat) -> list[Note]:
    """Give what the last turn did, without conditions."""
    return [note for note in chat.stage.trail.turns[-1].notes if not isinstance(note, Judged)]


async def test_a_walk_is_told_in_order(make_simulator: MakeSimulator) -> None:
    """Each move is told as the graph has it, with the steps that it passes and the window that is shown."""
    async with simulate(make_simulator(check, bot=BOT, main=MAIN)) as chat:
        await chat.send("/start main")
        await chat.send("20")

        opened = chat.stage.trail.turns[0].notes
        assert Opened("main", EntryKind.DEEP_LINK, "main") in opened
        assert Shown("main", "age", "en", "client") in opened
        assert told(chat) == [
            Moved("main", "age", MoveKind.ANSWER, ""),
            Entered("main", "old"),
            Moved("main", "old", MoveKind.BRANCH, "1"),
            Entered("main", "may"),
            CommandEnded("main", "may", None),
            Moved("main", "may", MoveKind.NEXT, ""),
            Entered("main", "done"),
            Shown("main", "done", "en", "client"),
            Moved("main", "done", MoveKind.WORD, ""),
            Shown("home", "menu", "en", "client"),
        ]


async def test_wrong_answers_are_told_by_what_they_break(make_simulator: MakeSimulator) -> None:
    """The key that an answer breaks is told each time, and then the move that gives up."""
    async with simulate(make_simulator(check, bot=BOT, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.send("0")
        assert AnswerRefused("main", "age", "min") in told(chat)
        await chat.send("many")
        assert AnswerRefused("main", "age", "ask") in told(chat)
        assert Moved("main", "age", MoveKind.GIVE_UP, "") in told(chat)


async def test_conditions_are_told_both_ways(make_simulator: MakeSimulator) -> None:
    """A button that is hidden and the branch that was passed by are told of as conditions that did not hold."""
    async with simulate(make_simulator(check, bot=BOT, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.send("3")

        judged = [note for note in chat.stage.trail.notes if isinstance(note, Judged)]
        assert ("old", "data.age > 17", False) in [
            (one.step, one.code.text, one.holds) for one in judged
        ]
        assert ("young", "data.age > 10", False) in [
            (one.step, one.code.text, one.holds) for one in judged
        ]


async def test_interruptions_and_timeouts_are_told(make_simulator: MakeSimulator) -> None:
    """A word that is meant anytime, the no to its question, the yes that moves, and a timeout."""
    async with simulate(make_simulator(check, bot=BOT, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.send("stop")
        assert Interrupted("main", "age", "/stop", Way.WORD) in told(chat)
        await chat.send("no")
        assert Interrupted("main", "age", "/stop", Way.NO) in told(chat)
        await chat.send("3")
        await chat.wait("1h")
        assert Moved("main", "young", MoveKind.TIMEOUT, "") in told(chat)
        await chat.send("/main")
        await chat.send("stop")
        await chat.press("Yes")
        assert Moved("main", "age", MoveKind.COMMAND, "/stop") in told(chat)
