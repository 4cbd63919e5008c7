"""Notices as Telegram is given them: buttons that the client alone hears of, and how the message reaches people."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage
from aiogram.types import Chat, LinkPreviewOptions, Message

from engine.actions import Catalog, Context, User, notice
from engine.flow.check import check_flows
from engine.flow.formats import Formats
from engine.service.notices import render
from engine.service.sending import Answer, Sent, Words, send

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

BOT = """\
bot: salon
locale: en
locales: [en, de]
roles: [client]
home: home
time_zone: UTC
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
notices:
  reminder:
    text: "Visit {{ result.id }}."
    buttons:
      - {text: Pay, web_app: "https://example.com/pay/{{ result.id }}"}
      - {text: Copy, copy: "{{ result.id }}"}
      - {text: Share, inline: "visit {{ result.id }}", to: [users]}
      - {text: Account, login: "https://example.com/login"}
"""
HOME = """\
flow: home
version: 1
title: Home
steps: {home: {show: Home., buttons: [{text: Again, go: home}]}}
"""
GERMAN = """\
bot:
  messages: {old_button: Alt., no_access: Nein., error: Fehler., unknown_input: Was?, wrong_answer: Das nicht.,
    next_page: Mehr, previous_page: Zurück, proceed: Weiter}
  notices:
    reminder:
      text: "Termin {{ result.id }}."
      buttons: {web_app: Zahlen, copy: Kopieren, inline: Teilen, inline_inline: "termin {{ result.id }}", login: Konto}
home: {title: Heim, home: {text: Heim., buttons: {home: Nochmal}}}
"""


@dataclass(frozen=True)
class Visit:
    """A visit."""

    id: int


@notice("reminder")
async def _remind(_context: Context) -> Visit | None:
    """Tell of a visit."""
    return Visit(17)


def written(user_id: int, locale: str, bot: str = BOT, texts: str = GERMAN) -> Words:
    """Return what is sent of the notice."""
    sources: dict[Path, Any] = {
        Path("bot.yaml"): bot,
        Path("home.yaml"): HOME,
        Path("texts/de.yaml"): texts,
    }
    checked = check_flows(Path(), Catalog([_remind]), sources=sources)
    assert checked.bot is not None, [str(one) for one in checked.problems]
    user = User(user_id, "client", "Anna", locale, "UTC")
    formats = Formats(locale, UTC, "EUR", NOW, "salon_bot")
    names = {"user": user, "formats": formats, "result": Visit(17)}
    return render(checked.bot.notices["reminder"], names, own_locale="en")


def shown(user_id: int, locale: str) -> list[list[dict[str, Any]]]:
    """Return the buttons of the notice as the Bot API is given them."""
    words = written(user_id, locale)
    rows = words.markup.inline_keyboard if words.markup else []
    return [[one.model_dump(exclude_none=True) for one in row] for row in rows]


def test_a_person_gets_each_in_their_language_or_as_in_the_bots_own() -> None:
    """Labels are translated; what is handed to the client is where a translation has one of its own."""
    assert shown(1, "de") == [
        [{"text": "Zahlen", "web_app": {"url": "https://example.com/pay/17"}}],
        [{"text": "Kopieren", "copy_text": {"text": "17"}}],
        [
            {
                "text": "Teilen",
                "switch_inline_query_chosen_chat": {"query": "termin 17", "allow_user_chats": True},
            }
        ],
        [{"text": "Konto", "login_url": {"url": "https://example.com/login"}}],
    ]


def test_a_group_gets_no_web_app() -> None:
    """A notice to a group is sent without the button that Telegram would refuse there."""
    labels = [one["text"] for row in shown(-100, "en") for one in row]

    assert labels == ["Copy", "Share", "Account"]


FORMATTED = GERMAN.replace("Termin {{", "*Termin* {{")
STYLED = BOT.replace(
    "    text: ",
    "    preview: above\n    silent: false\n    effect: 🎉\n    format: markdown\n    text: ",
).replace("Visit {{", "*Visit* {{")
PARTY = "5046509860389126442"


def test_a_notice_says_how_it_reaches_people() -> None:
    """What a notice leaves out is as `defaults` have it; its Markdown is HTML in every language, and groups get no effect."""
    general = "defaults: {preview: off, protect: true, silent: true}\n"
    german = written(1, "de", general + STYLED, FORMATTED)
    group = written(-100, "en", general + STYLED)
    plain = written(1, "en", general + BOT)

    assert written(1, "en").options == {}
    assert german.options == {
        "protect_content": True,
        "message_effect_id": PARTY,
        "link_preview_options": LinkPreviewOptions(show_above_text=True),
    }
    assert group.text == "<b>Visit</b> 17."
    assert german.text == "<b>Termin</b> 17."
    assert group.options == {key: german.options[key] for key in group.options}
    assert "message_effect_id" not in group.options
    assert plain.options["disable_notification"]
    assert plain.options["link_preview_options"] == LinkPreviewOptions(is_disabled=True)


def test_all_notices_are_written_alike() -> None:
    """`format` of bot.yaml is for each notice that says nothing else."""
    text = BOT.replace("Visit {{", "_Visit_ {{")
    assert written(1, "en", f"format: markdown\n{text}").text == "<i>Visit</i> 17."
    html = text.replace("    text: ", "    format: html\n    text: ")
    assert written(1, "en", f"format: markdown\n{html}").text == "_Visit_ 17."


class NoEffects:
    """A bot whose Telegram has none of the effects that it is told."""

    async def send_message(self, chat_id: int, text: str, **options: Any) -> Message:
        """Refuse a message with an effect."""
        if "message_effect_id" in options:
            method = SendMessage(chat_id=chat_id, text=text)
            raise TelegramBadRequest(method, "Bad Request: EFFECT_ID_INVALID")
        return Message(message_id=7, date=NOW, chat=Chat(id=chat_id, type="private"), text=text)


async def test_an_unknown_effect_is_left_out() -> None:
    """Where Telegram has no effect of that id, the message comes without it."""
    bot: Any = NoEffects()
    sent = await send(bot, 5, written(5, "en", STYLED))

    assert sent == Sent(Answer.SENT, 7)
