"""What a person could do now, and what each of that counts as.

It knows what is on the screen and what the flows take; which of it is done is not its to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

from aiogram_dialog.utils import remove_intent_id

from engine.dialog.callbacks import Control, decode_press
from engine.dialog.conversation import MAIN
from engine.dialog.links import link_of_press
from engine.emulator.payments import Provider
from engine.flow.carried import BETWEEN
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.flow import EntryKind
from engine.simulate.explore import wording
from engine.simulate.explore.story import Doing, do
from engine.simulate.scenarios.model import (
    Become,
    Block,
    Delete,
    Forget,
    Pay,
    Press,
    Restart,
    Send,
    Settle,
    Unblock,
    Wait,
)
from engine.simulate.sight import plain
from engine.simulate.sound import opens_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.checked import Bot
    from engine.simulate.explore.story import Story
    from engine.simulate.scenarios.model import Act
    from engine.simulate.sight import SeenButton, SeenMessage, Sight
    from engine.simulate.stage import Simulator, Stage


class Sort(StrEnum):
    """What sort of thing is done."""

    PRESS = "press"
    ANSWER = "answer"
    DISTURB = "disturb"
    COMMAND = "command"
    OLD = "old"
    TWICE = "twice"
    PAUSE = "pause"
    RESTART = "restart"
    FORGET = "forget"
    DELETE = "delete"
    BLOCK = "block"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done; `move` is what it counts as, whichever item or words it is.

    A command may be of the flow in which the person is.
    """

    sort: Sort
    move: str
    doing: Doing
    is_of_flow: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody stands: `place` is flow.step, and `step` what it is; nothing where no flow is open."""

    place: str = ""
    step: Any = None


class Chooser:
    """Lists what people can do with a bot."""

    def __init__(self, bot: Bot) -> None:
        self._commands = commands_of(bot)
        self._anytime = {
            name: tuple(_words(compiled.flow.anytime)) for name, compiled in bot.flows.items()
        }

    async def list_choices(self, stage: Stage, who: str, rng: Random) -> list[Choice]:
        """List what a person can do now; what they write is thought up anew each time."""
        where = await find_place(stage, who)
        found = [*self._presses(stage, who, where)]
        if opens_beside(stage.registry.bot):
            found += await _beside(stage, who, rng)
        found += self._words_of(stage, who, where, rng)
        found += _troubles(stage, who, where, rng)
        return found

    def _presses(self, stage: Stage, who: str, where: Where) -> Iterator[Choice]:
        sight = stage.sights[who]
        for button in _distinct(sight.screen()):
            move = f"{where.place} {what_of(button)}"
            share = wording.shared(button, where.step)
            press = Doing(who, Press(text=plain(button.text), share=share))
            yield Choice(Sort.PRESS, move, press)
            if button.message_id is not None:
                twice = Doing(who, Press(text=plain(button.text), is_twice=True))
                yield Choice(Sort.TWICE, f"twice {move}", twice)
        if sight.invoice() is not None:
            for provider in Provider:
                yield Choice(Sort.PRESS, f"{where.place} pay {provider}", Doing(who, Pay(provider)))
        if any(user_id == sight.place.user.id for user_id, _ in stage.world.payments.slow):
            yield Choice(Sort.PRESS, f"{where.place} settle", Doing(who, Settle()))
        for screen in islice(sight.former_screens(), _REMEMBERED):
            for button in _distinct(screen):
                old = Doing(who, Press(text=plain(button.text), is_old=True))
                yield Choice(Sort.OLD, f"old {where.place} {what_of(button)}", old)

    def _words_of(self, stage: Stage, who: str, where: Where, rng: Random) -> Iterator[Choice]:
        now, place = stage.clock.now, where.place
        if isinstance(where.step, AskStep):
            if (answer := wording.answer(where.step, now, rng)) is not None:
                yield Choice(Sort.ANSWER, f"{place} answer", Doing(who, answer))
        elif isinstance(where.step, ChooseStep) and where.step.search:
            for text in ("a", "zzz", *(one.text for one in stage.sights[who].screen()[:1])):
                yield Choice(Sort.ANSWER, f"{place} search", Doing(who, Send(text)))
        yield Choice(Sort.DISTURB, f"{place} disturb", Doing(who, wording.disturbance(rng)))
        for command in self._commands:
            yield Choice(Sort.COMMAND, f"{place} {command}", Doing(who, Send(command)))
        for word in self._anytime.get(place.partition(".")[0], ()):
            doing = Doing(who, Send(word))
            yield Choice(Sort.COMMAND, f"{place} {word}", doing, is_of_flow=True)


async def _beside(stage: Stage, who: str, rng: Random) -> list[Choice]:
    """List what can be done in conversations of a person whose message is not the newest one with buttons."""
    sight, found = stage.sights[who], []
    conversation = await stage.conversation_of(sight)
    strands = conversation.strands.values() if conversation else ()
    shown = {one.stack.last_message_id for one in strands}
    newest = next((one.id for one in reversed(sight.messages()) if one.rows), None)
    for message in sight.messages():
        name = _name_of(message, sight)
        if name is None or message.id == newest or not (message.rows or message.id in shown):
            continue
        where = await find_place(stage, who, await stage.strand_of(sight, message))
        for button in _distinct(sight.screen(message.id)):
            press = Press(text=plain(button.text), inside=name)
            move = f"{where.place} {what_of(button)}"
            found.append(Choice(Sort.PRESS, move, Doing(who, press)))
        is_asked = message.id in shown and isinstance(where.step, AskStep)
        answer = wording.answer(where.step, stage.clock.now, rng) if is_asked else None
        if isinstance(answer, Send):
            doing = Doing(who, replace(answer, inside=name))
            found.append(Choice(Sort.ANSWER, f"{where.place} answer", doing))
    return found


def _name_of(message: SeenMessage, sight: Sight) -> str | None:
    """Return a line by which a message is told from others; None where none does."""
    for line in message.text.splitlines():
        found = sight.find_message(line, has_buttons=bool(message.rows)) if line.strip() else None
        if found is not None and found.id == message.id:
            return plain(line)
    return None


async def list_doings(simulator: Simulator, story: Story) -> list[Doing]:
    """List what each person could do after a story."""
    chooser, luck = Chooser(simulator.bot), Random(0)  # noqa: S311 - the same each time
    async with simulator.open(story.given) as stage:
        for doing in story.doings:
            await do(stage, doing)
        choices = [
            one
            for who in story.given.people
            for one in await chooser.list_choices(stage, who, luck)
        ]
    return [one.doing for one in choices]


async def find_place(stage: Stage, who: str, strand: str = MAIN) -> Where:
    """Return where somebody stands, in their main conversation or in one beside it."""
    context = await stage.where(stage.sights[who], strand)
    if context is None or not stage.registry.is_flow(context.state):
        return Where()
    group, _, name = str(context.state.state).partition(":")
    return Where(f"{group.partition('@')[0]}.{name}", stage.registry.step_of(context.state))


def what_of(button: SeenButton) -> str:
    """Return what a button is, whatever its label says."""
    data = button.data or ""
    if link_of_press(data) is not None:
        return "link"
    press = decode_press(remove_intent_id(data)[1])
    if press is None:
        return f"key {button.text}" if button.message_id is None else "button"
    return _what_of_press(press.control, press.value)


def _what_of_press(control: Control, value: str) -> str:
    match control:
        case Control.BUTTON:
            return f"button {value}"
        case Control.LISTED | Control.KEPT:
            return f"listed {value.partition(BETWEEN)[0]}"
        case Control.SET:
            name, _, act = value.partition(":")
            return f"set {name} {act[:1]}"
        case Control.VIEW | Control.CLOCK:
            return f"{control.name.lower()} {value[:1]}"
        case _:
            return control.name.lower()


def commands_of(bot: Bot) -> tuple[str, ...]:
    """Give what starts flows, whatever they are called and by whatever link, and a little beside it."""
    return tuple(_commands(bot))


def _troubles(stage: Stage, who: str, where: Where, rng: Random) -> Iterator[Choice]:
    """List what befalls people."""
    place = where.place
    acts: dict[Sort, Act] = {
        Sort.PAUSE: Wait(wording.pause(where.step, rng)),
        Sort.RESTART: Restart(),
        Sort.FORGET: Forget(),
    }
    if stage.sights[who].messages():
        is_blocked = stage.sights[who].place.chat.blocked
        acts[Sort.DELETE] = Delete(None)
        acts[Sort.BLOCK] = Unblock() if is_blocked else Block()
        acts[Sort.ROLE] = Become(rng.choice(stage.registry.bot.file.roles))
    for sort, act in acts.items():
        yield Choice(sort, f"{place} {sort}", Doing(who, act))


def _distinct(buttons: Any) -> list[SeenButton]:
    """Keep those that their label names, of several with the same label the first; what leads out of Telegram is left out."""
    named: dict[str, SeenButton] = {}
    for button in buttons:
        if button.aside is None and plain(button.text).strip():
            named.setdefault(plain(button.text), button)
    return list(named.values())


def _commands(bot: Bot) -> Iterator[str]:
    yield "/start"
    for compiled in bot.flows.values():
        for entry in compiled.flow.start:
            if entry.kind is EntryKind.COMMAND:
                yield f"/{entry.value}"
            elif entry.kind is EntryKind.DEEP_LINK:
                parts = entry.value.replace("{", "}").split("}")
                for filling in _FILLINGS if len(parts) > 1 else ("",):
                    parts[1::2] = [filling] * len(parts[1::2])
                    yield f"/start {''.join(parts)}"
    yield "/nothing"
    yield "/start nothing-like-it"


def _words(anytime: Any) -> Iterator[str]:
    for line in anytime.values():
        if line.command is not None:
            yield line.label
        yield from (word.text for word in line.words)


_REMEMBERED: Final = 3
_FILLINGS: Final = ("1", "3", "10", "999999", "x")
"""What is put into the links of flows that have parameters."""
