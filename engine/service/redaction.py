"""Takes out of a log line what must not be in one: tokens, passwords, phone numbers, people's words.

It knows nothing of how lines are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

HIDDEN: Final = "[hidden]"

PRIVATE_FIELDS: Final = frozenset(
    {
        "caption",
        "comment",
        "contact",
        "email",
        "message_text",
        "password",
        "phone",
        "phone_number",
        "text",
        "token",
    }
)
"""Fields of a log event whose values are never shown, whatever they are."""

_PATTERNS: Final = (
    (re.compile(r"\d+:[A-Za-z0-9_-]{30,}"), HIDDEN),  # a bot token
    (re.compile(r"(?<=://)[^\s/@]*:[^\s/@]+(?=@)"), HIDDEN),  # user and password of a URL
    (re.compile(r"(?<![\w.])\+\d{7,15}\b"), HIDDEN),  # a phone number
    (  # SQLAlchemy's
        re.compile(r"\[parameters: .*?(?=\n\(Background|\Z)", re.DOTALL),
        f"[parameters: {HIDDEN}]",
    ),
    (re.compile(r"(?<=DETAIL:  ).*"), HIDDEN),  # PostgreSQL's, which quotes the row
    (
        re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL),
        f"input_value={HIDDEN}",
    ),  # pydantic's
    (re.compile(r"(?<=\nUpdate: ).*"), HIDDEN),  # aiogram's, of an update it does not know
    (
        re.compile(r"(?<=\nContent: ).*", re.DOTALL),
        HIDDEN,
    ),  # aiogram's, of an answer it cannot read
)


class Redactor:
    """Hides private parts of texts and of log events; `secrets` are hidden wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """Return a text without what must not be logged."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def clean_value(self, value: Any) -> Any:
        """Return a value of a log event, cleaned as deep as it goes."""
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.clean(value)
            case Mapping():
                return {
                    str(key): HIDDEN if key in PRIVATE_FIELDS else self.clean_value(inner)
                    for key, inner in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self.clean_value(inner) for inner in value]
            case _:
                return self.clean(str(value))

    def __call__(self, _logger: Any, _method: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Clean a log event, as a structlog processor."""
        cleaned: dict[str, Any] = self.clean_value(event)
        return cleaned
