"""What goes wrong with Telegram while something is done, and whether it was met.

It knows the emulator's faults; it does not know what the bot makes of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.emulator.world import World


class UnmetFaultError(Exception):
    """The bot has not called what was to go wrong; the text tells what it has called."""


@dataclass(frozen=True, slots=True)
class TelegramFault:
    """What Telegram does wrong with the next calls of the bot: it wants to be left alone, errs, or is cut off.

    Exactly one of `retry_after` in seconds, `error` as an HTTP status and `cut` is set. With `html` the error is the page of a
    gateway. `method` is one of the Bot API's, any by default.
    """

    retry_after: int | None = None
    error: int | None = None
    cut: Literal["before", "after"] | None = None
    html: bool = False
    method: str = "*"
    times: int = 1

    def __str__(self) -> str:
        what = "call" if self.method == "*" else self.method
        calls = f"the next {what} is" if self.times == 1 else f"the next {self.times} of {what} are"
        calls = calls.replace("of call are", "calls are")
        if self.cut is not None:
            return f"{calls} cut off {self.cut} Telegram has done what was asked"
        if self.retry_after is not None:
            return f"{calls} answered by 429: again after {self.retry_after} s"
        page = ", with the page of a gateway" if self.html else ""
        return f"{calls} answered by {self.error}{page}"


@contextmanager
def telegram_fails(world: World, fault: TelegramFault) -> Iterator[None]:
    """Let Telegram fail within the block.

    Raises:
        UnmetFaultError: nothing was called that the fault meets.
    """
    planned = Fault(
        method=fault.method,
        times=fault.times,
        error=429 if fault.retry_after is not None else fault.error,
        retry_after=fault.retry_after,
        html=fault.html,
        cut=fault.cut,
    )
    before = len(world.calls.calls)
    world.faults.add(planned)
    try:
        yield
    finally:
        is_unmet = planned.times == fault.times
        if planned in world.faults.faults:
            world.faults.faults.remove(planned)
    if is_unmet:
        called = dict.fromkeys(call.method for call in list(world.calls.calls)[before:])
        told = ", ".join(f'"{one}"' for one in called) or "nothing"
        wanted = "anything" if fault.method == "*" else f'"{fault.method}"'
        raise UnmetFaultError(f"the bot did not call {wanted} of Telegram, but {told}")
