"""Money that people pay is taken by a command at once, whether or not a flow still waits for it.

It does not know what the command does with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.model.flow import Launch
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.build import FlowDraft
    from engine.flow.draft import BotDraft
    from engine.flow.model.flow import Flow

PARAMETER = "payment"
"""The parameter of the flow that takes late payments, and its type."""


def check_unrecorded_payment(draft: BotDraft) -> Iterator[Problem]:
    """Report each invoice behind which no command follows, and a flow for late payments that could lose one."""
    has_invoice = False
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, PayStep):
                has_invoice = True
                yield from _what_follows(flow_draft.flow, step)
    if draft.file is None:
        return
    if draft.file.late_payments is not None:
        yield from _late(draft, draft.file.late_payments)
    elif has_invoice:
        message = (
            'flows ask for money, and nothing takes what is paid too late; add "late_payments: …", the name of a flow '
            f'with the parameter "{PARAMETER}"'
        )
        yield Problem(draft.file.position, "unrecorded-payment", message)


def _what_follows(flow: Flow, step: PayStep) -> Iterator[Problem]:
    following = flow.steps.get(step.go.step)
    is_sure = isinstance(following, DoStep) and not (following.skip_if or following.access)
    if is_sure or (following is None and step.go.step != "end"):
        return
    message = (
        f'what is paid at step "{step.name}" leads to "{step.go.step}", where it is not recorded; '
        'lead to a "do" without "skip_if" and "access"'
    )
    yield Problem(step.go.position, "unrecorded-payment", message)


def _late(draft: BotDraft, name: str) -> Iterator[Problem]:
    place = draft.setting("late_payments")
    flow_draft = draft.flows.get(name)
    if flow_draft is None:
        if name not in draft.unread:
            hint = choose_from(name, draft.flows, "flows")
            message = f'late payments are taken by flow "{name}", which is not there{hint}'
            yield Problem(place, "unknown-flow", message)
        return
    if flow_draft.shaped and (lack := _lack(flow_draft)):
        message = f'flow "{name}" takes late payments, so that {lack}'
        yield Problem(place, "unrecorded-payment", message)


def _lack(draft: FlowDraft) -> str:
    """Say what a flow must have to be sure to take a payment; nothing where it has it."""
    flow, first = draft.flow, draft.flow.first
    slot = flow.params.get(PARAMETER)
    if slot is None or slot.type != PARAMETER or slot.min is not None or slot.max is not None:
        return f'it has the parameter "{PARAMETER}: {PARAMETER}"'
    others = (one for one in flow.params.values() if one is not slot)
    if needed := [one.name for one in others if not (one.optional or one.has_default)]:
        return f'its parameter "{needed[0]}", which nobody gives, is optional or has a default'
    if flow.access or first.access:
        return 'it is open to everybody; remove "access"'
    if flow.launch is not Launch.STANDARD:
        return 'it opens above whatever is open; remove "launch"'
    if not isinstance(first, DoStep) or first.skip_if:
        return 'it begins with a "do" without "skip_if"'
    return ""
