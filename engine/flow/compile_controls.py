"""The controls of a window, compiled and typed: what they keep, what they offer, and what is written on them.

It knows what each of their texts can read; what a name of data is declared as, it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.actions import ActionKind
from engine.flow.compile_listing import key_type
from engine.flow.model.controls import VALUE, Check, Count, Options, OptionsKind
from engine.flow.offered import count_bounds, option_texts, option_type, value_type
from engine.flow.types import (
    BOOL,
    INT,
    TEXT,
    Choice,
    Kind,
    ListOf,
    MapOf,
    Maybe,
    Record,
    Scalar,
    accepts,
    choose_from,
    describe,
)
from engine.flow.values import from_json, utf16_length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.compile import Room, Tables, Typist
    from engine.flow.model.controls import Control
    from engine.flow.model.windows import WindowStep
    from engine.flow.problems import Position
    from engine.flow.types import Type


def compile_controls(
    tables: Tables, typist: Typist, step: WindowStep, room: Room, lists: Mapping[str, Room]
) -> None:
    """Compile every control of a window; `lists` are what can be read inside the lists that some are in."""
    for control in step.controls:
        inside = lists[control.within[-1].id] if control.within else room
        for code in control.conditions:
            inside = inside.where(code, tables.expression(code, inside, BOOL))
        if tables.expression(control.value, inside) is None:
            continue
        declared = typist.own.data[control.name]
        if control.within:
            if not _keeps_of_each(tables, control, declared, inside):
                continue
            shown = _shown_type(control, declared)
            inside = inside.having({VALUE: shown}) if shown else inside
        match control:
            case Check():
                _check(tables, control, declared, inside)
            case Count():
                _count(tables, control, declared, inside)
            case Options():
                _options(tables, typist, control, inside)


def _shown_type(control: Control, declared: Type) -> Type | None:
    """Give the type of the value that the texts of a control in a list can read."""
    match control:
        case Count():
            low, high = count_bounds(control, declared)
            return Scalar(Kind.INT, low, high)
        case Check():
            return BOOL
        case Options():
            return None


def _keeps_of_each(tables: Tables, control: Control, declared: Type, room: Room) -> bool:
    """Report a name that cannot keep a value for each item of a list: keys of what is marked, or values by keys."""
    if isinstance(control, Check):
        key = key_type(tables, control.within[-1], room)
        wanted = INT if isinstance(key, Scalar) and key.kind is Kind.INT else TEXT
        is_right = isinstance(declared, ListOf) and declared.item in (
            Scalar(Kind.TEXT),
            Scalar(wanted.kind),
        )
        said = f'the keys of the items that are marked, a "list[{describe(wanted)}]"'
    else:
        is_right = isinstance(declared, MapOf)
        said = f'a value for each item, a "map[{"int" if isinstance(control, Count) else "text"}]"'
    if not is_right:
        message = f'"data.{control.name}" is {describe(declared)}, and a control in a list keeps {said}; declare it so'
        tables.report(control.position, "wrong-type", message)
    return is_right


def _check(tables: Tables, control: Check, declared: Type, room: Room) -> None:
    if value_type(control, declared) != BOOL:
        _misfit(tables, control, declared, "a bool")
    for wording in (control.text, control.checked):
        tables.wording(wording, room, html=False)


def _count(tables: Tables, control: Count, declared: Type, room: Room) -> None:
    for wording in (control.text, control.minus, control.plus):
        tables.wording(wording, room, html=False)
    counted = value_type(control, declared)
    if not isinstance(counted, Scalar) or counted.kind is not Kind.INT:
        _misfit(tables, control, declared, "a map[int]" if control.within else "an int")
        return
    low, high = count_bounds(control, declared)
    if low >= high:
        message = f'"data.{control.name}" is counted between {low} and {high}, which leaves nothing to count; mend "min" or "max"'
        tables.report(control.position, "bad-bounds", message)
    elif control.step > high - low:
        message = (
            f'"step" is {control.step}, which leads nowhere between {low} and {high}; lower it'
        )
        tables.report(control.position, "bad-bounds", message)
    elif counted.min is not None and low < counted.min:
        _report_bound(tables, control, "min", (low, "below", counted.min))
    elif counted.max is not None and high > counted.max:
        _report_bound(tables, control, "max", (high, "above", counted.max))


def _report_bound(tables: Tables, control: Control, word: str, wrong: tuple[int, str, int]) -> None:
    value, side, bound = wrong
    message = f'"{word}" is {value}, which is {side} what "data.{control.name}" can be, {bound}; mend one of them'
    tables.report(control.position, "bad-bounds", message)


def _options(tables: Tables, typist: Typist, control: Options, room: Room) -> None:
    declared = typist.own.data[control.name]
    item = option_type(control, declared)
    value = value_type(control, declared)
    kept = value.inner if isinstance(value, Maybe) else value
    if item is None:
        wanted = "a list" if control.kind is OptionsKind.MANY else "one value"
        _misfit(tables, control, declared, wanted)
    elif control.query:
        item = _query(tables, control, item, room)
    else:
        _choice(tables, control, item)
    if isinstance(kept, ListOf):
        _marks(tables, control, kept.max, len(option_texts(control, item)) or None)
    for label in control.labels.values():
        tables.wording(label, room, html=False)
    names: dict[str, Type | None] = {"item": item}
    if control.labels:
        names["label"] = Scalar(Kind.TEXT, max=_longest_label(tables, control))
    for wording in (control.text, control.checked):
        tables.wording(wording, room.having(names), html=False)
    for wording in (control.too_few, control.too_many):
        tables.wording(wording, room, html=False)


def _query(tables: Tables, control: Options, item: Type, room: Room) -> Type | None:
    """Compile the query of a control; give the type of its items, None where they cannot be kept."""
    call = tables.call(control.query, room, ActionKind.QUERY) if control.query else None
    if call is None or control.query is None:
        return None
    offered = call.type.item if isinstance(call.type, ListOf) else None
    if offered is None or not isinstance(item, Record) or not accepts(item, offered):
        message = (
            f'query "{call.action.name}" returns {describe(call.type)}, and '
            f'"data.{control.name}" keeps {describe(item)}; it needs a list of records of that kind'
        )
        tables.report(control.query.position, "wrong-type", message)
        return None
    key = control.key
    done = tables.expression(key, room.having({"item": item})) if key else None
    if done and key and not isinstance(done.type, Scalar | Choice):
        message = f'the key of an item is one value, and "{key.text}" is {describe(done.type)}; write one of its fields'
        tables.report(key.position, "wrong-type", message)
    return item


def _choice(tables: Tables, control: Options, item: Type) -> None:
    """Look at options that are written: all of a choice have a label where any has."""
    match item:
        case Choice(values=values):
            _covered(tables, control, values)
        case Scalar(kind=Kind.TEXT) if control.labels:
            for value in control.labels:
                _fits(tables, control, item, value)
        case _:
            wanted = "a choice; texts need labels, and records a query under of"
            _misfit(tables, control, item, wanted)


def _covered(tables: Tables, control: Options, values: tuple[str, ...]) -> None:
    for value in control.labels:
        if value not in values:
            message = (
                f'"data.{control.name}" cannot be "{value}"{choose_from(value, values, "values")}'
            )
            tables.report(control.places[value], "bad-control", message)
    missing = [value for value in values if control.labels and value not in control.labels]
    if missing and set(control.labels) <= set(values):
        said = ", ".join(f'"{one}"' for one in missing)
        message = (
            f'"data.{control.name}" can be {said}, too, for which there is no label; '
            f"add one under labels"
        )
        tables.report(_first_label(control), "bad-control", message)


def _fits(tables: Tables, control: Options, item: Type, value: str) -> None:
    try:
        from_json(item, value)
    except ValueError as error:
        tables.report(control.places[value], "bad-control", f'"{value}" does not fit: {error}')


def _first_label(control: Options) -> Position:
    return next(iter(control.places.values()), control.position)


def _marks(tables: Tables, control: Options, most: int | None, options: int | None) -> None:
    """Report numbers of marks that cannot be met."""
    if control.max is not None and control.min > control.max:
        message = f'"min" is {control.min}, which is above "max", {control.max}; swap them'
        tables.report(control.position, "bad-bounds", message)
        return
    for word, number in (("min", control.min), ("max", control.max)):
        if number is None:
            continue
        if most is not None and number > most:
            _report_bound(tables, control, word, (number, "above", most))
            return
        if options is not None and number > options:
            message = f'"{word}" is {number}, and there are {options} options; lower it'
            tables.report(control.position, "bad-bounds", message)
            return


def _longest_label(tables: Tables, control: Options) -> int | None:
    """Give how long a label can be; None where one has values of its own."""
    texts = [label.text for label in control.labels.values()]
    for found in tables.world.translations.values():
        paths = (label.path for label in control.labels.values())
        texts += [found[path].text for path in paths if path in found]
    if any("{" in text for text in texts):
        return None
    return max(map(utf16_length, texts))


def _misfit(tables: Tables, control: Control, given: Type, wanted: str) -> None:
    message = f'"data.{control.name}" is {describe(given)}, and this control needs {wanted}'
    tables.report(control.position, "wrong-type", message)
