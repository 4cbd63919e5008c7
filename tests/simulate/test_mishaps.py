"""What goes wrong in a simulated chat: what the bot makes of it is that of production, and a mishap that nothing met fails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.simulate.chat import simulate
from engine.simulate.faults import TelegramFault
from engine.simulate.stage import Given, Someone
from engine.simulate.start import Start
from engine.simulate.stubs import Stub
from engine.simulate.witness import SimulationError
from tests.simulate.test_chat import ACTIONS, MAIN

if TYPE_CHECKING:
    from engine.simulate.chat import Chat
    from tests.simulate.conftest import MakeSimulator


async def _ask_whether_sure(chat: Chat) -> None:
    await chat.send("/main")
    await chat.pick("Apple kg")
    await chat.press("Skip")


async def test_a_double_press_does_once_what_it_does(make_simulator: MakeSimulator) -> None:
    """The second press of the same moment meets a screen that has moved on."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await _ask_whether_sure(chat)
        await chat.press("Yes", twice=True)

        assert len(chat.stage.results) == 2
        assert [call.name for call in chat.stage.runner.called] == ["things.take"]
        assert 'ann presses "Yes" twice' in chat.stage.transcript.render()


async def test_an_item_can_be_picked_twice(make_simulator: MakeSimulator) -> None:
    """The second pick is not taken for an answer to what is asked next."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.pick(1, twice=True)

        await chat.at("main.note")
        assert len(chat.stage.results) == 2


async def test_an_old_button_of_a_screen_before_is_pressed(make_simulator: MakeSimulator) -> None:
    """It is found by label, pattern and path, on the last screen that had it, and does nothing more."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await _ask_whether_sure(chat)
        for button in ({"text": "Skip"}, {"pattern": "^Ski"}, {"path": "main.note.buttons.sure"}):
            await chat.press(**button, old=True)  # type: ignore[arg-type]  # a label, or by name
            chat.sees("Sure?", new=False)
            assert 'ann presses the old "Skip"' in chat.stage.transcript.render()


async def test_an_old_button_of_a_message_that_is_deleted_is_pressed(
    make_simulator: MakeSimulator,
) -> None:
    """A message can go while its button is pressed."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await _ask_whether_sure(chat)
        await chat.delete("Sure?")
        chat.sees(new=False, absent=["Yes"])
        await chat.press("Yes", old=True)

        chat.sees("Done.", new=True)


async def test_a_button_of_the_screen_is_not_old(make_simulator: MakeSimulator) -> None:
    """Who means the button that is there is told which are not there any more."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.pick(1)
        with pytest.raises(SimulationError) as failure:
            await chat.press("Skip", old=True)

    assert str(failure.value).startswith(
        'there is no old button "Skip": it is on the screen now; old ones are "Apple\u202fkg"'
    )


async def test_what_is_deleted_comes_again_below(make_simulator: MakeSimulator) -> None:
    """A screen whose message is gone is sent anew."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.delete()
        with pytest.raises(SimulationError, match='has no message with "Home, Eve"'):
            await chat.delete("Home, Eve")
        await chat.send("hm")

        chat.sees("Which thing?", new=True)


async def test_a_role_is_had_and_lost_in_the_middle(make_simulator: MakeSimulator) -> None:
    """Who loses the role that a flow wants is brought home with the next press, and who gets it is let in."""
    flow = MAIN.replace("title: Main", "title: Main\naccess: user.role == 'admin'")
    async with simulate(make_simulator(*ACTIONS, main=flow)) as chat:
        await chat.become("admin")
        await chat.send("/main")
        await chat.at("main.what")
        await chat.become("client")
        await chat.pick(1)

        await chat.ended("main")
        assert "ann is client now" in chat.stage.transcript.render()


async def test_whoever_has_blocked_the_bot_gets_nothing(make_simulator: MakeSimulator) -> None:
    """Until they let it in again they can neither press nor write."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.pick(1)
        await chat.block()
        await chat.wait("10m")
        chat.sees(new=False)
        with pytest.raises(SimulationError, match="ann has blocked the bot, and can"):
            await chat.press("Skip")
        with pytest.raises(SimulationError, match="ann has blocked the bot already"):
            await chat.block()
        await chat.unblock()
        await chat.send("hm")
        chat.sees("Sure?", new=True)
        with pytest.raises(SimulationError, match="ann has not blocked the bot"):
            await chat.unblock()


async def test_forgotten_conversations_begin_anew(make_simulator: MakeSimulator) -> None:
    """What people did before is gone with them, timeouts included, and a button from before leads home."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        await chat.pick(1)
        await chat.forget()
        await chat.ended("main")
        await chat.wait("10m")
        chat.sees(new=False)
        await chat.press("Skip")

        chat.sees("Home, Ann.")


FAULTS = {
    "wait": TelegramFault(retry_after=20),
    "a bad gateway": TelegramFault(error=502, html=True, times=2),
    "cut off before": TelegramFault(cut="before", method="editMessageText"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_screen_arrives_whatever_telegram_does(
    make_simulator: MakeSimulator, fault: TelegramFault
) -> None:
    """What the bot waits for passes at once, by the clock of the simulation."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        before = chat.stage.clock.now
        with chat.telegram(fault):
            await chat.pick(1)

        chat.sees("A note on Apple?", new=True)
        assert chat.stage.clock.now > before


async def test_a_message_of_which_the_answer_is_lost_comes_twice(
    make_simulator: MakeSimulator,
) -> None:
    """Nobody can know whether it arrived, so it is sent again."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        with chat.telegram(TelegramFault(cut="after", method="sendMessage")):
            await chat.send("/main")

        assert chat.text == "Which thing?\n\nWhich thing?"


async def test_trouble_that_was_not_met_fails(make_simulator: MakeSimulator) -> None:
    """A test that thinks that it has seen a fault, and has not, protects nothing."""
    async with simulate(make_simulator(*ACTIONS, main=MAIN)) as chat:
        await chat.send("/main")
        with (
            pytest.raises(SimulationError) as failure,
            chat.telegram(TelegramFault(error=500, method="sendPhoto")),
        ):
            await chat.pick(1)
        await chat.press("Skip")

    assert str(failure.value).startswith(
        'the bot did not call "sendPhoto" of Telegram, but "editMessageText", "answerCallbackQuery"'
    )
    assert "the next sendPhoto is answered by 500" in str(failure.value)


async def test_a_restart_of_the_bot_is_told_in_the_story(make_simulator: MakeSimulator) -> None:
    """It stands where it happened, between two turns."""
    people = {"ann": Someone("Ann"), "bob": Someone("Bob")}
    async with simulate(make_simulator(*ACTIONS, main=MAIN), given=Given(people=people)) as chat:
        await chat.send("/main")
        await chat.restart()
        await chat.pick(1)

        chat.sees("A note on Apple?")
        assert "the bot is started anew\nann picks" in chat.stage.transcript.render()


async def test_a_pause_before_another_try_passes_at_once(make_simulator: MakeSimulator) -> None:
    """A command that is tried again after a pause holds up nobody who runs tests."""
    flow = MAIN.replace(
        "    outcomes:", "    retry: {times: 2, on: [error], wait: 2s}\n    outcomes:"
    )
    given = Given(stubs={"things.take": Stub(fails=True, times=2)})
    async with simulate(make_simulator(*ACTIONS, main=flow), given=given) as chat:
        await _ask_whether_sure(chat)
        before = chat.stage.clock.now
        await chat.press("Yes")

        chat.sees("Done.")
        assert chat.stage.clock.now - before == timedelta(seconds=4)


SUB = """\
flow: sub
version: 1
title: Sub
params:
  thing: Thing
  most: {type: int, default: 3}
data:
  count: {type: int, default: 1}
steps:
  look:
    show: "{{ data.count }} of {{ params.most }} {{ params.thing.title }}"
    buttons:
      - {text: "Back", go: end}
"""


async def test_a_flow_that_others_run_is_begun_with_params(make_simulator: MakeSimulator) -> None:
    """It stands above home, to which its end leads; what is not given has its default."""
    main = MAIN.replace(
        '{text: "Yes, but later", go: what}', '{text: "Look", run: sub, with: {thing: data.thing}}'
    )
    start = Start("sub.look", data={"count": 2}, params={"thing": {"id": 1, "title": "Plum"}})
    simulator = make_simulator(*ACTIONS, main=main, sub=SUB)
    async with simulate(simulator, given=Given(start=start)) as chat:
        chat.sees("2 of 3 Plum", new=True)
        await chat.press("Back")

        chat.sees("Home, Ann.")


async def test_who_starts_with_what_cannot_be_is_told(make_simulator: MakeSimulator) -> None:
    """In Python the values are checked as they are in files."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    with pytest.raises(
        SimulationError, match=r"more is always set; give data .thing., which is Thing"
    ):
        async with simulate(simulator, given=Given(start=Start("main.note"))):
            pass


async def test_rows_without_a_database_are_refused(make_simulator: MakeSimulator) -> None:
    """Where simulations run on memory alone, nothing can be added."""
    simulator = make_simulator(*ACTIONS, main=MAIN)
    with pytest.raises(LookupError, match='no database to which "some" could be added'):
        async with simulate(simulator, given=Given(databases=("some",))):
            pass
