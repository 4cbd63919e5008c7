"""How much a button of a list carries: the parts of its path, and how many bytes they have at most.

It knows what fits into the 64 bytes that Telegram gives, and nothing of what a press does.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from engine.flow.model.controls import Options
from engine.flow.offered import option_texts, option_type
from engine.flow.types import Choice, Kind, ListOf, Record, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.flow.compile import CompiledFlow
    from engine.flow.model.controls import Control
    from engine.flow.model.listing import ListLine
    from engine.flow.model.windows import Button, WindowStep
    from engine.flow.types import Type

MOST_BYTES: Final = 64
"""Telegram's bound on what a button carries."""

HEAD_BYTES: Final = 25
"""What stands before: 18 for the conversation, with who began it, 5 for the number of the screen, a dot, and the letter of the control."""

PATH_BYTES: Final = MOST_BYTES - HEAD_BYTES
MOST_KEY: Final = 28
"""The most bytes of the key of an option: a longer one is a digest."""

BETWEEN: Final = "\x1e"
"""Stands between the parts of a path."""

PAGE_BYTES: Final = PATH_BYTES - 6
"""What is left for a path behind the number of a page, which has five digits at most, and what stands between."""


def share_of(parts: int, most: int = PATH_BYTES) -> int:
    """Give the bytes that each of so many parts has."""
    return (most - (parts - 1)) // parts


def write_path(parts: Sequence[str], most: int = PATH_BYTES) -> str:
    """Write a path, each part itself or, where that is too long, its digest."""
    room = share_of(len(parts), most)
    return BETWEEN.join(shorten(part, room) for part in parts)


def shorten(part: str, room: int) -> str:
    """Give a part as it is carried in so many bytes."""
    raw = part.encode("utf-8", "surrogatepass")
    if len(raw) <= room and BETWEEN not in part:
        return part
    return "~" + base64.urlsafe_b64encode(hashlib.blake2b(raw).digest()).decode()[: room - 1]


def carried_bytes(compiled: CompiledFlow, step: WindowStep) -> Mapping[str, int]:
    """Give by the id of each button and control in a list of a step the bytes that it carries at most."""
    buttons = {
        one.id: HEAD_BYTES + _longest(compiled, one, [])
        for one in step.buttons
        if one.within and (one.go or one.run)
    }
    controls = {
        one.id: HEAD_BYTES + _longest(compiled, one, [_act_bytes(compiled, one)])
        for one in step.controls
        if one.within
    }
    return buttons | controls


def _longest(compiled: CompiledFlow, one: Button | Control, behind: Sequence[int | None]) -> int:
    keys = [_bytes_of(_key_of(compiled, line)) for line in one.within]
    parts = [len(one.id), *keys, *behind]
    room = share_of(len(parts))
    return sum(room if size is None else min(size, room) for size in parts) + len(parts) - 1


def _act_bytes(compiled: CompiledFlow, control: Control) -> int | None:
    """Give the most bytes of what a press on a control makes: a sign, and the key of an option."""
    if not isinstance(control, Options):
        return 1
    if control.key:
        size = _bytes_of(compiled.code[control.key].type)
        return None if size is None else min(size, MOST_KEY) + 1
    texts = option_texts(control, option_type(control, compiled.data[control.name]))
    return 1 + max((min(len(text.encode()), MOST_KEY) for text in texts), default=0)


def _key_of(compiled: CompiledFlow, line: ListLine) -> Type | None:
    """Give the type of what tells the items of a list apart."""
    if line.key:
        return compiled.code[line.key].type
    source = line.source
    listed = compiled.calls[source].type if line.is_call else compiled.code[source].type
    item = listed.item if isinstance(listed, ListOf) else None
    return item.fields.get("id") if isinstance(item, Record) else item


def _bytes_of(type_: Type | None) -> int | None:
    """Give the most bytes of a key; None where nothing bounds them."""
    match type_:
        case Scalar(kind=Kind.INT, min=low, max=high):
            ends = [end for end in (low, high) if end is not None]
            return max(len(str(end)) for end in ends) if len(ends) > 1 else len(str(-(2**63)))
        case Scalar(kind=Kind.BOOL):
            return len("False")
        case Scalar(kind=Kind.DATE):
            return len("2027-12-31")
        case Scalar(kind=Kind.TEXT, max=int(most)):
            return 3 * most  # of UTF-8 for each unit of UTF-16
        case Choice(values=values):
            return max((len(value.encode()) for value in values), default=0)
        case _:
            return None
