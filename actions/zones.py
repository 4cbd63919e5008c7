"""Queries for the time zones of the world, by region and by city.

It knows nothing of who lives where.
"""

from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo

from babel.core import Locale, get_global
from babel.dates import get_timezone_location

from engine.actions import Context, MaxLength, query

_REGIONS = {
    "Africa": {"de": "Afrika", "uk": "Африка"},
    "America": {"de": "Amerika", "uk": "Америка"},
    "Antarctica": {"de": "Antarktis", "uk": "Антарктида"},
    "Arctic": {"de": "Arktis", "uk": "Арктика"},
    "Asia": {"de": "Asien", "uk": "Азія"},
    "Atlantic": {"de": "Atlantik", "uk": "Атлантика"},
    "Australia": {"de": "Australien", "uk": "Австралія"},
    "Europe": {"de": "Europa", "uk": "Європа"},
    "Indian": {"de": "Indischer Ozean", "uk": "Індійський океан"},
    "Pacific": {"de": "Pazifik", "uk": "Тихий океан"},
}
"""The regions, and what other languages call them."""


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
    if search is None:
        language = context.user.locale.partition("_")[0].partition("-")[0]
        return [Zone(name, names.get(language, name), None) for name, names in _REGIONS.items()]
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
    cities = [(name, _name_city(name, language)[:40]) for name in names]
    return tuple(sorted(cities, key=lambda one: (one[1].casefold(), one[0])))


def _name_city(zone: str, language: str) -> str:
    """Name the city of a zone; languages know some only by what the zone was called before, such as Europe/Kiev."""
    known = Locale.parse(language).time_zones
    before = (old for old, now in get_global("zone_aliases").items() if now == zone)
    named = (known[one]["city"] for one in (zone, *before) if "city" in known.get(one, {}))
    city: str = next(named, None) or get_timezone_location(zone, language, return_city=True)
    return city
