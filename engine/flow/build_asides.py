"""What a button says of the person's own client to its frozen value.

It knows the spelling; whether an address can be opened is a rule's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.asides import HERE, Aside, AsideKind, ChatKind
from engine.flow.nodes import ListNode, ScalarNode

if TYPE_CHECKING:
    from engine.flow.nodes import MapNode
    from engine.flow.reader import Reader


def read_aside(reader: Reader, path: str, node: MapNode) -> Aside | None:
    """Read `url`, `web_app`, `login`, `inline` or `copy`; `path` is that of the label."""
    kind = next((one for one in AsideKind if one.value in node.entries), None)
    if kind is None:
        return None
    to, bot, access = (node.entries.get(key) for key in ("to", "bot", "write_access"))
    return Aside(
        kind=kind,
        text=reader.wording(f"{path}_{kind}", node.entries[kind]),
        is_here=isinstance(to, ScalarNode) and to.text == HERE,
        chats=tuple(_chats(to)) if isinstance(to, ListNode) else (),
        forward_text=reader.optional_wording(f"{path}_forward_text", node, "forward_text"),
        bot=bot.text if isinstance(bot, ScalarNode) else None,
        write_access=access is not None and access.value is True,
    )


def _chats(to: ListNode) -> list[ChatKind]:
    return [ChatKind(one.text) for one in to.items if isinstance(one, ScalarNode)]
