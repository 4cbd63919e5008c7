"""An address fits with the longest values that are put into it: 2,048 units.

It does not open addresses, nor ask whether what a value gives is right in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.extent import Extent, longest_in
from engine.flow.model.windows import WindowStep
from engine.flow.parts import window_places
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.steps import Step
    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs

MOST: Final = 2048
"""Units of an address that Telegram and every browser take."""


def check_long_url(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each address that can become too long, with the sum in the language where it is longest."""
    for step in proofs.flow.steps.values():
        for wording in _addresses(step):
            templates = proofs.compiled.wordings.get(wording, {})
            found = longest_in(templates, Extent(), MOST, proofs.world.currency)
            if found is None:
                continue
            extent, locale = found
            message = (
                f'the address can have {extent.most:,} characters in "{locale}": {extent.describe()}; {MOST:,} can be opened; '
                'shorten it, or bound what is put in with "max"'
            )
            yield Problem(wording.position, "long-url", message)


def _addresses(step: Step) -> Iterator[Wording]:
    if isinstance(step, WindowStep):
        asides = (button.aside for button in step.buttons)
        yield from (one.text for one in asides if one and one.is_address)
        yield from window_places(step)
