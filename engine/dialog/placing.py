"""Beginning in the middle: somebody stands in a step of a flow, with its data, as if they had come that way.

It does not know who wants that, nor whether the values are right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiogram_dialog.api.internal import CONTEXT_KEY

from engine.dialog import walk
from engine.dialog.flow_data import decode_value
from engine.dialog.turn import turn_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.manager import DeferringManager


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a flow that waits for somebody, and what the flow knows there, as JSON."""

    flow: str
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


async def enter_place(place: Place, manager: DeferringManager, _event: object) -> None:
    """Open the flow above home at a step, and show it; home alone to whom it is not open."""
    turn = turn_of(manager)
    if place.flow != turn.bot.file.home:
        await walk.go_home(manager)
        await turn.conversation.save_context(manager.middleware_data[CONTEXT_KEY])
    state = turn.registry.state_of(place.flow, place.step)
    context = turn.conversation.stack.push(state, dict(place.params))
    await turn.conversation.save_context(context)
    manager.middleware_data[CONTEXT_KEY] = context
    data = turn.data_of(context)
    await turn.kept.begin(data)
    data.set({name: decode_value(data.flow.data[name], raw) for name, raw in place.data.items()})
    if await walk.admitted(manager):
        await manager.show()
