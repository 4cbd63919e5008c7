"""Several conversations at once in simulations: lines name the message that they are about, walks use all of them, recordings tell them apart."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from engine.simulate.chat import simulate
from engine.simulate.explore.choices import Chooser
from engine.simulate.explore.story import do
from engine.simulate.scenarios.model import Press, Send
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.scenarios.write import write_scenarios
from tests.dialog.test_strands import CARD, HELP, MAIN, drop
from tests.simulate.test_recording import held

if TYPE_CHECKING:
    from engine.simulate.stage import Simulator
    from tests.simulate.conftest import MakeSimulator

SCENARIO = """\
scenarios:
  Cards live beside the main conversation:
    play:
      - send: /main
      - press: Card
      - in: Main 0
        press: More
        see: Main 1
        at: main.menu
        data: data.count == 1
      - in: Main 1
        press: Card
      - in: "Card 0"
        press: {path: card.card.buttons.write}
        at: card.write
      - in: "Note for 0"
        send: sweet
        see: "Card 0: sweet"
        at: card.card
        data: data.note == 'sweet'
      - in: Main 1
        at: main.menu
      - in: Card 1
        press: Close
        see: Closed 1.
      - in: Closed 1.
        ended: card
"""


@pytest.fixture
def simulator(make_simulator: MakeSimulator) -> Simulator:
    """Give a bot whose cards open beside its main conversation."""
    return make_simulator(drop, main=MAIN, card=CARD, help=HELP)


async def test_lines_name_the_message_they_are_about(simulator: Simulator) -> None:
    """With `in` a press, a reply, a step and data are of the conversation whose message has the text; such a file is written as it is read."""
    read = ScenarioReader(simulator.bot).read("x.yaml", SCENARIO)
    assert read.problems == ()
    [scenario] = read.scenarios
    await play_scenario(simulator, scenario)

    again = write_scenarios({scenario.name: scenario.lines})
    [same] = ScenarioReader(simulator.bot).read("x.yaml", again).scenarios
    assert [one.act for one in same.lines] == [one.act for one in scenario.lines]
    assert [one.inside for one in same.lines] == [one.inside for one in scenario.lines]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{in: "Card 7", press: Close}', 'there is no message with "Card 7" in it'),
        ('{in: "Main 0", press: Close}', 'there is no button "Close"'),
        ('{in: "Card 0", at: main.menu}', 'ann is in "card.card", not in "main.menu"'),
    ],
)
async def test_what_is_not_in_the_message_is_told(
    simulator: Simulator, line: str, said: str
) -> None:
    """A message that is not there, a button of another one and a step of another conversation fail where they stand."""
    play = ["send: /main", "press: Card", line]
    text = "scenarios:\n  It fails:\n    play:\n" + "".join(f"      - {one}\n" for one in play)
    [scenario] = ScenarioReader(simulator.bot).read("x.yaml", text).scenarios
    with pytest.raises(ScenarioFailedError, match=said):
        await play_scenario(simulator, scenario)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{in: "Card 0", restart: true}', '"in" does not stand beside "restart"'),
        ('{in: "Card 0", press: {old: Close}}', '"in" does not stand beside an old button'),
    ],
)
def test_in_stands_beside_acts_of_a_message(simulator: Simulator, line: str, said: str) -> None:
    """Beside any other act it is a problem of the file, as is an old button, which names its screen by itself."""
    text = f"scenarios:\n  It is wrong:\n    play:\n      - {line}\n"
    [problem] = ScenarioReader(simulator.bot).read("x.yaml", text).problems
    assert said in problem.message


async def test_walks_use_all_open_conversations(simulator: Simulator) -> None:
    """A walk can press each button of each open conversation as the one it is, and answer the question of one beside."""
    chooser, luck = Chooser(simulator.bot), Random(1)  # noqa: S311 - the same each time
    async with simulate(simulator) as chat:
        await chat.send("/main")
        await chat.press("Card")
        await chat.press("Card", inside="Main 0")
        await chat.press("Write")
        await chat.press("Help", inside="Card 0")
        choices = await chooser.list_choices(chat.stage, "ann", luck)
        presses = [one for one in choices if isinstance(one.doing.act, Press)]
        answers = [one for one in choices if isinstance(one.doing.act, Send)]
        inside = {
            (one.move, one.doing.act.inside)
            for one in (*presses, *answers)
            if isinstance(one.doing.act, Press | Send) and one.doing.act.inside
        }

        assert ("main.menu button more", "Main 0, nobody.") in inside
        assert ("card.write answer", "Note for 0?") in inside
        more = next(one for one in presses if one.move == "main.menu button more")
        await do(chat.stage, more.doing)
        chat.sees("Main 1, nobody.")


async def test_recordings_tell_conversations_apart(simulator: Simulator) -> None:
    """A press on an older message that is alive, and a reply to one, are recorded with a text of it, and play."""
    async with held(simulator) as talk:
        chat = talk.chat
        await chat.send("/main")
        await chat.press("Card")
        await chat.press("More", inside="Main 0")
        await chat.press("Write")
        await chat.press("Name", inside="Main 1")
        await chat.send("sweet", inside="Note for 0")
        recording = await talk.record(simulator)

    assert recording.differences == (), recording.text
    assert recording.text.count("in: ") == 2


ALBUM = """\
flow: main
version: 1
title: Main
start: [/main]
data: {pictures: "list[file]"}
steps:
  ask: {ask: photos, text: "Pictures?", min: 2, max: 3, save: {pictures: it}}
  done: {show: "{{ len(data.pictures) }} of them.", end: {}}
"""


async def test_albums_are_recorded_as_albums(make_simulator: MakeSimulator) -> None:
    """The parts of an album are one line, with its caption, and the scenario plays."""
    simulator = make_simulator(main=ALBUM)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.give("album", {"files": ["photo", "photo"], "caption": "Us"})
        talk.chat.sees("2 of them.")
        recording = await talk.record(simulator)

    assert recording.differences == (), recording.text
    assert "album: {files: [photo, photo], caption: Us}" in recording.text
    assert recording.text.count("- ") == 2
