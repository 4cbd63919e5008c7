"""The records that flows see: what a text needs, in the words and the language of the person reading it.

They know nothing of tables; storage hands out its own values, and these are made from them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated
from urllib.parse import quote
from zoneinfo import ZoneInfo

from annotated_types import Interval

from engine.actions import File, MaxLength, Money, Phone
from storage import money, values
from storage.money import PaymentState
from storage.values import BookingStatus

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

REASON = 500
"""How many characters a reason has at most."""

type Reason = Annotated[str, MaxLength(REASON)]
"""Why the staff cancelled or declined a booking, as its client reads it."""

_PART_OF_PRICE = (PaymentState.PAID, PaymentState.KEPT)


@dataclass(frozen=True, slots=True)
class Location:
    """A place where the services are given, if it is still `is_active`; `time_zone` is an IANA name."""

    id: int
    name: str
    time_zone: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Category:
    """What services are listed under, with its title in the user's language."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its title in the user's language; of `capacity` above one, so many can come at one time.

    `short_title` is cut where it is long. Where several are done in one visit it stands for all of them, with the ids of those after the first in `more_ids`. `category` is nothing where all services are of one; `asks_…` says which details are wanted.
    """

    id: int
    title: str
    short_title: Annotated[str, MaxLength(48)]
    minutes: int
    price: Money
    capacity: int
    category: str | None = None
    asks_phone: bool = False
    asks_comment: bool = True
    asks_photo: bool = False
    more_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who gives a service."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, for as many as `places`; `id` is unique among the slots of a service and short enough for a button.

    `there_day`, `there_time` and `there_zone` are what calendar and clock say at the place.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    staff_id: int
    staff_name: str
    location_id: int
    location_name: str
    places: int
    there_day: date
    there_time: time
    there_zone: Annotated[str, MaxLength(8)]


@dataclass(frozen=True, slots=True)
class SlotOfSeries:
    """When one visit of a series would be, and whether that time is free."""

    starts_at: datetime
    is_free: bool


@dataclass(frozen=True, slots=True)
class Openings:
    """The days of the user's time zone on which there are free slots, between the first and the last of them, and the first slot.

    Where there are none, the first and the last day are today. Nothing is booked after `until`, nor sooner than `notice` ahead.
    """

    days: list[date]
    first_day: date
    last_day: date
    first: Slot | None
    until: date
    notice: timedelta


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day of the user's time zone with so many free times; `id` is the day as a calendar's machine writes it."""

    id: Annotated[str, MaxLength(10)]
    day: date
    times: int


@dataclass(frozen=True, slots=True)
class BookedService:
    """One of the services of a booking, with the time and price that were agreed for all who come."""

    id: int
    title: str
    minutes: int
    price: Money


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking, with the title in the language of the person looking at it, and when it is by the clock of its place.

    Of its price `deposit` was paid ahead, and `to_pay` is left for the visit; whoever cancels before `refund_until` gets the deposit back.
    `map_query` is the address as a link has it, `short_title` the first service and how many are done after it, `reason` what its client was told where the staff cancelled it.
    """

    id: int
    starts_at: datetime
    ends_at: datetime
    service_id: int
    service_title: str
    short_title: str
    staff_id: int
    staff_name: str
    location_id: int
    location_name: str
    price: Money
    status: BookingStatus
    client_name: str
    comment: str | None
    people: int
    room_name: str | None
    services: Annotated[list[BookedService], MaxLength(8)]
    there_day: date
    there_time: time
    there_zone: Annotated[str, MaxLength(8)]
    reschedule_until: datetime
    cancel_until: datetime
    contact: str | None
    phone: Phone | None
    photo: File | None
    is_coming: bool
    reminder_note: Annotated[str, MaxLength(900)] | None = None
    deposit: Money = Decimal()
    deposit_state: PaymentState | None = None
    to_pay: Money = Decimal()
    refund_until: datetime | None = None
    is_asked_to_move: bool = False
    is_cancelled_by_us: bool = False
    is_forgotten: bool = False
    address: Annotated[str, MaxLength(100)] | None = None
    map_query: Annotated[str, MaxLength(1200)] | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a past booking was of, as it can be booked again; with nobody where whoever it was does not do it any more."""

    service: Service
    location: Location
    staff: Staff | None
    people: Annotated[int, Interval(ge=1, le=50)]


@dataclass(frozen=True, slots=True)
class Hold:
    """A time that is kept for the person until then; whoever pays its `deposit` gets it back by cancelling before `refund_until`."""

    id: int
    until: datetime
    deposit: Money = Decimal()
    refund_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A deposit that can be paid while the hold is kept; `to_pay` is what is left for the visit."""

    id: int
    hold: Hold
    amount: Money
    to_pay: Money
    until: datetime
    refund_until: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    """A deposit that is owed back, or was, with the number by which the provider knows it.

    `booking_id` is missing where it came too late for a booking, `client_name` where they were erased.
    """

    id: int
    amount: Money
    currency: Annotated[str, MaxLength(3)]
    provider_charge: Annotated[str, MaxLength(256)]
    paid_at: datetime
    client_name: str | None
    booking_id: int | None
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """A booking that has been moved, and when it was to be before."""

    booking: Booking
    was: datetime


def show_location(location: values.Location) -> Location:
    """Make the record of a location."""
    return Location(location.id, location.name, location.time_zone, location.active)


def show_category(category: values.Category, locale: str) -> Category:
    """Make the record of a category in a locale; it is known by the title that it was entered with."""
    return Category(category.title, category.title_in(locale))


def show_service(
    service: values.Service, locale: str, category: values.Category | None = None
) -> Service:
    """Make the record of a service in a locale, under a category if there are several."""
    return Service(
        id=service.id,
        title=service.title_in(locale),
        short_title=shorten_title(service, locale),
        minutes=int(service.duration.total_seconds() // 60),
        price=service.price,
        capacity=service.capacity,
        category=None if category is None else category.title_in(locale),
        asks_phone=service.asks_phone,
        asks_comment=service.asks_comment,
        asks_photo=service.asks_photo,
        more_ids=[line.id for line in service.lines[1:]],
    )


def shorten_title(service: values.Service, locale: str) -> str:
    """Name a service, or the first of several and how many follow it, in at most 48 characters."""
    more = f" +{len(service.lines) - 1}" if len(service.lines) > 1 else ""
    title = service.lines[0].title_in(locale) if more else service.title_in(locale)
    room = 48 - len(more)
    return (title if len(title) <= room else title[: room - 1] + "…") + more


def show_staff(member: values.StaffMember) -> Staff:
    """Make the record of a member of staff."""
    return Staff(member.id, member.name)


def show_slot(slot: values.Slot) -> Slot:
    """Make the record of a slot."""
    minute = int(slot.starts_at.timestamp() // 60)
    there = _look_there(slot.starts_at, slot.location)
    return Slot(
        id=f"{_base36(slot.staff.id)}-{_base36(slot.location.id)}-{_base36(minute)}",
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        staff_id=slot.staff.id,
        staff_name=slot.staff.name,
        location_id=slot.location.id,
        location_name=slot.location.name,
        places=slot.places,
        there_day=there.date(),
        there_time=there.time(),
        there_zone=there.tzname() or "UTC",
    )


def show_booking(booking: values.Booking, locale: str) -> Booking:
    """Make the record of a booking in a locale."""
    there = _look_there(booking.starts_at, booking.location)
    paid = booking.deposit
    ahead = paid.amount if paid is not None and paid.state in _PART_OF_PRICE else Decimal()
    return Booking(
        id=booking.id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        service_id=booking.service.id,
        service_title=booking.service.title_in(locale),
        short_title=shorten_title(booking.service, locale),
        staff_id=booking.staff.id,
        staff_name=booking.staff.name,
        location_id=booking.location.id,
        location_name=booking.location.name,
        price=booking.price,
        status=booking.status,
        client_name=booking.client_name,
        comment=booking.comment,
        people=booking.party,
        room_name=None if booking.room is None else booking.room.name,
        services=[_show_line(line, locale) for line in booking.lines],
        there_day=there.date(),
        there_time=there.time(),
        there_zone=there.tzname() or "UTC",
        reschedule_until=booking.starts_at - booking.reschedule_notice,
        cancel_until=booking.starts_at - booking.cancel_notice,
        contact=booking.location.contact,
        address=booking.location.address,
        map_query=None if booking.location.address is None else quote(booking.location.address),
        phone=booking.phone,
        photo=_show_photo(booking.photo),
        is_coming=booking.coming_at is not None,
        reminder_note="\n".join(booking.service.notes_in(locale))[:900] or None,
        deposit=Decimal() if paid is None else paid.amount,
        deposit_state=None if paid is None else paid.state,
        to_pay=booking.price - ahead,
        refund_until=None if paid is None else paid.refund_until,
        is_asked_to_move=booking.asked_to_move_at is not None,
        is_cancelled_by_us=booking.cancelled_by not in {None, booking.user_id},
        is_forgotten=not booking.has_account and booking.guest_name is None,
        reason=None if booking.reason is None else booking.reason[:REASON],
    )


def _show_line(line: values.BookedService, locale: str) -> BookedService:
    minutes = int(line.duration.total_seconds() // 60)
    return BookedService(line.service.id, line.service.title_in(locale), minutes, line.price)


def show_invoice(invoice: money.Invoice) -> Invoice:
    """Make the record of an invoice."""
    return Invoice(
        id=invoice.id,
        hold=Hold(invoice.hold_id, invoice.until, invoice.amount, invoice.refund_until),
        amount=invoice.amount,
        to_pay=invoice.wanted.price - invoice.amount,
        until=invoice.until,
        refund_until=invoice.refund_until,
    )


def show_refund(payment: money.Payment) -> Refund:
    """Make the record of what is owed back."""
    return Refund(
        id=payment.id,
        amount=payment.charge.amount,
        currency=payment.charge.currency,
        provider_charge=payment.charge.provider_number,
        paid_at=payment.paid_at,
        client_name=payment.client_name,
        booking_id=payment.booking_id,
        starts_at=payment.starts_at,
    )


def _show_photo(photo: values.Photo | None) -> File | None:
    return None if photo is None else File("photo", photo.file_id, photo.unique_id)


def _look_there(instant: datetime, place: values.Location) -> datetime:
    """Give an instant by the wall clock of a place."""
    return instant.astimezone(ZoneInfo(place.time_zone))


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if number == 0:
            return digits
