"""The booking, written by hand on aiogram-dialog, on the same actions and tables as the flows.

It does not know of YAML.
"""

from __future__ import annotations

import asyncio
import operator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aiogram import Dispatcher, Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.test_tools.memory_storage import JsonMemoryStorage
from aiogram_dialog.widgets.input import TextInput
from aiogram_dialog.widgets.kbd import Button, Column, Group, ScrollingGroup, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format
from babel.dates import format_date, format_time
from babel.numbers import format_currency

from actions.bookings import create_booking, list_mine
from actions.catalog import catalog
from actions.locations import list_locations
from actions.services import list_services
from actions.slots import find_openings, list_free
from actions.staff import list_staff
from engine.actions import Context, Outcome
from engine.service.outbox import CommandOutbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from aiogram.types import CallbackQuery, Message, TelegramObject
    from aiogram_dialog.api.protocols import MessageManagerProtocol
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

    from actions.records import Slot
    from engine.actions import User
    from engine.service.directory import PeopleDirectory

_BOT_ID = 42


class Booking(StatesGroup):
    """The states of the conversation."""

    menu = State()
    service = State()
    location = State()
    staff = State()
    day = State()
    time = State()
    details = State()
    confirm = State()
    mine = State()


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers work on."""

    sessions: async_sessionmaker[AsyncSession]
    directory: PeopleDirectory
    now: Callable[[], datetime]

    async def ask(
        self, manager: DialogManager, query: Callable[..., Awaitable[Any]], **arguments: Any
    ) -> Any:
        """Return what a query answers, read-only."""
        async with self.sessions() as session:
            await session.connection(execution_options={"postgresql_readonly": True})
            return await query(self.context(manager, session), **arguments)

    def context(self, manager: DialogManager, session: AsyncSession, **more: Any) -> Context:
        """Return what an action gets first."""
        user: User = manager.middleware_data["user"]
        return Context(session, user, self.now(), ZoneInfo(user.time_zone), **more)

    async def slots(self, manager: DialogManager) -> list[Slot]:
        """Return the free slots of the day that was picked."""
        data = manager.dialog_data
        day = date.fromisoformat(data["day"])
        slots: list[Slot] = await self.ask(
            manager,
            list_free,
            service_id=int(data["service"]),
            location_id=int(data["location"]),
            day=day,
        )
        return slots

    async def days(self, manager: DialogManager) -> Any:
        """Return the days with free slots."""
        data = manager.dialog_data
        found = await self.ask(
            manager,
            find_openings,
            service_id=int(data["service"]),
            location_id=int(data["location"]),
        )
        return found.days

    async def book(self, manager: DialogManager, key: str) -> bool:
        """Book what was picked; tell whether it was still free."""
        data = manager.dialog_data
        slot = next(one for one in await self.slots(manager) if one.id == data["slot"])
        outbox = CommandOutbox(_BOT_ID, catalog, asyncio.Event())
        async with self.sessions.begin() as session:
            context = self.context(
                manager, session, key=key, outbox=outbox.of(catalog["bookings.create"])
            )
            booked = await create_booking(
                context, slot=slot, service_id=int(data["service"]), comment=data["comment"]
            )
        return not isinstance(booked, Outcome)


def make_dispatcher(desk: Desk, messages: MessageManagerProtocol) -> Dispatcher:
    """Return a dispatcher with the dialog, its state in memory."""
    router = Router()

    async def start(_message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Booking.menu, mode=StartMode.RESET_STACK)

    async def mine(_message: Message, dialog_manager: DialogManager) -> None:
        await dialog_manager.start(Booking.mine, mode=StartMode.RESET_STACK)

    async def identify(handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        data["user"] = await desk.directory.identify(data["event_from_user"])
        return await handler(event, data)

    router.message.register(start, Command("start"))
    router.message.register(mine, Command("mybookings"))
    dispatcher = Dispatcher(storage=JsonMemoryStorage())
    dispatcher.message.outer_middleware(identify)
    dispatcher.callback_query.outer_middleware(identify)
    dispatcher.include_router(router)
    dispatcher.include_router(Dialog(*_first_windows(desk), *_last_windows(desk)))
    setup_dialogs(dispatcher, message_manager=messages)
    return dispatcher


def _pick(name: str, following: State) -> Any:
    async def pick(
        _callback: CallbackQuery, _widget: Any, manager: DialogManager, item_id: str
    ) -> None:
        manager.dialog_data[name] = item_id
        await manager.switch_to(following)

    return pick


def _choice(name: str, label: str, following: State) -> Select[Any]:
    return Select(
        Format(label),
        id=name,
        item_id_getter=operator.itemgetter("id"),
        items="items",
        on_click=_pick(name, following),
    )


def _first_windows(desk: Desk) -> list[Window]:
    async def services(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        return {"items": [_service(one) for one in await desk.ask(dialog_manager, list_services)]}

    async def locations(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        found = await desk.ask(dialog_manager, list_locations)
        return {"items": [{"id": one.id, "name": one.name} for one in found]}

    async def staff(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        data = dialog_manager.dialog_data
        found = await desk.ask(
            dialog_manager,
            list_staff,
            service_id=int(data["service"]),
            location_id=int(data["location"]),
        )
        return {"items": [{"id": one.id, "name": one.name} for one in found]}

    return [
        Window(
            Const("<b>Salon Lindenhof</b>\nWhat can we do for you?"),
            SwitchTo(Const("📅 Book a visit"), id="book", state=Booking.service),
            SwitchTo(Const("🗓 My bookings"), id="mine", state=Booking.mine),
            state=Booking.menu,
            parse_mode="HTML",
        ),
        Window(
            Const("What would you like?"),
            Column(_choice("service", "{item[title]}", Booking.location)),
            SwitchTo(Const("« Menu"), id="menu", state=Booking.menu),
            state=Booking.service,
            getter=services,
        ),
        Window(
            Const("Where would you like to come?"),
            Column(_choice("location", "{item[name]}", Booking.staff)),
            SwitchTo(Const("« Other service"), id="other", state=Booking.service),
            state=Booking.location,
            getter=locations,
        ),
        Window(
            Const("Who would you like to see?"),
            Column(_choice("staff", "{item[name]}", Booking.day)),
            SwitchTo(Const("✨ Anyone who is free"), id="anyone", state=Booking.day),
            SwitchTo(Const("« Other place"), id="place", state=Booking.location),
            state=Booking.staff,
            getter=staff,
        ),
    ]


def _last_windows(desk: Desk) -> list[Window]:
    async def days(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        found = await desk.days(dialog_manager)
        return {"items": [{"id": one.isoformat(), "label": _day(one)} for one in found]}

    async def times(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        found = await desk.slots(dialog_manager)
        return {"items": [{"id": one.id, "label": _time(one)} for one in found]}

    async def picked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        slots = await desk.slots(dialog_manager)
        slot = next(one for one in slots if one.id == dialog_manager.dialog_data["slot"])
        return {"name": slot.staff_name, "day": _day(slot.starts_at.date()), "time": _time(slot)}

    async def mine(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        found = await desk.ask(dialog_manager, list_mine)
        return {"items": [{"id": one.id, "label": one.service_title} for one in found]}

    async def note(_message: Message, _widget: Any, manager: DialogManager, text: str) -> None:
        manager.dialog_data["comment"] = text
        await manager.switch_to(Booking.confirm)

    async def confirm(callback: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        booked = await desk.book(manager, callback.id)
        await manager.switch_to(Booking.menu if booked else Booking.time)

    return [
        Window(
            Const("Which day suits you?"),
            ScrollingGroup(
                _choice("day", "{item[label]}", Booking.time), id="days", width=2, height=5
            ),
            SwitchTo(Const("« Someone else"), id="someone", state=Booking.staff),
            state=Booking.day,
            getter=days,
        ),
        Window(
            Const("Free times for <b>Haircut</b>"),
            ScrollingGroup(
                _choice("slot", "{item[label]}", Booking.details), id="times", width=4, height=6
            ),
            SwitchTo(Const("« Other day"), id="day", state=Booking.day),
            state=Booking.time,
            getter=times,
            parse_mode="HTML",
        ),
        Window(
            Format("{name}, {day}, {time}\n\nAnything we should know?"),
            TextInput(id="note", on_success=note),
            SwitchTo(Const("« Other time"), id="time", state=Booking.time),
            state=Booking.details,
            getter=picked,
        ),
        Window(
            Format("Shall we book this?\n\n{name}, {day}, {time}\n{dialog_data[comment]}"),
            Button(Const("Confirm ✅"), id="confirm", on_click=confirm),
            Group(
                SwitchTo(Const("Change time"), id="other_time", state=Booking.time),
                SwitchTo(Const("Change note"), id="other_note", state=Booking.details),
                width=2,
            ),
            SwitchTo(Const("Cancel"), id="cancel", state=Booking.menu),
            state=Booking.confirm,
            getter=picked,
        ),
        Window(
            Const("Your bookings:"),
            Column(_choice("booking", "{item[label]}", Booking.mine)),
            SwitchTo(Const("📅 Book a visit"), id="another", state=Booking.service),
            state=Booking.mine,
            getter=mine,
        ),
    ]


def _service(one: Any) -> dict[str, Any]:
    price = format_currency(one.price, "EUR", locale="en") if one.price else "free"
    return {"id": one.id, "title": f"{one.title} · {one.minutes} min · {price}"}


def _day(day: Any) -> str:
    return f"{format_date(day, 'EEE', locale='en')}, {format_date(day, locale='en')}"


def _time(slot: Slot) -> str:
    return format_time(slot.starts_at, "short", locale="en")
