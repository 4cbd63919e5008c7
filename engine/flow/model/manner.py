"""How a message reaches people, whatever it says: its link preview, and what Telegram may do with it.

It knows nothing of what the message shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.flow.model.written import Wording


class PreviewSize(StrEnum):
    """How large the picture of a link preview is."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Preview:
    """The preview of a link: of `url`, or of the first one in the text; unless it `is_off`, below the text or `is_above` it."""

    is_off: bool = False
    is_above: bool = False
    url: Wording | None = None
    size: PreviewSize | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """What a window says of its message; None is what the bot says of all.

    What is `protected` can be neither forwarded nor saved; what is `silent` makes no sound; `effect` is the id of an
    animation that plays as the message arrives.
    """

    preview: Preview | None = None
    protected: bool | None = None
    silent: bool | None = None
    effect: str | None = None

    def over(self, general: Manner) -> Manner:
        """Give the same, with what another says of all where this one says nothing; an effect is of one message alone."""
        return Manner(
            preview=self.preview or general.preview,
            protected=general.protected if self.protected is None else self.protected,
            silent=general.silent if self.silent is None else self.silent,
            effect=self.effect,
        )


PLAIN: Final = Manner()
"""A message as Telegram sends it when nothing is said."""

EFFECTS: Final = {
    "🔥": "5104841245755180586",
    "👍": "5107584321108051014",
    "👎": "5104858069142078462",
    "❤": "5159385139981059251",
    "🎉": "5046509860389126442",
    "💩": "5046589136895476101",
}
"""The effects that bots may use, by the emoji that plays; Telegram's clients list them, its Bot API does not."""
