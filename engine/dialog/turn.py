"""One turn of a conversation: what one update needs and what it has led to so far.

It does not know how a flow moves; it carries the values that moving, showing and writing share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from engine.dialog.flow_data import FlowData
from engine.dialog.trail import Judged, TextAsked
from engine.flow.direction import without_marks
from engine.flow.formats import Formats
from engine.flow.template_watch import WATCHER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime, tzinfo

    from aiogram.fsm.state import State
    from aiogram_dialog.api.entities import Context, NewMessage, ShowMode
    from aiogram_dialog.api.protocols import DialogManager

    from engine.actions import User
    from engine.dialog.conversation import Conversation
    from engine.dialog.kept import Kept
    from engine.dialog.ports import ActionRunner
    from engine.dialog.registry import FlowRegistry
    from engine.dialog.trail import Note
    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.windows import ShowAs
    from engine.flow.model.written import Code, Wording

TURN_KEY: Final = "usher_turn"
"""Where the turn stands in the library's middleware data."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a turn has led to in a strand that is not concerned for now, by the names of a turn, and how its screen is shown."""

    values: Mapping[str, Any]
    mode: ShowMode


@dataclass(slots=True)
class Turn:
    """What an update found and what it has led to.

    `key` names the turn, `place` the conversation, in the keys of effects; `opened_before` are the flows the turn began with.
    `acted` are the commands that did their work on the same occasion, in this turn or in one of which nothing was kept.
    `screen` is the number of the screen that is going to be shown; it is known once the state is encoded.
    `is_stale` tells that a button was pressed which the current screen does not have.
    `toast` is the answer to a callback, if there is one (`is_press`), to be confirmed where it `is_alert`. `left_behind` is the message whose screen is shown anew below.
    `began_at` is the flow on top as the turn began and where it stood, `arrived` are the flows that entered a step in it. `show_as` is how the pressed button
    wants the screen shown, `keeps_screen` that the last one is left as it is, with its buttons.
    `stays_silent` tells that nothing is shown; `deleted` are messages of the person that are deleted at the end.
    `renews` tells that the window is shown again without anybody having done anything, `rests` that it is not until somebody does; `is_lost` that nobody
    can see it, `retry_after` for how many seconds Telegram asks to wait.
    `accepts` tells that an invoice may be paid, `takes_payment` that something was paid, which must not be lost, and `is_paid` that it was the invoice on the screen.
    `is_timeout` tells that no person began the turn. `has_failed` tells that something raised; the flow's error edge is then taken, once.
    `acting` is the strand that the occasion concerns; `shelved` is what the turn has led to in others.
    `notices` are sentences shown above the next screen; `words` are last words, shown before it. `notes` are for who watches.
    """

    registry: FlowRegistry
    conversation: Conversation
    runner: ActionRunner
    user: User
    identify: Callable[[], Awaitable[User]]
    kept: Kept
    bot_username: str
    now: datetime
    key: str
    place: str
    formats: Formats = field(init=False)
    opened_before: frozenset[str] = field(init=False)
    screen: int = 0
    acted: set[str] = field(default_factory=set)
    commands: int = 0
    wants_screen: bool = False
    toast: str | None = None
    is_alert: bool = False
    is_press: bool = False
    left_behind: int | None = None
    closes_screen: bool = False
    stays_silent: bool = False
    is_stale: bool = False
    began_at: tuple[str, State | None] | None = field(init=False)
    arrived: set[str] = field(default_factory=set)
    show_as: ShowAs | None = None
    keeps_screen: bool = False
    is_timeout: bool = False
    renews: bool = False
    rests: bool = False
    is_lost: bool = False
    retry_after: float = 0.0
    accepts: bool = False
    takes_payment: bool = False
    is_paid: bool = False
    is_private: bool = True
    had_reply_keyboard: bool = field(init=False)
    has_failed: bool = False
    deleted: tuple[int, ...] = ()
    notices: list[str] = field(default_factory=list)
    words: list[NewMessage] = field(default_factory=list)
    results: dict[tuple[str, str], Any] = field(default_factory=dict)
    notes: list[Note] | None = None
    acting: str = ""
    shelved: dict[str, Shelf] = field(default_factory=dict)
    _data: dict[str, FlowData] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begin_here()
        gone = (context.id for context in self.conversation.cut)
        self.opened_before = frozenset({*self.conversation.contexts, *gone})
        self._become(self.user)

    def begin_here(self) -> None:
        """Begin with the strand that is concerned now: the turn has led to nothing there yet."""
        self.had_reply_keyboard = self.conversation.stack.last_reply_keyboard
        top = self.conversation.top()
        self.began_at = (top.id, top.state) if top else None
        self.wants_screen = self.closes_screen = self.keeps_screen = False
        self.left_behind = self.show_as = None
        self.notices, self.words = [], []

    @property
    def bot(self) -> Bot:
        """The checked flows in force."""
        return self.registry.bot

    @property
    def time_zone(self) -> tzinfo:
        """The user's own zone."""
        return ZoneInfo(self.user.time_zone)

    async def look_again(self) -> None:
        """Go on as the same person after a command that may have changed their role, language or zone."""
        self._become(await self.identify())

    def _become(self, user: User) -> None:
        self.user = user
        self.formats = Formats(
            user.locale, self.time_zone, self.bot.file.currency, self.now, self.bot_username
        )
        self.results.clear()

    def leave_behind(self) -> None:
        """Note that the screen is shown anew below; one without buttons in its message has nothing to lose."""
        if not self.conversation.here.is_bare:
            self.left_behind = self.conversation.stack.last_message_id

    def data_of(self, context: Context) -> FlowData:
        """Return the typed data of an open flow, decoded once a turn."""
        data = self._data.get(context.id)
        if data is None:
            data = FlowData(context, self.registry.flow_of(context.state))
            self._data[context.id] = data
        return data

    def flush(self) -> None:
        """Write all changed data into their contexts."""
        for data in self._data.values():
            data.flush()

    def environment(self, data: FlowData, **names: Any) -> dict[str, Any]:
        """Return the names that an expression of this flow may read."""
        return {
            "data": data.data,
            "params": data.params,
            "user": self.user,
            "formats": self.formats,
            **names,
        }

    def evaluate(self, data: FlowData, code: Code, environment: Mapping[str, Any]) -> Any:
        """Return the value of an expression of the flow."""
        return data.flow.code[code].evaluate(environment)

    def holds(self, data: FlowData, code: Code, environment: Mapping[str, Any]) -> bool:
        """Tell whether a condition of the flow holds."""
        holds = bool(self.evaluate(data, code, environment))
        if self.notes is not None:
            self.notes.append(Judged(data.flow.flow.name, data.step, code, holds))
        return holds

    def lets_in(self, compiled: CompiledFlow) -> bool:
        """Tell whether the `access` of a flow lets this person in."""
        access = compiled.flow.access
        if access is None:
            return True
        environment = {"user": self.user, "formats": self.formats}
        holds = bool(compiled.code[access].evaluate(environment))
        if self.notes is not None:
            self.notes.append(Judged(compiled.flow.name, None, access, holds))
        return holds

    def evaluate_all(
        self, data: FlowData, codes: Mapping[str, Code], environment: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the values of several expressions by name, all read before any is used."""
        return {name: self.evaluate(data, code, environment) for name, code in codes.items()}

    def say(self, data: FlowData, wording: Wording, environment: Mapping[str, Any]) -> str:
        """Return a text of the flow in the user's language."""
        template = data.flow.wordings[wording][self.user.locale]
        if self.notes is None or not template.asked:
            return template.render(environment)
        notes, flow = self.notes, data.flow.flow.name

        def told(condition: str, holds: Any) -> Any:
            notes.append(TextAsked(flow, wording.path, condition, bool(holds)))
            return holds

        return template.watched({**environment, WATCHER: told})

    def say_to_client(
        self, data: FlowData, wording: Wording, environment: Mapping[str, Any]
    ) -> str:
        """Return what nobody need read, such as a place, in the user's language where that has one of its own."""
        templates = data.flow.wordings[wording]
        template = templates.get(self.user.locale) or templates[self.bot.file.locale]
        return without_marks(template.render(environment))

    def message(self, name: str, **names: Any) -> str:
        """Return one of the engine's own sentences in the user's language."""
        template = self.bot.messages[name][self.user.locale]
        return template.render({"user": self.user, "formats": self.formats, **names})

    def notice(self, html: str) -> None:
        """Show a sentence of the flow above the next screen."""
        self.notices.append(html)

    def answer(self, text: str, *, is_alert: bool = False) -> None:
        """Answer the press of this turn; what answered it before, and what answers none, stands above the next screen."""
        said, answers = (self.toast, text) if self.is_press else (text, self.toast)
        if said:
            self.notice(escape(said, quote=False))
        self.toast, self.is_alert = answers, is_alert and self.is_press

    def tell(self, name: str) -> None:
        """Show one of the engine's own sentences above the next screen."""
        self.notice(escape(self.message(name), quote=False))

    def take_notices(self) -> str:
        """Return the notices as HTML, once; empty when there are none."""
        text = "\n\n".join(self.notices)
        self.notices.clear()
        return text


def turn_of(manager: DialogManager) -> Turn:
    """Return the turn that a dialog manager is part of."""
    turn: Turn = manager.middleware_data[TURN_KEY]
    return turn
