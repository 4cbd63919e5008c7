"""What people write: answers that a question takes and such that it does not, and words that no flow expects.

It knows the types of answers and their bounds; whether an answer is right is the engine's to say.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

from engine.actions import FileKind
from engine.flow.answers.asked import ALBUMS, ANY, FILE_WORDS, PART_WORDS, WRITTEN_WORDS
from engine.flow.durations import write_duration
from engine.simulate.explore.matching import find_match
from engine.simulate.scenarios.model import (
    Send,
    SendContent,
    SendPhoto,
    ShareContact,
    ShareLocation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from engine.flow.model.asking import AskStep
    from engine.simulate.scenarios.model import Act
    from engine.simulate.sight import SeenButton

NAMES: Final = (
    "Ann",
    "Ann & <b>Bo</b>",
    "x" * 64,
    "W" * 64,
    "\u05d0\u05d1\u05d2 \u202eltr",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 5,
    "{{ user.id }}",
    "Łucja-Żaneta von und zu Óśćępięć",
    "\u200b.",
)
"""First names that people have, or that somebody takes to see what happens."""

NASTY: Final = (
    "hello",
    "<b>bold</i> & <script>",
    "{{ 7 * 7 }} {% if %}",
    "😀" * 40,
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd",
    "'; DROP TABLE bookings; --",
    "\u0000",
    "Zalgo\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
    "\u200b",
    "-1",
    "0",
    "99999999999999999999",
    "1e309",
    "NaN",
    "/",
    "/ start",
    "//",
    "a" * 500,
    "b" * 501,
    "🧿" * 2_048,
    "c" * 4_096,
    "\n\n  \n",
)
"""Messages that are no answer to most questions, and that texts must bear where they are."""

_DAYS: Final = (0, 1, 2, 7, 30, 365, -1, -365 * 40)
_NUMBERS: Final = (0, 1, 2, 3, 5, 10, 18, 42, 100, 1_000, 1_000_000)
_MOMENTS: Final = ("09:30", "00:00", "14:15", "23:59")


def answer(step: AskStep, now: datetime, rng: Random) -> Act | None:
    """Think of an answer of the type that is asked for; None where people here cannot give it."""
    if step.type == "contact":
        return ShareContact(None)
    if step.type == "location":
        return ShareLocation(round(rng.uniform(-90, 90), 6), round(rng.uniform(-180, 180), 6))
    if step.type not in WRITTEN_WORDS:
        return _sent(step, rng)
    return Send(rng.choice(list(answers(step, now))))


def _sent(step: AskStep, rng: Random) -> Act | None:
    """Think of an answer that is not written; None for one that only a key can share."""
    kind = rng.choice(step.kinds) if step.kinds else step.type
    if kind in ALBUMS:
        count = max(step.min or 2, min(step.max or 3, 3))
        one = ALBUMS[kind] or "photo"
        return SendContent("album", (one,) * count) if count > 1 else _file(one)
    if kind == "text":
        return Send("hello")
    if kind in FILE_WORDS or kind == ANY:
        return _file(kind if kind in get_args(FileKind.__value__) else "photo")
    if kind == "contact":
        return ShareContact(None)
    if kind == "location":
        return ShareLocation(52.5, 13.4)
    return SendContent(kind) if kind in PART_WORDS else None


def _file(kind: str) -> Act:
    return SendPhoto("") if kind == "photo" else SendContent(kind)


def shared(button: SeenButton, step: object) -> dict[str, Any] | None:
    """Think of what somebody shares by a key under the chat; None where that goes without saying."""
    least = getattr(step, "min", None) or 1
    if button.asks == "users":
        return {"users": [{"user_id": 7_000 + at, "first_name": "Zoe"} for at in range(least)]}
    return {"web_app": "yes".ljust(least, "!")} if button.asks == "web_app" else None


def answers(step: AskStep, now: datetime) -> Iterator[str]:
    """Give written answers of the type that is asked for, those at its bounds among them."""
    match step.type:
        case "text":
            yield from _texts(step)
        case "int" | "decimal" | "money":
            bounds = [bound for bound in (step.min, step.max) if bound is not None]
            yield from map(str, dict.fromkeys([*bounds, *_NUMBERS]))
        case "date":
            yield from ((now + timedelta(days=days)).date().isoformat() for days in _DAYS)
        case "time":
            yield from _MOMENTS
        case "datetime":
            for days in _DAYS:
                day = (now + timedelta(days=days)).date().isoformat()
                yield from (f"{day} {moment}" for moment in _MOMENTS)
        case "duration":
            yield from ("15 min", "1 h", "90 min", "2 d", "1 w")
        case "phone":
            yield from ("+4915112345678", "+1 (415) 555-0100")
        case "email":
            yield from ("ann@example.org", "ann.o+bot@xn--mller-kva.example")


def _texts(step: AskStep) -> Iterator[str]:
    if step.pattern is not None:
        yield from (found for found in [find_match(step.pattern)] if found is not None)
    least, most = max(step.min or 1, 1), min(step.max or 500, 4_000)
    yield "Yes, thank you"[:most].ljust(least, "!")
    yield "x" * most
    yield "y" * least
    yield ("<b>&amp;</b> " * most)[:most].strip().ljust(least, ".")
    if most > 1:
        yield "😀" * (most // 2)


def disturbance(rng: Random) -> Act:
    """Think of a message that hardly any step expects."""
    if rng.random() < _SHARED:
        return rng.choice(
            (
                SendPhoto(""),
                ShareContact(None),
                ShareLocation(0.0, 0.0),
                ShareContact("+12025550100"),
                SendContent("sticker"),
                SendContent("dice"),
                SendContent("poll"),
                SendContent("album", ("photo", "photo")),
            )
        )
    return Send(rng.choice(NASTY))


def pause(step: object, rng: Random) -> str:
    """Think of a time to wait: until just before or after the timeout of a step, until it is shown again, or long."""
    timeout = getattr(step, "timeout", None)
    after = timeout.after if timeout else None
    if after and rng.random() < _PATIENCE:
        return write_duration(after if rng.random() < _PATIENCE else max(after - 1_000, 1_000))
    refresh = getattr(step, "refresh", None)
    if refresh and rng.random() < _PATIENCE:
        return write_duration(refresh.every)
    return rng.choice(("1m", "31m", "3h", "1d", "4d"))


_SHARED: Final = 0.3
_PATIENCE: Final = 0.7
