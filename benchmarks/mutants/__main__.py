"""Puts one mistake at a time into the flows that ship and those of the page on the language, and says how many of them the checker finds.

    python -m benchmarks.mutants [--every N] [--page docs/mutants.md]

All of them take an hour and more, one in ten some minutes; the tests try fewer.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.mutants.page import holes, share_caught, write_page
from benchmarks.mutants.run import read_bots, try_mutants


def main() -> int:
    """Try every mutant; return 1 when there is a hole."""
    parser = argparse.ArgumentParser(description="Count the mistakes that the checker finds.")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write what was found there")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try one in so many")
    options = parser.parse_args()
    bots = {
        name: list(try_mutants(bot, directory, actions, every=options.every))
        for name, directory, bot, actions in read_bots()
    }
    tried = [one for some in bots.values() for one in some]
    kinds = {one.mutant.kind for one in tried}
    print(f"{len(tried)} mutants of {len(kinds)} kinds, {share_caught(tried):.2%} caught")
    if options.page:
        options.page.write_text(write_page(bots, every=options.every), encoding="utf-8")
    found = holes(tried)
    for one in found:
        print(f"  not caught: {one.mutant.kind}, {one.mutant.path}:{one.line}: {one.after.strip()}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
