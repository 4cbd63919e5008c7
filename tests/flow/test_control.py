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


ANYTIME = {
    "a name needs words": ("stop: {go: end}", ["missing-key"]),
    "a line leads somewhere": ("/stop: {words: stop}", ["missing-key"]),
    "not to two places": ("/stop: {go: end, run: called}", ["conflicting-keys"]),
    "to a step that is there": ("stop: {words: stop, go: nowhere}", ["unknown-step"]),
    "unknown says, moves or runs": ("unknown: {}", ["missing-key"]),
    "unknown to a step that is there": ("unknown: {go: nowhere}", ["unknown-step"]),
    "unknown to a flow that is there": ("unknown: {run: nowhere}", ["unknown-flow"]),
    "a question needs its answers": ("/stop: {go: end, confirm: Sure?}", ["missing-message"]),
    "a question is a text like others": (
        "/stop: {go: end, confirm: '{{ data.nam }}'}",
        ["missing-message", "unknown-field"],
    ),
    "a name and its command": (
        "/stop: {go: end}\n  stop: {go: end, words: enough}",
        ["bad-entry"],
    ),
    "one word for two": (
        "a: {words: enough, go: end}\n  b: {words: [well, ENOUGH], go: end}",
        ["duplicate-word"],
    ),
    "fine": ("/stop: {go: end, words: [stop, halt]}\n  unknown: {run: called}", []),
}


@pytest.mark.parametrize("case", ANYTIME)
def test_lines_of_anytime_are_checked(case: str, catalog: Catalog) -> None:
    """Each line of anytime leads somewhere, by words that are its own."""
    line, expected = ANYTIME[case]
    flow = (
        "data: {name: {type: text, optional: true}}\n"
        "steps:\n  first: {show: Hello, buttons: [{text: Bye, go: end}]}\n"
        f"anytime:\n  {line}\n"
    )

    assert sorted(check(catalog, flow)) == expected


DEFAULTS = {
    "steps are of flows": ("/stop: {go: first}", ["unknown-value"]),
    "data are of flows": ("/stop: {go: end, say: '{{ data.name }}'}", ["unknown-name"]),
    "a flow that is there": ("/help: {run: nowhere}", ["unknown-flow"]),
    "no two defaults run each other": ("/a: {run: called}\n  /b: {run: other}", []),
    "fine": ("/help: {run: called}\n  error: end\n  unknown: {say: 'Pardon?'}", []),
}


@pytest.mark.parametrize("case", DEFAULTS)
def test_lines_of_the_bot_are_checked(case: str, catalog: Catalog) -> None:
    """What holds in every flow is typed as what every flow knows: who asks."""
    line, expected = DEFAULTS[case]
    visit = (
        "flow: visit\nversion: 1\ntitle: Visit\ndata: {name: {type: text, optional: true}}\n"
        "steps:\n  first: {show: Hello, buttons: [{text: Bye, go: end}, {text: C, run: called}, {text: O, run: other}]}\n"
    )
    other = CALLED.replace("called", "other").replace("{note: {type: text, optional: true}}", "{}")
    texts = {"bot": f"{BOT}anytime:\n  {line}\n", "called": CALLED, "other": other, "visit": visit}
    sources = {Path(f"{name}.yaml"): text for name, text in texts.items()}

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert [problem.code for problem in problems] == expected


def test_words_are_translated_by_path(catalog: Catalog) -> None:
    """A language has words of its own, more or fewer, and at least one."""
    visit = (
        "flow: visit\nversion: 1\ntitle: Visit\nsteps:\n  first: {show: Hello, buttons: [{text: Bye, go: end}]}\n"
        "anytime: {/stop: {go: end, words: [stop, halt], say: Bye}}\n"
    )
    german = (
        "bot: {messages: {old_button: O, no_access: N, error: E, unknown_input: U, wrong_answer: W, next_page: N,"
        " previous_page: P, proceed: D}}\n"
        "visit: {title: Besuch, first: {text: Hallo, buttons: {end: Weg}}, anytime: {/stop: LINE}}\n"
    )

    def codes(line: str) -> list[str]:
        texts = {"bot": BOT.replace("[en]", "[en, de]"), "visit": visit}
        sources = {Path(f"{name}.yaml"): text for name, text in texts.items()}
        sources[Path("texts/de.yaml")] = german.replace("LINE", line)
        checked = check_flows(Path(), catalog, sources=sources)
        if checked.bot is not None:
            words = checked.bot.flows["visit"].words
            assert words == {
                "en": {"stop": "/stop", "halt": "/stop"},
                "de": {"hör auf": "/stop", "stopp": "/stop", "genug": "/stop"},
            }
        return [problem.code for problem in checked.problems]

    assert codes("{say: Weg, words: [Hör  auf, STOPP, genug]}") == []
    assert codes("Weg") == ["missing-translation"]
    assert codes("{say: Weg, words: [stopp, Stopp]}") == ["duplicate-word"]
    assert codes("{say: Weg, word: stopp, words: halt}") == ["unknown-translation"]
