"""A search finds its items in one way: by their labels, or through the query.

It does not know what a query does with what is searched for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.model.choosing import ChooseStep, SearchBy
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_bad_search(draft: BotDraft) -> Iterator[Problem]:
    """Report each search whose words reach nothing, or are looked for twice."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if not isinstance(step, ChooseStep) or step.search is None:
                continue
            reads = bool(_SEARCH.search(_TEXTS.sub("", step.query.text)))
            by = step.search.by
            if by is SearchBy.QUERY and not reads:
                message = (
                    f'the query of step "{step.name}" does not read "search"; '
                    'give it an argument such as "search=search", or search by label'
                )
                yield Problem(step.search.position, "bad-search", message)
            if by is SearchBy.LABEL and reads:
                message = f'the query of step "{step.name}" reads "search"; search by query'
                yield Problem(step.search.position, "bad-search", message)


_TEXTS = re.compile(r"'[^']*'|\"[^\"]*\"")
_SEARCH = re.compile(r"\bsearch\b(?!\s*=[^=])")
