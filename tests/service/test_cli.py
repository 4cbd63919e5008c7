"""The command line as people meet it: what it prints, how it ends, and what it does not load."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from engine.service.cli import main

ROOT = Path(__file__).parents[2]
DESK = Path(__file__).parent / "desk"
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

type Usher = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Give a directory of flows with one fault: a button to a step that is not there."""
    directory = tmp_path / "flows"
    shutil.copytree(DESK, directory)
    menu = directory / "menu.yaml"
    menu.write_text(menu.read_text().replace("go: speak", "go: speek"))
    return directory


def test_fine_flows_end_with_0(usher: Usher) -> None:
    """Nothing on stdout, a word for people on stderr, and 0."""
    done = usher("check", str(DESK))

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 flows, no problems\n"


@pytest.mark.usefixtures("broken")
def test_problems_end_with_1(usher: Usher) -> None:
    """Every problem is on stdout with its place, and the end is 1."""
    done = usher("check")

    assert done.returncode == 1
    assert done.stdout.startswith("flows/menu.yaml:9:31: ")
    assert "[unknown-step]" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("style", "pattern"),
    [("json", r"^\[\n"), ("github", r"^::error file=flows/menu.yaml,line=9,col=31,")],
)
def test_problems_come_in_other_formats(
    style: str, pattern: str, here: Usher, broken: Path
) -> None:
    """Programs and GitHub read the same problems in their own forms."""
    done = here("check", str(broken.name), "--format", style)

    assert done.returncode == 1
    assert re.match(pattern, done.stdout)
    if style == "json":
        assert json.loads(done.stdout)[0]["code"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere"], 'usher: there is no directory "nowhere"\n'),
        (["check", str(DESK / "bot.yaml")], 'bot.yaml" is a file; give the directory of the flows'),
        (["check", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["fly"], "invalid choice: 'fly'"),
        ([], "the following arguments are required: COMMAND"),
        (["role", "grant", "me", "admin"], '"me" is not a Telegram id, which is a number'),
        (["demo", "--port", "99999"], '"99999" is not a port, which is from 0 to 65535'),
        (
            ["graph", "menus", "--flows", str(DESK)],
            'usher: there is no flow "menus"; did you mean "menu"? flows are "menu", "office"\n',
        ),
        (["fmt", "gone"], 'usher: there is no file or directory "gone"\n'),
        (["run", "--env-file", "gone"], 'usher: there is no env file "gone"\n'),
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str], sentence: str, here: Usher) -> None:
    """What is wrong with the command is said in a sentence on stderr."""
    done = here(*arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("actions", 'ACTIONS is "actions", which is not of the form module:name'),
        (
            "action.catalog:catalog",
            'ACTIONS is "action.catalog:catalog", but there is no module "action"',
        ),
        ("actions.catalog:nothing", '"nothing" there is no Catalog'),
    ],
)
def test_a_wrong_catalog_is_named(reference: str, sentence: str, here: Usher) -> None:
    """Who names their own actions wrongly is told how."""
    done = here("check", str(DESK), ACTIONS=reference)

    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_catalog_in_the_working_directory_is_found(usher: Usher, tmp_path: Path) -> None:
    """Somebody else's actions need not be installed."""
    (tmp_path / "mine.py").write_text(
        "from engine.actions import Catalog, Context, command\n"
        "@command('users.set_locale')\n"
        "async def set_locale(context: Context, *, locale: str) -> None: ...\n"
        "catalog = Catalog([set_locale])\n"
    )

    assert usher("check", str(DESK), ACTIONS="mine:catalog").returncode == 0


def test_an_action_that_cannot_be_one_is_named(usher: Usher, tmp_path: Path) -> None:
    """A fault in how an action is declared is a sentence too, with the action's name."""
    (tmp_path / "mine.py").write_text(
        "from engine.actions import Catalog, Context, query\n"
        "@query('things.see')\n"
        "def see(context: Context) -> int: ...\n"
        "catalog = Catalog([see])\n"
    )

    done = usher("check", str(DESK), ACTIONS="mine:catalog")

    assert done.returncode == 2
    assert done.stderr == (
        'usher: ACTIONS is "mine:catalog": action "things.see" is not an async function\n'
    )


@pytest.mark.parametrize(
    "arguments",
    [["check", "flows"], ["fmt", "--check", "flows"], ["new", "flow", "fresh"]],
    ids=str,
)
def test_work_on_flows_loads_neither_telegram_nor_a_database(
    arguments: list[str], tmp_path: Path
) -> None:
    """Checking, formatting and beginning a flow beside the shipped actions stays quick and works anywhere."""
    shutil.copytree(ROOT / "flows", tmp_path / "flows")
    code = (
        f"import sys; from engine.service.cli import main; code = main({arguments});"
        "heavy = {'aiogram', 'aiogram_dialog', 'sqlalchemy', 'asyncpg', 'redis', 'fastapi', 'uvicorn'};"
        "print(sorted(heavy & set(sys.modules))); sys.exit(code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.splitlines()[-1], done.returncode) == ("[]", 0), done.stdout


def test_a_graph_is_drawn(here: Usher, tmp_path: Path) -> None:
    """Mermaid goes to stdout, a picture where it is told, in the format that the name of its file tells."""
    mermaid = here("graph", "menu", "--flows", str(DESK))
    picture = here("graph", "menu", "--flows", str(DESK), "-o", "pictures/menu.svg")
    told = here("graph", "menu", "--flows", str(DESK), "--format", "dot", "-o", "menu.svg")

    assert mermaid.stdout.startswith("flowchart TD\n")
    assert (picture.returncode, picture.stdout) == (0, "")
    assert (tmp_path / "pictures" / "menu.svg").read_text().lstrip().startswith("<svg")
    assert told.returncode == 0
    assert (tmp_path / "menu.svg").read_text().startswith("digraph")


def test_a_bot_is_drawn(here: Usher) -> None:
    """Without a flow, all flows are drawn; DOT is for Graphviz."""
    bot = here("graph", "--flows", str(DESK), "--format", "dot")
    same = here("graph", "--all", "--flows", str(DESK), "--format", "dot")

    assert bot.stdout.startswith('digraph "all flows" {')
    assert (bot.stdout, bot.returncode) == (same.stdout, 0)


def test_a_graph_of_a_broken_flow_is_its_problems(here: Usher, broken: Path) -> None:
    """A picture of what cannot run would mislead."""
    done = here("graph", "menu", "--flows", str(broken))

    assert (done.returncode, done.stdout) == (1, "")
    assert "[unknown-step]" in done.stderr


UNFORMED = "flow: a\ntitle: A\nversion: 1\nsteps:\n  a: {end: {}}  # done\n"
FORMED = 'flow: a\nversion: 1\ntitle: "A"\n\nsteps:\n  a:  # done\n    end: {}\n'


def test_flows_are_formatted(here: Usher, tmp_path: Path) -> None:
    """Files that were in another form are written anew and named; a second time none is."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "a.yaml").write_text(UNFORMED)
    (tmp_path / "flows" / "b.yaml").write_text(FORMED)

    would, wrote, again = here("fmt", "--check"), here("fmt"), here("fmt", "--check", "flows")

    assert (would.returncode, wrote.returncode, again.returncode) == (1, 0, 0)
    assert would.stdout == wrote.stdout == "flows/a.yaml\n"
    assert again.stderr == "2 files, 0 would change\n"
    assert (tmp_path / "flows" / "a.yaml").read_text() == FORMED


def test_file_that_cannot_be_read_is_not_formatted(here: Usher, tmp_path: Path) -> None:
    """A file that would lose something stays as it is, byte for byte, and its problem is told."""
    broken = "flow: a\nflow: b\n  x"
    (tmp_path / "a.yaml").write_text(broken)
    (tmp_path / "b.yaml").write_bytes(b"flow: \xff")

    done = here("fmt", "a.yaml", "b.yaml")

    assert done.returncode == 1
    assert "[duplicate-key]" in done.stdout
    assert "[yaml-encoding]" in done.stdout
    assert (tmp_path / "a.yaml").read_text() == broken


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Give a directory of right flows, in English and German."""
    shutil.copytree(DESK, tmp_path / "flows")
    return tmp_path / "flows"


def test_new_flow_is_right(here: Usher, desk: Path) -> None:
    """A new flow has its translations and scenarios, is checked, formatted and drawn, and nothing else has changed."""
    texts = (desk / "texts" / "de.yaml").read_text()

    done = here("new", "flow", "feedback")

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "flows/feedback.yaml",
        "flows/texts/de.yaml",
        "tests/scenarios/feedback.yaml",
    ]
    assert here("check").returncode == 0
    assert here("fmt", "--check", "flows/feedback.yaml").returncode == 0
    assert "start: [/feedback]" in (desk / "feedback.yaml").read_text()
    assert (desk / "texts" / "de.yaml").read_text().startswith(texts.rstrip())
    assert here("graph", "feedback").returncode == 0


def test_new_bot_is_right(here: Usher, tmp_path: Path) -> None:
    """A new bot stands in an empty directory: checked, formatted, and ready for flows; nothing is overwritten."""
    done = here("new", "bot", "shop")

    assert (done.returncode, done.stdout) == (0, "flows/bot.yaml\nflows/home.yaml\n")
    assert here("check").stderr == "1 flow, no problems\n"
    assert here("fmt", "--check").stderr == "2 files, 0 would change\n"
    assert here("new", "flow", "feedback").returncode == 0
    again, wrong = here("new", "bot", "other"), here("new", "bot", "My shop", "--flows", "more")
    assert (again.returncode, wrong.returncode) == (2, 2)
    assert again.stderr.startswith('usher: there is a file "flows/bot.yaml"')
    assert wrong.stderr.startswith('usher: "My shop" is not the name of a bot')
    assert not (tmp_path / "more").exists()


def test_fmt_leaves_files_that_are_no_flows(here: Usher, tmp_path: Path) -> None:
    """What is not named .yaml is refused: a list of settings can be read as YAML, and would not survive it."""
    (tmp_path / "settings.conf").write_text("name:\nother:\n")

    done = here("fmt", "settings.conf")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'usher: "settings.conf" is no file of flows; their names end in ".yaml"\n'
    assert (tmp_path / "settings.conf").read_text() == "name:\nother:\n"


def test_new_flow_tells_what_is_left_to_translate(here: Usher, desk: Path) -> None:
    """A language that the starter does not speak gets no made-up texts: the checker lists what to write."""
    bot = (desk / "bot.yaml").read_text()
    (desk / "bot.yaml").write_text(bot.replace("[en, de]", "[en, fr]"))
    texts = (desk / "texts" / "de.yaml").rename(desk / "texts" / "fr.yaml").read_text()

    done = here("new", "flow", "feedback")

    assert done.returncode == 1
    assert done.stdout.startswith("flows/feedback.yaml\n")
    assert '19 texts of "flows/feedback.yaml" have no translation in "fr"' in done.stdout
    assert (desk / "texts" / "fr.yaml").read_text() == texts


def test_new_flow_leaves_a_command_to_its_flow(here: Usher, desk: Path) -> None:
    """When another flow has the command already, the new one has no start, and that is said."""
    office = desk / "office.yaml"
    office.write_text(re.sub("start:.*", "start: [/feedback]", office.read_text()))

    done = here("new", "flow", "feedback")

    assert done.returncode == 0, done.stdout
    assert "another flow has /feedback" in done.stderr
    assert "start:" not in (desk / "feedback.yaml").read_text()
    assert "scenarios" not in done.stdout  # nobody could begin them


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("menu", 'there is a file "flows/menu.yaml"'),
        ("Menu", '"Menu" is not the name of a flow'),
        ("a" * 33, "is not the name of a flow"),
        ("fragments", 'a flow cannot be named "fragments"'),
    ],
)
def test_new_flow_overwrites_nothing(name: str, sentence: str, here: Usher, desk: Path) -> None:
    """A name that is taken, reserved or none is refused, and no file is touched."""
    before = {path: path.read_bytes() for path in desk.rglob("*.yaml")}

    done = here("new", "flow", name)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert {path: path.read_bytes() for path in desk.rglob("*.yaml")} == before


def test_schemas_are_written(here: Usher, tmp_path: Path) -> None:
    """Editors get a schema for each kind of file; the one of flows is also printed."""
    printed = here("schema")
    written = here("schema", "-o", "schemas")

    assert written.returncode == 0
    assert sorted(path.name for path in (tmp_path / "schemas").iterdir()) == [
        "bot.schema.json",
        "flow.schema.json",
        "fragment.schema.json",
        "scenarios.schema.json",
        "texts.schema.json",
    ]
    assert json.loads(printed.stdout) == json.loads(
        (tmp_path / "schemas" / "flow.schema.json").read_text()
    )


def test_a_place_that_cannot_be_written_is_named(here: Usher, tmp_path: Path) -> None:
    """A file in the place of a directory is told, not traced."""
    (tmp_path / "schemas").write_text("")

    done = here("schema", "-o", "schemas")

    assert done.returncode == 2
    assert 'usher: "schemas/flow.schema.json" cannot be written: ' in done.stderr


def test_missing_settings_end_with_2(usher: Usher) -> None:
    """Everything that is missing is said at once, a line each."""
    done = usher("run")

    assert done.returncode == 2
    assert [line.split(" is not set")[0] for line in done.stderr.splitlines()] == [
        "usher: DATABASE_URL",
        "usher: BOT_TOKEN",
        "usher: REDIS_URL",
    ]


def test_a_database_is_brought_up_to_date(
    usher: Usher, here: Usher, empty_database_url: str
) -> None:
    """The first upgrade makes the tables, the second finds nothing to do, and roles can be given then."""
    settings = {"DATABASE_URL": empty_database_url}

    too_early = here("role", "list", **settings)
    first = usher("db", "upgrade", **settings)
    second = here("db", "upgrade", **settings)
    nobody = here("role", "list", **settings)

    assert too_early.returncode == 1
    assert too_early.stderr.endswith('run "usher db upgrade"\n')
    assert (first.returncode, first.stdout) == (0, "the database is up to date\n")
    assert (second.returncode, second.stdout) == (0, "the database is up to date\n")
    assert (nobody.returncode, nobody.stdout) == (0, "nobody has a role\n")


def test_roles_are_given_and_taken(here: Usher, migrated_url: str) -> None:
    """Each command says what changed, and a role that does not exist is wrong use."""
    settings = {"DATABASE_URL": migrated_url}

    said = [
        here("role", *arguments, **settings).stdout
        for arguments in (
            ("grant", "9901", "admin"),
            ("grant", "9901", "admin"),
            ("list",),
            ("revoke", "9901", "admin"),
            ("revoke", "9901", "admin"),
        )
    ]
    wrong = here("role", "grant", "9901", "king", **settings)

    assert said[0] == "9901 is now admin\n"
    assert said[1] == "9901 was already admin\n"
    assert re.search(r"^9901\tadmin\t-\tby an operator on \d{4}-\d\d-\d\d$", said[2], re.MULTILINE)
    assert said[3:] == ["9901 is no longer admin\n", "9901 was not admin\n"]
    assert wrong.returncode == 2
    assert wrong.stderr == (
        'usher: there is no role "king"; roles are "admin", "client", "owner", "staff"\n'
    )


@pytest.mark.parametrize("arguments", [["db", "upgrade"], ["role", "list"]])
def test_a_database_that_is_away_is_a_sentence(arguments: list[str], here: Usher) -> None:
    """The sentence names the setting, never the password in it."""
    done = here(*arguments, DATABASE_URL="postgresql://usher:hunter2@127.0.0.1:9/usher")

    assert done.returncode == 1
    assert done.stderr.startswith("usher: PostgreSQL at DATABASE_URL cannot be reached: ")
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.stderr


def test_run_refuses_broken_flows(usher: Usher, broken: Path) -> None:
    """The bot does not start on flows that have problems, and prints them."""
    done = usher(
        "run",
        BOT_TOKEN=TOKEN,
        DATABASE_URL="postgresql://127.0.0.1:9/usher",
        REDIS_URL="redis://127.0.0.1:9",
        FLOWS_DIR=str(broken),
    )

    assert done.returncode == 1
    assert "[unknown-step]" in done.stderr


def test_run_ends_well_at_a_signal(
    migrated_url: str, redis_url: str, tmp_path: Path, bare: dict[str, str]
) -> None:
    """SIGTERM ends a running bot with 0 and in time; its log is JSON without the token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "BOT_TOKEN": TOKEN,
        "DATABASE_URL": migrated_url,
        "REDIS_URL": redis_url,
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "FLOWS_DIR": str(DESK),
        "PORT": str(port),
        "LOG_LEVEL": "DEBUG",
    }
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.service.cli", "run"],
            cwd=ROOT,
            env=bare | settings,
            stdout=output,
            stderr=subprocess.PIPE,
        )
        try:
            assert fetch(f"http://127.0.0.1:{port}/health/live", process) == '{"status":"live"}'
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()

    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert process.returncode == 0
    assert errors == b""
    assert {"started", "polling_fails", "stopping"} <= {event["event"] for event in events}
    assert "AAHdq" not in log.read_text()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reports a fault can say with which version."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])

    assert caught.value.code == 0
    assert re.fullmatch(r"usher \d+\.\d+\.\d+\n", capsys.readouterr().out)


def fetch(url: str, process: subprocess.Popen[bytes]) -> str:
    """Fetch a page as soon as it can be, while a process lives."""
    while process.poll() is None:
        with suppress(httpx.TransportError):
            return httpx.get(url).text
        time.sleep(0.05)
    raise AssertionError(f"it ended with {process.returncode}")
