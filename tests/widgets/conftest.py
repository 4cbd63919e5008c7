"""Both bots for a test: the flow on Usher's run time, the dialogs on stock aiogram-dialog, each with a chat on one emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram_dialog import Dialog, StartMode, Window, setup_dialogs
from aiogram_dialog.api.entities import stack
from aiogram_dialog.widgets.kbd import Start
from aiogram_dialog.widgets.text import Const, Format

from tests.dialog.conftest import bot, client, emulator, make_chat
from tests.widgets.acts import EACH
from tests.widgets.compare import Comparison, Difference, Step
from tests.widgets.flows import whole_flow
from tests.widgets.sides import Act, Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiogram.types import Message
    from aiogram_dialog import DialogManager

    from engine.emulator import Emulator
    from tests.dialog.conftest import MakeChat

__all__ = ["bot", "client", "compare", "emulator", "make_chat", "stock_bots"]

type Compare = Callable[..., Awaitable[list[Step]]]

_numbers = count(5_000_001)


class Home(StatesGroup):
    """Where the hand-written bot begins, as Usher's does."""

    menu = State()


def stock_dispatcher(*dialogs: Dialog, **setup: Any) -> Dispatcher:
    """Return a bot as aiogram-dialog's own guide makes one, whose home has a button to the first dialog.

    `setup` is what `setup_dialogs` is given besides.
    """
    home = Dialog(
        Window(
            Format("Home, {event.from_user.first_name}."),
            Start(Const("Go"), id="go", state=dialogs[0].states()[0]),
            state=Home.menu,
        )
    )
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_routers(home, *dialogs)

    async def start(_message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Home.menu, mode=StartMode.RESET_STACK)

    dispatcher.message.register(start, CommandStart())
    setup_dialogs(dispatcher, **setup)
    return dispatcher


@pytest.fixture(autouse=True)
def told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library's dialogs have ids of their own: one in a hundred has that of another opened in the same second."""
    numbers = count(1_000_000_000)
    monkeypatch.setattr(stack, "new_int_id", lambda: next(numbers))


@pytest.fixture(scope="session")
async def stock_bots(emulator: Emulator) -> AsyncIterator[Callable[[], Bot]]:
    """Give a function that makes a client of the Bot API for a hand-written bot; texts are HTML, as in flows."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(emulator.base_url))
    html = DefaultBotProperties(parse_mode=ParseMode.HTML)

    def make() -> Bot:
        made = Bot(f"{next(_numbers)}:BY-HAND", session=session, default=html)
        emulator.world.bot_of_token(made.token)
        return made

    yield make
    await session.close()


@pytest.fixture
def compare(emulator: Emulator, make_chat: MakeChat, stock_bots: Callable[[], Bot]) -> Compare:
    """Give a function that uses a flow and hand-written windows alike, and compares what reaches the Bot API.

    `flow` is the YAML of a flow, of which `flow`, `version` and `title` may be left out; `by_hand` are windows of one
    dialog, or dialogs. `functions` are the flow's queries and commands, `flows` other flows by name, `beside` the
    directory with the files they show; `let_pass` lets time pass by hand, `language` is everybody's; `setup` is for the library's `setup_dialogs`. Home's button "Go" opens both; then come the `acts`.
    With `in_group` all happens in a group of Anna, the bot and the people named, with `in_topic` in a topic of theirs;
    `roles` are those of flows, by name.
    """

    async def use(  # noqa: PLR0913  # two bots, by name
        flow: str,
        *by_hand: Window | Dialog,
        acts: Sequence[Act] = (EACH,),
        functions: Sequence[Any] = (),
        flows: dict[str, str] | None = None,
        differences: Sequence[Difference] = (),
        beside: Path = Path("flows"),
        works_on: bool = False,
        in_group: Sequence[str] | None = None,
        in_topic: bool = False,
        roles: Mapping[str, str] | None = None,
        let_pass: Callable[[float], Awaitable[object]] | None = None,
        language: str = "en",
        **setup: Any,
    ) -> list[Step]:
        texts = {"main": flow, **(flows or {})}
        whole = {name: whole_flow(name, text) for name, text in texts.items()}
        chat = make_chat(*functions, beside=beside, **whole)
        windows = [one for one in by_hand if isinstance(one, Window)]
        dialogs = [one for one in by_hand if isinstance(one, Dialog)]
        if windows:
            dialogs.insert(0, Dialog(*windows))
        given = roles or {}

        def greet(name: str, user_id: int) -> None:
            if name in given:
                chat.directory.roles[user_id] = given[name]

        chat.directory.locale = language
        where: dict[str, Any] = {"group": in_group, "in_topic": in_topic, "language": language}
        ours = Side("usher", emulator, chat.bot, chat.dispatcher, greet=greet, **where)
        stock = stock_dispatcher(*dialogs, **setup)
        theirs = Side("aiogram-dialog", emulator, stock_bots(), stock, works_on=works_on, **where)
        ours.let_pass, theirs.let_pass = lambda seconds: chat.wait(seconds=seconds), let_pass
        return await Comparison(ours, theirs, differences).play(acts)

    return use
