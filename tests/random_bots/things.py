"""Actions for flows that are written at random: they answer at random, and as often with nothing.

It does not know which flow calls them, nor who presses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Annotated, Literal

from engine.actions import (
    Catalog,
    Context,
    File,
    MaxLength,
    Money,
    Outcome,
    Upload,
    command,
    query,
)
from engine.emulator.files import sample_photo

chance = Random(0)  # noqa: S311  # play, not secrets; each bot seeds it
"""What the answers are drawn from."""

_PICTURE = sample_photo()
_DAY = date(2026, 11, 3)


class Color(StrEnum):
    """A named choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Thing:
    """A record with parts that may be nothing."""

    id: int
    title: Annotated[str, MaxLength(20)]
    color: Color
    price: Money
    day: date
    note: Annotated[str, MaxLength(40)] | None


def _thing() -> Thing:
    note = chance.choice([None, "a <b> & 'c'", "note"])
    at = chance.randrange(4)
    return Thing(at, f"Thing {at}", chance.choice(list(Color)), Decimal(at) / 4, _DAY, note)


@query("things.list")
async def _list_things(_context: Context, *, color: Color | None = None) -> list[Thing]:
    """List up to five things, often none."""
    things = {thing.id: thing for _ in range(chance.randrange(6)) for thing in [_thing()]}
    return [one for one in things.values() if color in (None, one.color)]


@query("things.search")
async def _search_things(_context: Context, *, text: str | None = None) -> list[Thing]:
    """List things that have a text in their title."""
    things = [_thing() for _ in range(3)]
    return [one for one in things if (text or "") in one.title]


@query("things.part")
async def _list_part(_context: Context, *, offset: int, limit: int) -> list[Thing]:
    """List some things, as many as are asked for or fewer."""
    return [_thing() for _ in range(limit if offset % 2 else 1)]


@query("things.find")
async def _find_thing(_context: Context, *, thing_id: int) -> Thing | None:
    """Find a thing, or nothing."""
    return _thing() if (thing_id + chance.randrange(2)) % 2 else None


@query("things.count")
async def _count_things(_context: Context, *, note: str | None = None) -> int:
    """Count things."""
    return len(note or "") - 3


@query("things.draw")
async def _draw_thing(_context: Context) -> Upload | None:
    """Draw a thing, or nothing, or something that Telegram cannot show."""
    return chance.choice([None, Upload(_PICTURE, "a.png"), Upload(b"b", "b.png")])


@query("things.sketch")
async def _sketch_things(_context: Context) -> list[Upload]:
    """Draw a few things, or none, or something else."""
    drawn = [Upload(_PICTURE, "a.png"), Upload(b"b", "b.txt"), Upload(_PICTURE, "c.png")]
    return drawn[: chance.randrange(4)]


@command("things.make")
async def _make_thing(
    _context: Context, *, thing: Thing, people: int = 1
) -> Thing | Outcome[Literal["gone", "full"]]:
    """Make a thing, or end otherwise."""
    ends = [thing, Outcome("gone"), Outcome("full")]
    return chance.choice(ends) if people else thing  # type: ignore[return-value]  # either of the two


@command("things.order")
async def _order_thing(
    _context: Context, *, color: Color, price: Money
) -> Thing | Outcome[Literal["gone", "late"]]:
    """Order a thing, which is often there."""
    ordered = Thing(9, "Thing 9", color, max(min(price, Decimal(9)), Decimal(0)), _DAY, None)
    ends = [ordered, ordered, Outcome("gone"), Outcome("late")]
    return chance.choice(ends)  # type: ignore[return-value]  # either of the two


@command("things.drop")
async def _drop_thing(_context: Context, *, title: str, day: date | None = None) -> int | None:
    """Drop a thing."""
    return len(title) if day is None else None


@command("things.store")
async def _store_thing(
    _context: Context, *, file: File, things: list[Thing]
) -> list[Thing] | Outcome[Literal["full"]]:
    """Store a picture of things, of which there can be too many."""
    return Outcome("full") if file.size == 0 or len(things) > 2 else things


CATALOG = Catalog(
    [
        _list_things,
        _search_things,
        _list_part,
        _find_thing,
        _count_things,
        _draw_thing,
        _sketch_things,
        _make_thing,
        _order_thing,
        _drop_thing,
        _store_thing,
    ]
)
