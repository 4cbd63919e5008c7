"""A window that is shown again by itself: when that is due, what happens then, and when it comes to rest.

It does not know who keeps the times, nor how the window is brought to the person.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from aiogram_dialog.api.entities import ShowMode

from engine.dialog import walk
from engine.dialog.conversation import Due
from engine.dialog.media import UploadAttachment
from engine.dialog.outgoing import FlowMessage
from engine.dialog.record import REFRESH
from engine.dialog.remembered import ASKED
from engine.dialog.strands import stand_in
from engine.dialog.trail import note_move
from engine.dialog.turn import turn_of
from engine.dialog.waiting import leave
from engine.flow.graph import MoveKind
from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiogram_dialog.api.entities import Context, MediaAttachment, NewMessage

    from engine.dialog.conversation import Strand
    from engine.dialog.manager import DeferringManager
    from engine.dialog.turn import Turn
    from engine.flow.model.refresh import Refresh

SHORTEST_IN_GROUPS: Final = 3_000
"""How often a message in a group can be edited, in milliseconds: a bot has twenty messages a minute there."""


def refresh_of(turn: Turn, strand: Strand) -> Refresh | None:
    """Return how the window on top of a strand is shown again; None where it is not, or asks something first."""
    top = turn.conversation.top_of(strand)
    if top is None or ASKED in top.widget_data or not turn.registry.is_flow(top.state):
        return None
    step = turn.registry.step_of(top.state)
    return step.refresh if isinstance(step, WindowStep) else None


def due_of_refresh(turn: Turn, strand: Strand, since: int) -> Due | None:
    """Return when the window on top of a strand is shown again; None when it has come to rest.

    `since` is when the person last did something, in milliseconds since 1970.
    """
    refresh, top = refresh_of(turn, strand), turn.conversation.top_of(strand)
    if refresh is None or top is None or turn.rests:
        return None
    every = refresh.every if turn.is_private else max(refresh.every, SHORTEST_IN_GROUPS)
    at = round(turn.now.timestamp() * 1000) + every
    return Due(at, top.id, REFRESH) if at <= since + refresh.length else None


async def renew(manager: DeferringManager, context: Context) -> None:
    """Show the window again in its place, or go on from it, when that is due."""
    turn = turn_of(manager)
    strand = turn.conversation.here
    refresh = refresh_of(turn, strand)
    if manager.current_context().id != context.id or refresh is None:
        return
    if not await walk.admitted(manager):
        return
    data = walk.current_data(manager)
    step = data.flow.flow.steps[data.step]
    if refresh.until is not None:
        environment = await walk.environment_of(turn, data, step)
        if turn.evaluate(data, refresh.until, environment):
            if refresh.go is not None:
                note_move(turn, data, MoveKind.REFRESH)
                await leave(manager, refresh.go)
                await _show(manager)
                return
            turn.rests = True
    turn.renews = True
    turn.keeps_screen = strand.stack.last_message_id is not None and not strand.is_cut
    turn.notices.extend(_said_above(turn, strand))
    manager.show_mode = ShowMode.EDIT
    await _show(manager)


async def rest(manager: DeferringManager, _event: object, *, strand_id: str | None = None) -> None:
    """Let a window be until the person does something: nobody can see it, or it cannot be made; the one that is due when none is named."""
    turn = turn_of(manager)
    conversation = turn.conversation
    strand = conversation.strands.get(strand_id) if strand_id is not None else None
    if strand is None and strand_id is None and conversation.due is not None:
        strand = conversation.find_strand(conversation.due.context_id)
    if strand is not None:
        stand_in(manager, strand)
    turn.acting = turn.conversation.here.id
    turn.renews = turn.rests = turn.keeps_screen = turn.stays_silent = True


def face_of(messages: Sequence[NewMessage]) -> str:
    """Return what tells messages from others that look otherwise."""
    told = blake2b(digest_size=16)
    for message in messages:
        markup = message.reply_markup
        told.update((message.text or "").encode())
        told.update(markup.model_dump_json(exclude_none=True).encode() if markup else b"-")
        preview = message.link_preview_options
        told.update(repr((preview, message.protect_content)).encode())
        above = message.above if isinstance(message, FlowMessage) else ()
        for media in (message.media, *above):
            told.update(repr(media and _file_of(media)).encode())
    return told.hexdigest()


async def _show(manager: DeferringManager) -> None:
    if manager.has_context():
        await manager.show()


def _said_above(turn: Turn, strand: Strand) -> Sequence[str]:
    """Return the sentences that stand above the last screen of a strand, where the last turn was about it."""
    head = turn.conversation.head
    said = (one for one in (head.unseen, *head.others) if one.strand == strand.id)
    return next((one.notices for one in said), ())


def _file_of(media: MediaAttachment) -> tuple[Any, ...]:
    made = media.upload.content if isinstance(media, UploadAttachment) else None
    known = media.file_id.file_unique_id if media.file_id else None
    return (media.type, media.url or str(media.path or known), made, media.kwargs)
