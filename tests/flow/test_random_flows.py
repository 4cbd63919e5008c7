"""Random flows that check clean, played by a person who presses and writes at random, through the real run time.

`RANDOM_FLOWS=5000 pytest tests/flow/test_random_flows.py` plays more of them than the suite does.
"""

from __future__ import annotations

import os

from tests.random_bots.bots import write_bot
from tests.random_bots.play import play

FLOWS = int(os.environ.get("RANDOM_FLOWS", "20"))
FIRST_SEED = int(os.environ.get("RANDOM_SEED", "1"))


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
