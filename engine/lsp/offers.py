"""The names that can stand at a place: steps, flows, fragments with their parameters, menus, lines of `anytime`.

It knows what a bot has, and not where the cursor is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.flow.model.flow import EntryKind
from engine.flow.model.moves import END
from engine.flow.places import PlaceKind
from engine.flow.types import describe
from engine.lsp.explain_name import say_fragment, say_parameter
from engine.lsp.scopes import Scopes, fragment_of_owner, owner_of_fragment
from engine.lsp.suggestion import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.flow.compile import CompiledFlow
    from engine.flow.expansion import Fragment
    from engine.lsp.project import Project


@dataclass(frozen=True, slots=True)
class Offers:
    """What the flow or fragment of one file can name; `start` is where a name begins that is written."""

    project: Project
    scopes: Scopes
    owner: str
    flow: CompiledFlow | None
    start: int

    @classmethod
    def of(cls, project: Project, path: Path, start: int) -> Offers:
        """Find it in what files said when they could last be read."""
        file = project.file(path)
        owner = file.flow.flow.name if file and file.flow else ""
        if file and file.fragment:
            owner = owner_of_fragment(file.fragment.name)
        scopes = Scopes.of(project.good.values())
        return cls(project, scopes, owner, project.flow(path), start)

    def fragment(self, name: str) -> Fragment | None:
        """Give a fragment."""
        return self.scopes.fragments.get(name)

    def of_kind(self, kind: PlaceKind | None) -> Iterator[Suggestion]:
        """Offer every name of a kind, and the parameters of this fragment that stand for one."""
        match kind:
            case PlaceKind.STEP:
                yield from self.steps()
            case PlaceKind.FLOW:
                yield from self.flows()
            case PlaceKind.DATA:
                for name, type_ in self.flow.data.items() if self.flow else ():
                    yield self._one(name, Kind.FIELD, describe(type_))
            case _:
                pass
        yield from self.own_parameters(kind)

    def steps(self) -> Iterator[Suggestion]:
        """Offer the steps, and the end."""
        is_flow = self.flow is not None and not fragment_of_owner(self.owner)
        for name in self.scopes.step_names(self.owner):
            verb = self.flow.graph.verbs.get(name, "") if self.flow and is_flow else ""
            yield self._one(name, Kind.STEP, verb)
        yield self._one(END, Kind.KEYWORD, "the flow ends")

    def flows(self) -> Iterator[Suggestion]:
        """Offer the flows."""
        for name, flow in sorted(self.project.flows.items()):
            yield self._one(name, Kind.FLOW, flow.flow.title.text)

    def fragments(self, group: str) -> Iterator[Suggestion]:
        """Offer the fragments of `buttons` or of `steps`."""
        for name, fragment in sorted(self.scopes.fragments.items()):
            if group in fragment.body.entries:
                yield self._one(name, Kind.MODULE, say_fragment(fragment))

    def parameters(self, name: str) -> Iterator[tuple[str, str]]:
        """Give the parameters of a fragment, those that must be given first."""
        fragment = self.fragment(name)
        found = fragment.parameters.values() if fragment else ()
        for parameter in sorted(found, key=lambda one: one.default is not None):
            yield parameter.name, say_parameter(parameter)

    def own_parameters(self, kind: PlaceKind | None) -> Iterator[Suggestion]:
        """Offer the parameters of this fragment that can stand where something of a kind does."""
        fragment = self.fragment(fragment_of_owner(self.owner))
        for parameter in fragment.parameters.values() if fragment else ():
            if parameter.kind is kind:
                said = say_parameter(parameter)
                yield self._one(f"${parameter.name}", Kind.VARIABLE, said)

    def menus(self) -> Iterator[Suggestion]:
        """Offer the menus that flows have entries in."""
        entries = (entry for flow in self.project.flows.values() for entry in flow.flow.start)
        for menu in sorted({one.value for one in entries if one.kind is EntryKind.MENU}):
            yield self._one(menu, Kind.VALUE, "menu")

    def lines(self) -> Iterator[tuple[str, str]]:
        """Give the lines of `anytime` that a flow can say otherwise than the bot."""
        if self.project.bot and self.owner:
            for label in self.project.bot.anytime.entries:
                yield label, "in the place of the line of bot.yaml"

    def _one(self, name: str, kind: Kind, detail: str) -> Suggestion:
        return Suggestion(name, self.start, kind, detail)
