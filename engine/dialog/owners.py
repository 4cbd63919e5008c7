"""Whose conversation a window of a group is of: the ids of what is open there tell who began it, and so do its buttons.

It does not know who else may press them, nor answer below them.
"""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final

from aiogram_dialog.utils import remove_intent_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiogram.types import Message

_ALPHABET: Final = string.digits + string.ascii_letters
_LENGTH: Final = (
    8  # 62^8: a conversation would open 10^6 flows before two ids met with a chance of 0.2 %
)
_MOST: Final = 2**52
"""Ids of people are smaller: Telegram promises 52 bits, which are nine characters here."""


def new_id(owner: int | None = None) -> str:
    """Return an id that is met once, with who owns it where others could press."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return drawn if owner is None else drawn + _write(owner)


def owner_of(intent_id: str | None) -> int | None:
    """Return whose conversation an id is of; None where it does not tell."""
    written = (intent_id or "")[_LENGTH:]
    if not written or not set(written) <= set(_ALPHABET) or len(written) > len(_write(_MOST)):
        return None
    owner = 0
    for character in written:
        owner = owner * len(_ALPHABET) + _ALPHABET.index(character)
    return owner if 0 < owner < _MOST else None


def intents_under(message: Message) -> Iterator[str]:
    """Give the ids of open flows that the buttons under a message carry."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    for button in (one for row in keyboard for one in row if one.callback_data):
        intent_id, _ = remove_intent_id(button.callback_data or "")
        if intent_id:
            yield intent_id


def _write(number: int) -> str:
    written = ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        written = _ALPHABET[digit] + written
    return written
