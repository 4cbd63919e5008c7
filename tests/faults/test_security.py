"""What strangers, forgers and former administrators try, and that it gets them nowhere."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import storage
from engine.emulator import people
from storage.database import create_engine, create_sessions
from storage.values import Profile, Role
from tests.faults.conftest import OpenSite, reach_question
from tests.faults.site import HERE, Site, Visitor
from tests.faults.test_races import confirm, walk, way_to_times


async def promote(site: Site, visitor: Visitor, role: Role) -> None:
    """Give somebody a role, around the bot."""
    engine = create_engine(site.database_url)
    async with create_sessions(engine).begin() as session:
        await storage.users.identify(session, Profile(visitor.id, "Ann"))
        await storage.users.grant_role(session, visitor.id, role)
    await engine.dispose()


async def demote(site: Site, visitor: Visitor, role: Role) -> None:
    """Take a role away, around the bot."""
    engine = create_engine(site.database_url)
    async with create_sessions(engine).begin() as session:
        await storage.users.revoke_role(session, visitor.id, role)
    await engine.dispose()


async def test_s1_another_member_of_a_group_cannot_press(steady: Site) -> None:
    """A press on somebody else's screen is refused, and their screen stays as it is."""
    world, ann, bob = steady.emulator.world, steady.person(), steady.person("Bob")
    group = world.new_group("Team", supergroup=True, creator_id=ann.id)
    bot = next(iter(world.bots.values()))
    people.set_member(world, group, bot, "administrator", by=world.users[ann.id])
    people.set_member(world, group, world.users[bob.id], "member", by=world.users[bob.id])
    ann, bob = (steady.person(number=one.id, chat_id=group.id) for one in (ann, bob))
    ann.says("/start")
    await ann.sees("Home of")

    bob.presses("Mark")

    await bob.is_answered(1)
    assert bob.person.alerts()[-1]["text"] == "An old button."
    await ann.sees("Home of")


async def test_s2_a_hidden_button_cannot_be_pressed(steady: Site) -> None:
    """The data of a button that others see, sent by somebody who does not, leads nowhere and is answered."""
    ann, eve = steady.person(), steady.person("Eve")
    await promote(steady, ann, Role.ADMIN)
    ann.says("/start")
    await ann.sees("Home")
    assert ann.buttons() == ["Mark", "Office"]
    eve.says("/start")
    home = await eve.sees("Home of Eve")
    assert eve.buttons() == ["Mark"]
    own = home["buttons"][0][0]["callback_data"]
    theirs = (ann.last() or {})["buttons"][1][0]["callback_data"]
    forged = own.rpartition(".")[0] + "." + theirs.rpartition(".")[2]
    for number, data in enumerate((forged, theirs, "nonsense", "x" * 64), start=1):
        eve.presses(data=data, message_id=home["message_id"], forge=True)
        await eve.is_answered(number)
        assert "Office" not in "".join(eve.texts())


async def test_s3_a_role_that_was_taken_away_counts_at_the_next_press(steady: Site) -> None:
    """A former administrator's screen is of no use: the press is refused, and nothing is wiped."""
    ann = await reach_question(steady, "kept")
    ann.presses("Yes")
    await ann.sees("Marked")
    await promote(steady, ann, Role.ADMIN)
    ann.says("/office")
    await ann.sees("Office: ")
    await demote(steady, ann, Role.ADMIN)

    ann.presses("Wipe")

    await ann.sees("Not for you.")
    assert await steady.fetch("SELECT note FROM lab_marks WHERE user_id = $1", ann.id) == ["kept"]


async def test_s6_the_token_is_in_no_log_and_on_no_page(steady: Site) -> None:
    """Failures of Telegram, of actions and of updates leave traces, and the token is in none."""
    ann = await reach_question(steady, "one")
    await steady.execute("INSERT INTO lab_switches VALUES ('look', 1), ('break', 1)")
    ann.presses("Stumble")
    await ann.sees("It broke")
    steady.telegram.cut()
    ann.says("/start")
    await ann.sees("Home of Ann")
    bot = steady.processes[-1]
    secret = steady.token.partition(":")[2]
    assert secret not in bot.log.read_text()
    async with httpx.AsyncClient(base_url=bot.url) as client:
        for page in ("/metrics", "/health/ready", "/health/live", "/nothing"):
            assert secret not in (await client.get(page)).text
    await steady.execute("DELETE FROM lab_switches")


def check(directory: Path) -> subprocess.CompletedProcess[str]:
    """Check flows in a process with little memory and time."""
    limits = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30));"
    command = f"{limits} from engine.service.cli import main; raise SystemExit(main())"
    return subprocess.run(
        [sys.executable, "-c", command, "check", str(directory)],
        env={"PYTHONPATH": ":".join(sys.path), "ACTIONS": "tests.faults.lab.catalog:catalog"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


BOMBS = {
    "aliases": "a: &a [x, x]\n"
    + "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, *a]\n" for n in range(40)),
    "depth": "[" * 3000 + "]" * 3000,
    "keys": "flow: one\nflow: two\n",
    "tags": "flow: !!python/object/apply:os.system [true]\n",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_s4_hostile_yaml_is_a_problem(bomb: str, tmp_path: Path) -> None:
    """A file made to burn memory, to recurse or to run code is refused with a line and a code, within a GiB."""
    lab = HERE / "lab" / "flows"
    for path in lab.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "bomb.yaml").write_text(BOMBS[bomb])

    done = check(tmp_path)

    assert done.returncode == 1, done.stderr
    assert f"{tmp_path.name}/bomb.yaml:" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


BURNERS = [
    "9 ** 9 ** 9",
    "'a' * 10000000",
    "[x for x in range(10)]",
    "user.__class__",
    "().__class__.__bases__",
    "(lambda: 1)()",
    "-" * 600 + "1",
]


@pytest.mark.parametrize("expression", BURNERS)
def test_s5_expressions_that_would_burn_time_are_refused(expression: str, tmp_path: Path) -> None:
    """What could take long, or reach what is not a declared field, is a problem before anything runs."""
    lab = HERE / "lab" / "flows"
    for path in lab.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    home = tmp_path / "home.yaml"
    home.write_text(home.read_text().replace("user.role in ['admin', 'owner']", expression))

    done = check(tmp_path)

    assert done.returncode == 1, done.stderr
    assert "home.yaml:" in done.stdout + done.stderr


async def test_s7_only_ones_own_contact_is_taken(steady: Site) -> None:
    """A number that is typed, or somebody else's contact, is refused; the person's own is taken."""
    ann = await reach_question(steady, "one")
    ann.presses("Phone")
    await ann.sees("Your number")
    ann.says("+4915112345678")
    await ann.sees("Your own, with the key")
    theirs = {"phone_number": "+4915100000001", "first_name": "Bob", "user_id": ann.id + 1}
    ann.says(contact=theirs)
    await ann.sees("Your own, with the key")
    ann.says(contact=True)
    await ann.sees(r"Got \+?\d")


async def test_s8_a_flood_of_one_person_is_held_up(steady: Site) -> None:
    """Who sends a hundred messages is told once to slow down, and others are answered meanwhile."""
    eve, bob = steady.person("Eve"), steady.person("Bob")
    for number in range(100):
        eve.says(f"flood {number}")
    bob.says("/start")
    await bob.sees("Home of Bob")
    await eve.has_seen("Slowly.")
    await eve.person.settles(30)
    assert eve.texts().count("Slowly.") == 1
    assert len(eve.texts()) < 40


async def test_s9_one_person_keeps_two_times_at_most(salon: Site) -> None:
    """Who chooses in three chats at once has two times kept, and is told so in the third; elsewhere they go on."""
    await salon.start()
    world, ann = salon.emulator.world, salon.person()
    bot = next(iter(world.bots.values()))
    chats = [ann]
    for title in ("Family", "Friends"):
        group = world.new_group(title, supergroup=True, creator_id=ann.id)
        people.set_member(world, group, bot, "administrator", by=world.users[ann.id])
        chats.append(salon.person(number=ann.id, chat_id=group.id))

    for number, one in enumerate(chats):
        await walk(one, (*way_to_times(), ("Free times", 2 * number)))
        await one.sees("We keep this time|We are keeping two other times")

    told = ["We are keeping two other times" in one.texts()[-1] for one in chats]
    assert told == [False, False, True]
    held = "SELECT count(*) FROM bookings WHERE status = 'held' AND user_id = $1"
    assert await salon.fetch(held, ann.id) == [2]
    await confirm(ann)
    chats[2].presses(chats[2].buttons()[5])
    await chats[2].sees("We keep this time")


async def test_s10_nobody_becomes_an_administrator_from_the_chat(open_lab: OpenSite) -> None:
    """The first owner comes from the settings; no command of the chat makes another."""
    async with open_lab() as site:
        ann, eve = site.person(), site.person("Eve")
        await site.start(OWNER_ID=str(ann.id))
        for text in ("/office", "/role", "/grant owner", "/start owner"):
            eve.says(text)
            await eve.sees("Home of Eve|Use the buttons|Not for you")
            assert "Office" not in eve.buttons()
        ann.says("/office")
        await ann.sees("Office: ")
        roles = await site.fetch("SELECT user_id || ' ' || role FROM roles")
        assert roles == [f"{ann.id} owner"]


async def test_s11_pages_listen_on_loopback_alone(steady: Site) -> None:
    """Health and metrics are at the loopback address and at no other, unless told otherwise."""
    port = f":{steady.processes[-1].port:04X}"
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(port) and line.split()[3] == "0A"
    ]
    assert listening == ["0100007F" + port]
