"""aiogram-dialog's manager, made to show once and only after the state is kept.

It does not know which flow or step is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, override

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog.api.entities import (
    EVENT_CONTEXT_KEY,
    MediaId,
    OldMessage,
    ShowMode,
    UnknownText,
)
from aiogram_dialog.api.exceptions import DialogStackOverflow
from aiogram_dialog.manager.manager import ManagerImpl

from engine.dialog.conversation import MOST_BESIDE
from engine.dialog.exits import leave_flow
from engine.dialog.outgoing import DELETABLE, Above, FlowMessage, Shown
from engine.dialog.reply_keyboard import is_sent_anew
from engine.dialog.showing import leaves_invoice
from engine.dialog.strands import has_room_beside, stand_in
from engine.dialog.turn import turn_of
from engine.flow.model.flow import Launch

if TYPE_CHECKING:
    from aiogram.fsm.state import State
    from aiogram_dialog.api.entities import AccessSettings, Data, MediaAttachment, NewMessage
    from aiogram_dialog.api.protocols import DialogProtocol

    from engine.dialog.turn import Turn


class DeferringManager(ManagerImpl):
    """Notes that a screen is wanted, or that the last one closes, instead of calling Telegram at once."""

    async def show(self, show_mode: ShowMode | None = None) -> None:
        """Ask for the current window to be shown at the end of the turn."""
        if show_mode is not None:
            self.show_mode = show_mode
        turn = turn_of(self)
        turn.wants_screen = not turn.stays_silent

    async def _start_new_stack(
        self, state: State, data: Data, access_settings: AccessSettings | None
    ) -> None:
        """Open a dialog in a strand of its own, and go on in this one."""
        turn = turn_of(self)
        if not has_room_beside(turn):
            raise DialogStackOverflow(f"more than {MOST_BESIDE} stacks are open at once")
        origin = turn.conversation.here
        stand_in(self, turn.conversation.begin_strand())
        await self._start_normal(state, data, access_settings)
        stand_in(self, origin)

    def _get_last_message(self) -> OldMessage | None:
        """Return what is known of the message that the strand stands in; a pressed button is on that of its own strand."""
        turn = turn_of(self)
        if turn.conversation.here.id == turn.acting:
            return super()._get_last_message()
        stack = self.current_stack()
        if not stack.last_message_id:
            return None
        context = self.middleware_data[EVENT_CONTEXT_KEY]
        return OldMessage(
            chat=context.chat,
            message_id=stack.last_message_id,
            media_id=stack.last_media_id,
            media_uniq_id=stack.last_media_unique_id,
            text=UnknownText.UNKNOWN,
            business_connection_id=context.business_connection_id,
            content_type=stack.content_type,
        )

    async def _process_launch_mode(
        self, old_dialog: DialogProtocol | None, new_dialog: DialogProtocol
    ) -> None:
        """Close what the dialog that opens does not stand above; home stays under flows."""
        launch = turn_of(self).registry.launch_of(new_dialog)
        if launch is None:
            await super()._process_launch_mode(old_dialog, new_dialog)
        elif launch.leaves_all:
            while self.has_context() and not self._is_at_home():
                await self.mark_closed()
        elif launch is Launch.SINGLE_TOP and new_dialog is old_dialog:
            await self.mark_closed()

    def _is_at_home(self) -> bool:
        turn = turn_of(self)
        state = self.current_context().state
        is_lowest = len(self.current_stack().intents) == 1
        is_flow = turn.registry.is_flow(state)
        return (
            is_lowest and is_flow and turn.registry.flow_of(state).flow.name == turn.bot.file.home
        )

    async def mark_closed(self) -> None:
        """Close the flow on top, after what it does as it is left."""
        await leave_flow(turn_of(self), self.current_context())
        await super().mark_closed()

    @override
    async def reset_stack(self, remove_keyboard: bool = True) -> None:
        """Close all flows, those on top first."""
        while self.has_context():
            await self.mark_closed()
        await super().reset_stack(remove_keyboard)

    async def _remove_kbd(self) -> None:
        turn_of(self).closes_screen = True

    async def answer_callback(self) -> None:
        """Leave the answer to the end of the turn, where it is given beside the screen."""

    async def render_screen(self) -> NewMessage:
        """Return the current window as a message, with the way it is to be shown."""
        message = await self.dialog().render(self)
        message.show_mode = self.show_mode_now()
        return message

    async def recall_media(self, message: NewMessage) -> None:
        """Send media that were uploaded before by their id."""
        await self._fix_cached_media_id(message)
        for media in message.above if isinstance(message, FlowMessage) else ():
            if media.file_id is None:
                media.file_id = await self.media_id_storage.get_media_id(
                    path=str(media.path) if media.path else None, url=media.url, type=media.type
                )

    async def learn_media(self, message: NewMessage, shown: OldMessage) -> None:
        """Remember the id that Telegram gave to media that were sent without one."""
        if message.media is not None and shown.media_id is not None:
            await self._learn(message.media, MediaId(shown.media_id, shown.media_uniq_id))
        if isinstance(message, FlowMessage) and len(message.sent) == len(message.above):
            for media, one in zip(message.above, message.sent, strict=True):
                await self._learn(media, MediaId(one.file_id, one.unique_id))

    async def _learn(self, media: MediaAttachment, media_id: MediaId) -> None:
        if media.file_id is None:
            await self.media_id_storage.save_media_id(
                str(media.path) if media.path else None, media.url, media.type, media_id
            )

    def show_mode_now(self) -> ShowMode:
        """Return how this event's screen is to be shown when nothing else is asked for."""
        turn = turn_of(self)
        wished = self._calc_show_mode()
        if is_sent_anew(self) and (
            turn.had_reply_keyboard or wished is not ShowMode.DELETE_AND_SEND
        ):
            return ShowMode.SEND
        return wished

    def last_message(self) -> OldMessage | None:
        """Return what is known of the message the current screen stands in."""
        if turn_of(self).had_reply_keyboard:
            return None  # it has no buttons of its own, and cannot be edited
        message = self._get_last_message()
        if message is None:
            return None
        message.has_reply_keyboard = False
        message.content_type = _kind_left(turn_of(self), message.content_type)
        pressed = self.pressed_message()
        return Shown(
            **vars(message),
            above=self.standing(),
            is_veiled=None if pressed is None else bool(pressed.has_media_spoiler),
            is_old=self._is_old(pressed),
        )

    def _is_old(self, pressed: Message | None) -> bool:
        """Tell whether the last screen's message is known to be too old to be deleted."""
        turn = turn_of(self)
        sent_at = pressed.date if pressed else turn.conversation.here.sent_at
        return sent_at is not None and turn.now - sent_at > DELETABLE

    def standing(self) -> tuple[Above, ...]:
        """Return what stands above the last screen in messages of its own."""
        return turn_of(self).conversation.here.above

    def pressed_message(self) -> Message | None:
        """Return the message whose button was pressed, as it looks now; None where nothing was, or it is too old."""
        turn = turn_of(self)
        if turn.conversation.here.id != turn.acting:
            return None
        message = self.event.message if isinstance(self.event, CallbackQuery) else None
        return message if isinstance(message, Message) else None

    async def remove_keyboard(self) -> None:
        """Take the buttons off the message of the last screen."""
        if leaves_invoice(turn_of(self)) and (last := self.last_message()):
            await self.message_manager.remove_kbd(self.middleware_data["bot"], ShowMode.SEND, last)
        else:
            await super()._remove_kbd()


def _kind_left(turn: Turn, known: ContentType | None) -> ContentType | None:
    """Return what a last message has; an invoice counts as one while it is not paid, for its button pays."""
    if leaves_invoice(turn):
        return ContentType.INVOICE
    return None if known is ContentType.INVOICE else known
