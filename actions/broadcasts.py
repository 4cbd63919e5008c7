"""Writing to many people at once, as administrators do.

It knows nothing of how messages are paced; the outbox sends all others first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from annotated_types import Interval

import storage
from actions.access import acts_as, has_role
from actions.languages import LanguageId, name_language
from engine.actions import Context, MaxLength, Outcome, command, notice, query
from storage import desk_values
from storage.desk_values import Audience, People
from storage.values import Role

type Message = Annotated[str, MaxLength(1000)]
type Translations = dict[str, Message]
"""Texts by language; whose language has none gets the first one."""

OPENING, DRAFT = 24, 80
"""How much of a text its button, and a line of a screen, show."""

type Messages = Annotated[int, Interval(ge=0, le=99_999_999)]

type Opening = Annotated[str, MaxLength(OPENING)]


@dataclass(frozen=True, slots=True)
class News:
    """What a message to many says to one of them."""

    text: Message


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for the readers of one language, by the name that it has itself, and how it begins."""

    language: Annotated[str, MaxLength(22)]
    opening: Annotated[str, MaxLength(DRAFT)]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many people a message would go to, and how long that takes at least."""

    people: int
    takes: timedelta


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to many, with what has become of it; `about` names the service or the staff it was for, `months` how long people were away.

    `language` is the name of the language that it was for the readers of; `opening` is how its text begins, and `drafts` those of its
    others. Of those that `failed`, `blocked` met somebody who had blocked the bot, `gone` somebody whose account or chat is, and
    `refused` something else.
    """

    id: int
    text: Message
    opening: Opening
    drafts: list[Draft]
    audience: Audience
    about: Annotated[str, MaxLength(60)] | None
    months: int | None
    language: Annotated[str, MaxLength(40)] | None
    made_by: Annotated[str, MaxLength(64)] | None
    started_at: datetime
    is_stopped: bool
    recipients: Messages
    sent: Messages
    failed: int
    blocked: int
    gone: int
    refused: int
    dropped: int
    left: int
    percent: int


@notice("news", bulk=True)
async def news(context: Context, *, broadcast_id: int) -> News | None:
    """Tell somebody what goes to many, unless it was stopped, or they have refused such messages meanwhile."""
    texts = await storage.broadcasts.find_texts(context.session, broadcast_id)
    if texts is None or not await storage.users.wants_news(context.session, context.user.id):
        return None
    return News(texts.get(context.user.locale) or texts[""])


@notice("news_preview")
async def news_preview(_context: Context, *, text: Message) -> News:
    """Show an administrator what would go to many."""
    return News(text)


@query("broadcasts.estimate")
async def estimate(
    context: Context,
    *,
    audience: Audience,
    about: int | None = None,
    language: LanguageId | None = None,
) -> Estimate:
    """Count whom a message would go to; nobody for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return Estimate(0, timedelta())
    people = People(audience, about, language, tuple(context.locales))
    found = await storage.broadcasts.count_recipients(context.session, people, now=context.now)
    pace = storage.outbox.Pace()
    return Estimate(found, timedelta(seconds=found / pace.per_second))


@query("broadcasts.drafts")
async def list_drafts(_context: Context, *, texts: Translations) -> list[Draft]:
    """List how the texts for the readers of other languages begin."""
    return _list_drafts(texts)


@command("broadcasts.translate")
async def translate(
    context: Context, *, texts: Translations, language: LanguageId, text: Message | None
) -> Translations | Outcome[Literal["not_allowed"]]:
    """Put a text for the readers of a language to the others, or take theirs away."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    others = {key: one for key, one in texts.items() if key != language}
    return others if text is None else others | {language: text}


@command("broadcasts.preview", notifies=[news_preview])
async def preview(
    context: Context, *, text: Message, texts: Translations
) -> Outcome[Literal["not_allowed"]] | None:
    """Send an administrator what they would send to many, each text by itself."""
    if not await has_role(context, Role.ADMIN):
        return Outcome("not_allowed")
    for one in (text, *texts.values()):
        await context.notify(context.user.id, news_preview(text=one))
    return None


@command("broadcasts.start", notifies=[news])
async def start(  # noqa: PLR0913  # what is sent to whom, by name
    context: Context,
    *,
    text: Message,
    audience: Audience,
    texts: Translations,
    about: int | None = None,
    language: LanguageId | None = None,
) -> Broadcast | Outcome[Literal["nobody", "not_allowed"]]:
    """Write a message to everybody who is among the audience at this moment, once each."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    people = People(audience, about, language, tuple(context.locales))
    recipients = await storage.broadcasts.list_recipients(context.session, people, now=context.now)
    if not recipients:
        return Outcome("nobody")
    broadcast_id = await storage.broadcasts.insert(
        context.session,
        people,
        {**texts, "": text},
        recipients=len(recipients),
        made_by=context.user.id,
        key=context.key,
        now=context.now,
    )
    await context.notify(recipients, news(broadcast_id=broadcast_id), key=str(broadcast_id))
    made = await storage.broadcasts.find(context.session, broadcast_id)
    if made is None:
        raise LookupError(f"broadcast {broadcast_id} was made and is not there")
    return _show(made)


@command("broadcasts.stop")
async def stop(
    context: Context, *, broadcast_id: int
) -> Outcome[Literal["all_sent", "not_allowed"]] | None:
    """Drop what is not sent yet."""
    if not await acts_as(context, Role.ADMIN):
        return Outcome("not_allowed")
    stopped = await storage.broadcasts.stop(context.session, broadcast_id, now=context.now)
    return None if stopped else Outcome("all_sent")


@query("broadcasts.find")
async def find(context: Context, *, broadcast_id: int) -> Broadcast | None:
    """Find a message to many with what has become of it so far; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return None
    found = await storage.broadcasts.find(context.session, broadcast_id)
    return None if found is None else _show(found)


@query("broadcasts.page")
async def list_page(context: Context, *, offset: int, limit: int) -> list[Broadcast]:
    """List some messages to many, the last one first; nothing for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return []
    found = await storage.broadcasts.list_page(context.session, offset=offset, limit=limit)
    return [_show(one) for one in found]


@query("broadcasts.count")
async def count(context: Context) -> int:
    """Count all messages to many; none for who is no administrator."""
    if not await has_role(context, Role.ADMIN):
        return 0
    return await storage.broadcasts.count(context.session)


def _list_drafts(texts: Mapping[str, str]) -> list[Draft]:
    return [
        Draft(name_language(language), _begin(texts[language], DRAFT))
        for language in sorted(texts)
        if language
    ]


def _begin(words: str, most: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _show(one: desk_values.Broadcast) -> Broadcast:
    skipped = one.dropped if one.stopped_at is not None else 0
    done = one.recipients - one.left - skipped
    return Broadcast(
        id=one.id,
        text=one.texts[""],
        opening=_begin(one.texts[""], OPENING),
        drafts=_list_drafts(one.texts),
        audience=one.audience,
        about=None if one.about_name is None else one.about_name[:60],
        months=one.about if one.audience is Audience.AWAY else None,
        language=None if one.language is None else name_language(one.language),
        made_by=one.made_by,
        started_at=one.started_at,
        is_stopped=one.stopped_at is not None,
        recipients=one.recipients,
        sent=one.sent,
        failed=one.failed,
        blocked=one.blocked,
        gone=one.gone,
        refused=one.failed - one.blocked - one.gone,
        dropped=one.dropped,
        left=one.left,
        percent=100 * done // one.recipients,
    )
