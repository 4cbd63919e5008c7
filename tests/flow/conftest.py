"""A small catalog that the checker's tests call, and goldens that can be rewritten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import settings

from engine.actions import (
    Catalog,
    Context,
    Money,
    Outcome,
    Payment,
    Upload,
    command,
    notice,
    query,
)
from engine.flow.check import check_flows
from engine.flow.checked import Checked

# A check of a whole bot takes tens of milliseconds, more on a busy machine; time is not what is tested here.
settings.register_profile("flow", deadline=None)
settings.load_profile("flow")


BASE = {
    "bot.yaml": """\
bot: salon
locale: en
locales: [en]
roles: [client, admin]
home: menu
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
""",
    "menu.yaml": """\
flow: menu
version: 1
title: Menu
start: [/menu]
steps:
  main: {show: Hello, buttons: [{text: Visit, run: visit}]}
""",
    "visit.yaml": """\
flow: visit
version: 1
title: Visit
steps:
  hello: {show: Hello, end: {}}
""",
}


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be booked."""

    id: int
    title: str
    price: Money
    note: str | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is free."""

    id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """A time that somebody has."""

    id: int
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Zone:
    """Something without an id."""

    name: str


@query("services.list")
async def _list_services(_context: Context, *, search: str | None = None) -> list[Service]:
    """List the services, or those whose title has a text."""
    del search
    return []


@query("services.part")
async def _list_part(_context: Context, *, offset: int, limit: int) -> list[Service]:
    """List some services, after so many and at most so many."""
    del offset, limit
    return []


@query("services.chart")
async def _draw_services(_context: Context) -> Upload | None:
    """Draw the services."""
    return None


@query("services.count")
async def _count_services(_context: Context) -> int:
    """Count the services."""
    return 0


@query("zones.list")
async def _list_zones(_context: Context) -> list[Zone]:
    """List the zones."""
    return []


@query("slots.free")
async def _free_slots(_context: Context, *, service_id: int, day: date) -> list[Slot]:
    """List the free times of a service on a day."""
    raise NotImplementedError((service_id, day))


@query("slots.days")
async def _open_days(_context: Context, *, service_id: int) -> list[date]:
    """List the days on which a service has free times."""
    raise NotImplementedError(service_id)


@query("bookings.days")
async def _booked_days(_context: Context) -> list[date]:
    """List the days on which the person has bookings."""
    return []


@query("bookings.mine")
async def _my_bookings(_context: Context) -> list[Booking]:
    """List the bookings of the person."""
    return []


@command("bookings.create")
async def _create_booking(
    _context: Context, *, slot: Slot, people: int = 1, comment: str | None = None
) -> Booking | Outcome[Literal["slot_taken", "limit_reached"]]:
    """Book a slot."""
    raise NotImplementedError((slot, people, comment))


@command("bookings.cancel")
async def _cancel_booking(
    _context: Context, *, booking_id: int
) -> Outcome[Literal["too_late"]] | None:
    """Cancel a booking."""
    raise NotImplementedError(booking_id)


@command("support.write")
async def _write_support(_context: Context, *, text: str) -> None:
    """Leave a message for the staff."""
    raise NotImplementedError(text)


@command("holds.place")
async def _place_hold(_context: Context, *, slot_id: int) -> int | Outcome[Literal["slot_taken"]]:
    """Hold a slot for a while."""
    raise NotImplementedError(slot_id)


@command("holds.release")
async def _release_hold(_context: Context, *, hold: int) -> Outcome[Literal["gone"]] | None:
    """Give a held slot back."""
    raise NotImplementedError(hold)


@notice("reminder")
async def _reminder(_context: Context, *, booking_id: int) -> Booking | None:
    """Remind somebody of a booking that they still have."""
    raise NotImplementedError(booking_id)


@command("reminders.plan", notifies=[_reminder])
async def _plan_reminder(_context: Context, *, booking_id: int) -> None:
    """Have somebody reminded."""
    raise NotImplementedError(booking_id)


@command("payments.check")
async def _check_payment(_context: Context, *, booking_id: int) -> Outcome[Literal["gone"]] | None:
    """Say whether a booking can be paid."""
    raise NotImplementedError(booking_id)


@command("payments.record")
async def _record_payment(
    _context: Context, *, payment: Payment | None
) -> Outcome[Literal["not_wanted"]] | None:
    """Record a payment, or that it has to be given back."""
    raise NotImplementedError(payment)


CATALOG = Catalog(
    [
        _reminder,
        _plan_reminder,
        _list_services,
        _list_part,
        _count_services,
        _draw_services,
        _list_zones,
        _free_slots,
        _open_days,
        _booked_days,
        _my_bookings,
        _create_booking,
        _cancel_booking,
        _write_support,
        _place_hold,
        _release_hold,
        _check_payment,
        _record_payment,
    ]
)
"""The actions that the flows under tests/flows call, and those of the page on the language."""


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Give the actions that the flows under tests/flows call."""
    return CATALOG


@pytest.fixture
def base_files() -> Mapping[str, str]:
    """Give the files of a small bot without problems, by name; examples replace "visit.yaml"."""
    return BASE


@pytest.fixture
def check_visit(catalog: Catalog) -> Callable[[str], Checked]:
    """Give a function that checks the small bot with this text as its "visit.yaml"."""

    def check(text: str, **files: str) -> Checked:
        sources = {**BASE, "visit.yaml": text, **files}
        return check_flows(
            Path(), catalog, sources={Path(name): source for name, source in sources.items()}
        )

    return check


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Give a function that compares a text with a file, or writes it there under --update-goldens."""

    def compare(path: Path, actual: str) -> None:
        if request.config.getoption("--update-goldens", default=False):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual)
        assert path.exists(), f"{path} is missing; run pytest with --update-goldens"
        assert actual == path.read_text()

    return compare
