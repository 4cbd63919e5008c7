"""The lists among the buttons of a window, compiled: where their items come from, and what tells them apart.

It knows what can be read inside a list; the buttons themselves are compiled as all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.actions import ActionKind
from engine.flow.compile_paging import compile_pager
from engine.flow.types import BOOL, Choice, ListOf, Record, Scalar, Type, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.compile import Room, Tables
    from engine.flow.model.listing import ListLine
    from engine.flow.model.windows import WindowStep


def compile_lists(tables: Tables, step: WindowStep, room: Room) -> Mapping[str, Room]:
    """Compile the lists of a window; give by the id of each what the buttons in it can read."""
    rooms: dict[str, Room] = {}
    for one in step.lines:
        outer = room
        for line in one.within:
            if line.id not in rooms:
                rooms[line.id] = _compile_line(tables, line, outer)
            outer = rooms[line.id]
    return rooms


def inside(line: ListLine, item: Type | None, room: Room) -> Room:
    """Give what can be read inside a list: its item hides what had the name before."""
    hidden = f"{line.name}."
    kept = frozenset(one for one in room.facts if one != line.name and not one.startswith(hidden))
    names = {name: type_ for name, type_ in room.names.items() if name != line.name}
    spoiled = room.spoiled - {line.name}
    return replace(room, names=names, facts=kept, spoiled=spoiled).having({line.name: item})


def _compile_line(tables: Tables, line: ListLine, room: Room) -> Room:
    if line.when:
        room = room.where(line.when, tables.expression(line.when, room, BOOL))
    compile_pager(tables, line.pager, room)
    listed = _source(tables, line, room)
    if listed is not None and not isinstance(listed, ListOf):
        message = f'"{line.source.text}" is {describe(listed)}; a list is made of a list'
        tables.report(line.source.position, "wrong-type", message)
    item = listed.item if isinstance(listed, ListOf) else None
    within = inside(line, item, room)
    if line.key:
        _check_key(tables, line, within)
    elif item is not None and not has_own_key(item):
        message = f'{describe(item)} has no "id" that tells items apart; add "key: {line.name}.…"'
        tables.report(line.source.position, "missing-key", message)
    return within


def key_type(tables: Tables, line: ListLine, room: Room) -> Type | None:
    """Give the type of what tells the items of a list apart, in what can be read inside it."""
    if line.key:
        done = tables.code.get(line.key)
        return done.type if done else None
    item = room.names.get(line.name)
    if isinstance(item, Record):
        return item.fields.get("id")
    return item if isinstance(item, Scalar | Choice) else None


def has_own_key(item: Type) -> bool:
    """Tell whether items tell themselves apart: they have an id, or are one value."""
    if isinstance(item, Record):
        return isinstance(item.fields.get("id"), Scalar | Choice)
    return isinstance(item, Scalar | Choice)


def _source(tables: Tables, line: ListLine, room: Room) -> Type | None:
    if line.is_call:
        call = tables.call(line.source, room, ActionKind.QUERY)
        return call.type if call else None
    done = tables.expression(line.source, room)
    return done.type if done else None


def _check_key(tables: Tables, line: ListLine, room: Room) -> None:
    done = tables.expression(line.key, room) if line.key else None
    if done and line.key and not isinstance(done.type, Scalar | Choice):
        message = f'the key of an item is one value, and "{line.key.text}" is {describe(done.type)}; write one of its fields'
        tables.report(line.key.position, "wrong-type", message)
