"""Reports as files for spreadsheets: as those of the reader's language expect them, in UTF-8 with the mark by which they know it.

It knows nothing of how figures are measured. Columns say their units.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import storage
from actions.access import has_role
from actions.periods import Period
from actions.report_words import Dialect, find_dialect
from actions.reports import days_of, measure
from engine.actions import Context, MaxLength, Upload, query
from storage.figures import Figures, Grouping, Visit
from storage.values import Role

type Currency = Annotated[str, MaxLength(3)]

_COUNTS = ("visits", "cancelled", "completed", "no_shows", "new_clients")

_RATES = (
    "working_minutes", "booked_minutes", "fill_rate_percent", "no_show_rate_percent", "lead_time_median_hours",
    "attempts", "attempts_lost", "slot_lost_rate_percent",
)  # fmt: skip

_OF_VISIT = (
    "number", "status", "starts_at", "ends_at", "time_zone", "services", "staff", "location", "room", "client", "people",
)  # fmt: skip
"""The columns of a booking, but for its price and when it was made and cancelled."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would compute."""


@query("reports.figures_file")
async def find_figures_file(  # noqa: PLR0913  # what is asked for, by name
    context: Context,
    *,
    period: Period,
    by: Grouping,
    currency: Currency,
    first: date | None = None,
    last: date | None = None,
) -> Upload | None:
    """Write the figures of a report, its last line those of all; nothing for who is no administrator."""
    days = days_of(context, period, first, last)
    rows, total = await measure(context, days, by), await measure(context, days, None)
    if not total:
        return None
    dialect = find_dialect(context.user.locale)
    heads = [dialect.name(column) for column in (by.value, *_COUNTS)]
    heads += [dialect.name(column, currency) for column in ("revenue", "expected")]
    heads += [dialect.name(column) for column in _RATES]
    total_row = _cells_of(dialect.name("total"), total[0])
    cells = [*(_cells_of(_title_of(one), one) for one in rows), total_row]
    return Upload(
        write_table(heads, cells, dialect), f"report-{by.value}-{days.first}-{days.last}.csv"
    )


@query("reports.bookings_file")
async def find_bookings_file(
    context: Context,
    *,
    period: Period,
    currency: Currency,
    first: date | None = None,
    last: date | None = None,
) -> Upload | None:
    """Write the bookings of some days, one a line; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return None
    days = days_of(context, period, first, last)
    locale = context.user.locale
    visits = await storage.reports.list_visits(
        context.session, days.first, days.last, locale=locale
    )
    dialect = find_dialect(locale)
    heads = [dialect.name(column) for column in _OF_VISIT]
    heads += [
        dialect.name("price", currency),
        dialect.name("booked_at"),
        dialect.name("cancelled_at"),
    ]
    content = write_table(heads, (_cells_of_visit(one, dialect) for one in visits), dialect)
    return Upload(content, f"bookings-{days.first}-{days.last}.csv")


def write_table(heads: Sequence[str], rows: Iterable[Sequence[Any]], dialect: Dialect) -> bytes:
    """Write a table; texts that a spreadsheet would take for a formula stand behind an apostrophe."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=dialect.separator)
    writer.writerow(heads)
    writer.writerows([_cell(value, dialect) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _cell(value: Any, dialect: Dialect) -> Any:
    match value:
        case None:
            return ""
        case str() if value.startswith(_FORMULA):
            return f"'{value}"
        case float() | Decimal():
            return str(value).replace(".", dialect.decimal)
        case _:
            return value


def _title_of(one: Figures) -> str:
    return one.key.isoformat() if isinstance(one.key, date) else one.name or ""


def _cells_of(title: str, one: Figures) -> Sequence[Any]:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    return (
        title, one.visits, one.cancelled, one.completed, one.no_shows, one.new_clients, one.revenue, one.expected,
        one.working // minute, one.busy // minute, _percent(one.fill_rate), _percent(one.no_show_rate),
        None if one.lead is None else round(one.lead / hour, 1), one.attempts, one.lost, _percent(one.lost_rate),
    )  # fmt: skip


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(rate * 100, 1)


def _cells_of_visit(one: Visit, dialect: Dialect) -> Sequence[Any]:
    zone = ZoneInfo(one.zone)

    def there(instant: datetime | None) -> str | None:
        return None if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"

    return (
        one.id, dialect.name_status(one.status), there(one.starts_at), there(one.ends_at), one.zone, one.services, one.staff, one.location, one.room,
        one.client, one.party, one.price, there(one.created_at), there(one.cancelled_at),
    )  # fmt: skip
