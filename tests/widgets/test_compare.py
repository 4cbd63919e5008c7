"""The comparison itself: it notices what differs, and what is said to differ and does not."""

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Window
from aiogram_dialog.widgets.kbd import Button, Row
from aiogram_dialog.widgets.text import Const

from tests.widgets.acts import press
from tests.widgets.compare import other_rows, other_value
from tests.widgets.conftest import Compare


class Main(StatesGroup):
    """The steps of the dialogs by hand."""

    first = State()


FLOW = """\
steps:
  first:
    show: "Hello"
    buttons: [[{text: "A", go: first, id: a}, {text: "B", go: first, id: b}]]
"""


def _window(text: str = "Hello", label: str = "B") -> Window:
    buttons = Row(Button(Const("A"), id="a"), Button(Const(label), id="b"))
    return Window(Const(text), buttons, state=Main.first)


async def test_a_text_that_differs_is_shown(compare: Compare) -> None:
    """The message names the step and has both lines, one under the other."""
    with pytest.raises(AssertionError) as caught:
        await compare(FLOW, _window("Hallo"), acts=[])

    lines = str(caught.value).splitlines()
    assert lines[0] == 'after pressing "Go":'
    assert '-   text: "Hello"' in lines
    assert '+   text: "Hallo"' in lines


async def test_a_label_that_differs_is_shown(compare: Compare) -> None:
    """A keyboard is told row by row."""
    with pytest.raises(AssertionError, match=r"-     \[A\] \[B\]\n\+     \[A\] \[C\]"):
        await compare(FLOW, _window(label="C"), acts=[])


async def test_a_declared_difference_is_left_out(compare: Compare) -> None:
    """What a test says to differ, and why, is not compared; the rest is."""
    await compare(
        FLOW,
        _window("Hallo", "C"),
        acts=[press("A")],
        differences=[
            other_value("a greeting of its own", "editMessageText", "text"),
            other_rows("another label", ours=r"A \| B", theirs=r"A \| C"),
        ],
    )


async def test_a_difference_that_is_none_is_told(compare: Compare) -> None:
    """What is said to differ and does not any more fails the test, so that it is taken away."""
    with pytest.raises(AssertionError, match="no longer occurs: a greeting of its own"):
        await compare(
            FLOW,
            _window(),
            acts=[press("A")],
            differences=[other_value("a greeting of its own", "editMessageText", "text")],
        )


async def test_a_button_that_is_missing_is_told(compare: Compare) -> None:
    """An act that one of the two cannot do names the bot and the buttons that it has."""
    with pytest.raises(AssertionError, match=r'aiogram-dialog: there is no button "B".*\'C\''):
        await compare(
            FLOW,
            _window(label="C"),
            acts=[press("B")],
            differences=[other_rows("another label", ours=r"A \| B", theirs=r"A \| C")],
        )
