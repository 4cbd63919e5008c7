"""The parts of the language that all steps share: expressions, texts, targets, calls and buttons.

It knows how they are spelled and notes where they stand; it does not know the verbs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from engine.flow.build_asides import read_aside
from engine.flow.build_looks import read_looks
from engine.flow.build_toasts import read_toast
from engine.flow.markdown import as_html
from engine.flow.model.asides import ASIDE_KEYS
from engine.flow.model.moves import Call, Opening, Target
from engine.flow.model.paging import PAGE_WORDS, PagerPart, PageTurn
from engine.flow.model.windows import Button, MenuLine, ShowAs
from engine.flow.model.written import Code, Wording
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode, Style
from engine.flow.problems import Position, Problem
from engine.flow.schemas.controls import CONTROLS
from engine.flow.schemas.keys import TOASTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(slots=True)
class Spots:
    """Where things stand: the scalar behind each code and wording, and the key of each named code, by position.

    `texts` are the translation paths of texts that stand in fragments, which are translated once.
    """

    scalars: dict[Position, ScalarNode] = field(default_factory=dict)
    keys: dict[Position, Position] = field(default_factory=dict)
    texts: dict[Position, str] = field(default_factory=dict)

    def place(self, position: Position, offset: int, length: int) -> Position:
        """Give the place of a part of the text that stands at a position."""
        scalar = self.scalars.get(position)
        return scalar.at(offset, length) if scalar else position

    def update(self, other: Spots) -> None:
        """Take over the places of another file."""
        self.scalars.update(other.scalars)
        self.keys.update(other.keys)

    def key(self, position: Position) -> Position:
        """Give the place of the key whose value stands at a position."""
        return self.keys.get(position, position)


@dataclass(slots=True)
class Reader:
    """Reads the parts that all steps share, and notes where each code and wording is written.

    Messages are written in Markdown where it `is_markdown`, and a step does not say otherwise.
    """

    prefix: str
    spots: Spots
    problems: list[Problem] = field(default_factory=list)
    is_markdown: bool = False
    step_format: str | None = None

    def report(self, position: Position, code: str, message: str) -> None:
        """Note a problem that only building shows."""
        self.problems.append(Problem(position, code, message))

    def code(self, node: Node) -> Code:
        """Read an expression; a YAML number, truth value or nothing is one too."""
        scalar = as_scalar(node)
        position = scalar.position
        self.spots.scalars[position] = scalar
        value = scalar.value
        text = scalar.text
        if value is None or isinstance(value, bool):
            text = str(value)
        return Code(text, position)

    def optional_code(self, node: MapNode, key: str) -> Code | None:
        """Read the expression under a key, if there is one."""
        return self.code(node.entries[key]) if key in node.entries else None

    def codes(self, node: MapNode, key: str) -> Mapping[str, Code]:
        """Read the expressions by name under a key; none where it is missing."""
        group = node.entries.get(key)
        if not isinstance(group, MapNode):
            return {}
        for name, value in group.entries.items():
            self.spots.keys[value.position] = group.keys[name].position
        return {name: self.code(value) for name, value in group.entries.items()}

    def wording(self, path: str, node: Node) -> Wording:
        """Read a text that people see, or a label with its look; one that stands in a fragment has the path it has there."""
        looks = read_looks(self, node) if isinstance(node, MapNode) else ()
        scalar = as_scalar(label_text(node))
        position = scalar.position
        self.spots.scalars[position] = scalar
        own = self.spots.texts.get(position.bare()) if position.via else None
        return Wording(own or f"{self.prefix}.{path}", scalar.text, position, looks)

    def message(self, path: str, node: Node) -> Wording:
        """Read a text that is a message, or part of one; in Markdown it becomes HTML."""
        plain = self.wording(path, node)
        # A fragment says in its own steps how its texts are written.
        is_markdown = self.is_markdown and not plain.position.via
        if self.step_format is not None:
            is_markdown = self.step_format == "markdown"
        if not is_markdown:
            return plain
        made, slips = as_html(as_scalar(node))
        for slip in slips:
            self.report(as_scalar(node).at(slip.offset, slip.length), "markdown", slip.message)
        self.spots.scalars[plain.position] = made
        return replace(plain, text=made.text, is_markdown=True)

    def optional_message(self, path: str, node: MapNode, key: str) -> Wording | None:
        """Read the message under a key, if there is one."""
        return self.message(path, node.entries[key]) if key in node.entries else None

    def optional_wording(self, path: str, node: MapNode, key: str) -> Wording | None:
        """Read the text under a key, if there is one."""
        return self.wording(path, node.entries[key]) if key in node.entries else None

    def target(self, path: str, node: Node) -> Target:
        """Read `step` or `{go: step, say: …}`; `path` is that of its `say`."""
        if isinstance(node, MapNode):
            go = as_scalar(node.entries["go"])
            say = self.optional_message(path, node, "say")
            return Target(go.text, go.position, say, read_toast(self, path, node))
        return Target(text_of(node), node.position)

    def beside(self, path: str, node: MapNode) -> Target | None:
        """Read the target whose `go` and `say` stand among the keys of a step or button."""
        return self.target(path, node) if "go" in node.entries else None

    def call(self, node: MapNode) -> Call:
        """Read `run` with its `with`, `save` and `open`."""
        run = node.entries["run"]
        return Call(
            text_of(run),
            run.position,
            self.codes(node, "with"),
            self.codes(node, "save"),
            opening=read_opening(node),
        )

    def buttons(self, step: str, node: MapNode) -> tuple[Button, ...]:
        """Read the buttons of a step; a nested list is a row."""
        buttons: dict[str, Button] = {}
        outer = self.outer_conditions(node)
        for row, place, inner in button_lines(node):
            if not _OTHER_LINES & inner.entries.keys():
                button = self.button(step, inner, (row, place))
                self.add_button(buttons, replace(button, outer=outer.get(row)))
        return tuple(buttons.values())

    def outer_conditions(self, node: MapNode) -> Mapping[int, Code]:
        """Read the conditions of the groups under `buttons`, by their rows."""
        written = node.entries.get("buttons")
        return {
            row: self.code(item.entries["when"])
            for row, item in enumerate(written.items if isinstance(written, ListNode) else ())
            if isinstance(item, MapNode) and {"buttons", "when"} <= item.entries.keys()
        }

    def menus(self, node: MapNode) -> tuple[MenuLine, ...]:
        """Read the lines of `buttons` that show a menu."""
        written = node.entries.get("buttons")
        lines = []
        for row, item in enumerate(written.items if isinstance(written, ListNode) else ()):
            if isinstance(item, MapNode) and (menu := item.entries.get("menu")):
                columns = item.entries.get("columns")
                count = whole_number(as_scalar(columns)) if columns else None
                when = self.optional_code(item, "when")
                lines.append(MenuLine(text_of(menu), menu.position, row, count or 1, when))
        return tuple(lines)

    def add_button(self, buttons: dict[str, Button], button: Button) -> None:
        """Note a button by its id, which only one of a step has."""
        if first := buttons.get(button.id):
            message = (
                f'two buttons of the step have the id "{button.id}"; give one of them another "id"'
            )
            related = ((first.position, "the first one is here"),)
            self.problems.append(Problem(button.position, "duplicate-button", message, related))
        else:
            buttons[button.id] = button

    def button(self, step: str, node: MapNode, at: tuple[int, int]) -> Button:
        """Read a button at a row and a place in it."""
        known = node.entries
        main = next(key for key in ("go", "run", "turn", *ASIDE_KEYS, *TOASTS) if key in known)
        default = text_of(known[main]) if main in ("go", "run") else main
        turn = read_turn(self, node)
        if turn and isinstance(turn.to, PagerPart):
            default = turn.to.value if turn.of is None else f"{turn.to.value}_{turn.of}"
        button_id = text_of(known["id"]) if "id" in known else default
        for key in ("save", "show_as") if main in (*TOASTS, "turn") else ():
            if key in known:
                message = (
                    f'"{key}" does nothing at a button that leads nowhere; add "go: …" or remove it'
                )
                self.report(node.keys[key].position, "missing-key", message)
        path = f"{step}.buttons.{button_id}"
        return Button(
            id=button_id,
            text=self.wording(path, node),
            position=node.position if "id" not in known else known["id"].position,
            row=at[0],
            place=at[1],
            go=self.beside(f"{path}_say", node),
            run=self.call(node) if main == "run" else None,
            turn=turn,
            aside=read_aside(self, path, node),
            toast=None if main == "go" else read_toast(self, f"{path}_say", node),
            when=self.optional_code(node, "when"),
            save=self.codes(node, "save") if main != "run" else {},
            show_as=read_show_as(node),
        )


_OTHER_LINES: Final = frozenset({"menu", "list", *CONTROLS})
"""What a line of `buttons` has that is no button."""


def read_opening(node: MapNode) -> Opening | None:
    """Read where a flow opens, where it is said."""
    written = node.entries.get("open")
    return Opening(text_of(written)) if written else None


def read_turn(reader: Reader, node: MapNode) -> PageTurn | None:
    """Read the page that a button turns to, where it turns to one."""
    written = node.entries.get("turn")
    if written is None:
        return None
    of = node.entries.get("of")
    word = next((one for one in PAGE_WORDS if one.value == text_of(written)), None)
    place = (of or written).position
    return PageTurn(word or reader.code(written), place, text_of(of) if of else None)


def read_show_as(node: MapNode) -> ShowAs | None:
    """Read how a screen is shown, where it is said."""
    written = node.entries.get("show_as")
    return ShowAs(text_of(written)) if written else None


def button_lines(node: MapNode) -> Iterator[tuple[int, int, MapNode]]:
    """Give the buttons under `buttons`, each with its row and its place there; a list, or a group, is one row."""
    written = node.entries.get("buttons")
    for row, item in enumerate(written.items if isinstance(written, ListNode) else ()):
        if isinstance(item, MapNode) and "list" in item.entries:
            continue  # whose buttons know the lists that they are in
        inside = item.entries.get("buttons", item) if isinstance(item, MapNode) else item
        for place, inner in enumerate(inside.items if isinstance(inside, ListNode) else (inside,)):
            if isinstance(inner, MapNode):
                yield row, place, inner


def as_scalar(node: Node) -> ScalarNode:
    """Give the scalar that a schema has made sure of."""
    if isinstance(node, ScalarNode):
        return node
    return ScalarNode(node.file, node.start, node.end, "", Style.DOUBLE)


def label_text(node: Node) -> Node:
    """Give the text of a label, which is written alone or beside its look."""
    return node.entries.get("text", node) if isinstance(node, MapNode) else node


def text_of(node: Node) -> str:
    """Give the text of a scalar."""
    return as_scalar(node).text


def texts_of(node: Node) -> Iterator[str]:
    """Give the texts of a list."""
    if isinstance(node, ListNode):
        yield from (text_of(item) for item in node.items)


def entries(node: Node | None) -> Mapping[str, Node]:
    """Give the entries of a mapping, none of anything else."""
    return node.entries if isinstance(node, MapNode) else {}


def whole_number(node: ScalarNode) -> int | None:
    """Give a whole number, written `8` or, as JSON Schema allows, `8.0`; None when it is none."""
    value = node.value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
