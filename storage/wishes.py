"""The values of the waitlist: what people wait for, and what of freed times is offered to them.

It knows nothing of SQLAlchemy, so that signatures can name these types without loading a database library.
"""

from dataclasses import dataclass
from datetime import date, datetime

from storage.values import Booking, Location, Service, StaffMember


@dataclass(frozen=True, slots=True)
class NewWish:
    """What somebody wants to wait for, on any day from the first to the last by the calendar of the place; without staff, anyone will do."""

    user_id: int
    service_id: int
    location_id: int
    staff_id: int | None
    first_day: date
    last_day: date
    party: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for, or waited for until `ended_at`."""

    id: int
    user_id: int
    service: Service
    location: Location
    staff: StaffMember | None
    first_day: date
    last_day: date
    party: int
    ended_at: datetime | None = None
    booking_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A freed time that is kept for somebody's wish from `opens_at` until `closes_at`, by a hold."""

    id: int
    wish: Wish
    hold_id: int
    staff: StaffMember
    starts_at: datetime
    opens_at: datetime
    closes_at: datetime

    @property
    def latest(self) -> datetime:
        """Until when it could be booked at all."""
        return self.starts_at - self.wish.service.minimum_notice


@dataclass(frozen=True, slots=True)
class FreedTime:
    """A time of somebody's that was taken and is free: all that was blocked, and whose it was."""

    staff_id: int
    location: Location
    blocked_from: datetime
    blocked_to: datetime
    starts_at: datetime
    user_id: int | None = None

    @classmethod
    def of(cls, booking: Booking) -> "FreedTime":
        """Give the time of a booking or hold that is no more."""
        return cls(
            staff_id=booking.staff.id,
            location=booking.location,
            blocked_from=booking.starts_at - booking.service.buffer_before,
            blocked_to=booking.ends_at + booking.service.buffer_after,
            starts_at=booking.starts_at,
            user_id=booking.user_id,
        )
