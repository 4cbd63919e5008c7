"""What changes when a thing is called otherwise, in every file, and why it cannot be called so.

It tries the change on the checker before it gives it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.flow.model.moves import END
from engine.flow.schemas.keys import NAME
from engine.flow.types import listed
from engine.lsp.mentions import Named
from engine.lsp.navigate import all_mentions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from engine.flow.problems import Problem
    from engine.lsp.mentions import Mention, Name
    from engine.lsp.project import Project

RENAMED: Final = frozenset(
    {
        Named.STEP,
        Named.FLOW,
        Named.DATA,
        Named.PARAM,
        Named.RESULT,
        Named.FRAGMENT,
        Named.ARGUMENT,
        Named.MENU,
    }
)
"""What can be renamed here: a role is also in the database, an action in Python, a command in people's habits."""


class RenameError(ValueError):
    """A name cannot be given; the message says why."""


def rename(project: Project, names: Sequence[Name], new: str) -> Sequence[Mention]:
    """Give the places that change when what is named becomes another name; the file of a flow keeps its own.

    Raises:
        RenameError: it cannot be called so, a file that may name it cannot be read, or a fragment names it for several flows.
    """
    known = list(all_mentions(project))
    name = names[0]
    found = [one for one in known if one.name == name]
    if name.kind not in RENAMED or not any(one.declares for one in found):
        raise RenameError(f"only what flows and fragments name can be renamed, such as {_KINDS}")
    if not re.match(NAME, new) or (name.kind is Named.STEP and new == END):
        raise RenameError(
            f'"{new}" is not a name; begin with a to z, go on with a to z, 0 to 9 and "_"'
        )
    taken = {one.name.name for one in known if _is_like(one, name)}
    if new in taken:
        raise RenameError(f'there is "{new}" already; names are {listed(taken)}')
    unread = [file.path for file in project.last.files if file.is_unread]
    if unread:
        raise RenameError(f"mend what cannot be read first: {listed(unread)}")
    _refuse_shared(found, known)
    _try(project, found, new)
    return found


def _is_like(mention: Mention, name: Name) -> bool:
    """Tell whether a mention makes something that cannot have the same name."""
    kinds = {name.kind}
    if name.kind in (Named.DATA, Named.PARAM):
        kinds = {Named.DATA, Named.PARAM}
    return mention.declares and mention.name.kind in kinds and mention.name.owner == name.owner


def _refuse_shared(found: Iterable[Mention], known: Iterable[Mention]) -> None:
    """Refuse to change a place of a fragment that names something of another flow as well."""
    places = {(one.path, one.start, one.end): one.name for one in found}
    for one in known:
        name = places.get((one.path, one.start, one.end))
        if name and one.name.kind is name.kind and one.name != name:
            raise RenameError(
                f'"{name.name}" stands in {one.path}, for flow "{one.name.owner}" too; make it a parameter of the fragment first'
            )


def _try(project: Project, found: Iterable[Mention], new: str) -> None:
    """Refuse what would be a new problem, in the words of the checker."""
    changes: dict[str, list[Mention]] = {}
    for one in found:
        changes.setdefault(one.path, []).append(one)
    edited = {Path(path): _changed(project.text(path), some, new) for path, some in changes.items()}
    before = Counter(problem.code for problem in project.last.problems)
    after = project.examine({**project.edited, **edited}).checked.problems
    wrong = list(_new(after, before))
    telling = [problem for problem in wrong if f'"{new}"' in problem.message]
    for problem in (telling or wrong)[:1]:
        place = f"{Path(problem.position.path).name}:{problem.position.line}"
        raise RenameError(f"{place} would be wrong: {problem.message}")


def _changed(text: str, found: Iterable[Mention], new: str) -> str:
    for one in sorted(found, key=lambda mention: mention.start, reverse=True):
        text = f"{text[: one.start]}{new}{text[one.end :]}"
    return text


def _new(problems: Collection[Problem], before: Mapping[str, int]) -> Iterator[Problem]:
    """Give the problems of the codes of which there are more than before."""
    after = Counter(problem.code for problem in problems)
    yield from (one for one in problems if after[one.code] > before.get(one.code, 0))


_KINDS: Final = listed(sorted(kind.value for kind in RENAMED))
