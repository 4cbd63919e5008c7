"""The table of Bot API methods: name in lower case → function.

Knows nothing of HTTP; a function takes a `Request` and returns what Telegram would put into `result`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from engine.emulator.errors import ApiError
from engine.emulator.methods import (
    answering,
    chats,
    copying,
    deleting,
    editing,
    profile,
    receiving,
    sending,
    topics,
)
from engine.emulator.methods.known import TELEGRAM_METHODS
from engine.emulator.request import Request

type Method = Callable[[Request], Any | Awaitable[Any]]

_FAMILIES = (receiving, sending, copying, editing, deleting, answering, profile, chats, topics)

NAMES = tuple(name for family in _FAMILIES for name in family.METHODS)
"""Names of the methods that there are, as Telegram writes them."""

METHODS: dict[str, Method] = {
    name.lower(): method for family in _FAMILIES for name, method in family.METHODS.items()
}


def find_method(name: str) -> Method:
    """Return the function of a method, whose name may be in any case.

    Raises:
        ApiError: Telegram has no such method, or the emulator does not do it.
    """
    method = METHODS.get(name.lower())
    if method is not None:
        return method
    if name.lower() in TELEGRAM_METHODS:
        raise ApiError(501, f"Not Implemented: the emulator does not have method {name}")
    raise ApiError(404, "Not Found: method not found")
