"""What a waiting step looks like now: its text and its keyboard.

It does not know what a press does, nor how the message is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from engine.dialog.callbacks import Control, Press, encode_press, item_key
from engine.dialog.walk import environment_of, run_query
from engine.flow.model import ChooseStep
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model import Button, WindowStep

MAX_TEXT: Final = 4096
"""Telegram's bound on a message, in UTF-16 units after entities."""

_TAG = re.compile(r"<[^>]*>")

type Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class View:
    """HTML text and the keyboard under it."""

    text: str
    keyboard: InlineKeyboardMarkup | None


async def build_view(turn: Turn, data: FlowData, step: WindowStep, *, page: int) -> View:
    """Return what the step shows to this person now."""
    environment = await environment_of(turn, data, step)
    rows: list[Row] = []
    text = step.text
    if isinstance(step, ChooseStep):
        items = await offered_items(turn, data, step)
        if items:
            rows += _item_rows(turn, data, step, items, page=page, environment=environment)
        elif step.empty is not None:
            text = step.empty.text or text
            if step.empty.go is not None:
                press = Press(turn.screen, Control.PROCEED)
                rows.append([_button(data, turn.message("proceed"), press)])
    buttons = await offered_buttons(turn, data, step)
    rows += _button_rows(turn, data, buttons, environment)
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
    return View(turn.say(data, text, environment), keyboard)


def cut_text(html: str) -> str | None:
    """Return a text too long for Telegram as plain text that fits; None when it fits as it is."""
    if len(html) * 2 <= MAX_TEXT:
        return None
    plain = unescape(_TAG.sub("", html))
    if utf16_length(plain) <= MAX_TEXT:
        return None
    kept = plain.encode("utf-16-le")[: 2 * (MAX_TEXT - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"


async def offered_buttons(turn: Turn, data: FlowData, step: WindowStep) -> list[tuple[int, Button]]:
    """Return the buttons whose condition holds now, each with its place in the step."""
    if not any(button.when for button in step.buttons):
        return list(enumerate(step.buttons))
    environment = await environment_of(turn, data, step)
    return [
        (place, button)
        for place, button in enumerate(step.buttons)
        if button.when is None or turn.evaluate(data, button.when, environment)
    ]


async def offered_items(turn: Turn, data: FlowData, step: ChooseStep) -> list[tuple[str, Any]]:
    """Return what can be chosen now, each item with its key as a button carries it."""
    environment = await environment_of(turn, data, step)
    items = await run_query(turn, data, step.query, environment)
    keyed = []
    for item in items:
        key = (
            item.id
            if step.key is None
            else turn.evaluate(data, step.key, {**environment, "item": item})
        )
        keyed.append((item_key(str(key)), item))
    return keyed


def _item_rows(  # noqa: PLR0913  # one call, all by name
    turn: Turn,
    data: FlowData,
    step: ChooseStep,
    items: Sequence[tuple[str, Any]],
    *,
    page: int,
    environment: Mapping[str, Any],
) -> list[Row]:
    last_page = (len(items) - 1) // step.page
    page = min(page, last_page)
    shown = items[page * step.page : (page + 1) * step.page]
    buttons = [
        _button(
            data,
            turn.say(data, step.button, {**environment, "item": item}),
            Press(turn.screen, Control.ITEM, key),
        )
        for key, item in shown
    ]
    rows = [buttons[at : at + step.columns] for at in range(0, len(buttons), step.columns)]
    pager: Row = []
    if page > 0:
        press = Press(turn.screen, Control.PAGE, str(page - 1))
        pager.append(_button(data, turn.message("previous_page"), press))
    if page < last_page:
        press = Press(turn.screen, Control.PAGE, str(page + 1))
        pager.append(_button(data, turn.message("next_page"), press))
    return [*rows, pager] if pager else rows


def _button_rows(
    turn: Turn,
    data: FlowData,
    buttons: Sequence[tuple[int, Button]],
    environment: Mapping[str, Any],
) -> list[Row]:
    rows = []
    for _, row in groupby(buttons, key=lambda placed: placed[1].row):
        made: Row = []
        for place, button in row:
            text = turn.say(data, button.text, environment)
            if button.url is not None:
                url = turn.say(data, button.url, environment)
                made.append(InlineKeyboardButton(text=text, url=url))
            else:
                press = Press(turn.screen, Control.BUTTON, str(place))
                made.append(_button(data, text, press))
        rows.append(made)
    return rows


def _button(data: FlowData, text: str, press: Press) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=encode_press(data.context.id, press))
