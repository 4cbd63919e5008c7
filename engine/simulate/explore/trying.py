"""What is worth trying in search of a goal: little of all that can be done, but each thing that may lead elsewhere.

It knows what a step takes; it does not know what is sought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.answers.asked import ALBUMS, ANY, FILE_WORDS
from engine.flow.durations import write_duration
from engine.flow.model.asking import AskStep
from engine.flow.model.windows import WindowStep
from engine.simulate.explore.choices import Sort, find_place
from engine.simulate.explore.story import Doing
from engine.simulate.explore.wording import answers
from engine.simulate.scenarios.model import Send, SendPhoto, Wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.simulate.explore.choices import Choice, Where
    from engine.simulate.stage import Stage


async def list_next(choices: Sequence[Choice], stage: Stage, who: str) -> list[Doing]:
    """List what is worth trying: of items a few, of words those that mean something here."""
    where = await find_place(stage, who)
    flows = await stage.open_flows(stage.sights[who])
    is_home = flows in ([], [stage.registry.bot.file.home])
    tries = [*_some_presses([one for one in choices if one.sort is Sort.PRESS])]
    tries += _some_words(choices, where, stage, who)
    tries += [
        one.doing for one in choices if one.sort is Sort.COMMAND and (is_home or one.is_of_flow)
    ]
    timeout = where.step.timeout if isinstance(where.step, WindowStep) else None
    refresh = where.step.refresh if isinstance(where.step, WindowStep) else None
    if refresh:
        tries.append(Doing(who, Wait(write_duration(refresh.every))))
    if timeout:
        lengths = (write_duration(timeout.after),) if timeout.after else ("1h", "1d", "30d")
        tries += [Doing(who, Wait(length)) for length in lengths]
    return list(dict.fromkeys(tries))


def _some_presses(presses: Sequence[Choice]) -> Iterator[Doing]:
    """Give each button, and of items, which mean the same, the first two and the last."""
    alike: dict[str, list[Choice]] = {}
    for choice in presses:
        alike.setdefault(choice.move, []).append(choice)
    for choices in alike.values():
        for choice in dict.fromkeys([*choices[:2], choices[-1]]):
            yield choice.doing


def _some_words(choices: Sequence[Choice], where: Where, stage: Stage, who: str) -> Iterator[Doing]:
    """Give right answers and wrong ones where a question is asked, and something that nobody asked for elsewhere."""
    step = where.step
    if not isinstance(step, WindowStep):
        return
    if isinstance(step, AskStep):
        yield from (Doing(who, Send(text)) for text in answers(step, stage.clock.now))
    yield from (one.doing for one in choices if one.sort is Sort.ANSWER)
    is_photo = isinstance(step, AskStep) and step.type in (*FILE_WORDS, *ALBUMS, ANY)
    yield Doing(who, Send("hello") if is_photo else SendPhoto(""))
    if isinstance(step, AskStep):
        if step.type == "text" and step.max is not None:
            yield Doing(who, Send("x" * (step.max + 1)))
        if step.type == "text" and step.min is not None and step.min > 1:
            yield Doing(who, Send("x"))
