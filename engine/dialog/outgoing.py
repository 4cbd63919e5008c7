"""A message on its way to a chat, and what stands there of the last one: more than the library's messages know.

It does not know how the one takes the place of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aiogram_dialog.api.entities import MediaId, NewMessage, OldMessage

if TYPE_CHECKING:
    from aiogram.types import Message
    from aiogram_dialog.api.entities import MediaAttachment

    from engine.dialog.invoices import Invoice

DELETABLE: Final = timedelta(hours=47, minutes=55)
"""How long a message can be deleted (core.telegram.org/bots/api#deletemessage: 48 hours), less what clocks may differ by."""


@dataclass
class FlowMessage(NewMessage):
    """A message of a flow; media `above` have messages of their own, as they can have neither its text nor its buttons.

    One that `stays` is not sent anew where it cannot be edited. `effect` is the id of an animation that plays as the message arrives; one that is `silent` makes no sound. The text of one with an `invoice` is its description. `sent` is what
    stands above already, should the rest have to be tried again, and `is_placed` that all of it does.
    """

    above: tuple[MediaAttachment, ...] = ()
    silent: bool = False
    stays: bool = False
    effect: str | None = None
    invoice: Invoice | None = None
    sent: list[Above] = field(default_factory=list)
    is_placed: bool = False


@dataclass(frozen=True, slots=True)
class Above:
    """A message above the last screen that has nothing but a file."""

    message_id: int
    kind: str
    file_id: str
    unique_id: str | None
    is_veiled: bool = False

    def shows(self, media: MediaAttachment) -> bool:
        """Tell whether it shows a file as it is to be shown."""
        veiled = bool(media.kwargs.get("has_spoiler"))
        same = media.file_id == MediaId(self.file_id, self.unique_id)
        return same and self.kind == media.type and veiled == self.is_veiled


@dataclass
class Shown(OldMessage):
    """The message that the last screen stands in, and those above it; whether its file `is_veiled` is not always known.

    One that `is_old` can be edited, but no more be deleted.
    """

    above: tuple[Above, ...] = ()
    is_veiled: bool | None = None
    is_old: bool = False


def above_of(message: Message) -> Above | None:
    """Return what stands in the chat with a message that has a file."""
    file: Any = getattr(message, message.content_type, None)
    if isinstance(file, list):
        file = file[-1]
    if file is None or not hasattr(file, "file_unique_id"):
        return None
    return Above(
        message.message_id,
        message.content_type,
        file.file_id,
        file.file_unique_id,
        bool(message.has_media_spoiler),
    )
