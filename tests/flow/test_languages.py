"""A language with other plurals, or read from right to left, is added by a file of texts alone."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.rules.bad_plural import forms_of
from tests.dialog.conftest import BOT_YAML, MakeChat, bot, client, emulator, make_chat

__all__ = ["bot", "client", "emulator", "make_chat"]

MAIN = """\
flow: main
version: 1
title: Places
data: {places: {type: int, min: 0, max: 200, default: 0}}
steps:
  places:
    ask: int
    text: "How many? <a href=\\"https://example.org/{{ user.id }}\\">{{ user.first_name }}</a>"
    save: {places: it}
    min: 0
    max: 200
  sure:
    show: "{{ user.first_name }}, {{ data.places | plural(one='one place', other='# places') }}."
    buttons: [{text: "Map", url: "https://example.org/{{ data.places }}"}, {text: "{{ data.places }} more", go: places}]
"""
HOME = """\
flow: home
version: 1
title: Home
start: [/start]
steps:
  menu:
    show: "Home, {{ user.first_name }}."
    buttons: [{text: "Go", run: main}]
"""
SENTENCES = """\
bot:
  messages: {old_button: "{0}", no_access: "{0}", error: "{0}", unknown_input: "{0}", wrong_answer: "{0}", next_page: "{0}", previous_page: "{0}", proceed: "{0}"}
home: {title: "{0}", menu: {text: "{0}, {{{{ user.first_name }}}}.", buttons: {main: "Go"}}}
"""
UKRAINIAN = """\
main:
  title: "Місця"
  places: {text: "Скільки? <a href=\\"https://example.org/{{ user.id }}\\">{{ user.first_name }}</a>"}
  sure:
    text: "{{ user.first_name }}, {{ data.places | plural(one='# місце', few='# місця', many='# місць', other='# місця') }}."
    buttons: {url: "Мапа", url_url: "https://example.org/{{ data.places }}", places: "Ще {{ data.places }}"}
"""
ARABIC = """\
main:
  title: "أماكن"
  places: {text: "كم؟ <a href=\\"https://example.org/{{ user.id }}\\">{{ user.first_name }}</a>"}
  sure:
    text: "{{ user.first_name }}، {{ data.places | plural(zero='لا أماكن', one='مكان واحد', two='مكانان', few='# أماكن', many='# مكانًا', other='# مكان') }}."
    buttons: {url: "خريطة", url_url: "https://example.org/{{ data.places }}", places: "{{ data.places }} أخرى"}
"""


def _texts(locale: str) -> str:
    word, own = {"uk": ("Так", UKRAINIAN), "ar": ("نعم", ARABIC)}[locale]
    return SENTENCES.replace("{0}", word).replace("{{{{", "{{").replace("}}}}", "}}") + own


def _flows(**texts: str) -> dict[str, str]:
    named = BOT_YAML.replace("[en]", f"[en, {', '.join(texts)}]")
    return {"main": MAIN, "home": HOME, "bot": named} | {
        f"texts/{locale}": text for locale, text in texts.items()
    }


@pytest.mark.parametrize(
    ("locale", "places", "shown"),
    [
        ("uk", 1, "Emma, 1 місце."),
        ("uk", 3, "Emma, 3 місця."),
        ("uk", 11, "Emma, 11 місць."),
        ("ar", 0, "\u2068Emma\u2069، \u2068لا أماكن\u2069."),  # noqa: RUF001 - Arabic
        ("ar", 2, "\u2068Emma\u2069، \u2068مكانان\u2069."),  # noqa: RUF001 - Arabic
        ("ar", 7, "\u2068Emma\u2069، \u20687 أماكن\u2069."),
        ("ar", 99, "\u2068Emma\u2069، \u206899 مكانًا\u2069."),
        ("ar", 100, "\u2068Emma\u2069، \u2068100 مكان\u2069."),
    ],
)
async def test_a_language_is_added_by_its_texts(
    make_chat: MakeChat, locale: str, places: int, shown: str
) -> None:
    """Each number has its form; in a language read from right to left each value keeps its own direction, but within addresses."""
    chat = make_chat(**_flows(uk=_texts("uk"), ar=_texts("ar")))
    chat.directory.locale = locale
    await chat.act("messages", {"text": "/start"})
    await chat.deal()
    await chat.press("Go")

    asked = (await chat.messages())[-1]
    (link,) = (one for one in asked["entities"] if one["type"] == "text_link")
    assert link["url"] == f"https://example.org/{chat.user_id}"

    await chat.send(str(places))

    name = asked["text"][link["offset"] :][: link["length"]].strip("\u2068\u2069")
    assert await chat.text() == shown.replace("Emma", name)
    (map_button,) = (await chat.messages())[-1]["buttons"][0]
    assert map_button["url"] == f"https://example.org/{places}"


@pytest.mark.parametrize(
    ("locale", "wrong", "right"),
    [
        ("uk", "few='# місця', ", '"uk" has the form "few", which the plural lacks'),
        ("ar", "two='مكانان', ", '"ar" has the form "two", which the plural lacks'),
    ],
)
def test_every_form_of_a_language_is_there(locale: str, wrong: str, right: str) -> None:
    """A translation that lacks a form of its language is found, at its place."""
    text = _texts(locale)
    assert wrong in text
    flows = _flows(**{locale: text.replace(wrong, "")})
    sources = {Path("flows") / f"{name}.yaml": one for name, one in flows.items()}

    checked = check_flows(Path("flows"), Catalog(()), sources=sources)

    (problem,) = checked.problems
    assert (problem.code, problem.position.path) == ("bad-plural", f"flows/texts/{locale}.yaml")
    assert problem.message.startswith(right)


def test_forms_of_languages() -> None:
    """Round millions, which French and Spanish count otherwise, are not asked for, and may be there."""
    needed, known = forms_of("fr")
    assert (sorted(needed), "many" in known) == (["one", "other"], True)
    assert forms_of("uk")[0] == {"one", "few", "many"}
    assert forms_of("ja")[0] == {"other"}
    assert [len(forms) for forms in forms_of("xx")] == [0, 6]
