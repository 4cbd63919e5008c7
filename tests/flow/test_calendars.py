"""What the checker says of calendars, their pages, and what languages call days and months."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dialog.calendar_pages import Page, Scope, Span, read_page
from engine.flow.calendar_names import first_weekday, month_name, month_title, weekday_heads
from engine.flow.check import check_flows
from tests.flow.conftest import CATALOG

BOT = """\
bot: salon
locale: en
locales: [en%s]
roles: [client]
home: visit
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}
"""
FLOW = """\
flow: visit
version: 1
title: Visit
data: {day: {type: date, optional: true}}
steps:
  ask:
    ask: %s
    text: "Which?"
    %s
    go: end
"""


def problems_of(keys: str, *, word: str = "date", texts: str = "") -> list[str]:
    """Check a flow that asks for a day."""
    save = "" if "save" in keys else "\n    save: {day: it}" if word == "date" else "\n    save: {}"
    sources = {
        Path("flows/bot.yaml"): BOT % (", de" if texts else ""),
        Path("flows/visit.yaml"): FLOW % (word, keys + save),
    }
    if texts:
        sources[Path("flows/texts/de.yaml")] = texts
    checked = check_flows(Path("flows"), CATALOG, sources=sources)
    return [f"{problem.message} [{problem.code}]" for problem in checked.problems]


def test_a_calendar_needs_nothing() -> None:
    """A calendar without a key is a whole one."""
    assert problems_of("calendar: {}") == []


def test_a_calendar_is_for_days() -> None:
    """Only a question for a day has a calendar."""
    assert problems_of("calendar: {}", word="phone") == [
        '"calendar" says nothing of an answer of type "phone"; remove it, or ask for "date", "datetime" [misplaced-key]'
    ]


@pytest.mark.parametrize(
    ("calendar", "problem"),
    [
        ("{first: someday}", "first"),
        ("{opens: 1}", "int"),
        ("{marked: it}", "date"),
        ("{marked: day == today()}", "day"),
        ("{months: {columns: 9}}", "9"),
        ("{years: {page: 0}}", "0"),
        ("{texts: {}}", "texts"),
        ("{texts: {days: x}}", "days"),
        ('{texts: {day: "{{ it }}"}}', "it | date"),
        ('{texts: {day: ""}}', "day"),
        ("{mark: '123456789'}", "mark"),
    ],
)
def test_mistakes_in_a_calendar_are_told(calendar: str, problem: str) -> None:
    """Each key of a calendar is of its type, and says so when it is not."""
    told = problems_of(f"calendar: {calendar}")
    assert len(told) == 1
    assert problem in told[0]


@pytest.mark.parametrize(
    ("picker", "problem"),
    [
        ("{step: 7m}", "7m"),
        ("{hour_columns: 9}", "9"),
        ('{done: ""}', "done"),
        ('{done: "At {{ hour }}"}', "hour"),
        ('{texts: {hour: "{{ it | date }}"}}', "time"),
    ],
)
def test_mistakes_in_a_picker_are_told(picker: str, problem: str) -> None:
    """Each key of a picker is of its type, and says so when it is not."""
    told = problems_of(f"picker: {picker}", word="time")
    assert len(told) == 1
    assert problem in told[0]


def test_a_picker_is_for_times() -> None:
    """Only a question for a time has a picker, which counts among the buttons with all its minutes."""
    assert problems_of("picker: {}", word="date") == [
        '"picker" says nothing of an answer of type "date"; remove it, or ask for "datetime", "time" [misplaced-key]'
    ]
    lines = ", ".join(f"{{text: B, go: end, id: b{number}}}" for number in range(15))
    told = problems_of(f"picker: {{step: 1m}}\n    buttons: [{lines}]", word="time")
    assert "86 of the picker + 15 of its own" in told[0]


def test_a_calendar_counts_among_the_buttons() -> None:
    """A keyboard with a calendar is within what Telegram shows, whichever page is open."""
    lines = ", ".join(f"{{text: B, go: end, id: b{number}}}" for number in range(48))
    told = problems_of(f"calendar: {{}}\n    buttons: [{lines}]")
    message = (
        'step "ask" can have 101 buttons: 53 of the calendar + 48 of its own; '
        "Telegram shows at most 100 [too-many-buttons]"
    )
    assert told == [message]
    assert problems_of("calendar: {years: {page: 80, columns: 8}}") == []


def test_texts_of_a_calendar_are_translated() -> None:
    """A label of a calendar has a path, under which it is found missing."""
    keys = 'calendar: {texts: {closed: "shut"}}'
    texts = 'visit: {title: Besuch, ask: {text: "Wann?"%s}}\nbot: {messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H}}\n'
    assert problems_of(keys, texts=texts % "") != []
    assert "visit.ask.calendar.closed" in problems_of(keys, texts=texts % "")[0]
    assert problems_of(keys, texts=texts % ', calendar: {closed: "zu"}') == []


@given(st.dates(), st.integers(0, 6), st.dates(), st.dates())
def test_every_day_stands_once_in_its_month(day: date, first: int, one: date, other: date) -> None:
    """A page of days has each day of the month that is in the span, in its place, and no empty week."""
    span = Span.of(min(one, other), max(one, other), 20)
    page = span.page_of(day)
    weeks = list(span.weeks(page, first))
    assert all(len(week) == 7 and any(week) for week in weeks)
    for week in weeks:
        for at, shown in enumerate(week):
            assert shown is None or (first + at) % 7 == shown.weekday()
    shown_days = [shown for week in weeks for shown in week if shown]
    begin = page.first
    whole = [begin + timedelta(days=n) for n in range(31) if begin.toordinal() + n <= 3652059]
    assert shown_days == [
        one for one in whole if one.month == begin.month and span.low <= one <= span.high
    ]


@given(st.sampled_from(Scope), st.dates(), st.dates(), st.dates(), st.integers(1, 80))
def test_arrows_lead_to_pages_that_there_are(
    scope: Scope, day: date, one: date, other: date, years: int
) -> None:
    """Every way from a page of the calendar is a page of it, and back again for days and months."""
    span = Span.of(min(one, other), max(one, other), years)
    page = span.page_of(day)
    while page.scope is not scope:
        assert page.above is not None
        page = page.above
    assert span.has(page)
    assert read_page(page.code) == page
    for there, back in ((span.before, span.after), (span.after, span.before)):
        next_page = there(page)
        if next_page is not None:
            assert span.has(next_page)
            assert scope is Scope.YEARS or back(next_page) == page


def test_bounds_that_leave_nothing_show_one_day() -> None:
    """Where the last day is before the first, the calendar has the first alone, of which none is offered."""
    span = Span.of(date(2026, 11, 2), date(2026, 10, 1), 20)
    assert span.page_of(date(2026, 1, 1)) == Page(Scope.DAYS, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("locale", "first"), [("de", 0), ("en", 0), ("en_US", 6), ("ar", 5), ("fa", 5), ("pt-BR", 6)]
)
def test_weeks_begin_as_people_count(locale: str, first: int) -> None:
    """The first day of a week is that of the country, or of the one where most people speak the language."""
    assert first_weekday(locale) == first


def test_names_are_short_enough_for_a_column() -> None:
    """Names of weekdays have three letters at most, or are those that a language has for narrow places."""
    assert weekday_heads("de") == ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    assert weekday_heads("ar") == ("ن", "ث", "ر", "خ", "ج", "س", "ح")
    assert month_name(11, "ru") == "ноябрь"
    assert month_name(11, "fr_CA", is_short=True) == "nov."
    assert month_title(date(2026, 11, 1), "ja") == "2026年11月"


def test_languages_keep_their_names_apart() -> None:
    """A month is named in its own language also after one was that Babel keeps in the same place."""
    code = (
        "from engine.flow.calendar_names import month_name as name;"
        "from engine.flow.answers.days import _months as known;"
        "known('he'); print(name(11, 'he'), name(11, 'fr'), 'נובמבר' in known('fr_CA'))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["נובמבר", "novembre", "False"]


@pytest.mark.parametrize(
    ("keys", "word", "problem"),
    [
        ("calendar: {}", "datetime", '"calendar" alone makes no answer of type "datetime"; add "picker: {}"'),
        ("picker: {}", "datetime", '"picker" alone makes no answer of type "datetime"; add "calendar: {}"'),
        ('picker: {texts: {day: "x"}}', "time", '"day" says nothing of a picker for an answer of type "time", which has no day; remove it'),
        ("calendar: {}\n    picker: {step: 1m, texts: {day: '{{ it | time }}'}}", "datetime", "date"),
        ("calendar: {}\n    picker: {texts: {hour: '{{ it | nothing }}'}}", "datetime", "nothing"),
        ("calendar: {years: {page: 80, columns: 8}}\n    picker: {step: 1m}", "datetime", ""),
        ("calendar: {mark: {text: '!', style: [{style: danger, when: it}]}}", "date", "date"),
    ],
)  # fmt: skip
def test_a_day_and_a_time_belong_together(keys: str, word: str, problem: str) -> None:
    """A question for an instant offers both or none; of their buttons only one kind is shown at once, and labels are typed by what they stand for."""
    told = problems_of(keys, word=word)
    assert len(told) == (1 if problem else 0), told
    assert all(problem in one for one in told)
