"""Defects that people make in flows, texts, actions and queries, each as the few edits that plant it.

It knows the shipped bot; it does not know who looks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Edit:
    """A text in a file that is replaced by another one; it stands there exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Defect:
    """A mistake by the name that a person would give it."""

    name: str
    edits: tuple[Edit, ...]


def plant(defect: Defect, root: Path) -> None:
    """Put a defect into a copy of the project.

    Raises:
        ValueError: a text is not there, or more than once.
    """
    for edit in defect.edits:
        path = root / edit.path
        text = path.read_text(encoding="utf-8")
        if text.count(edit.old) != 1:
            raise ValueError(f"{edit.path} has {edit.old!r} {text.count(edit.old)} times")
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


_BOOKING: Final = "flows/booking.yaml"
_SAVED = "save: {booking: result, hold: None}\n    outcomes:\n      "
_DONE: Final = """, say: "That time can no longer be booked. Please pick another one."}
      deposit_needed:
        go: service
        say: "A deposit is asked for this now. Nothing was booked yet; please choose again."
    go: done"""
_MINE: Final = "flows/my_bookings.yaml"
_ADMINISTRATION: Final = "flows/administration.yaml"
_SPECIAL_DAYS: Final = "flows/special_days.yaml"
_GERMAN: Final = "flows/texts/de.yaml"

_FLOWS: Final = (
    Defect(
        "a button leads to another step",
        (
            Edit(
                _BOOKING,
                '{text: "Change note", go: details, when: data.service.asks_comment}',
                '{text: "Change note", go: service, when: data.service.asks_comment}',
            ),
            Edit(_GERMAN, 'details: "Hinweis ändern"', 'service: "Hinweis ändern"'),
        ),
    ),
    Defect(
        "a condition is inverted",
        (Edit(_SPECIAL_DAYS, "ids) > 0, go: hit", "ids) == 0, go: hit"),),
    ),
    Defect(
        "two outcomes are swapped",
        (
            Edit(_BOOKING, _SAVED + "slot_taken: {go: time", _SAVED + "slot_taken: {go: day"),
            Edit(_BOOKING, "not_available: {go: day" + _DONE, "not_available: {go: time" + _DONE),
        ),
    ),
    Defect(
        "a text overflows when a name is long",
        (
            Edit(
                "flows/menu.yaml",
                "Hello {{ user.first_name }}!",
                "Hello " + "{{ user.first_name }}! " * 70,
            ),
        ),
    ),
    Defect(
        "a translation is missing",
        (Edit(_GERMAN, '  title: "Sprache"\n', ""),),
    ),
    Defect(
        "what was chosen is not saved",
        (Edit(_BOOKING, ", go: day, save: {staff: None}}", ", go: day}"),),
    ),
    Defect(
        "today's bookings are those of tomorrow",
        (
            Edit(
                "flows/bookings.yaml",
                "choose: lookup.bookings(day=data.day | default(today())",
                "choose: lookup.bookings(day=data.day | default(today() + days(1))",
            ),
        ),
    ),
    Defect(
        "a page has one item too few",
        (Edit(_BOOKING, "    page: 24\n", "    page: 23\n"),),
    ),
    Defect(
        "a timeout is too long",
        (Edit(_BOOKING, "after: 30m", "after: 3h"),),
    ),
    Defect(
        "a flow is open to the wrong role",
        (Edit(_ADMINISTRATION, "['admin', 'owner']", "['staff', 'admin', 'owner']"),),
    ),
    Defect(
        "a booking is cancelled without a question",
        (
            Edit(
                _MINE,
                'text: "Cancel this booking"\n        go: sure\n',
                'text: "Cancel this booking"\n        go: cancel\n',
            ),
            Edit(
                _MINE,
                '"« All my bookings", go: list}\n\n  file:',
                '"« All my bookings", go: sure}\n\n  file:',
            ),
            Edit(
                _GERMAN,
                'sure: "Termin absagen"\n      file: "📎 Für meinen Kalender"\n      list: "« Alle meine Termine"',
                'cancel: "Termin absagen"\n      file: "📎 Für meinen Kalender"\n      sure: "« Alle meine Termine"',
            ),
        ),
    ),
    Defect(
        "a price is shown without its currency's form",
        (
            Edit(
                _BOOKING,
                "{% if item.price > 0 %}{{ item.price | money }}",
                "{% if item.price > 0 %}{{ item.price }} EUR",
            ),
        ),
    ),
    Defect(
        "the words for a wrong answer are lost",
        (
            Edit(
                _BOOKING,
                '      - "Please send one text message of at most 500 characters, or press a button."\n',
                "",
            ),
            Edit(
                _GERMAN,
                '      - "Bitte senden Sie eine Textnachricht mit höchstens 500 Zeichen, oder drücken Sie einen Knopf."\n',
                "",
            ),
        ),
    ),
    Defect(
        "yes and no stand the other way round",
        (
            Edit(
                _MINE,
                '      - - text: "Yes, cancel it"\n',
                '      - - {text: "No, keep it", go: details}\n        - text: "Yes, cancel it"\n',
            ),
            Edit(
                _MINE,
                '        - {text: "No, keep it", go: details}\n\n  cancel:\n',
                "\n  cancel:\n",
            ),
        ),
    ),
    Defect(
        "a flow does not end where it should",
        (
            Edit(
                _BOOKING,
                '{text: "Cancel", go: end, say: "Nothing was booked."}',
                '{text: "Cancel", go: service, say: "Nothing was booked."}',
            ),
            Edit(
                _GERMAN,
                '      end: "Abbrechen"\n      end_say: "Es wurde nichts gebucht."',
                '      service: "Abbrechen"\n      service_say: "Es wurde nichts gebucht."',
            ),
        ),
    ),
)

_ACTIONS: Final = (
    Defect(
        "an action forgets who was asked for",
        (
            Edit(
                "actions/slots.py",
                "        starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone),\n"
                "        staff_id=staff_id,\n",
                "        starts_before=datetime.combine(day + timedelta(days=1), time.min, context.time_zone),\n",
            ),
        ),
    ),
    Defect(
        "a limit has another default",
        (Edit("actions/bookings.py", "standing.ahead >= ", "standing.ahead > "),),
    ),
    Defect(
        "an action ignores the time zone",
        (
            Edit(
                "actions/special_days.py",
                "context.now.astimezone(context.time_zone).date()",
                "context.now.date()",
            ),
        ),
    ),
    Defect(
        "nothing keeps two people out of one slot",
        (
            Edit(
                "storage/migrations/versions/0001_first_tables.py",
                "USING gist (staff_id WITH =, blocked WITH &&)",
                "USING gist (id WITH =, blocked WITH &&)",
            ),
        ),
    ),
    Defect(
        "a slot that is taken is still shown",
        (
            Edit(
                "storage/slots.py",
                "OR NOT coalesce(busy.hit @>",
                "OR NOT coalesce(false AND busy.hit @>",
            ),
        ),
    ),
    Defect(
        "a notice is not sent",
        (
            Edit(
                "actions/notices.py",
                "        await context.notify(booking.user_id, told, until=booking.ends_at, key=key)\n",
                "        del told\n",
            ),
        ),
    ),
    Defect(
        "a cancelled booking stays in the list",
        (
            Edit(
                "storage/bookings.py",
                "bookings.c.user_id == user_id, now < ENDS_AT, _IS_BOOKED)\n    return",
                "bookings.c.user_id == user_id, now < ENDS_AT)\n    return",
            ),
        ),
    ),
    Defect(
        "an hour before is one second too generous",
        (
            Edit(
                "actions/bookings.py",
                "if context.now >= booking.starts_at - deadline and",
                "if context.now > booking.starts_at - deadline and",
            ),
        ),
    ),
    Defect(
        "somebody else's booking is shown",
        (
            Edit(
                "actions/bookings.py",
                "    booking = await storage.bookings.find(context.session, booking_id)\n"
                "    if not is_own(booking, context):\n"
                '        return Outcome("not_found")\n'
                "    return show_booking",
                "    booking = await storage.bookings.find(context.session, booking_id)\n"
                "    if booking is None:\n"
                '        return Outcome("not_found")\n'
                "    return show_booking",
            ),
        ),
    ),
)

DEFECTS: Final = (*_FLOWS, *_ACTIONS)
