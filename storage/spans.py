"""The days of a report at places with clocks of their own.

It knows nothing of what is measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schedule import find_instant


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, the last one included, at places by the clocks of each."""

    first: date
    last: date
    zones: Mapping[int, ZoneInfo]

    def bind(self) -> dict[str, Any]:
        """Give what statements here name."""
        after = self.last + timedelta(days=1)
        starts = [find_instant(self.first, 0, zone) for zone in self.zones.values()]
        ends = [find_instant(after, 0, zone) for zone in self.zones.values()]
        return {
            "place_ids": list(self.zones),
            "zones": [zone.key for zone in self.zones.values()],
            "starts_from": starts,
            "starts_before": ends,
            "earliest": min(starts),
            "latest": max(ends),
            "first": self.first,
            "last": self.last,
        }


_PLACES = text("SELECT id, time_zone FROM locations ORDER BY id")


async def find_span(session: AsyncSession, first: date, last: date) -> Span:
    """Give the days at all places."""
    rows = await session.execute(_PLACES)
    return Span(first, last, {row.id: ZoneInfo(row.time_zone) for row in rows})


async def ask(
    session: AsyncSession, statement: TextClause, values: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """Ask with those values that the statement names."""
    asked = {name: values[name] for name in statement.compile().params}
    return [dict(row) for row in (await session.execute(statement, asked)).mappings()]
