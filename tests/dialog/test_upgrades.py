"""People who stand in an older version of a flow when a new one is deployed."""

from datetime import timedelta
from typing import Any

import pytest

from engine.dialog.bring_along import NewerStateError, bring_along
from engine.dialog.occasion import RECEIVED_AT
from engine.dialog.turns import TurnResult
from tests.dialog import conftest

MAIN = """\
flow: main
version: 1
title: Main
start: [/main]
data:
  party: {type: int, optional: true}
  note: {type: text, optional: true}
steps:
  hello:
    show: "Hello."
    buttons: [{text: "On", go: choose_people}, {text: "Help", run: help}]
  choose_people:
    ask: int
    max: 9
    text: "How many?"
    save: {party: it}
    invalid: ["No.", "No again."]
  confirm:
    show: "{{ data.party }} of you."
    buttons: [{text: "Yes", go: last}, {text: "Change", go: choose_people}]
  last: {show: "Done.", buttons: [{text: "Bye", go: end}, {text: "Help", run: help}]}
"""

HELP = """\
flow: help
version: 1
title: Help
steps:
  help: {show: "Help.", buttons: [{text: "Thanks", go: end}]}
"""

RENAMED = (
    MAIN.replace("version: 1", "version: 2")
    .replace("choose_people", "people")
    .replace("party", "guests")
    .replace("confirm:", "sure:")
    + "upgrade: {from 1: {steps: {choose_people: people, confirm: sure}, data: {party: guests}}}\n"
)
BOT = conftest.BOT_YAML + '  moved: "This has changed."\n'


@pytest.fixture
async def chat(make_chat: Any) -> Any:
    """Give a chat with somebody at the first step of the first version."""
    opened = make_chat(bot=BOT, main=MAIN, help=HELP)
    await opened.send("/main")
    return opened


async def test_renamed_steps_and_data_come_along(chat: Any, redeploy: Any) -> None:
    """Who stands at a step that was renamed stands at the new one, with renamed data, and the old button acts."""
    await chat.press("On")
    await chat.send("4")
    redeploy(chat, bot=BOT, main=RENAMED, help=HELP)
    await chat.press("Change")
    assert await chat.text() == "How many?"
    await chat.send("5")
    assert await chat.text() == "5 of you."
    assert [alert["text"] for alert in await chat.alerts() if alert["text"]] == []


async def test_wrong_answers_are_counted_on(chat: Any, redeploy: Any) -> None:
    """What a person tried at a step that was renamed is not forgotten."""
    await chat.press("On")
    await chat.send("ten")
    redeploy(chat, bot=BOT, main=RENAMED, help=HELP)
    await chat.send("eleven")
    assert await chat.text() == "No again.\n\nHow many?"


async def test_versions_are_passed_one_by_one(chat: Any, redeploy: Any) -> None:
    """A state that is several versions old passes through what changed in each of them."""
    await chat.press("On")
    await chat.send("4")
    text = RENAMED.replace("version: 2", "version: 4").replace("sure:", "certain:")
    text = text.replace("guests", "heads").replace("data: {party: heads}", "data: {party: guests}")
    changes = "  from 1: {steps: {choose_people: people, confirm: sure}, data: {party: guests}}\n"
    changes += "  from 3: {steps: {sure: certain}, data: {guests: heads}}\n"
    text = text.partition("upgrade:")[0] + "upgrade:\n" + changes
    redeploy(chat, bot=BOT, main=text, help=HELP)
    await chat.send("hello")
    assert await chat.text() == "Use the buttons.\n\n4 of you."


@pytest.mark.parametrize("act", ["press", "send"])
async def test_who_lacks_data_begins_anew(act: str, chat: Any, redeploy: Any) -> None:
    """Where a new version knows more to be set than the person has, they begin anew, are told, and nothing else is done."""
    await chat.press("On")
    await chat.send("4")
    text = MAIN.replace("version: 1", "version: 2").replace(
        "    save: {party: it}\n", "    save: {party: it, note: \"'x'\"}\n"
    )
    redeploy(chat, bot=BOT, main=text, help=HELP)
    if act == "press":
        await chat.press("Yes")
        assert (await chat.alerts())[-1]["text"] == "This has changed."
        assert await chat.text() == "Hello."
    else:
        await chat.send("5")
        assert await chat.text() == "This has changed.\n\nHello."
    await chat.press("On")
    assert await chat.text() == "How many?"


async def test_a_flow_above_goes_on(chat: Any, redeploy: Any) -> None:
    """Who is in a flow that was run goes on in it, and comes back to the step as it is called now."""
    await chat.press("Help")
    text = RENAMED.replace("  hello:", "  welcome:").replace(
        "{steps: {", "{steps: {hello: welcome, "
    )
    redeploy(chat, bot=BOT, main=text.replace("Hello.", "Welcome."), help=HELP)
    await chat.press("Thanks")
    assert await chat.text() == "Welcome."


async def test_a_call_that_is_gone_leaves_its_step(chat: Any, redeploy: Any) -> None:
    """Who is in a flow whose button is gone goes on, and comes back to the step that had it."""
    await chat.press("Help")
    text = MAIN.replace(', {text: "Help", run: help}]}', "]}").replace("version: 1", "version: 2")
    redeploy(chat, bot=BOT, main=text, help=HELP.replace("version: 1", "version: 2"))
    await chat.press("Thanks")
    assert await chat.text() == "Hello."


async def test_a_renamed_flow_takes_its_people_along(chat: Any, redeploy: Any) -> None:
    """Who stands in a flow that bot.yaml gives another name goes on there."""
    await chat.press("On")
    bot = BOT + "upgrade: {flows: {main: visit, help: end}}\n"
    home = conftest.HOME_YAML.replace("main", "visit")
    visit = RENAMED.replace("flow: main", "flow: visit").replace(', {text: "Help", run: help}', "")
    redeploy(chat, bot=bot, home=home, visit=visit)
    await chat.send("4")
    assert await chat.text() == "4 of you."


async def test_a_flow_that_is_gone_on_purpose_is_left(chat: Any, redeploy: Any) -> None:
    """Who is in a flow that bot.yaml says is over comes back to the step below, and is told."""
    await chat.press("Help")
    bot = BOT + "upgrade: {flows: {help: end}}\n"
    main = MAIN.replace(', {text: "Help", run: help}', "").replace("version: 1", "version: 2")
    redeploy(chat, bot=bot, main=main)
    await chat.press("Thanks")
    assert await chat.text() == "Hello."
    assert (await chat.alerts())[-1]["text"] == "This has changed."


async def _send_at(chat: Any, text: str, seconds_ago: float) -> list[Any]:
    await chat.act("messages", {"text": text})
    updates = await chat.bot.get_updates(timeout=0)
    await chat.bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    at = {RECEIVED_AT: chat.clock.now - timedelta(seconds=seconds_ago)}
    return [await chat.dispatcher.feed_update(chat.bot, one, **at) for one in updates]


async def test_a_newer_state_is_left_to_who_knows_it(chat: Any, redeploy: Any) -> None:
    """A process that has older flows does not touch a newer state, tells nobody, and has the update taken later."""
    redeploy(chat, bot=BOT, main=RENAMED, help=HELP)
    await chat.press("On")
    redeploy(chat, bot=BOT, main=MAIN, help=HELP)
    kept, seen = dict(chat.store.kept), len(await chat.messages())

    assert await _send_at(chat, "4", 1) == [TurnResult.UNAVAILABLE]

    assert chat.store.kept == kept
    assert len(await chat.messages()) == seen + 1  # the person's own
    redeploy(chat, bot=BOT, main=RENAMED, help=HELP)
    assert await _send_at(chat, "5", 1) == [TurnResult.HANDLED]
    assert await chat.text() == "5 of you."


async def test_nobody_is_stuck_when_a_deploy_is_taken_back(chat: Any, redeploy: Any) -> None:
    """When nobody who knows a newer state comes for a minute, the older flows take it as well as they can."""
    redeploy(chat, bot=BOT, main=RENAMED, help=HELP)
    await chat.press("On")
    redeploy(chat, bot=BOT, main=MAIN, help=HELP)

    assert await _send_at(chat, "4", 61) == [TurnResult.HANDLED]

    assert await chat.text() == "This has changed.\n\nHello."


async def test_a_flow_nobody_told_of_may_be_newer(chat: Any, redeploy: Any) -> None:
    """A state of a flow that is not known, and that bot.yaml says nothing of, may be of a newer bot."""
    kept: list[dict[str, Any]] = [
        {"id": "a", "state": "tour@1:a", "data": {}, "start": None, "widgets": {}}
    ]
    bot = chat.registry.bot

    with pytest.raises(NewerStateError):
        bring_along(bot, kept, may_be_newer=True, is_written=lambda _: False)

    assert bring_along(bot, kept, may_be_newer=False, is_written=lambda _: False).is_cut
    redeploy(chat, bot=BOT + "upgrade: {flows: {tour: end}}\n", main=MAIN, help=HELP)
    assert chat.registry.bring_along(kept, may_be_newer=True).is_cut


async def test_a_timeout_of_a_step_that_is_gone_is_over(make_chat: Any, redeploy: Any) -> None:
    """Who is put elsewhere is not moved on by the silence at the step they stood at."""
    timed = MAIN.replace(
        'text: "Change", go: choose_people}]',
        'text: "Change", go: choose_people}]\n    timeout: {after: 15m, go: last}',
    )
    chat = make_chat(bot=BOT, main=timed, help=HELP)
    await chat.send("/main")
    await chat.press("On")
    await chat.send("4")
    redeploy(
        chat,
        bot=BOT,
        main=timed.replace("version: 1", "version: 2").replace("confirm:", "sure:"),
        help=HELP,
    )
    await chat.wait(minutes=16)
    await chat.press("Yes")
    assert await chat.text() == "Hello."


async def test_a_turn_keeps_the_flows_it_began_with(chat: Any, redeploy: Any) -> None:
    """Flows that are put in force while a turn is in work count from the next turn on."""
    before = chat.registry.now()
    redeploy(chat, bot=BOT, main=RENAMED, help=HELP)

    assert before.bot is not chat.registry.bot
    assert before.state_of("main", "confirm").state == "main@1:confirm"
    with pytest.raises(KeyError):
        chat.registry.state_of("main", "confirm")


FAVOURITE = """\
flow: main
version: 1
title: Main
start: [/main]
data:
  tea: {type: text, optional: true, keep: KEEP}
steps:
  hello:
    show: "{% if data.tea is not None %}{{ data.tea }}{% else %}None yet.{% endif %}"
    buttons: [{text: "On", go: ask}, {text: "Bye", go: end}]
  ask: {ask: text, text: "Which?", save: {tea: it}, go: hello}
"""


@pytest.mark.parametrize("keep", ["chat", "user"])
async def test_what_outlasts_a_flow_outlasts_its_names(
    keep: str, make_chat: Any, redeploy: Any
) -> None:
    """A value that is kept is found under the new name of its data, and of its flow."""
    text = FAVOURITE.replace("KEEP", keep)
    chat = make_chat(bot=BOT, main=text)
    await chat.send("/main")
    await chat.press("On")
    await chat.send("Green")
    await chat.press("Bye")
    changed = (
        text.replace("tea", "drink").replace("main", "likes").replace("version: 1", "version: 2")
    )
    changed += "upgrade: {from 1: {data: {tea: drink}}}\n"
    home = conftest.HOME_YAML.replace("main", "likes")
    redeploy(chat, bot=BOT + "upgrade: {flows: {main: likes}}\n", home=home, likes=changed)
    await chat.send("/likes")
    assert await chat.text() == "Green"
