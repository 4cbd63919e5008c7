"""Under which names an open flow remembers what is not its data.

It does not know what is remembered there.
"""

from typing import Final

CALL: Final = "call"
"""What it has run: the path of the call, for when it comes back."""

WRONG: Final = "wrong"
"""How many wrong answers came in a row, with their step."""

ASKED: Final = "asked"
"""The line of anytime that waits for a yes or a no."""

CHOICE: Final = "choice"
"""What a person has done so far at a list, with its step."""

CONTROLS: Final = "controls"
"""The screen on which a control was first pressed, with its step."""

CALENDAR: Final = "calendar"
"""Which page of a calendar is shown, with its step and the screen on which it was first turned."""

PICKER: Final = "picker"
"""The hour and the minute that are picked, and their day, with their step and the screen on which the first of them was."""

PAGES: Final = "pages"
"""Which page is shown of what has pages, by step."""

ALBUM: Final = "album"
"""The parts of an album that have come so far, with their step."""

CHECKED: Final = "checked"
"""The invoice that was let be paid, by what it carries."""

OF_STEP: Final = (ALBUM, CALL, WRONG, ASKED, CHOICE, CONTROLS, CALENDAR, PICKER, PAGES, CHECKED)
"""All that is over when the flow begins anew."""
