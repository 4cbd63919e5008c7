"""Finding the button that is meant: by its label, a pattern or its path, on the screen or among those of before.

It knows what a person sees and has seen; it does not press.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiogram_dialog.utils import remove_intent_id

from engine.dialog.callbacks import Control, decode_press, item_key
from engine.dialog.controls import control_key
from engine.flow.model.asking import AskStep
from engine.flow.model.controls import Check, Count, Options
from engine.flow.model.windows import WindowStep
from engine.simulate.sight import nearest, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.dialog.flow_data import FlowData
    from engine.flow.checked import Bot
    from engine.flow.model.controls import Control as FlowControl
    from engine.flow.model.written import Wording
    from engine.simulate.sight import SeenButton

_ITEMS: Final = frozenset({Control.ITEM, Control.MARK, Control.UNMARK})
_DATES: Final = frozenset({Control.DAY, Control.VIEW, Control.CLOCK})


type Carried = tuple[Control, str]


class NotFoundError(Exception):
    """There is no such button, or more than one; the text lists what there is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A button as a test names it, by exactly one of these."""

    text: str | None = None
    pattern: str | None = None
    path: str | None = None


def find_button(wanted: Wanted, buttons: Sequence[SeenButton], bot: Bot) -> SeenButton:
    """Find a button by its label, or as the only one that has a text in it, fits a pattern, or has a path.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    if wanted.path is not None:
        return _with_path(wanted.path, buttons, bot)
    if wanted.pattern is not None:
        return _only(wanted.pattern, buttons, re.compile(wanted.pattern).search, "button")
    return _labelled(wanted.text or "", buttons, "button")


def find_old_button(
    wanted: Wanted,
    screens: Iterable[Sequence[SeenButton]],
    now: Sequence[SeenButton],
    bot: Bot,
) -> SeenButton:
    """Find a button on screens of before, the last one first; it is not one of those that are there now.

    Raises:
        NotFoundError: none of them has it, or the last one that does has more than one.
    """
    seen = list(screens)
    for screen in seen:
        try:
            return find_button(wanted, screen, bot)
        except NotFoundError:
            if _fitting(wanted, screen):
                raise
    labels = list(dict.fromkeys(button.text for screen in seen for button in screen))
    name = wanted.path or wanted.pattern or wanted.text or ""
    known = f"; old ones are {_listed(labels)}" if labels else ", and none has gone yet"
    why = ": it is on the screen now" if _is_there(wanted, now, bot) else hint(name, labels)
    raise NotFoundError(f'there is no old button "{name}"{why}{known}')


def find_item(item: str | int, buttons: Sequence[SeenButton]) -> SeenButton:
    """Find an item of a list by its label or a part of it, or by its number, from 1 on; a day, month, year or hour by its label.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    items = [button for button in buttons if _control(button) in _ITEMS]
    if not items and (dates := [one for one in buttons if _control(one) in _DATES]):
        return _of_calendar(str(item), dates)
    items = items or [button for button in buttons if button.message_id is None]
    if isinstance(item, str):
        return _labelled(item, items, "item")
    if 0 < item <= len(items):
        return items[item - 1]
    raise NotFoundError(f"there is no item {item}; the list shows {len(items)}")


def _of_calendar(wanted: str, dates: Sequence[SeenButton]) -> SeenButton:
    """Find what is offered of a calendar: by its label, or by that without the signs around it, as in `[ 15 ]`."""
    for button in dates:
        if wanted in (plain(button.text), re.sub(r"^\W+|\W+$", "", plain(button.text))):
            return button
    if wanted.isdigit():
        labels = [button.text for button in dates]
        raise NotFoundError(f'"{wanted}" is not offered; there are {_listed(labels)}')
    return _labelled(wanted, dates, "item")


def hint(wanted: str, labels: Iterable[str]) -> str:
    """Name the label that is nearest, if any is near."""
    close = nearest(wanted, labels)
    return f'; the nearest is "{close}"' if close else ""


def _labelled(text: str, buttons: Sequence[SeenButton], what: str) -> SeenButton:
    wanted = plain(text)
    exact = next((button for button in buttons if plain(button.text) == wanted), None)
    return exact or _only(text, buttons, lambda label: wanted in label, what)


def _only(
    wanted: str, buttons: Sequence[SeenButton], fits: Callable[[str], Any], what: str
) -> SeenButton:
    found = [button for button in buttons if fits(plain(button.text))]
    if len(found) == 1:
        return found[0]
    labels = [button.text for button in found or buttons]
    if found:
        raise NotFoundError(f'"{wanted}" is in more than one {what}: {_listed(labels)}')
    raise NotFoundError(
        f'there is no {what} "{wanted}"{hint(wanted, labels)}; there are {_listed(labels)}'
    )


def _is_there(wanted: Wanted, buttons: Sequence[SeenButton], bot: Bot) -> bool:
    try:
        find_button(wanted, buttons, bot)
    except NotFoundError:
        return _fitting(wanted, buttons)
    return True


def _fitting(wanted: Wanted, buttons: Sequence[SeenButton]) -> bool:
    if wanted.path is not None:
        return False
    if wanted.pattern is not None:
        return any(re.search(wanted.pattern, plain(button.text)) for button in buttons)
    return any(plain(wanted.text or "") in plain(button.text) for button in buttons)


def _with_path(path: str, buttons: Sequence[SeenButton], bot: Bot) -> SeenButton:
    """Find the button of a path on a screen of its step: one whose buttons all are that step's."""
    ids, of_step = _ids(path, bot)
    for button in buttons:
        if carried_in(button) in ids and all(_is_of(one, of_step) for one in buttons):
            return button
    raise NotFoundError(f'no button with the path "{path}" is there')


def _ids(path: str, bot: Bot) -> tuple[frozenset[Carried], frozenset[Carried]]:
    """Give what a button of a path carries, and what all buttons of its step carry."""
    for compiled in bot.flows.values():
        for step in compiled.flow.steps.values():
            carried = carried_by(step) if isinstance(step, WindowStep) else {}
            if found := carried.get(path):
                return frozenset(found), frozenset().union(*carried.values())
    return frozenset(), frozenset()


def carried_by(step: WindowStep) -> Mapping[str, frozenset[Carried]]:
    """Give what the buttons of a step can carry, by the path of their texts; those of controls are their own texts and labels."""
    carried: dict[str, set[Carried]] = defaultdict(set)
    for button in step.buttons:
        carried[button.text.path].add((Control.BUTTON, item_key(button.id)))
    for control in step.controls:
        for wording, act in _acts(control):
            if wording is not None:
                value = f"{control_key(control.id)}:{act}"
                carried[wording.path].add((Control.SET, value))
    if isinstance(step, AskStep) and step.share is not None:
        carried[step.share.path] = set()  # a key that asks for something carries nothing
    return {path: frozenset(found) for path, found in carried.items()}


def label_of(
    path: str, step: WindowStep, data: FlowData, environment: Mapping[str, Any]
) -> str | None:
    """Give what the key of a path says under the chat; None where that is not to be told without the screen."""
    found = (one for one in _key_wordings(step) if one.path == path)
    wording = next(found, None)
    if wording is None:
        return None
    templates = data.flow.wordings[wording]
    try:
        return templates[environment["user"].locale].render(environment).strip()
    except (AttributeError, TypeError, KeyError):
        return None


def _key_wordings(step: WindowStep) -> Iterator[Wording]:
    yield from (button.text for button in step.buttons)
    for control in step.controls:
        yield from (wording for wording, _ in _acts(control) if wording is not None)
    if isinstance(step, AskStep) and step.share is not None:
        yield step.share


def _acts(control: FlowControl) -> Iterator[tuple[Wording | None, str]]:
    """Give the texts of a control, each with what a press on it makes."""
    match control:
        case Check():
            yield from ((control.text, "0"), (control.text, "1"), (control.checked, "0"))
        case Count():
            yield from ((control.minus, "-"), (control.text, ""), (control.plus, "+"))
        case Options():
            for text, label in control.labels.items():
                yield from ((label, f"{sign}{item_key(text)}") for sign in "+-")


def _is_of(button: SeenButton, of_step: frozenset[Carried]) -> bool:
    """Tell whether a button can be on a screen of a step; controls have buttons without a text of their own."""
    carried = carried_in(button)
    return carried is None or carried[0] is Control.SET or carried in of_step


def carried_in(button: SeenButton) -> Carried | None:
    """Give what tells a button of a step, or of a control, from the others; None of any other button."""
    press = decode_press(remove_intent_id(button.data or "")[1])
    is_own = press is not None and press.control in (Control.BUTTON, Control.SET)
    return (press.control, press.value) if press and is_own else None


def _control(button: SeenButton) -> Control | None:
    press = decode_press(remove_intent_id(button.data or "")[1])
    return press.control if press else None


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(f'"{one}"' for one in labels) or "none"
