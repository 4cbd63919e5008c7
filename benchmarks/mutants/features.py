"""Mistakes in what only some flows have: timeouts, retries, lists with marks, media, links, menus, fragments and what is kept.

It knows the keys of these, and nothing of what the checker says of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.mutants.bots import line_at, line_of, steps, verb_of
from benchmarks.mutants.edits import Edit, Mutant, add, drop, maps, replace
from engine.flow.model.calendars import CalendarText, PickerText
from engine.flow.model.paging import PagerPart
from engine.flow.nodes import MapNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

from engine.flow.nodes import Node

_WRONG: Final[Mapping[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("timeout", "after"): (("wait for what is no time", "soon"), ("wait for no time", "0s")),
    ("timeout", "at"): (("wait until what is no moment", '"1 + 1"'),),
    ("refresh", "every"): (("wait for what is no time", "soon"), ("show a window again too often", "100ms")),
    ("refresh", "for"): (("wait for what is no time", "soon"), ("wait for no time", "0s")),
    ("refresh", "until"): (("wait for what is no condition", "1"), ("wait for what is not there", "data.nobody")),
    ("", "refresh"): (("wait for what is no time", "soon"), ("show a window again too often", "100ms")),
    ("retry", "times"): (("try more often than may be", "99"),),
    ("retry", "wait"): (("wait longer than a turn takes", "1h"),),
    ("retry", "on"): (("try again after an unknown outcome", "[tired]"),),
    ("", "keep"): (("keep data nowhere", "forever"),),
    ("", "deeplink"): (("name an unknown param in a link", '"v-{nobody}"'), ("write no link", '"ä b"')),
    ("", "menu"): (("show an unknown menu", "nowhere"),),
    ("", "use"): (("use an unknown fragment", "nobody"),),
    ("", "pattern"): (("write a pattern that is none", '"[A-"'),),
    ("", "max_size"): (("limit a file by no size", "many"), ("limit a file beyond Telegram", "9 GB")),
    ("", "share"): (("empty a text", '""'),),
    ("default", "value"): (("propose a value of another type", '"[]"'),),
    ("many", "chosen"): (("mark what is not there", "data.nobody"),),
    ("one", "chosen"): (("mark what is not there", "data.nobody"),),
    ("many", "max"): (("mark more than may be", "0"),),
    ("many", "done"): (("empty a text", '""'),),
    ("one", "done"): (("empty a text", '""'),),
    ("search", "by"): (("search by what is not there", "colour"),),
    ("", "group"): (("group by what has no text", '"{{ item }}"'),),
    ("media", "photo"): (("show a file that is not there", "images/gone.jpg"),),
    ("photo", "from"): (("show what is no file", "1"),),
    ("throttle", "messages"): (("go beyond a bound of a key", "0"),),
    ("throttle", "per"): (("wait for what is no time", "often"),),
    ("on_enter", "do"): (("call a query as a flow is entered", "services.list()"),),
    ("on_exit", "do"): (("call a query as a flow is left", "services.list()"), ("leave by an unknown command", "nobody.goes()")),
    ("on_exit", "when"): (("leave on what is no condition", "1"), ("leave on what is not there", "data.nobody")),
    ("", "confirm"): (("empty a text", '""'),),
    ("", "words"): (("give a line no words", "[]"), ("empty a word", '[""]')),
    ("unknown", "say"): (("empty a text", '""'),),
    ("", "mark"): (("empty a text", '""'),),
    ("search", "clear"): (("empty a text", '""'),),
    ("", "min"): (("bound by what is no number", "soon"),),
    ("", "restart"): (("begin nothing anew", "[]"),),
    ("", "order"): (("order by what is no number", "first"),),
    ("", "spoiler"): (("hide by what is neither true nor false", "7"),),
    ("", "below"): (("hide by what is neither true nor false", "7"),),
    ("", "above"): (("hide by what is neither true nor false", "7"),),
    ("", "step"): (("go beyond a bound of a key", "0"),),
    ("", "wrap"): (("go round by what is neither true nor false", "7"),),
    ("", "check"): (("keep by a control what is not there", "data.nobody"), ("keep by a control what is no name", '"1 + 1"')),
    ("", "cycle"): (("keep by a control what is not there", "data.nobody"),),
    ("", "count"): (("keep by a control what is not there", "data.nobody"),),
    ("", "of"): (("offer what no query gives", '"nobody.list()"'),),
    ("", "checked"): (("empty a text", '""'),),
    ("", "streaming"): (("hide by what is neither true nor false", "7"),),
    **{("", key): (("go beyond a bound of a key", "0"),) for key in ("width", "height", "duration", "length")},
    ("", "performer"): (("empty a text", '""'),),
    ("", "thumbnail"): (("show a file that is not there", "images/gone.jpg"),),
    ("media", "album"): (("show what is no file", "1"),),
    ("", "video_note"): (("show a file that is not there", "images/gone.mp4"),),
    ("", "turn"): (("turn to what is no page", "nobody"),),
    ("", "turns"): (("turn what is not there", "[nobody]"),),
    ("", "always"): (("hide by what is neither true nor false", "7"),),
    ("pager", "most"): (("go beyond a bound of a key", "1"),),
    **{("pager", part.value): (("label a page by what is not there", '"{{ nobody }}"'),) for part in PagerPart},
    **{("keyboard", key): (("hide by what is neither true nor false", "7"),) for key in ("resize", "persistent", "selective")},
    **{("share", key): (("hide by what is neither true nor false", "7"),) for key in ("premium", "forum", "public", "created", "member")},
    **{("share", key): (("want a right that is not there", "[fly]"),) for key in ("rights", "bot_rights")},
    ("share", "username"): (("propose what is no username", '"a b"'),),
    ("", "types"): (("take files of no type", "[pictures]"),),
    ("", "id"): (("give what is no name", '"A b"'),),
    ("", "fragment"): (("give what is no name", '"A b"'),),
    ("", "show_as"): (("show a screen as nobody can", "sideways"),),
    ("", "open"): (("open a flow nowhere", "sideways"),),
    ("", "may_press"): (("let nobody press that there is", "somebody"), ("let an unknown role press", "[nobody]")),
    ("", "may_answer"): (("let nobody answer that there is", "somebody"), ("let an unknown role answer", "[nobody]")),
    ("", "launch"): (("launch a flow in no way", "twice"),),
    ("", "start"): (("start an unknown flow from a notice", "nowhere"),),
    ("", "calendar"): (("write a value of another shape", "7"),),
    ("", "picker"): (("write a value of another shape", "7"),),
    ("picker", "step"): (("step by what is no part of an hour", "7m"),),
    ("picker", "hour_columns"): (("go beyond a bound of a key", "99"),),
    ("picker", "minute_columns"): (("go beyond a bound of a key", "99"),),
    ("picker", "done"): (("empty a text", '""'),),
    **{("texts", text.value): (("label a time by what has no text", '"{{ it }}"'),) for text in PickerText},
    ("calendar", "first"): (("begin weeks on what is no day", "someday"),),
    ("calendar", "opens"): (("open a calendar at what is no day", "1"),),
    ("calendar", "marked"): (("mark days by what is no condition", "it"),),
    ("months", "columns"): (("go beyond a bound of a key", "99"),),
    ("years", "columns"): (("go beyond a bound of a key", "99"),),
    ("years", "page"): (("go beyond a bound of a key", "0"),),
    **{("texts", text.value): (("label a day by what has no text", '"{{ it }}"'),) for text in CalendarText},
    ("", "pay"): (("ask for what is no money", '"days(1)"'),),
    ("", "amount"): (("ask for what is no money", '"days(1)"'),),
    ("tips", "max"): (("ask for what is no money", '"days(1)"'),),
    ("", "suggest"): (("ask for what is no money", '["days(1)"]'),),
    ("", "need"): (("want what nobody tells", "[shoes]"),),
    ("", "late_payments"): (("take late payments nowhere", "nowhere"),),
    ("", "command"): (("begin with what is no command", '"/Book now"'),),
}  # fmt: skip
"""By the key that a mapping stands under (any, where that is empty) and a key in it: kinds of mistakes and what is written."""

_OF_LISTS: Final = frozenset(
    {
        "try again after an unknown outcome",
        "take files of no type",
        "give a line no words",
        "empty a word",
        "begin nothing anew",
        "let an unknown role press",
        "turn what is not there",
        "want a right that is not there",
        "want what nobody tells",
    }
)
"""Kinds whose key may hold a list."""

_DROPPED: Final = {
    "timeout": "drop a timeout",
    "refresh": "drop a refresh",
    "retry": "drop a retry",
    "keep": "drop what is kept",
    "media": "drop media",
    "pattern": "drop a pattern",
    "max_size": "drop the size of files",
    "search": "drop a search",
    "tips": "drop the tips of an invoice",
    "group": "drop the headings of a list",
    "many": "drop the marks of a list",
    "one": "drop the marks of a list",
    "use": "drop a use",
    "menu": "drop a menu",
    "share": "drop the label of a share",
    "throttle": "drop the throttle",
    "notices": "drop the words of notices",
    "on_enter": "drop what is done on entering",
    "on_exit": "drop what is done on leaving",
    "upgrade": "drop what became of older versions",
    "flows": "drop what became of flows",
}


def wrong_features(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Give each of these keys a wrong value, and take it out."""
    for place, node in maps(root):
        group = place[-1] if place else ""
        for key, value in node.entries.items():
            names = _names(value)
            if place[:1] == ("upgrade",) and isinstance(value, ScalarNode):
                gone = replace(value, "nowhere")
                yield Mutant("lead an older version nowhere", path, gone, line_of(value), names)
            for kind, text in (*_WRONG.get((group, key), ()), *_WRONG.get(("", key), ())):
                if group == "invalid":
                    continue  # what is said of an answer that is wrong for that cause
                if isinstance(value, ScalarNode) or kind in _OF_LISTS:
                    yield Mutant(kind, path, replace(value, text), line_of(value), names)
            if key in _DROPPED:
                gone = drop(node, key)
                yield Mutant(_DROPPED[key], path, gone, line_at(root, place), (*place[1:2], *names))


_MEDIA: Final = {"animation": "gif", "audio": "mp3", "document": "pdf", "video": "mp4", "voice": "ogg"}  # fmt: skip
_ADDED: Final = {
    "choose": (("tell items apart by what is not there", "key", "item.nobody"),),
    "ask": (("ask for one's own where nothing has an owner", "own", "true"),),
}
_PASSED_OVER: Final = ("show", "choose", "ask", "do", "run")


def added_keys(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Write a key with a wrong value where it was not, and media of other kinds that are not there."""
    for name, step in steps(root):
        verb = verb_of(step)
        for kind, key, value in _ADDED.get(verb, ()):
            if key not in step.entries and not _has_owner(step):
                yield Mutant(kind, path, add(step, key, value), line_of(step))
        if verb in _PASSED_OVER and "skip_if" not in step.entries:
            edit = add(step, "skip_if", "data.nobody")
            owner = line_at(root, ("steps", name))
            yield Mutant("pass a step over for what is not there", path, edit, owner)
    for _, node in maps(root):
        if "video" in node.entries and "thumbnail" not in node.entries:
            edit = add(node, "thumbnail", "images/gone.jpg")
            yield Mutant("show a file that is not there", path, edit, line_of(node))
        photo = node.entries.get("photo")
        if not isinstance(photo, ScalarNode):
            continue
        for kind, ending in _MEDIA.items():
            edit = Edit(node.keys["photo"].start, photo.end, f"{kind}: images/gone.{ending}")
            yield Mutant("show a file that is not there", path, edit, line_of(node))


def emptied_messages(path: Path, root: MapNode) -> Iterator[Mutant]:
    """Write a sentence of the bot with nothing in it, and extend a bot that is not there."""
    messages = root.entries.get("messages")
    if isinstance(messages, MapNode) and "too_deep" not in messages.entries:
        edit = add(messages, "too_deep", '""')
        yield Mutant("empty a message of the bot", path, edit, line_of(messages))
    if "bot" in root.keys:
        edit = add(root, "extends", "../nowhere")
        yield Mutant("extend a bot that is not there", path, edit, line_of(root))


def _has_owner(step: MapNode) -> bool:
    asked = step.entries.get("ask")
    return isinstance(asked, ScalarNode) and asked.text == "contact"


def _names(value: Node) -> tuple[str, ...]:
    """Give the steps, flows and names that a value speaks of."""
    if isinstance(value, ScalarNode):
        return (value.text,) if value.text.isidentifier() else ()
    if isinstance(value, MapNode):
        return tuple(name for one in value.entries.values() for name in _names(one))
    return ()


FEATURES: Final = (wrong_features, added_keys)
