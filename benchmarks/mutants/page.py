"""What the run found as a page: the share caught of each kind, and every mutant that was not, with the reason.

It knows how a page is written, and nothing of how mutants are made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from benchmarks.mutants.reasons import REASONS
from benchmarks.mutants.run import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.mutants.run import Tried


def share_caught(tried: Iterable[Tried]) -> float:
    """Give the share of mutants whose author is led to the mistake."""
    told = [one.told.is_caught for one in tried]
    return sum(told) / len(told)


def holes(tried: Iterable[Tried]) -> list[Tried]:
    """Give the mutants that were not caught and for which there is no reason."""
    return [one for one in tried if not one.told.is_caught and one.mutant.kind not in REASONS]


def write_page(bots: Mapping[str, list[Tried]], *, every: int) -> str:
    """Write the page for the mutants of each bot, of which one in so many was tried."""
    tried = [one for some in bots.values() for one in some]
    kinds = Counter(one.mutant.kind for one in tried)
    option, share = (f" --every {every}", f", one in {every} of all") if every > 1 else ("", "")
    named = " and ".join(f"`{name}`" for name in bots)
    lines = [
        "# How many mistakes the checker finds",
        "",
        f"Written by `python -m benchmarks.mutants{option}`, which puts one mistake at a time into the flows of {named}, and",
        f"checks them: {len(tried):,} mutants of {len(kinds)} kinds{share}. A mistake is caught when a problem is told at its line, or at a",
        "line that now disagrees with it, as the `go` does with a step that was renamed.",
        "",
        f"**{share_caught(tried):.1%} are caught.** The others are listed below, with the reason why each is a flow as good as any.",
        "",
        "| mistake | mutants | at its line | where it disagrees | not caught |",
        "|---|---:|---:|---:|---:|",
        *(_row(kind, [one for one in tried if one.mutant.kind == kind]) for kind in sorted(kinds)),
        "",
        "## Not caught",
        "",
        *_missed(tried),
    ]
    return "\n".join(lines) + "\n"


def _row(kind: str, tried: list[Tried]) -> str:
    told = Counter(one.told for one in tried)
    missed = sum(count for where, count in told.items() if not where.is_caught)
    counts = (len(tried), told[Told.HERE], told[Told.THERE], missed)
    return f"| {kind} | {' | '.join(str(count or '') for count in counts)} |"


def _missed(tried: Iterable[Tried]) -> Iterable[str]:
    missed: dict[str, list[Tried]] = defaultdict(list)
    for one in tried:
        if not one.told.is_caught:
            missed[one.mutant.kind].append(one)
    for kind, some in sorted(missed.items()):
        yield f"**{kind}** ({len(some)}): {REASONS.get(kind, _HOLE)}."
        yield ""
        for one in some:
            yield f"- `{one.mutant.path.as_posix()}:{one.line}`: `{_short(one.before)}` became `{_short(one.after)}`"
        yield ""


_HOLE: Final = "the checker should find this and does not yet"


def _short(line: str) -> str:
    line = line.rstrip().replace("`", "'")
    return line if len(line) <= 90 else f"{line[:44]} … {line[-44:]}"
