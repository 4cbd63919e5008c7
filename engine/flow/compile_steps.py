"""Every expression, call and text of one flow, compiled in the names and facts of its place.

It knows which part of a verb reads what; typing and compiling are done by the tables it fills.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.actions import ActionKind
from engine.flow.compile import CompiledFlow, Room, Tables, Typist, answer_type
from engine.flow.compile_ask import compile_answer
from engine.flow.compile_controls import compile_controls
from engine.flow.compile_listing import compile_lists
from engine.flow.compile_lists import check_bounds, compile_marking, compile_search
from engine.flow.compile_media import compile_media, text_room
from engine.flow.compile_paging import compile_pager, compile_pages, compile_total
from engine.flow.compile_pay import compile_pay
from engine.flow.exits import compile_exit, find_exits
from engine.flow.facts import Prover, forget, lasting
from engine.flow.model.asking import AskStep
from engine.flow.model.choosing import ChooseStep
from engine.flow.model.paying import PayStep
from engine.flow.model.steps import DecideStep, DoStep, EndStep, RunStep
from engine.flow.model.windows import ShowStep
from engine.flow.model.written import Code
from engine.flow.source import MOST_PROBLEMS
from engine.flow.spoken import spoken_words
from engine.flow.types import (
    BOOL,
    INT,
    Choice,
    Kind,
    ListOf,
    Maybe,
    Nothing,
    Scalar,
    Type,
    describe,
)
from engine.flow.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.flow.build import FlowDraft
    from engine.flow.compile import World
    from engine.flow.graph import Graph
    from engine.flow.model.moves import Call, Target
    from engine.flow.model.refresh import Refresh
    from engine.flow.model.steps import Step
    from engine.flow.model.windows import Button, Timeout
    from engine.flow.problems import Problem


def compile_flow(
    draft: FlowDraft, graph: Graph, world: World, *, whole: bool
) -> tuple[CompiledFlow, tuple[Problem, ...]]:
    """Compile all of a flow; when it is not `whole`, what is set on its paths is not asked."""
    compiler = _FlowCompiler(draft, graph, world, whole=whole)
    compiler.run()
    tables, own = compiler.tables, world.declared[draft.flow.name]
    compiled = CompiledFlow(
        flow=draft.flow,
        graph=graph,
        params=own.params,
        returns=own.returns,
        data=own.data,
        defaults=own.defaults,
        code=tables.code,
        calls=tables.calls,
        wordings=tables.wordings,
        asked=tables.asked,
        answers=compiler.answers,
        words=spoken_words(draft.flow, world.locale, world.translations),
        needs=compiler.insides,
    )
    return compiled, tuple(dict.fromkeys(tables.problems))[:MOST_PROBLEMS]


class _FlowCompiler:
    def __init__(self, draft: FlowDraft, graph: Graph, world: World, *, whole: bool) -> None:
        self.flow = draft.flow
        self.graph = graph
        self.world = world
        self.whole = whole
        self.typist = Typist(draft, world)
        self.prover = Prover(self.typist, graph)
        self.ways = Ways(draft.flow, graph, self.prover)
        self.tables = Tables(world)
        self.answers: dict[str, Type] = {}
        self.insides: dict[str, frozenset[str]] = {}

    def run(self) -> None:
        """Compile the flow's own parts, then step by step in the order written."""
        visitor = self.typist.visitor()
        self.tables.wording(self.flow.title, visitor, html=False)
        for entry in self.flow.start:
            self.tables.wording(entry.text, visitor, html=False)
            if entry.when:
                self.tables.expression(entry.when, visitor, BOOL)
        if self.flow.access:
            self.tables.expression(self.flow.access, visitor, BOOL)
        for step in self.flow.steps.values():
            self._step(step)
        self._exit()
        self._anytime()

    def _step(self, step: Step) -> None:
        known = self.prover.entry[step.name]
        self.tables.forgive_paths = not self.whole or known is None
        self.tables.told = set()
        self.tables.explain = partial(self.ways.explain, step.name)
        entry = known or frozenset()
        inside = self.prover.inside(step.name, entry)
        if known is not None:
            self.insides[step.name] = inside
        if step.access:
            self.tables.expression(step.access, self.typist.visitor(), BOOL)
        if step.skip_if:
            self.tables.expression(step.skip_if, self.typist.room(entry), BOOL)
        self._verb(step, self.typist.room(inside))

    def _verb(self, step: Step, room: Room) -> None:
        match step:
            case ShowStep():
                self._results(step.end or {}, self._window(step, room))
            case ChooseStep():
                self._choose(step, self._window(step, room))
            case AskStep():
                self._ask(step, self._window(step, room))
            case PayStep():
                self._pay(step, self._window(step, room))
            case DoStep():
                self._do(step, room)
            case DecideStep():
                self._decide(step, room)
            case RunStep():
                self._run(step.call, room)
                self._say_on(step, room, step.call.save)
            case EndStep():
                self._results(step.results, room)

    def _window(self, step: ShowStep | ChooseStep | AskStep | PayStep, room: Room) -> Room:
        for code in step.load.values():
            self.tables.call(code, room, ActionKind.QUERY)
        room = room.having(self.typist.loads(step))
        paged = compile_pages(self.tables, step, room)
        is_html = not isinstance(step, PayStep)
        self.tables.wording(step.text, text_room(self.typist, step, paged), html=is_html)
        compile_media(self.tables, self.typist, step, room)
        if step.keyboard:
            self.tables.wording(step.keyboard.placeholder, room, html=False)
        if step.manner.preview:
            self.tables.wording(step.manner.preview.url, room, html=False)
        lists = compile_lists(self.tables, step, room)
        for button in step.buttons:
            self._button(button, lists[button.within[-1].id] if button.within else room, room)
        compile_controls(self.tables, self.typist, step, room, lists)
        if step.timeout:
            self._timeout(step.timeout, room)
        if step.refresh:
            self._refresh(step.refresh, room)
        return room

    def _timeout(self, timeout: Timeout, room: Room) -> None:
        room = self.typist.room(lasting(room.facts))  # it is looked at when nothing is loaded
        if timeout.at:
            self.tables.expression(timeout.at, room, Scalar(Kind.DATETIME))
        self._say(timeout.go, room.facts)

    def _refresh(self, refresh: Refresh, room: Room) -> None:
        done = self.tables.expression(refresh.until, room, BOOL) if refresh.until else None
        if refresh.go:
            self._say(refresh.go, room.facts | (done.when_true if done else frozenset()))

    def _button(self, button: Button, room: Room, window: Room) -> None:
        """Compile a button in what can be read there; in a list that is more than in the `window`."""
        if button.outer:
            room = room.where(button.outer, self.tables.expression(button.outer, room, BOOL))
        if button.is_of_menu:
            room = self.typist.visitor()
        if button.when:
            room = room.where(button.when, self.tables.expression(button.when, room, BOOL))
        self.tables.wording(button.text, room, html=False)
        self.tables.wording(button.toast.text if button.toast else None, room, html=False)
        for wording in button.aside.wordings if button.aside else ():
            self.tables.wording(wording, room, html=False)
        self._save(button.save, room)
        if button.turn and isinstance(button.turn.to, Code):
            self.tables.expression(button.turn.to, room, INT)
        if button.run:
            self._run(button.run, room, window)
        if button.go:
            self._say(button.go, self._saved(room, button.save))

    def _choose(self, step: ChooseStep, room: Room) -> None:
        asking = compile_total(self.tables, step, room)
        call = self.tables.call(step.query, asking, ActionKind.QUERY)
        if call and isinstance(call.type, ListOf):
            check_bounds(self.tables, step, call.type)
        elif call:
            message = (
                f'query "{call.action.name}" returns {describe(call.type)}; choose needs a list'
            )
            self.tables.report(step.query.position, "wrong-type", message)
        offering = room.having(self.typist.offering(step))
        self.tables.wording(step.button, offering, html=False)
        self.tables.wording(step.group, offering, html=False)
        if step.key and step.key.position == step.query.position:
            self._default_key(step, step.key, offering)
        elif step.key:
            self._key(step.key, offering)
        compile_pager(self.tables, step.pager, room)
        compile_search(self.tables, step, room)
        compile_marking(self.tables, step, room, self.typist.item(step))
        self._save(step.save, room.having(self.typist.saving(step)))
        self._say_on(step, room, step.save)
        if step.empty:
            self.tables.wording(step.empty.text, room, html=True)
            if step.empty.go:
                self._say(step.empty.go, room.facts)

    def _key(self, key: Code, room: Room) -> None:
        done = self.tables.expression(key, room)
        if done and not isinstance(done.type, Scalar | Choice):
            message = f'the key of an item is one value, and "{key.text}" is {describe(done.type)}; write one of its fields'
            self.tables.report(key.position, "wrong-type", message)

    def _default_key(self, step: ChooseStep, key: Code, room: Room) -> None:
        silent = Tables(self.world)
        done = silent.expression(key, room)
        if done is not None:
            self.tables.code[key] = done
        elif silent.problems:
            item = self.typist.item(step)
            what = describe(item) if item else "the item"
            message = f'{what} has no "id" that tells items apart; add "key: item.…"'
            self.tables.report(step.query.position, "missing-key", message)

    def _ask(self, step: AskStep, room: Room) -> None:
        self.answers[step.name] = answer_type(step)
        answered = compile_answer(self.tables, self.typist, step, room)
        self._save(step.save, answered)
        self._say_on(step, answered, step.save)
        if step.give_up:
            self._say(step.give_up.go, room.facts)

    def _pay(self, step: PayStep, room: Room) -> None:
        compile_pay(self.tables, step, room)
        paid = room.having(self.typist.saving(step))
        self._save(step.save, paid)
        self._say_on(step, paid, step.save)
        for target in step.outcomes.values():
            self._say(target, room.facts)

    def _do(self, step: DoStep, room: Room) -> None:
        self.tables.call(step.command, room, ActionKind.COMMAND)
        self._save(step.save, room.having(self.typist.saving(step)))
        self._say_on(step, room, step.save)
        for target in step.outcomes.values():
            self._say(target, room.facts)

    def _decide(self, step: DecideStep, room: Room) -> None:
        for branch in step.branches:
            done = self.tables.expression(branch.when, room, BOOL) if branch.when else None
            self._say(branch.go, room.facts | (done.when_true if done else frozenset()))
            room = room.knowing(done.when_false if done else ())

    def _run(self, call: Call, room: Room, after: Room | None = None) -> None:
        """Compile a call with its arguments; what it saves can read what is there `after` it, as the item of a list is not."""
        callee = self.world.declared.get(call.flow)
        for name, code in call.arguments.items():
            expected = callee.params.get(name) if callee else None
            what = f'parameter "{name}" of flow "{call.flow}"'
            self.tables.expression(code, room, expected, what=what)
        # What was seen when the flow was run, other than of data and params, need not hold when it comes back.
        back = replace(after or room, facts=lasting(room.facts))
        self._save(call.save, back.having({"result": self.typist.returned(call)}))

    def _save(self, save: Mapping[str, Code], room: Room) -> None:
        for name, code in save.items():
            expected = self.typist.own.data.get(name)
            self.tables.expression(code, room, expected, what=f'"{name}" of data')

    def _results(self, results: Mapping[str, Code], room: Room) -> None:
        for name, code in results.items():
            expected = self.typist.own.returns.get(name)
            self.tables.expression(code, room, expected, what=f'"{name}" of returns')

    def _say_on(
        self,
        step: ChooseStep | AskStep | PayStep | DoStep | RunStep,
        room: Room,
        save: Mapping[str, Code],
    ) -> None:
        """Compile what is said on the way on from a step, which is also said when the step is passed over."""
        facts = self._saved(room, save)
        if step.skip_if:
            entry = self.prover.entry[step.name] or frozenset()
            facts &= entry | self.prover.proved(step.name, step.skip_if, entry, holds=True)
        self._say(step.go, facts)

    def _say(self, target: Target, facts: frozenset[str]) -> None:
        """Compile what is said on a move: it is rendered after the move has saved."""
        if target.say or target.toast:
            self._say_in(target, self.typist.room(lasting(facts)))

    def _saved(self, room: Room, save: Mapping[str, Code]) -> frozenset[str]:
        """Give what holds after a move has saved."""
        facts = lasting(room.facts)
        for name, code in save.items():
            facts = forget(facts, name)
            done = self.tables.code.get(code)
            if done is None or not isinstance(done.type, Maybe | Nothing):
                facts |= {f"data.{name}"}
        return facts

    def _exit(self) -> None:
        if self.flow.on_exit:
            self.tables.forgive_paths = not self.whole
            exits = tuple(find_exits(self.flow, self.graph, self.prover))
            compile_exit(self.tables, self.typist, self.flow.on_exit, exits, self.ways)

    def _anytime(self) -> None:
        self.tables.forgive_paths = not self.whole
        self.tables.explain = None
        held = self._held(self.insides[step] for step in self.graph.waiting & self.insides.keys())
        visitor = self.typist.visitor()
        for entry in self.flow.anytime.values():
            room = visitor if entry.inherited else self.typist.room(held)
            if entry.run:
                self._run(entry.run, room)
            self.tables.wording(entry.confirm, room, html=True)
            self._say_in(entry.go, room)
        if unknown := self.flow.on_unknown:
            room = visitor if "unknown" in self.flow.inherited else self.typist.room(held)
            if unknown.run:
                self._run(unknown.run, room)
            self.tables.wording(unknown.say, room, html=True)
            self._say_in(unknown.go, room)
        if self.flow.on_error:
            entered = self._held(facts for facts in self.prover.entry.values() if facts is not None)
            is_own = "error" not in self.flow.inherited
            self._say_in(self.flow.on_error, self.typist.room(entered) if is_own else visitor)

    def _say_in(self, target: Target | None, room: Room) -> None:
        if target:
            self.tables.wording(target.say, room, html=True)
            self.tables.wording(target.toast.text if target.toast else None, room, html=False)

    def _held(self, known: Iterable[frozenset[str]]) -> frozenset[str]:
        """Give what holds at every one of some places."""
        places = list(known)
        return frozenset.intersection(*places) if places else frozenset()
