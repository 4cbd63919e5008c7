"""Waiting for a time: joining the list, seeing and withdrawing wishes, and answering when a time is offered.

It knows nothing of whose turn it is; storage plans that, and the clock says it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal, TypeGuard
from zoneinfo import ZoneInfo

import storage
from actions.bookings import ask_to_hold, find_deposit
from actions.freeing import tell_offers, waitlist_offer
from actions.holds import HOLD, HOLDS_LIMIT
from actions.notices import booking_asked, booking_made, booking_reminder, tell_made
from actions.records import Booking, Hold, Slot, shorten_title, show_booking, show_slot
from actions.waitlist_records import Kept, Offer, Wish, show_offer, show_wish
from engine.actions import Context, File, Outcome, Phone, command, query
from storage import values, wishes
from storage.values import Photo
from storage.wishes import NewWish

OPEN_WISHES_LIMIT = 5
"""For how many times somebody can wait at once."""

DAYS_AHEAD = 90
"""How many days ahead somebody can wait for."""


@command("waitlist.join", notifies=[waitlist_offer])
async def join(  # noqa: PLR0913  # what is waited for, by name
    context: Context,
    *,
    service_id: int,
    location_id: int,
    first_day: date,
    last_day: date,
    staff_id: int | None = None,
    people: int = 1,
) -> Wish | Outcome[Literal["already_waiting", "limit_reached", "blocked", "not_available"]]:
    """Wait for a time on any day of a span; with nobody named, with anyone who is free. Who may not book waits for nothing."""
    new = NewWish(context.user.id, service_id, location_id, staff_id, first_day, last_day, people)
    if not await _can_be_waited_for(context, new):
        return Outcome("not_available")
    session, now = context.session, context.now
    await storage.waitlist.lock(session, location_id, now=now, is_joining=True)
    await storage.users.lock(session, context.user.id)
    if (await storage.standings.find(session, context.user.id, now=now)).is_blocked(now):
        return Outcome("blocked")
    if await storage.waitlist.count_open(session, context.user.id, now=now) >= OPEN_WISHES_LIMIT:
        return Outcome("limit_reached")
    wish = await storage.waitlist.join(session, new, now=now)
    if wish is None:
        return Outcome("already_waiting")
    await tell_offers(context, await storage.offers.append(session, wish, now=now))
    return show_wish(wish, None, context.user.locale)


@query("waitlist.mine")
async def list_mine(context: Context) -> list[Wish]:
    """List what the person waits for, and what is kept for them just now."""
    session, person, now = context.session, context.user.id, context.now
    kept = {
        offer.wish.id: offer for offer in await storage.offers.list_open(session, person, now=now)
    }
    found = await storage.waitlist.list_open(session, person, now=now)
    return [show_wish(wish, kept.get(wish.id), context.user.locale) for wish in found]


@query("waitlist.offer")
async def find_offer(context: Context, *, offer_id: int) -> Offer | None:
    """Find a time that is kept for the person just now; nothing otherwise."""
    offer = await storage.offers.find(context.session, offer_id)
    return show_offer(offer, context.user.locale) if _is_for(offer, context) else None


@command("waitlist.withdraw", notifies=[waitlist_offer])
async def withdraw(context: Context, *, wish_id: int) -> Outcome[Literal["not_found"]] | None:
    """Wait for something no more; what was kept for the person is offered to the next."""
    session, now = context.session, context.now
    wish = await storage.waitlist.find(session, wish_id)
    if wish is None or wish.user_id != context.user.id or wish.ended_at is not None:
        return Outcome("not_found")
    await storage.waitlist.lock(session, wish.location.id, now=now, is_joining=True)
    if not await storage.waitlist.end(session, wish, now=now):
        return Outcome("not_found")
    await tell_offers(context, await storage.offers.leave(session, wish, now=now))
    return None


@command("waitlist.pass_by", notifies=[waitlist_offer])
async def pass_by(context: Context, *, offer_id: int) -> Outcome[Literal["gone"]] | None:
    """Do without a time that is kept for the person, and go on waiting; the next is asked."""
    offer = await _find_answered(context, offer_id)
    if offer is None:
        return Outcome("gone")
    changed = await storage.offers.pass_by(context.session, offer, now=context.now)
    await tell_offers(context, changed)
    return None


@command("waitlist.take", notifies=[booking_asked, booking_made, booking_reminder, waitlist_offer])
async def take(
    context: Context,
    *,
    offer_id: int,
    phone: Phone | None = None,
    photo: File | None = None,
    is_photo_asked: bool = False,
) -> (
    Booking
    | Outcome[
        Literal[
            "gone",
            "asks_phone",
            "asks_photo",
            "asks_deposit",
            "slot_taken",
            "limit_reached",
            "too_many_then",
            "blocked",
            "not_available",
        ]
    ]
):
    """Book a time that is kept for the person, at the price of now; taken again, it is the same booking.

    What the service asks for is to be answered first; a picture need not be sent. What a deposit is paid for is kept instead.
    """
    session = context.session
    offer = await _find_answered(context, offer_id)
    if offer is None:
        return await _find_taken(context, offer_id) or Outcome("gone")
    wish = offer.wish
    answered = {"phone": phone is not None, "photo": photo is not None or is_photo_asked}
    asked = _find_asked(context, wish, answered)
    if asked is not None:
        return asked
    new = await ask_to_hold(context, _slot_of(offer), [wish.service.id], wish.party)
    if isinstance(new, Outcome):
        return new
    taken = await storage.offers.take(session, offer, new, now=context.now)
    if taken is None:
        return Outcome("slot_taken")
    booking, offers = taken
    if phone is not None or photo is not None:
        sent = None if photo is None else Photo(photo.file_id, photo.unique_id)
        booking = await storage.bookings.note_details(session, booking, phone=phone, photo=sent)
    await tell_made(context, booking)
    await tell_offers(context, offers)
    return show_booking(booking, context.user.locale)


@command("waitlist.keep", notifies=[waitlist_offer])
async def keep(context: Context, *, offer_id: int) -> (
    Kept
    | Outcome[
        Literal[
            "gone",
            "slot_taken",
            "too_many_holds",
            "limit_reached",
            "too_many_then",
            "blocked",
            "not_available",
        ]
    ]
):
    """Hold a time that is kept for the person as one of their own, until its deposit is paid; the wish has come true then."""
    session = context.session
    offer = await _find_answered(context, offer_id)
    if offer is None:
        return Outcome("gone")
    slot, wish = _slot_of(offer), offer.wish
    new = await ask_to_hold(context, slot, [wish.service.id], wish.party)
    if isinstance(new, Outcome):
        return new
    if await storage.holds.count(session, context.user.id, now=context.now) >= HOLDS_LIMIT:
        return Outcome("too_many_holds")
    until = context.now + HOLD
    held = replace(new, held_until=until, key=None)
    taken = await storage.offers.take(session, offer, held, now=context.now)
    if taken is None:
        return Outcome("slot_taken")
    hold, offers = taken
    await tell_offers(context, offers)
    deposit = find_deposit(context, wish.service, wish.party)
    refund_until = slot.starts_at - wish.service.cancel_until
    price = wish.service.price * wish.party
    shown = Hold(hold.id, until, deposit, refund_until)
    title = shorten_title(wish.service, context.user.locale)
    return Kept(slot, wish.service.id, title, wish.party, price, shown)


async def _can_be_waited_for(context: Context, new: NewWish) -> bool:
    """Tell whether there is such a service for so many, and whom it names gives it there, on days that are ahead."""
    service = await storage.services.find(context.session, new.service_id)
    if service is None or not 1 <= new.party <= service.capacity:
        return False
    members = await storage.staff.list_offering(context.session, [new.service_id], new.location_id)
    places = await storage.locations.list_all(context.session)
    zones = [ZoneInfo(one.time_zone) for one in places if one.id == new.location_id]
    if not zones or not members or new.staff_id not in {None, *(one.id for one in members)}:
        return False
    today = context.now.astimezone(zones[0]).date()
    return new.first_day <= new.last_day and today <= new.last_day <= today + timedelta(
        days=DAYS_AHEAD
    )


async def _find_answered(context: Context, offer_id: int) -> wishes.Offer | None:
    """Find an offer that is the person's to answer now, and keep others from the waitlist."""
    offer = await storage.offers.find(context.session, offer_id)
    if offer is None or offer.wish.user_id != context.user.id:
        return None
    place = offer.wish.location.id
    await storage.waitlist.lock(context.session, place, now=context.now, is_joining=True)
    offer = await storage.offers.find(context.session, offer_id)
    return offer if _is_for(offer, context) else None


async def _find_taken(context: Context, offer_id: int) -> Booking | None:
    """Find what the person has booked by an offer before."""
    booking_id = await storage.waitlist.find_booking_id(context.session, context.user.id, offer_id)
    booking = booking_id and await storage.bookings.find(context.session, booking_id)
    over = (values.BookingStatus.CANCELLED, values.BookingStatus.HELD)
    if not booking or booking.status in over:
        return None
    return show_booking(booking, context.user.locale)


def _find_asked(
    context: Context, wish: wishes.Wish, answered: Mapping[str, bool]
) -> Outcome[Literal["asks_phone", "asks_photo", "asks_deposit"]] | None:
    """Say what comes before a visit can be booked, if anything does."""
    service = wish.service
    if service.asks_phone and not answered["phone"]:
        return Outcome("asks_phone")
    if service.asks_photo and not answered["photo"]:
        return Outcome("asks_photo")
    return Outcome("asks_deposit") if find_deposit(context, service, wish.party) else None


def _is_for(offer: wishes.Offer | None, context: Context) -> TypeGuard[wishes.Offer]:
    """Tell whether a time is kept for the person just now."""
    if offer is None or offer.wish.user_id != context.user.id:
        return False
    return offer.opens_at <= context.now < offer.closes_at


def _slot_of(offer: wishes.Offer) -> Slot:
    ends_at = offer.starts_at + offer.wish.service.duration
    return show_slot(values.Slot(offer.starts_at, ends_at, offer.staff, offer.wish.location))
