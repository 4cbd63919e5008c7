"""Methods by which a bot describes itself: commands, names, menu button.

Knows nothing of how they are shown.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from engine.emulator.errors import bad_request
from engine.emulator.model import Json
from engine.emulator.request import Request

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
DEFAULT_SCOPE = {"type": "default"}
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)


def scope_key(scope: Json) -> str:
    """Return a scope of commands as a key."""
    return json.dumps(scope, sort_keys=True)


def set_my_commands(request: Request) -> bool:
    """Set the commands of a scope and language."""
    commands = request.arguments.array("commands", "commands", "BotCommand")
    if commands is None:
        raise bad_request('Parameter "commands" is required')
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    request.bot.commands[_place(request)] = [_command(command) for command in commands]
    request.world.changes.announce()
    return True


def get_my_commands(request: Request) -> list[Json]:
    """Return the commands of exactly one scope and language."""
    return request.bot.commands.get(_place(request), [])


def delete_my_commands(request: Request) -> bool:
    """Forget the commands of a scope and language."""
    request.bot.commands.pop(_place(request), None)
    request.world.changes.announce()
    return True


def set_text(what: str, request: Request) -> bool:
    """Set the bot's name or description in a language."""
    text = request.arguments.text(what)
    if len(text) > _LIMITS[what]:
        raise bad_request(f"bot {what.replace('_', ' ')} is too long")
    request.bot.texts[what, request.arguments.text("language_code")] = text
    request.world.changes.announce()
    return True


def get_text(what: str, request: Request) -> Json:
    """Return the bot's name or description in a language, or in the default one."""
    texts = request.bot.texts
    fallback = request.bot.name if what == "name" else ""
    text = texts.get((what, request.arguments.text("language_code"))) or texts.get((what, ""))
    return {what: text or fallback}


def set_chat_menu_button(request: Request) -> bool:
    """Set the button beside the input, in one chat or in all."""
    button = request.arguments.json("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict) or str(button.get("type")) not in {
        "default",
        "commands",
        "web_app",
    }:
        raise bad_request("MenuButton has unsupported type")
    request.bot.menu_buttons[_menu_chat(request)] = button
    request.world.changes.announce()
    return True


def get_chat_menu_button(request: Request) -> Json:
    """Return the button beside the input, in one chat or in all."""
    buttons = request.bot.menu_buttons
    common = buttons.get(None, {"type": "commands"})
    return buttons.get(_menu_chat(request), common)


def _menu_chat(request: Request) -> int | None:
    return request.chat().id if request.arguments.has("chat_id") else None


def _place(request: Request) -> tuple[str, str]:
    scope = request.arguments.json("scope", "BotCommandScope") or DEFAULT_SCOPE
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    if str(scope.get("type")) not in _SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    return scope_key(scope), request.arguments.text("language_code")


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 0 < len(description) <= MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


METHODS: dict[str, Callable[[Request], Any]] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(set_text, "name"),
    "getMyName": partial(get_text, "name"),
    "setMyDescription": partial(set_text, "description"),
    "getMyDescription": partial(get_text, "description"),
    "setMyShortDescription": partial(set_text, "short_description"),
    "getMyShortDescription": partial(get_text, "short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
