"""The key that shares an answer, from its node to frozen values.

It knows the spelling, and not which options suit which answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.flow.model.requests import Request
from engine.flow.nodes import MapNode
from engine.flow.reader import as_scalar, text_of, texts_of

if TYPE_CHECKING:
    from engine.flow.reader import Reader

_SWITCHES: Final = ("bots", "premium", "channel", "forum", "public", "created", "member")


def read_share(reader: Reader, step: str, node: MapNode) -> dict[str, Any]:
    """Read `share: label` or `share: {text: label, …}` as the label and what is asked for beside it."""
    written = node.entries.get("share")
    label = reader.optional_wording(f"{step}.share", node, "share")
    if not isinstance(written, MapNode):
        return {"share": label, "request": None}
    known = written.entries
    request = Request(
        **{key: as_scalar(known[key]).value is True for key in _SWITCHES if key in known},
        rights=tuple(texts_of(known["rights"])) if "rights" in known else (),
        bot_rights=tuple(texts_of(known["bot_rights"])) if "bot_rights" in known else (),
        kind=text_of(known["kind"]) if "kind" in known else None,
        url=reader.optional_wording(f"{step}.share_url", written, "url"),
        name=reader.optional_wording(f"{step}.share_name", written, "suggest"),
        username=text_of(known["username"]) if "username" in known else None,
        keys={key: at.position for key, at in written.keys.items()},
    )
    return {"share": label, "request": request}
