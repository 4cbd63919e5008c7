"""Pressing a button: under a message, or on the keyboard below the chat.

Knows nothing of how the press was asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.emulator.control_content import poll_fields
from engine.emulator.entities import plain_text
from engine.emulator.model import Json, Message
from engine.emulator.people import ImpossibleError, Place, write
from engine.emulator.story import DeedKind, pressed, said_in

LONDON = {"latitude": 51.5007, "longitude": -0.1246}
"""Where people are who are asked where they are and did not say."""


@dataclass(frozen=True)
class Press:
    """Which button to press."""

    text: str | None = None
    data: str | None = None
    message_id: int | None = None
    forge: bool = False
    """Press a button that the message does not have, as a hostile client can."""
    web_app_data: str | None = None
    location: Json | None = None
    users: list[Json] | None = None
    chat: Json | None = None
    poll: Json | None = None


def press_button(place: Place, press: Press) -> Json:
    """Press a button and return what came of it.

    Under a message the newest that fits wins; the keyboard below comes after them.

    Raises:
        ImpossibleError: no button fits; the details list those there are.
    """
    if press.forge:
        return _forge(place, press)
    for message in _candidates(place, press.message_id):
        for button in _buttons(message):
            if _fits(button, press):
                return _press_inline(place, message, button)
    if press.text is not None and press.message_id is None:
        for button in keyboard_buttons(place):
            if button["text"] == press.text:
                return _press_below(place, button, press)
    raise ImpossibleError(404, "no such button", buttons=list_buttons(place))


def list_buttons(place: Place) -> list[Json]:
    """Return every button a person could press, the newest message's first."""
    inline = [
        {"message_id": message.id, **button}
        for message in _candidates(place, None)
        for button in _buttons(message)
    ]
    return inline + [{"message_id": None, **button} for button in keyboard_buttons(place)]


def keyboard_buttons(place: Place) -> list[Json]:
    """Return the buttons of the reply keyboard a person is shown."""
    shown = place.chat.keyboards.get(place.user.id)
    rows = shown[1].get("keyboard", []) if shown else []
    return [button for row in rows for button in row]


def _candidates(place: Place, message_id: int | None) -> list[Message]:
    if message_id is None:
        return list(reversed(place.chat.messages.values()))
    message = place.chat.messages.get(message_id)
    if message is None:
        raise ImpossibleError(
            404, f"user {place.user.id} sees no message {message_id}", buttons=list_buttons(place)
        )
    return [message]


def _buttons(message: Message) -> list[Json]:
    rows = message.data.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _fits(button: Json, press: Press) -> bool:
    if press.data is not None and button.get("callback_data") != press.data:
        return False
    return press.text is None or button["text"] == press.text


def _press_inline(place: Place, message: Message, button: Json) -> Json:
    data = button.get("callback_data")
    if data is not None:
        return _callback(place, message, data, button["text"])
    return {"message_id": message.id, **button}


def _forge(place: Place, press: Press) -> Json:
    if press.data is None or press.message_id is None:
        raise ImpossibleError(400, "a forged press needs data and message_id")
    message = place.chat.messages.get(press.message_id)
    if message is None:
        # What a client sends for a message that was deleted under its finger.
        data: Json = {
            "message_id": press.message_id,
            "date": 0,
            "chat": place.world.chat_json(place.chat),
        }
        message = Message(data, place.require_bot().id, from_bot=True)
    return _callback(place, message, press.data, press.text)


def _callback(place: Place, message: Message, data: str, text: str | None) -> Json:
    bot = place.world.bots.get(message.sender_id) or place.require_bot()
    note = pressed(message, data=data, text=text, is_old=_is_old(place, message, data))
    note["inside"] = _inside(place, message, data)
    place.world.story.note(place, DeedKind.PRESS, note)
    query = place.world.new_callback(bot, place.user, message, data=data, button_text=text)
    bot.queue.push(
        "callback_query",
        {
            "id": query.id,
            "from": place.user.to_json(),
            "message": message.data,
            "chat_instance": str(-8_000_000_000 - abs(place.chat.id)),
            "data": data,
        },
    )
    return {
        "callback_query_id": query.id,
        "message_id": message.id,
        "text": text,
        "callback_data": data,
    }


def _is_old(place: Place, message: Message, data: str) -> bool:
    """Return whether a press is on no button of the newest message that has any."""
    newest = next((one for one in _candidates(place, None) if _buttons(one)), None)
    if newest is None or newest.id != message.id:
        return True
    return all(button.get("callback_data") != data for button in _buttons(newest))


def _inside(place: Place, message: Message, data: str) -> str | None:
    """Return the text of an older message whose button was pressed that it still has; None where it is no such one."""
    live = place.chat.messages.get(message.id)
    if live is None or not any(one.get("callback_data") == data for one in _buttons(live)):
        return None
    return said_in(place.chat, live) if _is_old(place, message, data) else None


def _press_below(place: Place, button: Json, press: Press) -> Json:
    message_id, markup = place.chat.keyboards[place.user.id]
    content = _content_of(place, button, press)
    if markup.get("one_time_keyboard"):
        place.chat.keyboards.pop(place.user.id)
    reply_to = None if place.private else message_id
    reply = reply_to if reply_to in place.chat.messages else None
    sent = write(place, content, reply_to=reply, pressed=button["text"])
    return {"message_id": sent.id, "text": button["text"]}


def _content_of(place: Place, button: Json, press: Press) -> Json:
    user = place.user
    if "request_contact" in button:
        contact: dict[str, Any] = {
            "phone_number": user.phone_number or f"+1555{user.id:07d}",
            "first_name": user.first_name,
            "user_id": user.id,
        }
        return {"contact": contact | ({"last_name": user.last_name} if user.last_name else {})}
    if "request_location" in button:
        return {"location": press.location or LONDON}
    if "web_app" in button:
        if press.web_app_data is None:
            raise ImpossibleError(
                400, "this button opens a web app; say its answer in web_app_data"
            )
        data = {"data": press.web_app_data, "button_text": button["text"]}
        return {"web_app_data": data}
    for request, share in _SHARES.items():
        if request in button:
            return share(place, button[request], press)
    formatted = plain_text(button["text"])
    fields: Json = {"text": formatted.text}
    return fields | ({"entities": formatted.entities} if formatted.entities else {})


def _share_users(place: Place, request: Json, press: Press) -> Json:
    """Share who was named, or else the first other people that there are."""
    most = request.get("max_quantity", 1)
    others = [one for one in place.world.users.values() if one.id != place.user.id]
    found = press.users or [
        {"user_id": one.id, "first_name": one.first_name, "username": one.username}
        for one in others[:most]
    ]
    found = found or [{"user_id": place.user.id, "first_name": place.user.first_name}]
    if len(found) > most:
        raise ImpossibleError(400, f"at most {most} can be chosen")
    users = [{name: value for name, value in one.items() if value is not None} for one in found]
    return {"users_shared": {"request_id": request["request_id"], "users": users}}


def _share_chat(_place: Place, request: Json, press: Press) -> Json:
    """Share the chat that was named, or else one that is as it was asked for."""
    title = "Channel" if request.get("chat_is_channel") else "Group"
    chat = press.chat or {"chat_id": -1001234567890, "title": title}
    given = {name: value for name, value in chat.items() if value is not None}
    return {"chat_shared": {"request_id": request["request_id"], **given}}


def _make_poll(_place: Place, request: Json, press: Press) -> Json:
    kind = request.get("type")
    made = press.poll or {"question": "Yes or no?", "options": ["Yes", "No"]}
    usual = {"type": kind or "regular", "is_anonymous": True, "allows_multiple_answers": False}
    if kind and press.poll and press.poll.get("type", kind) != kind:
        raise ImpossibleError(400, f"only a {kind} poll is asked for")
    return poll_fields(usual | made)


def _make_bot(place: Place, request: Json, _press: Press) -> Json:
    """Make the bot that was proposed."""
    name = request.get("suggested_name") or "My bot"
    username = request.get("suggested_username") or f"bot_of_{place.user.id}_bot"
    bot = {
        "id": 9_000_000_000 + place.user.id,
        "is_bot": True,
        "first_name": name,
        "username": username,
    }
    return {"managed_bot_created": {"bot_user": bot}}


_SHARES: Final[Mapping[str, Callable[[Place, Json, Press], Json]]] = {
    "request_users": _share_users,
    "request_chat": _share_chat,
    "request_poll": _make_poll,
    "request_managed_bot": _make_bot,
}
