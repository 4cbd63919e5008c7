"""Random flows that check clean, played by a person who presses and writes at random, through the real run time.

`RANDOM_FLOWS=5000 pytest tests/flow/test_random_flows.py` plays more of them than the suite does.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.flow.source import read_source
from tests.random_bots.bots import draft_bot, write_bot
from tests.random_bots.play import play

if TYPE_CHECKING:
    from collections.abc import Iterator

FLOWS = int(os.environ.get("RANDOM_FLOWS", "15"))
FIRST_SEED = int(os.environ.get("RANDOM_SEED", "1"))
DRAFTS = 130
BEYOND_ONE_CHAT = {"extends", "flows", "moved", "notices", "restart", "thumbnail", "upgrade"}
"""Keys that mean nothing to one person with one version of one bot: upgrades and notices have plays of their own.

A thumbnail is a file of one format, which nothing here has.
"""


OF_INVOICES = {"pay", "amount", "about", "need", "tips", "late_payments", "old_invoice"}
"""Keys of invoices, which an explorer pays: these people have no money."""


async def test_clean_flows_carry_whoever_presses_and_writes_at_random() -> None:
    """No turn of a flow that checks clean fails, breaks a rule of Telegram, shows the wrong step or strands the person."""
    played = 0
    for seed in range(FIRST_SEED, FIRST_SEED + FLOWS):
        written = write_bot(seed)
        if written is None:
            continue
        played += 1
        try:
            await play(seed, written.bot)
        except AssertionError as error:
            texts = "\n".join(f"# {path}\n{text}" for path, text in written.sources.items())
            raise AssertionError(f"RANDOM_SEED={seed}\n{texts}") from error

    assert played > FLOWS / 2


def test_random_flows_use_the_whole_language() -> None:
    """Every key that means something to one person, and every kind of answer, is written by some random bot."""
    paths = set(Path("docs").glob("*.schema.json")) - {Path("docs/scenarios.schema.json")}
    schemas = [json.loads(path.read_text()) for path in paths]
    keys = {key for schema in schemas for key in _keys(schema, "properties")}
    texts = {text for seed in range(1, DRAFTS) for text in draft_bot(seed).values()}

    written = [_read(text) for text in texts]

    nodes = [node for one in written for node in _mappings(one)]
    assert keys - {str(key) for node in nodes for key in node} == BEYOND_ONE_CHAT | OF_INVOICES
    asked = {str(node["ask"]) for node in nodes if "ask" in node}
    assert set(_kinds_of_answers()) - asked == set()


def _read(text: str) -> Any:
    """Read YAML as the engine does: by other rules than the library's own."""
    root = read_source("random.yaml", text).root
    assert root is not None
    return root.value


def _keys(schema: Any, name: str) -> Iterator[str]:
    """Give the keys under `name` anywhere in a schema."""
    for node in _mappings(schema):
        if isinstance(node.get(name), dict):
            yield from node[name]


def _kinds_of_answers() -> list[str]:
    schema = json.loads(Path("docs/flow.schema.json").read_text())
    asks = [node["ask"] for node in _mappings(schema) if isinstance(node.get("ask"), dict)]
    return next(list(ask["else"]["enum"]) for ask in asks if "else" in ask)


def _mappings(node: Any) -> Iterator[dict[Any, Any]]:
    """Give all mappings within a value."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _mappings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _mappings(value)
