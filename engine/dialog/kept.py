"""What outlasts an open flow: values kept with the conversation, and values kept for the person in all chats.

It does not know where the latter are kept; a flow reads them when it is opened, and goes on with its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from engine.dialog.flow_data import encode_value
from engine.flow.model.flow import Keep
from engine.flow.values import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.dialog.conversation import Conversation
    from engine.dialog.flow_data import FlowData
    from engine.dialog.ports import KeptValues
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.flow import Slot

_logger = structlog.get_logger(__name__)


class Kept:
    """The kept values that one turn reads and writes, as JSON by flow and name."""

    def __init__(
        self, conversation: Conversation, values: KeptValues, *, bot_id: int, user_id: int
    ) -> None:
        self._conversation = conversation
        self._values = values
        self._owner = (bot_id, user_id)
        self._changed: dict[tuple[str, str], Any] = {}

    async def begin(self, data: FlowData) -> None:
        """Give a flow that was just opened what is kept for it; what no longer fits its type is dropped."""
        flow = data.flow.flow.name
        slots = list(_kept_slots(data.flow))
        raw = dict(self._conversation.kept.get(flow, {}))
        if any(slot.keep is Keep.USER for slot in slots):
            of_person = dict(await self._values.recall(*self._owner, flow))
            of_person |= {name: one for (of, name), one in self._changed.items() if of == flow}
            raw |= {slot.name: of_person.get(slot.name, _NO) for slot in _of_user(slots)}
        data.begin_with(_fitting(data.flow, slots, raw))

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
