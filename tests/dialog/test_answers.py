"""What people send, as typed values."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from aiogram.types import Animation, Chat, Contact, Document, Location, Message, PhotoSize, User

from engine.actions import Contact as SentContact
from engine.actions import File
from engine.actions import Location as SentLocation
from engine.dialog.answers import read_answers
from engine.flow.answers.asked import ASK_TYPES
from engine.flow.formats import Formats

FORMATS = Formats("en", UTC, "EUR", datetime(2026, 11, 2, tzinfo=UTC))
OWN = Contact(phone_number="4915112345678", first_name="Ann", user_id=7)
OTHER = Contact(phone_number="+4915112345678", first_name="Bob", last_name="Lee")
SMALL = PhotoSize(file_id="A", file_unique_id="a", width=90, height=90, file_size=900)
LARGE = PhotoSize(file_id="B", file_unique_id="b", width=900, height=900, file_size=9_000)
PLAN = Document(file_id="C", file_unique_id="c", file_name="plan.pdf", mime_type="application/pdf")
MOVING = Animation(file_id="D", file_unique_id="d", width=9, height=9, duration=1)


def _message(**content: Any) -> Message:
    return Message(
        message_id=1,
        date=datetime(2026, 11, 2, tzinfo=UTC),
        chat=Chat(id=7, type="private"),
        from_user=User(id=7, is_bot=False, first_name="Ann"),
        **content,
    )


@pytest.mark.parametrize(
    ("word", "content", "answer"),
    [
        ("text", {"text": " hello "}, "hello"),
        ("int", {"text": "12"}, 12),
        ("phone", {"text": "+49 151 12345678"}, "+4915112345678"),
        ("phone", {"contact": OWN}, "+4915112345678"),
        ("phone", {"contact": OTHER}, None),
        ("contact", {"contact": OWN}, SentContact("+4915112345678", "Ann", None, 7)),
        ("contact", {"contact": OTHER}, SentContact("+4915112345678", "Bob", "Lee")),
        ("contact", {"text": "+4915112345678"}, None),
        (
            "location",
            {"location": Location(latitude=52.5162746, longitude=-13.4)},
            SentLocation(Decimal("52.516275"), Decimal("-13.4")),
        ),
        ("photo", {"photo": [SMALL, LARGE]}, File("photo", "B", "b", None, "image/jpeg", 9_000)),
        (
            "photo",
            {"photo": [SMALL], "caption": "Me"},
            File("photo", "A", "a", None, "image/jpeg", 900),
        ),
        ("photo", {"document": PLAN}, None),
        ("document", {"document": PLAN}, File("document", "C", "c", "plan.pdf", "application/pdf")),
        ("file", {"document": PLAN}, File("document", "C", "c", "plan.pdf", "application/pdf")),
        ("animation", {"animation": MOVING, "document": PLAN}, File("animation", "D", "d")),
        ("document", {"animation": MOVING, "document": PLAN}, None),
        ("text", {"photo": [SMALL], "caption": "Me"}, None),
    ],
)
def test_a_message_is_read_by_what_is_asked_for(word: str, content: Any, answer: Any) -> None:
    """Each type takes its own kind of message; a caption answers nothing."""
    assert read_answers(word, _message(**content), FORMATS) == (() if answer is None else (answer,))


@pytest.mark.parametrize("word", ASK_TYPES)
def test_every_message_is_an_answer_or_none(word: str) -> None:
    """No message makes a question fail."""
    for content in ({}, {"text": "x"}, {"contact": OTHER}, {"photo": [LARGE]}, {"document": PLAN}):
        read_answers(word, _message(**content), FORMATS)
