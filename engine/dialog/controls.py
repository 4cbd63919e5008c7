"""The controls of a window: what they look like now, and what a press on one keeps.

It does not know what else the window shows. What is pressed was looked up among what is offered.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton

from engine.dialog.button_looks import look_of
from engine.dialog.callbacks import Control as Pressed
from engine.dialog.callbacks import Press, encode_press, item_key
from engine.dialog.presence import Presence
from engine.dialog.remembered import CONTROLS
from engine.dialog.trail import note_move, note_refusal
from engine.dialog.turn import turn_of
from engine.dialog.walk import current_data, environment_of, run_query
from engine.flow.carried import BETWEEN, write_path
from engine.flow.graph import MoveKind
from engine.flow.model.choosing import MARK
from engine.flow.model.controls import VALUE, Check, Count, CountPart, Options, OptionsKind
from engine.flow.offered import count_bounds, most_items, option_texts, option_type, value_type
from engine.flow.types import TEXT, Kind, ListOf, Maybe, Scalar
from engine.flow.values import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.button_looks import Fields
    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.controls import Control
    from engine.flow.model.windows import WindowStep
    from engine.flow.model.written import Wording

MAX_ID_BYTES: Final = 12
"""A control's id longer than this is replaced by a digest; with an item's key it has 41 bytes at most."""

_SAME: Final = object()

type Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be kept, with the key that a button carries and its label in `labels`, if it has one."""

    key: str
    item: Any
    label: str | None = None


def control_key(control_id: str) -> str:
    """Return a control's id as its buttons carry it."""
    if len(control_id) <= MAX_ID_BYTES:
        return control_id
    digest = hashlib.blake2b(control_id.encode(), digest_size=6).digest()
    return "~" + base64.urlsafe_b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class ControlView:
    """The controls of a window as one person sees them in one turn; `environment` is what their texts can read.

    In a list, `keys` are those of the items on the way to a control.
    """

    turn: Turn
    data: FlowData
    step: WindowStep
    environment: Mapping[str, Any]
    keys: tuple[str, ...] = ()

    def offered(self) -> list[Control]:
        """Return the controls whose conditions hold now; in lists, where that depends on the item, all of them."""
        presence = Presence(self.turn, self.data, self.environment)
        return [one for one in self.step.controls if one.within or presence.shows(one)]

    def value(self, control: Control) -> Any:
        """Return what is kept by a control, in a list of the item that it stands at; at first the least number, or nothing."""
        kept = self.data.data[control.name]
        if not control.within:
            return kept
        if isinstance(control, Check):
            return self.keys[-1] in map(str, kept)
        if isinstance(control, Count):
            low, _ = count_bounds(control, self.data.flow.data[control.name])
            return kept.get(self.keys[-1], low)
        return kept.get(self.keys[-1])

    def keeping(self, control: Control, made: Any) -> Any:
        """Return the name of data as it is with a value that a press makes."""
        kept = self.data.data[control.name]
        if not control.within:
            return made
        key = self.keys[-1]
        if not isinstance(control, Check):
            return {**kept, key: made}
        declared = self.data.flow.data[control.name]
        item = declared.item if isinstance(declared, ListOf) else TEXT
        marked = from_json(item, int(key) if item == Scalar(Kind.INT) else key)
        others = [one for one in kept if str(one) != key]
        return [*others, marked] if made else others

    async def rows(self, control: Control) -> list[Row]:
        """Return the rows of a control that has its line for itself."""
        match control:
            case Check():
                return [[self._check(control)]]
            case Count():
                return [[self._part(control, part) for part in control.parts]]
            case Options():
                return await self._options(control)

    async def options(self, control: Options) -> list[Option]:
        """Return what can be kept now."""
        if control.query is None:
            item = option_type(control, self.data.flow.data[control.name])
            return [
                Option(
                    item_key(text),
                    text if item is None else from_json(item, text),
                    self._label(control, text),
                )
                for text in option_texts(control, item)
            ]
        place = BETWEEN.join(self.keys)
        items = await run_query(self.turn, self.data, control.query, self.environment, of=place)
        return [Option(self.key_of(control, item), item) for item in items]

    def marked(self, control: Options) -> list[str]:
        """Return the keys of what is kept, in its order."""
        kept = self.value(control)
        if kept is None:
            return []
        items = kept if control.kind is OptionsKind.MANY else [kept]
        return [self.key_of(control, item) for item in items]

    def key_of(self, control: Options, item: Any) -> str:
        """Return the key of an option, as a button carries it."""
        if control.key is None:
            return item_key(str(item))
        names = {**self.environment, "item": item}
        return item_key(str(self.turn.evaluate(self.data, control.key, names)))

    def _label(self, control: Options, text: str) -> str | None:
        label = control.labels.get(text)
        return self.turn.say(self.data, label, self.environment) if label else None

    def _check(self, control: Check) -> InlineKeyboardButton:
        is_marked = bool(self.value(control))
        names = self._own_names(control)
        label = self._say(control.text, names, "")
        if is_marked:
            label = self._say(control.checked, names, f"{MARK} {label}")
        wording = control.checked if is_marked and control.checked else control.text
        look = self._look(wording, names)
        return self._button(control, label, "0" if is_marked else "1", look)

    def _part(self, control: Count, part: CountPart) -> InlineKeyboardButton:
        wording, usual, act = {
            CountPart.MINUS: (control.minus, "-", "-"),
            CountPart.TEXT: (control.text, str(self.value(control)), ""),
            CountPart.PLUS: (control.plus, "+", "+"),
        }[part]
        names = self._own_names(control)
        label = self._say(wording, names, usual)
        return self._button(control, label, act, self._look(wording, names))

    async def _options(self, control: Options) -> list[Row]:
        options, marked = await self.options(control), self.marked(control)
        if control.kind is OptionsKind.CYCLE:
            return [[self._cycle(control, options, marked)]] if options else []
        if control.query:
            options = options[: most_items(control, self.turn.bot.catalog)]
        made = [self._option(control, option, is_marked=option.key in marked) for option in options]
        columns = control.columns or 1
        return [made[at : at + columns] for at in range(0, len(made), columns)]

    def _option(self, control: Options, option: Option, *, is_marked: bool) -> InlineKeyboardButton:
        label, look = self._option_label(control, option), self._option_look(control, option)
        if is_marked:
            label = self._say(control.checked, self._names(option), f"{MARK} {label}")
            look = self._look(control.checked, self._names(option)) if control.checked else look
        sign = "-" if is_marked and control.kind is OptionsKind.MANY else "+"
        return self._button(control, label, f"{sign}{option.key}", look)

    def _cycle(
        self, control: Options, options: Sequence[Option], marked: Sequence[str]
    ) -> InlineKeyboardButton:
        """Show what is kept, or the first option; a press keeps the one after it."""
        keys = [option.key for option in options]
        at = keys.index(marked[0]) if marked and marked[0] in keys else 0
        following = options[(at + 1) % len(options)]
        label, look = self._option_label(control, options[at]), self._option_look(
            control, options[at]
        )
        return self._button(control, label, f"+{following.key}", look)

    def _option_label(self, control: Options, option: Option) -> str:
        plain = option.label if option.label is not None else str(option.item)
        return self._say(control.text, self._names(option), plain)

    def _option_look(self, control: Options, option: Option) -> Fields:
        """Return the look of an option: that of its own label, or the one that all of them have."""
        own = control.labels.get(str(option.item)) if control.query is None else None
        look = self._look(own, self.environment)
        return look or self._look(control.text, self._names(option))

    def _look(self, wording: Wording | None, environment: Mapping[str, Any]) -> Fields:
        return look_of(self.turn, self.data, wording, environment)

    def _own_names(self, control: Control) -> Mapping[str, Any]:
        """Return what the texts of a mark or a number can read: in a list also the value."""
        if not control.within:
            return self.environment
        return {**self.environment, VALUE: self.value(control)}

    def _names(self, option: Option) -> Mapping[str, Any]:
        return {**self.environment, "item": option.item, "label": option.label}

    def _say(self, wording: Any, environment: Mapping[str, Any], otherwise: str) -> str:
        return otherwise if wording is None else self.turn.say(self.data, wording, environment)

    def _button(self, control: Control, text: str, act: str, look: Fields) -> InlineKeyboardButton:
        if control.within:
            path = write_path((control.id, *self.keys, act))
            press = Press(self.turn.screen, Pressed.KEPT, path)
        else:
            press = Press(self.turn.screen, Pressed.SET, f"{control_key(control.id)}:{act}")
        carried = encode_press(self.data.context.id, press)
        return InlineKeyboardButton(text=text, callback_data=carried, **look)


def may_be_set_late(data: FlowData, press: Press) -> bool:
    """Tell whether a press on an earlier screen of this visit still counts: a control says what it makes, or how far to count."""
    since = _since(data)
    is_control = press.control in (Pressed.SET, Pressed.KEPT)
    return is_control and since is not None and press.screen >= since


async def press_control(manager: DialogManager, step: WindowStep, press: Press) -> bool:
    """Keep what a press makes; False where no control offers it now."""
    turn, data = turn_of(manager), current_data(manager)
    view = ControlView(turn, data, step, await environment_of(turn, data, step))
    key, _, act = press.value.partition(":")
    own = [one for one in view.offered() if not one.within]
    control = next((one for one in own if control_key(one.id) == key), None)
    return control is not None and await keep_pressed(view, control, act.__eq__)


async def keep_pressed(view: ControlView, control: Control, is_act: Callable[[str], bool]) -> bool:
    """Keep what a press on a control makes, which is told by what it carries; False where nothing offers that now."""
    match control:
        case Check():
            act = next(filter(is_act, ("0", "1")), None)
            made: Any = _SAME if act is None else act == "1"
        case Count():
            act = next(filter(is_act, ("-", "", "+")), None)
            if act is not None and not _has_part(control, act):
                return False
            made = _SAME if act is None else _count(view, control, act)
        case Options():
            options = await view.options(control)
            acts = {f"{sign}{one.key}": one for sign in "+-" for one in options}
            act = next(filter(is_act, acts), None)
            made = (
                _SAME
                if act is None
                else _choose(view, control, (options, acts[act]), is_marking=act[0] == "+")
            )
    if act is None:
        return False
    if made is not _SAME and made != view.value(control):
        _keep(view, control, made)
    return True


def _has_part(control: Count, act: str) -> bool:
    part = {"-": CountPart.MINUS, "": CountPart.TEXT, "+": CountPart.PLUS}.get(act)
    return part in control.parts


def _count(view: ControlView, control: Count, act: str) -> Any:
    """Return the next number; the same at a bound, unless it begins anew at the other."""
    low, high = count_bounds(control, view.data.flow.data[control.name])
    value: int = view.value(control)
    if act == "+":
        following = value + control.step
        if following > high:
            return low if control.wrap else _SAME
        return max(following, low)
    if act == "-":
        following = value - control.step
        if following < low:
            return high if control.wrap else _SAME
        return min(following, high)
    return _SAME


def _choose(
    view: ControlView, control: Options, found: tuple[Sequence[Option], Option], *, is_marking: bool
) -> Any:
    options, chosen = found
    if control.kind is not OptionsKind.MANY:
        return chosen.item if is_marking else _SAME
    marked = view.marked(control)
    marks = [one for one in options if one.key in marked and one.key != chosen.key]
    if is_marking == (chosen.key in marked):
        return _SAME
    declared = value_type(control, view.data.flow.data[control.name])
    listed = declared.inner if isinstance(declared, Maybe) else declared
    if not isinstance(listed, ListOf):
        return _SAME
    most = control.max if control.max is not None else listed.max
    if is_marking and most is not None and len(marks) >= most:
        return _refuse(view, control, "too_many")
    if not is_marking and len(marks) < control.min:
        return _refuse(view, control, "too_few")
    kept = {one.key for one in marks} | ({chosen.key} if is_marking else set())
    return listed.python(one.item for one in options if one.key in kept)


def _refuse(view: ControlView, control: Options, cause: str) -> Any:
    """Answer a press that changes nothing, in the words of the control if it has any."""
    note_refusal(view.turn, view.data, cause)
    wording = control.too_many if cause == "too_many" else control.too_few
    if wording is not None:
        view.turn.toast = view.turn.say(view.data, wording, view.environment)
    return _SAME


def _keep(view: ControlView, control: Control, made: Any) -> None:
    turn, data = view.turn, view.data
    data.set({control.name: view.keeping(control, made)})
    turn.kept.save(data, [control.name])
    turn.results.clear()
    note_move(turn, data, MoveKind.CONTROL, control.id)
    if _since(data) is None:
        data.remember(CONTROLS, {"step": data.step, "since": turn.conversation.here.screen})


def _since(data: FlowData) -> int | None:
    """Return the screen on which a control was first pressed in this visit of the step."""
    kept = data.recall(CONTROLS)
    if not isinstance(kept, dict) or kept.get("step") != data.step:
        return None
    since = kept.get("since")
    return since if isinstance(since, int) else None
