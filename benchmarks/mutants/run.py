"""Every mutant of a bot, checked, and whether the mistake was told where it is.

It knows what counts as told, and nothing of the kinds of mistakes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from actions.catalog import catalog
from benchmarks.mutants.bots import BotFiles
from benchmarks.mutants.features import FEATURES, emptied_messages, wrong_features
from benchmarks.mutants.language_page import DIRECTORY, PAGE, read_page, read_roots
from benchmarks.mutants.names import RENAMINGS, misspelt_codes, misspelt_keys, misspelt_targets
from benchmarks.mutants.structure import STRUCTURE, dropped_keys
from benchmarks.mutants.wrong_texts import TEXTS, broken_bot, broken_texts, broken_translations
from benchmarks.mutants.wrong_values import VALUES, broken_yaml
from engine.flow.workspace import Workspace
from tests.flow.conftest import CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from benchmarks.mutants.edits import Mutant
    from engine.actions import Catalog
    from engine.flow.checked import Checked


class Told(StrEnum):
    """Where the checker told of a mistake."""

    HERE = "at its line"
    THERE = "at the line that disagrees"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"

    @property
    def is_caught(self) -> bool:
        """Whether the author is led to the mistake."""
        return self in (Told.HERE, Told.THERE)


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant, its line in the changed file, what stood and what stands there, and where it was told."""

    mutant: Mutant
    line: int
    before: str
    after: str
    told: Told


def make_mutants(bot: BotFiles) -> Iterator[Mutant]:
    """Make every mutant of a bot, in a fixed order."""
    for path, root in bot.flows():
        for kind in (*RENAMINGS, *STRUCTURE, *VALUES, *TEXTS, *FEATURES):
            yield from kind(path, root)
    for path, root in bot.fragments():
        for kind in (
            misspelt_codes,
            misspelt_keys,
            misspelt_targets,
            dropped_keys,
            broken_yaml,
            *FEATURES,
        ):
            yield from kind(path, root)
    for path, root in bot.translations():
        yield from broken_translations(path, root)
        yield from broken_texts(path, root)
    yield from broken_bot(*bot.bot())
    yield from wrong_features(*bot.bot())
    yield from emptied_messages(*bot.bot())


def try_mutants(
    bot: BotFiles, directory: Path, actions: Catalog, *, every: int = 1
) -> Iterator[Tried]:
    """Check each mutant, or every so many-th, of a bot that has no problems."""
    workspace = Workspace(directory, actions)
    if workspace.check(bot.sources).problems:
        raise SystemExit(f"{directory} has problems before anything is changed")
    for number, mutant in enumerate(_changing(make_mutants(bot), bot.sources)):
        if number % every == 0:
            yield _try(mutant, bot.sources, workspace)


def _changing(mutants: Iterable[Mutant], sources: Mapping[Path, str]) -> Iterator[Mutant]:
    """Leave out mutants that change nothing, and those that are the same as others."""
    seen: set[tuple[Path, int, int, str]] = set()
    for mutant in mutants:
        edit, text = mutant.edit, sources[mutant.path]
        key = (mutant.path, edit.start, edit.end, edit.text)
        if text[edit.start : edit.end] != edit.text and key not in seen:
            seen.add(key)
            yield mutant


def _try(mutant: Mutant, sources: Mapping[Path, str], workspace: Workspace) -> Tried:
    text = sources[mutant.path]
    changed = mutant.edit.apply(text)
    checked = workspace.check({**sources, mutant.path: changed})
    lines = mutant.edit.lines(text)
    after = changed.splitlines()[lines[0] - 1] if lines[0] <= len(changed.splitlines()) else ""
    before = text.splitlines()[text.count("\n", 0, mutant.edit.start)]
    told = _where(mutant, checked, {**sources, mutant.path: changed}, set(lines))
    return Tried(mutant, lines[0], before, after, told)


def _where(mutant: Mutant, checked: Checked, sources: Mapping[Path, str], lines: set[int]) -> Told:
    if not checked.problems:
        return Told.NOWHERE
    path = mutant.path.as_posix()
    places = [
        place
        for problem in checked.problems
        for place in (problem.position, *(place for place, _ in problem.related))
    ]
    if any(place.path == path and place.line in lines | {mutant.owner} for place in places):
        return Told.HERE
    texts = {one.as_posix(): text.splitlines() for one, text in sources.items()}
    shown = [
        texts[place.path][place.line - 1]
        for place in places
        if place.line <= len(texts.get(place.path, ()))
    ]
    shown += [problem.message for problem in checked.problems]
    names = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in mutant.names]
    if any(name.search(line) for name in names for line in shown):
        return Told.THERE
    return Told.ELSEWHERE


def read_bots() -> Iterator[tuple[str, Path, BotFiles, Catalog]]:
    """Give the bots that ship, by the names of their directories, and that of the page on the language."""
    for directory in (Path("flows"), *sorted(Path("examples").glob("*/flows"))):
        if (directory / "bot.yaml").exists():
            yield directory.as_posix(), directory, BotFiles.read(directory), catalog
    sources = read_page()
    yield PAGE.as_posix(), DIRECTORY, BotFiles(sources, read_roots(sources)), CATALOG
