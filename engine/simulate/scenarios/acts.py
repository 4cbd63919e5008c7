"""The acts of a scenario: what a line makes happen, with the buttons it names looked up.

It knows a checked bot; who acts, and what must hold then, is read elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from engine.emulator.methods import NAMES
from engine.emulator.payments import Provider
from engine.flow.model.windows import WindowStep
from engine.flow.nodes import MapNode, ScalarNode
from engine.flow.reader import entries, text_of
from engine.flow.types import choose_from
from engine.simulate.buttons import carried_by
from engine.simulate.contents import CONTENTS
from engine.simulate.faults import TelegramFault
from engine.simulate.scenarios.model import (
    Become,
    Block,
    Delete,
    Deploy,
    Forget,
    Pay,
    Pick,
    Press,
    Restart,
    Send,
    SendContent,
    SendPhoto,
    Settle,
    ShareContact,
    ShareLocation,
    Unblock,
    Wait,
)
from engine.simulate.scenarios.releases import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.flow.checked import Bot
    from engine.flow.nodes import Node
    from engine.simulate.scenarios.findings import Findings
    from engine.simulate.scenarios.model import Act
    from engine.simulate.scenarios.releases import Releases

_WITHIN: Final = ("send", "press", "pick")
"""Keys of the acts that can be about one message of several."""

_TWICE: Final = ("press", "pick")
"""Keys of the acts that can be done twice in the same moment."""


class ActReader:
    """Reads acts; what is wrong with them is added to the findings."""

    def __init__(self, bot: Bot, findings: Findings, releases: Releases) -> None:
        self._bot = bot
        self._findings = findings
        self._releases = releases

    def read(self, node: MapNode) -> tuple[str | None, Act | None]:
        """Read the act of a line, with the key that says it; None where it has none."""
        is_twice, inside = self._is_twice(node), self._inside(node)
        acts: Mapping[str, Callable[[Node], Act | None]] = {
            "send": lambda one: Send(text_of(one), inside),
            "press": lambda one: replace(
                self._press(one, _share(node), is_twice=is_twice), inside=inside
            ),
            "pick": lambda one: replace(_pick(one, is_twice=is_twice), inside=inside),
            "contact": lambda one: ShareContact(_words(one)),
            "location": _location,
            "photo": lambda one: SendPhoto(_words(one) or ""),
            "pay": _pay,
            "settle": lambda _: Settle(),
            "wait": lambda one: Wait(text_of(one)),
            **{kind: partial(_content, kind) for kind in CONTENTS},
            "delete": lambda one: Delete(_words(one)),
            "block": lambda _: Block(),
            "unblock": lambda _: Unblock(),
            "role": self._become,
            "restart": lambda _: Restart(),
            "forget": lambda _: Forget(),
            "deploy": self._deploy,
        }
        key = next((key for key in node.entries if key in acts), None)
        return key, acts[key](node.entries[key]) if key is not None else None

    def read_fault(self, node: MapNode) -> TelegramFault | None:
        """Read what Telegram does wrong while a line is played."""
        written = node.entries.get("telegram")
        if written is None:
            return None
        if not any(key in node.entries for key in _CALLING):
            message = (
                f'"telegram" does nothing without an act that the bot answers: {_listed(_CALLING)}'
            )
            self._findings.add(node.keys["telegram"].position, "missing-key", message)
        value: dict[str, Any] = dict(written.value) if isinstance(written, MapNode) else {}
        method = entries(written).get("method")
        if method is not None and text_of(method) not in NAMES:
            hint = choose_from(text_of(method), NAMES, "methods")
            message = f'Telegram has no method "{text_of(method)}"{hint}'
            self._findings.report(method, "unknown-value", message)
        return TelegramFault(**value)

    def _become(self, node: Node) -> Become:
        role, known = text_of(node), self._bot.file.roles
        if role not in known:
            hint = choose_from(role, known, "roles")
            self._findings.report(node, "unknown-value", f'the bot has no role "{role}"{hint}')
        return Become(role)

    def _deploy(self, node: Node) -> Deploy | None:
        released = self._releases.find(text_of(node))
        if not isinstance(released, Refusal):
            return Deploy(text_of(node), released)
        self._findings.add(node.position, released.code, released.message, released.related)
        return None

    def _is_twice(self, node: MapNode) -> bool:
        if "twice" not in node.entries:
            return False
        if not any(key in node.entries for key in _TWICE):
            message = f'"twice" does nothing without an act that is done twice: {_listed(_TWICE)}'
            self._findings.add(node.keys["twice"].position, "missing-key", message)
        return True

    def _inside(self, node: MapNode) -> str | None:
        """Read the text of the message that a line is about."""
        inside = node.entries.get("in")
        if inside is None:
            return None
        acts = [key for key in _DOING if key in node.entries]
        is_old = "old" in entries(node.entries.get("press"))
        if is_old or not set(acts) <= set(_WITHIN):
            what = "an old button" if is_old else f'"{acts[0]}"'
            message = f'"in" does not stand beside {what}; acts in a message are {_listed(_WITHIN)}'
            self._findings.add(node.keys["in"].position, "misplaced-key", message)
        return text_of(inside)

    def _press(self, node: Node, share: Mapping[str, Any] | None, *, is_twice: bool) -> Press:
        old = entries(node).get("old")
        button = node if old is None else old
        if isinstance(button, ScalarNode):
            return Press(
                text=text_of(button), is_old=old is not None, is_twice=is_twice, share=share
            )
        pattern, path = entries(button).get("pattern"), entries(button).get("path")
        if path is not None and text_of(path) not in (known := set(self._paths())):
            flow = text_of(path).partition(".")[0]
            own = [one for one in known if one.partition(".")[0] == flow]
            hint = choose_from(text_of(path), own or known, "paths")
            message = f'no button has the path "{text_of(path)}"{hint}'
            self._findings.report(path, "unknown-value", message)
        return Press(
            pattern=self._findings.pattern(pattern),
            path=None if path is None else text_of(path),
            is_old=old is not None,
            is_twice=is_twice,
            share=share,
        )

    def _paths(self) -> Iterator[str]:
        for compiled in self._bot.flows.values():
            for step in compiled.flow.steps.values():
                if isinstance(step, WindowStep):
                    yield from carried_by(step)


_CALLING: Final = (
    "send",
    "press",
    "pick",
    "contact",
    "location",
    "photo",
    "pay",
    "settle",
    "wait",
    *CONTENTS,
)
"""Keys of the acts in which the bot calls Telegram."""


_DOING: Final = (
    *_CALLING,
    *("delete", "block", "unblock", "role", "restart", "forget", "deploy"),
)
"""Keys of all acts."""


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _words(node: Node) -> str | None:
    """Read a text; None where only true is written."""
    value = node.value
    return value if isinstance(value, str) else None


def _content(kind: str, node: Node) -> SendContent:
    return SendContent(kind, node.value)


def _share(node: MapNode) -> Mapping[str, Any] | None:
    written = node.entries.get("share")
    return dict(written.value) if isinstance(written, MapNode) else None


def _pay(node: Node) -> Pay:
    return Pay() if node.value is True else Pay(Provider(text_of(node)))


def _pick(node: Node, *, is_twice: bool) -> Pick:
    value = node.value
    return Pick(value if isinstance(value, int) else text_of(node), is_twice)


def _location(node: Node) -> ShareLocation:
    value: Mapping[str, Any] = node.value if isinstance(node, MapNode) else {}
    return ShareLocation(float(value["latitude"]), float(value["longitude"]))
