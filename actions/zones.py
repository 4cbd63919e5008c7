"""Queries for the time zones of the world, by region and by city.

It knows nothing of who lives where.
"""

from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from engine.actions import Context, MaxLength, query

_REGIONS = {
    "Africa": "Afrika",
    "America": "Amerika",
    "Antarctica": "Antarktis",
    "Arctic": "Arktis",
    "Asia": "Asien",
    "Atlantic": "Atlantik",
    "Australia": "Australien",
    "Europe": "Europa",
    "Indian": "Indischer Ozean",
    "Pacific": "Pazifik",
}
"""The regions, and what Germans call them."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by the name of its city, with what its clock says now; or a region, which has no clock."""

    id: Annotated[str, MaxLength(32)]
    title: Annotated[str, MaxLength(40)]
    clock: time | None


@query("zones.search")
async def search_zones(
    context: Context, *, search: Annotated[str, MaxLength(64)] | None = None
) -> list[Zone]:
    """List the cities whose name has the words, in the person's language or English; without words the regions."""
    is_german = context.user.locale.startswith("de")
    if search is None:
        return [
            Zone(name, german if is_german else name, None) for name, german in _REGIONS.items()
        ]
    words = search.casefold().split()
    return [
        _show(context, name, title)
        for name, title in _cities(context.user.locale)
        if all(word in f"{title} {name}".casefold().replace("_", " ") for word in words)
    ]


@query("zones.cities")
async def list_cities(context: Context, *, region: str) -> list[Zone]:
    """List the cities of a region, by name."""
    return [
        _show(context, name, title)
        for name, title in _cities(context.user.locale)
        if name.startswith(f"{region}/")
    ]


def _show(context: Context, name: str, title: str) -> Zone:
    there = context.now.astimezone(ZoneInfo(name))
    return Zone(name, title, there.time().replace(second=0, microsecond=0))


@cache
def _cities(locale: str) -> tuple[tuple[str, str], ...]:
    """List the zones with their cities in a locale, by city; the names are those of the time zone database."""
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines()
    names = [line.split("\t")[2] for line in lines if not line.startswith("#")]
    language = locale.replace("-", "_")
    cities = [
        (name, get_timezone_location(name, language, return_city=True)[:40]) for name in names
    ]
    return tuple(sorted(cities, key=lambda one: (one[1].casefold(), one[0])))
