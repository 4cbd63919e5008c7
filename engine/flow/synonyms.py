"""What other tools call the keys of a flow, so that a message can name the right word.

It knows words alone: neither where a key stands nor what it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.types import closest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("url",),
    "body": ("text", "show"),
    "button": ("buttons", "text"),
    "call": ("do", "run"),
    "caption": ("text",),
    "case": ("when",),
    "clip": ("video",),
    "clipboard": ("copy",),
    "copy_text": ("copy",),
    "color": ("style",),
    "colour": ("style",),
    "condition": ("when", "decide"),
    "content": ("text", "show"),
    "default": ("else",),
    "display": ("show",),
    "emoji": ("icon",),
    "file": ("document",),
    "flow": ("run",),
    "gif": ("animation",),
    "goto": ("go",),
    "href": ("url",),
    "if": ("when", "decide"),
    "invoice": ("pay",),
    "price": ("pay", "amount"),
    "image": ("photo", "media"),
    "img": ("photo", "media"),
    "input": ("ask",),
    "keyboard": ("buttons",),
    "label": ("text",),
    "link": ("url",),
    "login_url": ("login",),
    "mini_app": ("web_app",),
    "message": ("text", "show"),
    "msg": ("text", "show"),
    "music": ("audio",),
    "name": ("text",),
    "next": ("go",),
    "options": ("buttons",),
    "otherwise": ("else",),
    "picture": ("photo", "media"),
    "popup": ("alert",),
    "print": ("show",),
    "prompt": ("text",),
    "question": ("text", "ask"),
    "say": ("show",),
    "select": ("choose",),
    "send": ("show",),
    "set": ("save",),
    "sound": ("audio",),
    "src": ("photo",),
    "step": ("go",),
    "store": ("save",),
    "switch_inline_query": ("inline",),
    "switch": ("decide",),
    "target": ("go",),
    "then": ("go",),
    "title": ("text",),
    "to": ("go",),
    "url": ("photo",),
    "webapp": ("web_app",),
}
"""Keys that flows do not have, each with those that it is likely to mean."""


def find_meant_key(key: str, left: Collection[str]) -> str:
    """Give the key of those left that a wrong one was probably meant to be, or nothing."""
    named = next((one for one in KEYS.get(key.lower(), ()) if one in left), "")
    return named or closest(key, sorted(left))
