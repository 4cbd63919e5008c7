"""The bot's own sentences and their translations are checked like the texts of flows."""

from collections.abc import Mapping
from pathlib import Path

from engine.actions import Catalog
from engine.flow.check import check_flows

LIST = """\
flow: visit
version: 1
title: Visit
data: {services: {type: "list[Service]", default: []}}
steps:
  services:
    choose: services.list()
    text: Which?
    button: "{{ item.title }}"
    many: {min: 1, done: Go on}
    save: {services: items}
    empty: {text: There are none., go: end}
    go: end
"""
GERMAN = """\
bot:
  messages: {old_button: Alt., no_access: Nein., error: Fehler., unknown_input: Was?, wrong_answer: Nicht das.,
    next_page: Mehr, previous_page: Zurück, proceed: Weiter, too_few: Mehr!}
menu: {title: Menü, main: {text: Hallo, buttons: {visit: Besuch}}}
visit:
  title: Besuch
  services: {text: Welche?, button: "{{ item.title }}", done: Weiter, empty: Es gibt keine.}
"""


def _check(catalog: Catalog, sources: Mapping[str, str]) -> list[str]:
    texts = {Path(name): text for name, text in sources.items()}
    return [str(problem.code) for problem in check_flows(Path(), catalog, sources=texts).problems]


def test_sentence_of_the_bot_is_translated_with_its_values(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """A translated sentence of the bot that leaves out a value of its original is stale."""
    bot = base_files["bot.yaml"].replace("[en]", "[en, de]")
    bot = bot.replace("proceed: On}", 'proceed: On, too_few: "At least {{ min }}."}')
    sources = {**base_files, "bot.yaml": bot, "visit.yaml": LIST, "texts/de.yaml": GERMAN}

    assert _check(catalog, sources) == ["stale-translation"]
    right = {**sources, "texts/de.yaml": GERMAN.replace("Mehr!", '"Mindestens {{ min }}."')}
    assert _check(catalog, right) == []


def test_sentence_of_the_bot_fits_where_it_is_shown(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """An answer to a press has at most 200 units, and a label 64, in the sentences of the bot, too."""
    bot = base_files["bot.yaml"].replace("Old.", "o" * 201).replace("More", "m" * 65)

    assert _check(catalog, {**base_files, "bot.yaml": bot}) == ["too-long", "too-long"]
    fitting = bot.replace("o" * 201, "o" * 200).replace("m" * 65, "m" * 64)
    assert _check(catalog, {**base_files, "bot.yaml": fitting}) == []
