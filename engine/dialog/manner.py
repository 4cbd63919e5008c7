"""How the message of a window reaches a person: its link preview, protection, sound and effect.

It does not know what the message says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiogram.types import LinkPreviewOptions
from aiogram_dialog.api.entities import ShowMode

from engine.dialog.turn import turn_of
from engine.flow.model.manner import PreviewSize
from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.flow.model.manner import Manner, Preview

_OFF: Final = LinkPreviewOptions(is_disabled=True)
_ABOVE: Final = LinkPreviewOptions(show_above_text=True)


def manner_of(
    turn: Turn, data: FlowData, manner: Manner, environment: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a message of a flow is to be sent with; the bot says what the window does not."""
    manner = manner.over(turn.bot.file.defaults)
    preview = manner.preview
    return {
        "protect_content": manner.protected or None,
        "silent": bool(manner.silent),
        "effect": manner.effect if turn.is_private else None,
        "link_preview_options": _preview(turn, data, preview, environment) if preview else None,
    }


def preview_in_a_word(preview: Preview | None) -> LinkPreviewOptions | None:
    """Return the preview of the first link of a text; None where it is as Telegram has it."""
    if preview is None:
        return None
    return _OFF if preview.is_off else _ABOVE if preview.is_above else None


def settle_effect(manager: DeferringManager) -> None:
    """Send a window anew whose effect plays as people come to it: an edit plays none."""
    turn = turn_of(manager)
    if not (turn.wants_screen and turn.is_private and manager.has_context()):
        return
    context = manager.current_context()
    if (context.id, context.state) == turn.began_at or not turn.registry.is_flow(context.state):
        return
    step = turn.registry.step_of(context.state)
    has_effect = isinstance(step, WindowStep) and step.manner.effect is not None
    is_free = manager.show_mode is ShowMode.AUTO and not turn.words
    if has_effect and is_free and manager.show_mode_now() is ShowMode.EDIT:
        manager.show_mode = ShowMode.DELETE_AND_SEND


def _preview(
    turn: Turn, data: FlowData, preview: Preview, environment: Mapping[str, Any]
) -> LinkPreviewOptions | None:
    if preview.url is None:
        return preview_in_a_word(preview)
    return LinkPreviewOptions(
        url=turn.say_to_client(data, preview.url, environment),
        prefer_small_media=True if preview.size is PreviewSize.SMALL else None,
        prefer_large_media=True if preview.size is PreviewSize.LARGE else None,
        show_above_text=preview.is_above or None,
    )
