"""Reports as administrators get them: files that spreadsheets read, a picture, and nothing for anybody else."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

import storage
from actions import bookings, holds, report_chart, report_files, report_words, reports, slots
from actions.periods import Days, Period, find_days
from engine.actions import Outcome
from storage.booking_tables import bookings as booked
from storage.desk_tables import slot_attempts
from storage.figures import Grouping
from storage.values import Profile, Role
from tests.actions.conftest import TODAY

if TYPE_CHECKING:
    from engine.actions import Upload
    from tests.actions.conftest import Desk

OWN: dict[str, Any] = {
    "period": Period.OWN,
    "first": TODAY - timedelta(days=7),
    "last": TODAY + timedelta(days=7),
}


def read(upload: Upload | None) -> list[dict[str, str]]:
    """Read a file as a spreadsheet would."""
    return read_with(upload, ",")


def read_with(upload: Upload | None, separator: str) -> list[dict[str, str]]:
    """Read a file as a spreadsheet that expects this between columns."""
    assert upload is not None
    assert upload.content.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(upload.content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=separator))


async def test_files_have_the_figures_and_the_bookings(desk: Desk) -> None:
    """Columns say their units, times are by the clock of the place, and no cell is a formula."""
    admin = await desk.context(9, Role.ADMIN)
    await storage.users.identify(desk.session, Profile(7_000_000_001, '=HYPERLINK("x")', "Sommer"))
    figures = read(
        await report_files.find_figures_file(admin, by=Grouping.STAFF, currency="EUR", **OWN)
    )
    visits = read(await report_files.find_bookings_file(admin, currency="EUR", **OWN))
    assert [row["staff"] for row in figures] == [
        "Anna Berg", "Inês Duarte", "Jonas Keller", "Mila Horvat", "total",
    ]  # fmt: skip
    assert (
        int(figures[-1]["visits"]) == len(visits) == sum(int(row["visits"]) for row in figures[:-1])
    )
    done = [row for row in visits if row["status"] == "completed"]
    assert float(figures[-1]["revenue_EUR"]) == sum(float(row["price_EUR"]) for row in done)
    starts_at = await desk.session.scalar(
        select(func.lower(booked.c.period)).where(booked.c.id == int(visits[0]["number"]))
    )
    assert visits[0]["time_zone"] == "Europe/Berlin"
    assert starts_at is not None
    there = starts_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert visits[0]["starts_at"] == f"{there:%Y-%m-%d %H:%M}"
    assert {row["client"] for row in visits} > {'\'=HYPERLINK("x") Sommer'}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in visits for cell in row.values())


@pytest.mark.parametrize(
    ("locale", "heads", "title"),
    [
        ("de", ("Umsatz in EUR", "Preis in EUR", "Stand"), "Maniküre"),
        ("uk", ("Виручка, EUR", "Ціна, EUR", "Стан"), "Манікюр"),
    ],
)
async def test_files_are_as_spreadsheets_of_the_language_expect_them(
    desk: Desk, locale: str, heads: tuple[str, str, str], title: str
) -> None:
    """Where decimals have a comma, columns are told apart by semicolons; names, states and services are in the reader's words."""
    revenue, price, status = heads
    english = await desk.context(9, Role.ADMIN)
    admin = replace(english, user=replace(english.user, locale=locale))
    asked: dict[str, Any] = {"currency": "EUR", **OWN}
    figures = read_with(
        await report_files.find_figures_file(admin, by=Grouping.LOCATION, **asked), ";"
    )
    visits = read_with(await report_files.find_bookings_file(admin, **asked), ";")
    same = read(await report_files.find_bookings_file(english, **asked))
    assert [row[price] for row in visits] == [row["price_EUR"].replace(".", ",") for row in same]
    assert any("," in row[price] for row in visits)
    assert any(title in cell for row in visits for cell in row.values())
    assert not {row[status] for row in visits} & {row["status"] for row in same}
    assert len(figures) == 3
    assert re.fullmatch(r"\d+,\d\d", figures[-1][revenue])
    assert not any(head.isascii() and "_" in head for head in (*figures[0], *visits[0]))


def test_every_column_has_a_name_in_every_language() -> None:
    """What is called by its English name in one language only was forgotten."""
    assert (
        report_words.find_dialect("de").words.keys() == report_words.find_dialect("uk").words.keys()
    )


@pytest.mark.parametrize(
    ("rate", "told"),
    [(None, None), (0.0, "0"), (0.0004, "<1"), (0.0099, "<1"), (0.01, "1"), (1.0, "100")],
)
def test_a_small_rate_is_not_nothing(rate: float | None, told: str | None) -> None:
    """Something that was booked never reads as 0 %."""
    assert reports.percent(rate) == told


async def test_of_days_without_anything_there_is_no_picture(desk: Desk) -> None:
    """Axes around nothing say nothing: a picture of which every panel were empty is not drawn."""
    admin = await desk.context(9, Role.ADMIN)
    asked: dict[str, Any] = {"currency": "EUR", "by": Grouping.LOCATION}
    assert await report_chart.draw_chart(admin, **asked, **OWN) is not None
    far: dict[str, Any] = {"period": Period.OWN, "first": TODAY + timedelta(days=300), "last": TODAY + timedelta(days=301)}  # fmt: skip
    assert await reports.list_rows(admin, by=Grouping.LOCATION, **far)
    assert await report_chart.draw_chart(admin, **asked, **far) is None


async def test_nobody_else_is_told_anything(desk: Desk) -> None:
    """Whoever is no administrator now gets neither figures nor files, whatever the flow let through."""
    staff = await desk.context(8, Role.STAFF)
    empty = reports.Report(OWN["first"], OWN["last"])
    assert await reports.find_total(staff, **OWN) == empty
    assert await reports.list_rows(staff, by=Grouping.DAY, **OWN) == []
    assert (
        await report_files.find_figures_file(staff, by=Grouping.DAY, currency="EUR", **OWN) is None
    )
    assert await report_files.find_bookings_file(staff, currency="EUR", **OWN) is None
    assert await report_chart.draw_chart(staff, by=Grouping.DAY, currency="EUR", **OWN) is None


async def test_attempts_count_once_whether_they_win_or_lose(desk: Desk) -> None:
    """A hold and the booking made of it are one attempt; who comes too late loses, also with a move; a refusal for other reasons is none."""
    ann, bob = await desk.context(1), await desk.context(2)
    services = await storage.services.list_active(desk.session)
    service = next(one for one in services if one.title == "Consultation")
    day = TODAY + timedelta(days=8)
    free = await slots.list_free(ann, service_id=service.id, day=day)
    slot, other = free[0], next(one for one in free[1:] if one.staff_id == free[0].staff_id and one.location_id == free[0].location_id)  # fmt: skip

    async def count() -> tuple[int, int]:
        rows = await desk.session.execute(
            select(slot_attempts.c.attempts, slot_attempts.c.lost).where(slot_attempts.c.day == day)
        )
        (row,) = rows
        return row.attempts, row.lost

    await holds.place_hold(ann, slot=slot, service_id=service.id)
    assert await count() == (1, 0)
    await bookings.create_booking(replace(ann, key="a"), slot=slot, service_id=service.id)
    assert await count() == (1, 0)
    late = await holds.place_hold(bob, slot=slot, service_id=service.id)
    assert late == Outcome("slot_taken")
    assert await count() == (2, 1)
    booked = await bookings.create_booking(replace(bob, key="b"), slot=other, service_id=service.id)
    assert not isinstance(booked, Outcome)
    moved = await bookings.move_booking(bob, booking_id=booked.id, slot=slot)
    assert moved == Outcome("slot_taken")
    assert await count() == (4, 2)
    nobody = await bookings.create_booking(bob, slot=slot, service_id=service.id, people=99)
    assert nobody == Outcome("not_available")
    assert await count() == (4, 2)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.THIS_WEEK, date(2026, 11, 23), date(2026, 11, 29)),
        (Period.LAST_WEEK, date(2026, 11, 16), date(2026, 11, 22)),
        (Period.THIS_MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Period.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Period.LAST_30_DAYS, date(2026, 10, 25), date(2026, 11, 23)),
        (Period.LAST_90_DAYS, date(2026, 8, 26), date(2026, 11, 23)),
        (Period.OWN, date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_periods_are_the_days_that_people_mean(period: Period, first: date, last: date) -> None:
    """Weeks begin on Monday, months on their first, and the last so many days end today."""
    assert find_days(period, TODAY) == Days(first, last)
    assert find_days(Period.OWN, TODAY, first=TODAY, last=TODAY + timedelta(days=900)).last == TODAY + timedelta(days=365)  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "shown"),
    [
        (timedelta(days=3, hours=4, minutes=12, seconds=7), timedelta(days=3, hours=4)),
        (timedelta(hours=2, minutes=30), timedelta(hours=3)),
        (timedelta(minutes=95, seconds=40), timedelta(minutes=96)),
        (timedelta(0), timedelta(0)),
    ],
)
def test_lead_times_are_as_exact_as_they_say_anything(lead: timedelta, shown: timedelta) -> None:
    """Who is told of days wants no minutes."""
    assert reports.round_lead(lead) == shown
