"""The example `loading`: work that goes on in the background, and a window that shows how far it has come."""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import BaseDialogManager, Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.link_preview import LinkPreview
from aiogram_dialog.widgets.text import Const, Multi, Progress

from engine.actions import Context, command, query
from tests.examples.conftest import PlayExample
from tests.widgets.acts import press, wait

COUNT = 10


class Main(StatesGroup):
    """The window with the button."""

    main = State()


class Bg(StatesGroup):
    """The window that shows how far it is."""

    progress = State()


@dataclass(frozen=True, slots=True)
class Click:
    """How much of a click is processed."""

    done: int
    is_over: bool


class Work:
    """The same work for both bots: by hand a task of its own, which the test lets go on second by second; here rows that a job writes."""

    def __init__(self) -> None:
        self.seconds = asyncio.Semaphore(0)
        self.shown = asyncio.Semaphore(0)
        self.passed = 0
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self, _event: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        """Begin it, as the example does."""
        await manager.start(Bg.progress)
        self.tasks.append(asyncio.create_task(self._go_on(manager.bg())))

    async def _go_on(self, manager: BaseDialogManager) -> None:
        for number in range(1, COUNT + 1):
            await self.seconds.acquire()
            async with manager.fg() as known:
                known.dialog_data["progress"] = number * 100 / COUNT
                await known.update()
            self.shown.release()
        await self.seconds.acquire()
        async with manager.fg() as known:
            await known.done()
        self.shown.release()

    async def let_pass(self, _seconds: float) -> None:
        """Let a second pass by hand, until what it leads to is shown."""
        self.seconds.release()
        await self.shown.acquire()

    def actions(self) -> tuple[Any, ...]:
        """Return what begins it in a flow, and what tells how far it is: a tenth further each time it is looked at again."""

        @command("clicks.process")
        async def process(context: Context) -> None:
            """Begin."""
            del context
            self.passed = 0

        @query("clicks.look")
        async def look(context: Context) -> Click:
            """Look, once a second."""
            del context
            click = Click(min(self.passed, COUNT) * 100 // COUNT, self.passed > COUNT)
            self.passed += 1
            return click

        return process, look


async def _progress(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"progress": dialog_manager.dialog_data.get("progress", 0)}


async def test_loading(play_example: PlayExample) -> None:
    """The window is edited each second without anybody pressing, and closes by itself."""
    work = Work()
    by_hand = (
        Dialog(
            Window(
                Const("Press button to start processing"),
                Button(Const("Start"), id="start", on_click=work.start),
                LinkPreview(url=Const("http://ya.ru")),
                state=Main.main,
            )
        ),
        Dialog(
            Window(
                Multi(
                    Const("Your click is processing, please wait..."), Progress("progress", COUNT)
                ),
                state=Bg.progress,
                getter=_progress,
            )
        ),
    )

    steps = await play_example(
        "loading",
        *by_hand,
        functions=work.actions(),
        acts=[press("Start"), *[wait(1)] * (COUNT + 1), press("Start")],
        works_on=True,
        let_pass=work.let_pass,
    )

    edits = [one for step in steps for one in step.ours if one.method == "editMessageText"]
    assert len([one for one in edits if "please wait" in str(one.payload["text"])]) == COUNT + 2
