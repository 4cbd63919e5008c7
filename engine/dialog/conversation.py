"""A conversation in memory: its stack, the contexts on it, and how both become bytes.

It does not know where the bytes are kept, nor what the contexts' data mean.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiogram_dialog.api.entities import Context, Stack
from aiogram_dialog.api.exceptions import DialogStackOverflow, UnknownIntent

from engine.dialog.outgoing import Above, Shown
from engine.dialog.owners import new_id
from engine.dialog.record import OF_MESSAGE, Head, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from aiogram.fsm.state import State
    from aiogram_dialog.api.entities import OldMessage

    from engine.dialog.bring_along import Brought

STACK_LIMIT = 20
"""How many flows can be open at once."""

_KEPT_OF_STACK = (
    "last_message_id",
    "last_reply_keyboard",
    "last_media_id",
    "last_media_unique_id",
    "last_income_media_group_id",
    "content_type",
    "has_protected_content",
)
_OF_SCREEN = OF_MESSAGE | {"content_type", "has_protected_content"}
"""What is kept of the message that the last screen stands in."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a timeout is due, in milliseconds since 1970, and the open flow that has it.

    `kind` tells that it is no timeout: the window is shown again then.
    """

    at: int
    context_id: str
    kind: str = ""


class WideStack(Stack):
    """A stack whose intent ids do not collide: the library draws from 100 a second.

    They tell the `owner`, who began the conversation, where there is one to be told from others.
    """

    owner: int | None = None

    def push(self, state: State, data: Any) -> Context:
        """Open a context on top."""
        if len(self.intents) >= STACK_LIMIT:
            raise DialogStackOverflow(f"more than {STACK_LIMIT} flows are open at once")
        context = Context(
            _intent_id=new_id(self.owner),
            _stack_id=self.id,
            state=state,
            start_data=data,
        )
        self.intents.append(context.id)
        return context


MAIN: Final = ""
"""The strand that home lies under, and that commands and links concern."""

MOST_BESIDE: Final = 10
"""How many strands can be open beside the main one."""


@dataclass(slots=True)
class Strand:
    """A stack of open flows that has a message of its own, on which `screen` is the number of what is shown.

    `is_cut` tells that a deploy has moved the person away from where they stood; `buttons` are new ids of buttons by those that
    they have on the screen; `is_bare` tells that the message of the last screen has no buttons; `due` is its next timeout;
    `since` is when the person last did something, in milliseconds since 1970, where the window is shown again by itself, and `face` what
    it looks like, where this process has shown it last. `above` are messages above that one that have nothing but a file; `sent_at` is when this process sent it, where it did; `kept_of_screen` and `kept_above` are what was kept of both.
    """

    stack: WideStack
    screen: int = 0
    is_cut: bool = False
    buttons: Mapping[str, str] = field(default_factory=dict)
    is_bare: bool = False
    due: Due | None = None
    since: int | None = None
    face: str | None = None
    above: tuple[Above, ...] = ()
    sent_at: datetime | None = None
    kept_of_screen: Mapping[str, Any] = field(default_factory=dict)
    kept_above: Sequence[Any] = ()

    @property
    def id(self) -> str:
        """What tells the strand from others of its conversation."""
        return str(self.stack.id)


@dataclass(slots=True)
class Conversation:
    """The stacks and their contexts; stands in for the library's storage proxy, so that nothing is read twice.

    `here` is the strand that is concerned, one of `strands`; there is always the main one. `head` tells what the conversation has been
    through; `cut` are the flows that a deploy has closed, those on top first;
    `kept` are the values that outlast their flow in this chat, by flow and name. `owner` is who began it, where others could press.
    """

    here: Strand
    head: Head = field(default_factory=Head)
    cut: list[Context] = field(default_factory=list)
    contexts: dict[str, Context] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    owner: int | None = None
    strands: dict[str, Strand] = field(init=False)

    def __post_init__(self) -> None:
        self.strands = {self.here.id: self.here}

    @property
    def stack(self) -> Stack:
        """The stack of the strand that is concerned."""
        return self.here.stack

    @property
    def due(self) -> Due | None:
        """The next timeout of all strands."""
        dues = (one.due for one in self.strands.values() if one.due is not None)
        return min(dues, key=lambda due: due.at, default=None)

    @property
    def is_main(self) -> bool:
        """Tell whether the main strand is concerned."""
        return self.here.id == MAIN

    def own(self, owner: int) -> None:
        """Let all that opens from now on tell whose conversation it is."""
        self.owner = owner
        for strand in self.strands.values():
            strand.stack.owner = owner

    def begin_strand(self, name: str | None = None) -> Strand:
        """Add a strand in which nothing is open."""
        strand = Strand(WideStack(_id=name or new_id()))
        strand.stack.owner = self.owner
        self.strands[strand.id] = strand
        return strand

    def find_strand(self, intent_id: str) -> Strand | None:
        """Return the strand in which a flow is open; None when it is not."""
        return next((one for one in self.strands.values() if intent_id in one.stack.intents), None)

    def top_of(self, strand: Strand) -> Context | None:
        """Return the context on top of a strand."""
        return self.contexts.get(strand.stack.intents[-1]) if strand.stack.intents else None

    async def load_context(self, intent_id: str) -> Context:
        """Return an open context.

        Raises:
            UnknownIntent: it is not open.
        """
        try:
            return self.contexts[intent_id]
        except KeyError:
            raise UnknownIntent(f"no context {intent_id}") from None

    async def save_context(self, context: Context | None) -> None:
        """Keep a context."""
        if context is not None:
            self.contexts[context.id] = context

    async def remove_context(self, intent_id: str) -> None:
        """Forget a context."""
        self.contexts.pop(intent_id, None)

    async def save_stack(self, stack: Stack | None) -> None:
        """Keep the stack; there is one, held already."""

    def top(self) -> Context | None:
        """Return the context the user is in."""
        return self.top_of(self.here)

    def faces(self) -> dict[str, tuple[int, bool]]:
        """Return for each strand with open flows, and the main one, the number of its screen, and whether it has no buttons."""
        return {one.id: (one.screen, one.is_bare) for one in self._going_on()}

    def encode(self, *, moving: Collection[str] = ()) -> bytes:
        """Return the stacks and the contexts as JSON bytes; a strand in which nothing is open is over.

        The next screens of strands that are `moving` are new messages, whose ids Telegram has yet to give.
        """
        strands = {}
        for one in self._going_on():
            stack, above = _encode_stack(one.stack), [astuple(shown) for shown in one.above]
            if one.id in moving:
                stack = {name: value for name, value in stack.items() if name not in OF_MESSAGE}
                above = []
            strands[one.id] = self._encode_strand(one, stack, above)
        return self._encode(strands)

    def says_the_same(self, body: bytes) -> bool:
        """Tell whether a body that was kept shows the same screens, whichever messages they stand in."""
        strands = {}
        for one in self._going_on():
            stack = _encode_stack(one.stack)
            stack = {name: value for name, value in stack.items() if name not in _OF_SCREEN}
            stack |= one.kept_of_screen
            strands[one.id] = self._encode_strand(one, stack, one.kept_above)
        return self._encode(strands) == body

    def _going_on(self) -> list[Strand]:
        """Return the main strand, and the others in which something is open."""
        strands = self.strands.values()
        return [one for one in strands if one.stack.intents or one.id == MAIN]

    def _encode(self, strands: dict[str, dict[str, Any]]) -> bytes:
        body = strands.pop(MAIN)
        if strands:
            body["beside"] = strands
        if self.kept:
            body["kept"] = self.kept
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)

    def _encode_strand(
        self, strand: Strand, stack: Mapping[str, Any], above: Sequence[Any]
    ) -> dict[str, Any]:
        contexts = [_encode_context(self.contexts[intent]) for intent in strand.stack.intents]
        kept: dict[str, Any] = {"stack": stack, "contexts": contexts}
        if above:
            kept["above"] = above
        if strand.due is not None:
            kept["due"] = [part for part in astuple(strand.due) if part != ""]
        if strand.since is not None:
            kept["since"] = strand.since
        return kept


def _encode_stack(stack: Stack) -> dict[str, Any]:
    return {name: value for name in _KEPT_OF_STACK if (value := getattr(stack, name))}


def remember_shown(
    strand: Strand, shown: OldMessage, *, is_bare: bool, face: str | None = None
) -> None:
    """Note the message that the screen stands in, with what is shown above its text, what it looks like, and whether it has no buttons."""
    stack = strand.stack
    strand.face = face
    strand.is_bare = is_bare
    stack.last_message_id = shown.message_id
    stack.last_media_id = shown.media_id
    stack.last_media_unique_id = shown.media_uniq_id
    stack.content_type = shown.content_type if shown.media_id else None
    stack.has_protected_content = shown.has_protected_content
    strand.above = shown.above if isinstance(shown, Shown) else ()


def new_conversation() -> Conversation:
    """Return a conversation in which nothing is open."""
    return Conversation(Strand(WideStack(_id=MAIN)))


def decode_conversation(
    value: bytes,
    *,
    bring: Callable[[Sequence[Mapping[str, Any]]], Brought],
    find_state: Callable[[str], State],
) -> Conversation:
    """Return the conversation that was kept; `bring` puts its open flows where they stand now, `find_state` knows those states."""
    head, body = unseal(value)
    raw = orjson.loads(body)
    conversation = new_conversation()
    conversation.head = head
    conversation.kept = raw.get("kept", {})
    for strand_id, kept in ((MAIN, raw), *raw.get("beside", {}).items()):
        brought = bring(kept["contexts"])
        screen, is_bare = head.faces.get(strand_id, (head.screen, head.is_bare))
        stack = WideStack(_id=strand_id, **kept["stack"])
        strand = Strand(stack, screen, brought.is_cut, brought.buttons, is_bare)
        strand.kept_of_screen = {n: one for n, one in kept["stack"].items() if n in _OF_SCREEN}
        strand.kept_above = kept.get("above", ())
        strand.above = tuple(Above(*one) for one in strand.kept_above)
        conversation.strands[strand_id] = strand
        for one in brought.open:
            context = _decode_context(one, find_state(one["state"]), strand_id)
            conversation.contexts[context.id] = context
            stack.intents.append(context.id)
        conversation.cut += [
            _decode_context(one, find_state(one["state"]), strand_id) for one in brought.closed
        ]
        if "due" in kept:
            due = Due(*kept["due"])
            is_over = due.context_id in brought.restarted or due.context_id not in stack.intents
            strand.due = None if is_over else due
        strand.since = kept.get("since")
    conversation.here = conversation.strands[MAIN]
    return conversation


def _decode_context(kept: dict[str, Any], state: State, stack_id: str) -> Context:
    return Context(
        _intent_id=kept["id"],
        _stack_id=stack_id,
        state=state,
        start_data=kept["start"],
        dialog_data=kept["data"],
        widget_data=kept["widgets"],
    )


def _encode_context(context: Context) -> dict[str, Any]:
    return {
        "id": context.id,
        "state": context.state.state,
        "start": context.start_data,
        "data": context.dialog_data,
        "widgets": context.widget_data,
    }
