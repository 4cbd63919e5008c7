"""What every key of the schemas means, in the words, titles and examples that editors and the reference page show.

It knows finished schemas by owner and key, and nothing of how a value is checked; a schema that has words keeps them.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.schemas.keys import Schema

_EXPRESSION: Final = frozenset({"string", "integer", "number", "boolean", "null"})
_BRANCHES: Final = ("if", "then", "else", "items", "additionalProperties")


def word_schema(schema: Schema, kind: str) -> Schema:
    """Give a schema whose every key has a title, a description and an example, where these are known."""
    return _word(schema, kind)


def key_words(owner: str, key: str) -> Mapping[str, Any]:
    """Give the words of a key: those for its owner before those that it has everywhere."""
    found: dict[str, Any] = {}
    for name in (key, f"{owner}.{key}"):
        if name in _MEANINGS:
            found["description"] = _MEANINGS[name]
        if name in _EXAMPLES:
            found["examples"] = [_EXAMPLES[name]]
        if name in _DEFAULTS:
            found["default"] = _DEFAULTS[name]
    return found


def _word(schema: Schema, owner: str) -> Schema:
    done = dict(schema)
    done |= {"examples": list(done["examples"])} if "examples" in done else {}
    for keyword in _BRANCHES:
        if isinstance(done.get(keyword), dict):
            done[keyword] = _word(done[keyword], _owner(done[keyword], owner))
    for keyword in ("$defs", "patternProperties"):
        if keyword in done:
            done[keyword] = {
                name: _word(one, name if keyword == "$defs" else owner)
                for name, one in done[keyword].items()
            }
    if schema.get("title") == "step":
        done["properties"] = {verb: {"description": words} for verb, words in _VERBS.items()}
    if done.get("format") in ("query", "command"):
        done["defaultSnippets"] = [_snippet(call) for call in done["examples"]]
        del done["examples"][1:]
    if "properties" in done:
        owner = _owner(schema, owner)
        done["properties"] = {
            key: _word_key(value, owner, key) for key, value in done["properties"].items()
        }
    return done


def _snippet(call: str) -> Mapping[str, str]:
    """Make a call that an editor inserts, with a stop at each argument; no hover lists these, as it would examples."""
    numbers = count(1)
    return {"label": call, "body": re.sub("…", lambda _: f"${next(numbers)}", call)}


def _owner(schema: Schema, owner: str) -> str:
    title = str(schema.get("title", ""))
    return owner if " " in title or not title else title


def _word_key(schema: Schema, owner: str, key: str) -> Schema:
    own = _word(schema, key)
    if own.get("description") in _VAGUE or f"{owner}.{key}" in _MEANINGS:
        own.pop("description", None)
    done = {**key_words(owner, key), **own, "title": f"{owner}.{key}"}
    format_ = _format(schema, owner, key)
    return {**done, "format": format_} if format_ else done


def _format(schema: Schema, owner: str, key: str) -> str:
    """Say what a text means, where that is more than a text."""
    if key in ("go", "else") and owner != "invalid":
        return "step"
    if key in ("run", "home", "late_payments"):
        return "flow"
    if f"{owner}.{key}" in _OTHER_FORMATS:
        return _OTHER_FORMATS[f"{owner}.{key}"]
    kinds = schema.get("type")
    if isinstance(kinds, list) and frozenset(kinds) == _EXPRESSION:
        return "expression"
    if kinds == "string" and schema.get("minLength") == 1 and "pattern" not in schema:
        return str(schema.get("format", "text"))
    return str(schema.get("format", ""))


_VERBS: Final[Mapping[str, str]] = {
    "show": "A window: text and buttons; with end, a last word.",
    "choose": "A window that lists what a query returned; what is picked is kept.",
    "ask": "A window that waits for an answer of a type.",
    "pay": "An invoice: a window that waits until it is paid.",
    "do": "A command runs; every outcome that it can end with leads somewhere.",
    "decide": "The first condition that holds gives the move; the person sees nothing.",
    "run": "Another flow runs and comes back, or opens in the place of this one.",
    "end": "The flow ends, with its results.",
}

_VAGUE: Final = frozenset({"Values by name."})
"""Descriptions of a definition that say less than the key it stands under."""

_OTHER_FORMATS: Final = {
    "ask.pattern": "regex",
    "timeout.at": "expression",
    "refresh.until": "expression",
    "invalid.else": "text",
}

_DEFAULTS: Final[Mapping[str, Any]] = {
    "choose.page": 8,
    "choose.columns": 1,
    "one option.columns": 1,
    "many options.columns": 1,
    "count.step": 1,
    "wrap": False,
    "menu.columns": 1,
    "keyboard.resize": True,
    "slot.optional": False,
    "kept_slot.optional": False,
    "kept_slot.keep": "flow",
    "ask.own": True,
    "ask.delete_answer": False,
}

_MEANINGS: Final[Mapping[str, str]] = {
    "flow.version": "Counts releases of this flow, so that people who stand in an older one are brought along.",
    "min": "The least value, or the shortest text.",
    "max": "The greatest value, the longest text, or the most items of a list.",
    "buttons": "Buttons, each on a row of its own; a list among them is one row.",
    "columns": "How many buttons stand in a row.",
    "choose.columns": "How many items stand in a row.",
    "pager": "The buttons that turn pages.",
    "list.columns": "How many items stand side by side.",
    "pager.columns": "How many numbers stand in a row.",
    "empty": "What happens when there is nothing to choose: a text, a move, or both.",
    "empty.text": "Shown in the place of the list.",
    "give_up": "Where the step leads after so many wrong answers in a row.",
    "give_up.after": "How many wrong answers.",
    "decide": "Lines that are looked at in order; the first whose condition holds gives the move.",
    "decide.when": "The condition of this line.",
    "decide.else": "Where the step leads when no line holds; the last line.",
    "on_enter.go": "Where it leads; the first step when left out.",
    "save": "What is kept on this move: names of data, each with an expression.",
    "with": "The arguments of the flow that is run, by the names of its params.",
    "use.with": "The arguments of the fragment by name.",
    "end": "The results with which the flow ends, by the names of its returns; {} where there are none.",
    "show.end": "Makes this a last word: the flow ends with these results once it is shown.",
    "text": "The message, in Telegram's HTML, with {{ expressions }}.",
    "media": "A picture, video, sound or file above the text.",
    "preview": "The preview of the first link in the text: on, off or above the text; or {url: …} of another.",
    "messages.old_button": "Said when a button of an earlier screen is pressed.",
    "messages.not_yours": "Said in a group to who presses a button of another's window; old_button when left out.",
    "messages.old_invoice": "Said to who pays an invoice that is no more on the screen; old_button when left out.",
    "messages.no_access": "Said when somebody may not enter.",
    "messages.error": "Said when something broke.",
    "messages.unknown_input": "Said when a message means nothing here.",
    "messages.wrong_answer": "Said of a wrong answer where a step has no invalid.",
    "messages.next_page": "The button to the next page of a list.",
    "messages.previous_page": "The button to the page before.",
    "messages.proceed": "The button that goes on where a step has no other.",
    "messages.clear_search": "The button that ends a search.",
    "messages.no_match": "Said when a search finds nothing.",
    "messages.too_few": "Said when too few items are marked.",
    "messages.too_many": "Said when too many items are marked.",
    "messages.bad_link": "Said when the payload of a link does not fit the flow.",
    "messages.yes": "The answer that carries out what was asked before.",
    "messages.no": "The answer that leaves everything as it was.",
    "messages.too_deep": "Said when too many flows are open to run another.",
    "messages.slow_down": "Said once to whom the throttle holds up.",
    "messages.unavailable": "Said while nothing can be done; what was sent is kept.",
    "messages.late": "Said of a message that waited too long to be acted upon.",
    "anytime.unknown": "What happens with a message that nothing takes.",
    "messages.gone": "Said to who presses an item that its list has no more, above what the list has now; nothing when left out.",
    "messages.done_anyway": "Said, in the place of any other error, of what broke after a command had done its work.",
    "messages.moved": "Said to who has to begin anew because a flow changed meanwhile; old_button when left out.",
    "throttle.messages": "How many messages and presses are taken at once, and again in each period.",
    "group.messages": "How many messages and presses of all its people together are taken at once, and again.",
}

_EXAMPLES: Final[Mapping[str, Any]] = {
    "access": "user.role in ['staff', 'admin']",
    "after": "15m",
    "allow": "it >= today() and it <= today() + days(30)",
    "confirm": "Stop booking?",
    "words": ["stop", "never mind"],
    "anytime.unknown": {"say": "Please use the buttons."},
    "anytime": {"/cancel": {"go": "end", "say": "Nothing was booked."}, "error": "sorry"},
    "anytime.error": "sorry",
    "ask": "date",
    "at": "data.hold.expires_at",
    "bot": "salon",
    "button": "{{ item.title }} · {{ item.price | money }}",
    "button.run": "help",
    "button.turn": "next",
    "buttons": [{"text": "Confirm", "go": "save"}, {"text": "Cancel", "go": "end"}],
    "by": "label",
    "choose": "services.list()",
    "chosen": "data.services",
    "clear": "Show all",
    "columns": 2,
    "command": "/book",
    "currency": "EUR",
    "data": {"day": "date", "people": {"type": "int", "min": 1, "max": 6, "default": 1}},
    "decide": [{"when": "data.people > 4", "go": "group"}, {"else": "confirm"}],
    "decide.else": "confirm",
    "deeplink": "book-{service_id}",
    "default": 1,
    "late_payments": "late_payment",
    "pay": "data.service.deposit",
    "pay.title": "Deposit",
    "pay.button": "Pay {{ data.service.deposit | money }}",
    "pay.photo": "https://example.org/salon.jpg",
    "amount": "data.service.price",
    "about": "data.booking_id",
    "pay.check": "bookings.hold(booking_id=data.booking_id)",
    "need": ["name", "phone"],
    "tips": {"max": 20, "suggest": [1, 2, 5]},
    "tips.max": 20,
    "tips.suggest": [1, 2, 5],
    "ask.default": {"value": "data.phone", "text": "{{ it }}"},
    "do": "bookings.create(slot=data.slot)",
    "done": "Done ({{ count }})",
    "empty": {"text": "Fully booked that day.", "go": "day"},
    "end": {"booking_id": "data.booking.id"},
    "flow": "booking",
    "fragment": "to_menu",
    "give_up": {"after": 3, "go": "human"},
    "give_up.after": 3,
    "go": "confirm",
    "group": "{{ item.category }}",
    "home": "menu",
    "id": "confirm_twice",
    "invalid": ["Please pick a day in the next 30 days.", "Use the calendar below."],
    "keep": "user",
    "keyboard": {"under": "chat", "placeholder": "Your size"},
    "under": "chat",
    "force_reply": True,
    "placeholder": "Your size",
    "resize": False,
    "one_time": True,
    "persistent": True,
    "selective": True,
    "key": "item.id",
    "launch": "root",
    "may_press": "everyone",
    "may_answer": "everyone",
    "open": "instead",
    "load": {"services": "services.list()"},
    "locale": "en",
    "locales": ["en", "de"],
    "many": {"min": 1, "max": 3, "done": "Done", "mark": "✅", "too_few": "Mark one at least."},
    "mark": "✅",
    "max": 6,
    "max_size": "5 MB",
    "media": {"photo": "images/room.jpg"},
    "preview": "off",
    "preview.url": "https://example.org/rooms",
    "size": "large",
    "above": True,
    "format": "markdown",
    "protect": True,
    "silent": True,
    "effect": "🎉",
    "defaults": {"preview": "off", "protect": True},
    "below": True,
    "photo": "images/room.jpg",
    "video": "https://example.org/tour.mp4",
    "animation": "images/steps.mp4",
    "document": "files/prices.pdf",
    "audio": "sounds/song.mp3",
    "voice": "sounds/hello.ogg",
    "video_note": "videos/hello.mp4",
    "sticker": "images/hello.webp",
    "album": "data.pictures",
    "width": 640,
    "height": 480,
    "duration": 90,
    "length": 240,
    "performer": "The Lime Trees",
    "media.title": "Waiting room",
    "album_media.title": "Waiting room",
    "streaming": True,
    "thumbnail": "images/tour.jpg",
    "spoiler": True,
    "media_source.id": "AgACAgIAAxkBAAIB0123456789",
    "from": "data.photo",
    "menu": "main",
    "messages": {"error": "Something broke; nothing was changed."},
    "min": 1,
    "no_match": "Nothing is called “{{ search }}”.",
    "on": ["slot_taken", "error"],
    "on_enter": {"do": "holds.place(slot_id=params.slot_id)", "save": {"hold": "result"}},
    "on_enter.do": "holds.place(slot_id=params.slot_id)",
    "on_enter.save": {"hold": "result"},
    "on_exit": {"do": "holds.release(hold=data.hold)", "when": "data.hold is not None"},
    "on_exit.do": "holds.release(hold=data.hold)",
    "on_exit.when": "data.hold is not None",
    "one": {"done": "Take it", "mark": "✅", "too_few": "Mark one."},
    "optional": True,
    "order": 10,
    "list": "bookings.mine()",
    "pages": {"of": "visits", "page": 10},
    "pages.of": "visits",
    "pages.page": 10,
    "characters": 800,
    "rows": 3,
    "turns": ["text"],
    "total": "services.count()",
    "as": "booking",
    "list.page": 5,
    "list.id": "visits",
    "list.when": "user.role == 'client'",
    "list.buttons": [{"text": "{{ item.title }}", "go": "visit", "save": {"booking": "item"}}],
    "pager": "numbers",
    "kind": "arrows",
    "first": "|« {{ target }}",
    "previous": "«",
    "current": "{{ page }} of {{ pages }}",
    "next": "»",
    "last": "{{ target }} »|",
    "number": "{{ target }}",
    "here": "· {{ target }} ·",
    "most": 24,
    "always": True,
    "outcomes": {"slot_taken": {"go": "time", "say": "That time has just gone."}},
    "own": True,
    "share": "📱 Share my number",
    "delete_answer": True,
    "show_as": "send",
    "button.show_as": "keep",
    "bots": False,
    "premium": True,
    "channel": True,
    "forum": True,
    "public": True,
    "created": True,
    "member": True,
    "rights": ["post_messages"],
    "bot_rights": ["post_messages"],
    "share.kind": "quiz",
    "share.url": "https://example.org/menu",
    "suggest": "Helper",
    "username": "helper_bot",
    "share.text": "👥 Choose",
    "page": 8,
    "params": {"service_id": {"type": "int", "optional": True}},
    "fragment.params": {"home": {"type": "flow", "default": "menu"}},
    "params.type": "step",
    "params.default": "menu",
    "pattern": "[A-Z]{2}[0-9]{6}",
    "retry": {"times": 3, "on": ["error"], "wait": "200ms"},
    "returns": {"booking_id": {"type": "int", "optional": True}},
    "roles": ["client", "staff", "admin"],
    "run": "support",
    "save": {"slot": "item"},
    "say": "Nothing was booked.",
    "toast": "Saved.",
    "alert": "That cannot be taken back.",
    "search": "label",
    "show": "<b>{{ data.service.title }}</b>\n{{ data.day | date }}",
    "skip_if": "data.service is not None",
    "start": ["/book", {"deeplink": "book-{service_id}"}],
    "steps": {"hello": {"show": "Hello, {{ user.first_name }}!", "end": {}}},
    "text": "Which day suits you?",
    "button.text": "Confirm ✅",
    "empty.text": "Fully booked that day.",
    "entry.text": "📅 Book",
    "default.text": "{{ it }}",
    "time_zone": "Europe/Berlin",
    "timeout": {"after": "15m", "go": "expired"},
    "refresh": {"every": "2s", "until": "job.is_done", "go": "done"},
    "every": "2s",
    "for": "10m",
    "until": "job.is_done",
    "times": 3,
    "title": "Book a visit",
    "too_few": "Mark at least one.",
    "too_many": "That is one too many.",
    "type": "list[Slot]",
    "types": ["image/png", "image/*"],
    "upgrade": {"from 3": {"steps": {"choose_time": "time"}, "data": {"party": "people"}}},
    "from.steps": {"choose_time": "time"},
    "from.data": {"party": "people"},
    "from.params": {"kind": "topic"},
    "from.restart": ["confirm"],
    "bot.upgrade": {"flows": {"visit": "booking", "survey": "end"}},
    "upgrade.flows": {"visit": "booking", "survey": "end"},
    "messages.moved": "This was changed meanwhile. Please go on here.",
    "url": "https://example.org/terms",
    "style": "success",
    "icon": "5368324170671202286",
    "look.when": "data.people > 4",
    "web_app": "https://example.org/app",
    "login": "https://example.org/login",
    "inline": "haircut",
    "copy": "DE02 1203 0000 0000 2020 51",
    "to": ["users", "groups"],
    "forward_text": "Log in",
    "write_access": True,
    "button.bot": "salon_login_bot",
    "notice_button.bot": "salon_login_bot",
    "use": "to_menu",
    "value": "data.phone",
    "version": 4,
    "wait": "200ms",
    "when": "data.comment is None",
    "with": {"topic": "'booking'"},
    "check": "data.wrapped",
    "count": "data.people",
    "count.step": 5,
    "cycle": "data.size",
    "one option.one": "data.size",
    "many options.many": "data.extras",
    "checked": "🔘 {{ label }}",
    "check.checked": "✅ Wrap it",
    "labels": {"small": "S", "medium": "M", "large": "L"},
    "minus": "➖",  # noqa: RUF001 - a label
    "plus": "➕",  # noqa: RUF001 - a label
    "wrap": True,
    "of": "services.list()",
    "count.text": "{{ data.people }} people",
    "cycle.text": "Size: {{ label }}",
    "one option.text": "⚪️ {{ label }}",
    "many options.text": "{{ label }}",
    "check.text": "Wrap it",
    "count.min": 1,
    "count.max": 6,
    "many options.max": 2,
    "invalid.ask": "That is no date.",
    "invalid.min": "That is too early.",
    "invalid.max": "That is too late.",
    "invalid.pattern": "A passport has two letters and six digits.",
    "invalid.max_size": "That file is too large.",
    "invalid.types": "Please send a picture.",
    "invalid.own": "Please send your own contact.",
    "invalid.allow": "That day is closed.",
    "invalid.else": "Please try again.",
    "messages.old_button": "That button is from an earlier screen.",
    "messages.old_invoice": "This invoice counts no more; nothing was paid.",
    "messages.not_yours": "These buttons are somebody else's.",
    "messages.no_access": "This part is not open to you.",
    "messages.error": "Something broke on our side; nothing was changed.",
    "messages.unknown_input": "Please use the buttons below.",
    "messages.wrong_answer": "That is no answer to this question.",
    "messages.next_page": "More »",
    "messages.previous_page": "« Previous",
    "messages.proceed": "OK",
    "messages.clear_search": "Show all",
    "messages.no_match": "Nothing was found.",
    "messages.too_few": "Please mark more.",
    "messages.too_many": "Those are too many.",
    "messages.bad_link": "That link does not work any more.",
    "messages.yes": "Yes",
    "messages.no": "No",
    "messages.too_deep": "Please finish something first.",
    "messages.slow_down": "That was a little fast. Please wait a moment.",
    "messages.unavailable": "This takes a moment. There is no need to repeat it.",
    "messages.gone": "That has just gone. Here is what is left.",
    "messages.done_anyway": "That was done, but something broke after it.",
    "messages.late": "We could not read this in time. Here is where you are.",
    "extends": "..",
    "bot.title": "Lime Tree Salon",
    "description": "Book a visit, see your visits, cancel them.",
    "short_description": "Visits at the Lime Tree Salon.",
    "throttle": {"messages": 20, "per": "10s"},
    "notices": {"reminder": {"text": "Your visit is at {{ result.starts_at | time }}."}},
    "throttle.messages": 20,
    "group.messages": 20,
    "throttle.group": {"messages": 20, "per": "1m"},
    "per": "10s",
}
