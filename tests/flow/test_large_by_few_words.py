"""Small files that stand for very much: a check of them ends soon, in little memory, and tells what is too much."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.flow.check import check_flows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.actions import Catalog

MOST_SECONDS = 20
MOST_MEGABYTES = 400
"""What a check may add to a process of these tests, which has the engine loaded already."""

BOT = """\
bot: small
locale: en
locales: [en]
roles: [client, admin]
home: main
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: a, no_access: b, error: c, unknown_input: d, wrong_answer: e, next_page: f, previous_page: g, proceed: h}
"""
HEAD = "flow: main\nversion: 1\ntitle: Main\n"


def steps(count: int) -> str:
    """Write steps that lead around."""
    shown = (
        f"  s{n}: {{show: A, buttons: [{{text: B, go: s{(n + 1) % count}}}]}}\n"
        for n in range(count)
    )
    return "steps:\n" + "".join(shown)


def named(name: str, rest: str) -> str:
    """Write a flow of another name."""
    return HEAD.replace("main", name) + rest


def lines_of_bot() -> Mapping[str, str]:
    """Give 495 lines of anytime in the bot, at 2,100 steps."""
    lines = "".join(f"  /c{n}: {{go: end, say: Bye, words: [w{n}, v{n}]}}\n" for n in range(495))
    flows = {f"f{n}.yaml": named(f"f{n}", steps(100)) for n in range(20)}
    return {"bot.yaml": f"{BOT}anytime:\n{lines}", "main.yaml": HEAD + steps(100), **flows}


def lines_of_flows() -> Mapping[str, str]:
    """Give five flows of 495 lines and 400 steps each."""
    lines = "".join(f"  /c{n}: {{go: s{n % 400}}}\n" for n in range(495))
    rest = f"{steps(400)}anytime:\n{lines}"
    return {"main.yaml": HEAD + rest} | {f"f{n}.yaml": named(f"f{n}", rest) for n in range(4)}


def fragments_in_fragments(of: str) -> Mapping[str, str]:
    """Give 25 fragments, each of which uses the next one ten times."""
    used = {
        "buttons": "  - {use: NEXT, with: {to: $to}}\n",
        "steps": "  sNUMBER: {use: NEXT, with: {to: $to}}\n",
    }[of]
    last = {"buttons": "  - {text: B, go: $to}\n", "steps": "  s: {show: A, buttons: [{text: B, go: $to}]}\n"}[of]  # fmt: skip
    files = {}
    for n in range(25):
        uses = "".join(
            used.replace("NEXT", f"f{n + 1}").replace("NUMBER", str(k)) for k in range(10)
        )
        head = f"fragment: f{n}\nparams: {{to: step}}\n{of}:\n"
        files[f"fragments/f{n}.yaml"] = head + (uses if n < 24 else last)
    use = "{use: f0, with: {to: end}}"
    start = f"steps: {{a: {use}}}" if of == "steps" else f"steps: {{a: {{show: A, buttons: [{use}]}}}}"  # fmt: skip
    return {"main.yaml": HEAD + start, **files}


def one_fragment_often() -> Mapping[str, str]:
    """Give a fragment of 400 steps that 490 steps use."""
    body = "".join(
        f"  s{n}: {{show: A, buttons: [{{text: B, go: s{(n + 1) % 400}}}, {{text: C, go: $to}}]}}\n"
        for n in range(400)
    )
    uses = "".join(f"  a{n}: {{use: f, with: {{to: end}}}}\n" for n in range(490))
    return {
        "main.yaml": f"{HEAD}steps:\n{uses}",
        "fragments/f.yaml": f"fragment: f\nparams: {{to: step}}\nsteps:\n{body}",
    }


def menus() -> Mapping[str, str]:
    """Give a hundred flows with an entry in each of ninety menus, which all of them show five times."""
    entries = "".join(f"  - {{menu: m{n}, text: L}}\n" for n in range(90))
    shown = ",".join(f"{{menu: m{n}}}" for n in range(90))
    rest = f"start:\n{entries}steps:\n" + "".join(f"  s{n}: {{show: A, buttons: [{shown}]}}\n" for n in range(5))  # fmt: skip
    return {"main.yaml": HEAD + rest} | {f"f{n}.yaml": named(f"f{n}", rest) for n in range(99)}


def links() -> Mapping[str, str]:
    """Give 95 links that begin alike and go on with two texts."""
    params = "".join(f"  p{n}: {{type: text, max: 20, optional: true}}\n" for n in range(50))
    ways = "".join(f"  - {{deeplink: 'a{{p{n % 50}}}-{{p{(n + 1) % 50}}}b{n}'}}\n" for n in range(95))  # fmt: skip
    return {"main.yaml": f"{HEAD}params:\n{params}start:\n{ways}steps: {{a: {{show: A, end: {{}}}}}}\n"}  # fmt: skip


def forks() -> Mapping[str, str]:
    """Give sixty forks of 95 ways each, all of which home comes to by itself."""
    roles = ", ".join(f"r{n}" for n in range(100))
    written = (
        f"  s{n}: {{decide: [" + ", ".join(f"{{when: user.role == 'r{k}', go: s{(n + k + 1) % 60}}}" for k in range(95)) + ", {else: end}]}\n"
        for n in range(60)
    )  # fmt: skip
    bot = BOT.replace("[client, admin]", f"[{roles}]")
    return {"bot.yaml": bot, "main.yaml": f"{HEAD}steps:\n{''.join(written)}"}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (lines_of_bot(), "yaml-too-large"),
        (lines_of_flows(), "yaml-too-large"),
        (fragments_in_fragments("buttons"), "duplicate-button"),
        (fragments_in_fragments("steps"), "yaml-too-large"),
        (one_fragment_often(), "yaml-too-large"),
        (menus(), "yaml-too-large"),
        (links(), "bad-entry"),
        (forks(), "silent-loop"),
    ],
    ids=["bot-lines", "flow-lines", "fragment-buttons", "fragment-steps", "fragment-often", "menus", "links", "forks"],
)  # fmt: skip
def test_much_by_few_words_is_told_soon(
    catalog: Catalog, files: Mapping[str, str], code: str
) -> None:
    """What few words could make of a bot costs neither time nor memory beyond any other bot's."""
    sources = {Path(name): text for name, text in {"bot.yaml": BOT, **files}.items()}
    begin, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    problems = check_flows(Path(), catalog, sources=sources).problems

    assert code in codes(problems)
    assert time.process_time() - begin < MOST_SECONDS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak - before < MOST_MEGABYTES * 1024


def codes(problems: Iterable[object]) -> set[str]:
    """Give the codes of problems."""
    return {str(getattr(problem, "code", "")) for problem in problems}
