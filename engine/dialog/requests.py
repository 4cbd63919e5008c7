"""The key under the chat that asks a person to share what the question is about.

It does not know how what is shared becomes an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram.types import KeyboardButton

from engine.dialog.button_looks import look_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep


def request_key(
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> KeyboardButton | None:
    """Make the key that shares the answer; None where the question has none."""
    if step.share is None:
        return None
    return KeyboardButton(
        text=turn.say(data, step.share, environment),
        request_location=True if step.type == "location" else None,
        request_contact=True if step.type != "location" else None,
        **look_of(turn, data, step.share, environment),
    )
