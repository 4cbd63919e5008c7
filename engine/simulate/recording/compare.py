"""Whether the simulation shows the screen that the chat showed: the same buttons; texts and lists differ from day to day.

It knows what flows' buttons carry; it does not know what was done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.dialog.callbacks import Control
from engine.simulate.recording.acts import carried

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.dialog.callbacks import Press
    from engine.emulator.model import Json
    from engine.simulate.chat import Chat

_STEADY: Final = frozenset({Control.BUTTON, Control.YES, Control.NO})
_MOST_CHARACTERS: Final = 160


def find_difference(shown: Sequence[Json], chat: Chat) -> str | None:
    """Tell how the chat showed another screen than the simulation; texts and lists may differ from day to day."""
    fresh = chat.sight.fresh
    if bool(shown) != bool(fresh):
        texts = [_text(data) for data in shown] or [message.text for message in fresh]
        there, here = ("the chat", "the simulation") if shown else ("the simulation", "the chat")
        headline = next(iter(texts[-1].splitlines()), "")
        return shorten(f'{there} shows "{headline}", {here} nothing')
    theirs = [list(_keys(data)) for data in shown]
    ours = [[(one.text, one.data) for one in message.buttons] for message in fresh]
    if _last(theirs) == _last(ours):
        return None
    told = [
        ", ".join(f'"{label}"' for label, data in rows[-1]) if rows else "none"
        for rows in ([one for one in theirs if one], [one for one in ours if one])
    ]
    return shorten(f"the chat has the buttons {told[0]}, the simulation {told[1]}")


def _keys(data: Json) -> Iterator[tuple[str, str | None]]:
    for row in data.get("reply_markup", {}).get("inline_keyboard", ()):
        for button in row:
            yield button["text"], button.get("callback_data")


def _last(screens: Iterable[Sequence[tuple[str, str | None]]]) -> set[Press]:
    """Return what the buttons of the last screen carry that are no part of a list."""
    found: set[Press] = set()
    for screen in screens:
        if pressed := {press for _, data in screen if (press := carried(data))}:
            found = {replace(one, screen=0) for one in pressed if one.control in _STEADY}
    return found


def _text(data: Json) -> str:
    return str(data.get("text") or data.get("caption") or "")


def shorten(reason: str) -> str:
    """Return the first line of a reason, cut where it is long."""
    line = next(iter(reason.splitlines()), "")
    return line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1] + "…"
