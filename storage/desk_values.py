"""The values that the desk's own queries hand out: people it knows, its rules, and who changed what.

It knows nothing of SQLAlchemy, as `storage.values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from storage.values import BookingStatus, Location, Role, Service


class Operation(StrEnum):
    """What was done to a row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """A row that somebody changed: `before` and `after` have the columns that did, as JSON.

    Without an actor it was the system; `label` is what the row was called, `person_name` whom it is about.
    """

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str | None
    subject: str
    row_id: str
    label: str | None
    person_name: str | None
    operation: Operation
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the bot has met; `blocked_at` is since when it cannot write to them."""

    id: int
    name: str
    username: str | None
    role: Role
    created_at: datetime
    unreachable_at: datetime | None


class NoShowOutcome(StrEnum):
    """What follows when clients have missed too many visits."""

    CONFIRM = "confirm"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class DeskRules:
    """How many bookings a client may have, what follows from missed visits, and when people are forgotten; None is no limit, or no rule."""

    open_bookings: int
    bookings_a_day: int | None
    bookings_a_week: int | None
    no_shows: int | None
    no_shows_within_days: int
    no_shows_outcome: NoShowOutcome
    no_shows_block_days: int
    forget_after_months: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands: how many bookings they have ahead, on a day and in its week, and what they have missed.

    `missed` visits are those that count by the rules, `missed_at` when the last of them ended. `blocked_since` is when somebody
    blocked them, if that still holds, and `blocked_until` until when.
    """

    rules: DeskRules
    ahead: int
    on_day: int
    in_week: int
    missed: int
    missed_at: datetime | None
    blocked_since: datetime | None
    blocked_until: datetime | None

    @property
    def meets_rule(self) -> bool:
        """Whether they have missed as many visits as the rule names."""
        return self.rules.no_shows is not None and self.missed >= self.rules.no_shows

    def is_blocked(self, now: datetime) -> bool:
        """Tell whether they may not book, because somebody says so or by the rule."""
        if self.blocked_since is not None:
            return True
        until = self.blocked_by_rule_until
        return until is not None and now < until

    @property
    def blocked_by_rule_until(self) -> datetime | None:
        """Until when the rule keeps them from booking, if it does at all."""
        if not self.meets_rule or self.missed_at is None:
            return None
        if self.rules.no_shows_outcome is not NoShowOutcome.BLOCK:
            return None
        return self.missed_at + timedelta(days=self.rules.no_shows_block_days)

    @property
    def kept_until(self) -> datetime | None:
        """Until when they may not book, if that is known, of whatever keeps them from it."""
        return self.blocked_by_rule_until if self.blocked_since is None else self.blocked_until

    @property
    def needs_confirmation(self) -> bool:
        """Whether their bookings wait for the staff by the rule."""
        return self.meets_rule and self.rules.no_shows_outcome is NoShowOutcome.CONFIRM

    def has_room(self, more: int) -> bool:
        """Tell whether so many more bookings are within the limits."""
        return self.ahead + more <= self.rules.open_bookings and self.has_room_then(more)

    def has_room_then(self, more: int) -> bool:
        """Tell the same of that day and its week alone."""
        counted = (
            (self.on_day, self.rules.bookings_a_day),
            (self.in_week, self.rules.bookings_a_week),
        )
        return all(most is None or count + more <= most for count, most in counted)


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the desk knows of a client beside their name: numbers of their bookings, the last phone number, and a note."""

    ahead: int
    past: int
    cancelled: int
    missed: int
    phone: str | None
    note: str | None


class Audience(StrEnum):
    """Whom a message to many goes to."""

    EVERYBODY = "everybody"
    AHEAD = "ahead"
    SERVICE = "service"
    STAFF = "staff"
    AWAY = "away"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class People:
    """An audience: of which service or member of staff, or not here for how many months, is `about`.

    Of a `language` are those who read it, or none of all `languages`, of which the first is for everybody else.
    """

    audience: Audience
    about: int | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to many, with what has become of it; texts are by language, that of "" for all others.

    Of those that `failed`, `blocked` met somebody who had blocked the bot, and `gone` somebody who is no longer with Telegram.
    """

    id: int
    audience: Audience
    about: int | None
    about_name: str | None
    language: str | None
    texts: Mapping[str, str]
    recipients: int
    made_by: str | None
    started_at: datetime
    stopped_at: datetime | None
    sent: int
    failed: int
    blocked: int
    gone: int
    dropped: int

    @property
    def left(self) -> int:
        """How many messages are still to be sent."""
        return max(self.recipients - self.sent - self.failed - self.dropped, 0)


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Which bookings are looked for; what is nothing does not matter, but that cancelled ones are then found by a search alone."""

    starts_from: datetime | None
    starts_before: datetime | None
    staff_id: int | None
    status: BookingStatus | None
    search: str | None


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of time in which a member of staff is away, whatever their hours."""

    id: int
    staff_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote about a booking; `answers_id` is the message that it answers."""

    id: int
    booking_id: int
    sender_id: int
    recipient_id: int
    words: str
    answers_id: int | None


class Assignment(StrEnum):
    """What belongs to what, as administrators say it."""

    STAFF_OF_SERVICE = "staff_of_service"
    ROOMS_OF_SERVICE = "rooms_of_service"
    SERVICES_OF_STAFF = "services_of_staff"
    PLACES_OF_STAFF = "places_of_staff"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody of the team as administrators see them, with the person whom `user_id` says they are, and how many visits are booked and not over.

    `role_goes` says whether that person has a role only for being this one.
    """

    id: int
    name: str
    active: bool
    user_id: int | None
    user_name: str
    role_goes: bool
    services: tuple[Service, ...]
    places: tuple[Location, ...]
    visits_ahead: int
