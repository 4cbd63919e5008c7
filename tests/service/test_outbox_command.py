"""`usher outbox`: an operator sees what could not be delivered, has it sent after all, or gives it up."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from storage import letters
from storage.database import create_pool
from storage.outbox import Fate
from tests.service.conftest import Usher


@pytest.fixture
async def pool(migrated_url: str) -> AsyncIterator[Any]:
    """Give a pool on an empty outbox."""
    async with create_pool(migrated_url, connections=1, server_settings={}) as pool:
        await pool.execute("TRUNCATE outbox")
        yield pool
        await pool.execute("TRUNCATE outbox")


async def write(pool: Any, *, dead: bool = True) -> int:
    """Write a message, dead or waiting for tomorrow, and give its number."""
    ended = (datetime.now(UTC), "dead", "Bad Request: chat not found") if dead else (None,) * 3
    return int(
        await pool.fetchval(
            "INSERT INTO outbox"
            " (bot_id, chat_id, notice, arguments, policy, due_at, ended_at, fate, reason)"
            " VALUES (7, 5, 'reminder', $4, 'may_repeat', now() + interval '1 day', $1, $2, $3)"
            " RETURNING id",
            *ended,
            '{"note": "my secret"}',
        )
    )


async def test_the_dead_are_listed(here: Usher, pool: Any, migrated_url: str) -> None:
    """Number, bot, time, notice, chat, tries, state and reason; with `--all` also what waits; no word of a message."""
    dead, waiting = await write(pool), await write(pool, dead=False)

    few = here("outbox", "list", DATABASE_URL=migrated_url)
    every = here("outbox", "list", "--all", DATABASE_URL=migrated_url)

    assert few.returncode == 0, few.stderr
    assert few.stdout.startswith("1 dead; 1 waiting, 0 due, 0 being sent\n\nMESSAGE  BOT")
    assert few.stdout.splitlines()[3].endswith("dead   Bad Request: chat not found")
    assert few.stdout.splitlines()[3].startswith(f"{dead} ")
    assert every.stdout.splitlines()[4].startswith(f"{waiting} ")
    assert "secret" not in few.stdout + every.stdout


async def test_messages_are_sent_after_all(usher: Usher, pool: Any, migrated_url: str) -> None:
    """Retried, a message is open again; one that is not dead is told and ends with 1."""
    dead = await write(pool)

    done = usher("outbox", "retry", str(dead), "99999", DATABASE_URL=migrated_url)

    assert (done.returncode, done.stdout) == (1, "1 to be sent again\n")
    assert done.stderr == "usher: 99999 is not dead\n"
    assert [one.id for one in await letters.list_open(pool)] == [dead]


async def test_messages_are_given_up(here: Usher, pool: Any, migrated_url: str) -> None:
    """All that are dead, or one that waits."""
    await write(pool)
    waiting = await write(pool, dead=False)

    every = here("outbox", "drop", "--all", DATABASE_URL=migrated_url)
    one = here("outbox", "drop", str(waiting), DATABASE_URL=migrated_url)

    assert (every.returncode, every.stdout) == (0, "1 dropped\n")
    assert (one.returncode, one.stdout) == (0, "1 dropped\n")
    assert len(await letters.list_ended(pool, Fate.DROPPED)) == 2


@pytest.mark.parametrize("arguments", [["retry"], ["drop", "1", "--all"], ["drop", "one"]])
def test_wrong_use_is_told(arguments: list[str], here: Usher, migrated_url: str) -> None:
    """Nothing is touched unless it was said which."""
    assert here("outbox", *arguments, DATABASE_URL=migrated_url).returncode == 2
