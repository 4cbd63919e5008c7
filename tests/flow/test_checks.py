"""Every check on its own wrong example, and the page that shows them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.problems import render_problems

ERR = Path(__file__).parent.parent / "flows" / "err"
DOCS = Path(__file__).parent.parent.parent / "docs"
CODES = sorted(path.stem for path in ERR.glob("*.yaml"))
BASE = {
    "bot.yaml": """\
bot: salon
locale: en
locales: [en]
roles: [client, admin]
home: menu
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
""",
    "menu.yaml": """\
flow: menu
version: 1
title: Menu
start: [/menu]
steps:
  main: {show: Hello, buttons: [{text: Visit, run: visit}]}
""",
    "visit.yaml": """\
flow: visit
version: 1
title: Visit
steps:
  hello: {show: Hello, end: {}}
""",
}
_FILE = re.compile(r"^# file: (.+)\n", re.MULTILINE)
_WITHOUT = re.compile(r"^# without: (.+)\n", re.MULTILINE)
_NOTE = re.compile(r"^# (why|mend): (.+)\n", re.MULTILINE)


def _read_case(code: str) -> dict[Path, str]:
    text = (ERR / f"{code}.yaml").read_text()
    parts = _FILE.split(text if text.startswith("# file: ") else f"# file: visit.yaml\n{text}")
    sources = {**BASE, **dict(zip(parts[1::2], parts[2::2], strict=True))}
    for name in _WITHOUT.findall(text):
        del sources[name]
    return {Path(name): source for name, source in sources.items()}


@pytest.mark.parametrize("code", CODES)
def test_check_finds_its_example(
    code: str, catalog: Catalog, golden: Callable[[Path, str], None]
) -> None:
    """The wrong example of a check gives its message, at its place, and no other check's."""
    sources = _read_case(code)

    checked = check_flows(Path(), catalog, sources=sources)

    assert {problem.code for problem in checked.problems} == {code}
    assert checked.bot is None
    golden(ERR / f"{code}.out", render_problems(checked.problems, "text", sources))


def test_base_of_the_examples_is_right(catalog: Catalog) -> None:
    """What the wrong examples are added to has no problem of its own."""
    sources = {Path(name): text for name, text in BASE.items()}

    assert check_flows(Path(), catalog, sources=sources).problems == ()


def test_every_code_has_an_example() -> None:
    """No check is without a wrong example: each code written in the engine is a file here."""
    engine = Path(__file__).parent.parent.parent / "engine" / "flow"
    written = "\n".join(path.read_text() for path in engine.rglob("*.py"))
    rules = {path.stem.replace("_", "-") for path in (engine / "rules").glob("[a-z]*.py")}

    assert rules <= set(CODES)
    assert [code for code in CODES if f'"{code}"' not in written] == []


def test_checks_page_shows_every_check(golden: Callable[[Path, str], None]) -> None:
    """docs/checks.md has a section for every check: why, a wrong example, its message and the mend."""
    page = [
        "# Checks",
        "",
        "`usher check` finds these mistakes. Every section shows a wrong example, what the checker says of it,",
        "and the mend. The examples are run by the tests.",
    ]
    for code in CODES:
        text = (ERR / f"{code}.yaml").read_text()
        notes = dict(_NOTE.findall(text))
        example = _WITHOUT.sub("", _NOTE.sub("", text)).strip().replace("\x07", "␇")
        message = "\n".join((ERR / f"{code}.out").read_text().splitlines())
        page += ["", f"## {code}", "", notes["why"], "", "```yaml", example, "```", ""]
        page += ["```text", message.strip(), "```", "", f"**Mend:** {notes['mend']}"]

    golden(DOCS / "checks.md", "\n".join(page) + "\n")
