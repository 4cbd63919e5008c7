"""Numbers and amounts of money, with the separators that people use.

It knows the separators of a language, and no bounds.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.numbers import (
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)

from engine.flow.answers.plain import folded, locale_of, plain

type Readings[T] = tuple[T, ...]

_LONGEST: Final = 40
_NUMBER: Final = re.compile(r"([+\-\u2212]?) ?([0-9]+(?:[ '\u2019.,\u066b\u066c][0-9]+)*)")
_ONLY_GROUPING: Final = " '\u2019\u066c"


def read_integers(text: str, locale: str) -> Readings[int]:
    """Read a whole number, whose thousands may be grouped."""
    return tuple(int(one) for one in read_decimals(text, locale) if one.as_tuple().exponent == 0)


def read_decimals(text: str, locale: str) -> Readings[Decimal]:
    """Read a number: `1,234.5` and `1.234,5` wherever that is plain, else as the language has it."""
    found = _NUMBER.fullmatch(plain(text)[: _LONGEST + 1])
    if found is None or len(found[0]) > _LONGEST:
        return ()
    sign = "-" if found[1] in ("-", "\u2212") else ""
    return tuple(Decimal(sign + digits) for digits in _digits(found[2], locale))


def read_money(text: str, locale: str, currency: str) -> Readings[Decimal]:
    """Read an amount of one currency: with its sign, code or name, or bare; in no smaller unit than it has."""
    written = folded(text)
    for word in _currency_words(currency, locale):
        if written.startswith(word):
            written = written.removeprefix(word)
            break
        if written.endswith(word):
            written = written.removesuffix(word)
            break
        if written[:1] in "+-\u2212" and written[1:].startswith(word):
            written = written[:1] + written[1:].removeprefix(word)
            break
    places = get_currency_precision(currency)
    return tuple(
        one for one in read_decimals(written, locale) if -int(one.as_tuple().exponent) <= places
    )


def _digits(written: str, locale: str) -> Readings[str]:
    """Give the readings of digits and separators, as digits with a point."""
    separators = re.findall(r"[^0-9]", written)
    marks = [one for one in separators if one not in _ONLY_GROUPING]
    decimals = _decimal_marks(written, marks, locale)
    readings = (_grouped(written, decimal, locale) for decimal in decimals)
    return tuple(dict.fromkeys(one for one in readings if one is not None))


def _decimal_marks(written: str, marks: list[str], locale: str) -> list[str]:
    """Give the marks that may stand before the decimals; "" where there are none."""
    if not marks:
        return [""]
    last = marks[-1]
    if len(set(marks)) > 1:
        return [last]
    if len(marks) > 1:
        return [""]
    if last == "\u066b" or last == get_decimal_symbol(locale_of(locale)):
        return [last]
    head, _, tail = written.rpartition(last)
    could_group = len(tail) == len("000") and re.fullmatch(r"[1-9][0-9]{0,2}", head) is not None
    if not could_group:
        return [last]
    return [""] if last == get_group_symbol(locale_of(locale)) else ["", last]


def _grouped(written: str, decimal: str, locale: str) -> str | None:
    """Give the digits where all marks but the decimal one group them rightly."""
    whole, _, places = written.rpartition(decimal) if decimal else (written, "", "")
    if not places.isdecimal() and decimal:
        return None
    marks = set(re.findall(r"[^0-9]", whole))
    if len(marks) > 1 or decimal in marks:
        return None
    groups = re.split(r"[^0-9]", whole)
    if len(groups) > 1 and not _are_groups(groups, locale):
        return None
    return "".join(groups) + (f".{places}" if decimal else "")


def _are_groups(groups: list[str], locale: str) -> bool:
    first, *middle, last = groups
    inner = {3, locale_of(locale).decimal_formats[None].grouping[1]}
    sizes = {len(one) for one in middle}
    longest = max(inner)
    return (
        len(last) == len("000")
        and len(sizes) <= 1
        and sizes <= inner
        and 1 <= len(first) <= (sizes or {longest}).pop()
        and not first.startswith("0")
    )


@lru_cache(maxsize=256)
def _currency_words(currency: str, locale: str) -> tuple[str, ...]:
    """Give what an amount can be marked with, the longest first."""
    known = locale_of(locale)
    words = {currency, get_currency_symbol(currency, known), get_currency_symbol(currency, "en")}
    words |= {get_currency_name(currency, count, known) for count in (None, 1, 2, 5)}
    return tuple(sorted({folded(word) for word in words if word}, key=len, reverse=True))
