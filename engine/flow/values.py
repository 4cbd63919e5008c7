"""Values of a flow as JSON and back, checked both ways.

It knows neither where JSON is kept nor how a value is shown.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from engine.flow.types import (
    Choice,
    Kind,
    ListOf,
    MapOf,
    Maybe,
    Nothing,
    Record,
    Scalar,
    Type,
    choose_from,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

type Json = bool | int | str | list[Json] | dict[str, Json] | None

LARGEST_INT: Final = 2**63 - 1
"""Whole numbers lie between this and its negative, so that PostgreSQL's bigint holds them."""

LARGEST_DECIMAL: Final = Decimal(10) ** 15
"""Decimals and money lie between this and its negative."""

DECIMAL_PLACES: Final = 12
"""Decimals have at most so many digits after the point: with 15 before it, 28-digit arithmetic is exact."""


def to_json(type_: Type, value: Any) -> Json:
    """Turn a value of the type into JSON that `from_json` turns back into an equal value.

    Raises:
        ValueError: the value does not fit the type or its bounds.
    """
    match type_:
        case Maybe(inner=inner):
            return None if value is None else to_json(inner, value)
        case Nothing():
            if value is not None:
                raise _misfit(type_, value)
            return None
        case Scalar():
            return _write_scalar(type_, value)
        case Choice():
            return str(_read_choice(type_, value))
        case ListOf() | MapOf():
            return _write_several(type_, value)
        case Record():
            return _write_record(type_, value)


def from_json(type_: Type, raw: Any) -> Any:
    """Turn JSON into a value of the type.

    A whole number stands for a decimal or money, so that defaults in YAML read well; nothing else is converted.

    Raises:
        ValueError: the JSON does not fit the type or its bounds.
    """
    match type_:
        case Maybe(inner=inner):
            return None if raw is None else from_json(inner, raw)
        case Nothing():
            if raw is not None:
                raise _misfit(type_, raw)
            return None
        case Scalar():
            value = _read_scalar(type_, raw)
            _check_bounds(type_, value)
            return value
        case Choice():
            return _read_choice(type_, raw)
        case ListOf() | MapOf():
            return _read_several(type_, raw)
        case Record():
            return _read_record(type_, raw)


def utf16_length(text: str) -> int:
    """Count the UTF-16 units of a text, as Telegram does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


_YEARS: Final = range(2, 9999)  # a year short of what Python holds: any time zone can show it
_LONGEST_QUOTE: Final = 60
_DURATION: Final = re.compile(
    r"(-?)(?:(\d{1,9})d)?(?:(\d{1,12})h)?(?:(\d{1,14})m)?(?:(\d{1,15})(?:\.(\d{1,6}))?s)?",
    re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,16}(\.\d{1,12})?", re.ASCII)
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def _is_int(value: Any) -> bool:
    return type(value) is int and abs(value) <= LARGEST_INT


def _is_decimal(value: Any) -> bool:
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    return (
        isinstance(exponent, int) and exponent >= -DECIMAL_PLACES and abs(value) <= LARGEST_DECIMAL
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= one <= "\udfff" for one in value)


def _is_datetime(value: Any) -> bool:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return False
    return _YEARS.start <= value.year < _YEARS.stop


def _is_date(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_time(value: Any) -> bool:
    return isinstance(value, time) and value.tzinfo is None


def _is_phone(value: Any) -> bool:
    return isinstance(value, str) and _PHONE.fullmatch(value) is not None


def _is_email(value: Any) -> bool:
    return _is_text(value) and _EMAIL.fullmatch(value) is not None


def _write_duration(value: timedelta) -> str:
    """Write days, hours, minutes and seconds, as flows do: "1d2h", "-15m", "0s"."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06}" if value.microseconds else ""
    parts = [
        f"{value.days}d" if value.days else "",
        f"{hours}h" if hours else "",
        f"{minutes}m" if minutes else "",
        f"{seconds}{fraction}s" if seconds or fraction else "",
    ]
    return sign + ("".join(parts) or "0s")


def _read_duration(raw: str) -> timedelta:
    found = _DURATION.fullmatch(raw)
    if found is None or not raw.strip("-"):
        raise ValueError
    sign, days, hours, minutes, seconds, fraction = found.groups()
    value = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(6, "0")),
    )
    return -value if sign else value


def _read_shaped[T](shape: re.Pattern[str], read: Callable[[str], T]) -> Callable[[str], T]:
    def read_shaped(raw: str) -> T:
        if shape.fullmatch(raw) is None:
            raise ValueError
        return read(raw)

    return read_shaped


def _read_instant(raw: str) -> datetime:
    value = datetime.fromisoformat(raw)
    if not _is_datetime(value):
        raise ValueError
    return value.astimezone(UTC)


def _plain(value: Any) -> Any:
    return value


# kind: (does a Python value fit, write it, read it from a JSON text); bool and int are JSON themselves.
_SCALARS: Final[
    Mapping[Kind, tuple[Callable[[Any], bool], Callable[[Any], Json], Callable[[str], Any] | None]]
] = {
    Kind.BOOL: (lambda value: isinstance(value, bool), _plain, None),
    Kind.INT: (_is_int, _plain, None),
    Kind.DECIMAL: (_is_decimal, lambda value: f"{value:f}", _read_shaped(_DECIMAL, Decimal)),
    Kind.MONEY: (_is_decimal, lambda value: f"{value:f}", _read_shaped(_DECIMAL, Decimal)),
    Kind.TEXT: (_is_text, str, _plain),
    Kind.DATE: (_is_date, date.isoformat, _read_shaped(_DATE, date.fromisoformat)),
    Kind.TIME: (_is_time, time.isoformat, _read_shaped(_TIME, time.fromisoformat)),
    Kind.DATETIME: (_is_datetime, lambda value: value.astimezone(UTC).isoformat(), _read_instant),
    Kind.DURATION: (lambda value: isinstance(value, timedelta), _write_duration, _read_duration),
    Kind.PHONE: (_is_phone, str, _plain),
    Kind.EMAIL: (_is_email, str, _plain),
}


def _write_scalar(type_: Scalar, value: Any) -> Json:
    check, write, _ = _SCALARS[type_.kind]
    if not check(value):
        raise _misfit(type_, value)
    _check_bounds(type_, value)
    return write(value)


def _write_record(type_: Record, value: Any) -> Json:
    if not isinstance(value, type_.python):
        raise _misfit(type_, value)
    return {
        name: _at(name, to_json, inner, getattr(value, name))
        for name, inner in type_.fields.items()
    }


def _read_scalar(type_: Scalar, raw: Any) -> Any:
    check, _, read = _SCALARS[type_.kind]
    if type_.kind in (Kind.DECIMAL, Kind.MONEY) and _is_int(raw):
        raw = str(raw)
    if read is None:
        value = raw
    elif isinstance(raw, str):
        try:
            value = read(raw)
        except (ValueError, OverflowError, InvalidOperation) as error:
            raise _misfit(type_, raw) from error
    else:
        raise _misfit(type_, raw)
    if not check(value):
        raise _misfit(type_, raw)
    return value


def _read_choice(type_: Choice, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in type_.values:
        hint = choose_from(raw if isinstance(raw, str) else "", type_.values, "values")
        raise ValueError(f"{_quote(raw)} is not one of the values{hint}")
    return raw if type_.python is None else type_.python(raw)


def _read_record(type_: Record, raw: Any) -> Any:
    if not isinstance(raw, dict):
        raise _misfit(type_, raw)
    if unknown := sorted(str(name) for name in raw.keys() - type_.fields.keys()):
        raise ValueError(
            f'{type_.name} has no field "{unknown[0]}"{choose_from(unknown[0], type_.fields, "fields")}'
        )
    if missing := sorted(type_.fields.keys() - raw.keys()):
        raise ValueError(f'field "{missing[0]}" of {type_.name} is missing')
    values = {name: _at(name, from_json, inner, raw[name]) for name, inner in type_.fields.items()}
    return type_.python(**values)


def _check_bounds(type_: Scalar, value: Any) -> None:
    if type_.min is None and type_.max is None:
        return
    is_text = isinstance(value, str)
    size = utf16_length(value) if is_text else value
    shown = f"{size} characters long" if is_text else str(value)
    if type_.min is not None and size < type_.min:
        raise ValueError(f"is {shown}, must be at least {type_.min}")
    if type_.max is not None and size > type_.max:
        raise ValueError(f"is {shown}, must be at most {type_.max}")


def _write_several(type_: ListOf | MapOf, value: Any) -> Json:
    item = type_.item
    if isinstance(type_, MapOf):
        return {key: _at(key, to_json, item, one) for key, one in _entries(type_, value)}
    if not isinstance(value, list | tuple):
        raise _misfit(type_, value)
    _check_count(type_, len(value))
    return [_at(index, to_json, item, one) for index, one in enumerate(value)]


def _read_several(type_: ListOf | MapOf, raw: Any) -> Any:
    item = type_.item
    if isinstance(type_, MapOf):
        return {key: _at(key, from_json, item, one) for key, one in _entries(type_, raw)}
    if not isinstance(raw, list):
        raise _misfit(type_, raw)
    _check_count(type_, len(raw))
    return type_.python(_at(index, from_json, item, one) for index, one in enumerate(raw))


def _entries(type_: MapOf, value: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, dict) or not all(_is_text(key) for key in value):
        raise _misfit(type_, value)
    return value.items()


def _check_count(type_: ListOf, count: int) -> None:
    if type_.max is not None and count > type_.max:
        raise ValueError(f"has {count} items, must have at most {type_.max}")


def _at(place: int | str, read: Callable[[Type, Any], Any], type_: Type, value: Any) -> Any:
    try:
        return read(type_, value)
    except ValueError as error:
        raise ValueError(f'at "{place}": {error}') from error


def _quote(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f'"{text}"' if len(text) <= _LONGEST_QUOTE else f'"{text[: _LONGEST_QUOTE - 1]}…"'


_WRITTEN: Final[Mapping[Kind, str]] = {
    Kind.BOOL: " such as true",
    Kind.INT: " such as 3",
    Kind.DECIMAL: ' such as "12.50", in quotes',
    Kind.MONEY: ' such as "12.50", in quotes',
    Kind.DATE: ' such as "2027-03-28"',
    Kind.TIME: ' such as "10:30"',
    Kind.DATETIME: ' such as "2027-03-28T10:30:00+00:00"',
    Kind.DURATION: ' such as "15m" or "1d2h"',
    Kind.PHONE: ' such as "+4915112345678"',
    Kind.TEXT: ' such as "hello", in quotes',
    Kind.EMAIL: ' such as "anna@example.org"',
}


def _misfit(type_: Type, value: Any) -> ValueError:
    example = _WRITTEN.get(type_.kind, "") if isinstance(type_, Scalar) else ""
    given = "nothing" if value is None else _quote(value)
    return ValueError(f"{given} is no {describe(type_)}{f',{example}' if example else ''}")
