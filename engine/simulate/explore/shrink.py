"""Makes a conversation that ends badly as short as it can be and still end so.

It knows nothing of what is done or wrong: it leaves out and tries again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from engine.simulate.scenarios.model import Press, Send
from engine.simulate.stage import Given, Someone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from engine.simulate.explore.story import Doing, Story

    type Retell = Callable[[Story], Awaitable[Story | None]]
    """Tells a story again: what of it could be done until it ended in the same way, None where it did not."""

    type Offer = Callable[[Story], Awaitable[Sequence[Doing]]]
    """Tells what can be done after a story."""

MOST_TRIES: Final = 800


@dataclass(slots=True)
class Shrinker:
    """Looks for the shortest story; `tries` are how often it may still be told again.

    `openers` are messages that may stand for all that led to where they lead.
    """

    retell: Retell
    offer: Offer
    openers: Sequence[str] = ()
    tries: int = MOST_TRIES

    async def shrink(self, story: Story) -> Story:
        """Return the shortest story found that ends in the same way."""
        while True:
            before = story
            story = await self._leave_out(story)
            for simpler in chain(self._opened(story), _simpler(story)):
                if found := await self._try(simpler):
                    story = found
                    break
            if story == before:
                story = await self._end_sooner(story)
            if story == before or not self.tries:
                return story

    async def _end_sooner(self, story: Story) -> Story:
        """End the same way by another act, the sooner the better: one button is often as wrong as another."""
        for length in range(len(story.doings) - 1):
            start = replace(story, doings=story.doings[:length])
            for doing in await self.offer(start) if self.tries else ():
                if found := await self._try(replace(story, doings=(*start.doings, doing))):
                    return found
        return story

    async def _leave_out(self, story: Story) -> Story:
        """Leave out runs of acts, long ones first."""
        size = max(len(story.doings) // 2, 1)
        while size:
            start = 0
            while start < len(story.doings):
                doings = story.doings[:start] + story.doings[start + size :]
                found = await self._try(replace(story, doings=doings))
                story = found or story
                start += 0 if found else size
            size //= 2
        return story

    def _opened(self, story: Story) -> Iterator[Story]:
        """Give the same with all of its first acts replaced by one, the more of them the sooner."""
        for start in range(len(story.doings) - 1, 1, -1):
            for text in self.openers:
                opener = replace(story.doings[0], who=story.doings[start].who, act=Send(text))
                yield replace(story, doings=(opener, *story.doings[start:]))

    async def _try(self, story: Story) -> Story | None:
        if not self.tries:
            return None
        self.tries -= 1
        return await self.retell(story)


def _simpler(story: Story) -> Iterator[Story]:
    """Give the same with less in it: fewer people, plain names, nothing stood in for, plain acts."""
    given, usual = story.given, Given()
    active = {doing.who for doing in story.doings}
    people = {name: one for name, one in given.people.items() if name in active}
    if people and people != given.people:
        yield replace(story, given=replace(given, people=people))
    if given.stubs:
        yield replace(story, given=replace(given, stubs={}))
    if given.now != usual.now:
        yield replace(story, given=replace(given, now=usual.now))
    for name, someone in given.people.items():
        plain = Someone(name.capitalize(), someone.role)
        for other in (
            replace(plain, role=None),
            plain,
            replace(someone, first_name=plain.first_name),
        ):
            if other != someone:
                yield replace(story, given=replace(given, people={**given.people, name: other}))
    for place, doing in enumerate(story.doings):
        for act in _simpler_acts(doing):
            doings = list(story.doings)
            doings[place] = act
            yield replace(story, doings=tuple(doings))


def _simpler_acts(doing: Doing) -> Iterator[Doing]:
    act = doing.act
    if isinstance(act, Press) and act.is_twice:
        yield replace(doing, act=replace(act, is_twice=False))
    if isinstance(act, Send) and act.text.startswith("/start "):
        yield replace(doing, act=Send("/start"))
    elif isinstance(act, Send) and not act.text.startswith("/"):
        if act.text != "hello":
            yield replace(doing, act=Send("hello"))
        if len(act.text) > _LONG:
            yield replace(doing, act=Send(act.text[: len(act.text) // 2]))


_LONG: Final = 60
