"""Whole bots of random flows: mended until they check clean, in two languages, with problems silenced that may be.

It does not know how a bot is played.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from engine.flow.check import check_flows
from engine.flow.parts import flow_wordings
from engine.flow.workspace import Workspace
from tests.random_bots.flows import SHAPES, FlowWriter, mark_of
from tests.random_bots.things import CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.flow.checked import Bot as CheckedBot
    from engine.flow.compile import CompiledFlow
    from engine.flow.model.written import Wording
    from engine.flow.problems import Position, Problem

MENDS: Final = 60
"""How often flows are mended before they are given up."""

TOO_LONG: Final = {"long-label", "too-much-text"}
"""Problems that a translation may have where its original has none."""

SILENCED: Final = {
    "always-true", "dead-branch", "never-true", "taken-word", "unheard-answer", "weaker-access",
}  # fmt: skip
"""Problems that are not mended but silenced: who reads them there is never stranded by them."""

PROFILE: Final = {
    "title": "Random", "description": "A bot that says anything.", "short_description": "Anything.",
}  # fmt: skip
MESSAGES: Final = {
    "old_button": "Old.", "no_access": "Not for you.", "error": "Broken.", "unknown_input": "Use the buttons.",
    "wrong_answer": "Not that.", "yes": "Yes", "no": "No", "next_page": "More", "previous_page": "Back", "proceed": "OK",
    "clear_search": "x {{ search }}", "no_match": "No {{ search }}.", "too_few": "At least {{ min }}.",
    "too_many": "At most {{ max }}.", "too_deep": "Too deep.", "not_yours": "Not yours.", "bad_link": "No such link.", "slow_down": "Slowly.",
    "late": "Late.", "unavailable": "Not now.", "done_anyway": "Done, but.", "gone": "Gone.",
}  # fmt: skip
BOT: Final = f"""\
bot: random
locale: en
locales: [en, de]
title: {PROFILE["title"]}
description: {PROFILE["description"]}
short_description: {PROFILE["short_description"]}
throttle: {{messages: 20, per: 10s}}
defaults: {{silent: true}}
roles: [client, admin]
home: home
time_zone: Europe/Berlin
currency: EUR
messages: {json.dumps(MESSAGES)}
anytime:
  /bot: {{run: leaf}}
  bye: {{words: a@b.example, confirm: "{mark_of("bot", "anytime")} Bye?", go: end, say: Bye.}}
  unknown: {{say: Pardon?}}
  error: {{go: end, say: Sorry.}}
"""

HOME: Final = """\
flow: home
version: 1
title: Home
data: {k: {type: int, min: 1, max: 99, default: 1, keep: chat}}
steps:
  menu: {show: "[home menu] Hello, {{ user.first_name }}", buttons: [{menu: all, columns: 2}, {text: Main, run: main}, {text: Child, run: child, with: {topic: "'x'"}}, {text: Sure, go: sure}, {use: ways, with: {to: menu, one: k, value: "min(data.k + 1, 99)"}}]}
  sure: {use: sure, with: {question: "[home sure] Sure?", yes: menu, no: menu}}
"""

FRAGMENTS: Final = {
    "ways": """\
fragment: ways
params: {to: step, label: {type: text, default: Away}, one: data, value: expression}
buttons: [[{text: $label, go: $to, id: away}, {text: Kept, go: $to, id: kept, save: {$one: $value}}], {use: more}]
""",
    "more": """\
fragment: more
buttons: [{text: More, url: "https://example.com/{{ user.locale }}"}]
""",
    "sure": """\
fragment: sure
params: {question: text, yes: step, no: step, flow: {type: flow, default: leaf}}
steps:
  ask: {show: $question, buttons: [{text: "Yes", go: $yes, id: sure}, {text: Why, go: why}, {text: Leaf, run: $flow}]}
  why: {show: "[fragment why] We ask.", buttons: [{text: Back, go: ask}, {text: "No", go: $no, id: "no"}]}
""",
}


@dataclass(frozen=True)
class WrittenBot:
    """A bot that checks clean, with its files by path."""

    bot: CheckedBot
    sources: Mapping[Path, str]


def draft_bot(seed: int) -> Mapping[Path, str]:
    """Return the files of the bot of a seed as they are first written, with many problems."""
    chance = Random(seed)  # noqa: S311  # play, not secrets
    return _sources([FlowWriter(chance, shape) for shape in SHAPES])


def write_bot(seed: int) -> WrittenBot | None:
    """Return the bot of a seed; None where too many mends were needed."""
    chance = Random(seed)  # noqa: S311  # play, not secrets
    writers = [FlowWriter(chance, shape) for shape in SHAPES]
    workspace = Workspace(Path(), CATALOG)
    for _ in range(MENDS):
        sources = _sources(writers)
        problems = _real(workspace.check(sources).problems)
        if not problems:
            return _finish(sources)
        _mend(writers, sources, problems)
    return None


def _sources(writers: Iterable[FlowWriter]) -> dict[Path, str]:
    texts = {writer.shape.name: writer.text() for writer in writers}
    texts |= {"bot": BOT, "home": HOME}
    texts |= {f"fragments/{name}": text for name, text in FRAGMENTS.items()}
    return {Path(f"{name}.yaml"): text for name, text in texts.items()}


def _real(problems: Iterable[Problem]) -> list[Problem]:
    return [one for one in problems if one.code not in {*SILENCED, "missing-translation"}]


def _mend(
    writers: Iterable[FlowWriter], sources: Mapping[Path, str], problems: Iterable[Problem]
) -> None:
    """Write anew each step that has a problem; leave out those that nobody reaches."""
    by_path = {f"{writer.shape.name}.yaml": writer for writer in writers}
    found = {(one.path, one.line): problem.code for problem in problems for one in _blamed(problem)}
    for (path, line), code in found.items():
        name = sources[Path(path)].splitlines()[line - 1].split(":")[0].strip()
        writer = by_path.get(path)
        if writer is None or name not in {**writer.steps, **writer.hooks}:
            continue
        if code == "unreachable-step":
            writer.drop(name)
        else:
            writer.write(name)


def _blamed(problem: Problem) -> list[Position]:
    """Return where a problem is to be mended: of a fragment, where it is used."""
    if not problem.position.path.startswith("fragments"):
        return [problem.position]
    places = (*problem.position.via, *problem.related)
    return [place for place, _ in places]


def _finish(sources: dict[Path, str]) -> WrittenBot | None:
    """Translate, and silence what may be; None where a translation is too long."""
    flows = check_flows(Path(), CATALOG, sources=sources).flows.values()
    sources[Path("texts/de.yaml")] = json.dumps(_translate(flows), ensure_ascii=False)
    problems = check_flows(Path(), CATALOG, sources=sources).problems
    if any(one.code in TOO_LONG for one in problems):
        return None
    for (path, line), codes in _places(problems).items():
        lines = sources[Path(path)].split("\n")
        lines[line - 1] += f"  # usher: ignore[{', '.join(codes)}] because we try"
        sources[Path(path)] = "\n".join(lines)
    checked = check_flows(Path(), CATALOG, sources=sources)
    if checked.bot is None:
        raise ValueError(f"silenced in vain: {[str(problem) for problem in checked.problems]}")
    return WrittenBot(checked.bot, sources)


def _places(problems: Iterable[Problem]) -> dict[tuple[str, int], list[str]]:
    places: dict[tuple[str, int], dict[str, None]] = {}
    for one in problems:
        places.setdefault((one.position.path, one.position.line), {})[one.code] = None
    return {place: list(codes) for place, codes in places.items()}


def _translate(flows: Iterable[CompiledFlow]) -> dict[str, Any]:
    """Write every text of a bot in another language."""
    bot = {**PROFILE, "messages": MESSAGES}
    tree: dict[str, Any] = {"bot": json.loads(json.dumps(bot))}
    for one in (wording for flow in flows for wording in flow_wordings(flow.flow)):
        *way, name = one.path.split(".")
        branch = tree
        for part in way:
            branch = branch.setdefault(part, {})
        branch[name] = _translated(one)
    return tree


def _translated(wording: Wording) -> str:
    """Return a text in the other language, which begins as the original does."""
    if wording.text.startswith(("https:", "{{ start_link")):
        return wording.text
    if wording.path.endswith("words.1"):
        return f"{wording.text} auch"
    return f"{wording.text} 🇩🇪"
