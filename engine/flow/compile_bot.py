"""All flows of a bot compiled, and its own texts: the last stage of a check.

It knows which flows are compiled anew, and nothing of what makes a flow whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from engine.flow.checked import Bot
from engine.flow.compile import CompiledFlow, Room, Tables, World, user_type
from engine.flow.compile_notices import compile_notices
from engine.flow.compile_steps import compile_flow
from engine.flow.expression.typing_links import START_LINK, LinkSpace, link_space
from engine.flow.messages import OTHER_MESSAGES
from engine.flow.problems import Position, Problem
from engine.flow.proofs import FlowProofs
from engine.flow.rules import (
    FLOW_PROOF_RULES,
)
from engine.flow.spread import spread_work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.flow.compile_notices import CompiledNotice, Templates
    from engine.flow.gather import Gathered
    from engine.flow.memory import Found, Memory
    from engine.flow.model.bot import BotFile


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """The sentences, the profile and the notices of a bot, by name."""

    messages: Mapping[str, Templates]
    profile: Mapping[str, Templates]
    notices: Mapping[str, CompiledNotice]


class BotCompiler:
    """The compiled `flows` of a bot by name, and the problems found on the way."""

    def __init__(self, gathered: Gathered, memory: Memory) -> None:
        self.gathered = gathered
        self.memory = memory
        self.flows: dict[str, CompiledFlow] = {}
        self.problems: list[Problem] = []

    def compile(self, whole: frozenset[str]) -> Bot | None:
        """Compile every flow, those that are not whole only for their own mistakes; without a bot.yaml give no bot."""
        world = self._world()
        if self.gathered.subject.wants_problems_alone:
            self._find_problems(world, whole)
        else:
            self._compile_flows(world, whole)
        file = self.gathered.draft.file
        if file is not None:
            own = self._compile_own(file, world)
            return Bot(
                file,
                self.flows,
                self.gathered.subject.catalog,
                own.messages,
                self.gathered.subject.directory,
                own.profile,
                own.notices,
                self.gathered.shared_homes(),
            )
        if "bot" not in self.gathered.draft.unread:
            place = Position(self.gathered.draft.bot_path, 1, 1)
            self.problems.append(
                Problem(place, "missing-bot", "there is no bot.yaml; `usher new bot` writes one")
            )
        return None

    def _compile_flows(self, world: World, whole: frozenset[str]) -> None:
        for name, key in self.gathered.keys.items():
            is_whole, seen = name in whole, self.gathered.seen_by(name)
            declared = tuple(self.gathered.draft.declared.get(flow) for flow in seen)
            make = partial(self._compile_flow, name, world, seen, whole=is_whole)
            links, spoiled = world.links, world.spoiled
            if not self.gathered.makes_links(name):
                links, spoiled = LinkSpace({}), spoiled - {START_LINK}
            done = self.memory.compiled.give(name, (key, is_whole, declared, links, spoiled), make)
            self.flows[name] = done[0]
            self.problems.extend(done[1])

    def _find_problems(self, world: World, whole: frozenset[str]) -> None:
        """Compile every flow only for what is wrong with it, in two processes where there are many."""

        def find(name: str) -> Found:
            return self._compile_flow(
                name, world, self.gathered.seen_by(name), whole=name in whole
            )[1]

        for problems in spread_work(tuple(self.gathered.keys), find).values():
            self.problems.extend(problems)

    def _world(self) -> World:
        file = self.gathered.draft.file
        locales = file.locales if file else ()
        own = file.locale if file else "en"
        return World(
            catalog=self.gathered.subject.catalog,
            user=user_type(file.roles if file else (), locales),
            locale=own,
            translations={
                locale: self.gathered.draft.translations[locale]
                for locale in locales
                if locale in self.gathered.draft.translations and locale != own
            },
            declared=self.gathered.draft.declared,
            spots=self.gathered.draft.spots,
            currency=file.currency if file else "EUR",
            spoiled=self._spoiled(),
            links=link_space(self.gathered.draft.links()),
        )

    def _spoiled(self) -> frozenset[str]:
        """Give the names whose type is not known because of files that could not be read as they were meant."""
        spoiled = (
            frozenset() if self.gathered.draft.file else frozenset({"user.role", "user.locale"})
        )
        if self.gathered.draft.unread or not all(
            draft.shaped for draft in self.gathered.draft.flows.values()
        ):
            spoiled |= {START_LINK}
        return spoiled

    def _compile_flow(
        self, name: str, world: World, seen: Iterable[str], *, whole: bool
    ) -> tuple[CompiledFlow, Found]:
        """Compile one flow in a world that shows it no more than its key names."""
        translations = self.gathered.translations_of(name)
        shown = replace(
            world,
            translations={locale: translations[locale] for locale in world.translations},
            declared={flow: world.declared[flow] for flow in seen if flow in world.declared},
        )
        draft, graph = self.gathered.draft.flows[name], self.gathered.draft.graphs[name]
        compiled, problems = compile_flow(draft, graph, shown, whole=whole)
        if whole and not problems:
            proofs = FlowProofs(draft, graph, shown, compiled)
            problems = tuple(one for rule in FLOW_PROOF_RULES for one in rule(proofs))
        return compiled, problems

    def _compile_own(self, file: BotFile, world: World) -> OwnTexts:
        marks = tuple(self.gathered.own_marks())
        key = (file, marks, world.links, world.spoiled)
        own, problems = self.memory.own.give("bot", key, partial(_compile_own, file, world))
        self.problems.extend(problems)
        return own


def _compile_own(file: BotFile, world: World) -> tuple[OwnTexts, Found]:
    notices, problems = compile_notices(file, world)
    tables = Tables(world)
    for wording in file.profile.values():
        tables.wording(wording, Room({}), html=False)
    for name, wording in file.messages.items():
        names = {"user": world.user, **OTHER_MESSAGES.get(name, {})}
        tables.wording(wording, Room(names), html=False)
    return OwnTexts(
        messages={name: tables.wordings[one] for name, one in file.messages.items()},
        profile={name: tables.wordings[one] for name, one in file.profile.items()},
        notices=notices,
    ), (*tables.problems, *problems)
