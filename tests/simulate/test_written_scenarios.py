"""Scenarios are written so that the reader finds the same lines in them, in the style in which people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.emulator.payments import Provider
from engine.flow.problems import Position
from engine.service.commands.check import catalog_in_use, check_directory
from engine.simulate.contents import FILES, PARTS
from engine.simulate.faults import TelegramFault
from engine.simulate.scenarios.model import (
    At,
    Become,
    Block,
    Calls,
    Delete,
    Ended,
    Forget,
    Line,
    Pay,
    Pick,
    Press,
    Restart,
    See,
    Send,
    SendContent,
    SendPhoto,
    Settle,
    ShareContact,
    ShareLocation,
    Sound,
    Unblock,
    Wait,
)
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.scenarios.write import write_scenarios
from engine.simulate.stage import Given, Someone
from engine.simulate.start import Start
from engine.simulate.stubs import Stub
from tests.simulate.test_chat import ACTIONS, MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.flow.checked import Bot
    from tests.simulate.conftest import MakeSimulator

NOWHERE = Position("", 1, 1)
SHIPPED = Path(__file__).parents[1] / "scenarios"

READ_AS_OTHERS = [
    "9:00 AM",
    "9:30",
    "No",
    "yes",
    ":",
    "-",
    "?",
    "null",
    "~",
    "1",
    "1.5e3",
    "true",
    "a: b",
    "a #b",
    "{x}",
    "[x]",
    "« Other day",
    "Today's",
    '"Yes"',
    "📅 Book",
    "<<",
    "\n---",
    "...",
    "%a",
    "@a",
    "`",
    "&a",
    "*a",
    "!a",
    "2026-11-02",
    "0x1f",
    "a,b",
    "#",
    "=",
    "| x",
    "> x",
    "a:",
    "é",
    "\\n",
    " x ",
    "a\u202fb",
    "\u2028",
    "\t",
    "\x85",
    "\x00",
]
TRICKY = st.sampled_from([*READ_AS_OTHERS, "two\nlines", "end\n", "\n\nx", "a\n  b\n c", "x" * 120])
TEXTS = TRICKY | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
DEGREES = st.floats(-90, 90)
PATTERNS = st.sampled_from(["^Sure", "Pe+r", r"\d: [a-z]", "'\"", ".#"])
ACTS = (
    st.builds(Send, TEXTS)
    | st.builds(Press, text=TEXTS)
    | st.builds(Press, pattern=PATTERNS)
    | st.builds(Press, path=st.sampled_from(["main.note.buttons.sure", "main.sure.buttons.save"]))
    | st.builds(Pick, TEXTS | st.integers(1, 20))
    | st.builds(ShareContact, st.none() | TEXTS)
    | st.builds(ShareLocation, DEGREES, DEGREES)
    | st.builds(SendPhoto, st.just("") | TEXTS)
    | st.builds(SendContent, st.sampled_from([*FILES, *PARTS]))
    | st.builds(SendContent, st.sampled_from(["video", "document"]), TEXTS)
    | st.builds(SendContent, st.just("document"), st.fixed_dictionaries({"file_name": TEXTS}))
    | st.builds(SendContent, st.just("dice"), st.just({"emoji": "🎯", "value": 6}))
    | st.builds(SendContent, st.just("album"), st.just(["photo", "video"]))
    | st.builds(Press, text=TEXTS, share=st.builds(lambda text: {"web_app": text}, TEXTS))
    | st.builds(Pay, st.sampled_from(Provider))
    | st.just(Settle())
    | st.builds(Wait, st.sampled_from(["15m", "1h", "2d"]))
    | st.builds(Press, text=TEXTS, is_old=st.booleans(), is_twice=st.booleans())
    | st.builds(Press, pattern=PATTERNS, is_old=st.just(value=True))
    | st.builds(Pick, st.integers(1, 20), is_twice=st.just(value=True))
    | st.builds(Delete, st.none() | TEXTS)
    | st.sampled_from([Block(), Unblock(), Become("admin"), Restart(), Forget()])
)
CALLING = (
    Send
    | Press
    | Pick
    | ShareContact
    | ShareLocation
    | SendPhoto
    | SendContent
    | Pay
    | Settle
    | Wait
)
FAULTS = st.sampled_from(
    [
        TelegramFault(retry_after=30),
        TelegramFault(error=502, html=True, times=2),
        TelegramFault(cut="after", method="sendMessage"),
    ]
)
LABELS = st.lists(TEXTS, max_size=3).map(tuple)
SIGHTS = st.builds(
    See,
    text=st.none() | TEXTS,
    pattern=st.none() | PATTERNS,
    buttons=LABELS,
    absent=LABELS,
    alert=st.none() | TEXTS,
    media=st.none() | st.sampled_from(["photo", "document"]),
    new=st.none() | st.booleans(),
).filter(lambda see: see != See())
EXPECTATIONS = st.tuples(
    st.none() | SIGHTS,
    st.none() | st.builds(At, st.sampled_from(["main.what", "main.note"])),
    st.none()
    | st.builds(
        Calls,
        st.just({})
        | st.fixed_dictionaries({"things.take": st.dictionaries(st.just("note"), JSON)}),
    ),
    st.none() | st.just(Ended("main")),
    st.none() | st.just(Sound()),
).map(lambda found: tuple((NOWHERE, one) for one in found if one is not None))
LINES = st.builds(
    Line,
    st.just(NOWHERE),
    st.none() | st.sampled_from(["ann", "big_bob"]),
    st.none() | ACTS,
    EXPECTATIONS,
).filter(lambda line: line != Line(NOWHERE)) | st.builds(
    Line,
    st.just(NOWHERE),
    act=ACTS.filter(lambda act: isinstance(act, CALLING)),
    telegram=FAULTS,
)
DATA = st.builds(
    lambda thing, note: {"thing": {"id": thing, "title": note}, "note": note},
    st.integers(0, 999),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
MINUTES = st.integers(0, 10**6).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SOMEBODY = st.builds(Someone, TEXTS, st.none() | st.just("admin"), st.none() | st.just("en"))
GIVENS = st.builds(
    Given,
    now=MINUTES,
    locale=st.none() | st.just("en"),
    people=st.fixed_dictionaries({"ann": SOMEBODY, "big_bob": st.just(Someone("Big bob"))}),
    stubs=st.just({})
    | st.just({"things.take": Stub(outcome="gone", times=2)})
    | st.just({"things.take": Stub(fails=True), "things.list": Stub(result=[])}),
    databases=st.sampled_from([(), ("some",), ("some", "more")]),
    start=st.none() | st.just(Start("main.what")) | st.builds(Start, st.just("main.note"), DATA),
)


@pytest.fixture
def bot(make_simulator: MakeSimulator) -> Bot:
    """Give a small bot."""
    return make_simulator(*ACTIONS, main=MAIN).bot


def _unplaced(lines: Iterable[Line]) -> list[Line]:
    return [
        replace(
            line,
            position=NOWHERE,
            expectations=tuple((NOWHERE, one) for _, one in line.expectations),
        )
        for line in lines
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    names=st.lists(TEXTS, min_size=1, max_size=2, unique=True),
    lines=st.lists(LINES, min_size=1, max_size=4),
    common=GIVENS,
)
def test_what_is_written_is_read_back(
    bot: Bot, names: list[str], lines: list[Line], common: Given
) -> None:
    """Whatever lines say and whoever is given, the file has no problems and says the same."""
    zone = bot.file.time_zone

    written = write_scenarios(dict.fromkeys(names, lines), common, time_zone=zone)

    reader = ScenarioReader(bot, databases=lambda: ("some", "more"))
    read = reader.read("x.yaml", written)
    assert read.problems == (), written
    assert [one.name for one in read.scenarios] == names
    for scenario in read.scenarios:
        assert scenario.given == common
        assert _unplaced(scenario.lines) == lines


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(names=st.lists(TEXTS, min_size=2, max_size=2, unique=True), own=GIVENS)
def test_what_is_given_to_one_is_read_back(bot: Bot, names: list[str], own: Given) -> None:
    """What is given to a scenario of its own is not given to another one."""
    lines = [Line(NOWHERE, act=Send("/main"))]

    written = write_scenarios(
        dict.fromkeys(names, lines), own={names[0]: own}, time_zone=bot.file.time_zone
    )

    read = ScenarioReader(bot, databases=lambda: ("some", "more")).read("x.yaml", written)
    assert read.problems == (), written
    assert [one.given for one in read.scenarios] == [own, Given()]


AS_PEOPLE_WRITE = """\
# yaml-language-server: $schema=../../docs/scenarios.schema.json
given: {time: 2026-12-23 17:00, people: {ann: , bob: {first_name: Bobby, role: admin}}}
scenarios:
  "It is done: and well":
    play:
      - send: /main
        see: Which thing?
      - pick: 9:00 AM
      - pick: "2"
      - {as: bob, press: "No"}
      - as: ann
        press: {path: main.sure.buttons.save}
        see: {text: Done., buttons: [Confirm ✅, Cancel], new: true}
        at: main.note
        data: data.note is None
        called: {things.take: {note: null}}
        ended: main
        rows: {query: things.list(), are: [{id: 1, title: Apple}]}

  Not all goes well:
    play:
      - press: {old: {pattern: ^Sk}}
        twice: true
        telegram: {retry_after: 30}
      - delete: true
      - {as: bob, forget: true}

  Somebody writes at length:
    play:
      - send: |-
          Two lines,

          and a third.
      - see:
          text: A text that is so long that it does not fit beside the buttons of the same message
          buttons: ["One, of several", Another]
        rows: {query: things.list(), are: []}
"""


def test_a_file_looks_as_people_write_it(bot: Bot) -> None:
    """Short groups stand in brackets, texts stand without quotes where they can, and empty lines part scenarios."""
    read = ScenarioReader(bot).read("x.yaml", AS_PEOPLE_WRITE)
    assert read.problems == ()

    lines = {one.name: one.lines for one in read.scenarios}
    written = write_scenarios(lines, read.scenarios[0].given, time_zone=bot.file.time_zone)

    assert written == AS_PEOPLE_WRITE


def test_the_shipped_scenarios_are_written_and_read_back() -> None:
    """Lines of every kind, with expressions and rows, say the same after they were written."""
    checked = check_directory(SHIPPED.parents[1] / "flows", catalog_in_use())
    assert checked.bot is not None
    reader = ScenarioReader(checked.bot)
    for path in SHIPPED.glob("*.yaml"):
        for scenario in reader.read(path.name, path.read_text()).scenarios:
            text = write_scenarios({scenario.name: scenario.lines}, scenario.given)

            (again,) = reader.read("x.yaml", text).scenarios

            assert _unplaced(again.lines) == _unplaced(scenario.lines)


def test_one_line_looks_at_each_thing_once() -> None:
    """Two looks of the same kind are refused, as one of them would be lost."""
    looks = ((NOWHERE, Ended("main")), (NOWHERE, Ended("other")))

    with pytest.raises(ValueError, match='a line has one "ended" at most'):
        write_scenarios({"One": [Line(NOWHERE, expectations=looks)]})
