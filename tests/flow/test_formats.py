from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.flow.formats import Formats

NOW = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
ENGLISH = Formats("en", ZoneInfo("Europe/Berlin"), "EUR", NOW)
GERMAN = Formats("de", ZoneInfo("Europe/Berlin"), "EUR", NOW)


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_today_is_the_day_where_the_user_is() -> None:
    """Half an hour before midnight in UTC it is tomorrow in Berlin."""
    assert ENGLISH.today() == date(2027, 3, 28)


def test_instants_are_shown_in_the_time_zone() -> None:
    """An instant shows the day and the time that the clock on the wall shows, on either side of a change."""
    before, after = datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(
        2027, 3, 28, 1, 30, tzinfo=UTC
    )

    assert GERMAN.time(before) == "01:30"
    assert GERMAN.time(after) == "03:30"
    assert GERMAN.date(NOW) == "28.03.2027"
    assert GERMAN.weekday(NOW) == "Sonntag"
    assert GERMAN.datetime(NOW) == "28.03.27, 00:30"


def test_the_repeated_hour_is_told_apart() -> None:
    """Where clocks go back one time stands for two instants, so its offset is shown."""
    first, second = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(
        2027, 10, 31, 1, 30, tzinfo=UTC
    )

    assert GERMAN.time(first) == "02:30 (UTC+2)"
    assert GERMAN.time(second) == "02:30 (UTC+1)"
    assert GERMAN.time(datetime(2027, 10, 31, 2, 30, tzinfo=UTC)) == "03:30"


def test_a_time_of_day_stands_on_no_day() -> None:
    """Opening hours are wall-clock times that no zone moves."""
    assert GERMAN.time(time(9, 0)) == "09:00"
    assert _plain(ENGLISH.time(time(21, 15))) == "9:15 PM"


def test_styles_choose_the_length() -> None:
    """A style makes a day shorter or longer."""
    day = date(2027, 3, 28)

    assert ENGLISH.date(day, "short") == "3/28/27"
    assert ENGLISH.date(day, "full") == "Sunday, March 28, 2027"
    assert ENGLISH.date(day, "near") == "Mar 28"
    assert GERMAN.date(day, "near") == "28. März"
    assert ENGLISH.date(date(2028, 1, 2), "near") == "Jan 2, 2028"
    assert ENGLISH.weekday(day, "short") == "Sun"


def test_money_and_numbers_follow_the_locale() -> None:
    """Amounts carry the bot's currency, numbers the locale's separators."""
    assert ENGLISH.money(Decimal("12.5")) == "€12.50"
    assert _plain(GERMAN.money(Decimal("1234.5"))) == "1.234,50 €"
    assert GERMAN.number(1234567) == "1.234.567"
    assert GERMAN.number(Decimal("1.5"), 2) == "1,50"
    assert GERMAN.number(Decimal("1.5"), 0) == "2"


def test_what_is_shown_is_rounded_as_at_a_till() -> None:
    """Half a cent is a cent, as `round` has it, so that what is shown is what was computed."""
    assert ENGLISH.number(Decimal("11.25"), 1) == "11.3"
    assert ENGLISH.money(Decimal("212.625")) == "€212.63"


def test_durations_are_said_in_days_hours_and_minutes() -> None:
    """A duration shows the units it has."""
    assert ENGLISH.duration(timedelta(minutes=90)) == "1 hr 30 min"
    assert ENGLISH.duration(timedelta(days=2)) == "2 days"
    assert ENGLISH.duration(timedelta(seconds=5)) == "0 min"
    assert ENGLISH.duration(timedelta(minutes=-15)) == "-15 min"


@pytest.mark.parametrize(
    ("locale", "count", "chosen"),
    [("en", 1, "one"), ("en", 2, "other"), ("ru", 3, "few"), ("ru", 5, "many"), ("de", 3, "other")],
)
def test_plurals_follow_the_locale(locale: str, count: int, chosen: str) -> None:
    """The locale's own rule chooses the form."""
    formats = Formats(locale, UTC, "EUR", NOW)
    forms = {form: form for form in ("one", "few", "many", "other")}

    assert formats.plural(count, forms) == chosen
    assert formats.plural(count, {"other": "x"}) == "x"


def test_a_plural_shows_its_number_as_the_locale_writes_it() -> None:
    """A `#` in the form that is chosen is the number."""
    forms = {"one": "one visit", "other": "# visits, # in all"}

    assert ENGLISH.plural(1, forms) == "one visit"
    assert ENGLISH.plural(1200, forms) == "1,200 visits, 1,200 in all"


def test_the_ends_of_time_are_shown() -> None:
    """An instant that the zone cannot hold is shown in UTC rather than failing."""
    assert GERMAN.date(datetime.max.replace(tzinfo=UTC)) == "31.12.9999"
