"""Windows with their buttons under the chat, and questions that are replied to at once."""

from dataclasses import dataclass
from typing import Any

from engine.actions import query

FLOW = """\
flow: main
version: 1
title: Main
data:
  name: {type: text, optional: true}
  count: {type: int, min: 0, max: 9, default: 0}
steps:
  menu:
    show: "Menu {{ data.count }}, {{ data.name | default('nobody') }}."
    keyboard: {under: chat, placeholder: "Choose, {{ user.first_name }}", one_time: true, persistent: true, resize: false}
    buttons:
      - {text: "More than {{ data.count }}", go: menu, id: more, save: {count: "min(data.count + 1, 9)"}}
      - [{text: Write, go: write}, {text: Colors, go: colors}, {text: Marks, go: marks}]
      - {text: Plain, go: plain}
      - {text: Admins, go: plain, id: admins, when: user.role == 'admin'}
  write:
    ask: text
    text: Your name?
    max: 40
    keyboard: {force_reply: true, placeholder: A name, selective: true}
    save: {name: it}
    go: plain
  colors:
    choose: colors.list()
    text: Which?
    button: "{{ item.name }}"
    page: 3
    search: {by: label, clear: All, no_match: Nothing.}
    keyboard: {under: chat}
    save: {name: item.name}
    empty: {text: None., go: menu}
    go: plain
  marks:
    choose: colors.list()
    text: Which ones?
    button: "{{ item.name }}"
    many: {min: 1, max: 2, done: "Done {{ count }}", too_few: "One <at> least.", too_many: Two at most.}
    keyboard: {under: chat}
    save: {count: len(items)}
    empty: {text: None., go: menu}
    go: plain
  plain:
    show: "Plain {{ data.count }}, {{ data.name | default('nobody') }}."
    buttons: [{text: Menu, go: menu}, {text: Write, go: write}, {text: Hide, go: hidden}]
  hidden:
    show: Hidden.
    keyboard: {under: chat}
    buttons: [{text: Never, go: menu, when: data.count > 8}]
    timeout: {after: 15m, go: menu}
"""


@dataclass(frozen=True)
class Color:
    """A color."""

    id: int
    name: str


@query("colors.list")
async def list_colors(_context: Any) -> list[Color]:
    """List colors, two of which are called the same."""
    names = ["Red", "Blue", "Red", "Green"]
    return [Color(number, name) for number, name in enumerate(names)]


async def start(make_chat: Any, flow: str = FLOW) -> Any:
    """Open a chat at the menu."""
    chat = make_chat(list_colors, main=flow)
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def below(chat: Any) -> Any:
    """Return what stands under the chat; None where nothing does."""
    seen = await chat.client.get(f"/_emulator/users/{chat.user_id}")
    return seen.json()["keyboard"]


async def keys(chat: Any) -> list[list[str]]:
    """Return the keys under the chat, row by row."""
    return [[key["text"] for key in row] for row in (await below(chat) or {}).get("keyboard", [])]


async def live(chat: Any) -> list[str]:
    """Return the texts of the messages that have buttons."""
    return [message["text"] for message in await chat.messages() if message["buttons"]]


async def test_buttons_of_any_window_stand_under_the_chat(make_chat: Any) -> None:
    """A window's buttons are keys with the options that were written; no message keeps buttons."""
    chat = await start(make_chat)

    shown = await below(chat)

    assert await keys(chat) == [["More than 0"], ["Write", "Colors", "Marks"], ["Plain"]]
    assert {name: shown[name] for name in shown if name != "keyboard"} == {
        "one_time_keyboard": True,
        "is_persistent": True,
        "input_field_placeholder": f"Choose, {(await chat.messages())[0]['from']['first_name']}",
    }
    assert await live(chat) == []


async def test_a_key_is_told_by_the_label_that_it_has_now(make_chat: Any) -> None:
    """A label of an earlier screen, or of a hidden button, means nothing; that of the present one does what it says."""
    chat = await start(make_chat)
    await chat.press("More than 0")
    await chat.send("More than 0")
    old = await chat.text()
    await chat.send("Admins")
    hidden = await chat.text()
    await chat.send(" More than 1 ")

    assert old == hidden == "Use the buttons.\n\nMenu 1, nobody."
    assert await chat.text() == "Menu 2, nobody."
    assert await keys(chat) == [["More than 2"], ["Write", "Colors", "Marks"], ["Plain"]]


async def test_a_window_with_buttons_takes_the_keyboard_down(make_chat: Any) -> None:
    """From a keyboard to buttons and back nothing stays behind: neither keys nor live buttons."""
    chat = await start(make_chat)
    await chat.press("Plain")
    plain = (await keys(chat), await live(chat))
    await chat.press("Menu")

    assert plain == ([], ["Plain 0, nobody."])
    assert (len(await keys(chat)), await live(chat)) == (3, [])


async def test_a_list_stands_under_the_chat_too(make_chat: Any) -> None:
    """Items, pages and searches of a list work by their labels; items that are called the same are numbered."""
    chat = await start(make_chat)
    await chat.press("Colors")
    first = await keys(chat)
    await chat.press("More")
    second = await keys(chat)
    await chat.send("red")
    found = await keys(chat)
    await chat.press("Red (2)")

    assert first[:3] == [
        ["Red"],
        ["Blue"],
        ["Red (2)"],
    ]
    assert second[0] == ["Green"]
    assert found == [["Red"], ["Red (2)"], ["All"]]
    assert await chat.text() == "Plain 0, Red."


async def test_what_answers_a_press_is_said_above_the_screen(make_chat: Any) -> None:
    """A key sends a message, to which there is no short answer: what one would say stands above the list."""
    chat = await start(make_chat)
    await chat.press("Marks")
    await chat.press("Done 0")
    few = await chat.text()
    for label in ("Red", "Blue", "Green"):
        await chat.press(label)
    many = await chat.text()
    await chat.press("✅ Blue")
    await chat.press("Done 1")

    assert few == "One <at> least.\n\nWhich ones?"
    assert many == "Two at most.\n\nWhich ones?"
    assert await chat.text() == "Plain 1, nobody."


async def test_a_question_can_be_replied_to_at_once(make_chat: Any) -> None:
    """With a forced reply the client answers the question itself; what is written is the answer, and nothing stays."""
    chat = await start(make_chat)
    await chat.press("Plain")
    await chat.press("Write")
    asked = await below(chat)
    buttons = await live(chat)
    await chat.send("x" * 41)
    again = await below(chat)
    await chat.send("Ann", reply_to_message_id=(await chat.messages())[-1]["message_id"])

    assert asked == {"force_reply": True, "input_field_placeholder": "A name", "selective": True}
    assert (again, buttons) == (asked, [])
    assert await chat.text() == "Plain 0, Ann."
    assert (await below(chat), await live(chat)) == (None, ["Plain 0, Ann."])


async def test_a_forced_reply_takes_the_place_of_a_keyboard(make_chat: Any) -> None:
    """From keys to a forced reply no message is needed that takes the keys down."""
    chat = await start(make_chat)
    before = len(await chat.messages())
    await chat.press("Write")

    assert (await below(chat))["force_reply"] is True
    assert len(await chat.messages()) == before + 2


async def test_a_keyboard_outlasts_a_restart(make_chat: Any) -> None:
    """That a keyboard stands is kept with the conversation: another process understands its keys and takes it down."""
    chat = await start(make_chat)
    fresh = make_chat(list_colors, main=FLOW)
    fresh.user_id, fresh.store.kept = chat.user_id, chat.store.kept

    await fresh.press("Plain")

    assert await fresh.text() == "Plain 0, nobody."
    assert (await keys(fresh), await live(fresh)) == ([], ["Plain 0, nobody."])


async def test_a_key_pressed_twice_is_done_once(make_chat: Any) -> None:
    """The second of two quick presses finds another screen, whose labels differ, and is told so."""
    chat = await start(make_chat)
    await chat.act("messages", {"text": "More than 0"})
    await chat.act("messages", {"text": "More than 0"})
    await chat.deal()

    assert (await chat.text()).endswith("Menu 1, nobody.")


async def test_no_keys_of_before_stand_where_all_are_hidden(make_chat: Any) -> None:
    """A window under the chat that offers nothing now takes down the keys of the one before."""
    flow = FLOW.replace("{text: Plain, go: plain}", "{text: Plain, go: hidden}")
    chat = await start(make_chat, flow)
    await chat.press("Plain")

    assert (await chat.text(), await keys(chat)) == ("Hidden.", [])


async def test_keys_stand_under_a_group_too(make_chat: Any) -> None:
    """In a group a key sends a reply to the message it came with, which the bot gets; it counts for who pressed."""
    chat = make_chat(list_colors, main=FLOW)
    made = await chat.client.post("/_emulator/groups", json={"creator_id": chat.user_id})
    group = chat.another(chat.user_id, chat_id=made.json()["id"])
    await group.send("/start")
    await group.press("Go")
    await group.press("More than 0")

    assert await group.text() == "Menu 1, nobody."
