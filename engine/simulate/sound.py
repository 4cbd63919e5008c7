"""What must hold after every act of every conversation: nothing broke, all was answered, and there is a way on.

It knows what was shown and what is kept; it does not know who wanted what, nor what a bot is about.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from aiogram.enums import ParseMode
from aiogram.types import InlineKeyboardMarkup

from engine.dialog.turns import TurnResult
from engine.emulator.html_markup import parse_html
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.moves import Opening
from engine.flow.model.steps import RunStep
from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiogram_dialog.api.entities import NewMessage

    from engine.flow.checked import Bot
    from engine.simulate.sight import SeenMessage, Sight
    from engine.simulate.stage import Stage


class Wrong(StrEnum):
    """What can be wrong after an act, whatever the conversation is about."""

    RAISED = "raised"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    STUCK = "stuck"
    ADRIFT = "adrift"
    UNTRUE = "untrue"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is wrong; two of the same kind and `mark` are one and the same, `fact` is a sentence for people."""

    wrong: Wrong
    mark: str
    fact: str = field(compare=False)


@dataclass(slots=True)
class Inspector:
    """Looks at one simulation after its acts; `errors` are those that were caught meanwhile, where somebody listens."""

    stage: Stage
    errors: list[BaseException] = field(default_factory=list)
    _calls: int = 0

    async def inspect(self, name: str | None) -> Flaw | None:
        """Return what is wrong, None where nothing is: after the last act, which was a person's if there is a name.

        Calls of Telegram are looked at since the last time.
        """
        flaw = self._broken() or self._refused() or self._unanswered()
        if flaw is None and name is not None:
            flaw = await self._lost(self.stage.sights[name])
        self.errors.clear()
        return flaw

    async def look_at_rows(self) -> Flaw | None:
        """Return the first invariant that does not hold."""
        select = self.stage.ports.select
        if select is None:
            return None
        for invariant in self.stage.invariants:
            if rows := await select(invariant.query, self.stage.clock.now):
                told = ", ".join(f"{key} {value}" for key, value in rows[0].items())
                return Flaw(Wrong.UNTRUE, invariant.name, f"{invariant.name}: {told}")
        return None

    def _broken(self) -> Flaw | None:
        results = [one for one in self.stage.results if one in _BROKEN]
        if not results or self.stage.runner.has_failed:
            return None
        if not self.errors:
            return Flaw(Wrong.RAISED, str(results[0]), f"a turn ended as {results[0]}")
        return raised(self.errors[0])

    def _refused(self) -> Flaw | None:
        calls = self.stage.world.calls.find(after=self._calls)
        self._calls = calls[-1].number if calls else self._calls
        for call in calls:
            if call.fault is None and (call.status or 0) >= _ERROR:
                reason = str(call.answer.get("description"))
                if not any(text in reason.lower() for text in _EXPECTED):
                    fact = f"Telegram refuses {call.method}: {reason}"
                    return Flaw(Wrong.REFUSED, f"{call.method} {reason}", fact)
        return None

    def _unanswered(self) -> Flaw | None:
        for query in self.stage.world.callbacks.values():
            if query.answered_at is None:
                return Flaw(
                    Wrong.UNANSWERED, "", f'the press on "{query.button_text}" is not answered'
                )
        return None

    async def _is_main_shown(self, sight: Sight) -> bool:
        """Tell whether what came or changed is the screen of the main conversation, and not only of others beside it."""
        conversation = await self.stage.conversation_of(sight)
        known = conversation.stack.last_message_id if conversation else None
        return any(message.id == known for message in sight.fresh)

    async def _lost(self, sight: Sight) -> Flaw | None:
        """Tell whether a person sees another step than the one that is kept, or one that leads nowhere."""
        context = await self.stage.where(sight)
        if context is None or not sight.fresh or not self.stage.registry.is_flow(context.state):
            return None
        if opens_beside(self.stage.registry.bot) and not await self._is_main_shown(sight):
            return None
        view = await self.stage.conversations.view(self.stage.telegram, self.stage.key_of(sight))
        place = str(context.state.state).replace("@", " ").replace(":", ".")
        flow, _, step_name = place.rpartition(".")
        name = f"{flow.partition(' ')[0]}.{step_name}"
        if view is None or not any(_is_shown(view, message) for message in sight.fresh):
            return Flaw(Wrong.ADRIFT, name, f'what is shown is not step "{name}", which is kept')
        step = self.stage.registry.step_of(context.state)
        flow_of = self.stage.registry.flow_of(context.state).flow
        if view.reply_markup is None and not flow_of.anytime and not _takes_more(step):
            return Flaw(Wrong.STUCK, name, f'step "{name}" is shown without any way on')
        return None


def opens_beside(bot: Bot) -> bool:
    """Tell whether several conversations of a person can be open at once."""
    steps = [step for one in bot.flows.values() for step in one.flow.steps.values()]
    buttons = [one for step in steps if isinstance(step, WindowStep) for one in step.buttons]
    runs = [one.run for one in buttons] + [one.call for one in steps if isinstance(one, RunStep)]
    return any(run is not None and run.opening is Opening.BESIDE for run in runs)


def raised(error: BaseException) -> Flaw:
    """Make a flaw of an exception: it is the same one wherever the same was raised at the same place."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in frame.filename
    ]
    place = f" in {frames[-1].name}" if frames else ""
    name = type(error).__name__
    told = str(error).partition("\n")[0]
    return Flaw(Wrong.RAISED, f"{name}{place}", f"{name}{place}: {told}")


def _takes_more(step: Any) -> bool:
    if not isinstance(step, WindowStep):
        return False
    is_asking = isinstance(step, AskStep) or (isinstance(step, ChooseStep) and step.search)
    return bool(is_asking or step.timeout or step.refresh)


def _is_shown(view: NewMessage, message: SeenMessage) -> bool:
    """Tell whether a message shows a view, perhaps with a sentence above it."""
    text = view.text or ""
    if view.parse_mode == ParseMode.HTML:
        text = parse_html(text).text
    if len(message.text) < _CUT and not message.text.endswith(text.strip()):
        return False
    if not isinstance(view.reply_markup, InlineKeyboardMarkup | None):
        return True
    return list(_buttons(view.reply_markup)) == [(one.text, one.data) for one in message.buttons]


def _buttons(markup: InlineKeyboardMarkup | None) -> Iterator[tuple[str, str | None]]:
    for row in markup.inline_keyboard if markup else ():
        yield from ((button.text, button.callback_data) for button in row)


_BROKEN: Final = frozenset({TurnResult.FAILED, TurnResult.RECOVERED})
_ERROR: Final = 400
_CUT: Final = 1_000
"""A text as long as this may have been cut to Telegram's bounds."""

_EXPECTED: Final = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "bot was blocked by the user",
    "chat not found",
    "query is too old",
)
"""What Telegram says to what a bot does well: it finds out by trying."""
