"""The explorer on all that windows can have: the examples of the gallery are walked through, and nothing is wrong there."""

from __future__ import annotations

import pytest

from engine.actions import Catalog
from engine.simulate.explore.walk import Budget, Explorer
from engine.simulate.stage import Simulator
from tests.dialog.conftest import check_bot
from tests.simulate.conftest import MakeSimulator, MemoryBackstage
from tests.simulate.test_contents import ALBUM, ANY, SHARED
from tests.widgets.flows import whole_flow
from tests.widgets.gallery.entries import FILES, Entry, read_entries

ACTS = 30


async def _explore(simulator: Simulator, acts: int) -> Explorer:
    explorer = Explorer(simulator, Budget(acts))
    found = [one async for one in explorer.walk() if one is not None]
    told = [f"{one.flaw.fact}\n{[doing.act for doing in one.story.doings]}" for one in found]
    assert told == []
    return explorer


OF_TELEGRAM = "media_kinds"
"""The entry that shows a file by the id which Telegram gave it: the emulator refuses that id, as it must."""


@pytest.mark.parametrize(
    "entry",
    [one for one in read_entries() if one.name != OF_TELEGRAM],
    ids=lambda entry: entry.name,
)
async def test_an_example_is_walked_through(entry: Entry) -> None:
    """Whatever is pressed, sent and shared there, the bot stays sound."""
    texts = {"main": entry.yaml, **entry.flows}
    flows = {name: whole_flow(name, text) for name, text in texts.items()}
    bot = check_bot(flows, Catalog(entry.queries), FILES)
    await _explore(Simulator(bot, MemoryBackstage()), ACTS)


@pytest.mark.parametrize(
    ("flow", "step"),
    [(ANY, "what"), (ALBUM, "what"), (SHARED, "bye")],
    ids=["any", "album", "keys"],
)
async def test_answers_of_all_kinds_are_given(
    make_simulator: MakeSimulator, flow: str, step: str
) -> None:
    """A question for files, or for what only a key can share, is answered, so that the walk goes on behind it."""
    explorer = await _explore(make_simulator(main=flow), 120)
    assert any(move.step == "what" for move in explorer.figures.taken)
    assert ("main", step) in explorer.figures.steps
