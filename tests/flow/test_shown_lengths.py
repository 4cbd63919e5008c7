"""How long a value is when a filter shows it: short enough to be saved where a text is bounded."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel.localedata import locale_identifiers

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.expression.functions import FILTERS
from engine.flow.formats import Formats
from engine.flow.problems import render_problems

BOT = """\
bot: salon
locale: en
locales: [en]
roles: [client]
home: home
time_zone: UTC
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
"""
HOME = """\
flow: home
version: 1
title: Home
data:
  people: {type: int, default: 2}
  note: {type: text, max: 500, default: None so far}
steps:
  one:
    show: "{{ data.note }}"
    buttons:
      - {text: On, go: one, save: {note: "'For ' + (data.people | number) + ' on ' + (today() | date)"}}
"""
NOW = datetime(2026, 9, 23, 22, 58, tzinfo=UTC)
VALUES = {
    "date": (date(2026, 9, 23), "full"),
    "time": (NOW, "full"),
    "datetime": (NOW, "full"),
    "weekday": (NOW,),
    "money": (Decimal("-999999999999999.99"),),
    "number": (-(2**63), 12),
    "duration": (-timedelta(days=99_999_999, hours=23, minutes=59),),
}


def test_number_in_a_text_is_bounded(catalog: Catalog) -> None:
    """What numbers and days look like can be saved in a text with a bound."""
    sources = {Path("bot.yaml"): BOT, Path("home.yaml"): HOME}

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert render_problems(problems, "text", sources) == ""


@pytest.mark.parametrize("name", VALUES)
def test_shown_values_are_as_short_as_is_said(name: str) -> None:
    """No locale shows the longest of a kind in more characters than the checker counts on."""
    bound = FILTERS[name].range([]).high  # type: ignore[misc] # each of these has a range
    value, *style = VALUES[name]
    shown = [
        FILTERS[name].run(Formats(locale, UTC, "EUR", NOW), value, *style)
        for locale in locale_identifiers()[::7]
    ]

    assert bound is not None
    assert max(map(len, shown)) <= bound
