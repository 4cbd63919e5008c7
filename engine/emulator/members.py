"""What somebody is in a chat, as the Bot API's ChatMember.

It does not know how they became it.
"""

from typing import Final

from engine.emulator.model import Json

_RIGHTS: Final = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)


def member_json(person: Json, status: str) -> Json:
    """Return the ChatMember of a person or bot with a status; an administrator has every right."""
    member: Json = {"user": person, "status": status}
    match status:
        case "creator":
            member["is_anonymous"] = False
        case "administrator":
            member |= dict.fromkeys(_RIGHTS, True) | {"is_anonymous": False}
        case "kicked":
            member["until_date"] = 0
    return member
