"""What fuzzing begins with: every flow there is, and the expressions and texts in them.

It knows where YAML lies in this repository, and nothing of what it means.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: Final = ("flow", "bot", "texts", "expression", "template", "fragment", "form", "place")
"""What an input is, by its first byte."""

_PLACES: Final = ("flows", "tests/flows/ok", "tests/flows/err", "examples", "docs")
_YAML: Final = re.compile(r"```ya?ml\n(.*?)```", re.DOTALL)
_QUOTED: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_CODE: Final = re.compile(r"\{\{(.*?)\}\}|(?:when|allow|skip_if|access): ([^\n{}]+)")


def write_seeds(directory: Path) -> int:
    """Write each seed into a file of a directory; return how many there are."""
    seeds = dict.fromkeys(_seeds())
    for number, seed in enumerate(seeds):
        (directory / f"seed_{number:04}").write_bytes(seed)
    return len(seeds)


def _seeds() -> Iterator[bytes]:
    for name, text in _files():
        kind = "bot" if name == "bot.yaml" else "texts" if "texts/" in name else "flow"
        kind = "fragment" if "fragments/" in name else kind
        for one in (kind, "form", "place"):
            yield _seed(one, text)
        for found in _QUOTED.finditer(text):
            yield _seed("template", found[1])
        for found in _CODE.finditer(text):
            yield _seed("expression", (found[1] or found[2]).strip())


def _seed(kind: str, text: str) -> bytes:
    return bytes([KINDS.index(kind)]) + text.encode()


def _files() -> Iterator[tuple[str, str]]:
    for place in _PLACES:
        for path in sorted(Path(place).rglob("*.yaml")):
            yield path.relative_to(place).as_posix(), path.read_text(encoding="utf-8")
        for path in sorted(Path(place).rglob("*.md")):
            for block in _YAML.findall(path.read_text(encoding="utf-8")):
                named = re.match(r"# flows/(\S+)", block)
                yield (named[1] if named else path.name), block
