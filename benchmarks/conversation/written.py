"""The three windows, written by hand on aiogram-dialog as its documentation shows.

It does not know of YAML.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from aiogram import Dispatcher, Router
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import TextInput
from aiogram_dialog.widgets.kbd import Column, Select, SwitchTo
from aiogram_dialog.widgets.text import Format

if TYPE_CHECKING:
    from aiogram.fsm.storage.base import BaseEventIsolation
    from aiogram.types import CallbackQuery, Message
    from redis.asyncio import Redis

    from benchmarks.conversation.services import Service


class Visit(StatesGroup):
    """The states of the conversation."""

    pick = State()
    note = State()
    confirm = State()


def make_dispatcher(
    redis: Redis, services: list[Service], *, isolation: BaseEventIsolation | None = None
) -> Dispatcher:
    """Return a dispatcher with the dialog, its state in Redis; by default it is safe in one process alone."""
    titles = {str(service.id): service.title for service in services}

    async def load_services(**_: Any) -> dict[str, Any]:
        return {"services": services}

    async def load_names(dialog_manager: DialogManager, **kwargs: Any) -> dict[str, Any]:
        return {
            "name": kwargs["event_from_user"].first_name,
            "title": dialog_manager.dialog_data.get("title"),
            "comment": dialog_manager.dialog_data.get("comment"),
        }

    async def pick(
        _callback: CallbackQuery, _widget: Any, manager: DialogManager, item_id: str
    ) -> None:
        manager.dialog_data["title"] = titles[item_id]
        await manager.switch_to(Visit.note)

    async def note(_message: Message, _widget: Any, manager: DialogManager, text: str) -> None:
        manager.dialog_data["comment"] = text
        await manager.switch_to(Visit.confirm)

    dialog = Dialog(
        Window(
            Format("What would you like, {name}?"),
            Column(
                Select(
                    Format("{item.title}"),
                    id="service",
                    item_id_getter=operator.attrgetter("id"),
                    items="services",
                    on_click=pick,
                )
            ),
            state=Visit.pick,
            getter=[load_services, load_names],
            parse_mode="HTML",
        ),
        Window(
            Format("<b>{title}</b>\nAnything we should know?"),
            TextInput(id="note", on_success=note),
            SwitchTo(Format("Back"), id="back", state=Visit.pick),
            state=Visit.note,
            getter=load_names,
            parse_mode="HTML",
        ),
        Window(
            Format("<b>{title}</b>\n{comment}\nShall we book this?"),
            SwitchTo(Format("Confirm"), id="confirm", state=Visit.pick),
            SwitchTo(Format("Back"), id="back2", state=Visit.note),
            state=Visit.confirm,
            getter=load_names,
            parse_mode="HTML",
        ),
    )
    router = Router()

    async def start(_message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Visit.pick, mode=StartMode.RESET_STACK)

    router.message.register(start, CommandStart())
    storage = RedisStorage(redis, key_builder=DefaultKeyBuilder(with_destiny=True, prefix="hand"))
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)
    dispatcher.include_router(dialog)
    setup_dialogs(dispatcher, events_isolation=isolation)
    return dispatcher
