"""What somebody did in a chat as an act of a scenario: buttons by label or path, items by label or number.

It knows what the same person sees in the simulation at that moment; it does nothing there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aiogram_dialog.utils import remove_intent_id

from engine.dialog.callbacks import Control, decode_press, item_key
from engine.emulator.payments import Provider
from engine.emulator.story import DeedKind
from engine.flow.model.windows import WindowStep
from engine.simulate.recording.contents import pressed_key, sent_content
from engine.simulate.scenarios.model import (
    Block,
    Delete,
    Pay,
    Pick,
    Press,
    Send,
    SendPhoto,
    Settle,
    ShareContact,
    ShareLocation,
    Unblock,
)
from engine.simulate.sight import SeenButton, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.dialog.callbacks import Press as Carried
    from engine.emulator.model import Json
    from engine.emulator.story import Deed
    from engine.flow.checked import Bot
    from engine.simulate.scenarios.model import Act

ITEMS: Final = frozenset({Control.ITEM, Control.MARK, Control.UNMARK})

_CHANGES: Final = re.compile(r"\d")


class UntellableError(Exception):
    """A scenario has no word for what was done; the text says what that was."""


def act_of(  # noqa: PLR0911 - one for each kind
    deed: Deed, screen: Sequence[SeenButton], bot: Bot, *, is_twice: bool = False
) -> Act:
    """Return what was done as an act; `screen` are the buttons that the person can press in the simulation.

    Raises:
        UntellableError: a scenario has no word for it.
    """
    match deed.kind:
        case DeedKind.MESSAGE:
            return _message(deed)
        case DeedKind.PRESS:
            return _press(deed.content, screen, bot, is_twice=is_twice)
        case DeedKind.DELETE:
            return Delete(_first_line(deed.content["text"]) or None)
        case DeedKind.BLOCK:
            return Block()
        case DeedKind.UNBLOCK:
            return Unblock()
        case DeedKind.PAY:
            return Pay(Provider(deed.content["provider"]))
        case DeedKind.PAID:
            return Settle()
        case DeedKind.OTHER:
            raise UntellableError(deed.content["what"])


def carried(data: str | None) -> Carried | None:
    """Return what a button carries, None where it is no flow's."""
    return decode_press(remove_intent_id(data or "")[1])


def _message(deed: Deed) -> Act:
    content = deed.content
    if (key := pressed_key(content)) is not None:
        return key
    if "text" in content:
        inside = content.get("inside")
        return Send(content["text"], plain(inside) if inside is not None else None)
    if (sent := sent_content(content)) is not None:
        return sent
    if contact := content.get("contact"):
        is_own = contact.get("user_id") == deed.user_id
        return ShareContact(None if is_own else contact["phone_number"])
    if place := content.get("location"):
        return ShareLocation(place["latitude"], place["longitude"])
    if "photo" in content:
        return SendPhoto(content.get("caption", ""))
    raise UntellableError("sent a message that scenarios have no word for")


def _press(content: Json, screen: Sequence[SeenButton], bot: Bot, *, is_twice: bool) -> Act:
    label = plain(content["text"] or "")
    press = carried(content["data"])
    if not label:
        raise UntellableError("pressed what is no button")
    if (inside := content.get("inside")) is not None:
        is_item = press is not None and press.control in ITEMS
        act = Pick(label, is_twice) if is_item else Press(text=label, is_twice=is_twice)
        return replace(act, inside=plain(inside))
    if content["is_old"]:
        return Press(text=label, is_old=True, is_twice=is_twice)
    if press is not None and press.control in ITEMS:
        return Pick(_item(content, label, screen), is_twice)
    twin = next((one for one in screen if press and _is_same(carried(one.data), press)), None)
    if twin is None or plain(twin.text) == label or press is None:
        return Press(text=label, is_twice=is_twice)
    path = _path(press.value, screen, bot) if press.control is Control.BUTTON else None
    return Press(text=None if path else plain(twin.text), path=path, is_twice=is_twice)


def _item(content: Json, label: str, screen: Iterable[SeenButton]) -> str | int:
    """Name an item by its label; where that is a date, a time or a price, and another one in the simulation, by its number."""
    labels = [plain(one.text) for one in screen if _is_item(one.data)]
    if labels.count(label) == 1 or not (label in labels or _CHANGES.search(label)):
        return label
    shown = [one for row in content["rows"] for one in row if _is_item(one.get("callback_data"))]
    numbers = [at for at, one in enumerate(shown, 1) if one["callback_data"] == content["data"]]
    return numbers[0] if numbers else label


def _path(value: str, screen: Iterable[SeenButton], bot: Bot) -> str | None:
    """Return the path of a button's text; its step is the one that has all buttons of the screen."""
    here = {press.value for one in screen if (press := carried(one.data)) and _is_button(press)}
    for compiled in bot.flows.values():
        for step in compiled.flow.steps.values():
            own = step.buttons if isinstance(step, WindowStep) else ()
            paths = {item_key(button.id): button.text.path for button in own}
            if here <= set(paths) and value in paths:
                return paths[value]
    return None


def _is_item(data: str | None) -> bool:
    press = carried(data)
    return press is not None and press.control in ITEMS


def _is_button(press: Carried) -> bool:
    return press.control is Control.BUTTON


def _is_same(one: Carried | None, other: Carried) -> bool:
    return one is not None and (one.control, one.value) == (other.control, other.value)


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")
