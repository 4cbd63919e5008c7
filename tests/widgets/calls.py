"""What a bot asked of the Bot API, without all that differs from bot to bot by chance.

It does not know who asked, nor what it is compared with.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from aiogram_dialog.utils import REPLY_CALLBACK_SYMBOLS

from engine.emulator.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.emulator import calls
    from engine.emulator.files import FileStore

ANSWER: Final = "answerCallbackQuery"
"""How a press is answered; the only call whose place in a step means nothing, for it is made beside the others."""

NO_KEYBOARD: Final[Mapping[str, Any]] = {"inline_keyboard": []}

_UNSEEN = frozenset({"getupdates", "getme"})
_NOISE = frozenset({"chat_id", "callback_query_id"})
_MENTIONED = re.compile(r"tg://user\?id=[0-9]+")


@dataclass(frozen=True)
class Call:
    """A method and its payload; buttons carry no data, messages and files are named by what they are."""

    method: str
    payload: Mapping[str, Any]

    def rows(self) -> list[str]:
        """Return the labels of the inline keyboard, those of a row joined by ` | `."""
        keyboard = self.payload.get("reply_markup", {}).get("inline_keyboard", [])
        return [" | ".join(button["text"] for button in row) for row in keyboard]

    def without_rows(self, rows: Sequence[str]) -> Call:
        """Return the call without those rows of its inline keyboard."""
        markup = self.payload.get("reply_markup", {})
        named = zip(markup.get("inline_keyboard", []), self.rows(), strict=True)
        left = [row for row, labels in named if labels not in rows]
        kept = {**markup, "inline_keyboard": left}
        payload = {name: value for name, value in self.payload.items() if name != "reply_markup"}
        return replace(self, payload={**payload, "reply_markup": kept} if left else payload)

    def lines(self) -> Iterator[str]:
        """Tell the call in lines that a diff can compare."""
        yield self.method
        for name, value in sorted(self.payload.items()):
            if name != "reply_markup":
                yield f"  {name}: {_told(value)}"
                continue
            for kind, content in sorted(value.items()):
                is_keyboard = kind in {"inline_keyboard", "keyboard"}
                yield f"  {kind}:" if is_keyboard else f"  {kind}: {_told(content)}"
                yield from (
                    f"    [{'] ['.join(_button(one) for one in row)}]"
                    for row in (content if is_keyboard else ())
                )


@dataclass(frozen=True)
class Messages:
    """The messages of a chat before a step: the bot's and the person's, oldest first."""

    bots: Sequence[int]
    persons: Sequence[int]

    def name(self, message_id: int) -> str:
        """Name a message by whose it is and how old: ids and how many came before are chance."""
        for whose, ids in (("the bot's", self.bots), ("the person's", self.persons)):
            if message_id in ids:
                age = len(ids) - 1 - ids.index(message_id)
                return f"{whose} newest" + (f", {age} before" if age else "")
        return "one of this step, or gone"


def normalise(made: Sequence[calls.Call], files: FileStore, messages: Messages) -> list[Call]:
    """Return what a bot asked for, answers to presses last; what changed nothing, as Telegram said, is as good as not asked."""
    asked = [one for one in made if one.method.lower() not in _UNSEEN and not _was_idle(one)]
    seen = [_call(one, files, messages) for one in asked]
    return sorted(seen, key=lambda call: call.method == ANSWER)


def visible(label: str) -> str:
    """Return a label without the data that aiogram-dialog hides in the keys under a chat."""
    return label.rstrip(REPLY_CALLBACK_SYMBOLS)


def _was_idle(made: calls.Call) -> bool:
    answer = made.answer if isinstance(made.answer, dict) else {}
    return "message is not modified" in str(answer.get("description"))


def _call(made: calls.Call, files: FileStore, messages: Messages) -> Call:
    given = {name: value for name, value in made.payload.items() if name not in _NOISE}
    uploads = {
        f"attach://{name}": f"file {value['file_name']} of {value['file_size']} bytes"
        for name, value in given.items()
        if isinstance(value, dict) and "file_size" in value
    }
    sent = {name: value for name, value in given.items() if f"attach://{name}" not in uploads}
    payload = _value(sent, uploads, files)
    if isinstance(media := payload.get("media"), dict):
        payload["media"] = {  # where the library repeats the keyboard, which means nothing there
            name: value for name, value in media.items() if name != "reply_markup"
        }
    if isinstance(preview := payload.get("link_preview_options"), dict):
        payload["link_preview_options"] = {name: one for name, one in preview.items() if one}
    if "message_id" in payload:
        payload["message_id"] = messages.name(int(payload["message_id"]))
    return Call(made.method, payload)


def _value(value: Any, uploads: Mapping[str, str], files: FileStore) -> Any:
    """Return a value without callback data, and with files by name or, sent before, by content."""
    match value:
        case dict():
            button = {**value, "callback_data": "…"} if "callback_data" in value else value
            return {
                name: _said(one) if name == "text" else _value(one, uploads, files)
                for name, one in button.items()
                if one != NO_KEYBOARD  # an edit without a keyboard says the same
            }
        case list():
            return [_value(one, uploads, files) for one in value]
        case str() if value in uploads:
            return uploads[value]
        case str():
            return _said(_file(value, files))
    return value


def _said(text: str) -> str:
    """Return a text without what is hidden in it, nor the id of whom it mentions."""
    return _MENTIONED.sub("tg://user?id=…", visible(text))


def _file(value: str, files: FileStore) -> str:
    try:
        stored = files.find_by_id(value)
    except ApiError:
        return value
    return f"what was sent as {stored.url or stored.name}"


def _button(button: Any) -> str:
    """Tell a button by its label, with whatever it has besides."""
    given = button if isinstance(button, dict) else {"text": button}
    rest = {name: value for name, value in given.items() if name not in {"text", "callback_data"}}
    return f"{given['text']} {_told(rest)}" if rest else str(given["text"])


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
