"""Buttons of which the bot hears nothing: what the person's own client does when they are pressed.

It does not know which buttons a window has, nor whose texts these are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    LoginUrl,
    SwitchInlineQueryChosenChat,
    WebAppInfo,
)

from engine.flow.model.asides import AsideKind, ChatKind
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.dialog.button_looks import Fields
    from engine.flow.model.asides import Aside
    from engine.flow.model.written import Wording

LONGEST: Final = 256
"""Telegram's bound on what is copied, and on a query, in characters."""

_logger = structlog.get_logger(__name__)


def aside_button(
    label: str, aside: Aside, say: Callable[[Wording], str], look: Fields
) -> InlineKeyboardButton | None:
    """Return a button that hands something to the client; None where there is nothing that could be copied.

    `say` gives the texts of the button as the person reads them.
    """
    text = say(aside.text)
    if aside.kind is AsideKind.COPY and not 0 < utf16_length(text) <= LONGEST:
        _logger.warning("nothing_to_copy", path=aside.text.path, characters=utf16_length(text))
        return None
    return InlineKeyboardButton(text=label, **_deed(aside, text, say), **look)


def _deed(aside: Aside, text: str, say: Callable[[Wording], str]) -> dict[str, Any]:
    match aside.kind:
        case AsideKind.URL:
            return {"url": text}
        case AsideKind.WEB_APP:
            return {"web_app": WebAppInfo(url=text)}
        case AsideKind.LOGIN:
            return {"login_url": _login(aside, text, say)}
        case AsideKind.INLINE:
            return _query(aside, text[:LONGEST])
        case AsideKind.COPY:
            return {"copy_text": CopyTextButton(text=text)}


def _login(aside: Aside, url: str, say: Callable[[Wording], str]) -> LoginUrl:
    return LoginUrl(
        url=url,
        forward_text=say(aside.forward_text) if aside.forward_text else None,
        bot_username=aside.bot,
        request_write_access=aside.write_access or None,
    )


def _query(aside: Aside, query: str) -> dict[str, Any]:
    if aside.is_here:
        return {"switch_inline_query_current_chat": query}
    if not aside.chats:
        return {"switch_inline_query": query}
    chosen = SwitchInlineQueryChosenChat(
        query=query,
        allow_user_chats=ChatKind.USERS in aside.chats or None,
        allow_bot_chats=ChatKind.BOTS in aside.chats or None,
        allow_group_chats=ChatKind.GROUPS in aside.chats or None,
        allow_channel_chats=ChatKind.CHANNELS in aside.chats or None,
    )
    return {"switch_inline_query_chosen_chat": chosen}


def can_be_shown(aside: Aside, *, is_private: bool) -> bool:
    """Tell whether Telegram takes such a button: a web app opens in private chats alone."""
    return aside.kind is not AsideKind.WEB_APP or is_private
