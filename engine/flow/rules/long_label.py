"""A label fits on its button with the longest values that are put into it.

It counts only values whose length is bounded; what is written alone, another check counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.extent import Extent, measure
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.windows import WindowStep
from engine.flow.parts import step_labels
from engine.flow.problems import Problem
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs
    from engine.flow.templates import Template

MOST: Final = 64
"""Units of a label that a phone shows; Telegram cuts what is longer."""


def check_long_label(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each label that its values can make too long, with the sum in the language where it is longest."""
    for step in proofs.flow.steps.values():
        for wording, mark in _labels(step) if isinstance(step, WindowStep) else ():
            templates = proofs.compiled.wordings.get(wording, {})
            extents = [
                (_bounded(Extent(mark).and_then(_measure(proofs, one, locale))), locale)
                for locale, one in templates.items()
                if mark + one.bound > MOST
            ]
            longest = max(extents, key=lambda one: one[0].most, default=None)
            if longest is None or longest[0].most <= MOST or longest[0].fixed > MOST:
                continue
            extent, locale = longest
            message = (
                f'the label can have {extent.most:,} characters in "{locale}": {extent.describe()}; a button shows {MOST}; '
                'shorten it, or bound what is put in with "max"'
            )
            yield Problem(wording.position, "long-label", message)


def _labels(step: WindowStep) -> Iterator[tuple[Wording, int]]:
    """Give the labels of a window, each with the units that stand before it.

    What ends a search shows what the person wrote, who knows it when it is cut.
    """
    yield from ((label, 0) for label in step_labels(step))
    if isinstance(step, ChooseStep):
        marking = step.marking
        yield step.button, utf16_length(f"{marking.mark} ") if marking else 0
        if marking and marking.done:
            yield marking.done, 0


def _measure(proofs: FlowProofs, template: Template, locale: str) -> Extent:
    return measure(template.text, template.sizes, locale, proofs.world.currency)


def _bounded(extent: Extent) -> Extent:
    """Give what a text surely can have: without the values of which no type says how long they are."""
    return Extent(extent.fixed, tuple(part for part in extent.parts if part.size.is_bound))
