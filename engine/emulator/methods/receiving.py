"""Methods by which a bot learns of updates, of itself, and of files.

Knows nothing of how a webhook is called.
"""

import re
from collections.abc import Callable
from typing import Any

from engine.emulator.entities import checked_url
from engine.emulator.errors import bad_request
from engine.emulator.files import MAX_DOWNLOAD_BYTES
from engine.emulator.model import Json
from engine.emulator.request import Request
from engine.emulator.updates import Webhook

MAX_UPDATES = 100
MAX_POLL_SECONDS = 50
MAX_SECRET = 256


async def get_updates(request: Request) -> list[Json]:
    """Return updates, waiting for the first as long as the call asks."""
    arguments, queue = request.arguments, request.bot.queue
    _allow(request)
    limit = min(max(arguments.integer("limit", MAX_UPDATES), 1), MAX_UPDATES)
    timeout = min(max(arguments.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await queue.poll(arguments.integer("offset"), limit, timeout)


def set_webhook(request: Request) -> Any:
    """Deliver updates to an address from now on; an empty one ends that."""
    url = request.arguments.text("url").strip()
    if not url:
        return delete_webhook(request)
    secret = request.arguments.text("secret_token")
    if checked_url(url) is None:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    queue = request.bot.queue
    queue.end_poll("terminated by setWebhook request")
    _allow(request)
    if request.arguments.boolean("drop_pending_updates"):
        queue.drop()
    queue.webhook = Webhook(
        url,
        secret,
        max_connections=request.arguments.integer("max_connections", 40),
        ip_address=request.arguments.text("ip_address") or None,
    )
    queue.changed()
    return True


def delete_webhook(request: Request) -> bool:
    """Keep updates for getUpdates again."""
    if request.arguments.boolean("drop_pending_updates"):
        request.bot.queue.drop()
    request.bot.queue.webhook = None
    request.bot.queue.changed()
    return True


def get_webhook_info(request: Request) -> Json:
    """Return where updates go, and what went wrong last."""
    queue = request.bot.queue
    hook = queue.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if hook is not None:
        more = {
            "ip_address": hook.ip_address,
            "last_error_date": hook.last_error_date,
            "last_error_message": hook.last_error_message,
            "max_connections": hook.max_connections,
        }
        info |= {name: value for name, value in more.items() if value is not None}
    if queue.allowed:
        info["allowed_updates"] = queue.allowed
    return info


def get_me(request: Request) -> Json:
    """Return the bot."""
    return request.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not request.bot.privacy_mode,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_file(request: Request) -> Json:
    """Return where a file can be downloaded."""
    if not request.arguments.has("file_id"):
        raise bad_request("file_id not specified")
    try:
        stored = request.world.files.find_by_id(request.arguments.text("file_id"))
    except Exception as error:
        raise bad_request("invalid file_id") from error
    if len(stored.content) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def agree(_request: Request) -> bool:
    """Return True: there is nothing to do."""
    return True


def _allow(request: Request) -> None:
    allowed = request.arguments.json("allowed_updates", "allowed_updates")
    if isinstance(allowed, list):
        request.bot.queue.allowed = [str(kind) for kind in allowed] or None


METHODS: dict[str, Callable[[Request], Any]] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getMe": get_me,
    "logOut": agree,
    "close": agree,
    "getFile": get_file,
}
