"""What everybody saw, act by act, as text that people read and compare.

It knows the emulator's messages as Telegram's apps show them; it does not know where such a text is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration

from engine.emulator.content import MEDIA_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.emulator.model import CallbackQuery, Json, Message
    from engine.emulator.people import Place
    from engine.simulate.stage import Stage

_OTHER: Final = frozenset({"text", "callback_data", "style", "icon_custom_emoji_id"})
"""Keys of a button that do not tell of a way out of the chat."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A message as lines: its content, and its rows of buttons."""

    content: tuple[str, ...]
    rows: tuple[str, ...]

    @property
    def lines(self) -> Sequence[str]:
        """All lines, from the top."""
        return (*self.content, *self.rows)


@dataclass(slots=True)
class Screens:
    """The screens of one simulation; what did not change with an act is not drawn again."""

    _blocks: list[str] = field(default_factory=list)
    _watchers: dict[str, _Watcher] = field(default_factory=dict)
    _told: int = 0

    def note(self, stage: Stage) -> None:
        """Note what was done since the last time, and what each person sees of it."""
        told = stage.transcript.lines[self._told :]
        self._told = len(stage.transcript.lines)
        acts = [line for line in told if not line.startswith(" ")]
        seen: list[str] = []
        for name, sight in stage.sights.items():
            watcher = self._watchers.setdefault(name, _Watcher(name))
            seen += [f"  {line}" for line in watcher.look(sight.place)]
        lines = [*acts, *(seen or ["  nobody sees anything new"])]
        self._blocks.append("\n".join(line.rstrip() for line in lines))

    def render(self) -> str:
        """Write all that was noted as text."""
        return "\n\n".join(self._blocks) + "\n"


@dataclass(slots=True)
class _Watcher:
    """One person, and what they have seen of their chat until now; the bot's messages are numbered as they came."""

    name: str
    _known: dict[int, _Drawing] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)
    _below: tuple[str, ...] = ()
    _presses: int = 0

    def look(self, place: Place) -> Iterator[str]:
        """Draw what has come, changed or gone since the last look, and what presses were answered with."""
        drawn = {one.id: _draw(one) for one in place.chat.messages.values() if one.from_bot}
        for gone in sorted(self._known.keys() - drawn.keys()):
            yield f"{self.name} sees message {self._numbers[gone]} no more"
        for message, drawing in drawn.items():
            number = self._numbers.setdefault(message, len(self._numbers) + 1)
            known = self._known.get(message)
            if known is None:
                yield from (f"{self.name} sees message {number}:", *_indented(drawing.lines))
            elif not drawing.rows and drawing.content == known.content and known.rows:
                yield f"{self.name} sees message {number} without its buttons"
            elif known != drawing:
                yield from (f"{self.name} sees message {number} anew:", *_indented(drawing.lines))
        self._known = drawn
        yield from self._look_below(place)
        yield from self._answers(place)

    def _look_below(self, place: Place) -> Iterator[str]:
        _, markup = place.chat.keyboards.get(place.user.id, (0, {}))
        below = tuple(_draw_rows(markup.get("keyboard", ())))
        if below and below != self._below:
            yield f"{self.name} sees below the chat:"
            yield from _indented(below)
        elif self._below and not below:
            yield f"{self.name} sees nothing below the chat any more"
        self._below = below

    def _answers(self, place: Place) -> Iterator[str]:
        answered = [
            query
            for query in place.world.callbacks.values()
            if _is_of(query, place) and query.answered_at is not None
        ]
        for query in answered[self._presses :]:
            if query.text:
                where = " in a window" if query.show_alert else ""
                yield f"{self.name} is told{where}: {query.text}"
        self._presses = len(answered)


def _is_of(query: CallbackQuery, place: Place) -> bool:
    return query.user_id == place.user.id and query.chat_id == place.chat.id


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _draw(message: Message) -> _Drawing:
    """Draw a message: what stands above its text, the text with its formatting as HTML, and its rows of buttons."""
    data = message.data
    media = next((kind for kind in MEDIA_KINDS if data.get(kind)), None)
    above = [f"({_name_of(media, data[media])})"] if media else []
    text = [f"| {line}" for line in _text_of(data).splitlines()]
    rows = _draw_rows((data.get("reply_markup") or {}).get("inline_keyboard", ()))
    return _Drawing((*above, *text), tuple(rows))


def _name_of(media: str, content: Any) -> str:
    name = content.get("file_name") if isinstance(content, dict) else None
    return f"{media} {name}" if name else media


def _text_of(data: Json) -> str:
    key, marks = ("text", "entities") if "text" in data else ("caption", "caption_entities")
    entities = [MessageEntity.model_validate(one) for one in data.get(marks, ())]
    return html_decoration.unparse(data.get(key, ""), entities)


def _draw_rows(rows: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    for row in rows:
        yield " ".join(f"[{_draw_button(button)}]" for button in row)


def _draw_button(button: Mapping[str, Any]) -> str:
    style = f" ({button['style']})" if "style" in button else ""
    leads = [_way(key, value) for key, value in button.items() if key not in _OTHER]
    return " → ".join([button["text"] + style, *leads])


def _way(key: str, value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("url", value)
    return value if isinstance(value, str) and value else key
