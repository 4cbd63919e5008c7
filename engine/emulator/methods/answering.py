"""Methods that answer a query: a press, a payment, an inline search.

Knows nothing of how the answer is shown.
"""

from collections.abc import Callable
from typing import Any

from engine.emulator.entities import utf16_length
from engine.emulator.errors import ApiError, bad_request
from engine.emulator.payments import Checkout
from engine.emulator.request import Request

MAX_ANSWER = 200


def answer_callback_query(request: Request) -> bool:
    """Answer a press, once and in time."""
    world, arguments = request.world, request.arguments
    query = world.callbacks.get(arguments.text("callback_query_id"))
    now = world.settings.clock()
    if query is None or query.bot_id != request.bot.id or query.answered_at is not None:
        raise _too_old()
    if now - query.pressed_at > world.settings.callback_lifetime_seconds:
        raise _too_old()
    text = arguments.text("text")
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered_at = now
    query.text = text or None
    query.show_alert = arguments.boolean("show_alert")
    query.url = arguments.text("url") or None
    world.changes.announce()
    return True


def answer_pre_checkout_query(request: Request) -> bool:
    """Say whether a payment may go through."""
    ok = request.arguments.boolean("ok")
    message = request.arguments.text("error_message") or None
    if not ok and message is None:
        raise bad_request("error_message is empty")
    checkout = _take(request, "pre_checkout_query_id", "pre_checkout")
    checkout.ok, checkout.error_message = ok, message
    checkout.answered.set()
    return True


def answer_shipping_query(request: Request) -> bool:
    """Say what it costs to send something to an address."""
    ok = request.arguments.boolean("ok")
    options = request.arguments.array("shipping_options", "shipping options", "shipping options")
    if ok and not options:
        raise bad_request("There must be at least one shipping option")
    checkout = _take(request, "shipping_query_id", "shipping")
    checkout.ok = ok
    checkout.error_message = request.arguments.text("error_message") or None
    checkout.shipping_options = options or []
    checkout.answered.set()
    return True


def answer_inline_query(request: Request) -> bool:
    """Keep the results of an inline search for the control API."""
    results = request.arguments.array("results", "inline query results", "inline query results")
    query_id = request.arguments.text("inline_query_id")
    if query_id not in request.world.inline_queries:
        raise _too_old()
    request.world.inline_queries[query_id] = results or []
    request.world.changes.announce()
    return True


def _take(request: Request, argument: str, kind: str) -> Checkout:
    checkout = request.world.payments.take(request.arguments.text(argument), kind)
    if checkout is None:
        raise _too_old()
    return checkout


def _too_old() -> ApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")


METHODS: dict[str, Callable[[Request], Any]] = {
    "answerCallbackQuery": answer_callback_query,
    "answerPreCheckoutQuery": answer_pre_checkout_query,
    "answerShippingQuery": answer_shipping_query,
    "answerInlineQuery": answer_inline_query,
}
