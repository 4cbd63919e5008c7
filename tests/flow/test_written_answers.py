"""What people write, as values, in English, German, French and where these do not tell enough."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow.answers.pattern import compile_pattern
from engine.flow.answers.sizes import read_size
from engine.flow.answers.written import READERS, read_written
from engine.flow.formats import Formats
from engine.flow.types import Kind, Scalar
from engine.flow.values import to_json

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LOCALES = ("en", "en_GB", "de", "fr", "pl", "ja", "hi", "ar", "pt_BR")


def read(kind: str, locale: str, text: str) -> list[Any]:
    """Return every reading of a text by somebody in Berlin."""
    formats = Formats(locale, ZoneInfo("Europe/Berlin"), "EUR", NOW)
    return list(read_written(Kind(kind), text, formats))


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("en", "1 234", [1234]),
        ("en", "1,234", [1234]),
        ("en", "12.5", []),
        ("en", "5.0", []),
        ("en", "-3", [-3]),
        ("en", "\u22123", [-3]),
        ("en", "+3", [3]),
        ("en", "9" * 30, []),
        ("en", "\u0661\u0662", [12]),
        ("en", "1e5", []),
        ("en", "five", []),
        ("de", "1.234", [1234]),
        ("de", "1,234", []),
        ("fr", "1\u202f234", [1234]),
    ],
)
def test_whole_numbers(locale: str, text: str, readings: list[int]) -> None:
    """Thousands may be grouped as the language does it; nothing is rounded."""
    assert read("int", locale, text) == readings


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("en", "1,234.5", ["1234.5"]),
        ("en", "1.234,5", ["1234.5"]),
        ("en", "12,50", ["12.50"]),
        ("en", "1,234", ["1234"]),
        ("en", "0,125", ["0.125"]),
        ("en", "1,23,456", []),
        ("en", "1.2.3", []),
        ("en", "NaN", []),
        ("en", "", []),
        ("de", "1.234,5", ["1234.5"]),
        ("de", "12.50", ["12.50"]),
        ("de", "1.234", ["1234"]),
        ("de", "1 234,5", ["1234.5"]),
        ("fr", "12,50", ["12.50"]),
        ("fr", "1.234", ["1234", "1.234"]),
        ("hi", "12,34,567.5", ["1234567.5"]),
    ],
)
def test_decimals(locale: str, text: str, readings: list[str]) -> None:
    """Both separators are read where they can be one thing only, else as the language has them."""
    assert read("decimal", locale, text) == [Decimal(one) for one in readings]


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("de", "12,50 €", ["12.50"]),
        ("de", "€12,50", ["12.50"]),
        ("de", "12.50 EUR", ["12.50"]),
        ("de", "12 Euro", ["12"]),
        ("de", "-5 €", ["-5"]),
        ("de", "12,505", []),
        ("de", "$12", []),
        ("de", "12 € und mehr", []),
        ("en", "€1,234.5", ["1234.5"]),
        ("en", "-€5", ["-5"]),
        ("en", "1.234", []),
        ("fr", "12 euros", ["12"]),
        ("fr", "1.234", ["1234"]),
    ],
)
def test_money(locale: str, text: str, readings: list[str]) -> None:
    """An amount is in the bot's currency, with no more places than it has."""
    assert read("money", locale, text) == [Decimal(one) for one in readings]


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("en", "24 Dec 2026", ["2026-12-24"]),
        ("en", "Dec 24", ["2026-12-24"]),
        ("en", "December 24th, 2026", ["2026-12-24"]),
        ("en", "Thursday, 24 December 2026", ["2026-12-24"]),
        ("en", "Friday, 24 December 2026", []),
        ("en", "24 Dec 26", []),
        ("en", "Sept 5", ["2027-09-05"]),
        ("en", "the 5th of May", ["2027-05-05"]),
        ("en", "11/30/2026", ["2026-11-30"]),
        ("en", "24/12", ["2026-12-24"]),
        ("en", "3/4/2026", ["2026-04-03", "2026-03-04"]),
        ("en_US", "3/4/2026", ["2026-03-04"]),
        ("en_GB", "3/4/2026", ["2026-04-03"]),
        ("en", "2026-12-24", ["2026-12-24"]),
        ("en", "2026-02-30", []),
        ("en", "0000-01-01", []),
        ("en", "today", ["2026-11-02"]),
        ("en", "Tomorrow", ["2026-11-03"]),
        ("en", "Friday", ["2026-11-06"]),
        ("en", "on fri.", ["2026-11-06"]),
        ("en", "Sunday", ["2026-11-08"]),
        ("en", "Monday", ["2026-11-02", "2026-11-09"]),
        ("en", "Freitag", []),
        ("en", "Friday or Sunday", []),
        ("de", "Freitag", ["2026-11-06"]),
        ("de", "am Fr.", ["2026-11-06"]),
        ("uk", "п\u2019ятниця", ["2026-11-06"]),
        ("uk", "\u0443 п'ятницю", ["2026-11-06"]),
        ("uk", "в середу", ["2026-11-04"]),
        ("uk", "завтра", ["2026-11-03"]),
        ("fr", "vendredi", ["2026-11-06"]),
        ("en", "5", []),
        ("en", "24 Dec or 25 Dec", []),
        ("de", "24.12.", ["2026-12-24"]),
        ("de", "2.11.", ["2026-11-02"]),
        ("de", "1.11.", ["2027-11-01"]),
        ("de", "24. 12. 2026", ["2026-12-24"]),
        ("de", "24.12.26", ["2026-12-24"]),
        ("de", "24. Dezember", ["2026-12-24"]),
        ("de", "Do, 24. Dez.", ["2026-12-24"]),
        ("de", "morgen", ["2026-11-03"]),
        ("de", "\u00fcbermorgen", ["2026-11-04"]),
        ("de", "tomorrow", []),
        ("de", "29.2.", []),
        ("de", "1.1.60", []),
        ("de", "1.1.80", ["1980-01-01"]),
        ("de", "3.4.2027", ["2027-04-03"]),
        ("fr", "24 d\u00e9c. 2026", ["2026-12-24"]),
        ("fr", "1er janvier", ["2027-01-01"]),
        ("fr", "demain", ["2026-11-03"]),
        ("fr", "24/12/2026", ["2026-12-24"]),
        ("pl", "24 grudnia 2026", ["2026-12-24"]),
        ("ja", "2026/12/24", ["2026-12-24"]),
    ],
)
def test_days(locale: str, text: str, readings: list[str]) -> None:
    """Days are read as the language writes them; English of no country leaves the order of numbers open."""
    assert read("date", locale, text) == [date.fromisoformat(one) for one in readings]


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("en", "15:30", [time(15, 30)]),
        ("en", "3 pm", [time(15)]),
        ("en", "3:30 p.m.", [time(15, 30)]),
        ("en", "12 am", [time(0)]),
        ("en", "12pm", [time(12)]),
        ("en", "3:30", [time(3, 30), time(15, 30)]),
        ("en", "12:30", [time(0, 30), time(12, 30)]),
        ("en", "09:30", [time(9, 30)]),
        ("en", "0:30", [time(0, 30)]),
        ("en", "13 pm", []),
        ("en", "25:00", []),
        ("en", "24:00", []),
        ("de", "9", [time(9)]),
        ("de", "14.30", [time(14, 30)]),
        ("de", "15 Uhr", [time(15)]),
        ("de", "15 Uhr 30", [time(15, 30)]),
        ("de", "1530", []),
        ("fr", "15h30", [time(15, 30)]),
        ("fr", "15 h", [time(15)]),
    ],
)
def test_times(locale: str, text: str, readings: list[time]) -> None:
    """Where a language halves the day, an hour without its half is open."""
    assert read("time", locale, text) == readings


@pytest.mark.parametrize(
    ("locale", "text", "readings"),
    [
        ("en", "tomorrow 3 pm", ["2026-11-03T14:00"]),
        ("en", "24 Dec 2026 at 3 pm", ["2026-12-24T14:00"]),
        ("en", "Friday 6 pm", ["2026-11-06T17:00"]),
        ("en", "Monday at 6 pm", ["2026-11-02T17:00", "2026-11-09T17:00"]),
        ("de", "Freitag um 18 Uhr", ["2026-11-06T17:00"]),
        ("en", "2026-12-24 15:30", ["2026-12-24T14:30"]),
        ("en", "2026-12-24T15:30", ["2026-12-24T14:30"]),
        ("en", "2026-12-24T15:30:00-05:00", ["2026-12-24T20:30"]),
        ("en", "Dec 24", []),
        ("de", "24.12. 15:30", ["2026-12-24T14:30"]),
        ("de", "24.12.2026 um 15 Uhr", ["2026-12-24T14:00"]),
        ("de", "28.03.2027 2:30", []),
        ("de", "31.10.2027 2:30", ["2027-10-31T00:30", "2027-10-31T01:30"]),
        ("fr", "24/12/2026 \u00e0 15h30", ["2026-12-24T14:30"]),
    ],
)
def test_instants(locale: str, text: str, readings: list[str]) -> None:
    """A day and a time are meant where the person is; an hour that clocks repeat is open, one they skip is none."""
    expected = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in readings]
    assert read("datetime", locale, text) == expected


@pytest.mark.parametrize(
    ("locale", "text", "minutes"),
    [
        ("en", "1h30m", 90),
        ("en", "90 min", 90),
        ("en", "1.5 hours", 90),
        ("en", "2 days and 3 hours", 51 * 60),
        ("de", "1 Std. 30 Min.", 90),
        ("de", "1,5 Stunden", 90),
        ("fr", "1 h et 30 min", 90),
        ("fr", "3 jours", 3 * 24 * 60),
        ("en", "1:30", None),
        ("en", "90", None),
        ("en", "1 month", None),
        ("en", "30 min 1 h", None),
        ("en", "99999999999 weeks", None),
    ],
)
def test_durations(locale: str, text: str, minutes: int | None) -> None:
    """Every number has its unit, in the language's words; months have no length."""
    expected = [] if minutes is None else [timedelta(minutes=minutes)]
    assert read("duration", locale, text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        ("phone", "+49 (151) 123-456 78", "+4915112345678"),
        ("phone", "+49 (0)151 12345678", "+4915112345678"),
        ("phone", "0049 151 12345678", "+4915112345678"),
        ("phone", "0151 12345678", None),
        ("phone", "+49 151 12345678 ext 5", None),
        ("email", "a.b@C.Example", "a.b@c.example"),
        ("email", "a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("email", "a b@c.de", None),
        ("email", "a..b@c.de", None),
        ("email", "a@b", None),
        ("text", "  hello ", "hello"),
        ("text", "\ud800x", "\ufffdx"),
        ("text", "\u200b\u2800", None),
    ],
)
def test_texts_and_addresses(kind: str, text: str, answer: str | None) -> None:
    """An address has one spelling, and what shows nothing is no text."""
    assert read(kind, "en", text) == ([] if answer is None else [answer])


@given(kind=st.sampled_from(sorted(READERS)), locale=st.sampled_from(LOCALES), text=st.text())
def test_any_text_is_read_or_not(kind: Kind, locale: str, text: str) -> None:
    """Whatever is written in whichever language, what is read of it can be kept."""
    for answer in read(kind, locale, text):
        to_json(Scalar(kind), answer)


@given(
    day=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    locale=st.sampled_from(("en", "de", "fr", "pl", "pt_BR")),
    style=st.sampled_from(("medium", "long", "full")),
)
def test_days_are_read_as_they_are_shown(day: date, locale: str, style: Any) -> None:
    """A day that the bot wrote can be sent back to it."""
    shown = Formats(locale, UTC, "EUR", NOW).date(day, style)
    assert read("date", locale, shown) == [day]


@given(
    value=st.decimals(-(10**9), 10**9, places=2),
    locale=st.sampled_from(("en", "de", "fr", "pl", "pt_BR", "hi", "ar")),
)
def test_money_is_read_as_it_is_shown(value: Decimal, locale: str) -> None:
    """An amount that the bot wrote can be sent back to it."""
    shown = Formats(locale, UTC, "EUR", NOW).money(value)
    assert read("money", locale, shown.replace("\u200e", "").replace("\u200f", "")) == [value]


def test_patterns_match_whole_texts_in_linear_time() -> None:
    """A pattern that makes other engines stand still answers at once; a line end is a character like any other."""
    assert compile_pattern("[A-Z]{2}[0-9]+")("AB12")
    assert not compile_pattern("[A-Z]{2}[0-9]+")("AB12\n")
    assert not compile_pattern("a|b")("ab")
    assert not compile_pattern("(a+)+(a+)+b")("a" * 4096)


@pytest.mark.parametrize("pattern", ["(a", "a)(b", r"(.)\1", "(?=a)a", "a{1000}{1000}", "*"])
def test_other_patterns_are_refused(pattern: str) -> None:
    """What cannot be matched in linear time, or is no expression at all, is told before it is used."""
    with pytest.raises(ValueError, match="is no regular expression"):
        compile_pattern(pattern)


def test_sizes_are_in_bytes() -> None:
    """Units are powers of a thousand."""
    assert [read_size(one) for one in ("900 B", "500KB", "1.5 MB")] == [900, 500_000, 1_500_000]
    with pytest.raises(ValueError, match='is no size such as "500 KB"'):
        read_size("large")
