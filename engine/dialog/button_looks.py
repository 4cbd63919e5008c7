"""How a button looks to somebody now: the fields of the Bot API for its colour and its custom emoji.

It does not know what the button says or does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.looks import Look
    from engine.flow.model.written import Code, Wording

type Fields = dict[str, Any]
"""Fields of a button beside its label."""


def look_of(
    turn: Turn, data: FlowData, wording: Wording | None, environment: Mapping[str, Any]
) -> Fields:
    """Return the look of the button with this label; nothing where the flow says nothing."""
    looks = wording.looks if wording is not None else ()
    return look_among(turn, data, looks, environment) if looks else {}


def look_among(
    turn: Turn, data: FlowData, looks: Iterable[Look], environment: Mapping[str, Any]
) -> Fields:
    """Return the first of some looks whose condition holds."""
    return choose_look(looks, lambda code: bool(turn.evaluate(data, code, environment)))


def look_of_message(turn: Turn, name: str) -> Fields:
    """Return the look of a button that has one of the engine's own labels."""
    return choose_look(turn.bot.file.messages[name].looks, bool)


def choose_look(looks: Iterable[Look], holds: Callable[[Code], bool]) -> Fields:
    """Return the first of some looks whose condition `holds`."""
    for look in looks:
        if look.when is None or holds(look.when):
            style = look.style.value if look.style else None
            fields = {"style": style, "icon_custom_emoji_id": look.icon}
            return {name: value for name, value in fields.items() if value is not None}
    return {}
