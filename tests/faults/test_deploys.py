"""Flows that change under people: broken ones, steps that are gone, and two versions side by side."""

import asyncio
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.faults.conftest import reach_question
from tests.faults.process import BotProcess
from tests.faults.site import HERE, Site

TOKEN = "a-token-that-nobody-guesses"


def _flows(site: Site, name: str, change: Callable[[str], str] = str) -> Path:
    """Put the lab's flows into a directory, with a changed flow of marks."""
    directory = site.directory / name
    if not directory.exists():
        shutil.copytree(HERE / "lab" / "flows", directory)
    text = (HERE / "lab" / "flows" / "marks.yaml").read_text()
    (directory / "marks.yaml").write_text(change(text))
    return directory


def _renamed(text: str) -> str:
    text = text.replace("  sure:\n", "  certain:\n").replace("go: sure", "go: certain")
    return text.replace("version: 1", "version: 2")


async def _wait_for(bot: BotProcess, event: str, count: int = 1) -> list[dict[str, Any]]:
    async with asyncio.timeout(30):
        while len(found := bot.events(event)) < count:  # noqa: ASYNC110 - the log has no event
            await asyncio.sleep(0.05)
    return found


async def _get(bot: BotProcess, path: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=5) as client:
        return await client.get(f"{bot.url}{path}")


async def test_f45_broken_flows_on_reload(lab: Site) -> None:
    """Flows that do not check are refused at line and column; those of before serve on, and the service is ready."""
    directory = _flows(lab, "flows")
    bot = await lab.start(FLOWS_DIR=str(directory))
    ann = await reach_question(lab, "one")

    _flows(lab, "flows", lambda text: text.replace("go: mark}", "go: makr}"))
    bot.signal(signal.SIGHUP)

    (refused,) = await _wait_for(bot, "flows_refused")
    assert 'flows/marks.yaml:18:27: button "Yes" goes to step "makr"' in refused["problem"]
    ready = await _get(bot, "/health/ready")
    assert ready.is_success
    assert "marks.yaml:18:27" in ready.json()["parts"]["flows"]["reason"]
    assert "usher_flows_refused 1.0" in (await _get(bot, "/metrics")).text
    ann.presses("Yes")
    await ann.sees("Marked as № 1")

    _flows(lab, "flows", lambda text: text.replace("Marked as", "Noted as"))
    bot.signal(signal.SIGHUP)
    await _wait_for(bot, "flows_reloaded")
    assert (await _get(bot, "/health/ready")).json()["parts"]["flows"]["reason"] is None
    ann.presses("Another")
    await ann.sees("Note")
    ann.says("two")
    await ann.sees("Mark “two”")
    ann.presses("Yes")
    await ann.sees("Noted as № 2")


async def test_f46_a_step_that_is_gone(lab: Site) -> None:
    """Who stands at a step that a reload removed begins the flow anew, is told, and nothing is done for them."""
    directory = _flows(lab, "flows")
    bot = await lab.start(FLOWS_DIR=str(directory))
    ann, bob = await reach_question(lab, "one"), await reach_question(lab, "two")

    _flows(lab, "flows", _renamed)
    bot.signal(signal.SIGHUP)
    await _wait_for(bot, "flows_reloaded")
    ann.presses("Yes")
    bob.says("hello")

    await ann.sees(r"^Note\?$")
    await bob.sees(r"^An old button\.\s+Note\?$")
    assert await lab.fetch("SELECT note FROM lab_marks") == []
    ann.says("three")
    await ann.sees("Mark “three”")
    ann.presses("Yes")
    await ann.sees("Marked as № 1")


async def test_f48_two_versions_side_by_side(lab: Site) -> None:
    """In a rolling restart everybody goes on where they are, whichever process takes their update, and once."""
    upgrade = "upgrade: {from 1: {steps: {sure: certain}}}\n"
    old_flows = _flows(lab, "old")
    new_flows = _flows(lab, "new", lambda text: _renamed(text) + upgrade)
    old = await lab.start(FLOWS_DIR=str(old_flows))
    people = [await reach_question(lab, f"note {number}") for number in range(6)]

    new = await lab.start(FLOWS_DIR=str(new_flows))
    for turn in range(3):
        for person in people:
            person.presses("Look")
        await asyncio.gather(*(person.sees("Seen") for person in people))
        if turn == 1:
            assert await old.stop() == 0
        for person in people:
            person.presses("Back")
        await asyncio.gather(*(person.sees("Mark “") for person in people))
    for person in people:
        person.presses("Yes")
    await asyncio.gather(*(person.sees("Marked as") for person in people))

    marked = await lab.fetch("SELECT note FROM lab_marks ORDER BY note")
    assert marked == [f"note {number}" for number in range(6)]
    moved = [event for bot in (old, new) for event in bot.events("person_moved")]
    assert {(event["fate"], event["to"]) for event in moved} <= {("moved", "marks:certain")}
    assert not any("Note?" in person.texts()[-1] for person in people)


async def test_changes_are_seen_and_administrators_obeyed(lab: Site) -> None:
    """Files that change are read anew while they are watched; whoever has the token can ask for it, and nobody else."""
    directory = _flows(lab, "flows")
    bot = await lab.start(FLOWS_DIR=str(directory), WATCH="true", ADMIN_TOKEN=TOKEN)
    _flows(lab, "flows", lambda text: text.replace('text: "Note?"', 'text: "Note it?"'))
    await _wait_for(bot, "flows_reloaded")
    ann = lab.person()
    ann.says("/mark")
    await ann.sees("Note it")

    async with httpx.AsyncClient(base_url=bot.url, timeout=30) as client:
        for given in (b"", b"Bearer wrong", "Bearer ü".encode()):
            response = await client.post("/admin/reload", headers=[(b"Authorization", given)])
            assert response.status_code == httpx.codes.UNAUTHORIZED
        header = {"Authorization": f"Bearer {TOKEN}"}
        done = await client.post("/admin/reload", headers=header)
        assert (done.status_code, done.json()["flows"]["marks"]) == (httpx.codes.OK, 1)
        _flows(lab, "flows", lambda text: text + "nonsense: 1\n")
        done = await client.post("/admin/reload", headers=header)
        assert done.status_code == httpx.codes.CONFLICT
        assert "[unknown-key]" in done.json()["problems"][0]
    assert TOKEN not in bot.log.read_text()
