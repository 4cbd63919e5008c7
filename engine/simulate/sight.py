"""What a person sees: messages, the buttons that can be pressed, and answers to presses; and the story so far.

It knows the emulator's messages, and nothing of flows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from engine.emulator.content import MEDIA_KINDS
from engine.emulator.presses import list_buttons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.emulator.model import Json, Message
    from engine.emulator.people import Place


_SPACES: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


@dataclass(frozen=True, slots=True)
class SeenButton:
    """A button that can be pressed; `data` is None for one under the chat, and for one of which the bot hears nothing.

    `message_id` is None for one of the keyboard under the chat; `aside` says what the client does of its own, `asks` what one under the chat wants to be shared.
    """

    text: str
    data: str | None
    message_id: int | None
    aside: str | None = None
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message of the bot as a person sees it; `media` is the kind of what stands above the text."""

    id: int
    text: str
    rows: tuple[tuple[SeenButton, ...], ...] = ()
    media: str | None = None

    @property
    def buttons(self) -> Iterator[SeenButton]:
        """The buttons, row by row."""
        for row in self.rows:
            yield from row


@dataclass(slots=True)
class Sight:
    """What one person has seen of a chat until now; `fresh` are the messages that came or changed with the last act."""

    place: Place
    fresh: tuple[SeenMessage, ...] = ()
    answers: tuple[str, ...] = ()
    _known: dict[int, Json] = field(default_factory=dict)
    _presses: int = 0
    _refusals: int = 0
    _screens: list[tuple[SeenButton, ...]] = field(default_factory=list)

    def look(self) -> None:
        """Take in what has come since the last look."""
        messages = self.place.chat.messages
        changed = [
            message
            for message in messages.values()
            if message.from_bot and self._known.get(message.id) != message.data
        ]
        self._known = {message.id: message.data for message in messages.values()}
        self.fresh = tuple(_seen(message) for message in changed)
        self._screens += [found for one in self.fresh if (found := tuple(one.buttons))]
        pressed = self.place.world.presses_of(self.place.user.id, self.place.chat.id)
        answered = [query for query in pressed if query.answered_at is not None]
        self.answers = tuple(query.text for query in answered[self._presses :] if query.text)
        self._presses = len(answered)
        refused = self.place.world.payments.refusals
        own = [text for user_id, text in refused[self._refusals :] if user_id == self.place.user.id]
        self.answers += tuple(own)
        self._refusals = len(refused)

    def invoice(self) -> int | None:
        """Return the number of the newest message that is an invoice which is not paid; None where there is none."""
        messages = reversed(self.place.chat.messages.values())
        unpaid = (one.id for one in messages if "invoice" in one.data and not one.is_paid)
        return next(unpaid, None)

    def messages(self) -> Sequence[SeenMessage]:
        """Return the messages of the bot, oldest first."""
        return [_seen(one) for one in self.place.chat.messages.values() if one.from_bot]

    def shown(self) -> Sequence[SeenMessage]:
        """Return what the last act led to; where that is nothing, the newest message."""
        return self.fresh or self.messages()[-1:]

    def buttons(self) -> Sequence[SeenButton]:
        """Return all buttons that can be pressed, those of the newest message first."""
        return [_seen_button(one, one["message_id"]) for one in list_buttons(self.place)]

    def find_message(self, text: str, *, has_buttons: bool = False) -> SeenMessage | None:
        """Return the bot's newest message with a text in it, of those that have buttons where these are wanted."""
        wanted = plain(text)
        for message in reversed(self.messages()):
            if wanted in plain(message.text) and (message.rows or not has_buttons):
                return message
        return None

    def screen(self, message_id: int | None = None) -> Sequence[SeenButton]:
        """Return the buttons of the newest message that has any, and those under the chat; or those of one message."""
        buttons = self.buttons()
        if message_id is not None:
            return [one for one in buttons if one.message_id == message_id]
        newest = next((one.message_id for one in buttons if one.message_id is not None), None)
        return [one for one in buttons if one.message_id in (newest, None)]

    def former_screens(self) -> Iterator[Sequence[SeenButton]]:
        """Yield the buttons that were under messages and are no more on the screen, those of the last screen first."""
        live = {(one.message_id, one.data) for one in self.screen()}
        for screen in reversed(self._screens):
            gone = [one for one in screen if (one.message_id, one.data) not in live]
            if gone:
                yield gone


@dataclass(slots=True)
class Transcript:
    """What everybody did, and what each act led to."""

    lines: list[str] = field(default_factory=list)

    def note(self, act: str, sights: Mapping[str, Sight]) -> None:
        """Note an act, and what people see since."""
        self.lines.append(act)
        for name, sight in sights.items():
            for message in sight.fresh:
                self.lines += [f"    {name} sees:", *draw(message, "      ")]
            self.lines += [f'    {name} is told "{answer}"' for answer in sight.answers]

    def render(self) -> str:
        """Write the story as text."""
        return "\n".join(self.lines) or "nothing has happened yet"


def draw(message: SeenMessage, indent: str = "") -> list[str]:
    """Draw a message as lines of text, its buttons in brackets."""
    lines = [f"{indent}({message.media})"] if message.media else []
    lines += [f"{indent}{line}" for line in message.text.splitlines()]
    rows = [" ".join(f"[{button.text}]" for button in row) for row in message.rows]
    return [*lines, *(f"{indent}{row}" for row in rows)]


def plain(text: str) -> str:
    """Return a text with each kind of space as the one that people type, such as the narrow one in 9:00 AM."""
    return _SPACES.sub(" ", text)


def nearest(wanted: str, known: Iterable[str]) -> str | None:
    """Return the label that a wrong one was most likely meant to be; None where none is close."""
    labels = {one.casefold(): one for one in known}
    folded = wanted.casefold()
    for label, written in labels.items():
        if folded in label or label in folded:
            return written
    close = get_close_matches(folded, labels, n=1, cutoff=0.5)
    if close:
        return labels[close[0]]
    parts = {part: written for label, written in labels.items() for part in _parts(label, folded)}
    close = get_close_matches(folded, parts, n=1, cutoff=0.7)
    return parts[close[0]] if close else None


def _parts(label: str, wanted: str) -> Iterator[str]:
    """Yield the runs of words in a label that are as long as what was wanted."""
    words, count = label.split(), len(wanted.split())
    for first in range(len(words) - count + 1):
        yield " ".join(words[first : first + count]).strip(",.:;·")


def _seen(message: Message) -> SeenMessage:
    data = message.data
    markup: dict[str, Any] = data.get("reply_markup") or {}
    rows = tuple(
        tuple(_seen_button(one, message.id) for one in row)
        for row in markup.get("inline_keyboard", ())
    )
    media = next((kind for kind in MEDIA_KINDS if data.get(kind)), None)
    text = data.get("text") or data.get("caption") or _said(data.get("invoice"))
    return SeenMessage(message.id, text, rows, media)


def _said(invoice: Json | None) -> str:
    """Return what an invoice says."""
    return f"{invoice['title']}\n{invoice['description']}" if invoice else ""


def _seen_button(button: Json, message_id: int | None) -> SeenButton:
    aside = next((say(button[key]) for key, say in _ASIDES.items() if key in button), None)
    is_below = message_id is None
    asks = next((kind for key, kind in _ASKS.items() if is_below and key in button), None)
    return SeenButton(
        button["text"], button.get("callback_data"), message_id, None if is_below else aside, asks
    )


PAYS: Final = "pays an invoice"
"""What the first button of an invoice does."""

_ASKS: Final[Mapping[str, str]] = {
    "request_contact": "contact",
    "request_location": "location",
    "request_poll": "poll",
    "request_users": "users",
    "request_chat": "chat",
    "request_managed_bot": "managed_bot",
    "web_app": "web_app",
}
"""What is shared by a key under the chat that has each of these keys."""


_ASIDES: Final[Mapping[str, Callable[[Any], str]]] = {
    "url": lambda given: f"opens {given}",
    "web_app": lambda given: f"opens the web app {given['url']}",
    "login_url": lambda given: f"logs in at {given['url']}",
    "switch_inline_query": lambda given: f'begins the query "{given}" in another chat',
    "switch_inline_query_current_chat": lambda given: f'begins the query "{given}"',
    "switch_inline_query_chosen_chat": lambda given: f'begins the query "{given.get("query", "")}" in another chat',
    "pay": lambda _: PAYS,
    "copy_text": lambda given: f'copies "{given["text"]}"',
}
"""What the client does with each of these keys of a button."""
