"""The parts of an invoice, typed and compiled: amounts, texts, and the command that looks once more.

It knows what each of them is; how long texts can become is told elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.actions import ActionKind
from engine.flow.types import INT, MONEY

if TYPE_CHECKING:
    from engine.flow.compile import Room, Tables
    from engine.flow.model.paying import PayStep


def compile_pay(tables: Tables, step: PayStep, room: Room) -> None:
    """Compile what an invoice has beyond a window; what it saves is compiled as any save."""
    for price in step.prices:
        tables.expression(price.amount, room, MONEY, what="what is to be paid")
    for wording in step.wordings:
        tables.wording(wording, room, html=False)
    tables.wording(step.photo, room, html=False)
    if step.about:
        tables.expression(step.about, room, INT, what="what is paid for")
    if step.tips:
        for amount in (step.tips.most, *step.tips.suggested):
            tables.expression(amount, room, MONEY, what="a tip")
    if step.command:
        tables.call(step.command, room, ActionKind.COMMAND)
