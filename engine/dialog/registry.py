"""The dialogs there are, by flow and version; a checked bot becomes dialogs here.

It does not know what the windows do, and is attached to no router: updates reach dialogs through it alone.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import structlog
from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog
from aiogram_dialog.api.exceptions import UnregisteredDialogError
from aiogram_dialog.api.protocols import DialogRegistryProtocol

from engine.dialog.bring_along import bring_along
from engine.dialog.walk import begin_flow
from engine.dialog.windows import FlowWindow
from engine.flow.links import read_link
from engine.flow.model.flow import EntryKind
from engine.flow.model.moves import Opening
from engine.flow.upgrade import Fate, former_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiogram_dialog.api.protocols import DialogProtocol

    from engine.dialog.bring_along import Brought
    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow
    from engine.flow.links import Link
    from engine.flow.model.flow import Entry, Launch
    from engine.flow.model.steps import Step
    from engine.flow.upgrade import Landing, Stand

_logger = structlog.get_logger(__name__)


class FlowRegistry(DialogRegistryProtocol):
    """Finds the dialog of a state; YAML flows and hand-written dialogs side by side.

    A flow's states are named `flow@version:step`.
    """

    def __init__(self, bot: Bot, dialogs: Sequence[Dialog] = ()) -> None:
        self._written = tuple(dialogs)
        flows = {_group_name(compiled): compiled for compiled in bot.flows.values()}
        compiled_dialogs = {name: compile_dialog(flow) for name, flow in flows.items()}
        written = {dialog.states_group_name(): dialog for dialog in self._written}
        self.bot = bot
        self._flows: Mapping[str, CompiledFlow] = flows
        self._dialogs: Mapping[str, Dialog] = {**written, **compiled_dialogs}
        self._states = {
            str(state.state): state
            for dialog in self._dialogs.values()
            for state in dialog.states()
        }
        self.entries: Mapping[tuple[str, str], CompiledFlow] = {
            _entry_key(entry): compiled
            for compiled in bot.flows.values()
            for entry in compiled.flow.start
        }
        self._openings = {
            _entry_key(entry): entry.opening or Opening.INSTEAD
            for compiled in bot.flows.values()
            for entry in compiled.flow.start
        }
        self.links: Sequence[tuple[Link, CompiledFlow]] = [
            (read_link(entry.value, compiled.params), compiled)
            for compiled in bot.flows.values()
            for entry in compiled.flow.start
            if entry.kind is EntryKind.DEEP_LINK
        ]

    def with_flows(self, bot: Bot) -> FlowRegistry:
        """Return a registry of other flows beside the same hand-written dialogs."""
        return FlowRegistry(bot, self._written)

    def replace(self, other: FlowRegistry) -> None:
        """Serve the flows of another registry from the next turn on; turns hold what `now` gave them."""
        vars(self).update(vars(other))

    def now(self) -> FlowRegistry:
        """Return these flows as they are, whatever replaces them later."""
        return copy(self)

    def find_link(self, payload: str) -> tuple[Link, CompiledFlow, Mapping[str, Any]] | None:
        """Return the deep link that fits a payload, its flow, and the parameters as JSON; None when none fits."""
        for link, compiled in self.links:
            params = link.read(payload)
            if params is not None:
                return link, compiled, params
        return None

    def opening_of(self, kind: EntryKind, value: str) -> Opening:
        """Return where a way in opens its flow."""
        return self._openings[kind.value, value]

    def find_dialog(self, state: State | str) -> Dialog:
        """Return the dialog that has this state.

        Raises:
            UnregisteredDialogError: there is none.
        """
        name = state if isinstance(state, str) else str(state.state)
        try:
            return self._dialogs[name.partition(":")[0]]
        except KeyError:
            raise UnregisteredDialogError(f'no dialog has the state "{name}"') from None

    def states_groups(self) -> dict[str, type[StatesGroup]]:
        """Return the state groups by name."""
        return {name: dialog.states_group() for name, dialog in self._dialogs.items()}

    def launch_of(self, dialog: DialogProtocol) -> Launch | None:
        """Return what the flow of a dialog asks of where it opens; None for a hand-written dialog."""
        name = dialog.states_group_name()
        return self._flows[name].flow.launch if name in self._flows else None

    def flow_of(self, state: State) -> CompiledFlow:
        """Return the flow that has this state."""
        return self._flows[str(state.state).partition(":")[0]]

    def is_flow(self, state: State) -> bool:
        """Tell a flow's state from that of a hand-written dialog."""
        return str(state.state).partition(":")[0] in self._flows

    def step_of(self, state: State) -> Step:
        """Return the step of a flow that has this state."""
        return self.flow_of(state).flow.steps[str(state.state).partition(":")[2]]

    def state_of(self, flow: str, step: str) -> State:
        """Return the state of a step of a flow in force."""
        return self._states[f"{_group_name(self.bot.flows[flow])}:{step}"]

    def find_state(self, name: str) -> State:
        """Return the state of this name, which there is."""
        return self._states[name]

    def bring_along(self, kept: Sequence[Mapping[str, Any]], *, may_be_newer: bool) -> Brought:
        """Put the open flows of a kept conversation where they stand now.

        Raises:
            NewerStateError: one of them is newer than its flow here, and `may_be_newer` says that who knows it may come.
        """
        brought = bring_along(
            self.bot, kept, may_be_newer=may_be_newer, is_written=self._states.__contains__
        )
        for stand, landing in brought.landings:
            if landing.fate is not Fate.STAYS:
                _note(stand, landing)
        return brought

    def former_names(self, flow: str) -> Sequence[str]:
        """Return the names that a flow had in older versions of the bot."""
        gone = self.bot.file.gone
        return former_names(self.bot.flows, gone, flow) if gone else ()


def compile_dialog(compiled: CompiledFlow) -> Dialog:
    """Return a dialog with one window for each step of a checked flow."""
    names: dict[str, Any] = {name: State() for name in compiled.flow.steps}
    group: type[StatesGroup] = type(_group_name(compiled), (StatesGroup,), names)
    windows = [
        FlowWindow(compiled, step, getattr(group, name))
        for name, step in compiled.flow.steps.items()
    ]
    return Dialog(*windows, on_start=begin_flow)


def _note(stand: Stand, landing: Landing) -> None:
    _logger.info(
        "person_moved",
        flow=stand.flow,
        version=stand.version,
        step=stand.step,
        fate=landing.fate.value,
        to=f"{landing.flow}:{landing.step}",
        lacks=list(landing.lacks),
    )


def _group_name(compiled: CompiledFlow) -> str:
    return f"{compiled.flow.name}@{compiled.flow.version}"


def _entry_key(entry: Entry) -> tuple[str, str]:
    return (entry.kind.value, entry.value)
