"""What aiogram-dialog's own examples do, written again by hand, beside the flows of this directory that do the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.emulator.files import sample_photo
from tests.dialog.conftest import bot, client, emulator, make_chat
from tests.widgets.conftest import compare, stock_bots, told_apart

if TYPE_CHECKING:
    from aiogram_dialog import Dialog

    from tests.widgets.compare import Step
    from tests.widgets.conftest import Compare

__all__ = ["bot", "client", "compare", "emulator", "make_chat", "stock_bots", "told_apart"]

HERE = Path(__file__).parent

type PlayExample = Callable[..., Awaitable[list[Step]]]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Give a directory with what the examples show."""
    for number in range(1, 8):
        (tmp_path / f"{number}.png").write_bytes(sample_photo(20, 20 + number))
    return tmp_path


@pytest.fixture
def play_example(compare: Compare, files: Path) -> PlayExample:
    """Give a function that uses the flows of an example and dialogs by hand alike; `bot` is its bot.yaml, options are those of `compare`."""

    async def play(
        example: str, *by_hand: Dialog, bot: str | None = None, **options: Any
    ) -> list[Step]:
        files_of = sorted((HERE / example).rglob("*.yaml"))
        names = [path.relative_to(HERE / example).with_suffix("") for path in files_of]
        texts = {str(name): path.read_text() for name, path in zip(names, files_of, strict=True)}
        if bot is not None:
            texts["bot"] = bot
        main = texts.pop("main")
        return await compare(main, *by_hand, flows=texts, beside=files, **options)

    return play
