"""What an editor is offered where a flow says what it does as it is entered and left."""

import re
from pathlib import Path

import pytest

from tests.lsp.conftest import Editor
from tests.lsp.test_server import labels, place_of

HOOKS = """
on_enter:
  do: bookings.create(slot=data.slot)
  save: {booking: result}
  outcomes: {slot_taken: time}
  retry: {times: 1, on: [error]}
on_exit:
  do: bookings.cancel(booking_id=data.booking.id)
  when: data.comment is not None

steps:
"""


@pytest.fixture
def flows(flows: Path) -> Path:
    """Give the flows that ship, of which none does anything as it is entered or left."""
    booking = flows / "booking.yaml"
    booking.write_text(re.sub(r"\non_exit: .*\n", "", booking.read_text(), count=1))
    return flows


async def test_hooks_are_completed(editor: Editor) -> None:
    """Keys, commands, outcomes, steps and names are offered as in a step that does something."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml").replace("\nsteps:\n", HOOKS, 1)

    async def offered(written: str, instead: str) -> list[str]:
        return await labels(editor, "booking.yaml", text.replace(written, instead, 1), instead)

    assert {"on_enter", "on_exit"} <= {
        *await offered("\non_enter:", "\non"),
        *await offered("\non_exit:", "\non_ex"),
    }
    assert {"outcomes", "retry", "save"} <= {
        *await offered("  save: {booking", "  sa"),
        *await offered("  outcomes: {", "  ou"),
        *await offered("  retry: {", "  re"),
    }
    assert "bookings.create" in await offered("do: bookings.create(slot=", "do: boo")
    assert "services.list" not in await offered("do: bookings.create(slot=", "do: ")
    assert "result" in await offered("{booking: result}", "{booking: ")
    assert "slot_taken" in await offered("outcomes: {slot_taken: time}", "outcomes: {sl")
    assert "time" in await offered("{slot_taken: time}", "{slot_taken: ")
    assert "when" in await offered("  when: data.comment", "  wh")
    assert {"comment", "booking"} <= set(await offered("when: data.comment", "when: data."))
    assert "bookings.cancel" in await offered("do: bookings.cancel(", "do: bookings.")
    assert "result" not in await offered("booking_id=data.booking.id", "booking_id=")


async def test_names_in_hooks_are_found(editor: Editor) -> None:
    """A name of data that is saved as a flow is entered is found with all others."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml").replace("\nsteps:\n", HOOKS, 1)
    editor.change("booking.yaml", text)
    place = place_of(text, "save: {booking", back=1)

    found = await editor.ask_at(
        "references", "booking.yaml", place, context={"includeDeclaration": True}
    )

    lines = {one["range"]["start"]["line"] for one in found}
    assert place[0] in lines
    assert place_of(text, "booking_id=data.booking")[0] in lines
    assert place_of(text, "\n  booking: Booking")[0] in lines
