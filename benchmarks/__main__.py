"""All benchmarks, one after the other: python -m benchmarks. Each runs alone as python -m benchmarks.NAME.

It does not know what they measure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Run each benchmark in a process of its own."""
    for script in sorted(Path(__file__).parent.glob("*/__main__.py")):
        name = f"benchmarks.{script.parent.name}"
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", name, *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
