"""What happens anytime: words, questions before a line is obeyed, what nothing takes, and the bot's own lines."""

from typing import Any

import pytest

from tests.dialog import conftest

MAIN = """\
flow: main
version: 1
title: Anytime
data: {name: {type: text, optional: true}}
steps:
  name:
    ask: text
    text: "Your name?"
    invalid: ["Once.", "Twice."]
    max: 10
    save: {name: it}
  done: {show: "Thanks, {{ data.name }}.", buttons: [{text: "Again", go: name}, {text: "Stay", go: done}]}
anytime:
  /cancel: {words: [stop, "cancel it"], confirm: "Stop here?", go: end, say: "Stopped."}
  advice: {words: advice, run: help}
  unknown: {say: "Pardon, {{ user.first_name }}?"}
"""
HELP = """\
flow: help
version: 1
title: Help
start: [/help2]
steps:
  text: {show: "Help yourself.", buttons: [{text: "Thanks", go: end}]}
"""
BOT = """\
anytime:
  /stop: {go: end, say: "Stopped by the bot."}
  /help: {run: help}
  unknown: {say: "The bot does not know."}
  error: {go: end, say: "The bot broke."}
"""


@pytest.fixture
def make(make_chat: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a maker of chats with a bot that can say yes and no."""

    def start(main: str = MAIN, bot: str = "", **flows: str) -> Any:
        text = conftest.BOT_YAML + '  "yes": "Yes"\n  "no": "No"\n' + bot
        monkeypatch.setattr(conftest, "BOT_YAML", text)
        return make_chat(main=main, help=HELP, **flows)

    return start


async def _open(chat: Any) -> Any:
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_word_is_a_command_without_a_slash(make: Any) -> None:
    """A message that is one of the words as a whole, in any case, is obeyed, even where an answer is asked for."""
    chat = await _open(make())

    await chat.send("  ADVICE ")

    assert await chat.text() == "Help yourself."
    await chat.press("Thanks")
    assert await chat.text() == "Your name?"


async def test_word_within_a_sentence_is_an_answer(make: Any) -> None:
    """Only the whole message counts."""
    chat = await _open(make())

    await chat.send("advice 2")

    assert await chat.text() == "Thanks, advice 2."


@pytest.mark.parametrize("said", ["/cancel", "Stop", "cancel  it"])
async def test_yes_carries_out_what_was_asked(make: Any, said: str) -> None:
    """A line with a question is obeyed once the answer is yes."""
    chat = await _open(make())
    await chat.send(said)
    assert await chat.text() == "Stop here?"
    assert await chat.buttons() == [["Yes", "No"]]

    await chat.press("Yes")

    assert (await chat.text()).startswith("Stopped.\n\nHome")


async def test_no_leaves_the_step_as_it_was(make: Any) -> None:
    """Whoever says no is where they were, with the wrong answers they had given."""
    chat = await _open(make())
    await chat.send("much too long a name")
    await chat.send("/cancel")

    await chat.press("No")

    assert await chat.text() == "Your name?"
    await chat.send("much too long a name")
    assert await chat.text() == "Twice.\n\nYour name?"


async def test_answer_may_be_written(make: Any) -> None:
    """The labels of the answers are words, too; anything else leaves the question open."""
    chat = await _open(make())
    await chat.send("stop")

    await chat.send("perhaps")
    assert await chat.text() == "Use the buttons.\n\nStop here?"
    await chat.send("YES")
    assert (await chat.text()).startswith("Stopped.")


async def test_old_buttons_do_nothing_under_a_question(make: Any) -> None:
    """Buttons of the step are not offered while the question is, nor its answers twice or after it."""
    chat = await _open(make())
    await chat.send("Ann")
    again = await chat.data_of("Again")
    await chat.send("/cancel")
    yes = await chat.data_of("Yes")

    await chat.forge(again)
    assert await chat.text() == "Stop here?"
    await chat.press("No")
    await chat.forge(yes)
    assert await chat.text() == "Thanks, Ann."


async def test_double_press_on_yes_ends_once(make: Any) -> None:
    """The second press is one of the past."""
    chat = await _open(make())
    await chat.send("/cancel")
    await chat.act("presses", {"text": "Yes"})
    await chat.act("presses", {"text": "Yes"})

    await chat.deal()

    assert [result.value for result in chat.results] == ["handled", "handled"]
    assert "Home" in await chat.text()


async def test_interruption_closes_the_question(make: Any) -> None:
    """A command that runs a flow meanwhile comes back to the step, not to the question."""
    chat = await _open(make())
    await chat.send("/cancel")

    await chat.send("advice")
    await chat.press("Thanks")

    assert await chat.text() == "Your name?"


async def test_question_survives_a_restart_but_not_its_removal(make: Any, redeploy: Any) -> None:
    """A new version that asks no longer shows the step."""
    chat = await _open(make())
    await chat.send("/cancel")
    redeploy(chat, main=MAIN, help=HELP)
    await chat.send("?")
    assert (await chat.text()).endswith("Stop here?")

    redeploy(chat, main=MAIN.replace('confirm: "Stop here?", ', ""), help=HELP)
    await chat.send("much too long a name")

    assert await chat.text() == "Once.\n\nYour name?"


async def test_flow_says_what_it_did_not_understand(make: Any) -> None:
    """`unknown` of a flow comes in the place of the bot's sentence, for words and for commands."""
    chat = await _open(make())
    await chat.send("/nothing")
    assert (await chat.text()).startswith("Pardon, ")
    await chat.send("Ann")

    await chat.send("what?")

    assert (await chat.text()).startswith("Pardon, ")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("{go: name, say: 'From the start.'}", "From the start.\n\nYour name?"),
        ("{run: help}", "Help yourself."),
    ],
)
async def test_unknown_may_move_or_run(make: Any, line: str, shown: str) -> None:
    """What nothing takes can lead somewhere."""
    main = MAIN.replace('unknown: {say: "Pardon, {{ user.first_name }}?"}', f"unknown: {line}")
    chat = await _open(make(main))
    await chat.send("Ann")

    await chat.send("what?")

    assert await chat.text() == shown


async def test_lines_of_the_bot_hold_in_flows_without_their_own(make: Any) -> None:
    """A flow inherits line by line what bot.yaml says, and its own lines come first."""
    chat = await _open(make(bot=BOT))
    await chat.send("Ann")

    await chat.send("what?")
    assert (await chat.text()).startswith("Pardon, ")
    await chat.send("/help")
    assert await chat.text() == "Help yourself."
    await chat.send("?")
    assert await chat.text() == "The bot does not know.\n\nHelp yourself."
    await chat.send("/help")
    assert await chat.text() == "The bot does not know.\n\nHelp yourself."
    await chat.press("Thanks")
    await chat.send("/stop")
    assert (await chat.text()).startswith("Stopped by the bot.\n\nHome")


async def test_home_has_nothing_to_end(make: Any) -> None:
    """A line of the bot that ends the flow does not hold in home, which lies under everything."""
    chat = make(bot=BOT)
    await chat.send("/start")

    await chat.send("/stop")

    assert (await chat.text()).startswith("The bot does not know.\n\nHome")
