"""What a person has done so far at a list: the page, what is searched for, and what is marked.

It does not know the list, nor what any of this looks like.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.dialog.remembered import CHOICE
from engine.flow.messages import LONGEST_SEARCH

if TYPE_CHECKING:
    from engine.dialog.flow_data import FlowData
    from engine.flow.model.choosing import ChooseStep


@dataclass(slots=True)
class Choice:
    """What was done at a list since the person came to it.

    `marks` are keys of items, each with what was searched for as it was marked; None before the first mark.
    `since` is the screen on which the first mark was made: whoever marks fast presses on it once more.
    """

    page: int = 0
    search: str | None = None
    marks: list[tuple[str, str | None]] | None = None
    since: int | None = None


def recall_choice(data: FlowData, step: ChooseStep) -> Choice:
    """Return what was done at this step; nothing yet where another step remembered something."""
    kept = data.recall(CHOICE)
    if not isinstance(kept, dict) or kept.get("step") != step.name:
        return Choice()
    return Choice(
        page=kept.get("page", 0),
        search=kept.get("search"),
        marks=_marks(kept.get("marks")),
        since=kept.get("since"),
    )


def remember_choice(data: FlowData, step: ChooseStep, choice: Choice) -> None:
    """Keep what was done at this step, as little as says it."""
    kept = {name: value for name, value in asdict(choice).items() if value not in (None, 0)}
    data.remember(CHOICE, {"step": step.name, **kept} if kept else None)


def forget_choice(data: FlowData) -> None:
    """Begin anew: the person comes to a list, or leaves it."""
    data.remember(CHOICE, None)


def read_search(text: str) -> str:
    """Return what a message asks to search for: one line of bounded length."""
    line = " ".join(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())
    kept = line.encode("utf-16-le")[: 2 * LONGEST_SEARCH]
    return kept.decode("utf-16-le", "ignore").strip()


def _marks(kept: Any) -> list[tuple[str, str | None]] | None:
    return [(key, search) for key, search in kept] if isinstance(kept, list) else None
