"""Controls, written at random over what a flow has that they can keep.

It does not know the step that they are in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.random_bots.pen import type_of

if TYPE_CHECKING:
    from tests.random_bots.pen import Pen

type Written = dict[str, Any]


def write_controls(pen: Pen) -> list[Any]:
    """Return a line with one control or with several, or none where nothing can be kept by one."""
    controls = [_control(pen, name) for name in pen.slots]
    found = [one for one in controls if one is not None]
    if not found:
        return []
    some = pen.chance.sample(found, pen.chance.randrange(1, min(3, len(found)) + 1))
    for number, one in enumerate(some):
        one["id"] = f"c{number}"
        if pen.often(0.2):
            one["when"] = pen.condition()
    plain = [one for one in some if "columns" not in one]
    if len(plain) == len(some) and pen.often(0.3):
        return [pen.pick([some, {"buttons": some, "columns": pen.chance.randrange(1, 4)}])]
    return list(some)


def write_listed_controls(pen: Pen) -> list[Written]:
    """Return controls of a list of things: marks and numbers of each, where something can keep them."""
    found: list[Written] = []
    for name in pen.slots:
        known, path = type_of(pen.slots[name]), f"data.{name}"
        if known == "list[int]" and pen.often(0.7):
            found.append({"check": path, "text": pen.words(plain=True), "id": f"k{name}"})
        if known == "map[int]" and pen.often(0.7):
            shown: Written = {"text": "{{ value }}", "when": f"{path}[one.id] != 3"}
            found.append({"count": path, "id": f"k{name}", **pen.pick([{}, shown, {"max": 5}])})
    return found


def _control(pen: Pen, name: str) -> Written | None:
    known, path = type_of(pen.slots[name]), f"data.{name}"
    if known == "bool":
        marked = {"checked": f"V {pen.words(plain=True)}"} if pen.often(0.5) else {}
        return {"check": path, "text": pen.words(plain=True), **marked}
    if known == "int":
        return {"count": path, **_count(pen)}
    if known == "list[Thing]":
        bounds: Written = pen.pick([{}, {"min": 1}, {"max": 2}, {"min": 0, "max": 3}])
        said = {"too_few": "More!", "too_many": "Fewer!"} if pen.often(0.5) else {}
        return {"many": path, **_offered(pen), **bounds, **said, **_columns(pen, "many")}
    offered = {"text": _texts, "Color": _colors, "Thing": _offered}.get(known)
    kind = pen.pick(["cycle", "one"])
    return {kind: path, **offered(pen), **_columns(pen, kind)} if offered else None


def _texts(pen: Pen) -> Written:
    labels = {"a": "A", "b <b>": "B", "x" * 30: "X"}
    return {"labels": labels} | ({"text": "( ) {{ label }}"} if pen.often(0.5) else {})


def _colors(pen: Pen) -> Written:
    return pen.pick(
        [
            {},
            {"labels": {"blue": "Blue", "red": "Red"}},
            {"labels": {"red": "Red", "blue": "Blue"}, "text": "( ) {{ label }} {{ item }}"},
            {"text": "( ) {{ item }}"},
        ]
    )


def _count(pen: Pen) -> Written:
    bounds: Written = pen.pick([{}, {"min": 2}, {"min": 1, "max": 5}, {"max": 4, "step": 2}])
    parts: list[Written] = [
        {},
        {"minus": False},
        {"minus": "less", "plus": "more", "wrap": True},
        {"text": pen.words(plain=True), "plus": "++"},
        {"text": False, "wrap": False},
    ]
    return {**bounds, **pen.pick(parts)}


def _offered(pen: Pen) -> Written:
    key = {"key": pen.pick(["item.title", "item.id"])} if pen.often(0.3) else {}
    return {"of": pen.call("things.list"), "text": "{{ item.title }} {{ item.color }}", **key}


def _columns(pen: Pen, kind: str) -> Written:
    if kind == "cycle" or not pen.often(0.4):
        return {}
    return {"columns": pen.chance.randrange(1, 4)}
