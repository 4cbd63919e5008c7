"""A list that is asked for page by page is asked for one page, and nobody needs what is on the others.

It does not know what a query does with what it is given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.model.choosing import ChooseStep, SearchBy
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_bad_total(draft: BotDraft) -> Iterator[Problem]:
    """Report each list with a total whose query does not ask for a page, or that needs all items at once."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, ChooseStep) or step.total is None:
                continue
            for name in ("offset", "limit"):
                if not re.search(rf"\b{name}\b(?!\s*=[^=])", step.query.text):
                    message = (
                        f'the query of step "{step.name}" does not read "{name}", so that each page has the same items; '
                        f'give it an argument such as "{name}={name}"'
                    )
                    yield Problem(step.query.position, "bad-total", message)
            if step.marking:
                message = 'items are marked on all pages, and with "total" only one is known; remove it, or the marks'
                yield Problem(step.total.position, "bad-total", message)
            if step.search and step.search.by is SearchBy.LABEL:
                message = 'labels are searched on all pages, and with "total" only one is known; search by query'
                yield Problem(step.total.position, "bad-total", message)
