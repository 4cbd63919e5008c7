"""Commands and deep links are such as Telegram can send.

It does not look for two flows with one command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.flow.link_automata import find_ambiguity
from engine.flow.links import find_faults, hole_names, read_link
from engine.flow.meant import pair_names
from engine.flow.model.flow import EntryKind
from engine.flow.names import as_name
from engine.flow.problems import Problem
from engine.flow.types import choose_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.build import FlowDraft
    from engine.flow.declare import Declared
    from engine.flow.draft import BotDraft
    from engine.flow.model.flow import Entry


def check_bad_entry(draft: BotDraft) -> Iterator[Problem]:
    """Report each command or payload that would never arrive, or that the engine answers itself."""
    home = draft.file.home if draft.file else ""
    for name, flow_draft in draft.flows.items():
        for entry in flow_draft.flow.start:
            if entry.kind is EntryKind.DEEP_LINK:
                yield from _link_problems(entry, flow_draft, draft.declared[name])
            elif entry.kind is EntryKind.COMMAND and (
                reason := _refuse(entry.value, is_home=home in (name, ""))
            ):
                yield Problem(entry.position, "bad-entry", reason)
        for interruption in flow_draft.flow.anytime.values():
            command, label = interruption.command, interruption.label
            if command is not None and (reason := _refuse(command, is_home=False)):
                yield Problem(interruption.position, "bad-entry", reason)
            elif command is None and f"/{label}" in flow_draft.flow.anytime:
                message = (
                    f'"{label}" has the name of command "/{label}"; give its words to the command'
                )
                yield Problem(interruption.position, "bad-entry", message)


_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def _refuse(command: str, *, is_home: bool) -> str:
    if command == "start" and not is_home:
        return '"/start" always opens the home of the bot; only that flow may list it'
    if not _COMMAND.fullmatch(command):
        name = as_name(command)
        meant = f'; did you mean "/{name}"?' if _COMMAND.fullmatch(name) else ""
        return f'command "/{command}" is not 1 to 32 of the characters a-z, 0-9 and "_"{meant}'
    return ""


def _link_problems(entry: Entry, draft: FlowDraft, declared: Declared) -> Iterator[Problem]:
    names = hole_names(entry.value)
    if any(f"params.{name}" in declared.broken for name in names):
        return
    wrong = [name for name in names if name not in declared.params]
    meant = pair_names(wrong, [name for name in declared.params if name not in names])
    for name in wrong:
        hint = choose_from(name, declared.params, "params", meant=meant.get(name, ""))
        message = f'deep link "{entry.value}" carries "{name}", which flow "{draft.flow.name}" has no parameter for{hint}'
        yield Problem(entry.position, "unknown-param", message)
    if wrong:
        return
    if twice := sorted(name for name in set(names) if names.count(name) > 1):
        message = f'deep link "{entry.value}" carries "{twice[0]}" twice; remove one'
        yield Problem(entry.position, "bad-entry", message)
        return
    link = read_link(entry.value, declared.params)
    faults = list(find_faults(link))
    yield from (Problem(entry.position, "bad-entry", message) for message in faults)
    if not faults and len(link.holes) and (word := find_ambiguity(link)):
        message = (
            f'deep link "{entry.value}" can be read in two ways, as with "{word}"; '
            'set fixed characters, such as "_", between what it carries, and a text last'
        )
        yield Problem(entry.position, "bad-entry", message)
