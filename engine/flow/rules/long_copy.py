"""What a button copies, and the query that it begins, have no more than 256 units with the longest values that are put in.

It counts what is written as well; addresses another check counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.flow.extent import Extent, longest_in
from engine.flow.model.asides import AsideKind
from engine.flow.model.windows import WindowStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.model.steps import Step
    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs

MOST: Final = 256
"""Units that Telegram copies, and takes as a query."""

_WHAT: Final = {AsideKind.COPY: "what is copied", AsideKind.INLINE: "the query"}


def check_long_copy(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each text that can become too long, with the sum in the language where it is longest."""
    for step in proofs.flow.steps.values():
        for wording, what in _texts(step):
            templates = proofs.compiled.wordings.get(wording, {})
            found = longest_in(templates, Extent(), MOST, proofs.world.currency)
            if found is None:
                continue
            extent, locale = found
            message = (
                f'{what} can have {extent.most:,} characters in "{locale}": {extent.describe()}; Telegram takes {MOST}; '
                'shorten it, or bound what is put in with "max"'
            )
            yield Problem(wording.position, "long-copy", message)


def _texts(step: Step) -> Iterator[tuple[Wording, str]]:
    for button in step.buttons if isinstance(step, WindowStep) else ():
        if button.aside and button.aside.kind in _WHAT:
            yield button.aside.text, _WHAT[button.aside.kind]
