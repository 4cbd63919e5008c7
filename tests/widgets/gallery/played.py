"""An example of the gallery as a running bot, with somebody who talks to it.

It does not know what is looked at then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.problems import render_problems
from tests.dialog.conftest import BOT_YAML, HOME_YAML, open_chat
from tests.widgets.compare import OPENING
from tests.widgets.flows import whole_flow
from tests.widgets.gallery.entries import FILES
from tests.widgets.sides import Side

if TYPE_CHECKING:
    import httpx
    from aiogram import Bot

    from engine.emulator import Emulator
    from tests.widgets.calls import Call
    from tests.widgets.gallery.entries import Entry, Shot


def check_example(entry: Entry) -> str:
    """Return the problems that the checker has with an example, as people read them; empty where it has none."""
    texts = {"bot": BOT_YAML, "home": HOME_YAML, **_flows_of(entry)}
    sources = {FILES / f"{name}.yaml": text for name, text in texts.items()}
    checked = check_flows(FILES, Catalog(entry.queries), sources=sources)
    return render_problems(checked.problems, "text", sources)


def start_example(entry: Entry, emulator: Emulator, bot: Bot, client: httpx.AsyncClient) -> Side:
    """Start the bot of an example."""
    chat = open_chat(bot, client, *entry.queries, beside=FILES, **_flows_of(entry))
    return Side("usher", emulator, chat.bot, chat.dispatcher)


async def play_shot(side: Side, shot: Shot) -> list[Call]:
    """Do what a picture shows, from the beginning, and return what the bot asked for last."""
    side.begin_anew()
    calls: list[Call] = []
    for act in (*OPENING, *shot.play):
        calls = await side.play(act)
    return calls


def _flows_of(entry: Entry) -> dict[str, Any]:
    texts = {"main": entry.yaml, **entry.flows}
    return {name: whole_flow(name, text) for name, text in texts.items()}
