"""Windows that change by themselves, beside ones that a task of the process updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from engine.actions import Context, query
from tests.dialog.conftest import NOW
from tests.widgets.acts import press, wait

if TYPE_CHECKING:
    from aiogram_dialog import BaseDialogManager

    from tests.widgets.conftest import Compare

LENGTHS = (3, 2, 2, 1, 0, 0)
"""How many are in front, every two seconds."""


class Main(StatesGroup):
    """The steps of the dialog by hand."""

    first = State()
    second = State()


FLOW = """\
steps:
  first:
    show: "{{ people }} are in front of you."
    load: {people: queue.look()}
    buttons: [[{text: "Leave", go: second}]]
    refresh: {every: 2s, until: people == 0, go: second}
  second: {show: "It is your turn.", buttons: [{text: "Back", go: first}]}
"""


@query("queue.look")
async def look(context: Context) -> int:
    """Count who is in front."""
    return LENGTHS[int((context.now - NOW).total_seconds()) // 2]


class ByHand:
    """The same window, which a task updates."""

    def __init__(self) -> None:
        self.passed = 0
        self.manager: BaseDialogManager | None = None

    async def look(self, dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        """Count who is in front, and note how the window is updated."""
        self.manager = dialog_manager.bg()
        return {"people": LENGTHS[self.passed]}

    async def let_pass(self, _seconds: float) -> None:
        """Update the window, as the task does every two seconds."""
        assert self.manager is not None
        self.passed += 1
        async with self.manager.fg() as known:
            if LENGTHS[self.passed] == 0 and known.current_context().state == Main.first:
                await known.switch_to(Main.second)
            await known.update()


async def test_refresh(compare: Compare) -> None:
    """The window is edited in its place when what it shows has changed, nothing is sent when it has not, its buttons work, and it goes on by itself."""
    by_hand = ByHand()

    await compare(
        FLOW,
        Window(
            Format("{people} are in front of you."),
            SwitchTo(Const("Leave"), id="leave", state=Main.second),
            state=Main.first,
            getter=by_hand.look,
        ),
        Window(
            Const("It is your turn."),
            SwitchTo(Const("Back"), id="back", state=Main.first),
            state=Main.second,
        ),
        acts=[wait(2), press("Leave"), press("Back"), wait(2), wait(2), wait(2), press("Back")],
        functions=[look],
        works_on=True,
        let_pass=by_hand.let_pass,
    )
