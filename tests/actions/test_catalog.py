"""The catalogue can be read where no server and no driver is, and says what flows rely on."""

import subprocess
import sys

from actions.catalog import catalog
from engine.actions import ActionKind

HEAVY = ("sqlalchemy", "asyncpg", "alembic", "redis", "aiogram", "fastapi", "pydantic")


def test_reading_signatures_loads_no_library_of_servers() -> None:
    """Checking flows needs the catalogue alone, in an interpreter that has imported nothing else."""
    program = f"""
import sys
from actions.catalog import catalog
assert catalog["bookings.create"].outcomes
print([name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_every_action_is_described() -> None:
    """What a flow author reads of an action is there, for each of them."""
    assert all(action.description.endswith(".") for action in catalog.values())
    assert len(catalog) == 176


def test_commands_name_what_can_go_wrong() -> None:
    """The outcomes are those that flows must handle."""
    outcomes = {
        action.name: set(action.outcomes)
        for action in catalog.values()
        if action.kind is ActionKind.COMMAND
    }

    assert outcomes == {
        "bookings.create": {"slot_taken", "limit_reached", "not_available", "deposit_needed"},
        "bookings.open": {"not_found"},
        "clients.may_book": {"blocked", "limit_reached"},
        "bookings.cancel": {"not_found", "too_late", "already_cancelled"},
        "bookings.move": {
            "not_found",
            "too_late",
            "already_cancelled",
            "slot_taken",
            "too_many_then",
            "not_available",
        },
        "bookings.cancel_any": {"not_found", "already_cancelled", "over", "not_allowed"},
        "bookings.confirm": {"not_found", "already_confirmed", "already_cancelled"},
        "bookings.decline": {"not_found", "already_confirmed", "already_cancelled"},
        "deposits.ask": {
            "limit_reached",
            "not_available",
            "expired",
            "price_changed",
        },
        "deposits.check": {"gone", "price_changed"},
        "deposits.take": {"refund_due"},
        "categories.add": {"taken", "not_allowed"},
        "categories.move_up": {"changed_meanwhile", "not_allowed"},
        "categories.remove": {"changed_meanwhile", "not_allowed"},
        "categories.rename": {"taken", "changed_meanwhile", "not_allowed"},
        "places.add": {"taken", "not_allowed"},
        "places.look": {"last", "changed_meanwhile", "not_allowed"},
        "places.resume": {"changed_meanwhile", "not_allowed"},
        "places.stop": {"last", "more_bookings", "changed_meanwhile", "not_allowed"},
        "places.change": {"taken", "impossible", "changed_meanwhile", "not_allowed"},
        "rooms.add": {"taken", "not_allowed"},
        "rooms.change": {"taken", "changed_meanwhile", "not_allowed"},
        "rooms.close": {"impossible", "not_allowed"},
        "rooms.reopen": {"not_closed", "not_allowed"},
        "clients.block": {"not_allowed", "not_found", "works_here"},
        "clients.note": {"not_allowed", "not_found"},
        "clients.unblock": {"not_allowed", "not_found"},
        "holds.place": {
            "slot_taken",
            "limit_reached",
            "too_many_then",
            "too_many_holds",
            "not_available",
            "blocked",
        },
        "holds.release": {"not_found"},
        "broadcasts.preview": {"not_allowed"},
        "broadcasts.start": {"nobody", "not_allowed"},
        "broadcasts.stop": {"all_sent", "not_allowed"},
        "broadcasts.translate": {"not_allowed"},
        "moving.move": {
            "not_allowed",
            "not_found",
            "not_live",
            "slot_taken",
            "not_available",
        },
        "affected.find": {"not_allowed", "none"},
        "affected.settle": {"not_allowed"},
        "hours.plan": {"not_allowed"},
        "hours.plan_copy": {"not_allowed"},
        "hours.save": {"more_bookings", "elsewhere", "not_there", "not_allowed"},
        "hours.read": {"unreadable", "ends_early", "overlap", "too_many"},
        "lookup.whose": {"nobody", "not_allowed"},
        "special_days.elsewhere": {"nowhere", "not_allowed"},
        "special_days.look": {"not_allowed"},
        "special_days.plan": {"too_long", "not_allowed"},
        "special_days.save": {"more_bookings", "not_allowed"},
        "privacy.erase": {"works_here"},
        "retention.set": {"not_allowed", "out_of_bounds"},
        "refunds.mark_paid": {"not_owed", "not_allowed"},
        "roles.choose": {"not_allowed", "not_known"},
        "roles.give": {"not_allowed", "last_owner", "not_known"},
        "rules.set": {"not_allowed", "out_of_bounds"},
        "rules.set_outcome": {"not_allowed"},
        "series.create": {"slot_taken", "limit_reached", "not_available", "deposit_needed"},
        "services.add": {"taken", "impossible", "not_allowed"},
        "services.assign": {"changed_meanwhile", "not_allowed"},
        "services.delete": {"was_booked", "not_allowed"},
        "services.show_by": {"unreadable", "not_allowed"},
        "services.change": {
            "changed_meanwhile",
            "taken",
            "impossible",
            "more_are_coming",
            "not_allowed",
        },
        "team.add": {"not_allowed"},
        "team.assign": {"changed_meanwhile", "not_allowed"},
        "team.link": {"not_known", "taken", "changed_meanwhile", "not_allowed"},
        "team.rename": {"changed_meanwhile", "not_allowed"},
        "team.switch": {"changed_meanwhile", "not_allowed"},
        "team.unlink": {"changed_meanwhile", "not_allowed"},
        "users.set_news": set(),
        "users.set_locale": set(),
        "users.set_time_zone": {"unknown_zone"},
        "absences.create": {"already_away", "has_bookings", "not_possible"},
        "absences.remove": {"not_found"},
        "contact.answer": {"not_possible", "unreachable"},
        "contact.write": {"not_possible", "unreachable"},
        "walk_ins.create": {"not_possible", "slot_taken"},
        "work.mark": {"not_possible"},
        "work.open": {"choose", "nobody"},
        "work.take_back": {"not_possible", "slot_taken"},
        "waitlist.join": {"already_waiting", "limit_reached", "blocked", "not_available"},
        "waitlist.keep": {
            "gone",
            "slot_taken",
            "too_many_holds",
            "limit_reached",
            "too_many_then",
            "blocked",
            "not_available",
        },
        "waitlist.pass_by": {"gone"},
        "waitlist.take": {
            "gone",
            "asks_phone",
            "asks_photo",
            "asks_deposit",
            "slot_taken",
            "limit_reached",
            "too_many_then",
            "blocked",
            "not_available",
        },
        "waitlist.withdraw": {"not_found"},
        "visits.say_coming": {"not_found", "already_cancelled", "asked_to_move"},
    }
