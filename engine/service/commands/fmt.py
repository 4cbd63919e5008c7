"""`usher fmt`: flows, fragments, bot.yaml and translations in their canonical form.

It knows nothing of what that form is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.flow.directory import Unreadable, read_bytes
from engine.flow.formatting.write import format_source
from engine.flow.problems import render_problems
from engine.flow.source import decode_source
from engine.service.commands.output import count, write_output
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from engine.flow.problems import Problem


def run(options: Namespace) -> int:
    """Format files, or tell which would change; return 1 when one would, or when one cannot be read."""
    changed = 0
    problems: list[Problem] = []
    paths = list(dict.fromkeys(_files(options.paths)))
    for path in paths:
        raw = read_bytes(path)
        if isinstance(raw, Unreadable):
            problems.append(raw.problem(path.as_posix()))
            continue
        text, found = decode_source(path.as_posix(), raw)
        written, more = ("", ()) if found else format_source(path.as_posix(), text)
        problems += (*found, *more)
        if not (found or more) and written.encode() != raw:
            changed += 1
            _tell(path, written, check=options.check)
    sys.stdout.write(render_problems(problems))
    words = "would change" if options.check else "changed"
    sys.stderr.write(f"{count(len(paths), 'file')}, {changed} {words}\n")
    return 1 if problems or (options.check and changed) else 0


def _tell(path: Path, written: str, *, check: bool) -> None:
    if not check:
        write_output(path, written)
    sys.stdout.write(f"{path.as_posix()}\n")


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Give the files that paths name, those of directories in order.

    Raises:
        SettingsError: there is no such path, or a file is not YAML by its name.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        elif path.is_file() and path.suffix != ".yaml":
            raise SettingsError(f'"{path}" is no file of flows; their names end in ".yaml"')
        elif path.is_file():
            yield path
        else:
            raise SettingsError(f'there is no file or directory "{path}"')
