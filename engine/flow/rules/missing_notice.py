"""Every notice that a command of a flow may write has words in bot.yaml.

It knows which command writes which notice by what the command declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.flow.draft import called_action
from engine.flow.model.steps import DoStep
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.flow import Flow
    from engine.flow.model.written import Code


def check_missing_notice(draft: BotDraft) -> Iterator[Problem]:
    """Report each notice without words, where the first command is called that may write it."""
    if draft.file is None:
        return
    told = set(draft.file.notices)
    for flow_draft in draft.flows.values():
        for code in _commands(flow_draft.flow):
            action = called_action(code, draft.catalog)
            for name in _all(draft, action.notifies if action else ()):
                if name not in told:
                    told.add(name)
                    message = (
                        f'notice "{name}" has no words, and "{action.name if action else ""}" may send it; '
                        'write them under "notices" of bot.yaml'
                    )
                    yield Problem(code.position, "missing-notice", message)


def _commands(flow: Flow) -> Iterator[Code]:
    for step in flow.steps.values():
        if isinstance(step, DoStep):
            yield step.command
    if flow.on_exit:
        yield flow.on_exit.command


def _all(draft: BotDraft, names: Iterable[str]) -> Iterator[str]:
    """Give notices, and those that are written when they cannot be delivered."""
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name not in seen and name in draft.catalog.notices:
            seen.add(name)
            waiting += draft.catalog.notices[name].action.notifies
            yield name
