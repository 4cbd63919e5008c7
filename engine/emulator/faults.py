"""Faults that a test asks for: which call fails next, and how.

Knows nothing of HTTP; the transport carries out what is decided here.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

type Cut = Literal["before", "after"]


@dataclass
class Fault:
    """One way to fail the next `times` calls of a method."""

    method: str = "*"
    """Name of a Bot API method in any case, or `*` for every method."""
    times: int = 1
    error: int | None = None
    """HTTP status to answer with; the call has no effect."""
    description: str | None = None
    retry_after: int | None = None
    html: bool = False
    """Answer with an HTML page, as a proxy in front of Telegram does."""
    cut: Cut | None = None
    """Cut the connection before the call takes effect, or after it."""
    delay_seconds: float = 0.0
    chat_id: int | None = None
    """Only calls that concern this chat."""

    def matches(self, method: str, chat_id: str) -> bool:
        """Return whether a call is one that must fail."""
        return (
            self.times > 0
            and (self.method == "*" or self.method.lower() == method.lower())
            and (self.chat_id is None or str(self.chat_id) == chat_id)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the fault as the control API lists it."""
        return asdict(self)


class FaultPlan:
    """The faults still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for a fault."""
        self.faults.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        self.faults.clear()

    def take(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault that meets a call, using up one of its times."""
        for fault in self.faults:
            if fault.matches(method, chat_id):
                fault.times -= 1
                if fault.times == 0:
                    self.faults.remove(fault)
                return fault
        return None
