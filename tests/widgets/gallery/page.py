"""The page of all widgets, written from the entries of the gallery.

It does not know how the pictures are taken.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.widgets.gallery.entries import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.widgets.gallery.entries import Entry

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = ROOT / "docs" / "widgets.md"
PICTURES: Final = ROOT / "docs" / "images" / "widgets"

_OPENING = """\
# All widgets

Everything that a window can show and ask, each with its YAML, a picture of it, and what it stands for in
[aiogram-dialog](https://aiogram-dialog.readthedocs.io). [The language of flows](flow-language.md) explains the keys,
[the reference](reference.md) lists them.

Every example here is checked by the tests, and played: with the same window written by hand on aiogram-dialog it is
compared, call by call, with what reaches the Bot API. Each is part of a flow, below `flow`, `version` and `title`.

This page is made by `python -m tests.widgets.gallery` from the files in `tests/widgets/gallery`, its pictures by
`python -m tests.widgets.gallery --pictures`.
"""


def write_page(entries: Sequence[Entry]) -> str:
    """Return the page as Markdown."""
    parts = [_OPENING, _contents(entries)]
    for section, members in groupby(entries, key=lambda one: one.section):
        parts.append(f"## {SECTIONS[section]}\n")
        parts += ["\n".join(_entry(one)) for one in members]
    return "\n".join(parts)


def picture_of(shot_name: str) -> Path:
    """Return where a picture is kept."""
    return PICTURES / f"{shot_name}.webp"


def _contents(entries: Sequence[Entry]) -> str:
    rows = ["| | |", "|---|---|"]
    for section, members in groupby(entries, key=lambda one: one.section):
        links = ", ".join(f"[{one.title}](#{_anchor(one.title)})" for one in members)
        rows.append(f"| {SECTIONS[section]} | {links} |")
    return "\n".join(rows) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {entry.title}\n"
    yield entry.about.strip() + "\n"
    for name, text in entry.flows.items():
        yield f"```yaml\n# flows/{name}.yaml\n{text.strip()}\n```\n"
    yield f"```yaml\n{entry.yaml.strip()}\n```\n"
    for shot in entry.shots:
        if shot.caption:
            yield f"{shot.caption}\n"
        place = picture_of(shot.name).relative_to(PAGE.parent)
        yield f'<img src="{place}" alt="{entry.title} in the chat" width="320">\n'
    classes = ", ".join(f"`{one}`" for one in entry.stands_for)
    yield f"In aiogram-dialog: {classes}.\n" if classes else "aiogram-dialog has none.\n"
    if entry.limits:
        yield "\n".join(f"- {one}" for one in entry.limits) + "\n"


def _anchor(title: str) -> str:
    kept = "".join(one for one in title.lower() if one.isalnum() or one in " -_")
    return kept.replace(" ", "-")
