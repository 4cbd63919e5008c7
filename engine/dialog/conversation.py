"""A conversation in memory: its stack, the contexts on it, and how both become bytes.

It does not know where the bytes are kept, nor what the contexts' data mean.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from aiogram_dialog.api.entities import Context, Stack
from aiogram_dialog.api.exceptions import DialogStackOverflow, UnknownIntent

from engine.dialog.outgoing import Above, Shown
from engine.dialog.record import OF_MESSAGE, Head, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aiogram.fsm.state import State
    from aiogram_dialog.api.entities import OldMessage

    from engine.dialog.bring_along import Brought

_ID_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = (
    8  # 62^8: a conversation would open 10^6 flows before two ids met with a chance of 0.2 %
)
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
    """When a timeout is due, in milliseconds since 1970, and the open flow that has it."""

    at: int
    context_id: str


class WideStack(Stack):
    """A stack whose intent ids do not collide: the library draws from 100 a second."""

    def push(self, state: State, data: Any) -> Context:
        """Open a context on top."""
        if len(self.intents) >= STACK_LIMIT:
            raise DialogStackOverflow(f"more than {STACK_LIMIT} flows are open at once")
        context = Context(
            _intent_id="".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH)),
            _stack_id=self.id,
            state=state,
            start_data=data,
        )
        self.intents.append(context.id)
        return context


@dataclass(slots=True)
class Conversation:
    """The stack and its contexts; stands in for the library's storage proxy, so that nothing is read twice.

    `head` tells what it has been through; `is_cut` tells that a deploy has moved the person away from where they stood, `cut` are
    the flows that are closed by that, the one on top first; `due` is the next timeout; `buttons` are new ids of
    buttons by those that they have on the screen;
    `kept` are the values that outlast their flow in this chat, by flow and name;
    `is_bare` tells that the message of the last screen has no buttons; `above` are messages above it that have nothing but a file;
    `kept_of_screen` and `kept_above` are what was kept of both.
    """

    stack: Stack
    head: Head = field(default_factory=Head)
    is_cut: bool = False
    cut: list[Context] = field(default_factory=list)
    due: Due | None = None
    buttons: Mapping[str, str] = field(default_factory=dict)
    contexts: dict[str, Context] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_bare: bool = False
    above: tuple[Above, ...] = ()
    kept_of_screen: Mapping[str, Any] = field(default_factory=dict)
    kept_above: Sequence[Any] = ()

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
        return self.contexts.get(self.stack.intents[-1]) if self.stack.intents else None

    def encode(self, *, stays_in_place: bool = True) -> bytes:
        """Return the stack and the contexts as JSON bytes.

        With `stays_in_place` false the next screen is a new message, whose id Telegram has yet to give.
        """
        stack = {name: value for name in _KEPT_OF_STACK if (value := getattr(self.stack, name))}
        if not stays_in_place:
            for name in OF_MESSAGE:
                stack.pop(name, None)
        above = [astuple(one) for one in self.above] if stays_in_place else []
        return self._encode(stack, above)

    def says_the_same(self, body: bytes) -> bool:
        """Tell whether a body that was kept shows the same screen, whichever messages it stands in."""
        stack = {name: value for name in _KEPT_OF_STACK if (value := getattr(self.stack, name))}
        stack = {name: value for name, value in stack.items() if name not in _OF_SCREEN}
        return self._encode({**stack, **self.kept_of_screen}, self.kept_above) == body

    def _encode(self, stack: Mapping[str, Any], above: Sequence[Any]) -> bytes:
        contexts = [_encode_context(self.contexts[intent]) for intent in self.stack.intents]
        body: dict[str, Any] = {"stack": stack, "contexts": contexts}
        if self.kept:
            body["kept"] = self.kept
        if above:
            body["above"] = above
        if self.due is not None:
            body["due"] = [self.due.at, self.due.context_id]
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def remember_shown(conversation: Conversation, shown: OldMessage, *, is_bare: bool) -> None:
    """Note the message that the screen stands in, with what is shown above its text, and whether it has no buttons."""
    stack = conversation.stack
    conversation.is_bare = is_bare
    stack.last_message_id = shown.message_id
    stack.last_media_id = shown.media_id
    stack.last_media_unique_id = shown.media_uniq_id
    stack.content_type = shown.content_type if shown.media_id else None
    stack.has_protected_content = shown.has_protected_content
    conversation.above = shown.above if isinstance(shown, Shown) else ()


def new_conversation() -> Conversation:
    """Return a conversation in which nothing is open."""
    return Conversation(stack=WideStack(_id=""))


def decode_conversation(
    value: bytes,
    *,
    bring: Callable[[Sequence[Mapping[str, Any]]], Brought],
    find_state: Callable[[str], State],
) -> Conversation:
    """Return the conversation that was kept; `bring` puts its open flows where they stand now, `find_state` knows those states."""
    head, body = unseal(value)
    raw = orjson.loads(body)
    brought = bring(raw["contexts"])
    stack = WideStack(_id="", **raw["stack"])
    conversation = Conversation(stack=stack, head=head, is_bare=head.is_bare)
    conversation.kept = raw.get("kept", {})
    conversation.kept_of_screen = {n: one for n, one in raw["stack"].items() if n in _OF_SCREEN}
    conversation.kept_above = raw.get("above", ())
    conversation.above = tuple(Above(*one) for one in conversation.kept_above)
    conversation.is_cut = brought.is_cut
    conversation.buttons = brought.buttons
    for kept in brought.open:
        context = _decode_context(kept, find_state(kept["state"]))
        conversation.contexts[context.id] = context
        conversation.stack.intents.append(context.id)
    conversation.cut = [_decode_context(kept, find_state(kept["state"])) for kept in brought.closed]
    if "due" in raw:
        due = Due(*raw["due"])
        is_over = due.context_id in brought.restarted or due.context_id not in conversation.contexts
        conversation.due = None if is_over else due
    return conversation


def _decode_context(kept: dict[str, Any], state: State) -> Context:
    return Context(
        _intent_id=kept["id"],
        _stack_id="",
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
