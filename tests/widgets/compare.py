"""A window in YAML beside the same window written by hand on aiogram-dialog: both are used, and what reaches Telegram is compared.

It does not know how either of them comes to ask for what it does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import ndiff
from typing import TYPE_CHECKING, Any, Final

from tests.widgets.acts import EACH, press, press_at, send
from tests.widgets.calls import ANSWER, Call
from tests.widgets.sides import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.widgets.sides import Act, Side

OPENING: Final = (send("/start"), press("Go"))
"""What is done first: home opens, in both, and its button leads to what is compared."""

type Pair = tuple[list[Call], list[Call]]


@dataclass(frozen=True)
class Difference:
    """Something that is not alike on purpose, and why; `mend` returns a step without it.

    A difference that no longer occurs fails the test. `after` is what was done, as the step is headed; any step without it.
    """

    reason: str
    mend: Callable[[Pair], Pair]
    after: str | None = None


def other_value(reason: str, method: str, *names: str, after: str | None = None) -> Difference:
    """Leave out parts of the payload of a method that both call."""

    def without(calls: list[Call]) -> list[Call]:
        return [
            (
                Call(
                    one.method,
                    {name: value for name, value in one.payload.items() if name not in names},
                )
                if one.method == method
                else one
            )
            for one in calls
        ]

    def mend(pair: Pair) -> Pair:
        given = [[_given(one, names) for one in calls if one.method == method] for calls in pair]
        return pair if given[0] == given[1] else (without(pair[0]), without(pair[1]))

    return Difference(reason, mend, after)


def _given(call: Call, names: Sequence[str]) -> list[Any]:
    return [call.payload.get(name) for name in names]


def other_rows(
    reason: str, *, ours: str | None = None, theirs: str | None = None, after: str | None = None
) -> Difference:
    """Leave out rows of the keyboard whose labels, joined by ` | `, match a regular expression."""

    def without(calls: list[Call], pattern: str | None) -> list[Call]:
        if pattern is None:
            return calls
        return [
            one.without_rows([row for row in one.rows() if re.fullmatch(pattern, row)])
            for one in calls
        ]

    def mend(pair: Pair) -> Pair:
        return without(pair[0], ours), without(pair[1], theirs)

    return Difference(reason, mend, after)


def own_call(reason: str, method: str, *, after: str | None = None) -> Difference:
    """Leave out the first call of a method, in whichever of the two makes more of them."""

    def mend(pair: Pair) -> Pair:
        counts = [sum(one.method == method for one in calls) for calls in pair]
        if counts[0] == counts[1]:
            return pair
        more = pair[counts[1] > counts[0]]
        found = next(one for one in more if one.method == method)
        rest = [one for one in more if one is not found]
        return (rest, pair[1]) if more is pair[0] else (pair[0], rest)

    return Difference(reason, mend, after)


def other_step(reason: str, after: str) -> Difference:
    """Leave out all that follows from one act; the test says itself what it is."""
    return Difference(reason, lambda _pair: ([], []), after)


def _as_caption(call: Call) -> Call:
    """Return an edit of media as one of the text under them."""
    media = call.payload.get("media")
    if call.method != "editMessageMedia" or not isinstance(media, dict):
        return call
    rest = {name: value for name, value in call.payload.items() if name != "media"}
    kept = {
        name: media[name] for name in ("caption", "parse_mode", "reply_markup") if name in media
    }
    return Call("editMessageCaption", {**kept, **rest})


CAPTION_ALONE: Final = Difference(
    "where the media stay only the text under them is edited; aiogram-dialog compares an id with a text, and sends them again",
    lambda pair: (
        (pair[0], [_as_caption(one) for one in pair[1]])
        if any(one.method == "editMessageCaption" for one in pair[0])
        else pair
    ),
)


@dataclass(frozen=True)
class Step:
    """What was done, and what each of the two asked of the Bot API then."""

    act: Act
    ours: list[Call]
    theirs: list[Call]


@dataclass
class Comparison:
    """Two bots side by side, and what they are known not to have alike."""

    ours: Side
    theirs: Side
    differences: Sequence[Difference] = ()
    steps: list[Step] = field(default_factory=list)
    _met: set[int] = field(default_factory=set)

    async def play(self, acts: Sequence[Act]) -> list[Step]:
        """Use both, comparing each step, and return all steps.

        Raises:
            AssertionError: they are not alike, or what was declared to differ does not.
        """
        await self._play(acts)
        for number, difference in enumerate(self.differences):
            assert number in self._met, f"this difference no longer occurs: {difference.reason}"
        return self.steps

    async def _play(self, acts: Sequence[Act]) -> None:
        await self._begin(())
        done: list[Act] = []
        for act in acts:
            if act is not EACH:
                await self._step(act)
                done.append(act)
                continue
            rows = self.ours.buttons()
            for row, column in labels(self.ours):
                await self._begin(done)
                await self._step(press_at(row, column, rows[row][column]["text"]))
            await self._begin(done)

    async def _begin(self, acts: Sequence[Act]) -> None:
        """Let a stranger do the same again up to here."""
        self.ours.begin_anew()
        self.theirs.begin_anew()
        for act in (*OPENING, *acts):
            await self._step(act)

    async def _step(self, act: Act) -> None:
        step = Step(act, await self.ours.play(act), await self.theirs.play(act))
        self.steps.append(step)
        pair = step.ours, step.theirs
        for number, difference in enumerate(self.differences):
            if difference.after in {None, act.said} and pair[0] != pair[1]:
                mended = difference.mend(pair)
                if mended != pair:
                    self._met.add(number)
                pair = mended
        assert pair[0] == pair[1], f"after {act.said}:\n{_told(pair)}"


def answers(calls: Sequence[Call]) -> list[str]:
    """Return what was said in answers to presses; an answer without words is an empty text."""
    return [str(one.payload.get("text", "")) for one in calls if one.method == ANSWER]


def _told(pair: Pair) -> str:
    """Tell how two lists of calls differ: `-` stands before what only Usher has, `+` before what only aiogram-dialog has."""
    ours, theirs = ([line for call in calls for line in call.lines()] for calls in pair)
    told = (line for line in ndiff(ours, theirs) if not line.startswith("?"))
    return "\n".join(["- usher", "+ aiogram-dialog", "", *told])
