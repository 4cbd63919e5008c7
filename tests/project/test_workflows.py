"""The workflow, the task list and the hooks: pinned, without rights to spare, and the same for everybody."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text()


def read_workflow(path: Path) -> dict[str, Any]:
    """Read a workflow; its `on` stays a word, as in YAML 1.2."""
    workflow: dict[str, Any] = yaml.BaseLoader(path.read_text()).get_single_data()
    return workflow


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_hash(path: Path) -> None:
    """Every action is a full commit hash, with the release it belongs to beside it."""
    uses = re.findall(r"uses: (.*)", path.read_text())

    assert uses
    for used in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_has_least_rights_and_an_end(path: Path) -> None:
    """A workflow may read the code and nothing else, and no job of it runs for ever."""
    workflow = read_workflow(path)

    assert workflow["permissions"] == {"contents": "read"}
    assert "concurrency" in workflow
    for job in workflow["jobs"].values():
        assert int(job["timeout-minutes"]) <= 20
        assert "permissions" not in job


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_checkouts_keep_no_credentials(path: Path) -> None:
    """What a later step runs finds no token in the clone."""
    for job in read_workflow(path)["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] == "false"


def test_workflow_uses_the_servers_of_production() -> None:
    """The versions that are tested as services are those that the compose file runs."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    services = read_workflow(ROOT / ".github/workflows/ci.yml")["jobs"]["test-on-services"][
        "services"
    ]

    for name in ("postgres", "redis"):
        assert services[name]["image"] == compose[name]["image"]


def test_every_target_is_explained() -> None:
    """Each target that a person may call says what it does, which is what help shows."""
    shown = re.findall(r"^(\w+):.* ## ", MAKEFILE, flags=re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)[0].split()

    assert sorted(phony) == sorted(shown)


def test_ci_runs_what_people_run() -> None:
    """The script that CI calls ends in `make test`, without reading a keyboard."""
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("exec make test </dev/null")


def test_hooks_are_local() -> None:
    """A hook runs the tool of the lock file; nothing is fetched for it."""
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]

    for repo in repos:
        assert repo["repo"] == "local"
        for hook in repo["hooks"]:
            assert hook["entry"].startswith(".venv/bin/")
            assert hook["language"] == "system"
