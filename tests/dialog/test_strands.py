"""Several conversations at once: each has a message of its own, and goes on whatever happens in the others."""

from typing import Any

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Update
from aiogram_dialog import Dialog, DialogManager, StartMode, Window
from aiogram_dialog.widgets.kbd import Button, Cancel
from aiogram_dialog.widgets.text import Const

from engine.actions import Context, command
from engine.dialog.conversation import MOST_BESIDE
from engine.dialog.turns import TurnResult

MAIN = """\
flow: main
version: 1
title: Main
start: [/main]
data: {count: {type: int, min: 0, max: 99, default: 0}, name: {type: text, default: "nobody"}}
steps:
  menu:
    show: "Main {{ data.count }}, {{ data.name }}."
    buttons:
      - {text: "More", go: menu, id: more, save: {count: "min(data.count + 1, 99)"}}
      - {text: "Card", run: card, open: beside, with: {number: data.count}}
      - {text: "Quietly", go: quietly}
      - {text: "Name", go: name}
  quietly: {run: card, open: beside, with: {number: "50"}, go: menu}
  name: {ask: text, text: "Your name?", max: 20, save: {name: it}, go: menu}
anytime:
  /cancel: {go: end}
"""

CARD = """\
flow: card
version: 1
title: Card
start: [{command: /card, open: beside}]
params: {number: {type: int, min: 0, max: 99, default: 7}}
data: {note: {type: text, default: "empty"}}
on_exit: {do: cards.drop(number=params.number)}
steps:
  card:
    show: "Card {{ params.number }}: {{ data.note }}."
    buttons:
      - {text: "Write", go: write}
      - {text: "Help", run: help}
      - {text: "Home", run: home, open: instead}
      - {text: "Close", go: closed}
  write:
    ask: text
    text: "Note for {{ params.number }}?"
    max: 20
    save: {note: it}
    go: card
    timeout: {after: 15m, go: card, say: "Too slow."}
  closed: {show: "Closed {{ params.number }}.", end: {}}
anytime:
  /drop: {go: end}
"""

HELP = """\
flow: help
version: 1
title: Help
start: [/help]
steps:
  help: {show: "Help.", buttons: [{text: "Thanks", go: end}]}
"""

DROPPED: list[int] = []


@command("cards.drop")
async def drop(_context: Context, *, number: int) -> None:
    """Note that a card was left."""
    DROPPED.append(number)


async def begin(make_chat: Any, **more: Any) -> Any:
    """Open a chat in which main is open."""
    DROPPED.clear()
    chat = make_chat(drop, main=MAIN, card=CARD, help=HELP, **more)
    await chat.send("/main")
    return chat


async def live(chat: Any) -> list[str]:
    """Return the texts of the messages that have buttons, or that ask, oldest first."""
    return [
        one["text"]
        for one in await chat.messages()
        if one["from_bot"] and (one["buttons"] or one["text"].endswith("?"))
    ]


async def press_on(chat: Any, text: str, label: str) -> None:
    """Press a button of the message that begins like this."""
    message = next(
        one
        for one in reversed(await chat.messages())
        if one["text"].startswith(text) and one["buttons"]
    )
    await chat.press(label, message_id=message["message_id"])


async def test_a_card_lives_beside_the_main_conversation(make_chat: Any) -> None:
    """Both have buttons of their own, which work in any order, each in its own message."""
    chat = await begin(make_chat)
    await chat.press("Card")
    assert await live(chat) == ["Main 0, nobody.", "Card 0: empty."]

    await chat.press("More")
    await chat.press("Help")
    await chat.press("More")
    assert await live(chat) == ["Main 2, nobody.", "Help."]
    await chat.press("Thanks")
    assert await live(chat) == ["Main 2, nobody.", "Card 0: empty."]


async def test_a_step_opens_a_card_and_goes_on(make_chat: Any) -> None:
    """A `run` step with `open: beside` leads on at once."""
    chat = await begin(make_chat)
    await chat.press("Quietly")

    assert await live(chat) == ["Main 0, nobody.", "Card 50: empty."]


async def test_words_answer_the_newest_question(make_chat: Any) -> None:
    """What is written goes to the strand that asked last, or to the one whose message is replied to; else to the main one."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.press("Name")
    await chat.press("Write")
    assert await live(chat) == ["Your name?", "Note for 0?"]

    await chat.send("milk")
    assert (await live(chat))[-1] == "Card 0: milk."
    await chat.send("Ann")
    assert {"Card 0: milk.", "Main 0, Ann."} <= set(await live(chat))
    await chat.send("Hello")
    assert (await live(chat))[-1] == "Use the buttons.\n\nMain 0, Ann."


async def test_a_reply_goes_to_the_message_replied_to(make_chat: Any) -> None:
    """Of two questions the older one is answered by a reply to it."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.press("Write")
    await chat.press("Name")
    asked = next(one for one in await chat.messages() if one["text"] == "Note for 0?")
    await chat.send("milk", reply_to_message_id=asked["message_id"])

    assert "Card 0: milk." in await live(chat)
    assert "Your name?" in await live(chat)


async def test_commands_concern_the_main_conversation(make_chat: Any) -> None:
    """A line of anytime holds where it stands in the flow that words go to; ways in leave the cards alone."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.send("/help")
    assert await live(chat) == ["Card 0: empty.", "Help."]
    await chat.send("/start")
    await chat.press("Write")
    await chat.send("/drop")
    assert DROPPED == [0]
    assert [text for text in await live(chat) if text.startswith("Card")] == []
    await chat.send("/card")
    assert (await live(chat))[-1] == "Card 7: empty."


async def test_a_card_ends_in_its_message(make_chat: Any) -> None:
    """A last word takes the place of the card, what it does as it is left is done, and the main conversation goes on."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.press("Close")
    texts = [one["text"] for one in await chat.messages() if one["from_bot"]]
    assert texts == ["Main 0, nobody.", "Closed 0."]
    assert DROPPED == [0]
    await chat.press("More")
    assert await live(chat) == ["Main 1, nobody."]


async def test_home_from_a_card_is_that_of_the_main_conversation(make_chat: Any) -> None:
    """A card that opens home is over, and the main conversation is at home."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await press_on(chat, "Card", "Home")

    assert DROPPED == [0]
    assert len(await live(chat)) == 1
    assert (await live(chat))[0].startswith("Home")


async def test_there_is_room_for_so_many(make_chat: Any) -> None:
    """One more is refused with a sentence, and the others go on; a closed one makes room."""
    chat = await begin(make_chat)
    for _ in range(MOST_BESIDE + 1):
        await press_on(chat, "Main", "Card")
    cards = [text for text in await live(chat) if text.startswith("Card")]
    assert len(cards) == MOST_BESIDE
    assert "Broken.\n\nMain 0, nobody." in await live(chat)

    await chat.press("Close")
    await press_on(chat, "Broken", "Card")
    assert len([text for text in await live(chat) if text.startswith("Card")]) == MOST_BESIDE


async def test_double_presses_are_one_in_each(make_chat: Any) -> None:
    """A button that opens a card opens one, however often the same screen is pressed; so does one of a card."""
    chat = await begin(make_chat)
    data = await chat.data_of("Card")
    for _ in range(3):
        await chat.act("presses", {"data": data})
    await chat.deal()
    assert len([text for text in await live(chat) if text.startswith("Card")]) == 1

    closing = await chat.data_of("Close")
    for _ in range(3):
        await chat.act("presses", {"data": closing})
    await chat.deal()
    assert DROPPED == [0]


async def test_presses_on_two_strands_at_once_both_count(make_chat: Any) -> None:
    """Two presses in one moment on two messages are no double press."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.act("presses", {"text": "More"})
    await chat.act("presses", {"text": "Write"})
    await chat.deal()

    assert await live(chat) == ["Main 1, nobody.", "Note for 0?"]


async def test_strands_outlive_the_process(make_chat: Any) -> None:
    """Another process goes on with each of them where it stands."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.press("More")
    again = make_chat(drop, main=MAIN, card=CARD, help=HELP, store=chat.store)
    again.user_id = chat.user_id
    await again.press("Write")
    await again.press("More")
    await again.send("milk")

    assert "Card 0: milk." in await live(chat)
    assert "Main 2, nobody." in await live(chat)


@pytest.mark.parametrize("button", ["Card", "Close", "Home"])
async def test_a_press_that_comes_again_shows_both_again(make_chat: Any, button: str) -> None:
    """A turn that was kept and not shown is shown by whoever gets its update again, in each strand; nothing is done twice."""
    chat = await begin(make_chat)
    if button != "Card":
        await chat.press("Card")
    await chat.act("presses", {"text": button})
    update = (await chat.bot.get_updates(timeout=0))[-1]
    await chat.bot.get_updates(offset=update.update_id + 1, timeout=0)
    raw = update.model_dump(mode="json", exclude_none=True)

    def feed(one: Any) -> Any:
        fresh = Update.model_validate(raw, context={"bot": chat.bot})
        return one.dispatcher.feed_update(chat.bot, fresh)

    presenter = chat.conversations._turns._presenter
    showing, presenter._show_screens = presenter._show_screens, _show_nothing
    await feed(chat)
    presenter._show_screens = showing
    again = make_chat(drop, main=MAIN, card=CARD, help=HELP, store=chat.store)
    before = list(DROPPED)
    assert await feed(again) is TurnResult.REPEATED

    shown = await live(chat)
    expected = {
        "Card": ["Main 0, nobody.", "Card 0: empty."],
        "Close": ["Main 0, nobody."],
        "Home": ["Home"],
    }[button]
    assert [text.split(",")[0] for text in shown][-1:] == [expected[-1].split(",")[0]]
    assert before == DROPPED == ([] if button == "Card" else [0])
    assert [text for text in shown if text.startswith("Card")] == (
        ["Card 0: empty."] if button == "Card" else []
    )


async def _show_nothing(*_: Any) -> None:
    """Be killed before anything is shown."""


async def test_each_strand_has_its_own_silence(make_chat: Any) -> None:
    """A timeout fires in its strand alone; what happens in another one does not put it off."""
    chat = await begin(make_chat)
    await chat.press("Card")
    await chat.press("Write")
    chat.clock.turn(minutes=10)
    await chat.press("More")
    await chat.wait(minutes=6)

    assert "Too slow.\n\nCard 0: empty." in await live(chat)
    await chat.press("More")
    assert "Main 2, nobody." in await live(chat)


class Hand(StatesGroup):
    """A hand-written dialog."""

    only = State()


async def _beside(_event: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await manager.start(Hand.only, mode=StartMode.NEW_STACK)


async def test_hand_written_dialogs_open_stacks_too(make_chat: Any) -> None:
    """A hand-written dialog that starts another with NEW_STACK has both open, each in its message."""
    dialog = Dialog(
        Window(
            Const("By hand."),
            Button(Const("Another"), "another", on_click=_beside),
            Cancel(Const("Away")),
            state=Hand.only,
        )
    )
    chat = await begin(make_chat, dialogs=[dialog])
    await chat.press("Card")
    await _start_hand(chat)
    await chat.press("Another")
    assert (await live(chat)).count("By hand.") == 2
    await chat.press("Away")
    assert (await live(chat)).count("By hand.") == 1


async def _start_hand(chat: Any) -> None:
    """Put the hand-written dialog above main."""

    async def start(manager: Any, _event: Any) -> None:
        await manager.start(Hand.only)

    act_of = chat.conversations._act_of
    chat.conversations._act_of = lambda *_: start
    await chat.send("by hand")
    chat.conversations._act_of = act_of
