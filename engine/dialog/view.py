"""What a waiting step looks like now: its text and its keyboard.

It does not know what a press does, nor how the message is sent.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape, unescape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from engine.dialog.asides import aside_button, can_be_shown
from engine.dialog.button_looks import look_of, look_of_message
from engine.dialog.calendar_view import CalendarView
from engine.dialog.callbacks import Control, Press, encode_press, item_key
from engine.dialog.controls import ControlView
from engine.dialog.invoices import make_invoice, pay_button
from engine.dialog.judging import offered_default
from engine.dialog.list_view import ListView
from engine.dialog.listing import Lists
from engine.dialog.manner import manner_of
from engine.dialog.media import attach_above, attach_media
from engine.dialog.offered_times import shown_day
from engine.dialog.offers import is_searching, offered_items
from engine.dialog.picker_view import PickerView
from engine.dialog.presence import Presence
from engine.dialog.reply_keyboard import put_in_place
from engine.dialog.text_pages import Paging
from engine.dialog.walk import environment_of
from engine.flow.compile_media import is_gallery, reads_item
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.media import WITHOUT_TEXT
from engine.flow.model.paying import PayStep
from engine.flow.model.windows import Button
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aiogram.types import ForceReply, ReplyKeyboardMarkup, ReplyKeyboardRemove
    from aiogram_dialog.api.entities import MediaAttachment

    from engine.dialog.button_looks import Fields
    from engine.dialog.flow_data import FlowData
    from engine.dialog.invoices import Invoice
    from engine.dialog.turn import Turn
    from engine.flow.model.windows import WindowStep

MAX_TEXT: Final = 4096
"""Telegram's bound on a message, in UTF-16 units after entities."""

MAX_CAPTION: Final = 1024
"""The same of a text under media."""

_TAG = re.compile(r"<[^>]*>")

type Row = list[InlineKeyboardButton]
type Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply


@dataclass(frozen=True, slots=True)
class View:
    """HTML text, its media, media in messages of their own `above`, the keyboard under it, and how it reaches people.

    `presses` are what keys under the chat carry, by the labels that they send.
    """

    text: str
    keyboard: Keyboard | None
    media: MediaAttachment | None = None
    presses: Mapping[str, str] = field(default_factory=dict)
    above: tuple[MediaAttachment, ...] = ()
    manner: Mapping[str, Any] = field(default_factory=dict)
    invoice: Invoice | None = None


async def build_view(turn: Turn, data: FlowData, step: WindowStep) -> View:
    """Return what the step shows to this person now."""
    environment = await environment_of(turn, data, step)
    rows: list[Row] = []
    is_empty = False
    if isinstance(step, ChooseStep):
        offers = await offered_items(turn, data, step)
        shown = ListView(turn, data, step, environment)
        rows += await shown.rows(offers)
        is_empty = not offers
        if is_empty and step.empty and step.empty.go and not is_searching(data, step):
            press = Press(turn.screen, Control.PROCEED)
            look = look_of_message(turn, "proceed")
            rows.append([_button(data, turn.message("proceed"), press, look)])
        if offers and is_gallery(step):
            environment = {**environment, "item": shown.shown(offers)[0][1]}
    if is_empty and isinstance(step, ChooseStep):
        text = _text_of_none(turn, data, step, environment)
    else:
        text, pager = Paging(turn, data, step, environment).text()
        rows = [*pager, *rows]
    invoice = None
    if isinstance(step, PayStep):
        invoice = make_invoice(turn, data, step, environment)
        rows.append([pay_button(turn, data, step, environment)])
    keyboard = await _keyboard(turn, data, step, environment, rows)
    manner = manner_of(turn, data, step.manner, environment)
    view = View(text, keyboard, manner=manner, invoice=invoice)
    view = _with_media(view, _media(turn, data, step, environment))
    view = replace(view, above=(*view.above, *_above(turn, data, step, environment)))
    return put_in_place(turn, data, step, environment, view)


def _with_media(view: View, media: MediaAttachment | None) -> View:
    """Put media into a view: above it, where they cannot have its text."""
    if media is None:
        return view
    if media.type.value in WITHOUT_TEXT:
        return replace(view, above=(media,))
    return replace(view, media=media)


async def _keyboard(
    turn: Turn, data: FlowData, step: WindowStep, environment: Mapping[str, Any], rows: list[Row]
) -> Keyboard | None:
    """Return the keyboard of a window: rows of its own, its default answer and its buttons."""
    buttons = await offered_buttons(turn, data, step)
    if isinstance(step, AskStep):
        rows += _offered_rows(turn, data, step, environment)
        rows = [*rows, *_default_row(turn, data, step, environment)]
    rows = [*rows, *await _own_rows(ControlView(turn, data, step, environment), buttons)]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _offered_rows(
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> list[Row]:
    """Return what can be pressed in the place of writing: days or times, or where both are asked for, one after the other."""
    if step.calendar and not shown_day(turn, data, step, environment):
        return CalendarView(turn, data, step, step.calendar, environment).rows()
    if step.picker:
        return PickerView(turn, data, step, step.picker, environment).rows()
    return []


def _media(
    turn: Turn, data: FlowData, step: WindowStep, environment: Mapping[str, Any]
) -> MediaAttachment | None:
    """Return the media of a window; those of an item are not there where there is none."""
    if step.media is None or ("item" not in environment and reads_item(step.media)):
        return None
    return attach_media(turn, data, step.media, environment)


def _above(
    turn: Turn, data: FlowData, step: WindowStep, environment: Mapping[str, Any]
) -> Iterator[MediaAttachment]:
    """Give what stands above the window in messages of its own."""
    for media in step.above:
        if "item" in environment or not reads_item(media):
            yield from attach_above(turn, data, media, environment)


def _text_of_none(
    turn: Turn, data: FlowData, step: ChooseStep, environment: Mapping[str, Any]
) -> str:
    """Return what is shown when nothing can be chosen: nothing was found, or there is nothing."""
    if step.search is not None and (search := environment["search"]) is not None:
        if step.search.no_match is None:
            return escape(turn.message("no_match", search=search), quote=False)
        return turn.say(data, step.search.no_match, environment)
    text = step.empty.text if step.empty else None
    return turn.say(data, text or step.text, environment)


def cut_text(html: str, most: int = MAX_TEXT) -> str | None:
    """Return a text of more units than Telegram takes as plain text that fits; None when it fits as it is."""
    if len(html) * 2 <= most:
        return None
    plain = unescape(_TAG.sub("", html))
    if utf16_length(plain) <= most:
        return None
    kept = plain.encode("utf-16-le")[: 2 * (most - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"


async def offered_buttons(turn: Turn, data: FlowData, step: WindowStep) -> list[Button]:
    """Return the buttons whose condition holds now; in lists, where that depends on the item, all of them."""
    buttons = [button for button in step.buttons if _is_open(turn, button)]
    if not any(button.conditions for button in buttons):
        return buttons
    presence = Presence(turn, data, await environment_of(turn, data, step))
    return [button for button in buttons if button.within or presence.shows(button)]


def _default_row(
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> list[Row]:
    value = offered_default(turn, data, step, environment)
    if step.default is None or value is None:
        return []
    names = {**environment, "it": value}
    label = turn.say(data, step.default.text, names)
    look = look_of(turn, data, step.default.text, names)
    return [[_button(data, label, Press(turn.screen, Control.DEFAULT), look)]]


def _is_open(turn: Turn, button: Button) -> bool:
    """Tell whether the flow of a menu's button lets this person in, and a button can be in this chat."""
    if button.aside is not None and not can_be_shown(button.aside, is_private=turn.is_private):
        return False
    if not button.is_guarded or button.run is None:
        return True
    return turn.lets_in(turn.bot.flows[button.run.flow])


async def _own_rows(view: ControlView, buttons: Sequence[Button]) -> list[Row]:
    """Return the lines of `buttons`; a control that has its line for itself makes rows of its own."""
    rows: list[Row] = []
    lines = sorted([*buttons, *view.offered()], key=lambda one: (one.row, one.place))
    shared = Counter(one.row for one in view.step.lines)
    for row, group in groupby(lines, key=lambda one: one.row):
        line = list(group)
        if listed := [one for one in line if one.within]:
            make = partial(_own_button, view.turn, view.data)
            rows += await Lists(view.turn, view.data, view.step, make).rows(
                listed, view.environment
            )
            continue
        made: Row = []
        for one in line:
            if isinstance(one, Button):
                press = Press(view.turn.screen, Control.BUTTON, item_key(one.id))
                own = _own_button(view.turn, view.data, one, view.environment, press)
                made += [own] if own else []
            elif shared[row] == 1 and view.step.columns_of(row) is None:
                rows += await view.rows(one)
            else:
                made += [button for inner in await view.rows(one) for button in inner]
        columns = view.step.columns_of(row) or len(made) or 1
        filled = [made[at : at + columns] for at in range(0, len(made), columns)]
        if own_group := view.step.group_at(row):
            paging = Paging(view.turn, view.data, view.step, view.environment)
            filled = paging.rows_of(own_group, filled)
        rows += filled
    return rows


def _own_button(
    turn: Turn, data: FlowData, button: Button, environment: Mapping[str, Any], press: Press
) -> InlineKeyboardButton | None:
    text = turn.say(data, button.text, environment)
    look = look_of(turn, data, button.text, environment)
    if button.aside is not None:
        say = partial(turn.say_to_client, data, environment=environment)
        return aside_button(text, button.aside, say, look)
    return _button(data, text, press, look)


def _button(data: FlowData, text: str, press: Press, look: Fields) -> InlineKeyboardButton:
    carried = encode_press(data.context.id, press)
    return InlineKeyboardButton(text=text, callback_data=carried, **look)
