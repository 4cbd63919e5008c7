"""Bookings that lie outside working hours, or would with a change of them: they are shown, kept, moved by their clients, or cancelled.

It knows nothing of how hours are changed. Nothing is cancelled silently: what a change hits is what somebody has seen and decided about.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Literal

import storage
from actions.access import acts_as, has_role
from actions.freeing import offer_freed, tell_offers, waitlist_offer
from actions.notices import (
    booking_cancelled,
    move_asked,
    refund_due,
    tell_asked_to_move,
    tell_cancelled,
    tell_stands,
    visit_cancelled,
)
from actions.records import Booking, show_booking
from engine.actions import Context, Outcome, command, query
from storage.changes import Change
from storage.values import Role

type Choice = Literal["keep", "ask", "cancel"]
"""What becomes of bookings that are hit: they stay, their clients are asked to move them, or they are cancelled."""


@query("affected.list")
async def list_affected(context: Context, *, booking_ids: list[int]) -> list[Booking]:
    """List the live ones of these bookings by time; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.bookings.list_some(context.session, booking_ids)
    return [show_booking(booking, context.user.locale) for booking in found]


@query("affected.count_unasked")
async def count_unasked(context: Context, *, booking_ids: list[int]) -> int:
    """Count the live ones of these bookings whose clients have not been asked to move them; none for who is no administrator."""
    found = await list_affected(context, booking_ids=booking_ids)
    return sum(not booking.is_asked_to_move for booking in found)


@command("affected.find")
async def find_outside(context: Context) -> list[int] | Outcome[Literal["not_allowed", "none"]]:
    """Find the bookings ahead that lie outside the hours of their staff."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    found = await storage.fitting.list_outside(context.session, now=context.now)
    return found or Outcome("none")


@command(
    "affected.settle",
    notifies=[booking_cancelled, move_asked, refund_due, visit_cancelled, waitlist_offer],
)
async def settle_affected(
    context: Context, *, booking_ids: list[int], choice: Choice
) -> Outcome[Literal["not_allowed"]] | None:
    """Ask the clients of bookings outside working hours to move them, or cancel these; of those within them nothing is changed.

    What is open of a time that was cancelled is offered to those who wait.
    """
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    await storage.opened.prepare(context.session, None, now=context.now)
    outside = set(await storage.fitting.list_outside(context.session, now=context.now))
    hit = [found for found in booking_ids if found in outside]
    were = await storage.bookings.list_some(context.session, hit)
    await settle(context, hit, choice)
    if choice == "cancel":
        for booking in were:
            await offer_freed(context, booking)
    return None


async def find_hits(
    context: Context, changes: Sequence[Change], *, seen: Sequence[int], choice: Choice | None
) -> list[int] | None:
    """Keep bookings waiting and find those that changes hit; None when somebody has to look at them first."""
    place = find_place(changes)
    await storage.waitlist.lock(context.session, place, now=context.now)
    await storage.hours.lock(context.session, place)
    hits = await storage.fitting.list_hit(context.session, changes, now=context.now)
    is_decided = choice is not None and set(hits) <= set(seen)
    return hits if is_decided or not hits else None


def find_place(changes: Sequence[Change]) -> int | None:
    """Give the location of which all changes are, or nothing where they are of several."""
    places = {change.location_id for change in changes}
    return places.pop() if len(places) == 1 else None


async def offer_opened(context: Context, days: Iterable[date], places: Collection[int]) -> None:
    """Offer what is free on days whose hours may have grown to those who wait for it at places."""
    if places:
        for day in days:
            made = await storage.opened.offer(context.session, day, places, now=context.now)
            await tell_offers(context, made)


async def let_stand(context: Context) -> None:
    """Tell whoever was asked to move a booking that they need not, where it lies within hours again as they have just been changed."""
    ids = await storage.asking.let_stand(context.session, now=context.now)
    for booking in await storage.bookings.list_some(context.session, ids):
        await tell_stands(context, booking)


async def settle(context: Context, booking_ids: Sequence[int], choice: Choice | None) -> None:
    """Do with bookings as it was chosen, and tell their clients; who was asked to move one is not asked again."""
    match choice:
        case "ask":
            found = await storage.bookings.list_some(context.session, booking_ids)
            unasked = [booking.id for booking in found if booking.asked_to_move_at is None]
            await storage.asking.ask_to_move(context.session, unasked, now=context.now)
            for booking in await storage.bookings.list_some(context.session, unasked):
                await tell_asked_to_move(context, booking)
        case "cancel":
            for booking in await storage.bookings.list_some(
                context.session, booking_ids, for_update=True
            ):
                cancelled = await storage.bookings.cancel(
                    context.session, booking, by=context.user.id, now=context.now
                )
                if cancelled is not None:
                    await tell_cancelled(context, cancelled)
        case "keep" | None:
            pass
