"""What compiled expressions call at run time for arithmetic; every function here is total.

It knows nothing of syntax: the types were checked before.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from engine.flow.values import DECIMAL_PLACES, LARGEST_DECIMAL, LARGEST_INT

FIRST_DAY: Final = date(2, 1, 1)
LAST_DAY: Final = date(9998, 12, 31)
"""Arithmetic on days and instants stops here, a year short of what Python holds: any time zone can show it."""

FIRST_INSTANT: Final = datetime(2, 1, 1, tzinfo=UTC)
LAST_INSTANT: Final = datetime(9998, 12, 31, tzinfo=UTC)
LONGEST: Final = timedelta(days=10_000 * 366)

_SMALLEST: Final = Decimal(1).scaleb(-DECIMAL_PLACES)


def bounded_int(value: int) -> int:
    """Keep a whole number within 64 bits."""
    return max(-LARGEST_INT, min(value, LARGEST_INT))


def bounded_decimal(value: Decimal | int) -> Decimal:
    """Make a decimal that a flow can keep: 15 digits before the point, 12 after."""
    number = max(-LARGEST_DECIMAL, min(Decimal(value), LARGEST_DECIMAL))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMAL_PLACES:
        return number.quantize(_SMALLEST, ROUND_HALF_UP)
    return number


def divide(dividend: Decimal | int, divisor: Decimal | int) -> Decimal:
    """Divide exactly enough to keep; nothing divided by zero is zero, which checked flows never meet."""
    return bounded_decimal(Decimal(dividend) / Decimal(divisor)) if divisor else Decimal(0)


def divide_whole(dividend: int, divisor: int) -> int:
    """Divide and round down."""
    return dividend // divisor if divisor else 0


def remainder(dividend: int, divisor: int) -> int:
    """Return what whole division leaves."""
    return dividend % divisor if divisor else 0


def span(**units: int) -> timedelta:
    """Make a duration, as long as a flow can hold at most."""
    ((unit, count),) = units.items()
    per_day = {"days": 1, "hours": 24, "minutes": 1440}[unit]
    most = LONGEST.days * per_day
    return timedelta(**{unit: max(-most, min(count, most))})


def bounded_span(value: timedelta) -> timedelta:
    """Keep a duration within ten thousand years."""
    return max(-LONGEST, min(value, LONGEST))


def add_spans(one: timedelta, other: timedelta) -> timedelta:
    """Add durations."""
    return bounded_span(bounded_span(one) + bounded_span(other))


def subtract_spans(one: timedelta, other: timedelta) -> timedelta:
    """Subtract durations."""
    return bounded_span(bounded_span(one) - bounded_span(other))


def multiply_span(one: timedelta | int, other: timedelta | int) -> timedelta:
    """Multiply a duration by a whole number, in either order."""
    value, count = (one, other) if isinstance(one, timedelta) else (other, one)
    if not isinstance(value, timedelta) or not isinstance(count, int) or not value or not count:
        return timedelta()
    seconds = abs(value) // timedelta(microseconds=1) * abs(count)
    size = min(seconds, LONGEST // timedelta(microseconds=1))
    return timedelta(microseconds=size if (value > timedelta()) == (count > 0) else -size)


def move_day(one: Any, other: Any) -> date:
    """Add a duration to a day, in either order; what is less than a day of the duration is dropped."""
    day, by = (one, other) if isinstance(one, date) else (other, one)
    try:
        moved: date = day + timedelta(days=by // timedelta(days=1))
    except OverflowError:
        return LAST_DAY if by > timedelta() else FIRST_DAY
    return max(FIRST_DAY, min(moved, LAST_DAY))


def move_day_back(day: date, by: timedelta) -> date:
    """Take a duration from a day."""
    return move_day(day, -bounded_span(by))


def move_instant(one: Any, other: Any) -> datetime:
    """Add a duration to an instant, in either order; the clock's changes do not matter."""
    instant, by = (one, other) if isinstance(one, datetime) else (other, one)
    try:
        moved: datetime = instant.astimezone(UTC) + by
    except OverflowError:
        return LAST_INSTANT if by > timedelta() else FIRST_INSTANT
    return max(FIRST_INSTANT, min(moved, LAST_INSTANT))


def move_instant_back(instant: datetime, by: timedelta) -> datetime:
    """Take a duration from an instant."""
    return move_instant(instant, -bounded_span(by))


def between_days(later: date, earlier: date) -> timedelta:
    """Return the duration between two days."""
    return bounded_span(later - earlier)


def between_instants(later: datetime, earlier: datetime) -> timedelta:
    """Return the duration between two instants, by the clock that never changes."""
    try:
        return bounded_span(later.astimezone(UTC) - earlier.astimezone(UTC))
    except OverflowError:
        return timedelta()


def round_number(number: Decimal | int, places: int = 0) -> Decimal | int:
    """Round half away from zero, as at a till; without places a decimal becomes whole."""
    digits = max(0, min(places, DECIMAL_PLACES))
    if isinstance(number, int):
        return number
    rounded = bounded_decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return rounded if digits else bounded_int(int(rounded))
