"""What the checker knows of control over time: clocks, tries, interruptions and hooks."""

from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.durations import read_duration, write_duration
from tests.flow.test_moves import BOT, CALLED


def check(catalog: Catalog, visit: str) -> list[str]:
    """Return the codes of the problems of a flow."""
    texts = {
        "bot": BOT,
        "called": CALLED,
        "visit": f"flow: visit\nversion: 1\ntitle: Visit\n{visit}",
    }
    sources = {Path(f"{name}.yaml"): text for name, text in texts.items()}
    return [problem.code for problem in check_flows(Path(), catalog, sources=sources).problems]


@pytest.mark.parametrize("text", ["90s", "15m", "2h", "1d", "200ms", "61s"])
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    """Lengths of time go through their milliseconds unchanged."""
    assert write_duration(read_duration(text)) == text


def test_what_is_no_duration_is_refused() -> None:
    """A number needs its unit."""
    with pytest.raises(ValueError, match="no length of time"):
        read_duration("15")


TIMEOUTS = {
    "a moment is no text": ("{at: \"'soon'\", go: end}", ["wrong-type"]),
    "a moment may not be nothing": ("{at: data.when, go: end}", ["maybe-none"]),
    "either a silence or a moment": ("{after: 1h, at: now(), go: end}", ["conflicting-keys"]),
    "one of the two": ("{go: end}", ["missing-key"]),
    "a length of time": ("{after: quarter, go: end}", ["bad-value"]),
    "it leads somewhere": ("{after: 15m}", ["missing-key"]),
    "to a step that is there": ("{after: 15m, go: nowhere}", ["unknown-step"]),
    "what is said reads data": ("{after: 15m, go: end, say: '{{ data.wen }}'}", ["unknown-field"]),
    "nothing is loaded then": ("{after: 15m, go: end, say: '{{ all }}'}", ["unknown-name"]),
    "fine": ("{at: now() + hours(1), go: end, say: 'Bye.'}", []),
}


@pytest.mark.parametrize("case", TIMEOUTS)
def test_timeout_is_checked(case: str, catalog: Catalog) -> None:
    """A timeout has one kind of clock, of the right type, and a move like any other."""
    timeout, expected = TIMEOUTS[case]
    flow = (
        "data: {when: {type: datetime, optional: true}}\n"
        "steps:\n  first: {show: Hello, buttons: [{text: Bye, go: end}], load: {all: services.list()},"
        f" timeout: {timeout}}}\n"
    )

    assert check(catalog, flow) == expected


def test_a_step_that_only_times_out_is_no_trap(catalog: Catalog) -> None:
    """A picture shown for a while leads on by itself."""
    flow = "steps:\n  first: {show: Hello, timeout: {after: 10s, go: end}}\n"

    assert check(catalog, flow) == []


def test_a_last_word_does_not_wait(catalog: Catalog) -> None:
    """A step that ends the flow has nothing to time out."""
    flow = "steps:\n  first: {show: Hello, end: {}, timeout: {after: 10s, go: first}}\n"

    assert check(catalog, flow) == ["conflicting-keys"]


def test_a_timeout_carries_what_is_known_at_its_step(catalog: Catalog) -> None:
    """Data set before the step are set after its timeout, those that its answer sets are not."""
    flow = (
        "data: {name: text, mail: email}\n"
        "steps:\n"
        "  name: {ask: text, text: Name?, save: {name: it}}\n"
        "  mail: {ask: email, text: Mail?, save: {mail: it}, timeout: {after: 1h, go: bye}}\n"
        "  bye: {show: '{{ data.name }}READ', end: {}}\n"
    )

    assert check(catalog, flow.replace("READ", "")) == []
    assert check(catalog, flow.replace("READ", "{{ data.mail }}")) == ["maybe-unset"]
