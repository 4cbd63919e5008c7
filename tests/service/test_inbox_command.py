"""`usher inbox`: an operator sees what was given up, has it handled again, or drops it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage import inbox
from storage.database import create_pool
from storage.inbox import Arrival
from tests.service.conftest import Usher


@pytest.fixture
async def pool(migrated_url: str) -> AsyncIterator[Any]:
    """Give a pool on an empty inbox."""
    async with create_pool(migrated_url, connections=1, server_settings={}) as pool:
        await pool.execute("TRUNCATE inbox")
        yield pool
        await pool.execute("TRUNCATE inbox")


async def give_up(pool: Any, bot_id: int, update_id: int, *, lane: int = 5) -> None:
    """Set an update aside."""
    raw = f'{{"update_id":{update_id},"message":{{"text":"my secret"}}}}'
    await inbox.put(pool, bot_id, [Arrival(update_id, lane, raw)])
    (claimed,) = await inbox.claim(pool, bot_id, 1, lanes=1)
    await inbox.set_aside(pool, claimed, reason="KeyError at create_booking:41")


async def test_nothing_is_said_to_be_nothing(here: Usher, pool: Any, migrated_url: str) -> None:
    """A healthy inbox is one line."""
    await inbox.put(pool, 1, [Arrival(1, 5, "{}")])

    done = here("inbox", "list", DATABASE_URL=migrated_url)

    assert done.returncode == 0
    assert done.stdout.startswith("nothing was set aside; 1 waiting, 0 being handled, the oldest")


async def test_what_was_set_aside_is_listed(here: Usher, pool: Any, migrated_url: str) -> None:
    """Number, bot, time, kind, chat, tries and reason; not a word of what somebody wrote."""
    await give_up(pool, 1, 11)
    await give_up(pool, 2, 1_000_012, lane=-100)

    done = here("inbox", "list", DATABASE_URL=migrated_url)

    assert done.returncode == 0, done.stderr
    first, _, headings, one, other = done.stdout.splitlines()
    assert first == "2 updates were set aside; 0 waiting, 0 being handled"
    assert headings.startswith("UPDATE ")
    assert one.split()[:2] == ["11", "1"]
    assert one.endswith("message  5     1      KeyError at create_booking:41")
    assert other.split()[5] == "-100"
    assert "my secret" not in done.stdout


async def test_an_update_is_handled_again(usher: Usher, pool: Any, migrated_url: str) -> None:
    """Retried, it is open and as new; a number that is not set aside is told and ends with 1."""
    await give_up(pool, 1, 11)

    done = usher("inbox", "retry", "11", "12", DATABASE_URL=migrated_url)

    assert (done.returncode, done.stdout) == (1, "1 to be handled again\n")
    assert done.stderr == "usher: 12 is not set aside\n"
    await asyncio.sleep(1)
    assert [one.attempts for one in await inbox.claim(pool, 1, 1, lanes=1)] == [0]


async def test_all_are_dropped(here: Usher, pool: Any, migrated_url: str) -> None:
    """Dropped, they are done."""
    await give_up(pool, 1, 11)
    await give_up(pool, 2, 11)

    done = here("inbox", "drop", "--all", DATABASE_URL=migrated_url)

    assert (done.returncode, done.stdout) == (0, "2 dropped\n")
    assert await inbox.list_set_aside(pool) == []


async def test_a_number_of_two_bots_needs_the_bot(
    here: Usher, pool: Any, migrated_url: str
) -> None:
    """Updates of two bots may have one number; which is meant has to be said."""
    await give_up(pool, 1, 11)
    await give_up(pool, 2, 11)

    asked = here("inbox", "drop", "11", DATABASE_URL=migrated_url)
    said = here("inbox", "drop", "11", "--bot", "2", DATABASE_URL=migrated_url)

    assert asked.returncode == 2
    assert asked.stderr == "usher: 11 is set aside for bots 1, 2; name one, with --bot\n"
    assert (said.returncode, said.stdout) == (0, "1 dropped\n")
    assert [one.bot_id for one in await inbox.list_set_aside(pool)] == [1]


@pytest.mark.parametrize("arguments", [["retry"], ["drop", "1", "--all"], ["drop", "one"]])
def test_wrong_use_is_told(arguments: list[str], here: Usher, migrated_url: str) -> None:
    """Nothing is touched unless it was said which."""
    assert here("inbox", *arguments, DATABASE_URL=migrated_url).returncode == 2


def test_a_database_that_is_away_is_told(here: Usher) -> None:
    """One line, without its password."""
    done = here("inbox", "list", DATABASE_URL="postgresql://u:hunter2@127.0.0.1:9/x")

    assert done.returncode == 1
    assert done.stderr.startswith("usher: PostgreSQL at DATABASE_URL cannot be reached")
    assert "hunter2" not in done.stderr
