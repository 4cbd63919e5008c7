"""Bodies of the control API's requests.

Knows nothing of what is done with them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.emulator.payments import Provider

type Json = dict[str, Any]


class Body(BaseModel):
    """A request's body; unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class UserBody(Body):
    """Who a person is; what is left out stays as it is."""

    first_name: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone_number: str | None = None
    is_deactivated: bool | None = None


class FileBody(Body):
    """A file a person sends."""

    base64: str | None = None
    """Contents; a sample picture when left out of a photo."""
    file_name: str | None = None
    mime_type: str | None = None
    file_id: str | None = None
    """Instead of contents: a file that is there already."""


class ContactBody(Body):
    """A contact a person shares; their own when the number is left out."""

    phone_number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    user_id: int | None = None


class LocationBody(Body):
    """A place a person shares."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class VenueBody(LocationBody):
    """A place with a name that a person shares."""

    title: str = "Somewhere"
    address: str = "Some street"


class PollBody(Body):
    """A poll that a person makes."""

    question: str = "Yes or no?"
    options: Annotated[list[str], Field(min_length=1, max_length=12)] = ["Yes", "No"]
    type: Literal["regular", "quiz"] = "regular"
    is_anonymous: bool = True
    allows_multiple_answers: bool = False


class DiceBody(Body):
    """A dice that a person throws, so that it shows a value."""

    emoji: str = "🎲"
    value: Annotated[int, Field(ge=1)] | None = None


class StoryBody(Body):
    """A story that a person passes on."""

    chat_id: int
    id: int


class ChecklistBody(Body):
    """A list of tasks that a person sends."""

    title: str = "To do"
    tasks: Annotated[list[str], Field(min_length=1, max_length=30)] = ["One", "Two"]


class SharedUserBody(Body):
    """Somebody whom a person chooses when asked to."""

    user_id: int
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None


class SharedChatBody(Body):
    """A chat that a person chooses when asked to."""

    chat_id: int
    title: str | None = None
    username: str | None = None


class MessageBody(Body):
    """A message a person sends: exactly one of text and the kinds of content below it."""

    text: str | None = None
    parse_mode: str = ""
    entities: list[Json] | None = None
    photo: FileBody | bool | None = None
    document: FileBody | bool | None = None
    video: FileBody | bool | None = None
    audio: FileBody | bool | None = None
    voice: FileBody | bool | None = None
    video_note: FileBody | bool | None = None
    animation: FileBody | bool | None = None
    sticker: FileBody | bool | None = None
    contact: ContactBody | bool | None = None
    location: LocationBody | None = None
    dice: DiceBody | str | None = None
    venue: VenueBody | None = None
    poll: PollBody | None = None
    story: StoryBody | None = None
    checklist: ChecklistBody | None = None
    media_group_id: str | None = None
    """Makes the file a part of an album: all that have the same one."""
    caption: str = ""
    reply_to_message_id: int | None = None
    message_thread_id: int | None = None
    """The topic of a forum that it goes to."""


class PressBody(Body):
    """Which button a person presses: by its text, its data, or both."""

    text: str | None = None
    data: str | None = None
    message_id: int | None = None
    forge: bool = False
    web_app_data: str | None = None
    location: LocationBody | None = None
    users: list[SharedUserBody] | None = None
    chat: SharedChatBody | None = None
    poll: PollBody | None = None


class PaymentBody(Body):
    """Which invoice a person pays; the newest unpaid one when no message is named."""

    message_id: int | None = None
    shipping_address: Json | None = None
    tip: int = Field(0, ge=0)
    provider: Provider = Provider.TAKES


class InlineQueryBody(Body):
    """What a person searches for with the bot's name."""

    query: str = ""
    offset: str = ""


class GroupBody(Body):
    """A new group."""

    title: str = "Group"
    creator_id: int
    type: Literal["group", "supergroup"] = "supergroup"
    with_bot: bool = True
    members: list[int] = []
    is_forum: bool = False


class TopicBody(Body):
    """A new topic of a forum."""

    name: Annotated[str, Field(min_length=1, max_length=128)] = "Topic"


class TopicChangeBody(Body):
    """What becomes of a topic."""

    is_closed: bool


class MemberBody(Body):
    """What somebody is in a group from now on."""

    status: Literal["creator", "administrator", "member", "left", "kicked"]


class FaultBody(Body):
    """A fault; see `engine.emulator.faults.Fault`."""

    method: str = "*"
    times: Annotated[int, Field(ge=1)] = 1
    error: Annotated[int, Field(ge=400, le=599)] | None = None
    description: str | None = None
    retry_after: int | None = None
    html: bool = False
    cut: Literal["before", "after"] | None = None
    delay_seconds: Annotated[float, Field(ge=0)] = 0.0
    chat_id: int | None = None


class BotBody(Body):
    """What can be changed of a bot from outside."""

    first_name: str | None = None
    username: str | None = None
    privacy_mode: bool | None = None


class UpdateBody(Body):
    """An update put straight into the queue: of any kind, or one repeated under its number."""

    update: Json
