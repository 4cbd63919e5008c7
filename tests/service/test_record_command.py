"""`usher record`: what was done on the demo's chat page is a scenario that pytest plays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from engine.service.cli import main
from tests.service.test_demo import demo, say

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
EMMA, LUKAS, ROBIN = 1001, 1002, 1003


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, bare: dict[str, str]) -> Iterator[str]:
    """Run a demo and give the address of its chat page."""
    with demo(tmp_path_factory.mktemp("demo"), bare, "--port", "0") as (address, _, _):
        yield address


def _settle(chat: str) -> None:
    idle = httpx.get(f"{chat}_emulator/idle", params={"wait": 20, "quiet": 1}, timeout=30)
    assert idle.json() == {"idle": True}


def _book(chat: str) -> None:
    """Book a visit as Emma, while others look in."""
    say(chat, EMMA, "messages", "/book", then="What would you like")
    for _ in range(2):
        _press_first(chat)
    say(chat, EMMA, "presses", "✨ Anyone who is free", then="Which day")
    _press_first(chat, of_calendar=True)
    _press_first(chat)
    say(chat, EMMA, "messages", "Fringe only", then="Shall we book this?")
    say(chat, LUKAS, "messages", "/start", then="Guten Tag")
    say(chat, ROBIN, "messages", "/admin", then="Administration")
    say(chat, EMMA, "presses", "Confirm ✅", then="Hello Emma")


def _press_first(chat: str, *, of_calendar: bool = False) -> None:
    """Press the first item that Emma sees, or the first day that she can choose."""
    _settle(chat)
    with httpx.Client(base_url=f"{chat}_emulator/users/{EMMA}/", timeout=20) as person:
        rows = person.get("messages").json()[-1]["buttons"]
        shown = [
            one for row in rows for one in row if one["text"] != "— Hair —"
        ]  # which is a heading
        if of_calendar:
            shown = [one for one in shown if one["text"].strip("[] ").isdecimal()]
        button = shown[0]
        person.post("presses", json={"data": button["callback_data"]}).raise_for_status()
    _settle(chat)


def test_a_conversation_becomes_a_scenario_that_plays(
    chat: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], database_server: str
) -> None:
    """Three people talk to the demo; the file that is written is played green by pytest, on another day."""
    _book(chat)
    _settle(chat)
    path = tmp_path / "scenarios" / "visit.yaml"

    code = main(["record", "--chat", chat, "--name", "A visit is booked", "--out", str(path)])

    assert code == 0
    assert re.search(r"its 1\d lines hold", capsys.readouterr().err)
    written = path.read_text()
    assert "given: {people: {emma: , lukas: {locale: de}, robin: {" in written
    assert "bookings.create: {comment: Fringe only" in written
    assert "at: booking.day" in written
    done = _pytest(tmp_path, database_server)
    assert "scenarios/visit.yaml::A visit is booked PASSED" in done.stdout, done.stdout


def _pytest(directory: Path, server: str) -> subprocess.CompletedProcess[str]:
    (directory / "pytest.ini").write_text(f"[pytest]\nusher_flows = {ROOT / 'flows'}\n")
    conftest = (ROOT / "tests" / "scenarios" / "conftest.py").read_text()
    (directory / "conftest.py").write_text(conftest)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "scenarios"],
        cwd=directory,
        env={"PYTHONPATH": str(ROOT), "DATABASE_URL": server, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_recording_begins_where_it_is_said(chat: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was done before is left out, and the roles and languages are those of that moment."""
    say(chat, LUKAS, "messages", "/start", then="Guten Tag")
    _settle(chat)
    assert main(["record", "--chat", chat, "--begin"]) == 0
    assert main(["record", "--chat", chat]) == 1
    assert "nothing was done since the recording began" in capsys.readouterr().err

    say(chat, ROBIN, "messages", "/admin", then="Administration")
    _settle(chat)

    assert main(["record", "--chat", chat]) == 0
    written = capsys.readouterr().out
    assert "given: {people: {robin: {first_name: Robin (admin), role: admin}}}" in written
    assert written.count("send:") == 1


def test_a_recording_begins_where_somebody_stands(
    chat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the middle of a flow, the scenario begins there, with what the flow knows of the person."""
    say(chat, EMMA, "messages", "/book", then="What would you like")
    _press_first(chat)
    main(["record", "--chat", chat, "--begin"])
    _press_first(chat)
    say(chat, EMMA, "presses", "✨ Anyone who is free", then="Which day")
    _settle(chat)
    capsys.readouterr()

    code = main(["record", "--chat", chat])

    told = capsys.readouterr()
    assert code == 0, told.out
    assert "step: booking.location" in told.out
    assert "title: Colouring" in told.out
    assert told.out.count("pick:") == 1


def test_what_differs_is_told_and_ends_in_1(chat: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a scenario cannot say is told in the file and by the command."""
    main(["record", "--chat", chat, "--begin"])
    say(chat, EMMA, "messages", "/start", then="Hello Emma")
    url = f"{chat}_emulator/users/{EMMA}/messages"
    said = next(one for one in httpx.get(url).json()[::-1] if not one["from_bot"])
    httpx.patch(f"{url}/{said['message_id']}", json={"text": "/help"}).raise_for_status()
    _settle(chat)
    capsys.readouterr()

    code = main(["record", "--chat", chat])

    told = capsys.readouterr()
    sentence = "here emma edited a message, which a scenario cannot"
    assert code == 1
    assert f"the scenario is not as in the chat: line 9: {sentence}" in told.err
    assert f"# differs: {sentence}" in told.out


def test_what_is_wrong_is_one_sentence(
    chat: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is there stays; where no chat page answers, the sentence says what to do."""
    (tmp_path / "there.yaml").write_text("")

    codes = [
        main(["record", "--chat", chat, "--out", str(tmp_path / "there.yaml")]),
        main(["record", "--chat", "http://127.0.0.1:9/"]),
        main(["record", "--chat", "file:///etc"]),
        main(["record", "--chat", f"{chat}health/"]),
    ]

    assert codes == [2, 1, 2, 1]
    sentences = capsys.readouterr().err.splitlines()
    assert sentences[0].endswith('there.yaml" is there already; name another file')
    assert "no chat page answers at http://127.0.0.1:9/" in sentences[1]
    assert "is no address of a chat page" in sentences[2]
    assert "no chat page of usher demo" in sentences[3]
