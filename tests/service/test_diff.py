"""`usher diff`: what it says of two versions, where it finds them, and whom it counts."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from engine.dialog.record import Head, seal
from engine.service.cli import main
from storage.conversations import ConversationKey

DESK = Path(__file__).parent / "desk"

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Give `usher diff` in a directory with the flows of the desk in `flows`, and the same in `next`."""
    shutil.copytree(DESK, tmp_path / "flows")
    shutil.copytree(DESK, tmp_path / "next")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["diff", *arguments])
        return (code, *capsys.readouterr())

    return run


def _change(path: str, *pairs: tuple[str, str]) -> None:
    text = Path(path).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    Path(path).write_text(text)


def _rename(upgrade: str = "", directory: str = "next") -> None:
    _change(f"{directory}/office.yaml", ("version: 1", "version: 2"), ("  room:", "  lobby:"))
    path = Path(f"{directory}/office.yaml")
    path.write_text(path.read_text() + upgrade)
    _change(f"{directory}/texts/de.yaml", ("  room:", "  lobby:"))


def test_what_did_not_change_strands_nobody(diff: Run) -> None:
    """Two versions that are the same end with 0, each step of them named."""
    code, out, err = diff("flows", "next")

    assert code == 0
    assert out == "menu 1 → 1\n  hello: stays\n\noffice 1 → 1\n  room: stays\n"
    assert err == "2 steps, nobody is stranded\n"


def test_who_would_be_stranded_is_told(diff: Run) -> None:
    """A step that is gone without a word ends with 1, and says where its people would be put."""
    _rename()

    code, out, err = diff("flows", "next")

    assert code == 1
    assert "office 1 → 2\n! room: restarts at lobby: the step is gone\n" in out
    assert err.startswith("1 step of 2 would strand people; ")


@pytest.mark.parametrize(
    ("upgrade", "said"),
    [
        ("{steps: {room: lobby}}", "  room: moved to lobby\n"),
        ("{steps: {room: end}}", "  room: leaves, as upgrade says\n"),
        ("{restart: [room]}", "  room: restarts at lobby, as upgrade says\n"),
    ],
)
def test_an_upgrade_is_enough(upgrade: str, said: str, diff: Run) -> None:
    """A step that `upgrade` leads somewhere, or whose people begin anew on purpose, strands nobody."""
    _rename(f"upgrade: {{from 1: {upgrade}}}\n")

    code, out, _ = diff("flows", "next")

    assert code == 0
    assert said in out


def test_json_has_every_step(diff: Run) -> None:
    """For tools the same is written as JSON."""
    _rename()

    code, out, _ = diff("flows", "next", "--format", "json")
    told = json.loads(out)

    assert code == 1
    assert told["stranded"] == 1
    assert told["flows"] == {"menu": 1, "office": 2}
    assert told["steps"][1] == {
        "flow": "office",
        "version": 1,
        "step": "room",
        "runs": None,
        "fate": "restarts",
        "to": "office:lobby",
        "is_sure": True,
        "lacks": [],
        "cause": "the step is gone",
        "is_meant": False,
        "is_stranded": True,
    }


def test_newer_flows_with_problems_are_not_deployed(diff: Run) -> None:
    """Flows that do not check end with 1 and their problems."""
    _change("next/menu.yaml", ("go: speak", "go: speek"))

    code, out, err = diff("flows", "next")

    assert (code, out) == (1, "")
    assert "[unknown-step]" in err


def _git(*arguments: str) -> None:
    name = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
    command = ["git", *name, *arguments]
    subprocess.run(command, check=True, capture_output=True)


def test_revisions_are_read_as_they_were(diff: Run) -> None:
    """A revision of git is read from git, whatever lies in the directory now."""
    _git("init", "-q", ".")
    _git("add", "flows")
    _git("commit", "-qm", "Before")
    _rename(directory="flows")
    _git("commit", "-qam", "After")
    Path("flows/office.yaml").write_text("not: a flow\n")

    assert diff("HEAD~1", "HEAD~1")[0] == 0
    code, out, _ = diff("HEAD~1", "HEAD")
    assert code == 1
    assert "! room: restarts at lobby" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere", "next"), '"nowhere" is neither a directory nor a git revision'),
        (("HEAD", "next", "--flows", "others"), 'revision "HEAD" has no directory "others"'),
        (("HEAD", "next", "--flows", "/etc"), "has to be below the working directory"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], said: str, diff: Run) -> None:
    """What can be neither found nor read ends with 2 and one sentence."""
    _git("init", "-q", ".")
    _git("add", "flows")
    _git("commit", "-qm", "Before")

    code, out, err = diff(*arguments)

    assert (code, out) == (2, "")
    assert said in err


def test_without_git_there_are_directories(diff: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no git, a revision is refused with what can be given instead, and directories are read."""
    monkeypatch.setattr("shutil.which", lambda _: None)

    assert diff("flows", "next")[0] == 0
    code, _, err = diff("HEAD", "next")
    assert (code, err) == (
        2,
        "usher: revisions are read with git, which is not there; give directories\n",
    )


def _stand(redis: Any, user_id: int, *states: str, bot_id: int = 1) -> None:
    contexts: list[dict[str, Any]] = [
        {"id": f"c{number}", "state": state, "start": None, "data": {}, "widgets": {}}
        for number, state in enumerate(states)
    ]
    body = json.dumps({"stack": {}, "contexts": contexts}).encode()
    name = ConversationKey(bot_id, user_id, user_id).name("state")
    redis.hset(name, mapping={"revision": 1, "value": seal(Head(), body)})


def test_people_are_counted_where_they_stand(
    diff: Run, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--live` each step says how many stand there and what becomes of them; those in other versions count as well."""
    _rename("upgrade: {from 1: {steps: {cellar: end}}}\n")
    redis = Redis.from_url(redis_url)
    redis.flushdb()  # other tests have left people standing
    for user_id in (1, 2, 3):
        _stand(redis, user_id, "menu@1:hello", "office@1:room")
    _stand(redis, 4, "menu@1:hello")
    _stand(redis, 5, "menu@1:hello", "office@1:cellar")
    _stand(redis, 6)
    redis.close()
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.delenv("BOT_TOKEN", raising=False)

    code, out, _ = diff("flows", "next", "--live")

    assert code == 1
    assert "! room: restarts at lobby: the step is gone (3: 3 restarts)\n" in out
    assert "  hello: stays (1: 1 stays)\n" in out
    assert "of other versions\n  office:cellar: (1: 1 leaves)\n" in out


def test_only_people_of_the_bot_are_counted(
    diff: Run, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the token is known, people of other bots in the same Redis do not count."""
    redis = Redis.from_url(redis_url)
    _stand(redis, 1, "menu@1:hello", bot_id=123456789)
    _stand(redis, 1, "menu@1:hello", bot_id=7)
    redis.close()
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("BOT_TOKEN", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")

    code, out, _ = diff("flows", "next", "--live", "--format", "json")

    assert code == 0
    assert json.loads(out)["steps"][0]["people"] == {"stays": 1}


def test_redis_that_is_away_is_told(diff: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can be counted, that is said, without the address."""
    monkeypatch.setenv("REDIS_URL", "redis://:secret@127.0.0.1:1/0")

    code, _, err = diff("flows", "next", "--live")

    assert code == 1
    assert "Redis at REDIS_URL cannot be read" in err
    assert "secret" not in err
