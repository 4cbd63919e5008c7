"""The entries of the gallery, one file each: what a widget is, its YAML, what it stands for, and how its picture is come by.

It does not know what the page looks like, nor how an example is played.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.widgets.acts import press, send
from tests.widgets.gallery.pretend import pretend_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.widgets.sides import Act

HERE: Final = Path(__file__).parent
FILES: Final = HERE / "files"
"""What the examples show, as if it stood beside the flows."""

SECTIONS: Final = {
    "buttons": "Buttons",
    "controls": "Controls that keep a value",
    "lists": "Lists",
    "dates": "Days and times",
    "texts": "Texts",
    "media": "Media",
    "answers": "Answers and keys under the chat",
    "windows": "Windows",
}
_KEYS = {"title", "section", "about", "yaml", "flows", "queries", "stands_for", "limits", "shots"}


@dataclass(frozen=True)
class Shot:
    """A picture: what is done before it is taken, and what it shows; the first one of an entry needs no words."""

    name: str
    play: Sequence[Act] = ()
    caption: str = ""


@dataclass(frozen=True)
class Entry:
    """A widget as the gallery shows it."""

    name: str
    title: str
    section: str
    about: str
    yaml: str
    stands_for: Sequence[str]
    limits: Sequence[str] = ()
    flows: Mapping[str, str] = field(default_factory=dict)
    queries: Sequence[Callable[..., Any]] = ()
    shots: Sequence[Shot] = ()


def read_entries() -> list[Entry]:
    """Return all entries, by section and title."""
    entries = [read_entry(path) for path in sorted(HERE.glob("*.yaml"))]
    order = list(SECTIONS)
    return sorted(entries, key=lambda one: (order.index(one.section), one.title))


def read_entry(path: Path) -> Entry:
    """Read an entry.

    Raises:
        ValueError: it has a key that no entry has, or is of no section.
    """
    given: dict[str, Any] = yaml.safe_load(path.read_text())
    if unknown := sorted(set(given) - _KEYS):
        raise ValueError(f"{path.name} has {unknown}; an entry has {sorted(_KEYS)}")
    if given["section"] not in SECTIONS:
        raise ValueError(f'{path.name} is of section "{given["section"]}", none of {[*SECTIONS]}')
    queries = given.pop("queries", {})
    shots = given.pop("shots", [{}])
    return Entry(
        name=path.stem,
        queries=[pretend_query(said, gives) for said, gives in queries.items()],
        shots=list(_shots(path.stem, shots)),
        **given,
    )


def _shots(name: str, shots: Sequence[Mapping[str, Any]]) -> Iterator[Shot]:
    for number, shot in enumerate(shots):
        ending = "" if number == 0 else f"-{number + 1}"
        acts = [_act(one) for one in shot.get("play", ())]
        yield Shot(name + ending, acts, shot.get("caption", ""))


def _act(said: Mapping[str, Any]) -> Act:
    """Return what `{press: label}`, `{send: text}` or `{send: {contact: true}}` mean."""
    ((kind, what),) = said.items()
    if kind == "press":
        return press(str(what))
    if kind == "send":
        return send(**what) if isinstance(what, dict) else send(str(what))
    raise ValueError(f'"{kind}" is nothing to do; there are "press" and "send"')
