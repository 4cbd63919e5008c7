"""Whatever is put into a message, it fits: 4096 units, under media 1024, counted after entities, with what is said above it.

It counts the longest value of every type in every language; how long what is written alone is, another check tells.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from engine.flow.extent import Extent, Part, Size, measure
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DecideStep, DoStep
from engine.flow.model.windows import WindowStep
from engine.flow.parts import anytime_targets, step_targets
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.flow.model.moves import Target
    from engine.flow.model.written import Wording
    from engine.flow.proofs import FlowProofs
    from engine.flow.templates import Template

MOST: Final = 4096
MOST_UNDER_MEDIA: Final = 1024
MOST_OF_TITLE: Final = 32
MOST_OF_INVOICE: Final = 255
"""What the title and the description of an invoice can have."""
_BETWEEN: Final = 2
"""The empty line between what is said above a text, and the text."""


def check_too_much_text(proofs: FlowProofs) -> Iterator[Problem]:
    """Report each message that can become too long, with the sum in the language where it is longest."""
    moves = _moves(proofs)
    windows = [one for one in proofs.flow.steps.values() if isinstance(one, WindowStep)]
    for step in windows:
        above = partial(_above, proofs, moves, step)
        for wording, most in _shown(step):
            extents = _extents(proofs, wording, above, most, cut=_cut(step, wording))
            found = max(extents, key=lambda one: one[0].most, default=None)
            if found is None or found[0].most <= most or found[0].fixed > most:
                continue
            extent, locale = found
            message = (
                f'the text can have {extent.most:,} of {most:,} characters in "{locale}": {extent.describe()}; '
                'shorten it, or bound what is put in with "max"'
            )
            yield Problem(wording.position, "too-much-text", message)


def _shown(step: WindowStep) -> Iterator[tuple[Wording, int]]:
    """Give the texts of a window, each with how long it can be."""
    if isinstance(step, PayStep):
        yield from ((step.title, MOST_OF_TITLE), (step.text, MOST_OF_INVOICE))
        return
    most = MOST_UNDER_MEDIA if step.media else MOST
    yield step.text, most
    if isinstance(step, ChooseStep) and step.empty and step.empty.text:
        yield step.empty.text, most


type _Moves = Mapping[str, Sequence[tuple[str | None, Sequence[Wording]]]]
"""What is said on the moves to each step, and the step they come from when what was said before is still unread there."""


def _moves(proofs: FlowProofs) -> _Moves:
    found: dict[str, list[tuple[str | None, Sequence[Wording]]]] = defaultdict(list)
    for step in proofs.flow.steps.values():
        for target in step_targets(step):
            is_silent = isinstance(step, DoStep | DecideStep) or (
                step.skip_if is not None and target == getattr(step, "go", None)
            )
            found[target.step].append((step.name if is_silent else None, _said(target)))
    for target in anytime_targets(proofs.flow):
        found[target.step].append((None, _said(target)))
    return found


def _said(target: Target) -> Sequence[Wording]:
    """Give what may stand above the next screen: where no press is to be answered, the answer stands there, too."""
    words = (target.say, target.toast.text if target.toast else None)
    return [one for one in words if one]


def _above(proofs: FlowProofs, moves: _Moves, step: WindowStep, locale: str) -> Extent:
    """Give the longest that stands above the text of a window: what is said on the way there, or of a wrong answer.

    Above an invoice it is a message of its own.
    """
    if isinstance(step, PayStep):
        return Extent()
    said = _said_before(proofs, moves, step.name, locale, frozenset())
    refusals = (
        [one for texts in step.invalid.values() for one in texts]
        if isinstance(step, AskStep)
        else []
    )
    return max((said, *(_notice(proofs, one, locale) for one in refusals)), key=_most)


def _said_before(
    proofs: FlowProofs, moves: _Moves, step: str, locale: str, passed: frozenset[str]
) -> Extent:
    """Add up what is said on the moves to a step, and on those before through steps that show nothing."""
    longest = Extent()
    for source, said in moves.get(step, ()):
        extent = Extent()
        for one in said:
            extent = extent.and_then(_notice(proofs, one, locale))
        if source is not None and source not in passed:
            before = _said_before(proofs, moves, source, locale, passed | {step})
            extent = before.and_then(extent)
        longest = max(longest, extent, key=_most)
    return longest


def _notice(proofs: FlowProofs, wording: Wording, locale: str) -> Extent:
    """Give the longest that something said can be, with the empty line below it."""
    template = proofs.compiled.wordings.get(wording, {}).get(locale)
    if template is None:
        return Extent()
    return _measure(proofs, template, locale).and_then(Extent(_BETWEEN))


def _most(extent: Extent) -> int:
    return extent.most


def _extents(
    proofs: FlowProofs,
    wording: Wording,
    above: Callable[[str], Extent],
    most: int,
    *,
    cut: int | None,
) -> Iterator[tuple[Extent, str]]:
    """Give the longest that a message can become, in each language that needs counting."""
    for locale, template in proofs.compiled.wordings.get(wording, {}).items():
        said = above(locale)
        if template.bound + said.most > most:
            whole = _measure(proofs, template, locale)
            if cut is not None and whole.most > cut:
                whole = Extent(0, (Part("a page", Size(cut)),))
            yield said.and_then(whole), locale


def _cut(step: WindowStep, wording: Wording) -> int | None:
    """Give how many characters of a text are shown at once, where it is cut into pages."""
    is_cut = wording == step.text and step.pages is not None and not step.pages.listed
    return step.pages.size if is_cut and step.pages else None


def _measure(proofs: FlowProofs, template: Template, locale: str) -> Extent:
    return measure(template.text, template.sizes, locale, proofs.world.currency)
