"""What outlasts an open flow: values kept with the conversation, and values kept for the person in all chats.

It does not know where the latter are kept; a flow reads them when it is opened, and goes on with its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from engine.dialog.flow_data import encode_value
from engine.flow.model.flow import Keep
from engine.flow.upgrade import older_names
from engine.flow.values import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engine.dialog.conversation import Conversation
    from engine.dialog.flow_data import FlowData
    from engine.dialog.ports import KeptValues
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.flow import Slot

_logger = structlog.get_logger(__name__)


class Kept:
    """The kept values that one turn reads and writes, as JSON by flow and name.

    `owner` are the ids of the bot and the person; `formerly` gives the names that a flow had in older versions of the bot.
    """

    def __init__(
        self,
        conversation: Conversation,
        values: KeptValues,
        *,
        owner: tuple[int, int],
        formerly: Callable[[str], Sequence[str]],
    ) -> None:
        self._conversation = conversation
        self._values = values
        self._owner = owner
        self._formerly = formerly
        self._changed: dict[tuple[str, str], Any] = {}

    async def begin(self, data: FlowData) -> None:
        """Give a flow that was just opened what is kept for it; what no longer fits its type is dropped."""
        flow = data.flow.flow.name
        slots = list(_kept_slots(data.flow))
        older = older_names(data.flow.flow.upgrade)
        raw = _renamed(slots, self._of_chat(flow), older)
        if any(slot.keep is Keep.USER for slot in slots):
            of_person = await self._of_person(flow)
            of_person |= {name: one for (of, name), one in self._changed.items() if of == flow}
            raw |= _renamed(_of_user(slots), of_person, older)
        data.begin_with(_fitting(data.flow, slots, raw))

    def _of_chat(self, flow: str) -> Mapping[str, Any]:
        """Give what is kept with the conversation, under names that the flow had before where it has none under its own."""
        kept = self._conversation.kept
        return {
            name: one
            for of in (*self._formerly(flow), flow)
            for name, one in kept.get(of, {}).items()
        }

    async def _of_person(self, flow: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for of in (*self._formerly(flow), flow):
            found |= await self._values.recall(*self._owner, of)
        return found

    def save(self, data: FlowData, names: Iterable[str]) -> None:
        """Keep those of the values just saved that outlast the flow."""
        flow, saved = data.flow.flow.name, set(names)
        for slot in _kept_slots(data.flow):
            if slot.name not in saved:
                continue
            raw = encode_value(data.flow.data[slot.name], data.data[slot.name])
            if slot.keep is Keep.USER:
                self._changed[flow, slot.name] = raw
            else:
                self._conversation.kept.setdefault(flow, {})[slot.name] = raw

    async def write(self) -> None:
        """Write what was kept for the person; the rest is written with the conversation."""
        if self._changed:
            await self._values.keep(*self._owner, self._changed)


_NO = object()
"""Stands for a value that nobody has kept."""


def _kept_slots(compiled: CompiledFlow) -> Iterable[Slot]:
    return (slot for slot in compiled.flow.data.values() if slot.keep is not Keep.FLOW)


def _renamed(
    slots: Iterable[Slot], kept: Mapping[str, Any], older: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Give the values of slots, under older names where there are none under their own."""
    found = {}
    for slot in slots:
        names = (slot.name, *older.get(slot.name, ()))
        found[slot.name] = next((kept[name] for name in names if name in kept), _NO)
    return found


def _of_user(slots: Iterable[Slot]) -> Iterable[Slot]:
    return (slot for slot in slots if slot.keep is Keep.USER)


def _fitting(
    compiled: CompiledFlow, slots: Iterable[Slot], raw: Mapping[str, Any]
) -> Mapping[str, Any]:
    values = {}
    for slot in slots:
        kept, declared = raw.get(slot.name, _NO), compiled.data[slot.name]
        if kept is _NO:
            continue
        try:
            values[slot.name] = from_json(declared, kept)
        except ValueError:
            _logger.warning("kept_value_dropped", flow=compiled.flow.name, name=slot.name)
    return values
