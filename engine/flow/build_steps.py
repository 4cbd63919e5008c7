"""One step's node to its frozen value, verb by verb.

It knows the keys of each verb; what all steps share is read by the reader it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.flow.build_ask import build_ask
from engine.flow.build_controls import read_controls
from engine.flow.build_keyboard import read_keyboard
from engine.flow.build_listing import read_buttons, read_groups, read_listed
from engine.flow.build_lists import read_marking, read_search
from engine.flow.build_manner import read_manner
from engine.flow.build_media import read_media
from engine.flow.build_paging import read_pager, read_pages
from engine.flow.build_pay import build_pay
from engine.flow.build_refresh import read_refresh
from engine.flow.build_toasts import read_toast
from engine.flow.durations import read_duration
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep, Empty
from engine.flow.model.moves import END, Opening, Target
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import Branch, DecideStep, DoStep, EndStep, Retry, RunStep, Step
from engine.flow.model.windows import ShowStep, Timeout
from engine.flow.model.written import Code
from engine.flow.nodes import ListNode, MapNode, Node
from engine.flow.reader import as_scalar, entries, read_opening, read_show_as, text_of, whole_number
from engine.flow.schemas.steps import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.flow.reader import Reader


def build_step(reader: Reader, name: str, steps: Node, following: str | None) -> Step | None:
    """Make a step; None, with a problem, when it must say where it leads and does not.

    `following` is the next step in the file, where `choose`, `ask`, `pay`, `do` and `run` lead by default.
    """
    node = entries(steps)[name]
    if not isinstance(node, MapNode) or not isinstance(steps, MapNode):
        return None
    key = steps.keys[name]
    reader.step_format = text_of(node.entries["format"]) if "format" in node.entries else None
    verb = next(verb for verb in VERBS if verb in node.entries)
    common: dict[str, Any] = {
        "name": name,
        "position": key.position,
        "access": reader.optional_code(node, "access"),
        "skip_if": reader.optional_code(node, "skip_if"),
    }
    if verb in ("choose", "ask", "pay", "do", "run") or "skip_if" in node.entries:
        target = reader.beside(f"{name}.say", node) or _next(reader, name, node, following)
        if target is None and verb == "run" and read_opening(node) is Opening.INSTEAD:
            target = Target(END, key.position)  # nothing comes back, so that nothing follows
        if target is None:
            message = f'step "{name}" is the last one and does not say where it leads; add "go: …"'
            reader.report(key.position, "no-next-step", message)
            return None
        common["go"] = target
    return _BUILDERS[verb](reader, name, node, common)


def _next(reader: Reader, name: str, node: MapNode, following: str | None) -> Target | None:
    if following is None:
        return None
    verb = next(verb for verb in VERBS if verb in node.entries)
    say = reader.optional_message(f"{name}.say", node, "say")
    toast = read_toast(reader, f"{name}.say", node)
    return Target(following, node.keys[verb].position, say, toast)


def _window(reader: Reader, name: str, node: MapNode, text: str = "text") -> dict[str, Any]:
    listed = read_listed(reader, name, node)
    buttons = read_buttons(reader, name, node, listed)
    taken = frozenset(one.id for one in buttons)
    return {
        "text": reader.message(f"{name}.text", node.entries[text]),
        "buttons": buttons,
        "controls": read_controls(reader, name, node, taken, listed),
        "menus": reader.menus(node),
        "groups": read_groups(reader, name, node),
        "pages": read_pages(reader, name, node),
        "load": reader.codes(node, "load"),
        "timeout": _timeout(reader, name, node.entries.get("timeout")),
        "refresh": read_refresh(reader, name, node),
        **read_media(reader, name, node),
        "keyboard": read_keyboard(reader, name, node),
        "show_as": read_show_as(node),
        "manner": read_manner(reader, name, node),
    }


def _timeout(reader: Reader, name: str, node: Node | None) -> Timeout | None:
    if not isinstance(node, MapNode):
        return None
    return Timeout(
        go=reader.target(f"{name}.timeout", node),
        position=node.position,
        after=read_duration(text_of(node.entries["after"])) if "after" in node.entries else None,
        at=reader.optional_code(node, "at"),
    )


def _show(reader: Reader, name: str, node: MapNode, common: dict[str, Any]) -> Step:
    end = reader.codes(node, "end") if "end" in node.entries else None
    return ShowStep(**common, **_window(reader, name, node, "show"), end=end)


def _choose(reader: Reader, name: str, node: MapNode, common: dict[str, Any]) -> Step:
    query = reader.code(node.entries["choose"])
    key = reader.optional_code(node, "key") or Code("item.id", query.position)
    return ChooseStep(
        **common,
        **_window(reader, name, node),
        query=query,
        button=reader.wording(f"{name}.button", node.entries["button"]),
        save=reader.codes(node, "save"),
        key=key,
        page=_number(node, "page") or 8,
        columns=_number(node, "columns") or 1,
        pager=read_pager(reader, f"{name}.pager", node),
        total=reader.optional_code(node, "total"),
        empty=_empty(reader, name, node.entries.get("empty")),
        group=reader.optional_wording(f"{name}.group", node, "group"),
        search=read_search(reader, name, node),
        marking=read_marking(reader, name, node),
    )


def _empty(reader: Reader, name: str, node: Node | None) -> Empty | None:
    if not isinstance(node, MapNode):
        return None
    text = reader.optional_message(f"{name}.empty", node, "text")
    return Empty(text, reader.beside(f"{name}.empty_say", node))


def _ask(reader: Reader, name: str, node: MapNode, common: dict[str, Any]) -> Step:
    return AskStep(**common, **_window(reader, name, node), **build_ask(reader, name, node))


def _pay(reader: Reader, name: str, node: MapNode, common: dict[str, Any]) -> Step:
    return PayStep(**common, **_window(reader, name, node), **build_pay(reader, name, node))


def build_do(reader: Reader, name: str, node: MapNode, common: dict[str, Any]) -> Step:
    """Make a command with its moves; `common` is what every step has, and where it leads."""
    written = node.entries.get("outcomes")
    outcomes = entries(written)
    targets = {key: reader.target(f"{name}.outcomes.{key}", at) for key, at in outcomes.items()}
    if isinstance(written, MapNode):
        for key, target in targets.items():
            reader.spots.keys[target.position] = written.keys[key].position
    return DoStep(
        **common,
        command=reader.code(node.entries["do"]),
        save=reader.codes(node, "save"),
        outcomes=targets,
        retry=_retry(node.entries.get("retry")),
    )


def _retry(node: Node | None) -> Retry | None:
    if not isinstance(node, MapNode):
        return None
    listed = node.entries["on"]
    names = listed.items if isinstance(listed, ListNode) else ()
    return Retry(
        times=_number(node, "times") or 1,
        on={text_of(name): name.position for name in names},
        wait=read_duration(text_of(node.entries["wait"])) if "wait" in node.entries else 0,
        position=node.position,
    )


def _decide(reader: Reader, name: str, node: MapNode, common: dict[str, Any]) -> Step:
    written = node.entries["decide"]
    branches = []
    for number, item in enumerate(written.items if isinstance(written, ListNode) else (), 1):
        if isinstance(item, MapNode):
            branches.append(_branch(reader, f"{name}.branches.{number}", item))
    return DecideStep(**common, branches=tuple(branches))


def _branch(reader: Reader, path: str, item: MapNode) -> Branch:
    if "else" in item.entries:
        return Branch(None, reader.target(path, item.entries["else"]))
    return Branch(reader.code(item.entries["when"]), reader.target(path, item))


def _run(reader: Reader, _name: str, node: MapNode, common: dict[str, Any]) -> Step:
    return RunStep(**common, call=reader.call(node))


def _end(reader: Reader, _name: str, node: MapNode, common: dict[str, Any]) -> Step:
    return EndStep(**common, results=reader.codes(node, "end"))


def _number(node: MapNode, key: str) -> int | None:
    return whole_number(as_scalar(node.entries[key])) if key in node.entries else None


_BUILDERS: Mapping[str, Callable[[Reader, str, MapNode, dict[str, Any]], Step]] = {
    "show": _show,
    "choose": _choose,
    "ask": _ask,
    "pay": _pay,
    "do": build_do,
    "decide": _decide,
    "run": _run,
    "end": _end,
}
