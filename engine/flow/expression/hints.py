"""The mends that messages of the expression language offer.

It knows no positions and finds no faults.
"""

from __future__ import annotations

from engine.flow.expression.typing_rules import without_none
from engine.flow.types import Choice, Type, choose_from


def mend_nothing(written: str) -> str:
    """Say what to do about a value that may be nothing."""
    return f'check "{written} is not None" first, or write "{written} | default(…)"'


def choice_hint(expected: Type, actual: Type) -> str:
    """Say which values a choice has, and which was meant; nothing where either is no choice."""
    expected = without_none(expected)
    if not isinstance(expected, Choice) or not isinstance(actual, Choice):
        return ""
    wrong = [value for value in actual.values if value not in expected.values]
    return choose_from(wrong[0] if wrong else "", expected.values, "values")
