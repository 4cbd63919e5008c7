"""What the buttons of a flow carry: which screen, which control, which item.

It does not know what pressing them does.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from aiogram_dialog.utils import CB_SEP

MAX_KEY_BYTES: Final = 28
"""An item's key longer than this is replaced by its digest; 64 bytes in all, 18 for the context, 12 for the rest."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LONGEST_SCREEN = 10


@unique
class Control(StrEnum):
    """What kind of thing was pressed; the letter that a button carries."""

    BUTTON = "b"
    ITEM = "i"
    PAGE = "p"
    PROCEED = "g"
    MARK = "m"
    UNMARK = "u"
    DONE = "d"
    CLEAR = "c"
    HEADING = "h"
    LISTED = "l"
    TURN = "t"
    DEFAULT = "a"
    YES = "y"
    NO = "n"
    SET = "v"
    KEPT = "k"
    DAY = "q"
    VIEW = "w"
    NOTHING = "x"
    CLOCK = "o"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: `screen` is the number of the screen it was on; `value` an index, a page or an item's key."""

    screen: int
    control: Control
    value: str = ""


def encode_press(context_id: str, press: Press) -> str:
    """Return the callback data of a button, in the library's form: context id, separator, payload."""
    return f"{context_id}{CB_SEP}{_to_base36(press.screen)}.{press.control.value}{press.value}"


def decode_press(payload: str) -> Press | None:
    """Return the press that a payload (without the context id) means; None when it is not ours."""
    screen, dot, rest = payload.partition(".")
    if not dot or not rest or rest[0] not in set(Control):
        return None
    if not screen or not set(screen) <= set(_DIGITS) or len(screen) > _LONGEST_SCREEN:
        return None
    return Press(int(screen, 36), Control(rest[0]), rest[1:])


def item_key(key: str) -> str:
    """Return an item's key as a button carries it: itself, or its digest when it is too long."""
    if len(key.encode()) <= MAX_KEY_BYTES:
        return key
    digest = hashlib.blake2b(key.encode(), digest_size=15).digest()
    return "~" + base64.urlsafe_b64encode(digest).decode()


def _to_base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
