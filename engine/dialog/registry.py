"""The dialogs there are, by flow and version; a checked bot becomes dialogs here.

It does not know what the windows do, and is attached to no router: updates reach dialogs through it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram.fsm.state import State, StatesGroup
from aiogram_dialog import Dialog
from aiogram_dialog.api.exceptions import UnregisteredDialogError
from aiogram_dialog.api.protocols import DialogRegistryProtocol

from engine.dialog.walk import begin_flow
from engine.dialog.windows import FlowWindow
from engine.flow.links import read_link
from engine.flow.model.flow import EntryKind
from engine.flow.model.windows import ShowStep, WindowStep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.flow.checked import Bot
    from engine.flow.compile import CompiledFlow
    from engine.flow.links import Link
    from engine.flow.model.flow import Entry
    from engine.flow.model.steps import Step


class FlowRegistry(DialogRegistryProtocol):
    """Finds the dialog of a state; YAML flows and hand-written dialogs side by side.

    A flow's states are named `flow@version:step`.
    """

    def __init__(self, bot: Bot, dialogs: Sequence[Dialog] = ()) -> None:
        self._written = tuple(dialogs)
        self.replace(bot)

    def replace(self, bot: Bot) -> None:
        """Serve these flows from the next update on."""
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
        self.links: Sequence[tuple[Link, CompiledFlow]] = [
            (read_link(entry.value, compiled.params), compiled)
            for compiled in bot.flows.values()
            for entry in compiled.flow.start
            if entry.kind is EntryKind.DEEP_LINK
        ]

    def find_link(self, payload: str) -> tuple[CompiledFlow, Mapping[str, Any]] | None:
        """Return the flow that a deep link opens, and its parameters as JSON; None when no link fits the payload."""
        for link, compiled in self.links:
            params = link.read(payload)
            if params is not None:
                return compiled, params
        return None

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

    def flow_of(self, state: State) -> CompiledFlow:
        """Return the flow that has this state."""
        return self._flows[str(state.state).partition(":")[0]]

    def is_flow(self, state: State) -> bool:
        """Tell a flow's state from that of a hand-written dialog."""
        return str(state.state).partition(":")[0] in self._flows

    def step_of(self, state: State) -> Step:
        """Return the step of a flow that has this state."""
        return self.flow_of(state).flow.steps[str(state.state).partition(":")[2]]

    def is_waiting(self, state: State) -> bool:
        """Tell a state in which somebody can be from one that is only passed."""
        if not self.is_flow(state):
            return True
        step = self.step_of(state)
        is_last_word = isinstance(step, ShowStep) and step.end is not None and not step.buttons
        return isinstance(step, WindowStep) and not is_last_word

    def state_of(self, flow: str, step: str) -> State:
        """Return the state of a step of a flow in force."""
        return self._states[f"{_group_name(self.bot.flows[flow])}:{step}"]

    def find_state(self, name: str) -> State | None:
        """Return the state written under this name, or today's state of the same step, or None."""
        state = self._states.get(name)
        if state is None:
            group, _, step = name.partition(":")
            compiled = self.bot.flows.get(group.partition("@")[0])
            state = self._states.get(f"{_group_name(compiled)}:{step}") if compiled else None
        return state

    def find_flow(self, name: str) -> State | None:
        """Return a state of the flow that has the state written under this name, whether or not it has the step; or None."""
        compiled = self.bot.flows.get(name.partition(":")[0].partition("@")[0])
        return self.state_of(compiled.flow.name, compiled.flow.first.name) if compiled else None


def compile_dialog(compiled: CompiledFlow) -> Dialog:
    """Return a dialog with one window for each step of a checked flow."""
    names: dict[str, Any] = {name: State() for name in compiled.flow.steps}
    group: type[StatesGroup] = type(_group_name(compiled), (StatesGroup,), names)
    windows = [
        FlowWindow(compiled, step, getattr(group, name))
        for name, step in compiled.flow.steps.items()
    ]
    return Dialog(*windows, on_start=begin_flow)


def _group_name(compiled: CompiledFlow) -> str:
    return f"{compiled.flow.name}@{compiled.flow.version}"


def _entry_key(entry: Entry) -> tuple[str, str]:
    return (entry.kind.value, entry.value)
