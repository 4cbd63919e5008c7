"""The records of the waitlist that flows see, in the words and the language of the person reading them.

They know nothing of tables; storage hands out its own values, and these are made from them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from actions.records import Hold, Slot
from engine.actions import MaxLength, Money
from storage import wishes


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person waits for; with nobody where anyone will do, and with an offer where a time is kept for them just now."""

    id: int
    service_title: str
    location_name: str
    staff_name: str | None
    first_day: date
    last_day: date
    people: int
    offer_id: int | None
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that has become free and is kept for the person until then, and when it is by the clock of its place."""

    id: int
    wish_id: int
    service_title: str
    staff_name: str
    location_name: str
    starts_at: datetime
    ends_at: datetime
    there_day: date
    there_time: time
    there_zone: Annotated[str, MaxLength(8)]
    price: Money
    people: int
    until: datetime
    asks_phone: bool
    asks_photo: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An offer that the person has taken and that is theirs for a moment, until its deposit is paid; the price is for all who come."""

    slot: Slot
    service_id: int
    short_title: Annotated[str, MaxLength(48)]
    people: int
    price: Money
    hold: Hold


def show_wish(wish: wishes.Wish, offer: wishes.Offer | None, locale: str) -> Wish:
    """Make the record of a wish, and of what is kept for it."""
    return Wish(
        id=wish.id,
        service_title=wish.service.title_in(locale),
        location_name=wish.location.name,
        staff_name=None if wish.staff is None else wish.staff.name,
        first_day=wish.first_day,
        last_day=wish.last_day,
        people=wish.party,
        offer_id=None if offer is None else offer.id,
        kept_until=None if offer is None else offer.closes_at,
    )


def show_offer(offer: wishes.Offer, locale: str) -> Offer:
    """Make the record of an offer; the price is that of now, for all who come."""
    service, wish = offer.wish.service, offer.wish
    there = offer.starts_at.astimezone(ZoneInfo(wish.location.time_zone))
    return Offer(
        id=offer.id,
        wish_id=wish.id,
        service_title=service.title_in(locale),
        staff_name=offer.staff.name,
        location_name=wish.location.name,
        starts_at=offer.starts_at,
        ends_at=offer.starts_at + service.duration,
        there_day=there.date(),
        there_time=there.time(),
        there_zone=there.tzname() or "UTC",
        price=service.price * wish.party,
        people=wish.party,
        until=offer.closes_at,
        asks_phone=service.asks_phone,
        asks_photo=service.asks_photo,
    )
