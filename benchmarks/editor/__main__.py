"""How long an editor waits for the problems of a bot after one flow was changed, beside a check from scratch.

    python -m benchmarks.editor [--flows 100]

Each change is one that an editor sees: a letter more in a text, a line more at the top, a flow that cannot be read for
a moment, one whose parameters change, so that its caller is checked again too, and the same in bot.yaml and in a
translation, which all flows look at. Times are of the processor, which others do not lengthen.
"""

from __future__ import annotations

import argparse
import gc
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.checker.catalog import catalog
from benchmarks.checker.written import STEPS, write_bot
from engine.flow.check import check_flows
from engine.flow.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DIRECTORY = Path("flows")
TIMES = 5


def main() -> None:
    """Print the milliseconds from a changed text to the bot's problems."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flows", type=int, default=100)
    options = parser.parse_args()
    texts = {DIRECTORY / path: text for path, text in write_bot(options.flows).items()}
    print(f"{options.flows} flows, {options.flows * STEPS} steps, three languages")
    workspace = Workspace(DIRECTORY, catalog)
    cold = _seconds(lambda: check_flows(DIRECTORY, catalog, sources=texts))
    workspace.check(texts)
    gc.freeze()
    print(f"from scratch           {cold * 1000:8.1f} ms")
    for name, change in CHANGES.items():
        path = DIRECTORY / (change.file or f"flow_{options.flows // 2:03}.yaml")
        spent = [_measure(workspace, texts, path, n, change.make) for n in range(TIMES)]
        print(f"{name:22} {median(spent) * 1000:8.1f} ms, at most {max(spent) * 1000:.1f}")


def _measure(
    workspace: Workspace,
    texts: Mapping[Path, str],
    path: Path,
    times: int,
    change: Callable[[str, int], str],
) -> float:
    """Time the check of one change, of which the text before is what was checked last."""
    workspace.check(texts)
    changed = {**texts, path: change(texts[path], times)}
    return _seconds(lambda: workspace.check(changed))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one file: that of a flow in the middle when `file` is empty."""

    make: Callable[[str, int], str]
    file: str = ""


def _line_more(text: str, times: int) -> str:
    return f"# {times}\n{text}"


CHANGES: Mapping[str, _Change] = {
    "a letter more": _Change(lambda text, n: text.replace("See you", f"See you {'x' * n}", 1)),
    "a line more": _Change(_line_more),
    "cannot be read": _Change(lambda text, n: f"{text}{' ' * n}["),
    "a parameter more": _Change(
        lambda text, n: text.replace(
            "params:\n", f"params:\n  p{n}: {{type: int, optional: true}}\n", 1
        )
    ),
    "bot: a letter more": _Change(
        lambda text, n: text.replace("You cannot", f"You {'x' * n} cannot", 1), "bot.yaml"
    ),
    "bot: a line more": _Change(_line_more, "bot.yaml"),
    "bot: cannot be read": _Change(lambda text, n: f"{text}{' ' * n}[", "bot.yaml"),
    "bot: a role more": _Change(
        lambda text, n: text.replace("admin]", f"admin, role_{n}]", 1), "bot.yaml"
    ),
    "texts: a letter more": _Change(
        lambda text, n: text.replace("de: ", f"de: {'x' * n} ", 9), "texts/de.yaml"
    ),
    "texts: a line more": _Change(_line_more, "texts/de.yaml"),
    "texts: cannot be read": _Change(lambda text, n: f"{text}{' ' * n}[", "texts/de.yaml"),
}

if __name__ == "__main__":
    main()
