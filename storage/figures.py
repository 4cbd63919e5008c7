"""The values of reports: what rows are told apart by, and what was measured of each.

It knows nothing of SQLAlchemy, as `storage.values`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

LONGEST_DAYS = 366
"""How many days a report has at most."""


class Grouping(StrEnum):
    """What the figures of a report are told apart by."""

    STAFF = "staff"
    SERVICE = "service"
    LOCATION = "location"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def has_names(self) -> bool:
        """Whether rows are told apart by what has a name, not by time."""
        return self in {Grouping.STAFF, Grouping.SERVICE, Grouping.LOCATION}

    def find_key(self, day: date) -> date | None:
        """Find the first day of the week or month that a day is in; None where that makes no difference."""
        match self:
            case Grouping.DAY:
                return day
            case Grouping.WEEK:
                return day - timedelta(days=day.weekday())
            case Grouping.MONTH:
                return day.replace(day=1)
            case _:
                return None


type Key = int | date | None
"""What a row is of: a member of staff, a service, a place, a day, the first day of a week or month; None is all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one row. Rates are from 0 to 1, and None where there is nothing to measure."""

    key: Key = None
    name: str | None = None
    visits: int = 0
    cancelled: int = 0
    completed: int = 0
    no_shows: int = 0
    new_clients: int = 0
    revenue: Decimal = field(default=Decimal(0))
    expected: Decimal = field(default=Decimal(0))
    lead: timedelta | None = None
    attempts: int = 0
    lost: int = 0
    working: timedelta = timedelta()
    busy: timedelta = timedelta()

    @property
    def fill_rate(self) -> float | None:
        """How much of the working hours was booked."""
        return self.busy / self.working if self.working else None

    @property
    def no_show_rate(self) -> float | None:
        """How many of the clients who were waited for did not come."""
        over = self.completed + self.no_shows
        return self.no_shows / over if over else None

    @property
    def lost_rate(self) -> float | None:
        """How many of the times that somebody wanted had just gone."""
        return self.lost / self.attempts if self.attempts else None


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking as a list has it; of several services their titles are joined by " + "."""

    id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    services: str
    staff: str
    location: str
    room: str | None
    client: str
    party: int
    price: Decimal
    created_at: datetime
    cancelled_at: datetime | None
