"""The model of a flow to typed, compiled tables: every expression, call and text in the scope where it stands.

It knows what can be read at each place of each verb; how an expression is typed is behind the functions it calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.actions import ActionKind, Payment, User
from engine.flow.annotations import type_of
from engine.flow.answers.asked import KEYS, answer_type_of
from engine.flow.bounds import narrow_bounds
from engine.flow.direction import marks_values
from engine.flow.draft import called_action
from engine.flow.expression.typing_links import START_LINK, LinkSpace, link_space
from engine.flow.expressions import Namespace, Scope, compile_call, compile_expression
from engine.flow.listed import Listed
from engine.flow.messages import SEARCH
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DoStep, RunStep
from engine.flow.model.windows import WindowStep
from engine.flow.model.written import Code
from engine.flow.nodes import UNREAD
from engine.flow.problems import Problem
from engine.flow.templates import Seen, compile_template
from engine.flow.types import BOOL, Choice, Kind, ListOf, Maybe, Record, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engine.actions import Catalog
    from engine.flow.build import FlowDraft
    from engine.flow.declare import Declared
    from engine.flow.expressions import ActionCall, Expression, Fault
    from engine.flow.graph import Graph
    from engine.flow.model.flow import Flow
    from engine.flow.model.moves import Call
    from engine.flow.model.steps import Step
    from engine.flow.model.written import Wording
    from engine.flow.nodes import ScalarNode
    from engine.flow.problems import Position
    from engine.flow.reader import Spots
    from engine.flow.spoken import SpokenWords
    from engine.flow.template_source import Code as Written
    from engine.flow.templates import Template
    from engine.flow.ways import Notes

type Names = Mapping[str, Type | Namespace]

LONGEST_MESSAGE: Final = 4096
"""What a person can write in one message, in UTF-16 units."""

WANTED: Final = "the value wanted here"

_PATH_FAULTS = frozenset({"maybe-none", "maybe-unset"})


@dataclass(frozen=True, slots=True)
class CompiledFlow:
    """A flow with everything in it typed and compiled; expressions and texts are found by their Code and Wording.

    `defaults` are the Python values of data and params that have one; `answers` are the types of `it` by step; `words` are
    those of `anytime`; `needs` is what is proved to be set wherever somebody stands at a step, such as `data.day`; `asked` are the conditions
    of texts in the bot's own language.
    """

    flow: Flow
    graph: Graph
    params: Mapping[str, Type]
    returns: Mapping[str, Type]
    data: Mapping[str, Type]
    defaults: Mapping[str, Any]
    code: Mapping[Code, Expression]
    calls: Mapping[Code, ActionCall]
    wordings: Mapping[Wording, Mapping[str, Template]]
    answers: Mapping[str, Type]
    words: SpokenWords
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    asked: Mapping[Wording, tuple[Code, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """What all flows of a bot are compiled against; `translations` are texts by locale and path.

    `spoiled` are dotted names whose type is not known, because files could not be read; `links` are the deep links of
    all flows.
    """

    catalog: Catalog
    user: Record
    locale: str
    translations: Mapping[str, Mapping[str, ScalarNode]]
    declared: Mapping[str, Declared]
    spots: Spots
    currency: str = "EUR"
    spoiled: frozenset[str] = frozenset()
    links: LinkSpace = field(default_factory=lambda: link_space({}))


@dataclass(slots=True)
class Tables:
    """The compiled parts of one flow or bot.yaml, filled as they are met; a faulty part leaves problems instead.

    `explain` points at the way on which a name lacks what it should have, as told.
    """

    world: World
    forgive_paths: bool = False
    code: dict[Code, Expression] = field(default_factory=dict)
    calls: dict[Code, ActionCall] = field(default_factory=dict)
    wordings: dict[Wording, dict[str, Template]] = field(default_factory=dict)
    asked: dict[Wording, tuple[Code, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    explain: Callable[[str, str], Notes] | None = None

    def expression(
        self, code: Code, room: Room, expected: Type | None = None, *, what: str = WANTED
    ) -> Expression | None:
        """Compile an expression of the type expected of `what`."""
        if code.text == UNREAD or room.is_spoiled(code.text):
            return None
        done, faults = compile_expression(code.text, room.scope, expected=expected, what=what)
        self._report(faults, code.position)
        if done is not None:
            self.code[code] = done
        return done

    def call(self, code: Code, room: Room, kind: ActionKind) -> ActionCall | None:
        """Compile a call of a query or a command."""
        if room.is_spoiled(code.text):
            return None
        done, faults = compile_call(code.text, room.scope, self.world.catalog, kind)
        self._report(faults, code.position)
        if done is not None:
            self.calls[code] = done
        return done

    def wording(self, wording: Wording | None, room: Room, *, html: bool) -> None:
        """Compile a text and its translations."""
        if wording is None:
            return
        for look in wording.looks:
            if look.when:
                self.expression(look.when, room, BOOL)
        templates = self.wordings.setdefault(wording, {})
        scope, seen = room.scope, Seen()
        for locale, written in self._texts(wording):
            if room.is_spoiled(written.text):
                continue
            done, faults = compile_template(
                written.text, scope, html=html, seen=seen, marks=marks_values(locale)
            )
            if faults:
                self._report(faults, written.position)
            if done is not None:
                templates[locale] = done
                if done.asked and written is wording:
                    self.asked[wording] = tuple(self._placed(wording, one) for one in done.asked)

    def _placed(self, wording: Wording, written: Written) -> Code:
        """Give a condition of a text with its place."""
        text = written.text.strip()
        offset = written.offset + len(written.text) - len(written.text.lstrip())
        return Code(text, self.world.spots.place(wording.position, offset, len(text)))

    def _texts(self, wording: Wording) -> Iterator[tuple[str, Wording | ScalarNode]]:
        """Give a text and its translations with their locales."""
        yield self.world.locale, wording
        for locale, texts in self.world.translations.items():
            if found := texts.get(wording.path):
                yield locale, found

    def report(self, position: Position, code: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(position, code, message))

    def _is_news(self, fault: Fault) -> bool:
        """Tell of what a path leaves out once for each step, if paths are known at all."""
        if self.forgive_paths or fault.message in self.told:
            return False
        self.told.add(fault.message)
        return True

    def _report(self, faults: Iterable[Fault], position: Position) -> None:
        for fault in faults:
            if fault.code not in _PATH_FAULTS or self._is_news(fault):
                place = self.world.spots.place(position, fault.offset, fault.length)
                notes = self._notes(fault) if fault.code in _PATH_FAULTS else ()
                self.problems.append(Problem(place, fault.code, fault.message, notes))

    def _notes(self, fault: Fault) -> Notes:
        """Point at the way on which a name is not set, or nothing, where its place knows one."""
        if self.explain is None or not fault.name:
            return ()
        lacks = "not set" if fault.code == "maybe-unset" else "it may be nothing"
        return self.explain(fault.name, lacks)


@dataclass(frozen=True, slots=True)
class Room:
    """What can be read at one place; texts that read a spoiled name are not looked at, its fault being told already."""

    names: Names
    facts: frozenset[str] = frozenset()
    spoiled: frozenset[str] = frozenset()

    @property
    def scope(self) -> Scope:
        """The scope that expressions here are typed in."""
        return Scope(self.names, self.facts)

    def knowing(self, facts: Iterable[str]) -> Room:
        """Give the same place with more known to be there."""
        return Room(self.names, self.facts | frozenset(facts), self.spoiled)

    def where(self, condition: Code, done: Expression | None) -> Room:
        """Give the same place with what holds where a condition is true."""
        facts = self.facts | (done.when_true if done else frozenset())
        return Room(narrow_bounds(self.names, condition.text), facts, self.spoiled)

    def having(self, names: Mapping[str, Type | Namespace | None]) -> Room:
        """Give the same place with more names; those of no known type are spoiled."""
        if not names:
            return self
        known = {name: type_ for name, type_ in names.items() if type_ is not None}
        unknown = names.keys() - known.keys()
        return Room({**self.names, **known}, self.facts, self.spoiled | unknown)

    def is_spoiled(self, text: str) -> bool:
        """Tell whether a text reads a name whose type is not known."""
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in self.spoiled)


def user_type(roles: tuple[str, ...], locales: tuple[str, ...]) -> Record:
    """Give the type of `user`, with the roles and locales of a bot."""
    record = type_of(User)
    fields: dict[str, Type] = dict(record.fields) if isinstance(record, Record) else {}
    fields |= {"role": Choice(None, roles), "locale": Choice(None, locales)}
    return Record("User", fields, User)


def answer_type(step: AskStep) -> Type:
    """Give the type of the answer to an ask in its bounds, if it can have any; a text is what a message can hold."""
    if step.type not in KEYS["min"]:
        return answer_type_of(step.type)
    is_text = step.type in (Kind.TEXT, "web_app")
    low = step.min if step.min is not None or not is_text else 1
    return answer_type_of(step.type, low, step.max or (LONGEST_MESSAGE if is_text else step.max))


class Typist:
    """Knows the names and types that can be read at each place of one flow."""

    def __init__(self, draft: FlowDraft, world: World) -> None:
        self.flow = draft.flow
        self.world = world
        self.own = world.declared[draft.flow.name]
        self.listed = Listed(draft.flow, world.catalog)
        self._rooms: dict[frozenset[str], Room] = {}

    def visitor(self) -> Room:
        """Give the names at a place that knows only who asks."""
        names: Names = {"user": self.world.user, START_LINK: self.world.links}
        return Room(names, spoiled=self.world.spoiled)

    def room(self, facts: frozenset[str]) -> Room:
        """Give the names at every place inside the flow, where `facts` hold."""
        if facts not in self._rooms:
            self._rooms[facts] = self._room(facts)
        return self._rooms[facts]

    def _room(self, facts: frozenset[str]) -> Room:
        unset = frozenset(name for name in self.own.unset() if f"data.{name}" not in facts)
        names: Names = {
            "user": self.world.user,
            "data": Namespace(self.own.data, unset),
            "params": Namespace(self.own.params, frozenset()),
            START_LINK: self.world.links,
        }
        return Room(names, facts, self.world.spoiled | self.own.broken)

    def loads(self, step: Step) -> Mapping[str, Type | None]:
        """Give the names of `load` in a step, and what its list is searched for."""
        if not isinstance(step, WindowStep):
            return {}
        search: Mapping[str, Type] = (
            {"search": Maybe(SEARCH)} if isinstance(step, ChooseStep) and step.search else {}
        )
        return {**search, **{name: self.result(code) for name, code in step.load.items()}}

    def offering(self, step: ChooseStep) -> Mapping[str, Type | None]:
        """Give the names that the label, the heading and the key of an item can read."""
        return {**self.loads(step), "item": self.item(step)}

    def saving(self, step: Step) -> Mapping[str, Type | Namespace | None]:
        """Give the names that only `save` (and `allow`) of a step can read."""
        match step:
            case ChooseStep(marking=marking) if marking and not marking.is_single:
                item = self.item(step)
                return {**self.loads(step), "items": ListOf(item, marking.max) if item else None}
            case ChooseStep():
                return self.offering(step)
            case AskStep() | PayStep():
                answer = self.answer(step) if isinstance(step, AskStep) else type_of(Payment)
                return {**self.loads(step), "it": answer}
            case DoStep():
                return {"result": self.result(step.command)}
            case RunStep():
                return {"result": self.returned(step.call)}
            case _:
                return self.loads(step)

    def result(self, code: Code) -> Type | None:
        """Give the type of what a called action returns, None when there is no such action."""
        action = called_action(code, self.world.catalog)
        return type_of(action.result) if action else None

    def item(self, step: ChooseStep) -> Type | None:
        """Give the type of the items of a choose."""
        result = self.result(step.query)
        return result.item if isinstance(result, ListOf) else None

    def answer(self, step: AskStep) -> Type:
        """Give the type of the answer to an ask, in the bounds it gives as numbers."""
        return answer_type(step)

    def returned(self, call: Call) -> Namespace | None:
        """Give the results of a flow that is run."""
        callee = self.world.declared.get(call.flow)
        if callee is None or any(name.startswith("returns.") for name in callee.broken):
            return None
        return Namespace(callee.returns, frozenset())
