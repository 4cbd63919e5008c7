"""Comments that silence a problem: `# usher: ignore[trap] because a job ends this conversation`.

It knows where a comment can stand in YAML and whom it silences, and nothing of how problems are found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.flow.codes import SILENCEABLE, check_reasons
from engine.flow.nodes import ListNode, MapNode, ScalarNode, Style
from engine.flow.problems import Problem, Silenced
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.flow.nodes import File, Node
    from engine.flow.problems import Position

_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t\n\r]))#[ \t]*usher[ \t]*:.*", re.MULTILINE)
_ORDER: Final = re.compile(r"#\s*usher\s*:\s*ignore\s*\[([^\]]*)\](.*)", re.DOTALL)
_CODE: Final = re.compile(r"[^\s,]+")
_REASON: Final = re.compile(r"\s+because\s+(\S.*)", re.DOTALL)
_SPELLING: Final = '"# usher: ignore[code] because …"'


@dataclass(frozen=True, slots=True)
class Silencer:
    """One code of a comment, and the lines of its file on which it silences problems of that code."""

    position: Position
    code: str
    lines: range
    reason: str


def find_silencers(root: Node) -> tuple[tuple[Silencer, ...], tuple[Problem, ...]]:
    """Give the silencers in the comments of a file, and what is wrong with them."""
    file = root.file
    if "usher" not in file.text:
        return (), ()
    found = list(_COMMENT.finditer(file.text))
    scalars = sorted(_scalars(root), key=lambda scalar: scalar.start) if found else []
    silencers: list[Silencer] = []
    problems: list[Problem] = []
    for comment in found:
        if not any(_holds(scalar, comment.start()) for scalar in scalars):
            _read(file, comment, scalars, silencers, problems)
    return tuple(silencers), tuple(problems)


def apply_silencers(
    silencers: Iterable[Silencer], problems: Sequence[Problem]
) -> tuple[tuple[Problem, ...], tuple[Silenced, ...]]:
    """Part the problems into those that are left and those that are silenced.

    A silencer that silences nothing is a problem, but only where every proof could be made.
    """
    by_place = {(one.position.path, line, one.code): one for one in silencers for line in one.lines}
    left: list[Problem] = []
    silenced: list[Silenced] = []
    used: set[Silencer] = set()
    for problem in problems:
        silencer = by_place.get((problem.position.path, problem.position.line, problem.code))
        if silencer is None:
            left.append(problem)
        else:
            used.add(silencer)
            silenced.append(Silenced(problem, silencer.reason))
    if all(problem.code in SILENCEABLE for problem in left):
        left += [_unused(one) for one in by_place.values() if one not in used]
    return tuple(sorted(dict.fromkeys(left))), tuple(silenced)


def _unused(silencer: Silencer) -> Problem:
    message = f'there is no problem "{silencer.code}" here to silence; remove the comment'
    return Problem(silencer.position, "unused-silencer", message)


def _read(
    file: File,
    comment: re.Match[str],
    scalars: Sequence[ScalarNode],
    silencers: list[Silencer],
    problems: list[Problem],
) -> None:
    whole = file.span(*comment.span())
    order = _ORDER.fullmatch(comment[0].rstrip())
    if order is None or not order[1].strip():
        message = f'"{comment[0].strip()}" silences nothing; write {_SPELLING}'
        problems.append(Problem(whole, "bad-silencer", message))
        return
    reason = _REASON.fullmatch(order[2])
    if reason is None:
        message = f"a silencer says why what it silences is right; write {_SPELLING}"
        problems.append(Problem(whole, "bad-silencer", message))
        return
    lines = _silenced_lines(file, comment.start(), whole.line, scalars)
    for word in _CODE.finditer(order[1]):
        start = comment.start() + order.start(1) + word.start()
        place = file.span(start, start + len(word[0]))
        if word[0] in SILENCEABLE:
            silencers.append(Silencer(place, word[0], lines, reason[1].strip()))
        else:
            problems.append(Problem(place, "bad-silencer", _refuse(word[0])))


def _refuse(code: str) -> str:
    if code in check_reasons():
        return f'"{code}" cannot be silenced: the bot could not run with it; mend it instead'
    return (
        f'there is no check "{code}"{choose_from(code, SILENCEABLE, "checks that can be silenced")}'
    )


def _silenced_lines(file: File, start: int, line: int, scalars: Sequence[ScalarNode]) -> range:
    """Give the line of a comment behind something, or the next line with something, and the text that begins there."""
    if not file.text[file.starts[line - 1] : start].strip():
        line += 1
        while _is_empty(file, line):
            line += 1
    ends = [
        file.span(scalar.end - 1, scalar.end).line
        for scalar in scalars
        if file.span(scalar.start, scalar.start).line == line
    ]
    return range(line, max(ends, default=line) + 1)


def _is_empty(file: File, line: int) -> bool:
    """Tell whether a line that is there holds nothing, or a comment alone."""
    if line > len(file.starts):
        return False
    end = file.starts[line] if line < len(file.starts) else len(file.text)
    return file.text[file.starts[line - 1] : end].lstrip()[:1] in ("", "#")


def _holds(scalar: ScalarNode, index: int) -> bool:
    """Tell whether a place is inside a text; a comment may stand behind the mark that begins a block of text."""
    if not scalar.start <= index < scalar.end:
        return False
    is_block = scalar.style in (Style.LITERAL, Style.FOLDED)
    return not is_block or "\n" in scalar.file.text[scalar.start : index]


def _scalars(root: Node) -> Iterator[ScalarNode]:
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        match node:
            case ScalarNode():
                yield node
            case ListNode(items=items):
                waiting.extend(items)
            case MapNode(keys=keys, entries=entries):
                waiting.extend((*keys.values(), *entries.values()))
