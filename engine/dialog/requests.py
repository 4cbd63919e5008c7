"""The key under the chat that asks a person to share what the question is about.

It does not know how what is shared becomes an answer.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonPollType,
    KeyboardButtonRequestChat,
    KeyboardButtonRequestManagedBot,
    KeyboardButtonRequestUsers,
    WebAppInfo,
)

from engine.dialog.button_looks import look_of
from engine.flow.answers.asked import LISTED
from engine.flow.model.requests import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep

_NOTHING: Final = Request()


def request_key(
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> KeyboardButton | None:
    """Make the key that shares the answer; None where the question has none."""
    if step.share is None:
        return None
    return KeyboardButton(
        text=turn.say(data, step.share, environment),
        **look_of(turn, data, step.share, environment),
        **_wish(turn, data, step, environment),
    )


def _wish(  # noqa: PLR0911 - one for each kind
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the field of a key that says what it asks for."""
    wanted, number = step.request or _NOTHING, request_id(data, step)
    match step.type:
        case "location":
            return {"request_location": True}
        case "poll":
            return {"request_poll": KeyboardButtonPollType(type=wanted.kind)}
        case "user" | "users":
            return {"request_users": _users(step, wanted, number)}
        case "chat":
            return {"request_chat": _chat(wanted, number)}
        case "web_app":
            url = turn.say_to_client(data, wanted.url, environment) if wanted.url else ""
            return {"web_app": WebAppInfo(url=url)}
        case "managed_bot":
            name = turn.say(data, wanted.name, environment) if wanted.name else None
            bot = KeyboardButtonRequestManagedBot(
                request_id=number, suggested_name=name, suggested_username=wanted.username
            )
            return {"request_managed_bot": bot}
        case _:
            return {"request_contact": True}


def request_id(data: FlowData, step: AskStep) -> int:
    """Return the number by which an answer is told from one to another question."""
    place = f"{data.flow.flow.name}.{step.name}".encode()
    return int.from_bytes(hashlib.blake2b(place, digest_size=4).digest()) >> 1


def _users(step: AskStep, wanted: Request, number: int) -> KeyboardButtonRequestUsers:
    most = 1 if step.type == "user" else step.max or LISTED[step.type]
    return KeyboardButtonRequestUsers(
        request_id=number,
        user_is_bot=wanted.bots,
        user_is_premium=wanted.premium,
        max_quantity=most,
        request_name=True,
        request_username=True,
    )


def _chat(wanted: Request, number: int) -> KeyboardButtonRequestChat:
    return KeyboardButtonRequestChat(
        request_id=number,
        chat_is_channel=bool(wanted.channel),
        chat_is_forum=wanted.forum,
        chat_has_username=wanted.public,
        chat_is_created=wanted.created,
        user_administrator_rights=_rights(wanted.rights),
        bot_administrator_rights=_rights(wanted.bot_rights),
        bot_is_member=wanted.member or None,
        request_title=True,
        request_username=True,
    )


def _rights(names: tuple[str, ...]) -> ChatAdministratorRights | None:
    if not names:
        return None
    required = (
        name for name, one in ChatAdministratorRights.model_fields.items() if one.is_required()
    )
    given = {f"can_{name}" for name in names}
    return ChatAdministratorRights.model_validate(
        {name: name in given for name in dict.fromkeys((*required, *sorted(given)))}
    )
