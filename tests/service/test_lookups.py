"""What is asked at the same time is looked up together."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from engine.service.batches import Lookups


class Shelf:
    """Knows the capitals of letters, and waits with each answer until it may give it."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.known = {"a": "A", "b": "B"}
        self.open = asyncio.Event()
        self.lookups = Lookups(self.find)

    async def find(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Look keys up as of now."""
        self.asked.append(list(keys))
        known = dict(self.known)
        await self.open.wait()
        if "x" in keys:
            raise OSError("no shelf")
        return {key: known[key] for key in keys if key in known}


async def ask(shelf: Shelf, *keys: str) -> list[asyncio.Task[str | None]]:
    """Ask for keys at once, and let the first look begin."""
    tasks = [asyncio.create_task(shelf.lookups.find(key)) for key in keys]
    await asyncio.sleep(0.01)
    return tasks


async def test_questions_of_the_same_time_are_one_look() -> None:
    """Who asks while others are looked up goes with the next look; a key is looked for once."""
    shelf = Shelf()
    first = await ask(shelf, "a")
    others = await ask(shelf, "b", "c", "b")
    shelf.open.set()

    assert await asyncio.gather(*first, *others) == ["A", "B", None, "B"]
    assert shelf.asked == [["a"], ["b", "c"]]


async def test_nobody_is_given_what_was_found_before_they_asked() -> None:
    """Who asks while the same key is looked up gets what holds later."""
    shelf = Shelf()
    early = await ask(shelf, "a")
    shelf.known["a"] = "Ä"
    late = await ask(shelf, "a")
    shelf.open.set()

    assert await asyncio.gather(*early, *late) == ["A", "Ä"]


async def test_a_look_that_fails_fails_for_all_of_it() -> None:
    """Each who asked hears of it, and the next look is not harmed."""
    shelf = Shelf()
    shelf.open.set()
    failed = await asyncio.gather(*await ask(shelf, "a", "x"), return_exceptions=True)

    assert [type(one) for one in failed] == [OSError, OSError]
    assert await shelf.lookups.find("b") == "B"


async def test_who_gives_up_takes_nobody_with_them() -> None:
    """A question that is cancelled ends alone."""
    shelf = Shelf()
    one, other = await ask(shelf, "a", "b")
    one.cancel()
    shelf.open.set()

    assert await other == "B"
    with pytest.raises(asyncio.CancelledError):
        await one
