"""Paying an invoice: the bot is asked first, then told that it was paid.

Knows nothing of money moving anywhere; nothing is charged.
"""

import asyncio

from engine.emulator.model import Json, Message
from engine.emulator.payments import Checkout
from engine.emulator.people import ImpossibleError, Place, write
from engine.emulator.story import DeedKind

ANSWER_SECONDS = 10.0
"""How long a bot has to answer a pre-checkout query (core.telegram.org/bots/api#answerprecheckoutquery)."""


async def pay(place: Place, message_id: int, *, address: Json | None = None) -> Json:
    """Pay the invoice in a message, and say how it went.

    With an `address` the bot is first asked for ways to send it there, of which the first is taken.
    """
    message = place.chat.messages.get(message_id)
    if message is None or "invoice" not in message.data:
        raise ImpossibleError(404, f"user {place.user.id} sees no invoice in message {message_id}")
    if message.is_paid:
        raise ImpossibleError(409, f"invoice in message {message_id} is paid already")
    place.world.story.note(place, DeedKind.OTHER, {"what": "paid an invoice"})
    option: Json | None = None
    if address is not None:
        shipping = await _ask(place, message, "shipping", {"shipping_address": address})
        if not shipping.ok:
            return {"paid": False, "error": shipping.error_message}
        option = shipping.shipping_options[0]
    total = message.data["invoice"]["total_amount"]
    total += sum(price["amount"] for price in (option or {}).get("prices", []))
    amounts: Json = {"currency": message.data["invoice"]["currency"], "total_amount": total}
    if option is not None:
        amounts["shipping_option_id"] = option["id"]
    answer = await _ask(place, message, "pre_checkout", amounts)
    if not answer.ok:
        return {"paid": False, "error": answer.error_message}
    message.is_paid = True
    charges = {
        "telegram_payment_charge_id": place.world.payments.next_charge_id(),
        "provider_payment_charge_id": place.world.payments.next_charge_id(),
    }
    payment = amounts | {"invoice_payload": message.payload or ""} | charges
    sent = write(place, {"successful_payment": payment})
    return {"paid": True, "message_id": sent.id, **payment}


async def _ask(place: Place, message: Message, kind: str, fields: Json) -> Checkout:
    checkout = place.world.payments.open(kind)
    query = {
        "id": checkout.id,
        "from": place.user.to_json(),
        "invoice_payload": message.payload or "",
        **fields,
    }
    place.require_bot().queue.push(f"{kind}_query", query)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await checkout.answered.wait()
    except TimeoutError:
        place.world.payments.take(checkout.id, kind)
        checkout.error_message = "the bot did not answer in time"
    return checkout
