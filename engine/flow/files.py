"""One file of a bot, read as far as it can be: bot.yaml, a translation, a fragment or a flow, as its place tells.

It knows nothing of the other files but the fragments that a flow uses, so that what it gives may be kept until its text
or one of those changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.flow.build import FlowDraft, build_bot, build_flow
from engine.flow.directory import FRAGMENTS, Unreadable
from engine.flow.expression.typing_links import START_LINK
from engine.flow.extending import BOT, extend_bot
from engine.flow.fragments import read_fragment
from engine.flow.judge import Judge
from engine.flow.moves import build_graph
from engine.flow.nodes import MapNode, ScalarNode
from engine.flow.parts import flow_wordings
from engine.flow.problems import Position, Problem
from engine.flow.reader import Spots
from engine.flow.schemas.bot import bot_schema
from engine.flow.schemas.flow import flow_schema
from engine.flow.schemas.fragment import fragment_schema
from engine.flow.schemas.texts import texts_schema
from engine.flow.shape import Shape, check_shape
from engine.flow.silence import find_silencers
from engine.flow.source import MAX_BYTES, decode_source, read_source
from engine.flow.texts import TextsFile, read_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from engine.actions import Catalog
    from engine.flow.directory import Text
    from engine.flow.expansion import Fragment
    from engine.flow.fragments import Library
    from engine.flow.graph import Graph
    from engine.flow.model.bot import BotFile
    from engine.flow.nodes import Node, NodePath
    from engine.flow.silence import Silencer


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of the kinds of files, ready to be asked."""

    flow: Judge
    bot: Judge
    texts: Judge
    fragment: Judge

    @classmethod
    def of(cls, catalog: Catalog) -> Schemas:
        """Make them for the actions of a catalog."""
        flow = flow_schema(catalog)
        return cls(
            Judge(flow), Judge(bot_schema()), Judge(texts_schema()), Judge(fragment_schema(flow))
        )


@dataclass(slots=True, eq=False)
class FileDraft:
    """What one file says: at most one of `bot`, `texts`, `fragment` and `flow`, none when the file cannot be used.

    `stem` is the name of the file, of the flow or locale that it should hold, of a fragment its own; `prefixes` are the first parts of the
    paths of a flow's texts, `used` the fragments that it uses, `links` the flows whose texts or expressions here make deep links,
    `copied` how many values fragments brought, `whole` is a bot.yaml with what it has of the one that it extends.
    """

    path: str
    stem: str
    problems: list[Problem] = field(default_factory=list)
    silencers: tuple[Silencer, ...] = ()
    spots: Spots = field(default_factory=Spots)
    root: Node | None = None
    bot: BotFile | None = None
    texts: TextsFile | None = None
    flow: FlowDraft | None = None
    graph: Graph | None = None
    prefixes: tuple[str, ...] = ()
    fragment: Fragment | None = None
    used: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    copied: int = 0
    whole: Node | None = None

    @property
    def is_unread(self) -> bool:
        """Tell whether nothing of the file can be used."""
        return not (self.bot or self.texts or self.flow or self.fragment)


def is_fragment(path: Path) -> bool:
    """Tell whether a file is where fragments are."""
    return path.parent.name == FRAGMENTS


def read_file(
    path: Path,
    text: Text,
    schemas: Schemas,
    library: Library | None = None,
    base: FileDraft | None = None,
) -> FileDraft:
    """Read one file, with every problem that it has by itself; `library` are the fragments of a bot that has any.

    `base` is the bot.yaml that this one extends.
    """
    draft = FileDraft(path.as_posix(), path.stem)
    if isinstance(text, Unreadable):
        draft.problems.append(text.problem(draft.path))
        return draft
    if len(text) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES} bytes; no more are read, so split it"
        draft.problems.append(Problem(Position(draft.path, 1, 1), "yaml-too-large", message))
        return draft
    if isinstance(text, bytes):
        text, problems = decode_source(draft.path, text)
        if problems:
            draft.problems += problems
            return draft
    source = read_source(draft.path, text)
    draft.root = source.root
    draft.problems += source.problems
    is_bot = path.name == BOT
    if source.root is None:
        if not source.problems:
            kind = "fragment" if is_fragment(path) else "flow"
            what = "write a bot" if is_bot else f"write a {kind} or remove it"
            message = f"the file is empty; {what}"
            draft.problems.append(Problem(Position(draft.path, 1, 1), "empty-file", message))
        return draft
    draft.silencers, problems = find_silencers(source.root)
    draft.problems += problems
    if is_bot:
        _read_bot(draft, source.root, schemas.bot, base)
    elif path.parent.name == "texts":
        _read_texts(draft, source.root, schemas.texts)
    elif is_fragment(path):
        _read_fragment(draft, source.root, schemas.fragment)
    else:
        _read_flow(draft, source.root, schemas.flow, library)
    return draft


def _shape(draft: FileDraft, root: Node, judge: Judge) -> Shape:
    shape = check_shape(root, judge)
    draft.problems += shape.problems
    return shape


def _read_bot(draft: FileDraft, root: Node, judge: Judge, base: FileDraft | None) -> None:
    shape = _shape(draft, root, judge)
    if base and base.bot is None:
        draft.problems += base.problems
        return
    if isinstance(root, MapNode) and not shape.broken:
        if base and isinstance(base.whole, MapNode):
            root = extend_bot(root, base.whole)
        draft.whole = root
        draft.bot = build_bot(root, draft.spots)
        draft.links = _linking("bot", draft.spots.scalars.values())


def _read_texts(draft: FileDraft, root: Node, judge: Judge) -> None:
    if not _shape(draft, root, judge).broken:
        draft.texts = read_texts(root, draft.spots)
        draft.links = frozenset[str]().union(
            *(_linking(flow, texts.values()) for flow, texts in draft.texts.of_flows.items())
        )


def _read_fragment(draft: FileDraft, root: Node, judge: Judge) -> None:
    named = root.entries.get("fragment") if isinstance(root, MapNode) else None
    if isinstance(named, ScalarNode) and named.text:
        draft.stem = named.text
    if not _shape(draft, root, judge).broken and isinstance(root, MapNode):
        draft.fragment = read_fragment(root)


def _read_flow(draft: FileDraft, root: Node, judge: Judge, library: Library | None) -> None:
    left: frozenset[NodePath] = frozenset()
    if library is not None and isinstance(root, MapNode):
        expansion = library.expand(root)
        root, left, draft.used = expansion.root, expansion.left, expansion.used
        draft.copied = expansion.copied
        draft.problems += expansion.problems
        draft.spots.texts = library.texts
    shape = _shape(draft, root, judge)
    if isinstance(root, MapNode) and not shape.is_cut:
        shape = replace(shape, broken=shape.broken | left)
        draft.flow = build_flow(root, shape, draft.stem, draft.spots)
        draft.graph = build_graph(draft.flow.flow)
        draft.problems += draft.flow.problems
        paths = (wording.path for wording in flow_wordings(draft.flow.flow))
        draft.prefixes = tuple(dict.fromkeys(path.partition(".")[0] for path in paths))
        draft.links = _linking(draft.flow.flow.name, draft.spots.scalars.values())


def _linking(owner: str, scalars: Iterable[ScalarNode]) -> frozenset[str]:
    """Give the owner of texts and expressions if one of them names `start_link`."""
    return frozenset({owner} if any(START_LINK in node.text for node in scalars) else ())
