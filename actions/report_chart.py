"""Reports as a picture: four panels over the same rows, drawn for a phone held upright.

It knows nothing of how figures are measured.
"""

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from actions.periods import Period
from actions.reports import days_of, measure, name_of
from engine.actions import Context, MaxLength, Upload, query
from storage.figures import Figures, Grouping

MOST_BARS = 12
"""How many names a picture has; of more, those with most visits."""

LONGEST_NAME = 16
"""How many letters of a name stand beside its bar."""

MOST_LABELS = 14
"""How many names stand along time; of more, every second or third one."""

_WORDS = {
    "en": (
        "Fill rate, %",
        "Revenue, {}",
        "No-shows, %",
        "Times just gone, %",
        "done",
        "expected",
        "none in this time",
    ),
    "de": (
        "Auslastung, %",
        "Umsatz, {}",
        "Nicht erschienen, %",
        "Zeit war gerade weg, %",
        "erledigt",
        "erwartet",
        "nichts in dieser Zeit",
    ),
    "uk": (
        "Завантаженість, %",
        "Виручка, {}",
        "Неявка, %",
        "Час щойно зайняли, %",
        "отримано",
        "очікується",
        "за цей час немає",
    ),
}
"""Titles of the panels, the two kinds of revenue, and what stands where there is nothing to draw, by language."""

_BLUE, _PALE, _RED, _AMBER = "#2b6cb0", "#a9c7e8", "#c05050", "#d69e2e"


@dataclass(frozen=True, slots=True)
class _Panel:
    """What one panel shows of each row: a bar, and perhaps another one on top of it. None is no bar."""

    title: str
    color: str
    values: Sequence[float | None]
    more: Sequence[float] = ()
    legend: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no row has a bar that can be seen."""
        return not any([*self.values, *self.more])


@query("reports.chart")
async def draw_chart(  # noqa: PLR0913  # what is drawn, by name
    context: Context,
    *,
    period: Period,
    by: Grouping,
    currency: Annotated[str, MaxLength(3)],
    first: date | None = None,
    last: date | None = None,
) -> Upload | None:
    """Draw fill rate, revenue, no-show rate and rate of lost times; nothing for who is no administrator, or where there is nothing to draw."""
    days = days_of(context, period, first, last)
    rows = list(await measure(context, days, by))
    if not rows:
        return None
    if by.has_names:
        rows = sorted(rows, key=lambda one: -one.visits)[:MOST_BARS]
    locale = context.user.locale
    names = [_shorten(name_of(one, by, locale)) for one in rows]
    words = _WORDS.get(locale[:2], _WORDS["en"])
    panels = _list_panels(rows, words, currency)
    if all(panel.is_empty for panel in panels):
        return None
    content = await asyncio.to_thread(
        _draw, names, panels, are_names=by.has_names, nothing=words[-1]
    )
    return Upload(content, f"report-{by.value}-{days.first}-{days.last}.png")


def _list_panels(rows: Sequence[Figures], words: Sequence[str], currency: str) -> list[_Panel]:
    fill, revenue, absent, lost, done, expected, _ = words
    return [
        _Panel(fill, _BLUE, _percents(one.fill_rate for one in rows)),
        _Panel(
            revenue.format(currency), _BLUE, [float(one.revenue) for one in rows],
            [float(one.expected) for one in rows], (done, expected),
        ),
        _Panel(absent, _RED, _percents(one.no_show_rate for one in rows)),
        _Panel(lost, _AMBER, _percents(one.lost_rate for one in rows)),
    ]  # fmt: skip


def _shorten(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _percents(rates: Iterable[float | None]) -> list[float | None]:
    return [None if rate is None else rate * 100 for rate in rates]


def _draw(
    names: Sequence[str], panels: Sequence[_Panel], *, are_names: bool, nothing: str
) -> bytes:
    """Draw panels as PNG: beside one another with bars that lie where rows have names, else below one another along time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  # slow to load
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    size = (6.0, 3.2 + 0.55 * len(names)) if are_names else (6.0, 10.0)
    figure = Figure(figsize=size, dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    grid = (2, 2) if are_names else (4, 1)
    axes = figure.subplots(*grid, sharey=are_names, sharex=not are_names, squeeze=False)
    for place, panel in zip(axes.flat, panels, strict=True):
        _draw_panel(place, names, panel, lies=are_names)
        if panel.is_empty:
            _say_nothing(place, nothing, lies=are_names)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _draw_panel(axes: Any, names: Sequence[str], panel: _Panel, *, lies: bool) -> None:
    places = range(len(names))
    values = [value or 0.0 for value in panel.values]
    bar: Any = axes.barh if lies else axes.bar
    bar(places, values, color=panel.color, label=panel.legend[0] if panel.legend else None)
    if panel.more:
        begins = {"left" if lies else "bottom": values}
        bar(places, panel.more, color=_PALE, label=panel.legend[1], **begins)
        axes.legend(fontsize=11, frameon=False)
    axes.set_title(panel.title, fontsize=12, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=11)
    axes.grid(axis="x" if lies else "y", alpha=0.3)
    axes.set_axisbelow(True)
    shown = list(places)[:: max(1, -(-len(names) // MOST_LABELS))]
    labels = [names[place] for place in shown]
    if lies:
        axes.set_yticks(shown, labels)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.locator_params(axis="x", nbins=3)
    else:
        axes.set_xticks(shown, labels, rotation=45, ha="right")
        axes.set_ylim(bottom=0)


def _say_nothing(axes: Any, nothing: str, *, lies: bool) -> None:
    """Put words in the place of bars, and take away the axis on which there is nothing to read."""
    axes.text(0.5, 0.5, nothing, transform=axes.transAxes, ha="center", va="center", fontsize=11)
    axes.grid(visible=False)
    if lies:
        axes.set_xticks([])
    else:
        axes.set_yticks([])
