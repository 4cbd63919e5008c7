"""Invoices: what one says, what it carries to be known by when it is paid, and amounts as Telegram counts them.

It does not know what follows from a payment, nor how an invoice reaches Telegram.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from aiogram.types import InlineKeyboardButton, LabeledPrice

from engine.actions import Payment
from engine.dialog.button_looks import look_of
from engine.dialog.ports import ConversationKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiogram.types import OrderInfo, PreCheckoutQuery, SuccessfulPayment

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.paying import PayStep

MOST_OF_PAYLOAD: Final = 128
"""Telegram's bound on what an invoice carries, in bytes."""

MOST_OF_REFUSAL: Final = 200
"""How much is said of why something cannot be paid, in characters."""

_WHOLE: Final = frozenset(
    [
        "BIF",
        "BYR",
        "CLP",
        "CVE",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THOUSANDTHS: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
"""Currencies whose smallest unit, as Telegram's own apps show amounts, is the whole one or a thousandth; of others, a hundredth."""

_CARRIED: Final = re.compile(r"u:(\d+):(-?\d+):(\d+):(\d*):([0-9A-Za-z]+):(\d+):(-?\d*)", re.ASCII)
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as the Bot API wants it; amounts are in the smallest units of the currency."""

    title: str
    payload: str
    currency: str
    prices: tuple[LabeledPrice, ...]
    options: Mapping[str, Any]

    @property
    def total(self) -> int:
        """What is to be paid, without tips."""
        return sum(price.amount for price in self.prices)

    def accepts(self, query: PreCheckoutQuery) -> bool:
        """Tell whether somebody is about to pay what is asked for now, with a tip that it takes."""
        tip = query.total_amount - self.total
        return query.currency == self.currency and (
            0 <= tip <= self.options.get("max_tip_amount", 0)
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """Which invoice it is: whose conversation it stands in, in which flow, on which screen, and what for."""

    key: ConversationKey
    context_id: str
    screen: int
    about: int | None
    payload: str


def read_offer(payload: str) -> Offer | None:
    """Return the invoice that a payload names; None when it is not ours."""
    found = _CARRIED.fullmatch(payload)
    if found is None:
        return None
    bot, chat, user, thread, context_id, screen, about = found.groups()
    key = ConversationKey(int(bot), int(chat), int(user), int(thread) if thread else None)
    return Offer(key, context_id, int(screen), int(about) if about else None, payload)


def make_invoice(
    turn: Turn, data: FlowData, step: PayStep, environment: Mapping[str, Any]
) -> Invoice:
    """Return the invoice of a step as it is now."""
    currency = turn.bot.file.currency
    title = turn.say(data, step.title, environment)
    prices = []
    for price in step.prices:
        label = turn.say(data, price.text, environment) if price.text else title
        amount = to_units(turn.evaluate(data, price.amount, environment), currency)
        prices.append(LabeledPrice(label=label, amount=amount))
    about = turn.evaluate(data, step.about, environment) if step.about else ""
    payload = f"u:{turn.place}:{data.context.id}:{turn.screen}:{about}"
    if len(payload) > MOST_OF_PAYLOAD:
        raise ValueError(
            f'what step "{step.name}" is about has more digits than fit into an invoice'
        )
    options: dict[str, Any] = {_NEEDS[need]: True for need in step.needs}
    if step.tips:
        options["max_tip_amount"] = to_units(
            turn.evaluate(data, step.tips.most, environment), currency
        )
        options["suggested_tip_amounts"] = sorted(
            {
                to_units(turn.evaluate(data, one, environment), currency)
                for one in step.tips.suggested
            }
        )
    if step.photo:
        options["photo_url"] = turn.say_to_client(data, step.photo, environment)
    return Invoice(title, payload, currency, tuple(prices), options)


def pay_button(
    turn: Turn, data: FlowData, step: PayStep, environment: Mapping[str, Any]
) -> InlineKeyboardButton:
    """Return the button that pays, which Telegram wants to be the first."""
    label = turn.say(data, step.button, environment)
    return InlineKeyboardButton(
        text=label, pay=True, **look_of(turn, data, step.button, environment)
    )


def to_units(amount: Decimal, currency: str) -> int:
    """Return an amount in the smallest units of a currency; what is less than one is rounded."""
    return int(Decimal(amount).scaleb(_digits(currency)).to_integral_value(ROUND_HALF_UP))


def from_units(units: int, currency: str) -> Decimal:
    """Return how much so many of the smallest units of a currency are."""
    return Decimal(units).scaleb(-_digits(currency))


def read_payment(paid: SuccessfulPayment) -> Payment:
    """Return a payment as flows and actions know it."""
    order: OrderInfo | None = paid.order_info
    offer = read_offer(paid.invoice_payload)
    return Payment(
        charge=paid.telegram_payment_charge_id,
        provider_charge=paid.provider_payment_charge_id,
        total=from_units(paid.total_amount, paid.currency),
        currency=paid.currency,
        about=offer.about if offer else None,
        name=order.name if order else None,
        phone=_phone(order.phone_number) if order and order.phone_number else None,
        email=order.email if order else None,
    )


def plain_refusal(html: str) -> str:
    """Return what is said of a refusal as it stands where the person pays, which shows no tags."""
    return unescape(_TAG.sub("", html))[:MOST_OF_REFUSAL]


def _digits(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def _phone(written: str) -> str:
    return written if written.startswith("+") else f"+{written}"


_NEEDS: Final = {"name": "need_name", "phone": "need_phone_number", "email": "need_email"}
