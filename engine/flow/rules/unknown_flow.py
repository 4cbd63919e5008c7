"""Every flow that is run, and the home of the bot, exists.

It does not look at arguments and results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.names import as_name
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft


def check_unknown_flow(draft: BotDraft) -> Iterator[Problem]:
    """Report each flow that is named and is not there; a file that could not be read may hold it."""
    known = {*draft.flows, *draft.unread}
    meant = {*known, *map(as_name, draft.flows)}
    for name, graph in draft.graphs.items():
        for place in graph.calls:
            call = place.call
            if call.flow not in meant:
                hint = choose_from(call.flow, draft.flows, "flows")
                if call.flow in graph.steps:
                    hint = f'; it is a step, so write "go: {call.flow}"'
                is_own = call.position.path != draft.bot_path
                runner = f'flow "{name}"' if is_own else "the bot"
                message = f'{runner} runs flow "{call.flow}", which is not there{hint}'
                yield Problem(call.position, "unknown-flow", message)
    if draft.file and draft.file.home not in meant:
        home = draft.file.home
        message = (
            f'home is flow "{home}", which is not there{choose_from(home, draft.flows, "flows")}'
        )
        yield Problem(draft.setting("home"), "unknown-flow", message)
