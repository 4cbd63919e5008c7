"""Nodes of the right shape to the frozen model; what has the wrong shape is left out and remembered.

It knows the spelling of the language, and nothing of types, names or graphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.flow.build_anytime import build_anytime
from engine.flow.build_hooks import build_enter, build_exit
from engine.flow.build_looks import read_looks
from engine.flow.build_manner import read_general_manner
from engine.flow.build_notices import build_notices
from engine.flow.build_steps import build_step
from engine.flow.build_upgrade import build_bot_upgrade, build_upgrade
from engine.flow.durations import read_duration
from engine.flow.model.bot import BotFile, Throttle
from engine.flow.model.flow import Entry, EntryKind, Flow, Heeded, Keep, Launch, Others, Slot
from engine.flow.model.written import Wording
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.profile import PROFILE
from engine.flow.reader import (
    Reader,
    Spots,
    as_scalar,
    entries,
    read_opening,
    text_of,
    texts_of,
    whole_number,
)
from engine.flow.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.flow.model.steps import Step
    from engine.flow.problems import Position, Problem


@dataclass(frozen=True, slots=True)
class FlowDraft:
    """A flow with what could not be read of it: names of steps and slots whose text has the wrong shape.

    `flow` has only the steps that could be read; `broken_names` are dotted, such as `data.day`.
    """

    flow: Flow
    path: str
    root: MapNode
    broken_steps: frozenset[str]
    broken_names: frozenset[str]
    problems: tuple[Problem, ...]
    shaped: bool

    @property
    def step_names(self) -> tuple[str, ...]:
        """All steps the file names, readable or not, in its order."""
        return tuple(entries(self.root.entries.get("steps")))

    def place_of(self, step: str) -> Position:
        """Give the place of the name of a step that the file names."""
        steps = self.root.entries["steps"]
        return steps.keys[step].position if isinstance(steps, MapNode) else steps.position

    def declared_names(self, group: str) -> tuple[str, ...]:
        """Give all names that params, returns or data declares, readable or not."""
        return tuple(entries(self.root.entries.get(group)))


def build_bot(root: MapNode, spots: Spots) -> BotFile:
    """Make the model of a bot.yaml that has the right shape."""
    reader = Reader("bot", spots, is_markdown=_is_markdown(root, Shape((), frozenset())))
    known = root.entries
    messages = entries(known["messages"])
    return BotFile(
        name=text_of(known["bot"]),
        position=known["bot"].position,
        locale=text_of(known["locale"]),
        locales=tuple(texts_of(known["locales"])),
        roles=tuple(texts_of(known["roles"])),
        home=text_of(known["home"]),
        time_zone=text_of(known["time_zone"]),
        currency=text_of(known["currency"]),
        late_payments=text_of(known["late_payments"]) if "late_payments" in known else None,
        messages={key: reader.wording(f"messages.{key}", node) for key, node in messages.items()},
        profile={key: reader.wording(key, known[key]) for key in PROFILE if key in known},
        throttle=_throttle(known.get("throttle")),
        anytime=build_anytime(reader, root, Shape((), frozenset())),
        gone=build_bot_upgrade(root),
        notices=build_notices(reader, root),
        defaults=read_general_manner(known.get("defaults")),
    )


def _throttle(node: Node | None) -> Throttle | None:
    if not isinstance(node, MapNode):
        return None
    messages = whole_number(as_scalar(node.entries["messages"])) or 1
    period = read_duration(text_of(node.entries["per"]))
    return Throttle(messages, period, _throttle(node.entries.get("group")))


def flow_name(root: Node | None, stem: str) -> str:
    """Give the name a file gives its flow, or the file's own name where it gives none."""
    named = root.entries.get("flow") if isinstance(root, MapNode) else None
    return named.text if isinstance(named, ScalarNode) and named.text else stem


def build_flow(root: MapNode, shape: Shape, stem: str, spots: Spots) -> FlowDraft:
    """Make the model of a flow from everything in it that has the right shape."""
    name = flow_name(root, stem)
    reader = Reader(name, spots, is_markdown=_is_markdown(root, shape))
    steps: dict[str, Step] = {}
    broken = set()
    nodes = entries(root.entries.get("steps"))
    if enter := build_enter(reader, root, shape, next(iter(nodes), None)):
        steps[enter.name] = enter
    following = (*tuple(nodes)[1:], None)
    for (step_name, node), after in zip(nodes.items(), following, strict=False):
        if not isinstance(node, MapNode) or shape.spoils("steps", step_name):
            broken.add(step_name)
        elif step := build_step(reader, step_name, root.entries["steps"], after):
            steps[step_name] = step
        else:
            broken.add(step_name)
    slots = {group: _slots(root, group, shape) for group in ("params", "returns", "data")}
    title = root.entries.get("title")
    has_title = isinstance(title, ScalarNode) and not shape.spoils("title")
    reader.step_format = None
    anytime = build_anytime(reader, root, shape)
    flow = Flow(
        name=name,
        version=_version(root),
        title=(
            reader.wording("title", title)
            if has_title and title is not None
            else Wording(f"{name}.title", "", root.position)
        ),
        position=root.entries["flow"].position if "flow" in root.entries else root.position,
        steps=steps,
        launch=_launch(root, shape),
        may_press=_others(root, shape, "may_press"),
        may_answer=_others(root, shape, "may_answer"),
        access=None if shape.spoils("access") else reader.optional_code(root, "access"),
        start=tuple(_starts(reader, root, shape)),
        params=slots["params"],
        returns=slots["returns"],
        data=slots["data"],
        anytime=anytime.entries,
        on_error=anytime.on_error,
        on_unknown=anytime.on_unknown,
        on_exit=build_exit(reader, root, shape),
        upgrade=build_upgrade(root, shape),
    )
    return FlowDraft(
        flow=flow,
        path=root.file.path,
        root=root,
        broken_steps=frozenset(broken),
        broken_names=frozenset(_broken_slots(root, slots)),
        problems=tuple(reader.problems),
        shaped=not (shape.broken or reader.problems),
    )


def _launch(root: MapNode, shape: Shape) -> Launch:
    node = None if shape.spoils("launch") else root.entries.get("launch")
    return Launch(text_of(node)) if node else Launch.STANDARD


def _others(root: MapNode, shape: Shape, key: str) -> Others:
    node = None if shape.spoils(key) else root.entries.get(key)
    if node is None:
        return Others()
    if isinstance(node, ScalarNode):
        return Others(Heeded(text_of(node)))
    return Others(roles=tuple(texts_of(node)))


def _is_markdown(root: MapNode, shape: Shape) -> bool:
    written = root.entries.get("format")
    return written is not None and not shape.spoils("format") and text_of(written) == "markdown"


def _version(root: MapNode) -> int:
    node = root.entries.get("version")
    return whole_number(as_scalar(node)) or 1 if node else 1


def _slots(root: MapNode, group: str, shape: Shape) -> dict[str, Slot]:
    slots = {}
    for name, node in entries(root.entries.get(group)).items():
        if not shape.spoils(group, name):
            slots[name] = _slot(name, node, root.entries[group])
    return slots


def _slot(name: str, node: Node, group: Node) -> Slot:
    place = group.keys[name].position if isinstance(group, MapNode) else node.position
    if not isinstance(node, MapNode):
        return Slot(name, _type_as_written(node), node.position)
    known = node.entries
    default = known.get("default")
    return Slot(
        name=name,
        type=_type_as_written(known["type"]),
        position=known["type"].position if "type" in known else place,
        optional="optional" in known and known["optional"].value is True,
        has_default=default is not None,
        default=None if default is None else raw_value(default),
        min=_bound(known, "min"),
        max=_bound(known, "max"),
        keep=Keep(text_of(known["keep"])) if "keep" in known else Keep.FLOW,
    )


def _type_as_written(node: Node) -> str | tuple[str, ...]:
    return tuple(map(text_of, node.items)) if isinstance(node, ListNode) else text_of(node)


def raw_value(node: Node) -> Any:
    """Give a default as JSON; a number with a point keeps its digits as text."""
    if isinstance(node, ListNode):
        return [raw_value(item) for item in node.items]
    if isinstance(node, MapNode):
        return {key: raw_value(value) for key, value in node.entries.items()}
    return node.text if isinstance(node.value, float) else node.value


def _bound(known: Mapping[str, Node], key: str) -> int | None:
    return whole_number(as_scalar(known[key])) if key in known else None


def _broken_slots(root: MapNode, slots: Mapping[str, Mapping[str, Slot]]) -> Iterator[str]:
    for group, built in slots.items():
        for name in entries(root.entries.get(group)):
            if name not in built:
                yield f"{group}.{name}"


def _starts(reader: Reader, root: MapNode, shape: Shape) -> Iterator[Entry]:
    node = root.entries.get("start")
    for index, item in enumerate(node.items if isinstance(node, ListNode) else ()):
        if shape.spoils("start", index):
            continue
        if isinstance(item, MapNode):
            yield _start(reader, item)
        else:
            yield Entry(EntryKind.COMMAND, text_of(item).removeprefix("/"), item.position)


def _start(reader: Reader, node: MapNode) -> Entry:
    if "deeplink" in node.entries:
        link = node.entries["deeplink"]
        return Entry(EntryKind.DEEP_LINK, text_of(link), link.position, opening=read_opening(node))
    if "menu" in node.entries:
        return _menu_entry(reader, node, node.entries["menu"])
    command = node.entries["command"]
    name = text_of(command).removeprefix("/")
    text = reader.optional_wording(f"start.{name}", node, "text")
    return Entry(EntryKind.COMMAND, name, command.position, text, opening=read_opening(node))


def _menu_entry(reader: Reader, node: MapNode, menu: Node) -> Entry:
    text = reader.optional_wording(f"menus.{text_of(menu)}", node, "text")
    when, order = reader.optional_code(node, "when"), node.entries.get("order")
    place = whole_number(as_scalar(order)) if order else None
    opening, looks = read_opening(node), read_looks(reader, node)
    return Entry(
        EntryKind.MENU, text_of(menu), menu.position, text, when, place, opening, looks=looks
    )
