"""`usher inbox list|retry|drop`: the updates that were given up, and what is to become of them.

It knows nothing of what an update says, and shows none of it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC
from typing import TYPE_CHECKING, Any

import orjson

import storage
from engine.service.commands.rows import connected, draw_table
from engine.service.errors import SettingsError
from engine.service.settings import DatabaseSettings, load_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection, Sequence

    from storage.inbox import SetAside

_HEADINGS = ("UPDATE", "BOT", "CAME (UTC)", "KIND", "CHAT", "TRIES", "REASON")


def run(options: Namespace) -> int:
    """Do what was asked and say what came of it; return 1 when an update that was named is not set aside."""
    settings = load_settings(DatabaseSettings, env_file=options.env_file)
    if options.action == "list":
        sys.stdout.write(asyncio.run(_list(settings)))
        return 0
    if bool(options.updates) == options.all:
        raise SettingsError("name the updates, as `usher inbox list` shows them, or say --all")
    return asyncio.run(_change(settings, options))


async def _list(settings: DatabaseSettings) -> str:
    async with connected(settings) as connection:
        given_up = await storage.inbox.list_set_aside(connection)
        depth = await storage.inbox.measure(connection)
    state = f"{depth.waiting} waiting, {depth.claimed} being handled"
    if depth.waiting + depth.claimed:
        state += f", the oldest came {depth.oldest_seconds:.0f} s ago"
    if not given_up:
        return f"nothing was set aside; {state}\n"
    lines = draw_table([_HEADINGS, *(_row(one) for one in given_up)])
    return f"{_count(given_up)} set aside; {state}\n\n" + "\n".join(lines) + "\n"


async def _change(settings: DatabaseSettings, options: Namespace) -> int:
    async with connected(settings) as connection:
        found = _choose(await storage.inbox.list_set_aside(connection), options)
        act = storage.inbox.retry if options.action == "retry" else storage.inbox.drop
        changed = 0
        for bot_id in sorted({one.bot_id for one in found}):
            numbers = [one.update_id for one in found if one.bot_id == bot_id]
            changed += len(await act(connection, bot_id, numbers))
    done = "to be handled again" if options.action == "retry" else "dropped"
    sys.stdout.write(f"{changed} {done}\n")
    missing = set(options.updates) - {one.update_id for one in found}
    for number in sorted(missing):
        sys.stderr.write(f"usher: {number} is not set aside\n")
    return 1 if missing else 0


def _choose(given_up: Sequence[SetAside], options: Namespace) -> list[SetAside]:
    found = [
        one
        for one in given_up
        if (options.all or one.update_id in options.updates) and options.bot in (None, one.bot_id)
    ]
    for number in options.updates:
        if len(bots := sorted(one.bot_id for one in found if one.update_id == number)) > 1:
            named = ", ".join(map(str, bots))
            raise SettingsError(f"{number} is set aside for bots {named}; name one, with --bot")
    return found


def _row(one: SetAside) -> tuple[str, ...]:
    came = one.received_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    kind = next((name for name in orjson.loads(one.raw) if name != "update_id"), "-")
    numbers = (str(one.update_id), str(one.bot_id))
    return (*numbers, came, kind, str(one.lane or "-"), str(one.attempts), one.reason)


def _count(updates: Collection[Any]) -> str:
    return "1 update was" if len(updates) == 1 else f"{len(updates)} updates were"
