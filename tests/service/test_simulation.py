"""What simulations run on: PostgreSQL as it is, and nothing of one simulation is found by the next."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from actions.catalog import catalog
from engine.actions import ActionKind, Context, User, query
from engine.actions import Catalog as ActionCatalog
from engine.emulator.faults import Fault
from engine.flow.check import check_flows
from engine.flow.expressions import Scope, compile_call
from engine.service.metrics import Metrics
from engine.service.shelf import open_shelf
from engine.service.simulation import open_backstage
from engine.simulate.chat import simulate
from engine.simulate.scenarios.play import play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.stage import Given, Simulator, Someone
from engine.simulate.witness import SimulationError
from storage.conversations import create_client
from storage.seeds.salon import seed_salon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncSession

    from engine.flow.checked import Bot
    from engine.service.simulation import PostgresBackstage
    from tests.conftest import MakeDatabase

FLOWS = Path(__file__).parents[2] / "flows"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ANN = User(6001, "client", "Ann", "en", "UTC")


@pytest.fixture(scope="module")
def bot() -> Bot:
    """Give the shipped bot."""
    checked = check_flows(FLOWS, catalog)
    assert checked.bot is not None
    return checked.bot


@pytest.fixture
async def backstage(new_database: MakeDatabase) -> AsyncIterator[PostgresBackstage]:
    """Give what simulations run on, with the salon in it."""
    async with new_database() as url, open_backstage(url, _seed) as opened:
        yield opened


async def _seed(session: AsyncSession) -> None:
    await seed_salon(session, today=NOW.date())


async def _book(simulator: Simulator) -> str:
    """Book a visit and return what the last screen says."""
    async with simulate(simulator) as chat:
        await chat.send("/book")
        for label in ("Consultation", "Mitte", "Anyone", "4", "2:00 PM", "Skip"):
            await chat.press(label)
        await chat.press("Confirm")
        chat.sees("Booked!")
        return chat.text


async def test_a_simulation_finds_nothing_of_the_one_before(
    bot: Bot, backstage: PostgresBackstage
) -> None:
    """The slot that one has booked is free for the next, and the booking has the same number."""
    simulator = Simulator(bot, backstage)

    first = await _book(simulator)

    assert await _book(simulator) == first


async def test_a_simulation_that_breaks_off_leaves_nothing(
    bot: Bot, backstage: PostgresBackstage
) -> None:
    """What was done before a failure is undone as well."""
    simulator = Simulator(bot, backstage)
    with suppress(SimulationError):
        async with simulate(simulator) as chat:
            await chat.send("/start")
            chat.sees("what nobody says")

    async with backstage.open(bot) as ports:
        assert await ports.directory.find(6001) is None


@query("desk.write")
async def write_in_a_query(context: Context) -> int:
    """Write, which a query may not."""
    await context.session.execute(text("DELETE FROM bookings"))
    return 1


async def test_a_query_that_writes_is_refused(bot: Bot, backstage: PostgresBackstage) -> None:
    """A query is read-only as it is in production, and commands after it can write."""
    desk = ActionCatalog([write_in_a_query])
    call, _ = compile_call("desk.write()", Scope({}), desk, ActionKind.QUERY)
    assert call is not None
    async with backstage.open(bot) as ports:
        with pytest.raises(DBAPIError, match="read-only"):
            await ports.runner.query(call, {}, user=ANN, now=NOW)

        await ports.grant(6001, "admin")
        found = await ports.directory.find(6001)

    assert found is not None
    assert found.role == "admin"


async def test_roles_hold_from_the_first_word_on(bot: Bot, backstage: PostgresBackstage) -> None:
    """Who is given a role has it when they first write."""
    given = Given(people={"robin": Someone("Robin", role="admin")})
    async with simulate(Simulator(bot, backstage), given=given) as chat:
        await chat.send("/admin")

        chat.sees("Administration")


async def test_conversations_can_be_kept_in_redis(
    bot: Bot, new_database: MakeDatabase, redis_url: str
) -> None:
    """The same conversation is held on the store of production, timeouts and a restart included."""
    async with (
        open_shelf(redis_url, Metrics()) as shelf,
        new_database() as url,
        open_backstage(url, _seed, make_store=lambda: shelf) as backstage,
        simulate(Simulator(bot, backstage)) as chat,
    ):
        await chat.send("/book")
        for label in ("Consultation", "Mitte", "Anyone", "4", "2:00 PM", "Skip"):
            await chat.press(label)
            await chat.restart()
        await chat.wait("30m")

        chat.sees("You have not confirmed Consultation")
        await chat.forget()
        await chat.press(old=True, text="Confirm")

        chat.sees("Hello Ann")


async def test_conversations_in_redis_leave_nothing_behind(
    bot: Bot, new_database: MakeDatabase, redis_url: str
) -> None:
    """What somebody else keeps there is not touched, and a simulation that has ended is not found by the next."""
    async with create_client(redis_url, connections=2) as redis, new_database() as url:
        await redis.flushdb()
        await redis.set("somebody's", b"own")
        async with (
            open_shelf(redis_url, Metrics()) as shelf,
            open_backstage(url, _seed, make_store=lambda: shelf) as backstage,
        ):
            simulator = Simulator(bot, backstage)
            for _ in range(2):
                async with simulate(simulator) as chat:
                    await chat.ended("booking")
                    await chat.send("/book")
                    await chat.at("booking.service")

        assert await redis.keys() == [b"somebody's"]


async def test_messages_to_one_person_arrive_in_their_order(
    bot: Bot, backstage: PostgresBackstage
) -> None:
    """One that Telegram sends back holds up those that follow it, and both arrive when it may go again."""
    given = Given(people={"ann": Someone("Ann"), "robin": Someone("Robin", role="admin")})
    async with simulate(Simulator(bot, backstage), given=given) as chat:
        robin = chat.of("robin")
        await robin.send("/start")
        chat_id = robin.sight.place.chat.id
        chat.stage.world.faults.add(
            Fault("sendMessage", error=429, retry_after=300, chat_id=chat_id)
        )
        for day in ("4", "5"):
            await chat.send("/book")
            for label in ("Haircut · 45 min", "Mitte", "Anyone", day, "2:00 PM", "Skip", "Confirm"):
                await chat.press(label)
            robin.sees("Hello Robin", new=False)
        await chat.wait("4m")
        robin.sees(new=False)
        await chat.wait("1m")

        first, second = (message.text for message in robin.sight.fresh)
        assert "November 4" in first
        assert "November 5" in second


async def test_another_version_is_deployed_over_the_database(
    bot: Bot, backstage: PostgresBackstage, tmp_path: Path
) -> None:
    """Who is in the middle goes on in it, and messages that were left before are put into its words."""
    shutil.copytree(FLOWS, tmp_path / "after")
    for name, old, new in (
        ("booking.yaml", "Where would you like to come?", "Which of our two places?"),
        ("bot.yaml", "⏰ Your visit:", "Do not forget:"),
    ):
        path = tmp_path / "after" / name
        path.write_text(path.read_text().replace(old, new))
    text = """\
scenarios:
  A deploy in the middle:
    play:
      - send: /book
      - press: Manicure
      - deploy: after
        see: {new: false}
        at: booking.location
      - send: what
        see: Which of our two places?
      - pick: Mitte
      - press: Anyone
      - pick: 4
      - pick: 1
      - press: Skip
      - press: Confirm
      - wait: 1d
        see: "Do not forget: Manicure"
"""
    read = ScenarioReader(bot).read("x.yaml", text, tmp_path)
    assert read.problems == ()

    await play_scenario(Simulator(bot, backstage), read.scenarios[0])


PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


async def test_scenarios_of_the_page_pass(bot: Bot, backstage: PostgresBackstage) -> None:
    """What the page on testing shows is read without problems and holds."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    reader, simulator = ScenarioReader(bot), Simulator(bot, backstage)
    read = [reader.read(PAGE.name, block) for block in blocks]

    assert [problem for file in read for problem in file.problems] == []
    assert len(read) == 5
    for file in read:
        for scenario in file.scenarios:
            await play_scenario(simulator, scenario)
