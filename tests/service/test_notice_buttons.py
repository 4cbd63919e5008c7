"""Buttons under notices that the client alone hears of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.actions import Catalog, Context, User, notice
from engine.flow.check import check_flows
from engine.flow.formats import Formats
from engine.service.notices import render

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


def shown(user_id: int, locale: str) -> list[list[dict[str, Any]]]:
    """Return the buttons of the notice as the Bot API is given them."""
    sources: dict[Path, Any] = {
        Path("bot.yaml"): BOT,
        Path("home.yaml"): HOME,
        Path("texts/de.yaml"): GERMAN,
    }
    checked = check_flows(Path(), Catalog([_remind]), sources=sources)
    assert checked.bot is not None, [str(one) for one in checked.problems]
    user = User(user_id, "client", "Anna", locale, "UTC")
    formats = Formats(locale, UTC, "EUR", NOW, "salon_bot")
    names = {"user": user, "formats": formats, "result": Visit(17)}
    words = render(checked.bot.notices["reminder"], names, own_locale="en")
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
