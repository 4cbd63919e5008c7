"""Texts of buttons that the client alone is given, of looks and of answers: their translations, and how long they can be."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.problems import Problem

FLOW = """\
flow: visit
version: 1
title: Visit
data: {note: {type: text, max: 100, default: ""}}
steps:
  hello:
    show: Hello
    buttons:
      - {text: Copy, copy: "{{ data.note }} a"}
      - {text: Ask, inline: haircut, to: here}
      - {text: App, web_app: "https://example.com/en"}
      - {text: Log in, login: "https://example.com", forward_text: Log in there}
      - {text: Bye, go: end, toast: Bye.}
      - {text: Who, alert: It is us.}
"""
GERMAN = """\
bot: {messages: {old_button: A, no_access: A, error: A, unknown_input: A, wrong_answer: A, next_page: A, previous_page: A, proceed: A}}
menu: {title: Menü, main: {text: Hallo, buttons: {visit: Besuch}}}
visit:
  title: Besuch
  hello:
    text: Hallo
    buttons: {copy: Kopie, inline: Frage, web_app: App, login: Konto, end: Ende, alert: Wer}
"""


def problems_of(
    catalog: Catalog, base: Mapping[str, str], flow: str = FLOW, german: str | None = None
) -> list[Problem]:
    """Check a flow in a bot of one language, or with German."""
    texts = {**base, "visit.yaml": flow}
    if german is not None:
        texts["bot.yaml"] = base["bot.yaml"].replace("locales: [en]", "locales: [en, de]")
        texts["texts/de.yaml"] = german
    sources = {Path(name): text for name, text in texts.items()}
    return list(check_flows(Path(), catalog, sources=sources).problems)


def test_what_people_read_is_translated_and_the_rest_may_be(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """A language lacks answers and labels; an address, a query and a text to copy it may have of its own."""
    lacking = problems_of(catalog, base_files, german=GERMAN)
    assert [problem.code for problem in lacking] == ["missing-translation"]
    for path in ("end_toast", "alert_alert", "login_forward_text"):
        assert f'"visit.hello.buttons.{path}"' in lacking[0].message

    whole = GERMAN.replace(
        "alert: Wer}",
        "alert: Wer, end_toast: Tschüss., alert_alert: Wir., login_forward_text: Dort, inline_inline: haarschnitt}",
    )
    assert problems_of(catalog, base_files, german=whole) == []


def test_a_translated_query_shows_the_same_values(
    catalog: Catalog, base_files: Mapping[str, str]
) -> None:
    """A text to copy that a language has of its own does not leave out what the original copies."""
    german = GERMAN.replace(
        "alert: Wer}",
        "alert: Wer, end_toast: A, alert_alert: A, login_forward_text: A, copy_copy: nichts}",
    )

    [problem] = problems_of(catalog, base_files, german=german)

    assert problem.code == "stale-translation"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('copy: ""', "bad-value"),
        ("copy: \"{% if data.note == 'a' %}b{% endif %}\"", "empty-text"),
        ("inline: x, to: anybody", "unknown-value"),
        ("copy: x, to: here", "missing-key"),
        ('url: "https://example.com", web_app: "https://example.com"', "conflicting-keys"),
        ("copy: x, save: {note: \"'a'\"}", "conflicting-keys"),
        ("copy: x, toast: Copied.", "conflicting-keys"),
        ("go: end, toast: A, alert: B", "conflicting-keys"),
        ("toast: A, save: {note: \"'a'\"}", "missing-key"),
        ("toast: A, say: B", "missing-key"),
        ("go: end, style: red", "unknown-value"),
        ("go: end, icon: heart", "bad-value"),
        ("go: end, style: [{when: data.note == 'a'}]", "missing-key"),
        ("go: end, style: [{style: danger, when: data.nots == 'a'}]", "unknown-field"),
        ("go: end, style: [{style: danger, when: 1 == 1}]", "always-true"),
        ('login: "https://example.com", bot: "@other"', "bad-value"),
    ],
)
def test_each_slip_has_one_problem(
    catalog: Catalog, base_files: Mapping[str, str], written: str, code: str
) -> None:
    """What a button cannot be told so is told of, once, and nothing follows from it."""
    flow = FLOW + f"      - {{text: Odd, id: odd, {written}}}\n"

    assert [problem.code for problem in problems_of(catalog, base_files, flow)] == [code]
