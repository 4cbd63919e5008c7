"""How long texts can become, counted with the longest value of every type in every language."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.flow.checked import Checked
from engine.flow.extent import LONGEST_FORMAT, Size, format_size

HEAD = "flow: visit\nversion: 1\ntitle: Visit\n"

TEXTS = [
    ("{{ data.note }}", "max: 4096", []),
    ("{{ data.note }}!", "max: 4096", ["too-much-text"]),
    ("<b>{{ data.note }}</b>", "max: 4096", []),
    ("&amp;{{ data.note }}", "max: 4096", ["too-much-text"]),
    ("{% if user.id > 5 %}{{ data.note }}{% else %}Hello{% endif %}", "max: 4096", []),
    ("{{ data.note }}{{ user.locale }}", "max: 4095", ["too-much-text"]),
    ("{{ data.note }}{{ today() | date('full') }}", "max: 4067", []),
    ("{{ data.note }}{{ today() | date('full') }}", "max: 4068", ["too-much-text"]),
    ("{{ data.note }}", "min: 1", []),
]


@pytest.mark.parametrize(("text", "bound", "codes"), TEXTS)
def test_longest_text_is_counted_to_the_unit(
    text: str, bound: str, codes: list[str], check_visit: Callable[[str], Checked]
) -> None:
    """Tags do not count, an entity counts as one, the longer branch and the longest day do."""
    data = f"data: {{note: {{type: text, {bound}, default: ab}}}}\n"

    checked = check_visit(f'{HEAD}{data}steps:\n  a: {{show: "{text}", end: {{}}}}\n')

    assert [problem.code for problem in checked.problems] == codes


def test_what_is_said_above_a_text_counts(check_visit: Callable[[str], Checked]) -> None:
    """A message is the text with what the move to it says, or what a wrong answer is told, and a line between."""
    flow = (
        HEAD + "data: {note: {type: text, max: 4000, default: ab}}\nsteps:\n"
        "  a: {ask: text, max: 4000, text: Note?, save: {note: it}, go: b, say: SAY}\n"
        '  b: {show: "{{ data.note }}", buttons: [{text: Bye, go: end}]}\n'
    )

    fits = check_visit(flow.replace("SAY", "x" * 94))
    exceeds = check_visit(flow.replace("SAY", "x" * 95))

    assert fits.problems == ()
    assert [problem.code for problem in exceeds.problems] == ["too-much-text"]
    assert '4,097 of 4,096 characters in "en": 97 written + "data.note" 4,000' in (
        exceeds.problems[0].message
    )


def test_text_under_media_has_less_room(check_visit: Callable[[str], Checked]) -> None:
    """Telegram takes 1024 units under a photo."""
    flow = (
        HEAD + "data: {note: {type: text, max: MAX, default: ab}}\nsteps:\n"
        '  a: {show: "{{ data.note }}", media: {photo: "https://example.com/a.jpg"}, end: {}}\n'
    )

    assert check_visit(flow.replace("MAX", "1024")).problems == ()
    exceeds = check_visit(flow.replace("MAX", "1025")).problems
    assert [problem.code for problem in exceeds] == ["too-much-text"]


@pytest.mark.parametrize("locale", ["en", "de", "ru", "ar", "pt_BR", "th", "ml", "hu"])
def test_no_format_is_longer_than_is_reckoned_with(locale: str) -> None:
    """The bound by which most texts need no counting holds for every filter and style."""
    filters = [
        f"x | {name}('{style}')" for name in ("date", "datetime") for style in ("full", "short")
    ]
    for written in (*filters, "x | time", "x | money", "x | number", "x | duration", "x | weekday"):
        size = format_size(written, locale, "EUR")
        assert size is not None
        assert 0 < size.most <= LONGEST_FORMAT


@pytest.mark.parametrize("locale", ["xx", "e n", "", "en-US-x-y-z"])
def test_locale_that_is_none_ends_no_measure(locale: str) -> None:
    """A locale that nobody speaks is told at bot.yaml; until then what a filter shows counts as nothing."""
    assert format_size("data.day | weekday", locale, "EUR") == Size(0)


def test_locale_that_is_none_is_one_problem(
    base_files: dict[str, str], check_visit: Callable[..., Checked]
) -> None:
    """A bot in a language that is none, whose labels show days, has that one problem."""
    visit = (
        "flow: visit\nversion: 1\ntitle: Visit\nsteps:\n"
        '  a: {show: A, buttons: [{text: "{{ today() | weekday }} {{ today() | date }}", go: end}]}\n'
    )
    bot = base_files["bot.yaml"].replace("locale: en", "locale: xx").replace("[en]", "[xx]")

    problems = check_visit(visit, **{"bot.yaml": bot}).problems

    assert {Path(one.position.path).name for one in problems} == {"bot.yaml"}
