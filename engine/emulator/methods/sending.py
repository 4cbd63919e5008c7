"""Methods that send something new.

Knows nothing of how a chat shows it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.emulator.arguments import Arguments
from engine.emulator.content import (
    CAPTIONED,
    CONTENT,
    input_media_content,
    media_content,
    poll_content,
)
from engine.emulator.errors import bad_request
from engine.emulator.keyboards import Markup, read_markup
from engine.emulator.model import Json
from engine.emulator.posting import post_to
from engine.emulator.request import Request
from engine.emulator.topics import GENERAL_TOPIC, topic_for

ALBUM = range(2, 11)
TYPING_SECONDS = 5.0
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_ALBUM_KINDS = CAPTIONED - {"voice", "animation"}


def send_content(kind: str, request: Request) -> Json:
    """Send a message that needs no file."""
    chat = request.writable_chat()
    return post_to(request, chat, CONTENT[kind](request.arguments))


def send_media(kind: str, request: Request) -> Json:
    """Send a message with a file."""
    chat = request.writable_chat()
    return post_to(request, chat, media_content(kind, request.arguments, request.world.files))


def send_poll(request: Request) -> Json:
    """Send a poll."""
    chat = request.writable_chat()
    poll_id = str(5_000_000_000 + request.world.changes.version)
    return post_to(request, chat, poll_content(request.arguments, poll_id))


def send_media_group(request: Request) -> list[Json]:
    """Send an album, every picture of it a message."""
    chat = request.writable_chat()
    media = request.arguments.array("media", "media", "InputMedia")
    if not media:
        raise bad_request("There must be at least one media in the request")
    if len(media) not in ALBUM:
        raise bad_request(
            "Too many messages to send as an album"
            if len(media) > 1
            else "album must have at least 2 media"
        )
    contents = []
    for item in media:
        if isinstance(item, dict) and str(item.get("type")) not in _ALBUM_KINDS:
            raise bad_request(
                f'Can\'t parse InputMedia: type "{item.get("type")}" can\'t be used in sendMediaGroup'
            )
        contents.append(input_media_content(item, request.arguments, request.world.files))
    kinds = {str(item["type"]) for item in media}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request(
            f"{min(kinds & {'document', 'audio'}).capitalize()} can't be mixed with other media types"
        )
    album = {"media_group_id": str(13_000_000_000 + request.world.changes.version)}
    return [post_to(request, chat, content | album, markup=Markup()) for content in contents]


def send_invoice(request: Request) -> Json:
    """Send an invoice with a button to pay it."""
    chat = request.writable_chat()
    invoice = read_invoice(request)
    markup = read_markup(request.arguments)
    if markup.inline is None:
        label = _pay_label(invoice)
        markup = Markup(inline={"inline_keyboard": [[{"text": label, "pay": True}]]})
    elif "pay" not in markup.inline["inline_keyboard"][0][0]:
        raise bad_request("the first button of an invoice must be a Pay button")
    payload = request.arguments.text("payload")
    return post_to(request, chat, {"invoice": invoice}, markup=markup, payload=payload)


def create_invoice_link(request: Request) -> str:
    """Return a link to an invoice, which the emulator does not open."""
    read_invoice(request)
    return f"https://t.me/$emulated{request.world.changes.version}"


STARS = "XTR"
"""The currency that needs no provider."""

INVOICE_BOUNDS = {
    "title": (32, "INVOICE_TITLE_INVALID"),
    "description": (255, "INVOICE_DESCRIPTION_INVALID"),
    "payload": (128, "INVOICE_PAYLOAD_INVALID"),
}
"""How long the texts of an invoice can be (core.telegram.org/bots/api#sendinvoice)."""


def read_invoice(request: Request) -> Json:
    """Return the Invoice a call describes."""
    arguments = request.arguments
    for name in ("title", "description", "payload", "currency"):
        if not arguments.has(name):
            raise bad_request(f'Parameter "{name}" is required')
    prices = arguments.array("prices", "prices", "labeled prices") or []
    if not prices:
        raise bad_request("There must be at least one price")
    for price in prices:
        if not isinstance(price, dict) or not isinstance(price.get("amount"), int):
            raise bad_request("Can't parse labeled price: LabeledPrice must be an Object")
    currency = arguments.text("currency")
    if len(currency) != 3 or not currency.isupper():  # noqa: PLR2004 - ISO 4217
        raise bad_request("CURRENCY_INVALID")
    total = sum(price["amount"] for price in prices)
    _check_invoice(arguments, currency, total)
    return {
        "title": arguments.text("title"),
        "description": arguments.text("description"),
        "start_parameter": arguments.text("start_parameter"),
        "currency": currency,
        "total_amount": total,
    }


def _check_invoice(arguments: Arguments, currency: str, total: int) -> None:
    """Refuse what a payment provider would not take, and texts that are too long."""
    if currency != STARS and not arguments.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    if total <= 0:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    for name, (most, reason) in INVOICE_BOUNDS.items():
        if len(arguments.text(name)) > most:
            raise bad_request(reason)


def send_chat_action(request: Request) -> bool:
    """Show for five seconds what the bot is doing."""
    chat = request.writable_chat()
    action = request.arguments.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    if (number := request.arguments.integer("message_thread_id")) != GENERAL_TOPIC:
        topic_for(chat, number, may_manage=request.manages(chat))
    chat.typing = (action, request.world.settings.clock() + TYPING_SECONDS)
    request.world.changes.announce()
    return True


METHODS: dict[str, Callable[[Request], Any]] = {
    "sendMessage": partial(send_content, "text"),
    "sendLocation": partial(send_content, "location"),
    "sendVenue": partial(send_content, "venue"),
    "sendContact": partial(send_content, "contact"),
    "sendDice": partial(send_content, "dice"),
    "sendPhoto": partial(send_media, "photo"),
    "sendVideo": partial(send_media, "video"),
    "sendAnimation": partial(send_media, "animation"),
    "sendAudio": partial(send_media, "audio"),
    "sendDocument": partial(send_media, "document"),
    "sendVoice": partial(send_media, "voice"),
    "sendVideoNote": partial(send_media, "video_note"),
    "sendSticker": partial(send_media, "sticker"),
    "sendPoll": send_poll,
    "sendMediaGroup": send_media_group,
    "sendInvoice": send_invoice,
    "createInvoiceLink": create_invoice_link,
    "sendChatAction": send_chat_action,
}


def _pay_label(invoice: Json) -> str:
    amount, currency = invoice["total_amount"], invoice["currency"]
    return f"Pay ⭐️{amount}" if currency == "XTR" else f"Pay {currency} {amount / 100:.2f}"
