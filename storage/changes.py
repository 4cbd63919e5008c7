"""Changes of working hours as values, and what the rules would be with them, so that one can look before anything is written.

It knows nothing of databases, nor of what is booked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from storage.schedule import Override, Period, Rules, WeeklyHours


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """What replaces the hours of some days, of one member of staff or of all, at one location or at all.

    No periods mean closed; `periods` is None where the days are to have their usual hours again.
    """

    first: date
    last: date
    periods: tuple[Period, ...] | None
    staff_id: int | None = None
    location_id: int | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """The days, in order."""
        many = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=after) for after in range(many))

    def has(self, override: Override) -> bool:
        """Tell whether what was said of a day before is replaced."""
        return (
            override.staff_id == self.staff_id
            and self.location_id in (None, override.location_id)
            and self.first <= override.day <= self.last
        )

    def apply(self, rules: Rules) -> Rules:
        """Make the rules with the change."""
        kept = [override for override in rules.overrides if not self.has(override)]
        stretches = self.periods or (None,)
        made = [
            Override(location_id, self.staff_id, day, period)
            for location_id in rules.zones
            if self.periods is not None and self.location_id in (None, location_id)
            for day in self.days
            for period in stretches
        ]
        return replace(rules, overrides=[*kept, *made])


@dataclass(frozen=True, slots=True)
class ComingDays:
    """Days in a row with the same hours, none of which means closed; `id` is that of the first row that says so.

    Without a location they are those of all, without a member of staff of everybody.
    """

    id: int
    change: SpecialDays
    location_name: str | None
    staff_name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class UsualDays:
    """The hours of weekdays, 1 is Monday, of a member of staff at a location; weekdays that are not there stay as they are."""

    staff_id: int
    location_id: int
    week: Mapping[int, tuple[Period, ...]]

    def apply(self, rules: Rules) -> Rules:
        """Make the rules with the change."""
        kept = [
            hours
            for hours in rules.weekly
            if (hours.staff_id, hours.location_id) != (self.staff_id, self.location_id)
            or hours.weekday not in self.week
        ]
        made = [
            WeeklyHours(self.staff_id, self.location_id, weekday, period)
            for weekday, periods in self.week.items()
            for period in periods
        ]
        return replace(rules, weekly=[*kept, *made])


@dataclass(frozen=True, slots=True)
class ClosedPlace:
    """A location at which nobody works any more."""

    location_id: int
    staff_id: None = None

    def apply(self, rules: Rules) -> Rules:
        """Make the rules with the change."""
        return Rules(
            [hours for hours in rules.weekly if hours.location_id != self.location_id],
            [one for one in rules.overrides if one.location_id != self.location_id],
            {key: zone for key, zone in rules.zones.items() if key != self.location_id},
        )


type Change = SpecialDays | UsualDays | ClosedPlace
