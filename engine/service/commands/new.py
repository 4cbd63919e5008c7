"""`usher new flow NAME`: a flow to begin with, in a file of its own, with its translations and scenarios.

It knows where files go and what must not be overwritten; the flow itself is the starter's.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from engine.flow.directory import read_bytes
from engine.flow.model.flow import EntryKind
from engine.flow.nodes import MapNode
from engine.flow.problems import render_problems
from engine.flow.schemas.keys import NAME
from engine.flow.source import decode_source, read_source
from engine.flow.starter import speaks, starter_flow, starter_scenarios, starter_texts
from engine.service.commands.check import catalog_in_use, check_directory
from engine.service.commands.output import write_output
from engine.service.errors import SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from engine.flow.checked import Checked
    from engine.flow.model.bot import BotFile

LONGEST_NAME: Final = 32
"""As long as a command of Telegram, which the flow is begun by."""

_TAKEN: Final = frozenset({"bot", "fragments", "texts", "end", "start", "cancel"})


def run(options: Namespace) -> int:
    """Write a flow, its translations and scenarios; return 1, with the problems, when it has any, such as texts left to translate."""
    name, directory = options.name, options.flows
    catalog = catalog_in_use()
    before = check_directory(directory, catalog)
    bot = _bot_file(directory, before)
    path = directory / f"{name}.yaml"
    _refuse(name, path, before)
    command = not _is_command_taken(name, before)
    beside = _translations(name, directory, bot)
    scenarios = directory.parent / "tests" / "scenarios" / f"{name}.yaml"
    if command and not scenarios.exists():
        beside[scenarios] = starter_scenarios(name)
    write_output(path, starter_flow(name, bot.locale, command=command))
    for other, text in beside.items():
        write_output(other, text)
    for written in (path, *beside):
        sys.stdout.write(f"{written.as_posix()}\n")
    if not command:
        sys.stderr.write(f"another flow has /{name}; give this one a start, or run it from one\n")
    if not speaks(bot.locale):
        sys.stderr.write(f'the texts are in English; write them in "{bot.locale}"\n')
    after = check_directory(directory, catalog)
    problems = set(after.problems) - set(before.problems)
    sys.stdout.write(render_problems(problems))
    return 1 if problems else 0


def _bot_file(directory: Path, checked: Checked) -> BotFile:
    for file in checked.files:
        if file.bot is not None:
            return file.bot
    place = (directory / "bot.yaml").as_posix()
    raise SettingsError(f'"{place}" cannot be read, which tells the languages; see `usher check`')


def _refuse(name: str, path: Path, checked: Checked) -> None:
    """Raise for a name that a flow cannot have here."""
    if not re.fullmatch(NAME, name) or len(name) > LONGEST_NAME:
        raise SettingsError(
            f'"{name}" is not the name of a flow; begin with a to z, go on with a to z, 0 to 9 and "_", '
            f"at most {LONGEST_NAME} in all"
        )
    if name in _TAKEN:
        raise SettingsError(f'a flow cannot be named "{name}", which means something else')
    if path.exists():
        raise SettingsError(f'there is a file "{path.as_posix()}"; choose another name')
    if name in checked.graphs:
        raise SettingsError(f'there is a flow "{name}" in another file; choose another name')


def _is_command_taken(name: str, checked: Checked) -> bool:
    return any(
        entry.kind is EntryKind.COMMAND and entry.value == name
        for compiled in checked.flows.values()
        for entry in compiled.flow.start
    )


def _translations(name: str, directory: Path, bot: BotFile) -> dict[Path, str]:
    """Give the files of translations with those of the new flow, for the languages that it speaks.

    A file that cannot be read, or has such texts already, is left to its writer.
    """
    files = {}
    for locale in bot.locales:
        path = directory / "texts" / f"{locale}.yaml"
        if locale == bot.locale or not speaks(locale):
            continue
        raw = read_bytes(path)
        known = decode_source(path.as_posix(), raw)[0] if isinstance(raw, bytes) else ""
        added = f"{known.rstrip()}\n\n" if known.strip() else ""
        added += starter_texts(name, locale)
        if not read_source(path.as_posix(), added).problems and _holds(added, name):
            files[path] = added
    return files


def _holds(text: str, name: str) -> bool:
    root = read_source("", text).root
    return isinstance(root, MapNode) and name in root.entries
