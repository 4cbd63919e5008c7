"""Draws a week as a grid: days across, hours down.

It knows nothing of bookings: what is drawn are blocks of a kind with words in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

type Kind = Literal["hours", "away", "pending", "confirmed", "completed", "no_show"]

_COLOURS: dict[Kind, tuple[str, str]] = {
    "hours": ("#ffffff", "#ffffff"),
    "away": ("#d0d4da", "#8a929c"),
    "pending": ("#ffe9a8", "#c99700"),
    "confirmed": ("#bfdcff", "#2f6fbf"),
    "completed": ("#c4ebcb", "#2f8f46"),
    "no_show": ("#f6c9c9", "#b94a48"),
}
"""How each kind is filled, and its edge."""

_WIDTH, _HOUR, _DPI = 7.2, 0.8, 110
"""The width of the picture and the height of an hour in inches, and how many pixels an inch has: a phone shows 792 of them across."""

_SMALL, _LARGE = 12, 16
"""Sizes of letters that can be read where a chat shows the picture as wide as a phone's message."""

_LETTERS = 66
"""How many letters of the small size stand side by side in the picture."""

_LINE = 1.22 * _SMALL / 72 / _HOUR
"""How many hours are as high as a line of small letters."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a day of the week, in hours of the wall clock since midnight."""

    column: int
    begins: float
    ends: float
    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """What is drawn; `now` is the column and the hour of this moment, if it is in the week."""

    title: str
    days: Sequence[str]
    blocks: Sequence[Block]
    now: tuple[int, float] | None = None


def draw_week(week: Week) -> bytes:
    """Draw a week as a PNG; matplotlib takes some tenths of a second, so that this is work for a thread."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # slow to load

    first, last = _find_hours(week)
    figure = Figure(figsize=(_WIDTH, 1 + (last - first) * _HOUR), dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    axes.set_title(week.title, fontsize=_LARGE, loc="left", parse_math=False)
    axes.set_facecolor("#eceff2")
    axes.set_xlim(0, len(week.days))
    axes.set_ylim(last, first)
    axes.set_xticks([column + 0.5 for column in range(len(week.days))], week.days)
    axes.set_yticks(range(first, last + 1), [f"{hour}:00" for hour in range(first, last + 1)])
    axes.tick_params(length=0, labelsize=_SMALL)
    axes.xaxis.tick_top()
    for block in week.blocks:
        _draw_block(axes, block, _LETTERS // len(week.days))
    axes.hlines(range(first, last + 1), 0, len(week.days), colors="#d5dae0", linewidth=0.6)
    axes.vlines(range(len(week.days) + 1), first, last, colors="#b8c0c8", linewidth=0.8)
    if week.now is not None:
        column, hour = week.now
        axes.hlines([hour], column, column + 1, colors="#d6262b", linewidth=2, zorder=6)
    written = BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def _draw_block(axes: "Axes", block: Block, letters: int) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415  # as above

    fill, edge = _COLOURS[block.kind]
    inset = 0.0 if block.kind == "hours" else 0.03
    shape = Rectangle(
        (block.column + inset, block.begins),
        1 - 2 * inset,
        block.ends - block.begins,
        facecolor=fill,
        edgecolor=edge,
        linewidth=0.0 if block.kind == "hours" else 0.9,
        hatch="///" if block.kind == "away" else None,
        zorder=1 if block.kind == "hours" else 4,
    )
    axes.add_patch(shape)
    begins = max(block.begins, axes.get_ylim()[1])
    axes.text(
        block.column + 0.06,
        begins + 0.03,
        "\n".join(_fit(block.words, letters, int((block.ends - begins) / _LINE))),
        fontsize=_SMALL,
        va="top",
        clip_on=True,
        zorder=5,
        parse_math=False,
    )


def _find_hours(week: Week) -> tuple[int, int]:
    """Find from which hour to which there is anything but whole days away."""
    shown = [block for block in week.blocks if block.kind != "away"]
    first = min((int(block.begins) for block in shown), default=9)
    last = max((-int(-block.ends // 1) for block in shown), default=17)
    return first, max(last, first + 1)


def _fit(words: Sequence[str], letters: int, most: int) -> list[str]:
    """Break words into lines, at least one and as many as there is place for; a word that is too long is cut."""
    lines = [line for one in words for line in wrap(one, letters, break_long_words=False)]
    return [_clip(line, letters) for line in lines[: max(most, 1)]]


def _clip(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
