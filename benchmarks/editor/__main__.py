"""How long an editor waits for the problems of a bot after one flow was changed, beside a check from scratch.

    python -m benchmarks.editor [--flows 100] [--steps 2000]

Each change is one that an editor sees: a letter more in a text, a line more at the top, a flow that cannot be read for
a moment, and one whose parameters change, so that its caller is checked again too.
"""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from actions.catalog import catalog
from benchmarks.editor.large_bot import make_large_bot
from engine.flow.check import Workspace, check_flows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DIRECTORY = Path("flows")
TIMES = 15


def main() -> None:
    """Print the milliseconds from a changed text to the bot's problems."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flows", type=int, default=100)
    parser.add_argument("--steps", type=int, default=2000)
    options = parser.parse_args()
    texts = make_large_bot(flows=options.flows, steps=options.steps)
    print(f"{options.flows} flows, {options.steps} steps")
    workspace = Workspace(DIRECTORY, catalog)
    cold = _seconds(lambda: check_flows(DIRECTORY, catalog, sources=texts))
    workspace.check(texts)
    gc.freeze()
    print(f"from scratch           {cold * 1000:8.1f} ms")
    for name, change in CHANGES.items():
        spent = [_measure(workspace, texts, options.flows // 2, n, change) for n in range(TIMES)]
        print(f"{name:22} {median(spent) * 1000:8.1f} ms, at most {max(spent) * 1000:.1f}")


def _measure(
    workspace: Workspace,
    texts: Mapping[Path, str],
    number: int,
    times: int,
    change: Callable[[str, int], str],
) -> float:
    """Time the check of one change, of which the text before is what was checked last."""
    path = DIRECTORY / f"flow_{number}.yaml"
    workspace.check(texts)
    changed = {**texts, path: change(texts[path], times)}
    return _seconds(lambda: workspace.check(changed))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


CHANGES: Mapping[str, Callable[[str, int], str]] = {
    "a letter more": lambda text, n: text.replace("Anything", f"Anything {'x' * n}", 1),
    "a line more": lambda text, n: f"# {n}\n{text}",
    "cannot be read": lambda text, n: f"{text}{' ' * n}[",
    "a parameter more": lambda text, n: text.replace(
        "params: {", f"params: {{p{n}: {{type: int, optional: true}}, ", 1
    ),
}

if __name__ == "__main__":
    main()
