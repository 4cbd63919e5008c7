"""What people did, one act after the other, and what the bot showed them after each.

Knows nothing of who reads it, nor of HTTP.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.emulator.model import Chat, Json, Message

if TYPE_CHECKING:
    from engine.emulator.people import Place
    from engine.emulator.world import World


class DeedKind(StrEnum):
    """What somebody can do; anything else that tests hardly need is noted in words."""

    MESSAGE = "message"
    PRESS = "press"
    DELETE = "delete"
    BLOCK = "block"
    UNBLOCK = "unblock"
    PAY = "pay"
    PAID = "paid"
    OTHER = "other"


@dataclass(slots=True)
class Deed:
    """One act of a person, at a time in seconds; `shown` are the messages that came or changed before the next act, by person.

    `content` is what a message holds, with `pressed` where a key below the chat sent it; of a press `data`, `text`, `rows`
    (the buttons that the message had) and `is_old`, whether newer buttons were there; of a deletion `text`, that of the
    message; of a payment `provider`, what becomes of it; of anything else `what`. `inside` tells an older message by its text, whose button was pressed or that was replied to.
    """

    user_id: int
    kind: DeedKind
    content: Json
    at: float
    shown: Mapping[int, tuple[Json, ...]] = field(default_factory=dict)


class Story:
    """The acts of all conversations of two since it began; it is empty unless it is kept."""

    def __init__(self, world: "World", *, is_kept: bool) -> None:
        self._world = world
        self.is_kept = is_kept
        self.begun_at = world.settings.clock()
        self._deeds: list[Deed] = []
        self._known: dict[tuple[int, int], dict[int, Json]] = {}

    def __len__(self) -> int:
        return len(self._deeds)

    def begin(self) -> None:
        """Forget what was done until now."""
        self.begun_at = self._world.settings.clock()
        self._deeds.clear()
        self._known = {key: _contents(chat) for key, chat in self._world.private_chats.items()}

    def deeds(self) -> Iterable[Deed]:
        """Return what was done, oldest first."""
        self._look()
        return tuple(self._deeds)

    def note(self, place: "Place", kind: DeedKind, content: Json) -> None:
        """Note an act that is about to happen."""
        if not self.is_kept:
            return
        self._look()
        if not place.private:
            kind, content = DeedKind.OTHER, {"what": "did something in a group"}
        self._deeds.append(Deed(place.user.id, kind, content, self._world.settings.clock()))

    def _look(self) -> None:
        """Give what was shown since the last look to the newest act."""
        shown = dict(self._changed())
        if self._deeds:
            newest = self._deeds[-1]
            newest.shown = {
                user_id: (*newest.shown.get(user_id, ()), *shown.get(user_id, ()))
                for user_id in {**newest.shown, **shown}
            }

    def _changed(self) -> Iterator[tuple[int, tuple[Json, ...]]]:
        for key, chat in self._world.private_chats.items():
            known, contents = self._known.get(key, {}), _contents(chat)
            changed = tuple(data for number, data in contents.items() if known.get(number) != data)
            self._known[key] = contents
            if changed:
                yield key[1], changed


def pressed(message: Message, *, data: str, text: str | None, is_old: bool) -> Json:
    """Return what is noted of a press."""
    rows = message.data.get("reply_markup", {}).get("inline_keyboard", [])
    return {"data": data, "text": text, "rows": rows, "is_old": is_old}


def said_in(chat: Chat, message: Message) -> str | None:
    """Return a line of a message's text that no newer message of the bot's says; None where there is none."""
    said = str(message.data.get("text") or message.data.get("caption") or "")
    newer = [one for one in chat.messages.values() if one.from_bot and one.id > message.id]
    later = [str(one.data.get("text") or one.data.get("caption") or "") for one in newer]
    lines = (line for line in said.splitlines() if line.strip())
    return next((line for line in lines if not any(line in one for one in later)), None)


def _contents(chat: Chat) -> dict[int, Json]:
    return {message.id: message.data for message in chat.messages.values() if message.from_bot}
