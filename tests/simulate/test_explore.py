"""The explorer: what is wrong is found, whatever it is, told once, and shortened; the same seed walks the same way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import pytest

from engine.actions import Context, Outcome, command
from engine.simulate.explore.choices import commands_of, list_doings
from engine.simulate.explore.matching import find_match
from engine.simulate.explore.shrink import Shrinker
from engine.simulate.explore.story import Doing, Story, tell, write_lines
from engine.simulate.explore.walk import Budget, Explorer
from engine.simulate.scenarios.model import Pick, Press, Restart, Send, Sound
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.scenarios.write import write_scenarios
from engine.simulate.sound import Wrong
from engine.simulate.stage import Given, Someone
from engine.simulate.stubs import Stub
from tests.simulate.test_chat import ACTIONS, MAIN, list_things

if TYPE_CHECKING:
    from engine.simulate.explore.walk import Discovery
    from engine.simulate.scenarios.model import Act
    from engine.simulate.stage import Simulator
    from tests.simulate.conftest import MakeSimulator


@command("things.take")
async def take_carefully(
    context: Context, *, id: int, note: str | None = None  # noqa: A002 - what flows call it
) -> Outcome[Literal["gone"]] | None:
    """Take a thing, but for one that has no note."""
    del context
    if id == 2 and note is None:
        raise LookupError("a pear has no note")
    return None


async def _walk(simulator: Simulator, presses: int, seed: int = 1) -> list[Discovery]:
    explorer = Explorer(simulator, Budget(presses, seed))
    return [found async for found in explorer.walk() if found is not None]


async def _shrink(simulator: Simulator, found: Discovery) -> Story:
    async def retell(story: Story) -> Story | None:
        told = await tell(simulator, story)
        return told.story if told.flaw == found.flaw else None

    offer = partial(list_doings, simulator)
    shrinker = Shrinker(retell, offer, commands_of(simulator.bot), tries=200)
    return await shrinker.shrink(found.story)


async def _nothing(_story: Story) -> list[Doing]:
    return []


async def test_a_bot_without_a_flaw_is_walked_without_a_finding(
    make_simulator: MakeSimulator,
) -> None:
    """Old buttons, presses in one moment, restarts, lost conversations and odd words are no findings."""
    explorer = Explorer(make_simulator(*ACTIONS, main=MAIN), Budget(250))

    found = [one async for one in explorer.walk() if one is not None]

    assert found == []
    assert explorer.figures.presses == 250
    assert {"what", "note", "sure", "save", "done"} <= {step for _, step in explorer.figures.steps}


async def test_what_raises_is_found_and_shortened(make_simulator: MakeSimulator) -> None:
    """An action that breaks for one item and one answer is found, and only the way there is left."""
    simulator = make_simulator(list_things, take_carefully, main=MAIN)

    found = (await _walk(simulator, 400))[0]
    story = await _shrink(simulator, found)

    assert found.flaw.wrong is Wrong.RAISED
    assert found.flaw.fact == "LookupError in take_carefully: a pear has no note"
    assert [doing.act for doing in story.doings] == [
        Send("/main"),
        Press(text="Pear kg"),
        Press(text="Skip"),
        Press(text="Yes"),
    ]
    assert story.given == Given()


async def test_the_same_seed_walks_the_same_way(make_simulator: MakeSimulator) -> None:
    """A finding can be had again by its seed, and another seed leads elsewhere."""
    simulator = make_simulator(list_things, take_carefully, main=MAIN)

    one, same, other = [await _walk(simulator, 120, seed) for seed in (1, 1, 2)]

    assert one == same
    assert one != other


async def test_a_finding_is_a_scenario_that_fails(make_simulator: MakeSimulator) -> None:
    """What was found is written as a file that reads back, and its last line does not hold."""
    simulator = make_simulator(list_things, take_carefully, main=MAIN)
    doings = (Send("/main"), Pick(2), Press(text="Skip"), Press(text="Yes"))
    story = Story(Given(), tuple(Doing("ann", act) for act in doings))
    text = write_scenarios({"Found": write_lines(story, Sound())}, story.given)
    read = ScenarioReader(simulator.bot).read("found.yaml", text)
    assert read.problems == ()

    with pytest.raises(ScenarioFailedError, match="a turn ended as recovered"):
        await play_scenario(simulator, read.scenarios[0])


async def test_a_conversation_that_is_sound_passes(make_simulator: MakeSimulator) -> None:
    """Where nothing is wrong, a line that must be sound holds."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    text = "scenarios: {One: {play: [{send: /main, sound: true}, {pick: 1, sound: true}]}}"
    read = ScenarioReader(simulator.bot).read("x.yaml", text)
    assert read.problems == ()

    await play_scenario(simulator, read.scenarios[0])


async def test_what_breaks_because_a_test_says_so_is_no_finding(
    make_simulator: MakeSimulator,
) -> None:
    """An action that is given to fail may end a turn at the error's edge."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    given = Given(stubs={"things.take": Stub(fails=True)})
    acts = (Send("/main"), Pick(1), Press(text="Skip"), Press(text="Yes"))

    told = await tell(simulator, Story(given, tuple(Doing("ann", act) for act in acts)))

    assert told.flaw is None
    assert len(told.story.doings) == 4


async def test_one_command_stands_for_the_way_there() -> None:
    """What led to a flow is replaced by the command that opens it."""
    acts: list[Act] = [Send("/start"), Press(text="Book"), Press(text="Yes")]

    async def retell(story: Story) -> Story | None:
        told = [one.act for one in story.doings]
        return story if told in (acts, [Send("/book"), Press(text="Yes")]) else None

    story = Story(Given(), tuple(Doing("ann", act) for act in acts))
    story = await Shrinker(retell, _nothing, ("/help", "/book")).shrink(story)

    assert [one.act for one in story.doings] == [Send("/book"), Press(text="Yes")]


async def test_another_act_that_ends_the_same_way_sooner_is_found() -> None:
    """Where one button is as wrong as another, the one that is reached first is told."""
    acts: list[Act] = [Send("/main"), Press(text="Deep"), Press(text="Deeper"), Press(text="Wrong")]

    async def retell(story: Story) -> Story | None:
        told = [one.act for one in story.doings]
        return story if told in (acts, [Send("/main"), Press(text="Also wrong")]) else None

    async def offer(story: Story) -> list[Doing]:
        return [Doing("ann", Press(text="Also wrong"))] if story.doings else []

    story = Story(Given(), tuple(Doing("ann", act) for act in acts))
    story = await Shrinker(retell, offer).shrink(story)

    assert [one.act for one in story.doings] == [Send("/main"), Press(text="Also wrong")]


async def test_what_cannot_be_done_is_left_out(make_simulator: MakeSimulator) -> None:
    """A story is told on without the acts for which there is no button."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    doings = (Doing("ann", Press(text="Nothing")), Doing("ann", Send("/main")))

    told = await tell(simulator, Story(Given(), doings))

    assert told.story.doings == doings[1:]


async def test_a_story_is_shortened_to_what_matters() -> None:
    """Acts, people, roles and names that do not matter are left out, and long words become short."""
    people = {"ann": Someone("x" * 64, "admin"), "bob": Someone("Bob")}
    acts: list[Act] = [
        Restart(),
        Send("<b>"),
        *[Send("/go")] * 20,
        Press(text="Yes", is_twice=True),
    ]
    doings = tuple(Doing("ann", act) for act in acts)

    async def retell(story: Story) -> Story | None:
        texts = [one.act for one in story.doings]
        wrong = any(isinstance(one, Press) for one in texts) and texts.count(Send("/go")) > 1
        return story if wrong and story.given.people["ann"].role == "admin" else None

    story = await Shrinker(retell, _nothing).shrink(Story(Given(people=people), doings))

    assert [one.act for one in story.doings] == [Send("/go"), Send("/go"), Press(text="Yes")]
    assert story.given == Given(people={"ann": Someone("Ann", "admin")})


PATTERNS = ("[A-Z]{2}[0-9]{3}", r"\d+(-\w)?", "yes|no", "[^a]b.", "(?:x|y)*z", "^a?$", r"\S\D")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_given_what_it_takes(pattern: str) -> None:
    """Answers of a pattern can be thought up."""
    assert find_match(pattern) is not None
