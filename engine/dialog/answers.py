"""What a person wrote as a typed value.

It does not know what is done with the answer, nor which answers a flow allows beyond their type.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from babel.dates import parse_date, parse_time
from babel.numbers import NumberFormatError, parse_decimal

from engine.flow.types import Kind, Scalar
from engine.flow.values import to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiogram.types import Message

    from engine.flow.formats import Formats
    from engine.flow.types import Type

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,190}\.[^@\s<>\".]{2,63}")
_LONGEST_NUMBER = 20


def read_answer(declared: Type, message: Message, formats: Formats) -> Any | None:
    """Return the answer a message gives to a question of this type; None when it gives none."""
    if not isinstance(declared, Scalar):
        raise TypeError(f"an answer cannot be of type {declared!r}")
    if declared.kind is Kind.PHONE and message.contact is not None:
        return _own_phone(message)
    text = (message.text or "").strip()
    if not text:
        return None
    try:
        answer = _READERS[declared.kind](text, formats.locale)
        if answer is not None:
            to_json(declared, answer)  # what cannot be kept, or is out of bounds, is no answer
    except (ValueError, NumberFormatError, InvalidOperation, IndexError):
        return None
    return answer


def _own_phone(message: Message) -> str | None:
    """Return the number of a shared contact, if it is the sender's own."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id:
        return None
    return _read_phone("+" + contact.phone_number.lstrip("+"), "")


def _read_text(text: str, _locale: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read_int(text: str, _locale: str) -> int | None:
    compact = re.sub(r"[\s'\u00a0\u202f]", "", text)
    return int(compact) if re.fullmatch(r"[+-]?[0-9]{1,18}", compact) else None


def _read_decimal(text: str, locale: str) -> Decimal | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    number = parse_decimal(text, locale=locale)
    return number if number.is_finite() else None


def _read_date(text: str, locale: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_date(text, locale=locale)


def _read_time(text: str, locale: str) -> time | None:
    if re.fullmatch(r"[0-9]{1,2}([:.][0-9]{2})?", text):
        hours, _, minutes = text.replace(".", ":").partition(":")
        return time(int(hours), int(minutes or 0))
    return parse_time(text, locale=locale)


def _read_phone(text: str, _locale: str) -> str | None:
    compact = re.sub(r"[\s()\-./\u00a0]", "", text)
    compact = "+" + compact[2:] if compact.startswith("00") else compact
    return compact if _PHONE.fullmatch(compact) else None


def _read_email(text: str, _locale: str) -> str | None:
    return text if _EMAIL.fullmatch(text) else None


_READERS: dict[Kind, Callable[[str, str], Any]] = {
    Kind.TEXT: _read_text,
    Kind.INT: _read_int,
    Kind.DECIMAL: _read_decimal,
    Kind.MONEY: _read_decimal,
    Kind.DATE: _read_date,
    Kind.TIME: _read_time,
    Kind.PHONE: _read_phone,
    Kind.EMAIL: _read_email,
}
