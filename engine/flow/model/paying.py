"""The step that asks for money: an invoice, what is looked at before it is paid, and where it leads.

It knows nothing of how Telegram takes the money.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.model.windows import WindowStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.flow.model.moves import Target
    from engine.flow.model.written import Code, Wording

NEEDS: Final = ("name", "phone", "email")
"""What an invoice can ask of whoever pays."""


@dataclass(frozen=True, slots=True)
class Price:
    """A line of an invoice: an amount, and what it is for; without a text it is what the title says."""

    amount: Code
    text: Wording | None = None


@dataclass(frozen=True, slots=True)
class Tips:
    """What can be given above the price: so much at most, and amounts that are proposed."""

    most: Code
    suggested: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayStep(WindowStep):
    """An invoice; `it` is the payment in `save`, and `button` the label of the first button, which pays.

    `command` looks once more before anything is paid; each of its `outcomes` refuses the payment with what it says, and has a target.
    `about` is a number that goes with the invoice and comes back with the payment; `needs` are those of NEEDS that it asks for.
    """

    title: Wording
    button: Wording
    prices: tuple[Price, ...]
    go: Target
    save: Mapping[str, Code]
    about: Code | None = None
    command: Code | None = None
    outcomes: Mapping[str, Target] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    tips: Tips | None = None
    photo: Wording | None = None
    retry: None = None
    """A payment is answered within seconds, so that nothing is tried again."""

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """The texts that stand on the invoice beside its description."""
        return (self.title, self.button, *(one.text for one in self.prices if one.text))
