"""Whatever is put into a message, it fits: 4096 units, under media 1024, counted after entities, with what is said above it.

It counts the longest value of every type in every language; how long what is written alone is, another check tells.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from engine.flow.extent import Extent, measure
from engine.flow.model import AskStep, ChooseStep, WindowStep
from engine.flow.parts import anytime_targets, step_targets
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.flow.model import Flow, Wording
    from engine.flow.proofs import FlowProofs
    from engine.flow.templates import Template

MOST: Final = 4096
MOST_UNDER_MEDIA: Final = 1024
_BETWEEN: Final = 2
"""The empty line between what is said above a text, and the text."""


def check_too_much_text(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each message that can become too long, with the sum in the language where it is longest."""
    said = _said(proofs.flow)
    windows = [one for one in proofs.flow.steps.values() if isinstance(one, WindowStep)]
    for step in windows:
        most = MOST_UNDER_MEDIA if step.media else MOST
        above = [*said[step.name], *_refusals(step)]
        for wording in _shown(step):
            extents = _extents(proofs, wording, above, most)
            found = max(extents, key=lambda one: one[0].most, default=None)
            if found is None or found[0].most <= most or found[0].fixed > most:
                continue
            extent, locale = found
            message = (
                f'the text can have {extent.most:,} of {most:,} units in "{locale}": {extent.describe()}; '
                'shorten it, or bound what is put in with "max"'
            )
            yield Problem(wording.position, "too-much-text", message)


def _shown(step: WindowStep) -> Iterator[Wording]:
    yield step.text
    if isinstance(step, ChooseStep) and step.empty and step.empty.text:
        yield step.empty.text


def _said(flow: Flow) -> Mapping[str, Sequence[Wording]]:
    """Give what is said on the moves to each step, which stands above its text."""
    said: dict[str, list[Wording]] = defaultdict(list)
    targets = chain(*(step_targets(step) for step in flow.steps.values()), anytime_targets(flow))
    for target in targets:
        if target.say:
            said[target.step].append(target.say)
    return said


def _refusals(step: WindowStep) -> Iterator[Wording]:
    if isinstance(step, AskStep):
        for texts in step.invalid.values():
            yield from texts


def _extents(
    proofs: FlowProofs, wording: Wording, above: Sequence[Wording], most: int
) -> Iterator[tuple[Extent, str]]:
    """Give the longest that a message can become, in each language that needs counting."""
    wordings = proofs.compiled.wordings
    for locale, template in wordings.get(wording, {}).items():
        notices = [
            found for one in above if (found := wordings.get(one, {}).get(locale)) is not None
        ]
        longest = max((notice.bound for notice in notices), default=0)
        if template.bound + longest + _BETWEEN > most:
            extent = _measure(proofs, template, locale)
            said = [_measure(proofs, notice, locale) for notice in notices]
            if said:
                longest_said = max(said, key=lambda one: one.most)
                extent = longest_said.and_then(Extent(_BETWEEN)).and_then(extent)
            yield extent, locale


def _measure(proofs: FlowProofs, template: Template, locale: str) -> Extent:
    return measure(template.text, template.sizes, locale, proofs.world.currency)
