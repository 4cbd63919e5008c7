"""The log of Bot API calls.

Never holds a token; knows nothing of what a method does.
"""

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

MAX_CALLS = 10_000


@dataclass
class Call:
    """One call of a method, and the answer it got."""

    number: int
    bot_id: int
    method: str
    payload: dict[str, Any]
    started_at: float
    finished_at: float | None = None
    status: int | None = None
    answer: Any = None
    fault: dict[str, Any] | None = field(default=None)

    def to_json(self) -> dict[str, Any]:
        """Return the call as the control API lists it."""
        return asdict(self)


class CallLog:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=MAX_CALLS)
        self._count = 0

    def open(self, bot_id: int, method: str, payload: dict[str, Any], started_at: float) -> Call:
        """Note that a call came in."""
        self._count += 1
        call = Call(self._count, bot_id, method, payload, started_at)
        self.calls.append(call)
        return call

    def find(self, *, method: str | None = None, after: int = 0) -> list[Call]:
        """Return calls of a method (any case), or of all, with a number above `after`."""
        return [
            call
            for call in self.calls
            if call.number > after and (method is None or call.method.lower() == method.lower())
        ]

    def clear(self) -> None:
        """Forget every call."""
        self.calls.clear()
