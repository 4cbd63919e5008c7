"""What the key that shares an answer asks for, beyond the kind of the answer.

It knows nothing of the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.written import Wording
    from engine.flow.problems import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What may be chosen; what is None does not matter. `keys` are the places of what was written.

    Users may be `bots` or not and have `premium` or not; a chat is a `channel` or a group, a `forum` or not, `public` or
    not, `created` by the person or not, has the bot as a `member`, and gives the person and the bot `rights` and `bot_rights`. `kind`
    is that of a poll, `url` that of a web app, `name` and `username` are proposed for a bot.
    """

    bots: bool | None = None
    premium: bool | None = None
    channel: bool | None = None
    forum: bool | None = None
    public: bool | None = None
    created: bool | None = None
    member: bool | None = None
    rights: tuple[str, ...] = ()
    bot_rights: tuple[str, ...] = ()
    kind: str | None = None
    url: Wording | None = None
    name: Wording | None = None
    username: str | None = None
    keys: Mapping[str, Position] = field(default_factory=dict)


RIGHTS = (
    "manage_chat",
    "delete_messages",
    "manage_video_chats",
    "restrict_members",
    "promote_members",
    "change_info",
    "invite_users",
    "post_stories",
    "edit_stories",
    "delete_stories",
    "post_messages",
    "edit_messages",
    "pin_messages",
    "manage_topics",
)
"""What an administrator of a chat can be allowed, in Telegram's words without their `can_`."""
