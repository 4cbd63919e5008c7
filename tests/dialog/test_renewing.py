"""Windows that are shown again by themselves: in their place, while somebody may look, and with nothing sent in vain."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.actions import Context, command, query
from engine.dialog.conversations import Conversations
from engine.dialog.pace import A_SECOND, Pace
from engine.dialog.record import is_refresh_due
from engine.dialog.turns import TurnResult
from engine.emulator.faults import Fault
from engine.emulator.server import Emulator
from tests.dialog.conftest import BOT_YAML, Chat

MAIN = """\
flow: main
version: 1
title: Jobs
data: {name: {type: text, optional: true}}
steps:
  start:
    show: "Start?"
    buttons: [{text: "Start", go: begin}, {text: "Clock", go: clock}]
  begin: {do: jobs.begin(), go: {work}}
  work:
    show: "{{ job.done }} of 3"
    load: {job: jobs.look()}
    buttons: [{text: "Hello", go: work, say: "Still here."}, {text: "Look", run: look}, {text: "Name", go: name}]
    refresh: {every: 2s, for: 1m, until: job.done >= 3, go: done, say: "All {{ user.first_name }} wanted."}
    timeout: {after: 50s, go: end, say: "Too slow."}
  name:
    ask: text
    text: "Your name? {{ job.done }}"
    load: {job: jobs.look()}
    max: 5
    save: {name: it}
    go: work
    refresh: {every: 10s, until: job.done >= 3}
  done: {show: "Done.", buttons: [{text: "OK", go: end}]}
  clock:
    show: "It is {{ now() | time }}."
    buttons: [{text: "OK", go: end}]
    refresh: 30s
""".replace("go: {work}", "go: work")
LOOK = """\
flow: look
version: 1
title: Look
steps:
  picture: {show: "A picture.", buttons: [{text: "Back", go: end}]}
"""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that takes time."""

    id: int
    done: int


@dataclass
class Works:
    """What is done of the one job there is, and how often somebody looked."""

    done: int = 0
    looks: int = 0
    breaks: bool = False


@pytest.fixture
def works() -> Works:
    """Give a job that goes on as the test says."""
    return Works()


@pytest.fixture
def calls(emulator: Emulator) -> Callable[[], list[str]]:
    """Give a function that returns the methods called since it was asked last, without those that show nothing."""
    log, start = emulator.world.calls.calls, [0]
    quiet = {"getUpdates", "answerCallbackQuery", "getMe"}

    def since() -> list[str]:
        known, start[0] = start[0], len(log)
        return [call.method for call in list(log)[known:] if call.method not in quiet]

    return since


@pytest.fixture
async def chat(make_chat: Any, works: Works) -> Chat:
    """Give a chat in which the job has begun."""

    @query("jobs.look")
    async def look(context: Context) -> Job:
        """Return the job."""
        del context
        works.looks += 1
        if works.breaks:
            raise RuntimeError("the job is gone")
        return Job(1, works.done)

    @command("jobs.begin")
    async def begin(context: Context) -> None:
        """Begin the job."""
        del context

    opened: Chat = make_chat(look, begin, main=MAIN, look=LOOK, bot=BOT_YAML)
    await opened.send("/start")
    await opened.press("Go")
    await opened.press("Start")
    return opened


async def test_what_changes_is_seen(
    chat: Chat, works: Works, calls: Callable[[], list[str]]
) -> None:
    """The window is edited in its place when it has changed, and nothing is sent when it has not."""
    before = len(await chat.messages())
    calls()
    assert await chat.wait(seconds=1) == []

    works.done = 1
    assert await chat.wait(seconds=1) == [TurnResult.HANDLED]
    assert (await chat.text(), len(await chat.messages())) == ("1 of 3", before)
    assert calls() == ["editMessageText"]

    assert await chat.wait(seconds=2) == [TurnResult.HANDLED]
    assert calls() == []


async def test_it_goes_on_by_itself(
    chat: Chat, works: Works, calls: Callable[[], list[str]]
) -> None:
    """Once its condition holds the conversation goes on in the same message, and is at rest."""
    works.done = 3
    calls()

    await chat.wait(seconds=2)

    assert await chat.text() == "All Somebody wanted.\n\nDone."
    assert calls() == ["editMessageText"]
    assert await chat.wait(hours=1) == []
    await chat.press("OK")
    assert (await chat.text()).startswith("Home")


async def test_its_buttons_go_on_working(chat: Chat, works: Works) -> None:
    """A press on the window as it was before it was shown again is no old button, and what was said above it stays."""
    data = await chat.data_of("Hello")
    works.done = 1
    await chat.wait(seconds=2)
    assert await chat.data_of("Hello") == data

    await chat.forge(data)
    assert await chat.text() == "Still here.\n\n1 of 3"
    works.done = 2
    await chat.wait(seconds=2)

    assert await chat.text() == "Still here.\n\n2 of 3"


async def test_it_is_no_sign_of_the_person(chat: Chat) -> None:
    """The silence that a timeout measures goes on while the window is shown again."""
    for _ in range(24):
        await chat.wait(seconds=2)
    assert await chat.text() == "0 of 3"

    await chat.wait(seconds=2)

    assert (await chat.text()).startswith("Too slow.")


async def test_it_comes_to_rest(chat: Chat, works: Works) -> None:
    """A window at which nobody does anything is shown again for so long and no longer, until somebody does."""
    await chat.press("Name")
    for _ in range(60):
        assert await chat.wait(seconds=10) == [TurnResult.HANDLED]
    works.done = 1
    assert await chat.wait(hours=5) == []
    assert await chat.text() == "Your name? 0"

    await chat.send("much too long")
    works.done = 2
    await chat.wait(seconds=10)

    assert await chat.text() == "Not that.\n\nYour name? 2"


async def test_until_without_a_way_on(chat: Chat, works: Works) -> None:
    """Once the condition holds the window is shown a last time."""
    await chat.press("Name")
    works.done = 3
    await chat.wait(seconds=10)

    assert await chat.text() == "Your name? 3"
    assert await chat.wait(seconds=10) == []


async def test_what_is_covered_is_not_shown(
    chat: Chat, works: Works, calls: Callable[[], list[str]]
) -> None:
    """A window below another flow, or left, is not shown again, and goes on when it is on top once more."""
    await chat.press("Look")
    calls()
    works.done = 1
    assert await chat.wait(seconds=2) == []
    assert calls() == []

    await chat.press("Back")
    works.done = 2
    await chat.wait(seconds=2)
    assert await chat.text() == "2 of 3"


async def test_the_clock_is_read_anew(chat: Chat) -> None:
    """What the time of the day says changes by itself."""
    await chat.send("/start")
    await chat.press("Go")
    await chat.press("Clock")
    assert await chat.text() == "It is 9:30\u202fAM."

    await chat.wait(seconds=30)
    await chat.wait(seconds=30)

    assert await chat.text() == "It is 9:31\u202fAM."


async def test_another_process_goes_on(chat: Chat, works: Works) -> None:
    """Who comes after a restart edits the same message; what it does not know it edits once more than it must."""
    works.done = 1
    await chat.wait(seconds=2)
    before = await chat.messages()
    conversations = Conversations(
        registry=chat.registry,
        store=chat.store,
        directory=chat.directory,
        runner=chat.runner,
        kept=chat.kept,
        clock=chat.clock,
    )
    after = replace(chat, conversations=conversations)

    assert await after.wait(seconds=2) == [TurnResult.HANDLED]
    assert await chat.messages() == before
    works.done = 2
    await after.wait(seconds=2)

    assert await chat.text() == "2 of 3"
    assert len(await chat.messages()) == len(before)


async def test_what_cannot_be_seen_is_left_alone(
    chat: Chat, works: Works, emulator: Emulator
) -> None:
    """Whoever has blocked the bot, or deleted the window, is let be until they do something."""
    works.done = 1
    emulator.world.faults.add(
        Fault("editMessageText", error=403, description="Forbidden: bot was blocked by the user")
    )
    assert await chat.wait(seconds=2) == [TurnResult.HANDLED]
    assert await chat.wait(seconds=40) == []

    await chat.press("Hello")
    works.done = 2
    await chat.wait(seconds=2)

    assert await chat.text() == "Still here.\n\n2 of 3"


async def test_a_deleted_window_is_not_sent_again(
    chat: Chat, works: Works, emulator: Emulator, calls: Callable[[], list[str]]
) -> None:
    """What somebody has deleted does not come back by itself."""
    fault = Fault(
        "editMessageText", error=400, description="Bad Request: message to edit not found"
    )
    emulator.world.faults.add(fault)
    works.done = 1
    calls()

    await chat.wait(seconds=2)

    assert calls() == ["editMessageText"]
    assert await chat.wait(seconds=40) == []


async def test_telegram_is_given_rest(chat: Chat, works: Works, emulator: Emulator) -> None:
    """Where Telegram asks to wait nobody is kept waiting: windows are shown again when that time is over."""
    emulator.world.faults.add(Fault("editMessageText", error=429, retry_after=7))
    works.done = 1
    await chat.wait(seconds=2)
    assert await chat.text() == "0 of 3"

    assert await chat.wait(seconds=2) == [None]
    assert await chat.wait(seconds=6) == [TurnResult.HANDLED]

    assert await chat.text() == "1 of 3"


async def test_what_fails_is_told_nobody(chat: Chat, works: Works) -> None:
    """A query that breaks leaves the window as it was, and it is not asked again before the person does something."""
    works.breaks = True
    await chat.wait(seconds=2)
    assert await chat.text() == "0 of 3"
    assert await chat.wait(seconds=40) == []

    works.breaks, works.done = False, 1
    await chat.press("Hello")
    works.done = 2
    await chat.wait(seconds=2)

    assert await chat.text() == "Still here.\n\n2 of 3"


async def test_only_one_of_two_shows_it(chat: Chat, works: Works) -> None:
    """A write that comes second finds that the window was shown, and does nothing."""
    works.done = 1
    chat.store.interfere = 1

    assert await chat.wait(seconds=2) == [TurnResult.HANDLED]
    assert await chat.text() == "1 of 3"
    (key,) = chat.store.kept
    assert is_refresh_due(chat.store.kept[key].value)
    assert await chat.conversations.expire(chat.bot, key) is None


async def test_groups_are_shown_less(chat: Chat, works: Works) -> None:
    """In a group a window is shown again every three seconds at most, whatever is written."""
    response = await chat.client.post("/_emulator/groups", json={"creator_id": chat.user_id})
    group = chat.another(chat.user_id, chat_id=response.json()["id"])
    await group.send("/start")
    await group.press("Go")
    await group.press("Start")
    works.done = 1

    await group.wait(seconds=2)
    assert await group.text() == "0 of 3"
    await group.wait(seconds=1)

    assert await group.text() == "1 of 3"


def test_pace() -> None:
    """More windows than there is room for wait for their turn; what Telegram asks for comes before."""
    pace = Pace()
    taken = [pace.wait(100.0) for _ in range(2 * A_SECOND)]
    assert [one for one in taken if one == 0.0] == [0.0] * (A_SECOND + 1)
    assert pace.wait(100.5) == 0.0
    pace.rest(101.0, 30)
    assert 29.9 < pace.wait(101.0) < 30.1
