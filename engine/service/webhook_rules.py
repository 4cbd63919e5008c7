"""What Telegram, and we, ask of a webhook's address and of its secrets.

It knows nothing of settings or requests; a rule that is broken is a `ValueError` that says what would be right.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_PORTS: Final = (443, 80, 88, 8443)
"""Those that Telegram calls."""

_PATH: Final = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_OWN_PAGES: Final = ("/health", "/metrics")

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")
"""Telegram takes shorter ones; a secret that can be guessed is none."""


def check_address(url: str) -> str:
    """Return an address that can be a webhook's.

    Raises:
        ValueError: it cannot.
    """
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an address, such as https://bot.example.org/telegram")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("has more than a host and a path")
    if not _PATH.fullmatch(parts.path):
        raise ValueError(
            "has no path of letters, digits, dots and dashes, as https://bot.example.org/telegram has"
        )
    if any(parts.path == page or parts.path.startswith(f"{page}/") for page in _OWN_PAGES):
        raise ValueError(f'has the path "{parts.path}", which is a page of the service')
    return url


def check_reach(url: str) -> None:
    """Return if Telegram itself calls such an address; another Bot API server may call any.

    Raises:
        ValueError: it does not.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise ValueError("is not https://, and Telegram calls no other")
    if (parts.port or _PORTS[0]) not in _PORTS:
        ports = ", ".join(map(str, sorted(_PORTS)))
        raise ValueError(f"has the port {parts.port}; Telegram calls {ports}")


def path_of(url: str) -> str:
    """Return the path by which a webhook is called."""
    return urlsplit(url).path


def host_of(url: str) -> str:
    """Return what may be shown of somebody's webhook: its path may hold a token."""
    parts = _split(url)
    return (parts.hostname if parts else None) or "?"


def split_secrets(secrets: str) -> list[str]:
    """Return the secrets of a text, parted by blanks: the one that Telegram is given, and those that are taken, too.

    Raises:
        ValueError: one of them will not do.
    """
    found = secrets.split()
    if not found or not all(_SECRET.fullmatch(secret) for secret in found):
        raise ValueError(
            "is not a secret of 16 to 256 letters, digits, _ and -, such as `openssl rand -hex 32` makes"
        )
    return found


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
