"""What a press does in the person's own client, of which the bot hears nothing: an address, a query, a text to copy.

It knows nothing of the button that does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.written import Wording


class AsideKind(StrEnum):
    """What the client does: opens an address, a web app or a site where one is logged in, begins a query, copies."""

    URL = "url"
    WEB_APP = "web_app"
    LOGIN = "login"
    INLINE = "inline"
    COPY = "copy"


class ChatKind(StrEnum):
    """Chats among which a person chooses where an inline query is begun."""

    USERS = "users"
    BOTS = "bots"
    GROUPS = "groups"
    CHANNELS = "channels"


ASIDE_KEYS: Final = tuple(kind.value for kind in AsideKind)
"""The keys of a button that say what the client does; each is the id of its button where that has no other."""

HERE: Final = "here"
"""What `to` of an inline query says of the chat that the button is in."""

_ADDRESSES: Final = frozenset({AsideKind.URL, AsideKind.WEB_APP, AsideKind.LOGIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What the client does with `text`: an address, the beginning of a query, or what is copied.

    An inline query is begun in this chat (`is_here`), in one of `chats`, or in any. At a login `forward_text` is the label
    in forwarded messages, `bot` the one whose login is asked for, and `write_access` asks to be allowed to write.
    """

    kind: AsideKind
    text: Wording
    is_here: bool = False
    chats: tuple[ChatKind, ...] = ()
    forward_text: Wording | None = None
    bot: str | None = None
    write_access: bool = False

    @property
    def is_address(self) -> bool:
        """Tell whether `text` is an address."""
        return self.kind in _ADDRESSES

    @property
    def translated(self) -> Iterator[Wording]:
        """Give its texts that every language has one of its own for."""
        if self.kind is AsideKind.URL:
            yield self.text
        if self.forward_text:
            yield self.forward_text

    @property
    def wordings(self) -> Iterator[Wording]:
        """Give all its texts."""
        yield self.text
        if self.forward_text:
            yield self.forward_text
