"""How the screen of a turn is brought to the person: as the step or the pressed button says.

It does not know what the screen says, nor does it send anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiogram.types import CallbackQuery
from aiogram_dialog.api.entities import ShowMode

from engine.dialog.turn import turn_of
from engine.flow.model.paying import PayStep
from engine.flow.model.windows import ShowAs, WindowStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiogram.fsm.state import State
    from aiogram_dialog.api.protocols import DialogManager

    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn

_MODES: Final[Mapping[ShowAs, ShowMode]] = {
    ShowAs.EDIT: ShowMode.EDIT,
    ShowAs.SEND: ShowMode.SEND,
    ShowAs.RESEND: ShowMode.DELETE_AND_SEND,
}


def settle_screen(manager: DialogManager) -> None:
    """Note how the screen that the turn has led to is shown, once it is known which that is."""
    turn = turn_of(manager)
    if not turn.wants_screen or turn.words or not manager.has_context():
        return
    state = manager.current_context().state
    step = turn.registry.step_of(state) if turn.registry.is_flow(state) else None
    if isinstance(step, WindowStep):
        settle_show_mode(manager, step)


def settle_invoice(manager: DeferringManager) -> None:
    """Send a screen anew that is an invoice or follows one, which Telegram does not edit; one that was paid stays."""
    turn = turn_of(manager)
    if turn.is_paid:
        manager.show_mode = ShowMode.SEND
    elif turn.wants_screen and manager.show_mode_now() is ShowMode.EDIT:
        is_come_to = not manager.has_context() or _is_elsewhere(manager, turn)
        if is_come_to and (leaves_invoice(turn) or shows_invoice(manager)):
            manager.show_mode = ShowMode.DELETE_AND_SEND


def leaves_invoice(turn: Turn) -> bool:
    """Tell whether the screen that the turn began with is an invoice which is not paid; its button would pay it still."""
    state = turn.began_at[1] if turn.began_at else None
    return not turn.is_paid and _is_invoice(turn, state)


def shows_invoice(manager: DialogManager) -> bool:
    """Tell whether the screen of the turn is an invoice."""
    context = manager.current_context() if manager.has_context() else None
    return context is not None and _is_invoice(turn_of(manager), context.state)


def _is_invoice(turn: Turn, state: State | None) -> bool:
    if state is None or not turn.registry.is_flow(state):
        return False
    return isinstance(turn.registry.step_of(state), PayStep)


def _is_elsewhere(manager: DialogManager, turn: Turn) -> bool:
    """Tell whether the turn has led somewhere, be it to where it began."""
    context = manager.current_context()
    return (context.id, context.state) != turn.began_at or context.id in turn.arrived


def settle_show_mode(manager: DialogManager, step: WindowStep) -> None:
    """Note how the window of a step is shown, unless something has decided that already.

    Whoever is there already and presses stays in the same message; what they write brings a new one, which takes the
    place of the last one where the step says so.
    """
    turn = turn_of(manager)
    wished = turn.show_as or step.show_as
    if wished is None or manager.show_mode is not ShowMode.AUTO or turn.words:
        return
    if wished is ShowAs.KEEP:
        turn.keeps_screen = _may_keep(manager, turn)
        turn.wants_screen = not turn.keeps_screen
    elif wished is ShowAs.EDIT or _is_come_to(manager, turn):
        manager.show_mode = _MODES[wished]


def _may_keep(manager: DialogManager, turn: Turn) -> bool:
    """Tell whether the last screen may go on counting: the person is where they were, nothing was done or is told them."""
    top = manager.current_context()
    is_there = turn.wants_screen and (top.id, top.state) == turn.began_at
    return is_there and not (turn.commands or turn.notices or turn.has_failed)


def _is_come_to(manager: DialogManager, turn: Turn) -> bool:
    """Tell whether the person comes to the window now, or has written below it."""
    top = manager.current_context().id
    is_new = turn.began_at is None or top != turn.began_at[0] or top in turn.arrived
    return is_new or not isinstance(manager.event, CallbackQuery)
