"""A simulated chat: what people do reaches the bot, what they must see is looked at, failures tell the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from engine.actions import Context, Outcome, command, query
from engine.simulate.chat import simulate
from engine.simulate.sight import nearest
from engine.simulate.stage import Given, Someone
from engine.simulate.stubs import Stub
from engine.simulate.witness import SimulationError

if TYPE_CHECKING:
    from tests.simulate.conftest import MakeSimulator

MAIN = """\
flow: main
version: 1
title: Main
start: [/main]
data:
  thing: Thing
  note: {type: text, max: 100, optional: true}
steps:
  what:
    choose: things.list()
    text: "Which thing?"
    button: "{{ item.title }}\\u202fkg"
    save: {thing: item}
    empty: {text: "There is nothing.", go: end}
  note:
    ask: text
    text: "A note on {{ data.thing.title }}?"
    max: 100
    save: {note: it}
    buttons:
      - {text: "Skip", go: sure, save: {note: None}}
    timeout: {after: 10m, go: sure, say: "Too slow."}
  sure:
    show: "Sure?"
    buttons:
      - {text: "Yes", go: save}
      - {text: "Yes, but later", go: what}
  save:
    do: things.take(id=data.thing.id, note=data.note)
    outcomes: {gone: {go: what, say: "It is gone."}}
    go: done
  done:
    show: "Done."
    end: {}
"""


@dataclass(frozen=True)
class Thing:
    """Something to choose."""

    id: int
    title: str


@query("things.list")
async def list_things(context: Context) -> list[Thing]:
    """List things."""
    del context
    return [Thing(1, "Apple"), Thing(2, "Pear"), Thing(3, "Pear tree")]


@command("things.take")
async def take_thing(
    context: Context, *, id: int, note: str | None = None  # noqa: A002 - what flows call it
) -> Outcome[Literal["gone"]] | None:
    """Take a thing."""
    del context, note
    return Outcome("gone") if id == 0 else None


ACTIONS = (list_things, take_thing)


async def test_a_conversation_is_held_from_its_start_to_its_end(
    make_simulator: MakeSimulator,
) -> None:
    """Messages, picks and presses move the conversation; screens, steps, commands and its end can be looked at."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        chat.sees("Which thing?", buttons=["Apple kg"], absent=["Skip"])
        await chat.pick(1)
        await chat.at("main.note")
        await chat.send("ripe")
        chat.sees(pattern="^Sure")
        await chat.press("Yes")
        chat.sees("Done.", new=True)
        chat.called("things.take", id=1, note="ripe")
        await chat.ended("main")


async def test_a_label_or_a_part_of_one_finds_a_button(make_simulator: MakeSimulator) -> None:
    """The whole label goes before a part; a part that several have is refused with their names."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        with pytest.raises(
            SimulationError, match=r'"Pear" is in more than one item: "Pear.kg", "Pear tree.kg"'
        ):
            await chat.pick("Pear")
        await chat.pick("Pear kg")
        await chat.press("Skip")
        await chat.press("Yes")

        chat.sees("Done.")


async def test_a_button_is_found_by_pattern_and_by_path(make_simulator: MakeSimulator) -> None:
    """A path is that of the button's text, whatever language it is in."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.press(pattern="^App")
        await chat.press(path="main.note.buttons.sure")

        chat.sees("Sure?")


async def test_a_failure_tells_what_is_seen_and_what_has_happened(
    make_simulator: MakeSimulator,
) -> None:
    """Who reads a failure knows the screen, the nearest button and every act before it."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        with pytest.raises(SimulationError) as failure:
            await chat.press("Aple kg")

    assert str(failure.value).replace("\u202f", " ") == """\
there is no button "Aple kg"; the nearest is "Apple kg"; there are "Apple kg", "Pear kg", "Pear tree kg"
ann sees:
  Which thing?
  [Apple kg]
  [Pear kg]
  [Pear tree kg]
so far:
  ann sends "/main"
      ann sees:
        Which thing?
        [Apple kg]
        [Pear kg]
        [Pear tree kg]"""


async def test_time_passes_when_it_is_told_to(make_simulator: MakeSimulator) -> None:
    """A timeout happens at its moment and not before."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.pick(1)
        await chat.wait("9m")
        chat.sees("A note on Apple?", new=False)
        await chat.wait("1m")

        chat.sees("Too slow.")


async def test_an_action_can_be_stood_in_for(make_simulator: MakeSimulator) -> None:
    """An outcome that a test asks for is met as often as it says; then the action itself is carried out."""
    given = Given(stubs={"things.take": Stub(outcome="gone", times=1)})
    async with simulate(make_simulator(*ACTIONS, main=MAIN), given=given) as chat:
        for shown in ("It is gone.", "Done."):
            await chat.send("/main")
            await chat.pick(1)
            await chat.press("Skip")
            await chat.press("Yes")
            chat.sees(shown)


async def test_a_query_can_be_stood_in_for(make_simulator: MakeSimulator) -> None:
    """What a query returns is given as JSON of its type."""
    given = Given(stubs={"things.list": Stub(result=[{"id": 7, "title": "Plum"}])})
    async with simulate(make_simulator(*ACTIONS, main=MAIN), given=given) as chat:
        await chat.send("/main")

        assert [label.replace("\u202f", " ") for label in chat.buttons] == ["Plum kg"]


async def test_a_failure_of_an_action_is_met_as_at_run_time(make_simulator: MakeSimulator) -> None:
    """What breaks leads to the bot's own sentence, and the story says that the turn recovered."""
    given = Given(stubs={"things.take": Stub(fails=True)})
    async with simulate(make_simulator(*ACTIONS, main=MAIN), given=given) as chat:
        await chat.send("/main")
        await chat.pick(1)
        await chat.press("Skip")
        await chat.press("Yes")

        chat.sees("Broken.")
        assert "the turn ended as recovered" in chat.stage.transcript.render()


async def test_people_have_chats_of_their_own(make_simulator: MakeSimulator) -> None:
    """What one does another does not see, and each has the role that is given."""
    people = {"ann": Someone("Ann"), "bob": Someone("Bob", role="admin")}
    async with simulate(make_simulator(*ACTIONS, main=MAIN), given=Given(people=people)) as chat:
        bob = chat.of("bob")
        await chat.send("/main")
        await bob.send("/start")

        chat.sees("Which thing?", new=False)
        bob.sees("Home, Bob.")
        with pytest.raises(
            SimulationError, match='nobody is called "eve"; people are "ann", "bob"'
        ):
            chat.of("eve")


async def test_a_restart_between_turns_changes_nothing(make_simulator: MakeSimulator) -> None:
    """A bot that is started anew goes on from what was kept."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        chat.stage.restart()
        await chat.pick(1)

        chat.sees("A note on Apple?")


async def test_each_simulation_begins_anew(make_simulator: MakeSimulator) -> None:
    """Nobody stands where somebody stood in the simulation before."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    async with simulate(simulator) as chat:
        await chat.send("/main")
    async with simulate(simulator) as chat:
        await chat.send("hello")

        chat.sees("Home, Ann.")


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ({"text": "Home"}, 'ann does not see "Home"'),
        ({"pattern": "^thing"}, 'nothing that ann sees fits the pattern "^thing"'),
        ({"buttons": ["Plum"]}, 'ann sees no button "Plum"'),
        ({"absent": ["Apple kg"]}, 'ann sees a button "Apple kg", which should not be there'),
        ({"alert": "Old"}, 'ann is not told "Old", but nothing'),
        ({"media": "photo"}, "ann sees no photo"),
        ({"new": False}, "something came or changed, and nothing should"),
    ],
    ids=["text", "pattern", "buttons", "absent", "alert", "media", "new"],
)
async def test_what_is_not_so_is_told(
    make_simulator: MakeSimulator, expected: dict[str, object], sentence: str
) -> None:
    """Each thing that can be looked at fails with its own sentence."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        with pytest.raises(SimulationError) as failure:
            chat.sees(**expected)  # type: ignore[arg-type]  # each is of its own type

    assert str(failure.value).startswith(sentence)


async def test_commands_that_were_not_carried_out_are_told(make_simulator: MakeSimulator) -> None:
    """What was carried out instead stands beside what was wanted."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.pick(1)
        await chat.press("Skip")
        chat.called_nothing()
        await chat.press("Yes")
        with pytest.raises(
            SimulationError,
            match=r"things.take\(id=2\) was not carried out, but things.take\(id=1, note=None\)",
        ):
            chat.called("things.take", id=2)
        with pytest.raises(SimulationError, match="was carried out, and nothing should be"):
            chat.called_nothing()


@pytest.mark.parametrize(
    ("wanted", "label"),
    [("Mite", "Mitte, Rosenthaler Str. 12"), ("harcut", "Haircut · 45 min"), ("Berlin", None)],
)
def test_the_nearest_label_is_found_by_a_part_of_it(wanted: str, label: str | None) -> None:
    """Who misspells the part of a label that they name is told the label."""
    labels = ["Haircut · 45 min", "Kreuzberg, Oranienstr. 40", "Mitte, Rosenthaler Str. 12"]

    assert nearest(wanted, labels) == label


async def test_what_the_client_does_alone_is_told(make_simulator: MakeSimulator) -> None:
    """A press of which the bot would hear nothing fails the test, and says what the client would do."""
    main = """\
flow: main
version: 1
title: Main
start: [/main]
steps:
  all:
    show: All.
    buttons:
      - {text: Site, url: "https://example.com"}
      - {text: Copy, copy: "S-17"}
      - {text: Ask, inline: cut, to: here}
      - {text: On, go: end}
"""
    async with simulate(make_simulator(main=main)) as chat:
        await chat.send("/main")
        for label, deed in {
            "Site": "opens https://example.com",
            "Copy": 'copies "S-17"',
            "Ask": 'begins the query "cut"',
        }.items():
            with pytest.raises(SimulationError, match=f'"{label}" {deed}, which is not followed'):
                await chat.press(label)
