"""What the keys and texts of a file of translations name.

It knows how the path of a text is made of names, and nothing of what a text says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.directory import FRAGMENTS
from engine.flow.expansion import PARAMETER, is_use
from engine.flow.model.moves import END
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode
from engine.flow.reader import entries
from engine.lsp.mentioned_code import mentions_in_code
from engine.lsp.mentions import Name, Named, mention_scalar, written
from engine.lsp.scopes import fragment_of_owner, owner_of_fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.files import FileDraft
    from engine.lsp.mentions import Mention
    from engine.lsp.scopes import Scopes

type _Path = tuple[str, ...]

_BUTTON_TEXTS: Final = ("", "_say", "_url")


def mentions_in_texts(scopes: Scopes, file: FileDraft) -> Iterator[Mention]:
    """Give every mention in a file of translations."""
    for key, value, path in _keys(file.root, ()):
        yield from _names(scopes, key, path)
        if isinstance(value, ScalarNode):
            dotted = ".".join((*path, key.text.removeprefix("/")))
            yield mention_scalar(key, Name(Named.TEXT, "", dotted))
        for node in _scalars(value):
            yield from mentions_in_code(node, scopes.flows_of(_owner(path, key)), is_text=True)


def _keys(node: Node | None, path: _Path) -> Iterator[tuple[ScalarNode, Node, _Path]]:
    """Give each key with its value and the keys above it."""
    if isinstance(node, MapNode):
        for key, value in node.entries.items():
            yield node.keys[key], value, path
            yield from _keys(value, (*path, key.removeprefix("/")))


def _scalars(node: Node) -> Iterator[ScalarNode]:
    """Give the texts that stand under no further key."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        yield from (item for item in node.items if isinstance(item, ScalarNode))


def _owner(path: _Path, key: ScalarNode) -> str:
    if path[:1] == (FRAGMENTS,):
        return owner_of_fragment((*path, key.text)[1])
    return (*path, key.text)[0]


def _names(scopes: Scopes, key: ScalarNode, path: _Path) -> Iterator[Mention]:
    match path:
        case ():
            if key.text not in ("bot", FRAGMENTS):
                yield mention_scalar(key, Name(Named.FLOW, "", key.text))
        case ("bot", "anytime"):
            line = f"/{key.text}" if f"/{key.text}" in scopes.lines else key.text
            yield mention_scalar(key, Name(Named.LINE, "", line))
        case ("fragments", *inner):
            yield from _in_fragment(scopes, key, tuple(inner))
        case (_, "menus"):
            yield mention_scalar(key, Name(Named.MENU, "", key.text))
        case (flow, *inner) if flow != "bot":
            yield from _in_step(scopes, flow, key, tuple(inner))


def _in_fragment(scopes: Scopes, key: ScalarNode, path: _Path) -> Iterator[Mention]:
    match path:
        case ():
            yield mention_scalar(key, Name(Named.FRAGMENT, "", key.text))
        case (fragment, "params"):
            yield mention_scalar(key, Name(Named.ARGUMENT, fragment, key.text))
        case (fragment, "steps", *inner):
            yield from _in_step(scopes, owner_of_fragment(fragment), key, tuple(inner))
        case (fragment, "buttons") if fragment in scopes.fragments:
            buttons = scopes.fragments[fragment].body.entries.get("buttons")
            yield from _button(scopes, owner_of_fragment(fragment), key, buttons)


def _in_step(scopes: Scopes, owner: str, key: ScalarNode, path: _Path) -> Iterator[Mention]:
    """Name the step that a key is, or what a button of it is known by."""
    if not path and key.text in scopes.step_names(owner):
        yield from _step(scopes, owner, key, key.text)
    elif path[1:] == ("buttons",):
        yield from _button(scopes, owner, key, scopes.buttons_of(owner, path[0]))


def _step(scopes: Scopes, owner: str, key: ScalarNode, word: str) -> Iterator[Mention]:
    for offset, name in scopes.name_step(owner, word):
        yield mention_scalar(key, name, offset=offset)


def _button(scopes: Scopes, owner: str, key: ScalarNode, buttons: Node | None) -> Iterator[Mention]:
    """Name what a button is known by, unless it has an id: its target, or the flow that it runs."""
    for verb, word in _ids(buttons):
        parameter = PARAMETER.match(word) if fragment_of_owner(owner) else None
        plain = parameter[1] if parameter else word
        if key.text not in {f"{plain}{suffix}" for suffix in _BUTTON_TEXTS}:
            continue
        if parameter:
            yield mention_scalar(key, Name(Named.ARGUMENT, fragment_of_owner(owner), parameter[1]))
        elif verb == "run":
            yield mention_scalar(key, Name(Named.FLOW, "", word))
        elif word != END:
            yield from _step(scopes, owner, key, word)
        return


def _ids(node: Node | None) -> Iterable[tuple[str, str]]:
    """Give what buttons without an id are known by."""
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _ids(item)
    elif isinstance(node, MapNode) and not is_use(node) and "id" not in node.entries:
        for verb in ("go", "run"):
            if word := written(entries(node).get(verb)):
                yield verb, word
