"""What a person can do in both chats.

It does not know what follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.widgets.calls import visible
from tests.widgets.sides import Act

if TYPE_CHECKING:
    from engine.emulator import Person
    from tests.widgets.sides import Side

EACH: Final = Act("press each button", lambda _side: None)
"""Where this stands, each button that is there is pressed, each in a conversation of its own; then the rest goes on."""


def press(label: str, *, theirs: str | None = None, by: str = "Anna", **press: Any) -> Act:
    """Press the button, or the key under the chat, of this label; `theirs` where aiogram-dialog has another one."""

    def do(side: Side) -> None:
        wanted = theirs if theirs is not None and side.name != "usher" else label
        _press(side, by, wanted, press)

    return Act(f'pressing "{label}"', do)


def press_in(text: str, label: str, *, by: str = "Anna") -> Act:
    """Press the button of this label under the bot's newest message that begins like this."""

    def do(side: Side) -> None:
        person = side.person(by)
        person.presses(label, message_id=_said(person, text, label))

    return Act(f'pressing "{label}" under "{text}"', do)


def press_at(row: int, column: int, label: str = "") -> Act:
    """Press a live button by its place, counted from 0."""

    def do(side: Side) -> None:
        rows = side.buttons()
        if row >= len(rows) or column >= len(rows[row]):
            raise AssertionError(f"{side.name}: there is no button {column} in row {row}")
        button = rows[row][column]
        if "callback_data" in button:
            found = next(
                one["message_id"]
                for one in reversed(side.person().sees())
                if one["buttons"] == rows
            )
            side.person().presses(data=button["callback_data"], message_id=found)
        else:
            _press(side, "Anna", visible(button["text"]), {})

    return Act(f'pressing "{label}", button {column} of row {row}', do)


def send(
    text: str | None = None, *, by: str = "Anna", to: str | None = None, **content: Any
) -> Act:
    """Write a text, or send other content in the words of the emulator's control API, as in `send(contact=True)`.

    It replies `to` the bot's newest message that begins like this.
    """

    def do(side: Side) -> None:
        person = side.person(by)
        reply_to = None if to is None else _said(person, to)
        person.says(text, reply_to=reply_to, message_thread_id=side.topic, **content)

    return Act(f"sending {text!r}" if text else f"sending {', '.join(content)}", do)


def wait(seconds: float) -> Act:
    """Let time pass."""

    async def do(side: Side) -> None:
        if side.let_pass is not None:
            await side.let_pass(seconds)

    return Act(f"waiting {seconds} s", do)


def press_old(label: str, *, by: str = "Anna") -> Act:
    """Press a button as it was when it was first seen, whether it is still there or not."""

    def do(side: Side) -> None:
        message_id, data = side.carried_first[label]
        side.person(by).presses(data=data, message_id=message_id, forge=True)

    return Act(f'pressing the old "{label}"', do)


def forge(label: str, have: str, want: str, *, by: str = "Anna") -> Act:
    """Press what the button of this label would carry if its data ended with `want` in the place of `have`.

    Data of both end with the id of the button or of the item.
    """

    def do(side: Side) -> None:
        message_id, data = side.carried[label]
        assert data.endswith(have), f'{side.name}: "{label}" carries {data!r}'
        forged = data.removesuffix(have) + want
        side.person(by).presses(data=forged, message_id=message_id, forge=True)

    return Act(f'pressing a forged "{want}"', do)


def _said(person: Person, text: str, label: str | None = None) -> int:
    """Return the bot's newest message that begins like this, and has a button of this label."""
    return next(
        int(one["message_id"])
        for one in reversed(person.sees())
        if one["from_bot"]
        and str(one["text"]).startswith(text)
        and (label is None or any(key["text"] == label for row in one["buttons"] for key in row))
    )


def _press(side: Side, by: str, label: str, press: dict[str, Any]) -> None:
    found = side.message_with(label, by)
    if found is not None and "callback_data" in found[1]:
        data = found[1]["callback_data"]
        side.person(by).presses(data=data, message_id=found[0], **press)
    elif found is not None:
        side.person(by).presses(label, message_id=found[0], **press)
    else:
        side.person(by).presses(side.key(label, by), **press)
