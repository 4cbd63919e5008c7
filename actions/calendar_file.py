"""Writes a visit as a calendar file, as RFC 5545 has it: folded, escaped, in UTC.

It knows nothing of who may read it.
"""

from datetime import UTC, datetime

from storage.values import Booking, BookingStatus

_LONGEST = 75
"""How many octets a line may have; what is longer goes on in the next one, behind a space."""

_WITHIN = range(0x80, 0xC0)
"""The bytes with which no character of UTF-8 begins."""


def write_event(booking: Booking, *, title: str) -> bytes:
    """Write the file: its UID is that of the booking for ever, its SEQUENCE the booking's version.

    One that is cancelled takes the event out of a calendar that has it.
    """
    is_cancelled = booking.status is BookingStatus.CANCELLED
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Usher//Booking desk//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:booking-{booking.id}@usher",
        f"SEQUENCE:{booking.version}",
        f"DTSTAMP:{_instant(booking.cancelled_at or booking.created_at)}",
        f"DTSTART:{_instant(booking.starts_at)}",
        f"DTEND:{_instant(booking.ends_at)}",
        f"SUMMARY:{_text(title)}",
        f"DESCRIPTION:{_text(booking.staff.name)}",
        f"LOCATION:{_text(_name_place(booking))}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_fold(line.encode()) + b"\r\n" for line in lines)


def _name_place(booking: Booking) -> str:
    place = booking.location
    return place.name if place.address is None else f"{place.name}, {place.address}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    r"""Escape a value: \\, ; and , stand behind a backslash, line breaks are \n."""
    for sign, escaped in (
        ("\\", "\\\\"),
        (";", "\\;"),
        (",", "\\,"),
        ("\r\n", "\\n"),
        ("\n", "\\n"),
    ):
        text = text.replace(sign, escaped)
    return text


def _fold(line: bytes) -> bytes:
    """Break a line where it becomes too long, never within a character."""
    folded = b""
    while len(line) > _LONGEST:
        cut = _LONGEST
        while line[cut] in _WITHIN:
            cut -= 1
        folded, line = folded + line[:cut] + b"\r\n", b" " + line[cut:]
    return folded + line
