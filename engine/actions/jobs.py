"""Makes functions jobs: work that is done now and then without anybody who asks for it.

It knows nothing of when it is done, nor by which process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.actions.registration import SignatureError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A function of a catalog that is called every few minutes, in a transaction of its own, again and again until it gives 0.

    It is given a session of SQLAlchemy and the time, does a part of what is to be done, and gives how many rows, people or
    whatever it looks after that part was. Several processes may call it at once, and one may die in the middle of it.
    """

    name: str
    function: Callable[[Any, datetime], Awaitable[int]]

    async def __call__(self, session: Any, now: datetime) -> int:
        """Do a part of it."""
        return await self.function(session, now)


def job(name: str) -> Callable[[Callable[[Any, datetime], Awaitable[int]]], Job]:
    """Make a function a job, under a name that logs and metrics say.

    Raises:
        SignatureError: the name is not of letters, digits and "_".
    """
    if not name.isidentifier():
        raise SignatureError(f'job "{name}" is not named by letters, digits and "_"')

    def mark(function: Callable[[Any, datetime], Awaitable[int]]) -> Job:
        return Job(name, function)

    return mark
