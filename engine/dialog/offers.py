"""The items of a list: which are offered now, and which of all there are are marked.

It does not know how they are shown, nor what picking one leads to.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from engine.dialog.callbacks import item_key
from engine.dialog.choices import recall_choice
from engine.dialog.walk import environment_of, run_query
from engine.flow.model.choosing import SearchBy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.dialog.choices import Choice
    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.choosing import ChooseStep

type Offer = tuple[str, Any]
"""An item, after its key as a button carries it."""


async def offered_items(turn: Turn, data: FlowData, step: ChooseStep) -> list[Offer]:
    """Return what can be chosen now: what the query gives, if need be those that the search finds."""
    environment = await environment_of(turn, data, step)
    offers = await _ask(turn, data, step, environment)
    if step.search is None or step.search.by is SearchBy.QUERY:
        return offers
    search = environment["search"]
    if search is None:
        return offers
    return [
        offer
        for offer in offers
        if _matches(label_of(turn, data, step, offer[1], environment), search)
    ]


async def marked_items(
    turn: Turn, data: FlowData, step: ChooseStep, choice: Choice
) -> dict[str, tuple[Any, str | None]]:
    """Return the marked items that are still there, each once, with what was searched for as they were marked.

    Those that were found by one search stand in the order of its list.
    """
    environment = await environment_of(turn, data, step)
    marks = _marks(turn, data, step, choice, environment)
    found: dict[str, tuple[Any, str | None]] = {}
    for search in dict.fromkeys(searched for _, searched in marks):
        keys = {key for key, searched in marks if searched == search}
        for key, item in await _ask(turn, data, step, {**environment, "search": search}):
            if key in keys:
                found.setdefault(key, (item, search))
    return found


def searched_by_query(step: ChooseStep, choice: Choice) -> str | None:
    """Return what the query was asked to search for; None where it lists everything."""
    is_by_query = step.search is not None and step.search.by is SearchBy.QUERY
    return choice.search if is_by_query else None


def label_of(
    turn: Turn, data: FlowData, step: ChooseStep, item: Any, environment: Mapping[str, Any]
) -> str:
    """Return the label of an item."""
    return turn.say(data, step.button, {**environment, "item": item})


def is_searching(data: FlowData, step: ChooseStep) -> bool:
    """Tell whether the list is narrowed by a search."""
    return step.search is not None and recall_choice(data, step).search is not None


def _marks(
    turn: Turn, data: FlowData, step: ChooseStep, choice: Choice, environment: Mapping[str, Any]
) -> list[tuple[str, str | None]]:
    """Return the marks that were made; before the first, those that the step begins with."""
    if choice.marks is not None:
        return choice.marks
    if step.marking is None or step.marking.chosen is None:
        return []
    chosen = turn.evaluate(data, step.marking.chosen, environment)
    if step.marking.is_single:
        chosen = [chosen]
    items = [item for item in chosen or [] if item is not None]
    return [(_key_of(turn, data, step, item, environment), None) for item in items]


async def _ask(
    turn: Turn, data: FlowData, step: ChooseStep, environment: Mapping[str, Any]
) -> list[Offer]:
    names, of = await part_of(turn, data, step, environment)
    items = await run_query(turn, data, step.query, names, of=of)
    shown = items if step.total is None else items[: step.page]
    return [(_key_of(turn, data, step, item, environment), item) for item in shown]


async def count_items(
    turn: Turn, data: FlowData, step: ChooseStep, environment: Mapping[str, Any]
) -> int | None:
    """Return how many items there are in all; None where the list itself tells."""
    if step.total is None:
        return None
    count = await run_query(turn, data, step.total, environment)
    return max(0, int(count))


async def part_of(
    turn: Turn, data: FlowData, step: ChooseStep, environment: Mapping[str, Any]
) -> tuple[Mapping[str, Any], str]:
    """Return what the query of a list can read: of one that is asked for page by page, the part that is shown."""
    total = await count_items(turn, data, step, environment)
    if total is None:
        return environment, ""
    page = max(0, min(recall_choice(data, step).page, (total - 1) // step.page))
    offset = page * step.page
    return {**environment, "offset": offset, "limit": step.page}, f"{offset}+{step.page}"


def _key_of(
    turn: Turn, data: FlowData, step: ChooseStep, item: Any, environment: Mapping[str, Any]
) -> str:
    if step.key is None:
        return item_key(str(item.id))
    return item_key(str(turn.evaluate(data, step.key, {**environment, "item": item})))


def _matches(label: str, search: str) -> bool:
    """Tell whether every word of a search is somewhere in a label."""
    plain = _plain(label)
    return all(word in plain for word in _plain(search).split())


def _plain(text: str) -> str:
    """Return a text without case and accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()
