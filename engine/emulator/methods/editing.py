"""Methods that change a message that was sent.

Knows nothing of how content is parsed.
"""

from collections.abc import Callable
from typing import Any

from engine.emulator.content import (
    CAPTIONED,
    MEDIA_KINDS,
    caption_content,
    input_media_content,
    text_content,
)
from engine.emulator.errors import bad_request
from engine.emulator.keyboards import check_web_apps, read_inline_markup
from engine.emulator.model import Json, Message
from engine.emulator.request import Request

_TEXT_FIELDS = ("text", "entities", "link_preview_options")
_CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")
_MEDIA_FIELDS = (*MEDIA_KINDS, *_CAPTION_FIELDS, *_TEXT_FIELDS, "has_media_spoiler")


def edit_message_text(request: Request) -> Json:
    """Put another text into a text message."""
    message = _editable(request)
    content = text_content(request.arguments)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _change(request, message, _TEXT_FIELDS, content)


def edit_message_caption(request: Request) -> Json:
    """Put another caption, or none, under a file."""
    message = _editable(request)
    content = caption_content(request.arguments)
    if not any(kind in message.data for kind in CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    return _change(request, message, _CAPTION_FIELDS, content)


def edit_message_media(request: Request) -> Json:
    """Put another file, with its caption, into a message; a text message becomes one with a file."""
    message = _editable(request)
    media = request.arguments.json("media", "input media")
    if media is None:
        raise bad_request("media is empty")
    content = input_media_content(media, request.arguments, request.world.files)
    if "media_group_id" in message.data and not _stays_in_album(message.data, content):
        raise bad_request("can't use the media type in the album")
    return _change(request, message, _MEDIA_FIELDS, content)


def _stays_in_album(data: Json, content: Json) -> bool:
    """Tell whether a file of an album is changed for one of its sort: pictures and videos are one."""
    sorts = (("photo", "video"), ("audio",), ("document",))
    return any(
        any(kind in data for kind in sort) and any(kind in content for kind in sort)
        for sort in sorts
    )


def edit_message_reply_markup(request: Request) -> Json:
    """Put another inline keyboard, or none, under a message."""
    return _change(request, _editable(request), (), {})


def stop_poll(request: Request) -> Json:
    """Close a poll."""
    message = _editable(request, "message with poll to stop")
    if "poll" not in message.data:
        raise bad_request("message is not a poll")
    if message.data["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    closed: Json = message.data["poll"] | {"is_closed": True}
    _change(request, message, ("poll",), {"poll": closed})
    return closed


def edit_live_location(request: Request) -> Json:
    """Move a live location."""
    message = _editable(request)
    if "location" not in message.data:
        raise bad_request("there is no location in the message to edit")
    place = message.data["location"] | {
        name: request.arguments.number(name) for name in ("latitude", "longitude")
    }
    return _change(request, message, ("location",), {"location": place})


def _editable(request: Request, what: str = "message to edit") -> Message:
    if request.arguments.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = request.message(request.writable_chat(), what)
    foreign = not message.from_bot or message.sender_id != request.bot.id
    if foreign or message.reply_keyboard is not None or message.is_service:
        raise bad_request("message can't be edited")
    return message


def _change(request: Request, message: Message, fields: tuple[str, ...], content: Json) -> Json:
    """Replace some fields and the inline keyboard; refuse a change that changes nothing."""
    markup = read_inline_markup(request.arguments)
    if markup is not None:
        check_web_apps(markup, private=message.data["chat"]["type"] == "private")
    data = {name: value for name, value in message.data.items() if name not in fields} | content
    data.pop("reply_markup", None)
    if markup is not None:
        data["reply_markup"] = markup
    if _shown(data) == _shown(message.data):
        raise bad_request(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    message.data = data | {"edit_date": request.world.now()}
    request.world.changes.announce()
    return message.data


def _shown(data: Json) -> Json:
    """Return what people see of a message; two uploads of the same file look the same."""
    shown = {name: value for name, value in data.items() if name != "edit_date"}
    for kind in MEDIA_KINDS:
        value = shown.get(kind)
        if value is not None:
            first = value[0] if isinstance(value, list) else value
            shown[kind] = first["file_unique_id"]
    return shown


METHODS: dict[str, Callable[[Request], Any]] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageLiveLocation": edit_live_location,
    "stopPoll": stop_poll,
}
