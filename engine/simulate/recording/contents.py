"""What somebody sent, as the words of a scenario say it: files, places, polls, and what a key under the chat shared.

It knows messages of the Bot API; it does not know what the bot made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.emulator.content import CAPTIONED, MEDIA_KINDS
from engine.simulate.contents import ALBUM, FILES
from engine.simulate.scenarios.model import Press, SendContent
from engine.simulate.sight import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.emulator.model import Json


def pressed_key(content: Json) -> Press | None:
    """Return the press on a key under the chat that sent something, with what was chosen; None where no key did."""
    if content["pressed"] is None:
        return None
    share = next((read(content) for key, read in _SHARES.items() if key in content), None)
    return Press(text=plain(content["pressed"]), share=share)


def sent_content(content: Json) -> SendContent | None:
    """Return what was sent that is neither a text, a picture, a contact nor a place; None where no word says it."""
    if ALBUM in content:
        return _album(content[ALBUM])
    for kind, read in _PARTS.items():
        if kind in content:
            return SendContent(kind, read(content[kind]))
    for kind in FILES:
        if kind in content:
            return _file(kind, content)
    return None


def _album(files: Sequence[Json]) -> SendContent:
    """Return the files of an album as they were sent at once; the caption is that of the first."""
    kinds = [next(kind for kind in MEDIA_KINDS if kind in one) for one in files]
    caption = files[0].get("caption")
    given = {"files": kinds, "caption": caption} if caption else kinds
    return SendContent(ALBUM, given)


def _file(kind: str, content: Json) -> SendContent:
    caption = content.get("caption") if kind in CAPTIONED else None
    names = {
        name: content[kind][name]
        for name in ("file_name", "mime_type")
        if kind in CAPTIONED and _tells(kind, content[kind].get(name))
    }
    if names:
        return SendContent(kind, {**({"caption": caption} if caption else {}), **names})
    return SendContent(kind, caption or True)


def _tells(kind: str, name: str | None) -> bool:
    """Tell whether a file has a name or a type of its own."""
    return name not in (None, "", "application/octet-stream", f"{kind}.bin")


def _poll(poll: Json) -> Json:
    options = [one["text"] for one in poll["options"]]
    kept = {name: poll[name] for name in _POLL if poll.get(name, _POLL[name]) != _POLL[name]}
    return {"question": poll["question"], "options": options, **kept}


_POLL: Final[Mapping[str, Any]] = {
    "type": "regular",
    "is_anonymous": True,
    "allows_multiple_answers": False,
}

_PARTS: Final[Mapping[str, Callable[[Json], Any]]] = {
    "venue": lambda venue: {
        "latitude": venue["location"]["latitude"],
        "longitude": venue["location"]["longitude"],
        "title": venue["title"],
        "address": venue["address"],
    },
    "poll": _poll,
    "dice": lambda dice: {"emoji": dice["emoji"], "value": dice["value"]},
    "story": lambda story: {"chat_id": story["chat"]["id"], "id": story["id"]},
    "checklist": lambda one: {
        "title": one["title"],
        "tasks": [task["text"] for task in one["tasks"]],
    },
}

_SHARES: Final[Mapping[str, Callable[[Json], Mapping[str, Any]]]] = {
    "users_shared": lambda content: {"users": content["users_shared"]["users"]},
    "chat_shared": lambda content: {
        "chat": {name: one for name, one in content["chat_shared"].items() if name != "request_id"}
    },
    "web_app_data": lambda content: {"web_app": content["web_app_data"]["data"]},
    "poll": lambda content: {"poll": _poll(content["poll"])},
    "location": lambda content: {
        "location": {name: content["location"][name] for name in ("latitude", "longitude")}
    },
}
