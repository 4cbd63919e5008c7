"""Fuzzes the checker, the formatter and completion, guided by coverage: nothing may raise, hang or take more than 500 MB.

    python -m benchmarks.fuzz --runs 10000

It needs atheris, which there is for Linux on x86-64; elsewhere it says so and does nothing. An input that failed is written
beside the corpus; give it as FILE to see the failure again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.fuzz.changes import change
from benchmarks.fuzz.seeds import write_seeds

MOST_BYTES = 16_384
MOST_SECONDS = 30
MOST_MEGABYTES = 500


def main() -> None:
    """Run as many inputs as are asked for, or one file."""
    parser = argparse.ArgumentParser(description="Fuzz the checker.")
    parser.add_argument("--runs", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="(default: thrown away)")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="take this input alone")
    options = parser.parse_args()
    if options.file:
        from benchmarks.fuzz.inputs import Inputs  # noqa: PLC0415 - below it is instrumented

        Inputs().take(options.file.read_bytes())
        return
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    print(f"{write_seeds(corpus)} seeds in {corpus}")
    _fuzz(corpus, options.runs, options.seed)


def _fuzz(corpus: Path, runs: int, seed: int) -> None:
    try:
        import atheris  # noqa: PLC0415 - it is not there on every machine
    except ImportError:
        sys.exit("atheris is not installed, so NOTHING was fuzzed; it runs on Linux, x86-64")
    with atheris.instrument_imports(include=["engine.flow", "engine.lsp"]):
        from benchmarks.fuzz.inputs import Inputs  # noqa: PLC0415 - it is instrumented here
    inputs = Inputs()
    arguments = [
        sys.argv[0],
        f"-runs={runs}",
        f"-seed={seed}",
        f"-max_len={MOST_BYTES}",
        f"-timeout={MOST_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-artifact_prefix={corpus.parent}/{corpus.name}-",
        "-print_final_stats=1",
        corpus.as_posix(),
    ]
    atheris.Setup(arguments, inputs.take, custom_mutator=_mutate)
    atheris.Fuzz()


def _mutate(data: bytes, size: int, seed: int) -> bytes:
    """Change an input by its form, or now and then by its bytes."""
    if seed % 8 == 0 or not data:
        import atheris  # noqa: PLC0415 - it is there, as it calls this

        changed: bytes = atheris.Mutate(data, size)
        return changed
    return change(data, size, seed)


if __name__ == "__main__":
    main()
