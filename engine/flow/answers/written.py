"""A written answer of any type.

It knows which reader is whose, and no bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.flow.answers.addresses import read_emails, read_phones, read_texts
from engine.flow.answers.clock import read_durations, read_instants, read_times
from engine.flow.answers.days import Recurring, read_days
from engine.flow.answers.numbers import read_decimals, read_integers, read_money
from engine.flow.types import Kind, Scalar
from engine.flow.values import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.flow.formats import Formats

type Reader = Callable[[str, Formats], tuple[Any, ...]]


def read_written(kind: Kind, text: str, formats: Formats) -> tuple[Any, ...]:
    """Give every way to read a text as a value of a kind that can be kept; none where it is no such value."""
    found = READERS[kind](text, formats)
    kept = tuple(value for value in found if _can_be_kept(kind, value))
    return Recurring(kept) if isinstance(found, Recurring) else kept


READERS: Final[Mapping[Kind, Reader]] = {
    Kind.TEXT: lambda text, _formats: read_texts(text),
    Kind.INT: lambda text, formats: read_integers(text, formats.locale),
    Kind.DECIMAL: lambda text, formats: read_decimals(text, formats.locale),
    Kind.MONEY: lambda text, formats: read_money(text, formats.locale, formats.currency),
    Kind.DATE: read_days,
    Kind.TIME: lambda text, formats: read_times(text, formats.locale),
    Kind.DATETIME: read_instants,
    Kind.DURATION: lambda text, formats: read_durations(text, formats.locale),
    Kind.PHONE: lambda text, _formats: read_phones(text),
    Kind.EMAIL: lambda text, _formats: read_emails(text),
}


def _can_be_kept(kind: Kind, value: Any) -> bool:
    try:
        to_json(Scalar(kind), value)
    except ValueError:
        return False
    return True
