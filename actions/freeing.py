"""Offering freed times to those who wait: called by every action that gives a time back.

It knows nothing of who may wait, nor of what somebody answers.
"""

from collections.abc import Iterable

import storage
from actions.waitlist_records import Offer, show_offer
from engine.actions import Context, notice
from storage import values, wishes
from storage.wishes import FreedTime


@notice("waitlist_offer")
async def waitlist_offer(context: Context, *, offer_id: int) -> Offer | None:
    """Tell somebody who waits that a time is kept for them, while it is, and while they may book."""
    offer = await storage.offers.find(context.session, offer_id)
    if offer is None or not offer.opens_at <= context.now < offer.closes_at:
        return None
    standing = await storage.standings.find(context.session, offer.wish.user_id, now=context.now)
    return None if standing.is_blocked(context.now) else show_offer(offer, context.user.locale)


async def find_to_free(context: Context, booking_id: int) -> values.Booking | None:
    """Find a booking or hold whose time may be given back, and keep others from changing it.

    Where anybody waits, the waitlist and the staff are locked before it.
    """
    session = context.session
    booking = await storage.bookings.find(session, booking_id)
    if booking is None:
        return None
    if await storage.waitlist.lock(session, booking.location.id, now=context.now):
        await storage.taking.lock_staff(session, [booking.staff.id])
    return await storage.bookings.find_for_update(session, booking_id)


async def offer_freed(context: Context, booking: values.Booking) -> None:
    """Offer the time that a booking or hold had, and has no more, to those who wait for such a one; at a place out of use nobody does."""
    if not booking.location.active:
        return
    freed = FreedTime.of(booking)
    await tell_offers(context, await storage.offers.offer(context.session, freed, now=context.now))


async def tell_offers(context: Context, offers: Iterable[wishes.Offer]) -> None:
    """Have everybody told when their turn comes."""
    for offer in offers:
        await context.notify(
            offer.wish.user_id,
            waitlist_offer(offer_id=offer.id),
            due=max(offer.opens_at, context.now),
            until=offer.closes_at,
            key=str(offer.id),
        )
