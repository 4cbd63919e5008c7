"""Every check on its own wrong example, and the page that shows them."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.codes import SILENCEABLE
from engine.flow.directory import Text, Unreadable
from engine.flow.problems import render_problems

ERR = Path(__file__).parent.parent / "flows" / "err"
DOCS = Path(__file__).parent.parent.parent / "docs"
LISTED = Path(__file__).parent.parent.parent / "engine" / "flow" / "checks.json"
CODES = sorted(path.stem for path in ERR.glob("*.yaml"))
_FILE = re.compile(r"^# file: (.+)\n", re.MULTILINE)
_WITHOUT = re.compile(r"^# without: (.+)\n", re.MULTILINE)
_UNREADABLE = re.compile(r"^# unreadable: (\S+), as (.+)\n", re.MULTILINE)
_NOTE = re.compile(r"^# (why|mend): (.+)\n", re.MULTILINE)


def _read_case(code: str, base: Mapping[str, str]) -> dict[Path, Text]:
    text = (ERR / f"{code}.yaml").read_text()
    parts = _FILE.split(text if text.startswith("# file: ") else f"# file: visit.yaml\n{text}")
    sources = {**base, **dict(zip(parts[1::2], parts[2::2], strict=True))}
    for name in _WITHOUT.findall(text):
        del sources[name]
    unread = {Path(name): Unreadable(reason) for name, reason in _UNREADABLE.findall(text)}
    return {Path(name): source for name, source in sources.items()} | unread


@pytest.mark.parametrize("code", CODES)
def test_check_finds_its_example(
    code: str,
    catalog: Catalog,
    base_files: Mapping[str, str],
    golden: Callable[[Path, str], None],
) -> None:
    """The wrong example of a check gives its message, at its place, and no other check's."""
    sources = _read_case(code, base_files)

    checked = check_flows(Path(), catalog, sources=sources)

    assert {problem.code for problem in checked.problems} == {code}
    assert checked.bot is None
    texts = {path: text for path, text in sources.items() if isinstance(text, str)}
    golden(ERR / f"{code}.out", render_problems(checked.problems, "text", texts))


def test_base_of_the_examples_is_right(catalog: Catalog, base_files: Mapping[str, str]) -> None:
    """What the wrong examples are added to has no problem of its own."""
    sources = {Path(name): text for name, text in base_files.items()}

    assert check_flows(Path(), catalog, sources=sources).problems == ()


def test_every_code_has_an_example() -> None:
    """No check is without a wrong example: each code written in the engine is a file here."""
    engine = Path(__file__).parent.parent.parent / "engine" / "flow"
    written = "\n".join(path.read_text() for path in engine.rglob("*.py"))
    rules = {path.stem.replace("_", "-") for path in (engine / "rules").glob("[a-z]*.py")}

    assert rules <= set(CODES)
    assert [code for code in CODES if f'"{code}"' not in written] == []


def test_checks_are_listed_with_their_reasons(golden: Callable[[Path, str], None]) -> None:
    """The engine knows each check by its code and why there is one: the list is written from the examples."""
    reasons = {
        code: dict(_NOTE.findall((ERR / f"{code}.yaml").read_text()))["why"] for code in CODES
    }

    golden(LISTED, json.dumps(reasons, ensure_ascii=False, indent=2) + "\n")


def test_only_checks_that_exist_can_be_silenced() -> None:
    """What may be silenced is the code of a check."""
    assert set(CODES) >= SILENCEABLE


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
        if code in SILENCEABLE:
            page[-1] += f" Where it is right all the same: `# usher: ignore[{code}] because …`."

    golden(DOCS / "checks.md", "\n".join(page) + "\n")
