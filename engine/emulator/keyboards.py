"""Reply markup: inline keyboards and the three kinds that live under the chat.

Knows nothing of messages; checks what a bot sent, with Telegram's own error texts.
"""

from dataclasses import dataclass
from typing import Any

from engine.emulator.arguments import Arguments
from engine.emulator.entities import checked_url
from engine.emulator.errors import bad_request

type Json = dict[str, Any]

MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_BUTTONS_IN_ROW = 8
MAX_COPY_TEXT = 256
MAX_REPLY_BUTTONS_IN_ROW = 12
MAX_REPLY_BUTTONS = 300

_INLINE_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


_TEXTS = frozenset({"url", "callback_data"})


@dataclass(frozen=True)
class Markup:
    """A reply markup, sorted by where it shows."""

    inline: Json | None = None
    """An inline keyboard under the message; None when it has no buttons."""
    below: Json | None = None
    """A reply keyboard or a force-reply."""
    removes: bool = False


def read_inline_markup(arguments: Arguments) -> Json | None:
    """Return the checked inline keyboard of a call that edits, or None for none.

    Raises:
        ApiError: it is malformed, over a limit, or no inline keyboard.
    """
    markup = read_markup(arguments)
    if markup.below is not None or markup.removes:
        raise bad_request("Inline keyboard expected")
    return markup.inline


def check_requests(markup: Json, *, private: bool) -> None:
    """Refuse buttons that ask for a contact, a place or a poll outside a private chat."""
    words = {
        "request_contact": "Phone number can be requested in private chats only",
        "request_location": "Location can be requested in private chats only",
        "request_poll": "Poll can be requested in private chats only",
        "web_app": "Web App buttons can be used in private chats only",
        "request_users": "Users can be requested in private chats only",
        "request_chat": "Chats can be requested in private chats only",
        "request_managed_bot": "Managed bots can be requested in private chats only",
    }
    for row in [] if private else markup.get("keyboard", []):
        for name, message in words.items():
            if any(name in button for button in row):
                raise bad_request(message)


def check_web_apps(markup: Json, *, private: bool) -> None:
    """Refuse buttons under a message that open a web app outside a private chat."""
    rows = [] if private else markup.get("inline_keyboard", [])
    if any("web_app" in button for row in rows for button in row):
        raise bad_request("BUTTON_TYPE_INVALID")


def read_markup(arguments: Arguments) -> Markup:
    """Return the checked `reply_markup` of a call.

    Raises:
        ApiError: it is malformed or over a limit.
    """
    markup = arguments.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return Markup()
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if "inline_keyboard" in markup:
        return Markup(inline=_inline_keyboard(markup["inline_keyboard"]))
    if "keyboard" in markup:
        rows = _reply_keyboard(markup["keyboard"])
        return Markup(below={**markup, "keyboard": rows}) if rows else Markup(removes=True)
    if markup.get("remove_keyboard"):
        return Markup(removes=True)
    if markup.get("force_reply"):
        return Markup(below=markup)
    return Markup()


def _rows(value: Any, message: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request(message)
    return value


def _inline_keyboard(value: Any) -> Json | None:
    rows = _rows(
        value, 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    )
    checked = [[_inline_button(button) for button in row] for row in rows]
    if sum(len(row) for row in checked) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    full = [row[:MAX_BUTTONS_IN_ROW] for row in checked if row]
    return {"inline_keyboard": full} if full else None


def _inline_button(button: Any) -> Json:
    prefix = "Can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    action = next((name for name in _INLINE_ACTIONS if _is_given(button, name)), None)
    if action is None:
        raise bad_request(f"{prefix}Text buttons are unallowed in the inline keyboard")
    if not button["text"]:
        raise bad_request("inline keyboard button text must be non-empty")
    _check_action(action, button[action])
    value = button[action]
    kept = {"text": button["text"], action: str(value) if action in _TEXTS else value}
    return kept | {key: button[key] for key in ("style", "icon_custom_emoji_id") if key in button}


def _is_given(button: Json, name: str) -> bool:
    if name in _TEXTS:
        return bool(button.get(name))
    return button.get(name) is not None


def _check_action(action: str, value: Any) -> None:
    match action:
        case "callback_data":
            if len(str(value).encode()) > MAX_CALLBACK_DATA_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            if checked_url(str(value)) is None:
                raise bad_request(
                    f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL"
                )
        case "web_app" | "login_url":
            url = str(value.get("url", "")) if isinstance(value, dict) else ""
            if not url.startswith("https://"):
                name = "Web App" if action == "web_app" else "login"
                raise bad_request(
                    f"inline keyboard button {name} URL '{url}' is invalid: Only HTTPS links are allowed"
                )
        case "copy_text":
            text = str(value.get("text", "")) if isinstance(value, dict) else ""
            if not 0 < len(text) <= MAX_COPY_TEXT:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _reply_keyboard(value: Any) -> list[list[Json]]:
    rows = _rows(value, 'Field "keyboard" must be an Array of Arrays')
    left = MAX_REPLY_BUTTONS
    kept: list[list[Json]] = []
    for row in rows:
        checked = [_reply_button(button) for button in row]
        shown = [button for button in checked if button["text"]][
            : min(MAX_REPLY_BUTTONS_IN_ROW, left)
        ]
        left -= len(shown)
        if shown:
            kept.append(shown)
    return kept


def _reply_button(button: Any) -> Json:
    prefix = "Can't parse keyboard button: "
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request(f"{prefix}KeyboardButton must be a String or an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{prefix}Can\'t find field "text"')
    web_app = button.get("web_app")
    if isinstance(web_app, dict) and not str(web_app.get("url", "")).startswith("https://"):
        raise bad_request(
            f"keyboard button Web App URL '{web_app.get('url')}' is invalid: "
            "Only HTTPS links are allowed"
        )
    return {name: value for name, value in button.items() if value not in (None, False)}
