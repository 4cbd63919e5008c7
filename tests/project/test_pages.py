"""What pages show in code blocks is tried: no page has YAML that no test reads."""

import re
from pathlib import Path

import pytest
import yaml

from actions.catalog import catalog
from engine.flow.check import check_flows
from engine.flow.extending import read_layers
from engine.flow.problems import render_problems

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^ *(?:```|~~~)([^\n]*)\n(.*?)^ *(?:```|~~~) *$", re.DOTALL | re.MULTILINE)
LANGUAGES = {"chat", "console", "json", "lua", "mermaid", "python", "sh", "text", "yaml"}

CHECKED_BY = {
    "docs/checks.md": "tests/flow/test_checks.py",
    "docs/flow-language.md": "tests/flow/test_flow_language.py",
    "docs/widgets.md": "tests/widgets/test_gallery.py",
    "docs/writing-actions.md": "tests/actions/test_writing_actions_page.py",
    "docs/writing-flows.md": "tests/tutorial.py",
}
"""The pages whose YAML needs more around it than the bot that ships, and what checks all of it."""

FLOW_KEYS = {"flow", "bot", "fragment", "start", "params", "data", "steps", "anytime"}


def _blocks(page: Path) -> list[tuple[str, str]]:
    return [(language.strip(), text) for language, text in FENCE.findall(page.read_text())]


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


YAML = [
    (_name(page), text) for page in PAGES for language, text in _blocks(page) if language == "yaml"
]
OTHERS = [text for name, text in YAML if name not in CHECKED_BY]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_blocks_say_their_language(page: Path) -> None:
    """Each block names one of the languages that are tried or only shown; none hides YAML under another name."""
    assert {language.partition(" ")[0] for language, _ in _blocks(page)} <= LANGUAGES


@pytest.mark.parametrize(("page", "test"), CHECKED_BY.items())
def test_page_has_its_test(page: str, test: str) -> None:
    """A page that is left to a test of its own has YAML, and that test reads it."""
    assert page in [name for name, _ in YAML]
    assert Path(page).name in (ROOT / test).read_text()


def test_yaml_is_yaml() -> None:
    """Every block of YAML on any page can be read, but for the checks that are about YAML itself."""
    for page, text in YAML:
        if page != "docs/checks.md":
            assert list(yaml.safe_load_all(text)), page


def test_flows_on_any_page_are_right() -> None:
    """A part of a flow on any other page is right in a flow of the bot that ships; other YAML has no key of flows."""
    bot = Path("flows/bot.yaml")
    for text in OTHERS:
        if FLOW_KEYS & set(yaml.safe_load(text)):
            found = sorted(read_layers(ROOT / "flows"))
            sources = {
                path.relative_to(ROOT): path.read_text()
                for path in found
                if path.parent.name != "texts"
            }
            sources[bot] = re.sub("locales: .*", "locales: [en]", sources[bot])
            sources[Path("flows/example.yaml")] = (
                f"flow: example\nversion: 1\ntitle: Example\n{text}"
            )

            problems = check_flows(Path("flows"), catalog, sources=sources).problems

            assert render_problems(problems, "text", sources) == ""


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_sections(page: Path) -> None:
    """Every link to a section of a page finds its heading."""
    text = FENCE.sub("", page.read_text())
    links = re.findall(r"\]\((?!\w+:)([^)#\s]*\.md)?#([^)\s]+)\)", text)

    assert [
        f"{target}#{anchor}"
        for target, anchor in links
        if anchor not in _anchors((page.parent / target) if target else page)
    ] == []
