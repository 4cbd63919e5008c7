"""What people send beside texts, as a test names it, in the words of the emulator; and what they share when a key asks.

It does not know who sends it, nor what the bot makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from engine.emulator.content import CAPTIONED, MEDIA_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.emulator.model import Json
    from engine.simulate.sight import Sight

FILES: Final = tuple(kind for kind in MEDIA_KINDS if kind != "photo")
"""Kinds of files that are sent, beside pictures."""

PARTS: Final = ("venue", "poll", "dice", "story", "checklist")
"""What is sent that is no file."""

ALBUM: Final = "album"

CONTENTS: Final = (*FILES, *PARTS, ALBUM)
"""All that a line can send with `true` or with more about it."""

SHARED: Final = ("users", "chat", "poll", "location", "web_app")
"""What a key under the chat can ask for, so that somebody chooses what they share."""

_USUAL: Final[Mapping[str, Any]] = {
    "venue": {"latitude": 52.52, "longitude": 13.405},
    "poll": {},
    "dice": "🎲",
    "story": {"chat_id": -1001000000001, "id": 1},
    "checklist": {},
}
_CHAT: Final = -1001234567890


def messages_of(kind: str, given: Any, *, group: str) -> Iterator[Json]:
    """Give the messages that send something, in the words of the emulator: one for each file of an album, which are a `group`."""
    if kind == ALBUM:
        files = given["files"] if isinstance(given, Mapping) else given
        caption = given.get("caption", "") if isinstance(given, Mapping) else ""
        for number, one in enumerate(files):
            yield {one: True, "media_group_id": group, "caption": "" if number else caption}
    elif kind in PARTS:
        more = given if isinstance(given, Mapping) and kind != "dice" else {}
        usual = _USUAL[kind]
        yield {kind: {**usual, **more} if isinstance(usual, Mapping) else _dice(given)}
    else:
        yield _file(kind, given)


def what_is_shared(share: Mapping[str, Any] | None, people: Mapping[str, Sight]) -> Json:
    """Give what somebody shares by a key, in the words of the emulator; people may be named as the test does.

    Raises:
        LookupError: nobody was given by a name.
    """
    if share is None:
        return {}
    ((kind, given),) = share.items()
    match kind:
        case "users":
            return {"users": [_person(one, people) for one in given]}
        case "chat":
            chat = {"title": given} if isinstance(given, str) else dict(given)
            return {"chat": {"chat_id": _CHAT, **chat}}
        case "web_app":
            return {"web_app_data": given}
        case _:
            return {kind: dict(given)}


def _dice(given: Any) -> Any:
    return _USUAL["dice"] if given is True else given


def _file(kind: str, given: Any) -> Json:
    if given is True:
        return {kind: True}
    more = {"caption": given} if isinstance(given, str) else dict(given)
    caption = {"caption": more.pop("caption")} if "caption" in more and kind in CAPTIONED else {}
    return {kind: more or True, **caption}


def _person(given: Any, people: Mapping[str, Sight]) -> Json:
    if not isinstance(given, str):
        return dict(given)
    if given not in people:
        known = ", ".join(f'"{one}"' for one in people)
        raise LookupError(f'nobody is called "{given}"; people are {known}')
    user = people[given].place.user
    return {"user_id": user.id, "first_name": user.first_name}
