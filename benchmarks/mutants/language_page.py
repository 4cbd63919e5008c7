"""The bot of docs/flow-language.md: its whole files, and each other example as a flow of its own, in one language.

It knows how the page writes its examples, and nothing of mistakes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.flow.nodes import MapNode
from engine.flow.source import read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE: Final = Path("docs/flow-language.md")
DIRECTORY: Final = Path("docs")
"""Where the bot would be: the pictures that it shows are beside the page."""

_BLOCK: Final = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED: Final = re.compile(r"# flows/(\S+)\n")
_PICTURE: Final = "images/salon.jpg"


def read_page() -> Mapping[Path, str]:
    """Give the files of the bot by path."""
    sources: dict[Path, str] = {}
    examples: list[str] = []
    for block in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        named = _NAMED.match(block)
        if named:
            sources[DIRECTORY / named[1]] = block
        else:
            examples.append(block.replace(_PICTURE, "images/chat.png"))
    sources = {path: text for path, text in sources.items() if path.parent.name != "texts"}
    sources[DIRECTORY / "bot.yaml"] = sources[DIRECTORY / "bot.yaml"].replace("[en, de]", "[en]")
    for number, text in enumerate(examples):
        # One example links to itself by the name that its reader would give it.
        name = "example" if "start_link('example'" in text else f"example_{number}"
        sources[DIRECTORY / f"{name}.yaml"] = f"flow: {name}\nversion: 1\ntitle: Example\n{text}"
    return sources


def read_roots(sources: Mapping[Path, str]) -> Mapping[Path, MapNode]:
    """Give the nodes of files by path."""
    roots = {path: read_source(path.as_posix(), text).root for path, text in sources.items()}
    return {path: root for path, root in roots.items() if isinstance(root, MapNode)}
