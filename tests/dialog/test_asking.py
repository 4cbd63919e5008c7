"""Questions in a chat: what is taken, what is refused and with which words, and what is offered."""

from typing import Any

import pytest

ASK = """\
flow: main
version: 1
title: Main
data:
  people: {{type: int, optional: true}}
  other: {{type: text, optional: true}}
steps:
  question:
    {ask}
  answer:
    show: "Taken: {shown}"
    buttons: [{{text: Again, go: question}}, {{text: Help, go: human}}]
  human: {{show: Helped., buttons: [{{text: Again, go: question}}]}}
"""
CAUSES = """ask: int
    text: How many?
    min: 2
    max: 6
    allow: it != 5
    invalid: {ask: No number., min: Too few., max: [Too many., Far too many.], else: Not that.}
    give_up: {after: 4, go: human}
    save: {people: it}"""


def flow(ask: str, shown: str) -> str:
    """Return a flow that asks and shows what it took."""
    return ASK.format(ask=ask, shown=shown)


async def start(make_chat: Any, ask: str, shown: str = "{{ data.people | default(0) }}") -> Any:
    """Open a chat at the question."""
    chat = make_chat(main=flow(ask, shown))
    await chat.send("/start")
    await chat.press("Go")
    return chat


async def test_each_cause_has_its_text(make_chat: Any) -> None:
    """What is said of a wrong answer depends on the key it breaks, and on how many came before."""
    chat = await start(make_chat, CAUSES)

    said = []
    for word in ("many", "1", "7", "5"):
        await chat.send(word)
        said.append((await chat.text()).split("\n")[0])

    assert said == ["No number.", "Too few.", "Far too many.", "Helped."]


async def test_a_right_answer_is_taken_after_wrong_ones(make_chat: Any) -> None:
    """Wrong answers leave one question with its buttons, the newest, and spoil nothing."""
    chat = await start(make_chat, CAUSES + "\n    buttons: [{text: Skip, go: human}]")
    await chat.send("many")
    await chat.send("7")
    live = [message for message in await chat.messages() if message["buttons"]]

    await chat.send("4")

    assert len(live) == 1
    assert await chat.text() == "Taken: 4"


async def test_what_can_be_meant_in_two_ways_is_asked_again(make_chat: Any) -> None:
    """A day whose month is not plain is no answer, unless the bounds leave one reading."""
    open_question = "ask: date\n    text: When?\n    save: {other: it | date}"
    bounded = open_question + "\n    min: today()\n    max: today() + days(60)"
    shown = "{{ data.other | default('-') }}"
    free, bound = await start(make_chat, open_question, shown), await start(
        make_chat, bounded, shown
    )

    await free.send("3/12/2026")
    await bound.send("3/12/2026")

    assert await free.text() == "Not that.\n\nWhen?"
    assert await bound.text() == "Taken: Dec 3, 2026"


async def test_a_pattern_is_of_the_whole_answer(make_chat: Any) -> None:
    """A text around what matches is refused."""
    ask = 'ask: text\n    text: Code?\n    pattern: "[A-Z]{2}-[0-9]+"\n    save: {other: it}'
    chat = await start(make_chat, ask, "{{ data.other | default('-') }}")

    await chat.send("my AB-12")
    refused = await chat.text()
    await chat.send("AB-12")

    assert refused == "Not that.\n\nCode?"
    assert await chat.text() == "Taken: AB-12"


FILE = """ask: document
    text: A plan?
    types: [application/pdf, image/*]
    max_size: 100 B
    invalid: {ask: A file., types: A PDF., max_size: Smaller.}
    save: {other: it.name}"""


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"photo": True}, "A file.\n\nA plan?"),
        ({"document": {"file_name": "a.txt", "mime_type": "text/plain"}}, "A PDF.\n\nA plan?"),
        (
            {"document": {"base64": "QUJD" * 50, "mime_type": "application/pdf"}},
            "Smaller.\n\nA plan?",
        ),
        ({"document": {"file_name": "a.pdf", "mime_type": "application/pdf"}}, "Taken: a.pdf"),
        (
            {"document": {"file_name": "b.png", "mime_type": "image/png"}, "caption": "My plan"},
            "Taken: b.png",
        ),
    ],
)
async def test_files_are_of_their_types_and_sizes(
    make_chat: Any, sent: dict[str, object], said: str
) -> None:
    """A file is judged by what Telegram tells of it; its caption says nothing."""
    chat = await start(make_chat, FILE, "{{ data.other | default('-') }}")

    await chat.send("", **sent)

    assert await chat.text() == said


@pytest.mark.parametrize(("own", "said"), [("true", "Not that."), ("false", "Taken: Bob")])
async def test_a_contact_is_ones_own_unless_told(make_chat: Any, own: str, said: str) -> None:
    """Somebody else's contact is refused where `own` is not false."""
    ask = f"ask: contact\n    text: Whom?\n    own: {own}\n    save: {{other: it.first_name}}"
    chat = await start(make_chat, ask, "{{ data.other | default('-') }}")

    await chat.send(
        "", contact={"phone_number": "+4915112345678", "first_name": "Bob", "user_id": 1}
    )

    assert (await chat.text()).split("\n")[0] == said


async def test_ones_own_contact_and_place_are_taken(make_chat: Any) -> None:
    """What a person shares is read field by field."""
    ask = "ask: contact\n    text: Whom?\n    save: {other: it.phone}"
    chat = await start(make_chat, ask, "{{ data.other | default('-') }}")
    place = "ask: location\n    text: Where?\n    save: {other: it.latitude | number(2)}"
    there = await start(make_chat, place, "{{ data.other | default('-') }}")

    await chat.send("", contact=True)
    await there.send("", location={"latitude": 52.516, "longitude": 13.4})

    assert (await chat.text()).startswith("Taken: +")
    assert await there.text() == "Taken: 52.52"


DEFAULT = """ask: int
    text: How many?
    max: 6
    allow: it != 3
    default: {value: data.people, text: "Still {{ it }}"}
    save: {people: it}"""


async def test_a_default_is_a_button_that_answers(make_chat: Any) -> None:
    """The button is there when there is a value, answers with it, and a second press of it does nothing more."""
    chat = await start(make_chat, DEFAULT)
    without = await chat.buttons()
    await chat.send("4")
    await chat.press("Again")
    offered = await chat.buttons()
    data = await chat.data_of("Still 4")

    await chat.press("Still 4")
    taken = await chat.text()
    await chat.forge(data)

    assert (without, offered) == ([], [["Still 4"]])
    assert (taken, await chat.text()) == ("Taken: 4", "Taken: 4")
    assert [one["text"] for one in await chat.alerts()][-1] is None


async def test_a_default_that_is_no_right_answer_is_not_offered(make_chat: Any) -> None:
    """What the bounds or `allow` refuse cannot be pressed, not even by a forged button."""
    ask = DEFAULT.replace("value: data.people", "value: 3")
    chat = await start(make_chat, ask + "\n    buttons: [{text: Skip, go: human}]")
    shown = await chat.buttons()
    data = await chat.data_of("Skip")

    await chat.forge(data.replace(".bhuman", ".a"))

    assert shown == [["Skip"]]
    assert await chat.text() == "How many?"


async def test_bounds_are_expressions_over_what_is_known(make_chat: Any) -> None:
    """A bound is computed when the answer comes."""
    ask = "ask: int\n    text: How many?\n    max: len(user.first_name)\n    save: {people: it}"
    chat = await start(make_chat, ask)

    await chat.send("999")
    refused = await chat.text()
    await chat.send("1")

    assert refused == "Not that.\n\nHow many?"
    assert await chat.text() == "Taken: 1"


async def test_an_edited_answer_changes_nothing(make_chat: Any) -> None:
    """What was answered stays answered, whatever becomes of the message."""
    chat = await start(make_chat, CAUSES)
    await chat.send("4")
    message_id = [one for one in await chat.messages() if not one["from_bot"]][-1]["message_id"]

    response = await chat.client.patch(
        f"/_emulator/users/{chat.user_id}/messages/{message_id}", json={"text": "6"}
    )
    await chat.deal()

    assert response.status_code == 200
    assert await chat.text() == "Taken: 4"
