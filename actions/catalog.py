"""The actions that flows may call, named one by one.

It knows nothing of flows.
"""

from actions import (
    bookings,
    calendar,
    confirming,
    holds,
    locations,
    notices,
    services,
    slots,
    staff,
    users,
    visits,
)
from engine.actions import Catalog

catalog = Catalog(
    [
        bookings.cancel_any_booking,
        bookings.cancel_booking,
        bookings.create_booking,
        bookings.find_booking,
        bookings.list_mine,
        bookings.list_on_day,
        bookings.move_booking,
        calendar.close_day,
        calendar.list_upcoming_days,
        calendar.open_day,
        confirming.confirm_booking,
        confirming.decline_booking,
        confirming.list_waiting,
        holds.place_hold,
        holds.release_hold,
        locations.list_locations,
        notices.booking_asked,
        notices.booking_cancelled,
        notices.booking_made,
        notices.booking_moved,
        notices.booking_reminder,
        notices.client_unreachable,
        notices.visit_cancelled,
        notices.visit_confirmed,
        notices.visit_declined,
        services.find_picture,
        services.find_service,
        services.list_services,
        slots.find_openings,
        slots.find_other_openings,
        slots.list_free,
        slots.list_other_times,
        staff.list_staff,
        users.set_locale,
        visits.count_past,
        visits.find_again,
        visits.find_calendar_file,
        visits.list_past,
        visits.say_coming,
    ]
)
