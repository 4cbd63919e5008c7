"""What a list does when there is nothing in it."""

from dataclasses import dataclass
from typing import Any

from engine.actions import Context, query


@dataclass(frozen=True, slots=True)
class Nought:
    """Something there is none of."""

    id: int


@query("noughts.list")
async def list_noughts(_context: Context) -> list[Nought]:
    """List nothing."""
    return []


def _flow(empty: str) -> str:
    return f"""\
flow: main
version: 1
title: Nothing
data: {{nought: Nought}}
steps:
  pick:
    choose: noughts.list()
    text: "Which?"
    button: "{{{{ item.id }}}}"
    save: {{nought: item}}
    go: other
    buttons: [{{text: "Leave", go: end}}, {{text: "Other", go: other}}]
    empty: {empty}
  other:
    show: "Elsewhere."
    buttons: [{{text: "Back", go: pick}}, {{text: "Leave", go: end}}]
"""


async def _open(make_chat: Any, empty: str) -> Any:
    chat = make_chat(list_noughts, main=_flow(empty))
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_a_text_stands_in_for_the_list(make_chat: Any) -> None:
    """With a text alone, the step's own buttons are the ways on."""
    chat = await _open(make_chat, '{text: "Nothing here."}')
    assert await chat.text() == "Nothing here."
    assert await chat.buttons() == [["Leave"], ["Other"]]


async def test_a_move_passes_the_list(make_chat: Any) -> None:
    """With a move alone, nobody sees the empty list; `say` tells why."""
    chat = await _open(make_chat, '{go: other, say: "None left."}')
    assert await chat.text() == "None left.\n\nElsewhere."


async def test_a_text_with_a_move_waits_for_a_press(make_chat: Any) -> None:
    """With both, a button below the text makes the move."""
    chat = await _open(make_chat, '{text: "Nothing here.", go: other}')
    await chat.press("OK")
    assert await chat.text() == "Elsewhere."
