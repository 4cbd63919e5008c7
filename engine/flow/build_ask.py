"""The keys of an ask to the parts of its frozen value.

It knows how they are spelled, and not which answers they suit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.flow.answers.asked import ANY, COUNTED
from engine.flow.answers.sizes import read_size
from engine.flow.build_calendar import read_calendar, read_picker
from engine.flow.build_share import read_share
from engine.flow.model.asking import DefaultAnswer, Deletes, GiveUp
from engine.flow.nodes import ListNode, MapNode, Node
from engine.flow.reader import as_scalar, text_of, texts_of, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Position
    from engine.flow.reader import Reader


def build_ask(reader: Reader, name: str, node: MapNode) -> dict[str, Any]:
    """Read what an ask has beyond a window, by the names of its value."""
    known = node.entries
    low, least = _bound(reader, node, "min")
    high, most = _bound(reader, node, "max")
    give_up = known.get("give_up")
    return {
        "type": asked_word(known["ask"]),
        "kinds": tuple(texts_of(known["ask"])),
        "save": reader.codes(node, "save"),
        "min": low,
        "least": least,
        "max": high,
        "most": most,
        "pattern": text_of(known["pattern"]) if "pattern" in known else None,
        "max_size": read_size(text_of(known["max_size"])) if "max_size" in known else None,
        "types": tuple(texts_of(known["types"])) if "types" in known else (),
        "own": as_scalar(known["own"]).value is not False if "own" in known else True,
        "calendar": read_calendar(reader, name, node),
        "picker": read_picker(reader, name, node),
        **read_share(reader, name, node),
        "deletes": _deletes(known.get("delete_answer")),
        "default": _default(reader, name, known.get("default")),
        "allow": reader.optional_code(node, "allow"),
        "invalid": _invalid(reader, f"{name}.invalid", known.get("invalid")),
        "give_up": _give_up(reader, name, give_up) if isinstance(give_up, MapNode) else None,
        "keys": _places(node),
    }


def asked_word(node: Node) -> str:
    """Give the word of what is asked for; a list of kinds asks for a message of any of them."""
    return ANY if isinstance(node, ListNode) else text_of(node)


def _bound(reader: Reader, node: MapNode, key: str) -> tuple[int | None, Code | None]:
    """Read a bound: a whole number, or an expression."""
    if key not in node.entries:
        return None, None
    number = whole_number(as_scalar(node.entries[key]))
    if asked_word(node.entries["ask"]) not in COUNTED:
        number = None
    return (None, reader.code(node.entries[key])) if number is None else (number, None)


def _deletes(node: Node | None) -> Deletes | None:
    if node is None or as_scalar(node).value is False:
        return None
    return Deletes.TAKEN if as_scalar(node).value is True else Deletes.ALL


def _default(reader: Reader, name: str, node: Node | None) -> DefaultAnswer | None:
    if not isinstance(node, MapNode):
        return None
    value = reader.code(node.entries["value"])
    return DefaultAnswer(value, reader.wording(f"{name}.default", node))


def _give_up(reader: Reader, name: str, node: MapNode) -> GiveUp:
    after = whole_number(as_scalar(node.entries["after"]))
    return GiveUp(after or 1, reader.target(f"{name}.give_up", node))


def _invalid(reader: Reader, path: str, node: Node | None) -> Mapping[str, tuple[Wording, ...]]:
    """Read the texts of wrong answers by cause; those for every cause are `else`."""
    if isinstance(node, MapNode):
        return {
            cause: _texts(reader, f"{path}.{cause}", one) for cause, one in node.entries.items()
        }
    return {} if node is None else {"else": _texts(reader, path, node)}


def _texts(reader: Reader, path: str, node: Node) -> tuple[Wording, ...]:
    items = node.items if isinstance(node, ListNode) else (node,)
    return tuple(reader.message(f"{path}.{number}", item) for number, item in enumerate(items, 1))


def _places(node: MapNode) -> Mapping[str, Position]:
    places = {key: at.position for key, at in node.keys.items()}
    invalid = node.entries.get("invalid")
    if isinstance(invalid, MapNode):
        places |= {f"invalid.{cause}": at.position for cause, at in invalid.keys.items()}
    return places
