"""The documentation agrees with the files it speaks of."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from engine.service.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "90-decisions").glob("0*.md"))


def name_of(path: Path) -> str:
    """Name a page by its path in the project."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to another page or picture of the project finds it."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text)

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_stack_page_names_every_component_at_its_version() -> None:
    """What is installed for production, the demo and editors is explained, at the version that is locked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements-dev.lock").read_text()
    locked = dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==(\S+)", lock, flags=re.MULTILINE))
    wanted = chain(project["dependencies"], *project["optional-dependencies"].values())
    page = (ROOT / "docs/architecture/stack.md").read_text()
    rows = dict(re.findall(r"^\| ([a-z-]+) \| ([\d.a-z]+) \| \S", page, flags=re.MULTILINE))

    assert rows.pop("component") == "version"
    assert rows == {name: locked[name] for name in (Requirement(text).name for text in wanted)}


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_decisions_say_what_decisions_say(page: Path) -> None:
    """A decision has its context, consequences and alternatives, and the check that holds it."""
    text = page.read_text()

    for part in ("Context", "Decision", "Consequences", "Alternatives", "Check"):
        assert f"**{part}.**" in text, part


def test_decisions_are_numbered_once() -> None:
    """Each decision's number is in its file's name and in its title, and is its own."""
    numbers = [int(page.name.split("-")[0]) for page in DECISIONS]

    assert len(set(numbers)) == len(numbers)
    for number, page in zip(numbers, DECISIONS, strict=True):
        assert page.read_text().startswith(f"# {number}. "), page.name


def test_every_setting_of_the_compose_file_exists() -> None:
    """What the compose file sets is a setting, or the file of a secret one."""
    compose = (ROOT / "docker-compose.yml").read_text()
    bot = compose[compose.index("x-run:") : compose.index("services:")]
    names = re.findall(r"^    ([A-Z_]+): ", bot, flags=re.MULTILINE)

    assert names
    assert {name.removesuffix("_FILE").lower() for name in names} <= set(Settings.model_fields)


def test_every_setting_is_explained() -> None:
    """What an operator may set has a row on the operating page."""
    page = (ROOT / "docs" / "operating.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)`", page, flags=re.MULTILINE)

    assert sorted(rows) == sorted(name.upper() for name in Settings.model_fields)
