"""What the canonical form makes of each place: the order of keys, what is a block, where an empty line belongs.

It knows the kinds of files and the keys of the language, and nothing of how a file is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from engine.actions import Catalog
from engine.flow.model.asides import ASIDE_KEYS
from engine.flow.places import PlaceKind, kind_at
from engine.flow.schemas.bot import bot_schema
from engine.flow.schemas.flow import flow_schema
from engine.flow.schemas.fragment import fragment_schema
from engine.flow.schemas.paging import pages_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ITEM: Final = "[]"
"""Stands for an item of a list among the keys of a place."""

_SAID: Final = (("say",), ("toast",), ("alert",), ("confirm",))
"""Keys of a line of `anytime` whose values people see."""

_STEP: Final = (
    "use", "show", "choose", "ask", "pay", "do", "decide", "run", "when", "else", "access", "skip_if", "load",
    "with", "value", "by", "audio", "performer", "title", "text", "amount", "photo", "about", "check", "need", "tips", "group", "button", "search", "one", "many", "of", "key", "columns", "page",
    "pager", "total", "pages", "characters", "type", "min", "max", "pattern", "max_size", "types", "own", "chosen", "done", "mark", "too_few",
    "too_many", "allow", "share", "delete_answer", "default", "optional", "keep", "invalid", "times", "on", "wait", "after", "at", "every", "for", "until",
    "save", "retry", "outcomes", "give_up", "show_as", "keyboard", "under", "force_reply", "placeholder",
    "resize", "one_time", "persistent", "selective", "buttons", "empty", "timeout", "refresh", "end", "go", "say", "toast", "alert",
)  # fmt: skip
_BUTTON: Final = (
    "use", "menu", "list", "check", "count", "cycle", "one", "many", "of", "text", "checked", "labels", "minus", "plus",
    "min", "max", "step", "wrap", "too_few", "too_many", "go", "run", "turn", "start", "url", "web_app", "login",
    "inline", "copy", "to", "forward_text", "bot", "write_access", "with", "as", "key", "page", "columns", "rows", "pager",
    "id", "style", "icon", "save", "when", "show_as", "say", "toast", "alert", "buttons",
)  # fmt: skip
_SHOWN: Final = frozenset({"text", "forward_text", *ASIDE_KEYS})
"""Keys of a button under a notice whose values are texts."""

_OWN_ORDER: Final = frozenset({"pager", "pages"})
"""Keys whose mappings have the order of their schema."""

_PROFILE: Final = {("title",), ("description",), ("short_description",)}
_BLOCKS: Final = frozenset({"data", "params", "returns", "steps", "anytime", "upgrade"})
_BLOCKS_INSIDE: Final = frozenset({"buttons", "outcomes", "decide"})
_APART: Final = frozenset({"steps", "anytime", "upgrade"})


class FileKind(StrEnum):
    """What a file holds."""

    FLOW = "flow"
    FRAGMENT = "fragment"
    BOT = "bot"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a file, by the keys that lead there."""

    kind: FileKind
    keys: tuple[str, ...] = ()

    def at(self, key: str) -> Place:
        """Give the place of an entry."""
        return Place(self.kind, (*self.keys, key))

    @property
    def is_block(self) -> bool:
        """Tell whether a collection here is never written with brackets."""
        depth = len(self.keys)
        match self.kind:
            case FileKind.TEXTS:
                return depth <= 2  # noqa: PLR2004 - the file, its flows and their steps
            case FileKind.BOT:
                if self.keys[:1] == ("notices",):
                    return depth <= 2 or self.keys[-1] == "buttons"  # noqa: PLR2004 - a notice
                return self.keys in ((), ("messages",))
            case _:
                if depth <= 1:
                    return not depth or self.keys[0] in _BLOCKS | _BLOCKS_INSIDE
                in_steps = self.keys[0] == "steps"
                return (in_steps and depth == 2) or (  # noqa: PLR2004 - a step
                    self.keys[-1] in _BLOCKS_INSIDE and not self._chosen
                )

    @property
    def is_apart(self) -> bool:
        """Tell whether an empty line stands above what is here, unless it is the first."""
        depth = len(self.keys)
        if self.kind is FileKind.TEXTS:
            return depth == 1
        if self.kind is FileKind.BOT:
            return False
        return (depth == 1 and self.keys[0] in _APART) or (
            depth == 2 and self.keys[0] == "steps"  # noqa: PLR2004 - a step
        )

    @property
    def is_text(self) -> bool:
        """Tell whether a value here is a text that people see."""
        keys = tuple(key for key in self.keys if key != ITEM)
        if keys[:1] == ("anytime",) and keys[2:] in _SAID and self.kind is not FileKind.TEXTS:
            return True
        match self.kind:
            case FileKind.TEXTS:
                return True
            case FileKind.BOT:
                if keys[:1] == ("notices",):
                    return keys[-1] in _SHOWN and keys[-2:-1] != ("with",)
                if keys[:1] == ("messages",):
                    return keys[-1] not in {"style", "icon"}
                return keys in _PROFILE
            case _:
                inside = keys[2:] if keys[:1] == ("steps",) else keys
                return keys == ("title",) or kind_at(inside) is PlaceKind.TEXT

    @property
    def keeps_quotes(self) -> bool:
        """Tell whether it cannot be told here if a value is a text, as of an argument or a default."""
        return self.keys[-2:-1] == ("with",) or self.keys[-1:] == ("default",)

    @property
    def order(self) -> Mapping[str, int]:
        """Give the ranks of the keys of a mapping here; those without one stay behind the key they follow."""
        if self.kind is FileKind.TEXTS or "default" in self.keys or self._names:
            return {}
        if self.kind is FileKind.BOT and self.keys[:1] == ("notices",):
            return self._order_of_notices
        if not self.keys or self.kind is FileKind.BOT:
            return _orders()[self.kind]
        outer = [key for key in self.keys if key != ITEM]
        if outer == ["start"]:
            return _orders()["entry"]
        in_buttons = self.keys[-1] == ITEM and outer[-1:] == ["buttons"]
        last = outer[-1] if outer else ""
        if not in_buttons and last in _OWN_ORDER and not self._chosen:
            return _orders()[last]
        return _orders()["button" if in_buttons else "step"]

    @property
    def _order_of_notices(self) -> Mapping[str, int]:
        """Give the ranks of the keys of a notice and of its buttons; notices and arguments have names of their own."""
        is_named = len(self.keys) == 1 or self.keys[-1] == "with"
        return {} if is_named else _orders()["button" if self.keys[-1] == ITEM else "step"]

    @property
    def _names(self) -> bool:
        """Tell whether the keys here are names that their writer chose."""
        chosen = False
        for key in self.keys:
            chosen = not chosen and key in _named_groups()
        return chosen

    @property
    def _chosen(self) -> bool:
        """Tell whether the last key is a name that its writer chose."""
        return Place(self.kind, self.keys[:-1])._names  # noqa: SLF001 - its own class


def kind_of_file(path: str) -> FileKind:
    """Tell what a file holds, as its place tells."""
    pure = PurePath(path)
    if pure.name == "bot.yaml":
        return FileKind.BOT
    by_directory = {"texts": FileKind.TEXTS, "fragments": FileKind.FRAGMENT}
    return by_directory.get(pure.parent.name, FileKind.FLOW)


@lru_cache(maxsize=1)
def _schemas() -> Mapping[str, Any]:
    flow = flow_schema(Catalog([]))
    return {"flow": flow, "bot": bot_schema(), "fragment": fragment_schema(flow)}


@lru_cache(maxsize=1)
def _orders() -> Mapping[str, Mapping[str, int]]:
    schemas = _schemas()
    definitions = schemas["flow"]["$defs"]
    lines = [one for name in ("button", "control", "list") for one in _objects(definitions[name])]
    button = _completed(_BUTTON, lines)
    # What an invoice shares with media, whose order is not its own, comes last.
    verbs = sorted(definitions, key="pay".__eq__)
    step = _completed(_STEP, [one for name in verbs for one in _objects(definitions[name])])
    entry = _completed((), _objects(definitions["entry"]))
    named: dict[str, list[str]] = {"button": button, "step": step, "entry": entry}
    named["pager"] = _completed((), _objects(definitions["pager"]))
    named["pages"] = _completed((), _objects(pages_schema()))
    named[FileKind.BOT] = _completed((), _objects(schemas["bot"]))
    for kind in (FileKind.FLOW, FileKind.FRAGMENT):
        named[kind] = list(schemas[kind]["properties"])
    return {name: {key: rank for rank, key in enumerate(keys)} for name, keys in named.items()}


def _completed(order: Iterable[str], objects: Iterable[Sequence[str]]) -> list[str]:
    """Add the keys of the schema that an order lacks, each behind the one that it follows there."""
    known = list(order)
    for keys in objects:
        for index, key in enumerate(keys):
            if key not in known:
                after = known.index(keys[index - 1]) + 1 if index else len(known)
                known.insert(after, key)
    return known


def _objects(schema: Any) -> Iterator[list[str]]:
    """Give the keys of every object of a schema, outermost first."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield list(schema["properties"])
        for inner in schema.values():
            yield from _objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _objects(inner)


@lru_cache(maxsize=1)
def _named_groups() -> frozenset[str]:
    """Give the keys whose mappings have names that their writer chose."""
    return frozenset({"anytime", *_groups(_schemas()["flow"])})


def _groups(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        for key, inner in properties.items() if isinstance(properties, dict) else ():
            if isinstance(inner, dict) and "propertyNames" in inner:
                yield key
        for inner in schema.values():
            yield from _groups(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _groups(inner)
