"""The actions, notices and jobs that a bot has, by name.

It knows what must be so of all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from engine.actions.jobs import Job
from engine.actions.registration import Notice, SignatureError
from engine.actions.signatures import Action, DeclaredNotice, read_action, read_notice


class Catalog(Mapping[str, Action]):
    """The actions that flows may call, by name; made explicitly from decorated functions.

    `notices` are those that commands may write, and `jobs` what is done without anybody, by name. With `payments_optional` the actions look at `takes_payments` of their
    context, and lead to no invoice where there is no payment provider; so the bot starts without one.

    Raises:
        SignatureError: a function is not decorated, or two have one name.
    """

    def __init__(
        self, functions: Iterable[Callable[..., Any]], *, payments_optional: bool = False
    ) -> None:
        self.payments_optional = payments_optional
        actions: dict[str, Action] = {}
        notices: dict[str, DeclaredNotice] = {}
        jobs: dict[str, Job] = {}
        for function in functions:
            if isinstance(function, Job):
                if function.name in jobs:
                    raise SignatureError(f'two jobs are named "{function.name}"')
                jobs[function.name] = function
                continue
            if isinstance(function, Notice):
                if function.name in notices:
                    raise SignatureError(f'two notices are named "{function.name}"')
                notices[function.name] = read_notice(function)
                continue
            action = read_action(function)
            if action.name in actions:
                raise SignatureError(f'two actions are named "{action.name}"')
            actions[action.name] = action
        self._actions = MappingProxyType(dict(sorted(actions.items())))
        self.notices = MappingProxyType(dict(sorted(notices.items())))
        self.jobs = MappingProxyType(dict(sorted(jobs.items())))
        for action in (*actions.values(), *(one.action for one in notices.values())):
            for name in action.notifies:
                if name not in notices:
                    raise SignatureError(
                        f'"{action.name}" notifies of "{name}", which is not in the catalog'
                    )

    def __getitem__(self, name: str) -> Action:
        return self._actions[name]

    def __iter__(self) -> Any:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)
