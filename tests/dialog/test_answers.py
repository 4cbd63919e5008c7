"""What people write, as typed values."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from aiogram.types import Chat, Contact, Message, User

from engine.dialog.answers import read_answer
from engine.flow.formats import Formats
from engine.flow.types import Kind, Scalar


def _message(text: str | None = None, contact: Contact | None = None) -> Message:
    return Message(
        message_id=1,
        date=datetime(2026, 11, 2, tzinfo=UTC),
        chat=Chat(id=7, type="private"),
        from_user=User(id=7, is_bot=False, first_name="Ann"),
        text=text,
        contact=contact,
    )


def _formats(locale: str) -> Formats:
    return Formats(locale, UTC, "EUR", datetime(2026, 11, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "locale", "text", "answer"),
    [
        (Kind.TEXT, "en", "  hello ", "hello"),
        (Kind.TEXT, "en", "\ud800x", "\ufffdx"),
        (Kind.INT, "en", "1 234", 1234),
        (Kind.INT, "en", "12.5", None),
        (Kind.INT, "en", "-3", -3),
        (Kind.INT, "en", "9" * 30, None),
        (Kind.DECIMAL, "en", "1,234.5", Decimal("1234.5")),
        (Kind.DECIMAL, "de", "1.234,5", Decimal("1234.5")),
        (Kind.DECIMAL, "en", "NaN", None),
        (Kind.MONEY, "de", "9,90", Decimal("9.90")),
        (Kind.DATE, "en", "2026-11-30", date(2026, 11, 30)),
        (Kind.DATE, "de", "30.11.2026", date(2026, 11, 30)),
        (Kind.DATE, "en", "11/30/2026", date(2026, 11, 30)),
        (Kind.DATE, "en", "2026-02-30", None),
        (Kind.DATE, "de", "morgen", None),
        (Kind.TIME, "de", "9", time(9)),
        (Kind.TIME, "de", "14.30", time(14, 30)),
        (Kind.TIME, "en", "2:30 PM", time(14, 30)),
        (Kind.TIME, "en", "25:00", None),
        (Kind.PHONE, "de", "+49 (151) 123-456 78", "+4915112345678"),
        (Kind.PHONE, "de", "0049 151 12345678", "+4915112345678"),
        (Kind.PHONE, "de", "0151 12345678", None),
        (Kind.EMAIL, "en", "a.b@c.example", "a.b@c.example"),
        (Kind.EMAIL, "en", "a b@c", None),
        (Kind.TEXT, "en", "", None),
    ],
)
def test_a_text_is_read_by_type_and_locale(kind: Kind, locale: str, text: str, answer: Any) -> None:
    """Each type takes the spellings people of the locale use, and nothing else."""
    assert read_answer(Scalar(kind), _message(text), _formats(locale)) == answer


@pytest.mark.parametrize(("text", "answer"), [("1", None), ("2", 2), ("6", 6), ("7", None)])
def test_numbers_are_bounded(text: str, answer: int | None) -> None:
    """`min` and `max` of a number are values, both allowed."""
    declared = Scalar(Kind.INT, min=2, max=6)
    assert read_answer(declared, _message(text), _formats("en")) == answer


def test_texts_are_bounded_in_utf16_units() -> None:
    """A character outside the basic plane counts as two, as Telegram counts it."""
    declared = Scalar(Kind.TEXT, max=3)
    assert read_answer(declared, _message("😀a"), _formats("en")) == "😀a"
    assert read_answer(declared, _message("😀😀"), _formats("en")) is None


def test_only_ones_own_contact_is_a_phone_number() -> None:
    """Somebody else's shared contact is no answer."""
    own = Contact(phone_number="4915112345678", first_name="Ann", user_id=7)
    other = Contact(phone_number="4915112345678", first_name="Bob", user_id=8)
    declared = Scalar(Kind.PHONE)
    assert read_answer(declared, _message(contact=own), _formats("en")) == "+4915112345678"
    assert read_answer(declared, _message(contact=other), _formats("en")) is None
