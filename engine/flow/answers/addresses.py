"""Texts, telephone numbers and e-mail addresses in one spelling each.

It knows no bounds; whether an address is in use is not asked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.flow.answers.plain import plain

_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN_DIGITS: Final = re.compile(r"[ ()\-./\u2010-\u2015]")
_TRUNK_ZERO: Final = re.compile(r"\( ?0 ?\)")
_LOCAL: Final = re.compile(r"[^@\s<>\"(),:;\[\]\\.]+(?:\.[^@\s<>\"(),:;\[\]\\.]+)*")
_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}|.*\.xn--[a-z0-9-]+")
_LONGEST_LOCAL: Final = 64
_LONGEST_DOMAIN: Final = 190


def read_texts(text: str) -> tuple[str, ...]:
    """Read a text: whatever shows something, whole characters only."""
    written = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
    return (written,) if any(_is_visible(one) for one in written) else ()


def read_phones(text: str) -> tuple[str, ...]:
    """Read an international number as `+` and digits; one without its country is not known to be any."""
    written = plain(text)
    if written.startswith(("+", "00")):
        written = _TRUNK_ZERO.sub("", written)
    digits = _BETWEEN_DIGITS.sub("", written)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    return (digits,) if _PHONE.fullmatch(digits) else ()


def read_emails(text: str) -> tuple[str, ...]:
    """Read an address, its domain in small letters."""
    local, _, domain = text.strip().rpartition("@")
    domain = domain.lower()
    is_short = len(local) <= _LONGEST_LOCAL and len(domain) <= _LONGEST_DOMAIN
    if is_short and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain):
        return (f"{local}@{domain}",)
    return ()


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" and character not in _BLANK


_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that show nothing."""
