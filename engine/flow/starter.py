"""A flow to begin with: it asks, judges the answer, decides, confirms and ends, with comments that teach.

It knows the texts in the languages that it was written in, and nothing of files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLOW: Final = """\
# yaml-language-server: $schema=../docs/flow.schema.json
# A flow is one conversation: data that it remembers, and steps joined by moves. `usher check` tells every mistake,
# `usher graph @name@` draws it. docs/writing-flows.md teaches the rest.
flow: @name@
version: 1  # counts releases; people may stand in the flow while you change it
title: "@title@"
@start@data:
  # Saved answers, with their types and bounds; the checker proves that nothing is read before it is set.
  name: {type: text, min: 1, max: 40}
  people: {type: int, min: 1, max: 20}

steps:
  # The first step is where the flow begins. `ask` waits for an answer, which `save` keeps; then comes the next step.
  name:
    ask: text
    text: "@ask_name@"
    max: 40
    invalid: "@bad_name@"
    save: {name: it}
    buttons:
      - {text: "@stop@", go: end}

  # What is no such answer is asked again, with the texts of `invalid` one after another; `give_up` ends that.
  people:
    ask: int
    text: "@ask_people@"
    min: 1
    max: 20
    invalid: ["@bad_people@", "@worse_people@"]
    save: {people: it}
    give_up: {after: 3, go: end, say: "@gave_up@"}

  # `decide` shows nothing: the first condition that holds gives the move.
  size:
    decide:
      - {when: data.people > 6, go: many}
      - {else: confirm}

  many:
    show: "@many@"
    buttons:
      - {text: "@go_on@", go: confirm}
      - {text: "@change@", go: people}

  # Each button leads to a step, or to `end`; `say` is shown above what comes next.
  confirm:
    show: |-
      @confirm@
    buttons:
      - [{text: "@right@", go: done}, {text: "@change@", go: name}]
      - {text: "@stop@", go: end, say: "@nothing@"}

  # A `show` with `end` is the last word. To do something first, put a step with `do` and a command before it.
  done:
    show: "@done@"
    end: {}

# Wherever the person stands: a command that leads somewhere, and what happens when something breaks.
anytime:
  /cancel: {go: end, say: "@nothing@"}
  error: {go: end, say: "@broke@"}
"""
_TEXTS: Final = """\
@name@:
  title: "@title@"
  name:
    text: "@ask_name@"
    invalid: "@bad_name@"
    buttons: {end: "@stop@"}
  people:
    text: "@ask_people@"
    invalid: ["@bad_people@", "@worse_people@"]
    give_up: "@gave_up@"
  many:
    text: "@many@"
    buttons: {confirm: "@go_on@", people: "@change@"}
  confirm:
    text: |-
      @confirm@
    buttons: {done: "@right@", name: "@change@", end: "@stop@", end_say: "@nothing@"}
  done:
    text: "@done@"
  anytime:
    /cancel: "@nothing@"
    error: "@broke@"
"""
_SCENARIOS: Final = """\
# yaml-language-server: $schema=../../docs/scenarios.schema.json
# A scenario is a conversation that is played as a test, named for the truth that it protects: `pytest tests/scenarios`.
# docs/testing.md tells what else can be done and looked at.
scenarios:
  What is answered in @name@ is kept to its end:
    play:
      - send: /@name@
        at: @name@.name
      - send: Ada
        at: @name@.people
      - send: "7"
        at: @name@.many
      # A button by the path of its text, which is the same in every language.
      - press: {path: @name@.many.buttons.confirm}
        at: @name@.confirm
        data: data.name == 'Ada' and data.people == 7
      - press: {path: @name@.confirm.buttons.done}
        ended: @name@

  Who does not answer @name@ is let go after three tries:
    play:
      - send: /@name@
      - send: Ada
      - send: none
      - send: "21"
        at: @name@.people
      - send: none
        ended: @name@

  Whoever cancels @name@ has kept nothing:
    play:
      - send: /@name@
      - send: Ada
      - send: /cancel
        called: {}
        ended: @name@
"""
_ENGLISH: Final = {
    "ask_name": "What is your name?",
    "bad_name": "Please write a name of at most 40 characters.",
    "ask_people": "For how many people, {{ data.name }}?",
    "bad_people": "Please write a number from 1 to 20.",
    "worse_people": "Only a number, such as 2.",
    "gave_up": "Let us leave it for now.",
    "many": "<b>{{ data.people }}</b> people are many. Is that right?",
    "go_on": "Yes",
    "change": "Change it",
    "confirm": "{{ data.name }}, {{ data.people | plural(one='one person', other='# people') }}.\n"
    "      Is everything right?",
    "right": "Yes",
    "stop": "Stop",
    "nothing": "Nothing was kept.",
    "done": "Thank you, {{ data.name }}!",
    "broke": "Something broke; please try again.",
}
_GERMAN: Final = {
    "ask_name": "Wie heißen Sie?",
    "bad_name": "Bitte schreiben Sie einen Namen mit höchstens 40 Zeichen.",
    "ask_people": "Für wie viele Personen, {{ data.name }}?",
    "bad_people": "Bitte schreiben Sie eine Zahl von 1 bis 20.",
    "worse_people": "Nur eine Zahl, etwa 2.",
    "gave_up": "Lassen wir es für heute.",
    "many": "<b>{{ data.people }}</b> Personen sind viele. Stimmt das?",
    "go_on": "Ja",
    "change": "Ändern",
    "confirm": "{{ data.name }}, {{ data.people | plural(one='eine Person', other='# Personen') }}.\n"
    "      Stimmt alles?",
    "right": "Ja",
    "stop": "Abbrechen",
    "nothing": "Es wurde nichts gespeichert.",
    "done": "Vielen Dank, {{ data.name }}!",
    "broke": "Etwas ging schief; bitte versuchen Sie es noch einmal.",
}
_UKRAINIAN: Final = {
    "ask_name": "Як вас звати?",
    "bad_name": "Будь ласка, напишіть ім’я, не довше 40 знаків.",
    "ask_people": "На скількох людей, {{ data.name }}?",
    "bad_people": "Будь ласка, напишіть число від 1 до 20.",
    "worse_people": "Лише число, наприклад 2.",
    "gave_up": "Відкладімо це поки що.",
    "many": "<b>{{ data.people }}</b> людей — це багато. Усе правильно?",
    "go_on": "Так",
    "change": "Змінити",
    "confirm": "{{ data.name }}, {{ data.people | plural(one='# людина', few='# людини', many='# людей', other='# людини') }}.\n"
    "      Усе правильно?",
    "right": "Так",
    "stop": "Зупинити",
    "nothing": "Нічого не збережено.",
    "done": "Дякуємо, {{ data.name }}!",
    "broke": "Щось пішло не так; будь ласка, спробуйте ще раз.",
}
_LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "uk": _UKRAINIAN,
}


def speaks(locale: str) -> bool:
    """Tell whether the texts are there in the language of a locale."""
    return _language(locale) in _LANGUAGES


def starter_flow(name: str, locale: str, *, command: bool) -> str:
    """Write the flow in the language of a locale, in English where it is not there; `command` lets /name begin it."""
    texts = _LANGUAGES.get(_language(locale), _ENGLISH)
    start = f"start: [/{name}]\n" if command else ""
    return _filled(_FLOW.replace("@start@", start), name, texts)


def starter_texts(name: str, locale: str) -> str:
    """Write the translations of the flow into a language that it speaks."""
    return _filled(_TEXTS, name, _LANGUAGES[_language(locale)])


def starter_scenarios(name: str) -> str:
    """Write scenarios that the flow passes in any language, when /name begins it."""
    return _SCENARIOS.replace("@name@", name)


def _language(locale: str) -> str:
    return locale.partition("_")[0]


def _filled(template: str, name: str, texts: Mapping[str, str]) -> str:
    title = name.replace("_", " ").capitalize()
    for key, text in {**texts, "name": name, "title": title}.items():
        template = template.replace(f"@{key}@", text)
    return template
