"""The lock files are complete, hashed, free of addresses and as new as pyproject.toml."""

import re
import tomllib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock")


@dataclass(frozen=True)
class Locked:
    """One package of a lock file."""

    requirement: Requirement
    hashes: int
    wanted_by: str


def read_lock(name: str) -> dict[str, Locked]:
    """Read a lock file by package; no package has two entries, since markers never split one."""
    blocks = re.findall(r"^\S.*\n(?:\s+.*\n)*", (ROOT / name).read_text(), flags=re.MULTILINE)
    packages: dict[str, Locked] = {}
    for block in blocks:
        requirement = Requirement(block.splitlines()[0].removesuffix("\\"))
        comments = " ".join(re.findall(r"#(.*)", block))
        key = canonicalize_name(requirement.name)
        assert key not in packages, key
        packages[key] = Locked(requirement, block.count("--hash=sha256:"), comments)
    return packages


def declared(name: str) -> dict[str, Requirement]:
    """List the requirements that pyproject.toml declares for a lock file, by package."""
    project = PROJECT["project"]
    texts = list(project["dependencies"])
    if name == "requirements-dev.lock":
        texts += chain(
            *project["optional-dependencies"].values(), PROJECT["dependency-groups"]["dev"]
        )
    requirements = [Requirement(text) for text in texts]
    by_name: dict[str, Requirement] = {
        canonicalize_name(requirement.name): requirement for requirement in requirements
    }
    assert len(by_name) == len(requirements), "a requirement is declared twice"
    return by_name


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    """Each entry names one version and at least one hash of it."""
    for package in read_lock(name).values():
        assert re.fullmatch(r"==[^,*]+", str(package.requirement.specifier)), package
        assert package.hashes, package


@pytest.mark.parametrize("name", LOCKS)
def test_no_addresses(name: str) -> None:
    """A lock file says what to install and leaves where from to the machine."""
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", (ROOT / name).read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_lock_is_as_new_as_the_project(name: str) -> None:
    """What pyproject.toml asks for is locked within its bounds, and nothing it dropped stays."""
    locked = read_lock(name)

    for key, requirement in declared(name).items():
        version = str(locked[key].requirement.specifier).removeprefix("==")
        assert requirement.specifier.contains(version, prereleases=True), requirement
    asked = {key for key, package in locked.items() if "usher (pyproject.toml" in package.wanted_by}
    assert asked == set(declared(name))


def test_development_runs_what_production_runs() -> None:
    """Every package of production has the same version in the development lock file."""
    development = read_lock("requirements-dev.lock")

    for key, package in read_lock("requirements.lock").items():
        assert package.requirement.specifier == development[key].requirement.specifier


def test_the_image_can_build_the_project() -> None:
    """What the Dockerfile cuts out of the lock file is there, the build back end with it."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    found = re.search(r"wanted = /\^\((.+)\)==/", dockerfile)

    assert found is not None
    names = set(found[1].split("|"))
    assert names <= set(read_lock("requirements-dev.lock"))
    assert {Requirement(text).name for text in PROJECT["build-system"]["requires"]} <= names


def test_there_is_one_kind_of_lock_file() -> None:
    """The lock file that uv makes by itself holds addresses, so there is none."""
    assert not (ROOT / "uv.lock").exists()
