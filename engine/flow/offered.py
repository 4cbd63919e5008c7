"""What a control of a flow offers: the type of its options, how many there are, and the bounds of a number.

It knows what is declared and what queries return, and nothing of what anybody has marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.annotations import type_of
from engine.flow.draft import called_action
from engine.flow.model.controls import (
    CUSTOMARY_MAX,
    CUSTOMARY_MIN,
    Check,
    Count,
    Options,
    OptionsKind,
)
from engine.flow.types import BOOL, Choice, ListOf, MapOf, Maybe, Scalar

if TYPE_CHECKING:
    from engine.actions import Catalog
    from engine.flow.model.controls import Control
    from engine.flow.types import Type

MOST_ITEMS: Final = 20
"""Items of a query without a bound that a control shows; longer lists are for `choose`, which has pages."""


def value_type(control: Control, declared: Type | None) -> Type | None:
    """Give the type of what a control shows and changes: in a list that is what is kept of one item; None where nothing is."""
    if not control.within:
        return declared
    if isinstance(control, Check):
        return BOOL
    return declared.item if isinstance(declared, MapOf) else None


def option_type(control: Options, declared: Type | None) -> Type | None:
    """Give the type of one option, by the type of the name that the control keeps; None where that is of another kind."""
    value = value_type(control, declared)
    kept = value.inner if isinstance(value, Maybe) else value
    if control.kind is OptionsKind.MANY:
        return kept.item if isinstance(kept, ListOf) else None
    return None if isinstance(kept, ListOf) else kept


def option_texts(control: Options, item: Type | None) -> tuple[str, ...]:
    """Give the texts that are options, in their order: those that have labels, or all of the choice."""
    if control.labels:
        return tuple(control.labels)
    return item.values if isinstance(item, Choice) else ()


def count_bounds(control: Count, declared: Type | None) -> tuple[int, int]:
    """Give what a number is counted between: the control's own bounds, those of its type, or the customary ones."""
    counted = value_type(control, declared)
    low, high = (counted.min, counted.max) if isinstance(counted, Scalar) else (None, None)
    least = next((one for one in (control.min, low) if one is not None), CUSTOMARY_MIN)
    most = next((one for one in (control.max, high) if one is not None), CUSTOMARY_MAX)
    return least, most


def most_items(control: Options, catalog: Catalog) -> int:
    """Give how many items of its query a control shows at most."""
    action = called_action(control.query, catalog) if control.query else None
    listed = type_of(action.result) if action else None
    bound = listed.max if isinstance(listed, ListOf) else None
    return MOST_ITEMS if bound is None else bound


def most_buttons(control: Control, declared: Type | None, catalog: Catalog) -> int:
    """Give how many buttons a control is at most."""
    match control:
        case Count():
            return len(control.parts)
        case Options(kind=kind) if kind is not OptionsKind.CYCLE:
            if control.query:
                return most_items(control, catalog)
            item = option_type(control, declared) if declared else None
            return len(option_texts(control, item))
        case _:
            return 1
