"""bot.yaml: what all flows of a bot share.

It knows nothing of the flows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from engine.flow.model.anytime import Anytime
from engine.flow.model.manner import PLAIN, Manner
from engine.flow.model.written import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.notices import NoticeWords
    from engine.flow.model.upgrade import Renaming
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many messages and presses of one person are taken at once, and in each period again."""

    messages: int
    period_milliseconds: int
    group: Throttle | None = None
    """The same for a group as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotFile:
    """bot.yaml: what all flows share.

    `roles` are all there are, the first is a stranger's; `home` is the flow that /start opens and that people
    are brought to when there is nowhere else; `late_payments` is the flow that takes what was paid when nothing waited for it any more. `messages` are the engine's own sentences by name; `profile` is what the
    bot says of itself on Telegram, by name; `gone` says what became of flows that are no more; `notices` are the words of
    messages that it sends of its own accord; `defaults` hold for windows and notices that say nothing else.
    """

    name: str
    position: Position
    locale: str
    locales: tuple[str, ...]
    roles: tuple[str, ...]
    home: str
    time_zone: str
    currency: str
    messages: Mapping[str, Wording]
    late_payments: str | None = None
    profile: Mapping[str, Wording] = field(default_factory=dict)
    throttle: Throttle | None = None
    anytime: Anytime = field(default_factory=Anytime)
    gone: Mapping[str, Renaming] = field(default_factory=dict)
    notices: Mapping[str, NoticeWords] = field(default_factory=dict)
    defaults: Manner = PLAIN

    @property
    def languages(self) -> tuple[str, ...]:
        """Its locales, the one that its flows are written in first."""
        return (self.locale, *(one for one in self.locales if one != self.locale))

    @property
    def as_flows_see(self) -> BotFile:
        """The same without what no flow looks at, its `anytime` too, which each flow inherits; sentences by name alone."""
        nowhere = replace(self.position, line=1, column=1, length=1)
        return replace(
            self,
            position=nowhere,
            messages={name: Wording("", "", nowhere) for name in self.messages},
            profile={},
            throttle=None,
            time_zone="",
            anytime=Anytime(),
            gone={},
            notices={},
            defaults=PLAIN,
            late_payments=None,
        )

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All texts of the file that no flow inherits."""
        said = (text for words in self.notices.values() for text in words.wordings)
        return (*self.profile.values(), *self.messages.values(), *said)

    @property
    def plain_wordings(self) -> tuple[Wording, ...]:
        """Those that are shown as they are written."""
        labels = (one.text for words in self.notices.values() for one in words.buttons)
        return (*self.profile.values(), *self.messages.values(), *labels)


MESSAGES: Final = (
    "old_button",
    "no_access",
    "error",
    "unknown_input",
    "wrong_answer",
    "next_page",
    "previous_page",
    "proceed",
)
"""The engine's own sentences, each to be written in bot.yaml under `messages`."""

LABELS: Final = ("next_page", "previous_page", "proceed", "clear_search", "yes", "no")
"""Those that are labels of buttons, which can have a look."""
