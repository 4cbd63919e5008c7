"""A conversation that was held becomes a scenario that plays; where it cannot, the file says at which line."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from engine.actions import Context, query
from engine.emulator.story import DeedKind, Story
from engine.simulate.chat import Chat, simulate
from engine.simulate.explore.choices import Chooser, Sort
from engine.simulate.explore.story import Teller
from engine.simulate.memory import BEGINNING
from engine.simulate.recording.record import record
from engine.simulate.recording.told import Told
from engine.simulate.scenarios.model import See
from engine.simulate.scenarios.play import play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.stage import Given, Someone
from engine.simulate.witness import SimulationError
from tests.simulate.test_chat import ACTIONS, MAIN, Thing, take_thing
from tests.simulate.test_contents import SHARED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.simulate.recording.record import Recording
    from engine.simulate.stage import Simulator
    from tests.simulate.conftest import MakeSimulator

GIVEN = Given(people={"ann": Someone("Ann"), "bob": Someone("Bobby", role="admin")})


class Held:
    """A conversation that is being held, and recorded."""

    def __init__(self, chat: Chat, story: Story) -> None:
        self.chat = chat
        self.story = story

    async def record(self, simulator: Simulator, given: Given = GIVEN) -> Recording:
        """Record it in a simulator."""
        stage = self.chat.stage
        names = {sight.place.user.id: name for name, sight in stage.sights.items()}
        told = Told(tuple(self.story.deeds()), names, given, stage.clock.timestamp())
        return await record(simulator, told, name="It holds")


@asynccontextmanager
async def held(simulator: Simulator) -> AsyncIterator[Held]:
    """Hold a conversation that is kept."""
    async with simulate(simulator, given=GIVEN) as chat:
        world = chat.stage.world
        world.story = Story(world, is_kept=True)
        world.story.begin()
        yield Held(chat, world.story)


async def _plays(simulator: Simulator, text: str) -> None:
    read = ScenarioReader(simulator.bot).read("x.yaml", text)
    assert read.problems == (), text
    await play_scenario(simulator, read.scenarios[0])


async def test_a_conversation_is_written_as_people_write_scenarios(
    make_simulator: MakeSimulator,
) -> None:
    """Each act has what was news, where the person then stood, the command, and the flow that ended."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.pick("Pear kg")
        await talk.chat.send("ripe")
        await talk.chat.press("Yes")
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert recording.text == """\
# yaml-language-server: $schema=../../docs/scenarios.schema.json
given: {people: {ann: , bob: {first_name: Bobby, role: admin}}}
scenarios:
  It holds:
    play:
      - send: /main
        see: Which thing?
        at: main.what
      - pick: Pear kg
        see: A note on Pear?
        at: main.note
      - send: ripe
        see: Sure?
        at: main.sure
      - press: "Yes"
        see: Done.
        at: home.menu
        called: {things.take: {note: ripe}}
        ended: main
"""
    await _plays(simulator, recording.text)


def _acts(recording: Recording) -> list[str]:
    """Return the lines of a file that do something, and the marks of differences."""
    lines = [line.strip() for line in recording.text.splitlines()]
    return [line for line in lines[5:] if line.startswith(("- ", "#"))]


async def test_a_timeout_is_a_wait_until_it_is_due(make_simulator: MakeSimulator) -> None:
    """Time that merely passed is left out; where a timeout came, the scenario waits as long as it takes."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.wait("3h")
        await talk.chat.pick(1)
        await talk.chat.wait("9m")
        await talk.chat.send("/main")
        await talk.chat.pick(1)
        await talk.chat.wait("25m")
        await talk.chat.press("Yes, but later")
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert [line for line in _acts(recording) if "wait" in line] == ["- wait: 10m"]
    assert "wait: 10m\n        see: Too slow.\n        at: main.sure" in recording.text
    await _plays(simulator, recording.text)


async def test_a_timeout_after_the_last_act_is_written_too(make_simulator: MakeSimulator) -> None:
    """Who waits for a timeout before saving the scenario finds it at its end."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.pick(1)
        await talk.chat.wait("11m")
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert _acts(recording) == ["- send: /main", "- pick: Apple kg", "- wait: 10m"]


async def test_several_people_are_told_apart(make_simulator: MakeSimulator) -> None:
    """Who acts is said where it changes, and everybody has their own place."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.of("bob").send("/main")
        await talk.chat.of("bob").pick(1)
        await talk.chat.pick(2)
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert _acts(recording) == [
        "- send: /main",
        "- as: bob",
        "- pick: Apple kg",
        "- as: ann",
    ]
    await _plays(simulator, recording.text)


async def test_everything_that_people_send_has_its_word(make_simulator: MakeSimulator) -> None:
    """Contacts, places, pictures, double presses, old buttons, deleting and blocking are acts of scenarios."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with held(simulator) as talk:
        chat = talk.chat
        await chat.send("/main")
        await chat.pick("Apple", twice=True)
        await chat.contact()
        await chat.contact("+4915112345678")
        await chat.location(52.5, 13.4)
        await chat.photo("A caption")
        await chat.photo()
        await chat.delete()
        await chat.send("two\nlines")
        await chat.press("Apple kg", old=True)
        await chat.press("Yes", twice=True)
        await chat.block()
        await chat.unblock()
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert _acts(recording) == [
        "- send: /main",
        "- pick: Apple kg",
        "- contact: true",
        '- contact: "+4915112345678"',
        "- location: {latitude: 52.5, longitude: 13.4}",
        "- photo: A caption",
        "- photo: true",
        "- delete: Not that.",
        "- send: |-",
        "- press: {old: Apple kg}",
        '- press: "Yes"',
        "- block: true",
        "- unblock: true",
    ]
    assert recording.text.count("twice: true") == 2
    await _plays(simulator, recording.text)


async def test_what_is_called_otherwise_in_the_simulation_is_named_so_that_both_have_it(
    make_simulator: MakeSimulator,
) -> None:
    """An item whose label has another number there is picked by its place, a button by the path of its text."""
    numbered = MAIN.replace("{{ item.title }}", "{{ item.title }} {{ item.id }}")
    simulator = make_simulator(*ACTIONS, main=numbered)
    other = make_simulator(*ACTIONS, main=numbered.replace("Skip", "None").replace("kg", "g"))
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.pick("Apple")
        await talk.chat.press("Skip")
        recording = await talk.record(other)

    assert recording.differences == ()
    assert _acts(recording) == [
        "- send: /main",
        "- pick: 1",
        "- press: {path: main.note.buttons.sure}",
    ]
    await _plays(other, recording.text)


async def test_another_screen_is_told_at_its_line(make_simulator: MakeSimulator) -> None:
    """Where the simulation shows other buttons than the chat did, the file says so above the line."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    other = MAIN.replace('text: "Skip"', 'text: "Skip", id: skip')
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.pick("Apple")
        recording = await talk.record(make_simulator(*ACTIONS, main=other))

    (difference,) = recording.differences
    assert difference == ('line 10: the chat has the buttons "Skip", the simulation "Skip"')


async def test_what_cannot_be_done_again_is_told_at_its_line(make_simulator: MakeSimulator) -> None:
    """The rest of the conversation is written as it was, so that it can be mended by hand."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    other = MAIN.replace(
        '      - {text: "Skip", go: sure, save: {note: None}}', '      - {text: "More", go: what}'
    )
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.pick("Apple")
        await talk.chat.press("Skip")
        await talk.chat.press("Yes")
        recording = await talk.record(make_simulator(*ACTIONS, main=other))

    assert recording.differences == (
        'line 10: the chat has the buttons "Skip", the simulation "More"',
        'line 14: there is no button "Skip"; there are "More"',
    )
    assert _acts(recording) == [
        "- send: /main",
        '# differs: the chat has the buttons "Skip", the simulation "More"',
        "- pick: Apple kg",
        '# differs: there is no button "Skip"; there are "More"',
        "- press: Skip",
        '- press: "Yes"',
    ]


async def test_what_no_scenario_can_say_is_told(make_simulator: MakeSimulator) -> None:
    """What is done elsewhere is no act of a scenario; the file says where it was."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        place = talk.chat.sight.place
        talk.story.note(place, DeedKind.OTHER, {"what": "did something in a group"})
        await talk.chat.pick("Apple")
        recording = await talk.record(simulator)

    assert recording.differences == (
        "line 10: here ann did something in a group, which a scenario cannot",
    )


async def test_what_is_sent_and_shared_is_written(make_simulator: MakeSimulator) -> None:
    """Files, places and the like have their words, and a key under the chat what was chosen."""
    simulator = make_simulator(main=SHARED)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.give("document", {"file_name": "plan.pdf", "mime_type": "application/pdf"})
        await talk.chat.give("video", "The garden")
        await talk.chat.give("dice", {"value": 3})
        await talk.chat.give("venue", {"title": "Here"})
        await talk.chat.give("poll", given=True)
        await talk.chat.give("checklist", given=True)
        await talk.chat.press("Choose friends", share={"users": ["bob"]})
        await talk.chat.press("Open the menu", share={"web_app": "Soup"})
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert [line for line in _acts(recording) if line.startswith("- ")] == [
        "- send: /main",
        "- document: {file_name: plan.pdf, mime_type: application/pdf}",
        "- video: The garden",
        "- dice: {emoji: 🎲, value: 3}",
        "- venue: {latitude: 52.52, longitude: 13.405, title: Here, address: Some street}",
        '- poll: {question: "Yes or no?", options: ["Yes", "No"]}',
        "- checklist: {title: To do, tasks: [One, Two]}",
        "- press: Choose friends",
        "- press: Open the menu",
    ]
    assert "share: {users: [{user_id: 6002, first_name: Bobby}]}" in recording.text
    assert "share: {web_app: Soup}" in recording.text
    await _plays(simulator, recording.text)


async def test_time_that_makes_a_difference_passes(make_simulator: MakeSimulator) -> None:
    """Where the conversation cannot be done again at one moment, it is done with as much time as it took."""

    @query("things.list")
    async def list_things(context: Context) -> list[Thing]:
        """List what is ripe by now."""
        ripe = [Thing(1, "Apple")] if context.now - BEGINNING < timedelta(hours=1) else []
        return [*ripe, Thing(2, "Pear"), Thing(3, "Pear tree")][:2]

    simulator = make_simulator(list_things, take_thing, main=MAIN)
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        await talk.chat.wait("40s")
        await talk.chat.pick("Apple")
        await talk.chat.wait("2m")
        await talk.chat.send("/main")
        await talk.chat.wait("2h")
        await talk.chat.send("/main")
        await talk.chat.pick("Pear tree")
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert [line for line in _acts(recording) if "wait" in line] == ["- wait: 2m", "- wait: 2h"]
    await _plays(simulator, recording.text)


NOT_OF_PEOPLE = (Sort.RESTART, Sort.FORGET, Sort.ROLE)


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_people_do_is_recorded(make_simulator: MakeSimulator, seed: int) -> None:
    """A conversation at random, with old buttons, double presses, pauses and wrong answers, plays as it was recorded."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    chooser, rng = Chooser(simulator.bot), Random(seed)  # noqa: S311 - to be had again
    async with held(simulator) as talk:
        teller = Teller(talk.chat.stage)
        for _ in range(15):
            who = rng.choice(["ann", "bob"])
            choices = await chooser.list_choices(talk.chat.stage, who, rng)
            of_people = [one for one in choices if one.sort not in NOT_OF_PEOPLE]
            with suppress(SimulationError):
                await teller.do(rng.choice(of_people).doing)
        recording = await talk.record(simulator)

    assert recording.differences == (), recording.text


STEADY = {
    "✅ Booked! № 10": "✅ Booked!",
    "Free times for Haircut on Wednesday, November 4, 2026:": "Free times for Haircut on Wednesday, November",
    "Shall we book this?": "Shall we book this?",
    "9:00 AM": "9:00 AM",
    "No 7": "No 7",
}


@pytest.mark.parametrize(("line", "part"), STEADY.items(), ids=STEADY)
async def test_what_changes_from_day_to_day_is_left_out(
    make_simulator: MakeSimulator, line: str, part: str
) -> None:
    """Of a line that is seen, the part before its first number is kept, unless hardly anything is left."""
    simulator = make_simulator(*ACTIONS, main=MAIN.replace("Which thing?", line))
    async with held(simulator) as talk:
        await talk.chat.send("/main")
        recording = await talk.record(simulator)

    (scenario,) = ScenarioReader(simulator.bot).read("x.yaml", recording.text).scenarios
    assert scenario.lines[0].expectations[0][1] == See(text=part)
