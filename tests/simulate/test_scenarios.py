"""Scenario files: what is wrong with one is told at its place, and a line that does not hold at its line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.flow.schemas.writing import write_schema
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.scenarios.schema import scenarios_schema
from tests.dialog.conftest import BOT_YAML, HOME_YAML
from tests.simulate.test_chat import ACTIONS, MAIN

if TYPE_CHECKING:

    from tests.simulate.conftest import MakeSimulator

DOCS = Path(__file__).parents[2] / "docs"


def test_shipped_schema_is_up_to_date() -> None:
    """The schema that editors use for scenarios is the one that they are read by."""
    shipped = (DOCS / "scenarios.schema.json").read_text()

    assert shipped == write_schema(scenarios_schema())


def _scenario(*lines: str, given: str = "{}") -> str:
    written = "".join(f"      - {line}\n" for line in lines)
    return f"scenarios:\n  One:\n    given: {given}\n    play:\n{written}"


WRONG: dict[str, tuple[str, str]] = {
    "two acts": (
        _scenario("{send: /main, press: Yes}"),
        '5:23: entry 1 of "play" of "One" of "scenarios" has both "send" and "press"; keep one',
    ),
    "unknown key": (_scenario("{sed: /main}"), 'cannot have the key "sed"; did you mean "send"?'),
    "unknown step": (
        _scenario("{at: main.nte}"),
        '5:14: nobody can be in step "nte" of flow "main"; did you mean "note"?',
    ),
    "a step that shows nothing": (
        _scenario("{at: main.save}"),
        'nobody can be in step "save" of flow "main"; steps in which somebody can be are',
    ),
    "unknown flow": (_scenario("{at: man.note}"), '5:14: no flow "man"; did you mean "main"?'),
    "unknown flow that ended": (_scenario("{ended: man}"), 'no flow "man"; did you mean "main"?'),
    "data without a place": (_scenario("{data: data.note is None}"), 'does nothing without "at"'),
    "unknown data": (
        _scenario("{at: main.note, data: data.nte is None}"),
        '5:36: "data" has no "nte"',
    ),
    "data that is no condition": (_scenario("{at: main.note, data: data.thing.title + 1}"), "5:"),
    "unknown command": (
        _scenario("{called: {things.tke: {}}}"),
        '5:19: no command "things.tke"; did you mean "things.take"?',
    ),
    "a query that is called": (
        _scenario("{called: {things.list: {}}}"),
        'no command "things.list"',
    ),
    "unknown argument": (
        _scenario("{called: {things.take: {nte: x}}}"),
        '"things.take" takes no "nte"; did you mean "note"?',
    ),
    "unknown query": (
        _scenario("{rows: {query: things.lst(), are: []}}"),
        'no query "things.lst"; did you mean "things.list"?',
    ),
    "unknown path": (
        _scenario("{press: {path: main.note.buttons.sre}}"),
        'no button has the path "main.note.buttons.sre"; did you mean "main.note.buttons.sure"?',
    ),
    "two ways to a button": (
        _scenario("{press: {path: main.note.buttons.sure, pattern: x}}"),
        'has both "path" and "pattern"; keep one',
    ),
    "bad pattern": (_scenario('{see: {pattern: "("}}'), '"(" is no regular expression'),
    "unknown person": (
        _scenario("{as: bib}", given="{people: {ann: , bob: }}"),
        'nobody is called "bib"; did you mean "bob"?',
    ),
    "unknown role": (
        _scenario("{send: x}", given="{people: {ann: {role: amin}}}"),
        'the bot has no role "amin"; did you mean "admin"?',
    ),
    "unknown role in the middle": (
        _scenario("{role: amin}"),
        '5:16: the bot has no role "amin"; did you mean "admin"?',
    ),
    "unknown locale": (_scenario("{send: x}", given="{locale: fr}"), 'the bot has no locale "fr"'),
    "bad time": (
        _scenario("{send: x}", given="{time: tomorrow}"),
        '"tomorrow" is no time; write it as 2026-11-02 09:30',
    ),
    "unknown outcome": (
        _scenario("{send: x}", given="{stubs: {things.take: {outcome: sold}}}"),
        '"things.take" cannot end with outcome "sold"; its outcomes are "gone"',
    ),
    "wrong result": (
        _scenario("{send: x}", given="{stubs: {things.list: {result: [{id: x}]}}}"),
        '"things.list" cannot return that:',
    ),
    "unknown action": (
        _scenario("{send: x}", given="{stubs: {things.tak: {fails: true}}}"),
        'no action "things.tak"; did you mean "things.take"?',
    ),
    "twice what is done once": (
        _scenario("{send: /main, twice: true}"),
        '5:23: "twice" does nothing without an act that is done twice: "press", "pick"',
    ),
    "trouble with nothing": (
        _scenario("{restart: true, telegram: {retry_after: 1}}"),
        '5:25: "telegram" does nothing without an act that the bot answers: "send", "press", "pick"',
    ),
    "trouble of no kind": (
        _scenario("{send: /main, telegram: {times: 2}}"),
        '"telegram" of entry 1 of "play" of "One" of "scenarios" says nothing to do; keys for that are "cut", "error"',
    ),
    "trouble of two kinds": (
        _scenario("{send: /main, telegram: {error: 502, cut: after}}"),
        'has both "error" and "cut"; keep one',
    ),
    "trouble that is a number": (
        _scenario("{send: /main, telegram: 502}"),
        '"telegram" of entry 1 of "play" of "One" of "scenarios" is the value "502", not a group of keys',
    ),
    "a line that is a text": (_scenario("send"), "entry 1 of"),
    "a stub that is a number": (
        _scenario("{send: x}", given="{stubs: {things.take: 5}}"),
        '"things.take" of',
    ),
    "unknown method": (
        _scenario("{send: /main, telegram: {cut: after, method: sendMesage}}"),
        'Telegram has no method "sendMesage"; did you mean "sendMessage"?',
    ),
    "a page without an error": (
        _scenario("{send: /main, telegram: {cut: after, html: true}}"),
        '"html" of',
    ),
    "unknown path of an old button": (
        _scenario("{press: {old: {path: main.note.buttons.sre}}}"),
        '5:30: no button has the path "main.note.buttons.sre"; did you mean',
    ),
    "an old button in two ways": (
        _scenario("{press: {old: Yes, pattern: x}}"),
        'has both "old" and "pattern"; keep one',
    ),
    "a restart that is none": (
        _scenario("{restart: false}"),
        '"restart" of entry 1 of "play" of "One" of "scenarios" can only be true',
    ),
    "nothing to delete": (_scenario("{delete: false}"), "delete"),
    "a start in no flow": (
        _scenario("{send: x}", given="{from: man.note}"),
        '3:19: no flow "man"; did you mean "main"?',
    ),
    "a start whose flow is left out": (
        _scenario("{send: x}", given="{from: note}"),
        '3:19: "note" names no flow; a step is named with it: "main.note"',
    ),
    "a start with a misspelt name": (
        _scenario("{send: x}", given="{from: {step: main.note, data: {thng: {id: 1}}}}"),
        'flow "main" has no data "thng"; did you mean "thing"?',
    ),
    "a start in no step": (
        _scenario("{send: x}", given="{from: main.nte}"),
        'nobody can be in step "nte" of flow "main"; did you mean "note"?',
    ),
    "a start at the end": (
        _scenario("{send: x}", given="{from: main.done}"),
        'nobody can be in step "done" of flow "main"; steps in which somebody can be are "note", "sure", "what"',
    ),
    "a start without what is set there": (
        _scenario("{send: x}", given="{from: main.note}"),
        '3:19: where somebody is in "main.note" more is always set; give data "thing", which is Thing {id: int, title: text}',
    ),
    "a start with nothing for what is set there": (
        _scenario("{send: x}", given="{from: {step: main.note, data: {thing: null}}}"),
        '3:44: data.thing is always set where somebody is in "main.note"; it is Thing {id: int, title: text}',
    ),
    "a start with data that are not declared": (
        _scenario("{send: x}", given="{from: {step: main.what, data: {nte: x}}}"),
        '3:44: flow "main" has no data "nte"; did you mean "note"?',
    ),
    "a start with params that are not declared": (
        _scenario("{send: x}", given="{from: {step: main.what, params: {id: 1}}}"),
        'flow "main" has no params "id"; it has no params',
    ),
    "a start with data of another type": (
        _scenario("{send: x}", given="{from: {step: main.note, data: {thing: {id: 1}}}}"),
        '3:44: data "thing" of flow "main" is Thing {id: int, title: text}: field "title" of Thing is missing',
    ),
    "rows that have no name": (
        _scenario("{send: x}", given="{database: [some, any]}"),
        '3:30: no conftest.py names a database "any" in "pytest_usher_databases"; databases are "some"',
    ),
    "no such directory": (
        _scenario("{deploy: after}"),
        '5:18: there are no flows in "after"; a directory with a bot.yaml and all flows is wanted, named from tests/scenarios',
    ),
    "empty file": ("", "the file is empty; write scenarios"),
    "broken YAML": ("scenarios: [", "1:"),
}


@pytest.mark.parametrize(("text", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_a_file_is_told(
    make_simulator: MakeSimulator, text: str, sentence: str
) -> None:
    """A key that is not known, a name that is not there and a value that cannot be are problems at their places."""
    bot = make_simulator(*ACTIONS, main=MAIN).bot
    reader = ScenarioReader(bot, databases=lambda: ("some",))

    read = reader.read("tests/scenarios/x.yaml", text)

    assert read.scenarios == ()
    (problem,) = read.problems
    place = f"{problem.position.line}:{problem.position.column}"
    assert sentence in f"{place}: {problem.message}"


PASSES = {
    "everything that is seen": _scenario(
        "{send: /main, see: Which thing?, at: main.what}",
        "{pick: 2, see: {text: Pear, pattern: 'Pear', buttons: [Skip], absent: ['Yes'], new: true}}",
        "{send: ripe, at: main.sure, data: data.note == 'ripe' and data.thing.id == 2, called: {}}",
        "{press: 'Yes', see: Done., called: {things.take: {note: ripe}}, ended: main}",
    ),
    "what a query gives": _scenario(
        "{send: /main, rows: {query: things.list(), are: [{id: 1}, {title: Pear}, {}]}}"
    ),
    "time": _scenario("send: /main", "pick: 1", "{wait: 10m, see: Too slow.}"),
    "several people": _scenario(
        "{send: /main}",
        "{as: bob, send: /start, see: 'Home, Bobby'}",
        "{as: ann, pick: 1, at: main.note}",
        given="{people: {ann: , bob: {first_name: Bobby}}}",
    ),
    "a photo where a text is wanted": _scenario(
        "send: /main", "pick: 1", "{photo: A caption, at: main.note, see: Not that.}"
    ),
    "a contact and a place": _scenario(
        "send: /main",
        "pick: 1",
        "{contact: true, at: main.note}",
        "{contact: '+4915112345678', see: Not that.}",
        "{location: {latitude: 52.5, longitude: 13}, see: Not that.}",
    ),
    "things that go wrong": _scenario(
        "{send: /main, telegram: {error: 502, html: true}, see: Which thing?}",
        "{pick: 1, twice: true, at: main.note}",
        "{press: Skip, telegram: {retry_after: 20, method: editMessageText, times: 2}, see: Sure?}",
        "{press: {old: {pattern: '^Sk'}}, twice: true, see: {new: false}}",
        "{restart: true, see: {new: false}}",
        "{delete: Sure?}",
        "{press: {old: 'Yes'}, see: Done.}",
        "{send: /main}",
        "{block: true}",
        "{unblock: true}",
        "{forget: true, ended: main}",
        "{send: x, see: 'Home, Ann.'}",
        "{delete: true}",
    ),
    "a start in the middle": _scenario(
        "{see: A note on Plum?, at: main.note, data: data.thing.id == 7}",
        "{wait: 10m, see: Too slow.}",
        "{press: 'Yes', called: {things.take: {id: 7, note: null}}, ended: main}",
        "{send: x, see: 'Home, Ann.'}",
        given="{from: {step: main.note, data: {thing: {id: 7, title: Plum}}}}",
    ),
    "a start without data": _scenario("{pick: 1, at: main.note}", given="{from: main.what}"),
    "a start at home": _scenario("{press: Go, at: main.what}", given="{from: home.menu}"),
    "stubs": _scenario(
        "send: /main",
        "pick: 1",
        "press: Skip",
        "{press: 'Yes', see: It is gone., at: main.what}",
        given="{stubs: {things.take: {outcome: gone}}, time: 2026-12-24 18:00, locale: en}",
    ),
}


@pytest.mark.parametrize("text", PASSES.values(), ids=PASSES.keys())
async def test_a_scenario_whose_lines_hold_passes(make_simulator: MakeSimulator, text: str) -> None:
    """All that can be done and looked at is."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    read = ScenarioReader(simulator.bot).read("x.yaml", text)
    assert read.problems == ()

    await play_scenario(simulator, read.scenarios[0])


FAILS = {
    "twice": ("{pick: 1, twice: true, at: main.sure}", 'ann is in "main.note", not in "main.sure"'),
    "old": (
        "{press: {old: {pattern: Sure}}}",
        'there is no old button "Sure", and none has gone yet',
    ),
    "delete": ("{delete: true, see: Which thing?}", 'ann does not see "Which thing?"'),
    "block": ("{block: true, see: {new: true}}", "x.yaml:6:23: nothing came or changed"),
    "restart": ("{restart: true, see: {new: true}}", "x.yaml:6:25: nothing came or changed"),
    "forget": ("{forget: true, at: main.what}", 'ann is in no flow, not in "main.what"'),
    "telegram": (
        "{pick: 1, telegram: {error: 502, times: 99}, see: A note}",
        "the next 99 calls are answered by 502",
    ),
    "a word of who has blocked": (
        "{block: true}\n      - {send: x}",
        "x.yaml:7:10: ann has blocked the bot, and can write nothing but /start",
    ),
    "a block of who has blocked": (
        "{unblock: true}",
        "x.yaml:6:10: ann has not blocked the bot",
    ),
    "nothing to delete": (
        "{delete: Sure?}",
        'there is nothing to delete: the bot has no message with "Sure?"',
    ),
    "no old button": (
        "{press: {old: Apple}}",
        'there is no old button "Apple": it is on the screen now, and none has gone yet',
    ),
    "trouble that is not met": (
        "{pick: 1, telegram: {cut: after, method: sendPhoto}}",
        'the bot did not call "sendPhoto" of Telegram, but "editMessageText"',
    ),
    "act": ("{press: Nothing}", 'x.yaml:6:10: there is no button "Nothing"'),
    "see": ("{pick: 1, see: Sure}", 'x.yaml:6:19: ann does not see "Sure"'),
    "at": ("{pick: 1, at: main.sure}", 'ann is in "main.note", not in "main.sure"'),
    "data": (
        "{at: main.what, data: data.note is not None}",
        '"data.note is not None" does not hold',
    ),
    "unset data": ("{at: main.what, data: data.thing.id == 1}", "reads what is not set"),
    "called": ("{called: {things.take: {}}}", "things.take() was not carried out, but nothing"),
    "ended": ("{ended: main}", 'flow "main" has not ended; ann is in "main.what"'),
    "rows": ("{rows: {query: things.list(), are: []}}", "things.list() gives [{"),
}


@pytest.mark.parametrize(("line", "sentence"), FAILS.values(), ids=FAILS.keys())
async def test_a_line_that_does_not_hold_is_told_where_it_stands(
    make_simulator: MakeSimulator, line: str, sentence: str
) -> None:
    """The place is that of the act or the expectation, and the story so far follows."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    read = ScenarioReader(simulator.bot).read("x.yaml", _scenario("send: /main", line))

    with pytest.raises(ScenarioFailedError) as failure:
        await play_scenario(simulator, read.scenarios[0])

    assert sentence in str(failure.value)
    assert 'so far:\n  ann sends "/main"' in str(failure.value)


AFTER = MAIN.replace("version: 1", "version: 2").replace("Which thing?", "Which one?")


@pytest.fixture
def after(tmp_path: Path) -> Path:
    """Give a directory beside which there is another version of the flows."""
    (tmp_path / "after").mkdir()
    for name, text in {"bot": BOT_YAML, "home": HOME_YAML, "main": AFTER}.items():
        (tmp_path / "after" / f"{name}.yaml").write_text(text)
    return tmp_path


async def test_other_flows_are_deployed_in_the_middle(
    make_simulator: MakeSimulator, after: Path
) -> None:
    """Who stands in the old ones goes on in the new ones, and what follows is checked against these."""
    (after / "after" / "main.yaml").write_text(
        AFTER.replace("sure:", "certain:", 1)
        .replace("go: sure", "go: certain")
        .replace("  sure:", "  certain:")
    )
    simulator = make_simulator(*ACTIONS, main=MAIN)
    text = _scenario(
        "{send: /main, see: Which thing?}",
        "{deploy: after, at: main.what}",
        "{send: x, see: Which one?}",
        "pick: 1",
        "{press: Skip, at: main.certain}",
    )
    read = ScenarioReader(simulator.bot).read("x.yaml", text, after)
    assert read.problems == ()

    for _ in range(2):
        await play_scenario(simulator, read.scenarios[0])


def test_flows_with_problems_are_not_deployed(make_simulator: MakeSimulator, after: Path) -> None:
    """Their problems are told at their places, beside the line that deploys them."""
    (after / "after" / "main.yaml").write_text(AFTER.replace("go: what", "go: wat"))
    reader = ScenarioReader(make_simulator(*ACTIONS, main=MAIN).bot)

    read = reader.read("x.yaml", _scenario("{deploy: after}"), after)

    (problem,) = read.problems
    assert (
        problem.message == 'the flows of "after" have 2 problems, so that they cannot be deployed'
    )
    (position, message), _ = problem.related
    assert position.path.endswith("after/main.yaml")
    assert 'goes to step "wat"' in message


async def test_whom_a_step_is_not_open_to_cannot_start_there(
    make_simulator: MakeSimulator,
) -> None:
    """It is told where the scenario stands."""
    flow = MAIN.replace("title: Main", "title: Main\naccess: user.role == 'admin'")
    simulator = make_simulator(*ACTIONS, main=flow)
    text = _scenario("{see: Which thing?}", given="{from: main.what}")
    read = ScenarioReader(simulator.bot).read("x.yaml", text)

    with pytest.raises(ScenarioFailedError) as failure:
        await play_scenario(simulator, read.scenarios[0])

    told = 'x.yaml:2:3: ann cannot start in "main.what": it is not open to ann'
    assert str(failure.value).startswith(told)
