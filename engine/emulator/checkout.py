"""Paying an invoice: the bot is asked first, then told that it was paid.

Knows nothing of money moving anywhere; nothing is charged.
"""

import asyncio
from functools import partial

from engine.emulator.model import Json, Message
from engine.emulator.payments import Checkout, Provider
from engine.emulator.people import ImpossibleError, Place, write
from engine.emulator.story import DeedKind

ANSWER_SECONDS = 10.0
"""How long a bot has to answer a pre-checkout query (core.telegram.org/bots/api#answerprecheckoutquery)."""


DECLINED = "the card was declined"

_VALUES = {"phone_number": "+4915112345678", "email": "ann@example.org"}
"""What people tell whom they pay."""


async def pay(
    place: Place,
    message_id: int,
    *,
    address: Json | None = None,
    tip: int = 0,
    provider: Provider = Provider.TAKES,
) -> Json:
    """Pay the invoice in a message, and say how it went.

    With an `address` the bot is first asked for ways to send it there, of which the first is taken. A `provider` that is slow
    makes the payment when it is asked to.
    """
    message = place.chat.messages.get(message_id)
    if message is None or "invoice" not in message.data:
        raise ImpossibleError(404, f"user {place.user.id} sees no invoice in message {message_id}")
    if message.is_paid:
        raise ImpossibleError(409, f"invoice in message {message_id} is paid already")
    place.world.story.note(place, DeedKind.PAY, {"provider": provider.value})
    option: Json | None = None
    if address is not None:
        shipping = await _ask(place, message, "shipping", {"shipping_address": address})
        if not shipping.ok:
            return {"paid": False, "error": shipping.error_message}
        option = shipping.shipping_options[0]
    total = message.data["invoice"]["total_amount"]
    total += sum(price["amount"] for price in (option or {}).get("prices", [])) + tip
    amounts: Json = {"currency": message.data["invoice"]["currency"], "total_amount": total}
    if option is not None:
        amounts["shipping_option_id"] = option["id"]
    answer = await _ask(place, message, "pre_checkout", amounts)
    if not answer.ok:
        refusal = str(answer.error_message)
        place.world.payments.refusals.append((place.user.id, refusal))
        return {"paid": False, "error": refusal}
    if provider is Provider.DECLINES:
        place.world.payments.refusals.append((place.user.id, DECLINED))
        return {"paid": False, "error": DECLINED}
    if provider is Provider.SLOW:
        later = partial(_settle, place, message, amounts)
        place.world.payments.slow.append((place.user.id, later))
        return {"paid": False, "pending": True}
    return _settle(place, message, amounts)


def settle(place: Place) -> list[Json]:
    """Make all payments of a person that a slow provider has not made yet.

    Raises:
        ImpossibleError: there is none.
    """
    payments = place.world.payments
    ready = [later for user_id, later in payments.slow if user_id == place.user.id]
    if not ready:
        raise ImpossibleError(404, f"no payment of user {place.user.id} is on its way")
    payments.slow = [one for one in payments.slow if one[0] != place.user.id]
    place.world.story.note(place, DeedKind.PAID, {})
    return [later() for later in ready]


def _settle(place: Place, message: Message, amounts: Json) -> Json:
    """Let the money arrive, and the bot be told."""
    message.is_paid = True
    if message.asks_for:
        name = f"{place.user.first_name} {place.user.last_name or ''}".strip()
        told = {"name": name, **_VALUES}
        amounts = amounts | {"order_info": {one: told[one] for one in message.asks_for}}
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
