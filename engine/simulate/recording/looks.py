"""What is worth looking at after an act: the first line that is news, where the person stands, commands, and flows that ended.

It knows what the simulation shows and what the chat showed; it does not judge whether they are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.simulate.scenarios.model import At, Calls, Ended, See
from engine.simulate.sight import plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from engine.emulator.model import Json
    from engine.simulate.chat import Chat
    from engine.simulate.scenarios.model import Expectation
    from engine.simulate.sight import SeenMessage
    from engine.simulate.stubs import Called

_CHANGES: Final = re.compile(r"\d")
"""What a digit says - a number of a row, a day, a time - is another one tomorrow, and seldom what a scenario is about."""

_END: Final = re.compile(r"[^\w!?.…)»”\"]+\Z")
_LETTERS: Final = re.compile(r"[^\W\d_].*[^\W\d_].*[^\W\d_]")


@dataclass(slots=True)
class Looker:
    """Looks at what an act led to for one person, and remembers what they knew before."""

    chat: Chat
    home: str
    _texts: set[str] = field(default_factory=set)
    _place: str | None = None
    _flows: Sequence[str] = ()

    async def look(
        self, shown: Iterable[Json], *, said: str | None = None
    ) -> tuple[Expectation, ...]:
        """Say what must hold now.

        `shown` is what the chat showed, `said` the words of an act that should be answered, None where none was.
        """
        return tuple([one async for one in self._looks(shown, said)])

    async def _looks(self, shown: Iterable[Json], said: str | None) -> AsyncIterator[Expectation]:
        see = self._see(list(_lines(_text(data) for data in shown)), said)
        self._texts = {message.text for message in self.chat.sight.messages()}
        if see is not None:
            yield see
        before, self._place = self._place, await self.chat.place()
        if self._place is not None and self._place != before:
            yield At(self._place)
        if calls := _calls(self.chat.stage.runner.called):
            yield Calls(calls)
        flows, self._flows = self._flows, await self.chat.stage.open_flows(self.chat.sight)
        ended = [flow for flow in flows if flow not in self._flows and flow != self.home]
        if ended:
            yield Ended(ended[0])

    def _see(self, known: Sequence[str], said: str | None) -> See | None:
        sight = self.chat.sight
        alert = next(_lines(sight.answers), None)
        news = self._news(sight.fresh)
        if news is None:
            return See(alert=alert) if alert else See(new=False) if said is not None else None
        every = list(_lines([news.text]))
        lines = [line for line in every if line not in (said or "")] or every
        text = next((line for line in lines if line in known), lines[0] if lines else None)
        return See(text=text and _steady(text), alert=alert, media=news.media)

    def _news(self, fresh: Sequence[SeenMessage]) -> SeenMessage | None:
        """Choose the first message whose text was not there before; where all were, the last one."""
        new = [message for message in fresh if message.text not in self._texts]
        return next(iter(new or fresh[-1:]), None)


def _text(data: Json) -> str:
    return str(data.get("text") or data.get("caption") or "")


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for line in plain(text).splitlines():
            if stripped := line.strip():
                yield stripped


def _steady(line: str) -> str:
    """Return a line as far as it says the same on another day; the whole line where hardly anything is left."""
    changes = _CHANGES.search(line)
    part = _END.sub("", line[: changes.start()]) if changes else line
    return part if _LETTERS.search(part) else line


def _calls(called: Iterable[Called]) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for call in called:
        steady = {name: value for name, value in call.arguments.items() if _is_steady(value)}
        found.setdefault(call.name, steady)
    return found


def _is_steady(value: Any) -> bool:
    """Tell whether an argument says the same on another day and with other numbers of rows."""
    if isinstance(value, str):
        return _CHANGES.search(value) is None
    return value is None or isinstance(value, bool)
