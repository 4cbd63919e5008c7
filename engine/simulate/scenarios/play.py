"""Plays a scenario: line by line, until one does not hold.

It knows what a line means; what happens in the conversation is the chat's.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, assert_never

from engine.dialog.ports import UnavailableError
from engine.emulator.people import ImpossibleError
from engine.flow.values import to_json
from engine.simulate.chat import Chat, simulate
from engine.simulate.scenarios.model import (
    At,
    Become,
    Block,
    Calls,
    Data,
    Delete,
    Deploy,
    Ended,
    Forget,
    Pay,
    Pick,
    Press,
    Restart,
    Rows,
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
from engine.simulate.sound import Inspector
from engine.simulate.witness import SimulationError, fits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.actions import User
    from engine.flow.problems import Position
    from engine.simulate.scenarios.model import Act, Expectation, Line, Mishap, Scenario
    from engine.simulate.screens import Screens
    from engine.simulate.stage import Simulator


class ScenarioFailedError(AssertionError):
    """A line of a scenario does not hold; it is told where it stands."""

    def __init__(self, position: Position, reason: str) -> None:
        super().__init__(f"{position.path}:{position.line}:{position.column}: {reason}")
        self.position = position


async def play_scenario(
    simulator: Simulator, scenario: Scenario, screens: Screens | None = None
) -> None:
    """Play a scenario in a simulation of its own; `screens` take down what everybody sees.

    Raises:
        ScenarioFailedError: a line does not hold.
    """
    place = scenario.position
    try:
        async with simulate(simulator, given=scenario.given) as chat:
            for line in scenario.lines:
                place = line.position
                if line.who is not None:
                    chat = chat.of(line.who)  # noqa: PLW2901 - it is another person's from here on
                there = chat if line.inside is None else await chat.within(line.inside)
                await _do(there, line)
                if line.act is not None and screens is not None:
                    screens.note(chat.stage)
                for place, expectation in line.expectations:  # noqa: B007 - told where it fails
                    await _expect(there, expectation)
    except (SimulationError, ImpossibleError, UnavailableError) as error:
        raise ScenarioFailedError(place, str(error)) from error


async def _do(chat: Chat, line: Line) -> None:
    if line.act is None:
        return
    with chat.telegram(line.telegram) if line.telegram else nullcontext():
        await perform_act(chat, line.act)


async def perform_act(chat: Chat, act: Act) -> None:
    """Do what an act says.

    Raises:
        SimulationError: it cannot be done now.
        ImpossibleError: nobody could do it in Telegram.
    """
    match act:
        case Send():
            await chat.send(act.text, inside=act.inside)
        case Press():
            await chat.press(
                act.text,
                pattern=act.pattern,
                path=act.path,
                old=act.is_old,
                twice=act.is_twice,
                share=act.share,
                inside=act.inside,
            )
        case Pick():
            await chat.pick(act.item, twice=act.is_twice, inside=act.inside)
        case ShareContact():
            await chat.contact(act.phone)
        case ShareLocation():
            await chat.location(act.latitude, act.longitude)
        case SendPhoto():
            await chat.photo(act.caption)
        case SendContent():
            await chat.give(act.kind, act.given)
        case Pay() | Settle():
            await (chat.pay(act.provider) if isinstance(act, Pay) else chat.settle())
        case Wait():
            await chat.wait(act.passed)
        case _:
            await _befall(chat, act)


async def _befall(chat: Chat, mishap: Mishap) -> None:
    match mishap:
        case Delete():
            await chat.delete(mishap.text)
        case Block():
            await chat.block()
        case Unblock():
            await chat.unblock()
        case Become():
            await chat.become(mishap.role)
        case Restart():
            await chat.restart()
        case Forget():
            await chat.forget()
        case Deploy():
            await chat.deploy(mishap.bot)
        case _:
            assert_never(mishap)


async def _expect(chat: Chat, expected: Expectation) -> None:
    match expected:
        case See():
            chat.sees(
                expected.text,
                pattern=expected.pattern,
                buttons=expected.buttons,
                absent=expected.absent,
                alert=expected.alert,
                media=expected.media,
                new=expected.new,
            )
        case At():
            await chat.at(expected.place)
        case Data():
            await _see_data(chat, expected)
        case Calls():
            _see_calls(chat, expected.commands)
        case Ended():
            await chat.ended(expected.flow)
        case Rows():
            await _see_rows(chat, expected)
        case Sound():
            await _see_sound(chat)
        case _:
            assert_never(expected)


async def _see_sound(chat: Chat) -> None:
    inspector = Inspector(chat.stage)
    flaw = await inspector.inspect(chat.name) or await inspector.look_at_rows()
    if flaw is not None:
        raise chat.fail(flaw.fact)


async def _see_data(chat: Chat, expected: Data) -> None:
    context = await chat.stage.where(chat.sight, chat.strand)
    if context is None:
        raise chat.fail(f"{chat.name} is in no flow")
    found = chat.stage.data_of(context)
    environment: dict[str, Any] = {"data": found.data, "params": found.params}
    environment |= await chat.asker()
    text = expected.condition.text
    values = ", ".join(f"{name} is {value!r}" for name, value in found.data.items())
    try:
        holds = expected.condition.evaluate(environment)
    except (AttributeError, TypeError) as error:
        raise chat.fail(f'"{text}" reads what is not set; {values}') from error
    if not holds:
        raise chat.fail(f'"{text}" does not hold; {values}')


def _see_calls(chat: Chat, commands: Mapping[str, Mapping[str, Any]]) -> None:
    if not commands:
        chat.called_nothing()
    for name, arguments in commands.items():
        chat.called(name, **arguments)


async def _see_rows(chat: Chat, expected: Rows) -> None:
    environment = await chat.asker()
    user: User = environment["user"]
    query = expected.query
    found = await chat.stage.ports.runner.query(
        query, query.evaluate(environment), user=user, now=chat.stage.clock.now
    )
    rows = to_json(query.type, found)
    listed = rows if isinstance(rows, list) else [rows]
    if not fits(list(expected.are), listed):
        raise chat.fail(f"{query.text} gives {listed}, not {list(expected.are)}")
