"""Makes values of rows; one function for each value that several queries give.

It knows nothing of which rows are asked for.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import RowMapping, func

from storage import booking_tables, tables
from storage.money import Deposit, PaymentState
from storage.payment_tables import payments
from storage.values import (
    BookedService,
    Booking,
    BookingStatus,
    Location,
    Photo,
    Room,
    Service,
    StaffMember,
    join_services,
)

STARTS_AT = func.lower(booking_tables.bookings.c.period)
"""When a booking starts, as the indexes have it."""

ENDS_AT = func.upper(booking_tables.bookings.c.period)


def read_location(row: RowMapping) -> Location:
    """Make a location of a row with the columns of its table."""
    columns = tables.locations.c
    return Location(
        row[columns.id],
        row[columns.name],
        row[columns.time_zone],
        row[columns.contact],
        row[columns.address],
        row[columns.active],
    )


def read_staff_member(row: RowMapping) -> StaffMember:
    """Make a member of staff of a row with the columns of its table."""
    return StaffMember(row[tables.staff.c.id], row[tables.staff.c.name])


def read_service(row: RowMapping) -> Service:
    """Make a service of a row with the columns of its table."""
    columns = tables.services.c
    return Service(
        id=row[columns.id],
        title=row[columns.title],
        titles=row[columns.titles],
        price=row[columns.price],
        duration=timedelta(minutes=row[columns.duration_minutes]),
        slot_step=timedelta(minutes=row[columns.slot_step_minutes]),
        buffer_before=timedelta(minutes=row[columns.buffer_before_minutes]),
        buffer_after=timedelta(minutes=row[columns.buffer_after_minutes]),
        minimum_notice=timedelta(minutes=row[columns.minimum_notice_minutes]),
        reschedule_until=row[columns.reschedule_until],
        cancel_until=row[columns.cancel_until],
        reminders=tuple(row[columns.reminders]),
        category=row[columns.category],
        asks_phone=row[columns.asks_phone],
        asks_comment=row[columns.asks_comment],
        asks_photo=row[columns.asks_photo],
        horizon=timedelta(days=row[columns.horizon_days]),
        capacity=row[columns.capacity],
        needs_confirmation=row[columns.needs_confirmation],
        needs_room=row[columns.needs_room],
        active=row[columns.active],
        reminder_note=row[columns.reminder_note],
        reminder_notes=row[columns.reminder_notes],
        deposit=row[columns.deposit],
    )


def read_room(row: RowMapping) -> Room:
    """Make a room of a row with the columns of its table."""
    return Room(row[tables.rooms.c.id], row[tables.rooms.c.name])


def read_booking(row: RowMapping, parts: Mapping[int, Service]) -> Booking:
    """Make a booking of a row with its columns, its lines, and those of its service, staff, location, room and user.

    Of a booking of several services, `parts` has them by id.
    """
    lines = _read_lines(row, parts)
    columns = booking_tables.bookings.c
    period = row[columns.period]
    users = tables.users.c
    return Booking(
        id=row[columns.id],
        version=row[columns.version],
        status=BookingStatus(row[columns.status]),
        user_id=row[columns.user_id],
        client_name=row[columns.guest_name]
        or " ".join(filter(None, (row[users.first_name], row[users.last_name]))),
        service=join_services([line.service for line in lines]),
        staff=read_staff_member(row),
        location=read_location(row),
        starts_at=period.lower,
        ends_at=period.upper,
        price=row[columns.price],
        comment=row[columns.comment],
        created_at=row[columns.created_at],
        held_until=row[columns.held_until],
        cancelled_at=row[columns.cancelled_at],
        cancelled_by=row[columns.cancelled_by],
        party=row[columns.party],
        room=None if row[columns.room_id] is None else read_room(row),
        lines=lines,
        phone=row[columns.phone],
        photo=Photo(**row[columns.photo]) if row[columns.photo] else None,
        coming_at=row[columns.coming_at],
        marked_at=row[columns.marked_at],
        deposit=_read_deposit(row),
        asked_to_move_at=row[columns.asked_to_move_at],
        guest_name=row[columns.guest_name],
        entered_by=row[columns.entered_by],
        reason=row[columns.reason],
    )


def _read_deposit(row: RowMapping) -> Deposit | None:
    if row[payments.c.id] is None:
        return None
    state = PaymentState(row[payments.c.state])
    return Deposit(row[payments.c.amount], state, row[payments.c.refund_until])


def _read_lines(row: RowMapping, parts: Mapping[int, Service]) -> tuple[BookedService, ...]:
    written = row["lines"] or ()
    if len(written) > 1:
        return tuple(
            BookedService(parts[service_id], timedelta(minutes=minutes), Decimal(price))
            for service_id, minutes, price in written
        )
    period = row[booking_tables.bookings.c.period]
    agreed = row[booking_tables.bookings.c.price]
    return (BookedService(read_service(row), period.upper - period.lower, agreed),)
