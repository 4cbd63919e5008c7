"""`usher outbox list|retry|drop`: messages that must arrive, and what is to become of those that did not.

It knows nothing of what a message says.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC
from typing import TYPE_CHECKING

import storage
from engine.service.commands.rows import connected, draw_table
from engine.service.errors import SettingsError
from engine.service.settings import DatabaseSettings, load_settings
from storage.outbox import Fate

if TYPE_CHECKING:
    from argparse import Namespace

    from storage.letters import Letter

_HEADINGS = ("MESSAGE", "BOT", "DUE (UTC)", "NOTICE", "CHAT", "TRIES", "STATE", "REASON")


def run(options: Namespace) -> int:
    """Do what was asked and say what came of it; return 1 when a message that was named is not there to be changed."""
    settings = load_settings(DatabaseSettings, env_file=options.env_file)
    if options.action == "list":
        sys.stdout.write(asyncio.run(_list(settings, every=options.all)))
        return 0
    if bool(options.messages) == options.all:
        raise SettingsError("name the messages, as `usher outbox list` shows them, or say --all")
    return asyncio.run(_change(settings, options))


async def _list(settings: DatabaseSettings, *, every: bool) -> str:
    async with connected(settings) as connection:
        letters = await storage.letters.list_ended(connection, Fate.DEAD)
        depth = await storage.outbox.measure(connection)
        if every:
            letters += await storage.letters.list_open(connection)
    state = (
        f"{depth.dead} dead; {depth.waiting} waiting, {depth.due} due, {depth.claimed} being sent"
    )
    if depth.due:
        state += f", the oldest due for {depth.oldest_seconds:.0f} s"
    lines = ["", *draw_table([_HEADINGS, *map(_row, letters)])] if letters else []
    return "\n".join([state, *lines]) + "\n"


async def _change(settings: DatabaseSettings, options: Namespace) -> int:
    async with connected(settings) as connection:
        act = storage.letters.retry if options.action == "retry" else storage.letters.drop
        dead = await storage.letters.list_ended(connection, Fate.DEAD)
        named = [one.id for one in dead] if options.all else options.messages
        changed = await act(connection, named)
    done = "to be sent again" if options.action == "retry" else "dropped"
    sys.stdout.write(f"{len(changed)} {done}\n")
    missing = sorted(set(options.messages) - changed)
    for number in missing:
        sys.stderr.write(f"usher: {number} is not dead\n")
    return 1 if missing else 0


def _row(one: Letter) -> tuple[str, ...]:
    due = one.due_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    numbers = (str(one.chat_id), str(one.attempts))
    return (str(one.id), str(one.bot_id), due, one.notice, *numbers, one.state, one.reason or "")
