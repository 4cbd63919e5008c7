"""A command that is tried again: on which ends, how often, and that its effect happens once."""

from typing import Any, Literal

import pytest

from engine.actions import Context, Outcome, command

MAIN = """\
flow: main
version: 1
title: Retry
steps:
  menu: {show: "Menu", buttons: [{text: "Store", go: store}]}
  store:
    do: things.store()
    retry: {times: 2, on: [RETRIED], wait: 1ms}
    outcomes: {busy: {go: menu, say: "Busy."}, full: {go: menu, say: "Full."}}
    go: done
  done: {show: "Stored.", buttons: [{text: "OK", go: end}]}
anytime:
  error: {go: menu, say: "Broken here."}
"""


class Storage:
    """A command that ends as it is told, once each, and then does well."""

    def __init__(self, *ends: str) -> None:
        self.ends = list(ends)

    def command(self) -> Any:
        """Return the command."""

        @command("things.store")
        async def store(_context: Context) -> Outcome[Literal["busy", "full"]] | None:
            """Store."""
            end = self.ends.pop(0) if self.ends else "done"
            if end == "error":
                raise RuntimeError(end)
            return None if end == "done" else Outcome(end)  # type: ignore[arg-type]  # one of the two

        return store


async def _store(make_chat: Any, storage: Storage, retried: str) -> Any:
    chat = make_chat(storage.command(), main=MAIN.replace("RETRIED", retried))
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("Store")
    return chat


def _keys(chat: Any) -> list[str]:
    return [key.partition(":")[2].partition(":")[2] for _, _, key in chat.runner.commands]


async def test_listed_outcome_is_tried_anew(make_chat: Any) -> None:
    """Each try after an outcome has a key of its own, so that the recorded outcome is not merely repeated."""
    chat = await _store(make_chat, Storage("busy", "busy"), "busy")

    assert await chat.text() == "Stored."
    assert _keys(chat) == ["0:main.store", "0:main.store:1", "0:main.store:2"]


async def test_last_try_decides(make_chat: Any) -> None:
    """An outcome that stays after all tries takes its move."""
    chat = await _store(make_chat, Storage("busy", "busy", "busy"), "busy")

    assert await chat.text() == "Busy.\n\nMenu"


async def test_outcome_not_listed_is_final(make_chat: Any) -> None:
    """Another outcome moves on at once."""
    chat = await _store(make_chat, Storage("full"), "busy")

    assert await chat.text() == "Full.\n\nMenu"
    assert len(chat.runner.commands) == 1


async def test_error_is_tried_again_as_the_same_effect(make_chat: Any) -> None:
    """After a failure nobody knows whether the effect happened, so the next try has the same key."""
    chat = await _store(make_chat, Storage("error", "error"), "error")

    assert await chat.text() == "Stored."
    assert _keys(chat) == ["0:main.store"] * 3


async def test_error_after_all_tries_takes_the_error_edge(make_chat: Any) -> None:
    """What keeps failing leads where the flow says."""
    chat = await _store(make_chat, Storage("error", "error", "error"), "error")

    assert await chat.text() == "Broken here.\n\nMenu"


@pytest.mark.parametrize("ends", [("busy", "error"), ("error", "busy")])
async def test_outcomes_and_errors_share_the_tries(make_chat: Any, ends: tuple[str, ...]) -> None:
    """Both kinds count together, and a failure keeps the key of its try."""
    chat = await _store(make_chat, Storage(*ends, "done"), "error, busy")

    assert await chat.text() == "Stored."
    assert len(chat.runner.commands) == 3
    assert len(set(_keys(chat))) == 2
