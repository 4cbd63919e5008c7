"""Invoices: paid, refused, paid too late, paid twice, told of twice."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pytest
from aiogram.types import Update

from engine.actions import Context, Money, Outcome, Payment, command, query
from engine.dialog.invoices import MOST_OF_PAYLOAD, from_units, read_offer, to_units
from engine.dialog.turns import TurnResult
from engine.emulator.server import Emulator
from tests.dialog.conftest import BOT_YAML, Chat, FakeRunner, MakeChat

BOT = f'{BOT_YAML}  old_invoice: "This invoice is old."\nlate_payments: late\n'
MAIN = """\
flow: main
version: 1
title: Main
data:
  order: {type: int, default: 17}
  tip: {type: money, default: 0}
  paid: {type: payment, optional: true}
steps:
  menu:
    show: "Menu"
    buttons: [{text: "Buy", go: invoice, say: "One moment."}, {text: "Leave", go: end}]
  invoice:
    pay:
      - {text: "Haircut", amount: price}
      - {text: "Extras", amount: data.tip}
    title: "Order {{ data.order }}"
    text: "A haircut & more."
    button: "Pay {{ price | money }}"
    load: {price: prices.of(order=data.order)}
    about: data.order
    check: orders.check(order=data.order)
    outcomes: {gone: {go: menu, say: "Order <b>{{ data.order }}</b> is gone."}}
    need: [name, phone, email]
    tips: {max: 5, suggest: [2, 1]}
    photo: "https://example.org/salon.jpg"
    save: {paid: it}
    timeout: {after: 15m, go: menu}
    buttons:
      - {text: "Cancel", go: menu}
      - {text: "Why?", toast: "Because."}
      - {text: "More", go: invoice, id: more, save: {tip: "data.tip + 1"}}
    go: book
  book:
    do: orders.book(order=data.order, payment=data.paid)
    go: done
  done:
    show: "Paid {{ data.paid.total | money if data.paid is not None else '?' }}."
    show_as: resend
    buttons: [{text: "Menu", go: menu}]
anytime:
  error: menu
"""
LATE = """\
flow: late
version: 1
title: Late
params: {payment: payment}
steps:
  take:
    do: orders.refund(payment=params.payment)
    outcomes: {known: seen}
    go: told
  told: {show: "You get {{ params.payment.total | money }} back.", end: {}}
  seen: {show: "That was booked.", end: {}}
"""


@dataclass
class Orders:
    """What the actions of the flows have seen, and how they end."""

    price: Decimal = Decimal("25.50")
    ends: list[str | Exception] = field(default_factory=list)
    booked: list[tuple[int, Payment]] = field(default_factory=list)
    refunded: list[Payment] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def actions(self) -> list[Any]:
        """Give the actions."""

        @query("prices.of")
        async def price_of(_context: Context, *, order: int) -> Money:
            """Give the price of an order."""
            del order
            return self.price

        @command("orders.check")
        async def check(_context: Context, *, order: int) -> Outcome[Literal["gone"]] | None:
            """Say whether an order can be paid."""
            del order
            ended = self.ends.pop() if self.ends else None
            if isinstance(ended, Exception):
                raise ended
            return Outcome("gone") if ended else None

        @command("orders.book")
        async def book(_context: Context, *, order: int, payment: Payment | None) -> None:
            """Book an order."""
            if self.trouble:
                raise self.trouble.pop()
            assert payment is not None
            self.booked.append((order, payment))

        @command("orders.refund")
        async def refund(
            _context: Context, *, payment: Payment
        ) -> Outcome[Literal["known"]] | None:
            """Give money back."""
            self.refunded.append(payment)
            return None

        return [price_of, check, book, refund]


class OnceRunner(FakeRunner):
    """Carries out each effect once, as the real one does."""

    def __init__(self) -> None:
        super().__init__()
        self.done: dict[str, Any] = {}

    async def command(self, call: Any, arguments: Any, **names: Any) -> Any:
        """Carry out a command unless it is known by its key."""
        key = names["key"]
        if key not in self.done:
            self.done[key] = await super().command(call, arguments, **names)
        return self.done[key]


@pytest.fixture
def orders() -> Orders:
    """Give what the actions see."""
    return Orders()


@pytest.fixture
def shop(make_chat: MakeChat, orders: Orders) -> Chat:
    """Give a chat with a bot that asks for money."""
    return make_chat(*orders.actions(), main=MAIN, late=LATE, bot=BOT)


@pytest.fixture
def calls(emulator: Emulator) -> Callable[[], list[str]]:
    """Give a function that returns the methods called since it was asked last, without those that show nothing."""
    log, start = emulator.world.calls.calls, [0]

    def since() -> list[str]:
        made = [call.method for call in log if call.number > start[0]]
        start[0] = log[-1].number
        return [one for one in made if one not in {"getUpdates", "answerCallbackQuery", "getMe"}]

    since()
    return since


async def to_invoice(chat: Chat) -> dict[str, Any]:
    """Come to the invoice and return its message."""
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("Buy")
    return (await chat.messages())[-1]


async def pay(chat: Chat, **body: Any) -> dict[str, Any]:
    """Pay the newest invoice, and let the bot deal with all that follows."""
    paying = asyncio.create_task(chat.act("payments", body))
    while not paying.done():
        await chat.deal()
        await asyncio.wait({paying}, timeout=0.005)
    await chat.deal()
    return await paying


async def test_invoice_says_what_is_paid(shop: Chat, emulator: Emulator) -> None:
    """An invoice has all that the flow says, amounts in cents, the pay button first, and what was said above it."""
    await to_invoice(shop)

    sent = next(c for c in reversed(emulator.world.calls.calls) if c.method == "sendInvoice")
    said = {name: sent.payload[name] for name in ("title", "description", "currency")}
    assert said == {
        "title": "Order 17",
        "description": "A haircut & more.",
        "currency": "EUR",
    }
    assert sent.payload["prices"] == [
        {"label": "Haircut", "amount": 2550},
        {"label": "Extras", "amount": 0},
    ]
    assert (sent.payload["max_tip_amount"], sent.payload["suggested_tip_amounts"]) == (
        "500",
        [100, 200],
    )
    assert len(sent.payload["payload"]) <= MOST_OF_PAYLOAD
    assert await shop.buttons() == [["Pay €25.50"], ["Cancel"], ["Why?"], ["More"]]
    assert [one["text"] for one in (await shop.messages())[-2:]] == ["One moment.", None]


async def test_payment_is_booked(
    shop: Chat, orders: Orders, calls: Callable[[], list[str]]
) -> None:
    """What is paid goes to the command once, with what the invoice was about, and the receipt stays."""
    invoice = await to_invoice(shop)
    calls()

    assert (await pay(shop))["paid"]

    order, payment = orders.booked[0]
    assert (order, payment.about, payment.total, payment.currency) == (
        17,
        17,
        Decimal("25.5"),
        "EUR",
    )
    assert payment.phone == "+4915112345678"
    assert await shop.text() == "Paid €25.50."
    assert invoice["message_id"] in [one["message_id"] for one in await shop.messages()]
    assert calls() == ["answerPreCheckoutQuery", "editMessageReplyMarkup", "sendMessage"]
    assert [one[0] for one in shop.runner.commands] == ["orders.check", "orders.book"]


async def test_refusal_is_told_and_leads_on(shop: Chat, orders: Orders) -> None:
    """An outcome of the command refuses the payment in its words, and the invoice goes with the step."""
    invoice = await to_invoice(shop)
    orders.ends.append("gone")

    assert await pay(shop) == {"paid": False, "error": "Order 17 is gone."}

    assert await shop.text() == "Order 17 is gone.\n\nMenu"
    assert invoice["message_id"] not in [one["message_id"] for one in await shop.messages()]


async def test_trouble_at_the_checkout_lets_nobody_pay(shop: Chat, orders: Orders) -> None:
    """When the command breaks nothing is paid, and the invoice can be paid a moment later."""
    await to_invoice(shop)
    orders.ends.append(RuntimeError("broken"))

    assert await pay(shop) == {"paid": False, "error": "Broken."}
    assert (await pay(shop))["paid"]


async def test_invoice_goes_with_its_step(shop: Chat, orders: Orders) -> None:
    """Whoever cancels, or lets the timeout end, has no invoice any more; a press that tells something leaves it."""
    invoice = await to_invoice(shop)
    await shop.press("Why?")
    assert (await shop.messages())[-1]["message_id"] == invoice["message_id"]

    await shop.press("Cancel")
    assert "invoice" not in [message.get("kind") for message in await shop.messages()]
    assert invoice["message_id"] not in [one["message_id"] for one in await shop.messages()]

    await shop.press("Buy")
    again = (await shop.messages())[-1]["message_id"]
    await shop.wait(minutes=15)
    assert await shop.text() == "Menu"
    assert again not in [one["message_id"] for one in await shop.messages()]
    assert orders.booked == []


async def take_updates(chat: Chat) -> list[Update]:
    """Return what Telegram has for the bot, which has not seen it yet."""
    updates = await chat.bot.get_updates(timeout=0)
    if updates:
        await chat.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return updates


async def pay_unseen(chat: Chat) -> Update:
    """Pay the newest invoice, which the bot lets happen, and return what it has not been told yet."""
    paying = asyncio.create_task(chat.act("payments", {}))
    while not (updates := await take_updates(chat)):
        await asyncio.wait({paying}, timeout=0.005)
    await chat.dispatcher.feed_update(chat.bot, updates[0])
    assert (await paying)["paid"]
    (paid,) = await take_updates(chat)
    return paid


async def test_old_invoice_cannot_be_paid(shop: Chat, orders: Orders) -> None:
    """An invoice of another amount than now, or that is no more on the screen, is refused before it is paid."""
    await to_invoice(shop)
    orders.price = Decimal(30)
    assert (await pay(shop))["error"] == "This invoice is old."
    assert await shop.buttons() == [["Pay €30.00"], ["Cancel"], ["Why?"], ["More"]]

    await shop.press("More")
    await shop.send("Hello?")
    assert (await pay(shop))["paid"]
    assert orders.booked[0][1].total == Decimal(31)


async def test_only_the_newest_screen_can_be_paid(shop: Chat, orders: Orders) -> None:
    """What somebody writes brings the invoice anew; the one before is gone, and counts no more where it is not."""
    await to_invoice(shop)
    paying = asyncio.create_task(shop.act("payments", {}))
    while not (updates := await take_updates(shop)):
        await asyncio.wait({paying}, timeout=0.005)
    await shop.press("Cancel")
    await shop.press("Buy")
    await shop.dispatcher.feed_update(shop.bot, updates[0])

    assert await paying == {"paid": False, "error": "This invoice is old."}
    assert (await pay(shop))["paid"]
    assert len(orders.booked) == 1


async def test_invoice_is_for_one_person(shop: Chat, orders: Orders) -> None:
    """Who pays a copy of somebody else's invoice, or one that no flow made, is refused."""
    await to_invoice(shop)
    paying = asyncio.create_task(shop.act("payments", {}))
    while not (updates := await take_updates(shop)):
        await asyncio.wait({paying}, timeout=0.005)
    query = updates[0].pre_checkout_query
    assert query is not None
    stranger = query.from_user.model_copy(update={"id": 77})
    other = query.model_copy(update={"from_user": stranger})
    await shop.dispatcher.feed_update(
        shop.bot, updates[0].model_copy(update={"pre_checkout_query": other})
    )

    assert await paying == {"paid": False, "error": "Old button."}
    assert read_offer("something else") is None
    assert orders.booked == []


async def test_payment_told_of_again_is_booked_once(
    make_chat: MakeChat, orders: Orders, calls: Callable[[], list[str]]
) -> None:
    """A payment that Telegram tells of again, under another number too, is the same one; also after a restart."""
    shop = make_chat(*orders.actions(), main=MAIN, late=LATE, bot=BOT)
    await to_invoice(shop)
    paid = await pay_unseen(shop)
    calls()

    await shop.dispatcher.feed_update(shop.bot, paid)
    result = await shop.dispatcher.feed_update(shop.bot, paid)
    assert result is TurnResult.REPEATED
    other = paid.model_copy(update={"update_id": paid.update_id + 1000})
    assert await shop.dispatcher.feed_update(shop.bot, other) is TurnResult.REPEATED

    assert len(orders.booked) == 1
    assert orders.refunded == []
    assert await shop.text() == "Paid €25.50."


async def test_failing_booking_is_taken_again(make_chat: MakeChat, orders: Orders) -> None:
    """What is paid is not lost to an error: its turn fails, error edge or not, and is taken again until it is booked."""
    shop = make_chat(*orders.actions(), main=MAIN, late=LATE, bot=BOT)
    await to_invoice(shop)
    paid = await pay_unseen(shop)
    orders.trouble.append(RuntimeError("broken"))

    assert await shop.dispatcher.feed_update(shop.bot, paid) is TurnResult.FAILED
    assert await shop.text() == "Broken."
    assert await shop.dispatcher.feed_update(shop.bot, paid) is TurnResult.HANDLED

    assert len(orders.booked) == 1
    assert await shop.text() == "Paid €25.50."


async def test_write_lost_after_booking_books_once(make_chat: MakeChat, orders: Orders) -> None:
    """When the state is not written after the command has done its work, the turn goes on from its outcome."""
    shop = make_chat(*orders.actions(), main=MAIN, late=LATE, bot=BOT)
    runner = OnceRunner()
    shop.conversations._turns._runner = runner
    await to_invoice(shop)
    paid = await pay_unseen(shop)
    shop.store.interfere = 2  # the third attempt is the last one

    assert await shop.dispatcher.feed_update(shop.bot, paid) is TurnResult.HANDLED
    assert len(orders.booked) == 1
    assert f"payment:{orders.booked[0][1].charge}:0:main.book" in next(reversed(runner.done))


@pytest.mark.parametrize("leave", ["Cancel", "/start", "forget"])
async def test_late_payment_is_taken_by_its_flow(shop: Chat, orders: Orders, leave: str) -> None:
    """What is paid when the conversation has moved on, or is forgotten, goes to the flow for late payments, which comes back."""
    await to_invoice(shop)
    paid = await pay_unseen(shop)
    if leave == "forget":
        shop.store.kept.clear()
    elif leave == "Cancel":
        await shop.press(leave)
    else:
        await shop.send(leave)

    await shop.dispatcher.feed_update(shop.bot, paid)

    assert [one.about for one in orders.refunded] == [17]
    assert orders.booked == []
    texts = [one["text"] for one in await shop.messages()]
    assert texts[-2] == "You get €25.50 back."
    assert texts[-1] == "Menu" if leave == "Cancel" else texts[-1].startswith("Home")


async def test_paid_twice_is_taken_once_and_given_back_once(shop: Chat, orders: Orders) -> None:
    """Two payments of one invoice, from two devices at once, are one booking and one late payment."""
    await to_invoice(shop)
    first, second = (asyncio.create_task(shop.act("payments", {})) for _ in range(2))
    while not (first.done() and second.done()):
        await shop.deal()
        await asyncio.wait({first, second}, timeout=0.005)
    await shop.deal()

    assert len(orders.booked) + len(orders.refunded) == 2
    assert len(orders.booked) == 1


async def test_invoice_that_telegram_refuses_leaves_a_way_on(shop: Chat, client: Any) -> None:
    """Where Telegram or the provider takes no invoice, its text is there with the other buttons."""
    await shop.send("/start")
    await shop.press("Go")
    fault = {"method": "sendInvoice", "error": 400, "description": "CURRENCY_TOTAL_AMOUNT_INVALID"}
    await client.post("/_emulator/faults", json=fault)
    await shop.press("Buy")

    assert await shop.text() == "Order 17\n\nA haircut & more."
    assert await shop.buttons() == [["Cancel"], ["Why?"], ["More"]]


def test_amounts_are_counted_as_telegram_does() -> None:
    """Most currencies have hundredths, some none and some thousandths; what is less is rounded."""
    assert [to_units(Decimal("12.345"), one) for one in ("EUR", "JPY", "KWD")] == [1235, 12, 12345]
    assert [from_units(1234, one) for one in ("EUR", "JPY", "KWD")] == [
        Decimal("12.34"),
        Decimal(1234),
        Decimal("1.234"),
    ]
