"""What becomes of people in older versions: what is foretold of two versions is what happens to whoever stands there."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions import Catalog
from engine.dialog.bring_along import bring_along, split_state
from engine.flow.check import check_flows
from engine.flow.checked import Bot
from engine.flow.foretell import Cause, Foretold, foretell, surely_fits
from engine.flow.types import INT, TEXT, Choice, Kind, ListOf, Maybe, Record, Scalar, Type
from engine.flow.upgrade import Fate, trace
from engine.flow.values import from_json
from tests.flow.conftest import BASE

NAMES = ("a", "b", "c", "d")
STEPS = ("one", "two", "three", "four")
KINDS = {
    "int": "{type: int, optional: true}",
    "small": "{type: int, optional: true, max: 5}",
    "text": "{type: text, optional: true}",
    "given": "{type: int, default: 1}",
    "needed": "int",
}
ASKED = {"int": "int", "small": "int", "text": "text", "given": "int", "needed": "int"}
VALUES: Mapping[str, Any] = {"int": 7, "small": 3, "text": "x", "given": 4, "needed": 9}


@st.composite
def _flows(draw: st.DrawFn) -> dict[str, Any]:
    """Give a flow as its names, types and steps in order: each step asks for a name, shows one, or is passed by a skip."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    types = {name: draw(st.sampled_from(sorted(KINDS))) for name in names}
    steps = draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4, unique=True))
    saved = {step: draw(st.sampled_from([None, *names])) for step in steps}
    skips = {step: draw(st.booleans()) for step in steps[:-1]}
    return {"types": types, "steps": steps, "saved": saved, "skips": skips}


def _write(flow: Mapping[str, Any], version: int, upgrade: str = "") -> str:
    lines = ["flow: visit", f"version: {version}", "title: Visit", "start: [/visit]", "data:"]
    lines += [f"  {name}: {KINDS[kind]}" for name, kind in flow["types"].items()]
    lines.append("steps:")
    steps = flow["steps"]
    for step, after in zip(steps, [*steps[1:], "end"], strict=True):
        name = flow["saved"][step]
        if name is None:
            buttons = [f"{{text: On, go: {after}}}"]
            buttons += ["{text: Leave, id: leave, go: end}"] * (after != "end")
            lines.append(f"  {step}: {{show: Here, buttons: [{', '.join(buttons)}]}}")
            continue
        kind = flow["types"][name]
        most = ", max: 5" if kind == "small" else ", max: 100" if kind == "text" else ""
        skip = flow["skips"].get(step)
        aside = f", buttons: [{{text: Skip, id: skip, go: {after}}}]" if skip else ""
        lines.append(
            f"  {step}: {{ask: {ASKED[kind]}{most}, text: What?, save: {{{name}: it}}, go: {after}{aside}}}"
        )
    return "\n".join(lines) + "\n" + upgrade


def _check(text: str) -> Bot | None:
    sources = {Path(name): source for name, source in {**BASE, "visit.yaml": text}.items()}
    return check_flows(Path(), Catalog([]), sources=sources).bot


def _ways(flow: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Give each step with what somebody may have there: every way to it, with and without what can be skipped."""
    found: list[tuple[str, dict[str, Any]]] = []
    known: list[dict[str, Any]] = [{}]
    for step in flow["steps"]:
        found += [(step, data) for data in known]
        name = flow["saved"][step]
        if name is None:
            continue
        saved = [{**data, name: VALUES[flow["types"][name]]} for data in known]
        known = [*saved, *known] if flow["skips"].get(step) else saved
    return found


def _upgrade(draw: st.DrawFn, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Write what may have been renamed between two flows, as far as it can be."""
    gone = [step for step in old["steps"] if step not in new["steps"]]
    steps = {step: draw(st.sampled_from([*new["steps"], "end"])) for step in gone}
    steps = {step: to for step, to in steps.items() if draw(st.booleans())}
    lost = [name for name in old["types"] if name not in new["types"]]
    fresh = [name for name in new["types"] if name not in old["types"]]
    data = dict(zip(lost, fresh, strict=False)) if draw(st.booleans()) else {}
    restart = [step for step in old["steps"] if step not in steps and draw(st.integers(0, 5)) == 0]
    parts = []
    if steps:
        parts.append("steps: {" + ", ".join(f"{a}: {b}" for a, b in steps.items()) + "}")
    if data:
        parts.append("data: {" + ", ".join(f"{a}: {b}" for a, b in data.items()) + "}")
    if restart:
        parts.append("restart: [" + ", ".join(restart) + "]")
    return f"upgrade: {{from 1: {{{', '.join(parts)}}}}}\n" if parts else ""


@given(st.data())
def test_what_is_foretold_is_what_happens(data: st.DataObject) -> None:
    """Of random pairs of versions, everybody at each step fares as was foretold; who is surely to stay does stay."""
    old, new = data.draw(_flows()), data.draw(_flows())
    upgrade = data.draw(st.composite(_upgrade)(old, new))
    version = data.draw(st.sampled_from([1, 2]))
    before = _check(_write(old, 1))
    after = _check(_write(new, version, upgrade if version > 1 else ""))
    if before is None or after is None:
        return
    told = {
        one.step: one
        for one in foretell(before.flows, after.flows, after.file.gone)
        if one.flow == "visit"
    }
    for step, values in _ways(old):
        fate, place = _play(after, step, values)
        one = told[step]
        expected = {(one.landing.fate, one.landing.step), (one.otherwise.fate, one.otherwise.step)}
        assert (fate, place) in expected, (step, values, one)
        if one.is_sure:
            assert len(expected) == 1


def _play(bot: Bot, step: str, values: Mapping[str, Any]) -> tuple[Fate, str]:
    kept = [{"id": "k", "state": f"visit@1:{step}", "data": values, "start": None, "widgets": {}}]
    brought = bring_along(bot, kept, may_be_newer=False, is_written=lambda _: False)
    if not brought.open:
        return Fate.LEAVES, ""
    place = split_state(brought.open[0]["state"])[2]
    if brought.is_cut:
        return Fate.RESTARTS, place
    return (Fate.STAYS if place == step else Fate.MOVED), place


OLD = """\
flow: visit
version: 1
title: Visit
start: [/visit]
data: {party: {type: int, optional: true}, note: {type: text, optional: true}}
steps:
  hello: {show: Hello, buttons: [{text: On, go: people}]}
  people: {ask: int, text: How many?, save: {party: it}, buttons: [{text: Skip, id: skip, go: sure}]}
  sure: {show: Sure?, buttons: [{text: "Yes", go: end}]}
"""


def _told(old: str, new: str, **files: str) -> dict[str, Foretold]:
    before, after = _check(old), None
    sources = {Path(name): text for name, text in {**BASE, "visit.yaml": new, **files}.items()}
    after = check_flows(Path(), Catalog([]), sources=sources).bot
    assert before is not None
    assert after is not None
    told = foretell(before.flows, after.flows, after.file.gone)
    return {one.step: one for one in told if one.flow == "visit"}


def test_the_same_flow_keeps_everybody() -> None:
    """Nothing that did not change moves anybody."""
    told = _told(OLD, OLD)

    assert {one.landing.fate for one in told.values()} == {Fate.STAYS}


def test_who_may_lack_something_is_told() -> None:
    """Where some have what a step needs now and some do not, it is said who fares how."""
    new = OLD.replace(", buttons: [{text: Skip, id: skip, go: sure}]", "").replace(
        "version: 1", "version: 2"
    )
    told = _told(OLD, new)["sure"]

    assert (told.landing.fate, told.landing.lacks, told.cause) == (
        Fate.RESTARTS,
        ("data.party",),
        Cause.LACKS,
    )
    assert told.otherwise.fate is Fate.STAYS
    assert not told.is_sure
    assert told.is_stranded


def test_restart_says_that_it_is_meant() -> None:
    """People who begin anew because `restart` says so are not stranded."""
    new = OLD.replace("  sure:", "  certain:").replace("go: sure", "go: certain")
    new = new.replace("version: 1", "version: 2")
    assert _told(OLD, new)["sure"].is_stranded

    told = _told(OLD, new + "upgrade: {from 1: {restart: [sure]}}\n")["sure"]

    assert (told.landing.fate, told.landing.step) == (Fate.RESTARTS, "hello")
    assert not told.is_stranded


def test_a_version_that_goes_back_strands() -> None:
    """People in a version above the one that is deployed wait before anything happens to them."""
    told = _told(OLD.replace("version: 1", "version: 3"), OLD)

    assert {one.cause for one in told.values()} == {Cause.TAKEN_BACK}
    assert all(one.is_stranded for one in told.values())


@pytest.mark.parametrize("says", ["", "visit: end"])
def test_a_flow_that_is_gone_leaves_its_people(says: str) -> None:
    """Who is in a flow that is gone leaves it, and is stranded unless bot.yaml says that it is over."""
    bot = BASE["bot.yaml"] + (f"upgrade: {{flows: {{{says}}}}}\n" if says else "")
    menu = BASE["menu.yaml"].replace(", buttons: [{text: Visit, run: visit}]", ", end: {}")
    sources = {
        Path("bot.yaml"): bot,
        Path("menu.yaml"): menu,
    }
    before = _check(OLD)
    after = check_flows(Path(), Catalog([]), sources=sources)
    assert after.bot is not None, after.problems
    assert before is not None
    told = foretell(before.flows, after.bot.flows, after.bot.file.gone)

    assert {(one.landing.fate, one.is_stranded) for one in told if one.flow == "visit"} == {
        (Fate.LEAVES, not says)
    }


TYPES: tuple[tuple[Type, tuple[Any, ...]], ...] = (
    (INT, (0, 7, -3)),
    (Scalar(Kind.INT, 1, 5), (1, 5)),
    (Scalar(Kind.INT, 0, 9), (0, 9)),
    (Scalar(Kind.DECIMAL), ("1.5", 2)),
    (Scalar(Kind.MONEY), ()),
    (TEXT, ("", "x" * 30)),
    (Scalar(Kind.TEXT, None, 5), ("", "abcde")),
    (Scalar(Kind.PHONE), ("+491701234567",)),
    (Scalar(Kind.DATE), ("2026-05-17",)),
    (Choice(None, ("a", "b")), ("a", "b")),
    (Choice(None, ("a", "b", "c")), ("a", "c")),
    (ListOf(INT, 3), ([], [1, 2, 3])),
    (ListOf(INT), ([1, 2, 3, 4],)),
    (Maybe(INT), (4,)),
)


def test_what_surely_fits_can_be_read() -> None:
    """Each value of a type that surely fits another one can be read as one of that."""
    pairs = list(product(TYPES, TYPES))
    for (old, values), (new, _) in pairs:
        if surely_fits(old, new):
            for value in values:
                from_json(new, value)
    assert surely_fits(Scalar(Kind.INT, 1, 5), Scalar(Kind.INT, 0, 9))
    assert not surely_fits(Scalar(Kind.INT, 0, 9), Scalar(Kind.INT, 1, 5))
    assert not surely_fits(Record("A", {}, int), Record("B", {}, str))


def test_names_are_followed_through_versions() -> None:
    """A name that changed twice is followed to what it is now, from whichever version somebody comes."""
    text = OLD.replace("version: 1", "version: 9").replace("  people:", "  number:")
    text = text.replace("go: people", "go: number").replace("party", "guests")
    text += "upgrade:\n  from 2: {steps: {count: people}, data: {heads: party}}\n"
    text += "  from 5: {steps: {people: number}, data: {party: guests}}\n"
    bot = _check(text)
    assert bot is not None
    changes = bot.flows["visit"].flow.upgrade

    assert trace(changes, 1, "count").step == "number"
    assert trace(changes, 1, "count").data == {"heads": "guests"}
    assert trace(changes, 3, "people").step == "number"
    assert trace(changes, 3, "people").data == {"party": "guests"}
    assert trace(changes, 6, "people").step == "people"
