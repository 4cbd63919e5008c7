"""How a single value is written: without quotes where YAML reads it as it is, or in the quotes that need fewer escapes.

It knows YAML's rules for scalars, and nothing of where a value stands but whether that is within brackets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from engine.flow.expansion import PARAMETER
from engine.flow.nodes import Style, resolve_plain

if TYPE_CHECKING:
    from engine.flow.nodes import ScalarNode

_PRINTABLE: Final = "\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_SHOWN: Final = re.compile(f"[{_PRINTABLE}]*")
_ESCAPED: Final = re.compile(rf"[^{_PRINTABLE}]|[\\\"\u2028\u2029]")
_BREAKS: Final = re.compile("[\u2028\u2029]")
_PLAIN: Final = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`=<~](?:(?!: |:$| #).)*(?<!\s)\Z""")
_BRACKETS: Final = re.compile(r"[,\[\]{}?]|:(?![A-Za-z0-9])")
_OTHERS: Final[Any] = yaml.resolver.Resolver()
_TEXT: Final = yaml.resolver.Resolver.DEFAULT_SCALAR_TAG
_SHORT: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def write_scalar(node: ScalarNode, *, is_text: bool, in_flow: bool) -> str:
    """Write a value on one line; a text that people see is always in quotes, a parameter never."""
    value = node.value
    if not isinstance(value, str):
        return node.text if node.text or not in_flow else "null"
    is_text = is_text and not PARAMETER.match(value)
    if not is_text and _is_plain(value, in_flow=in_flow):
        return value
    return _quoted(value)


def write_key(node: ScalarNode) -> str:
    """Write a key; one that reads as a number or truth value stays as it is written."""
    if node.style is Style.PLAIN and not isinstance(node.value, str):
        return node.text or '""'
    return node.text if _is_plain(node.text, in_flow=True) else _quoted(node.text)


def write_text(text: str, *, in_flow: bool) -> str:
    """Write a text on one line, in quotes where YAML would read anything else, or only older YAML: `No`, `9:30`."""
    is_other = _OTHERS.resolve(yaml.ScalarNode, text, (True, False)) != _TEXT
    return text if not is_other and _is_plain(text, in_flow=in_flow) else _quoted(text)


def literal_lines(text: str) -> list[str] | None:
    """Give the lines of a block for a text of several lines, the mark first; None where a block cannot hold it."""
    if "\n" not in text:
        return None
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if any(line != line.rstrip() or not _SHOWN.fullmatch(line) for line in lines):
        return None
    if _BREAKS.search(text) or not lines[-1] or not lines[0] or lines[0][0] == " ":
        return None
    return ["|" if text != body else "|-", *lines]


def _is_plain(text: str, *, in_flow: bool) -> bool:
    if not _PLAIN.match(text) or not _SHOWN.fullmatch(text) or _BREAKS.search(text):
        return False
    if not isinstance(resolve_plain(text), str) or text.startswith(("...", "<<")):
        return False
    return not (in_flow and _BRACKETS.search(text))


def _quoted(text: str) -> str:
    """Write a text in double quotes, or in single ones where those need fewer escapes."""
    shown = _SHOWN.fullmatch(text) and not _BREAKS.search(text)
    if shown and text.count("'") < text.count('"') + text.count("\\"):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the least that each escape can hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - see above
