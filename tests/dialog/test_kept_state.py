"""What is kept of a conversation, and what a deploy makes of it."""

from typing import Any

from aiogram.fsm.state import State
from hypothesis import given
from hypothesis import strategies as st

from engine.dialog.bring_along import Brought
from engine.dialog.conversation import decode_conversation, new_conversation
from engine.dialog.record import Head, seal

FLOW = """\
flow: main
version: {version}
title: Kept
start: [/kept]
data:
  number: {{type: {type}, optional: true}}
steps:
  ask:
    ask: {type}
    text: "Say one."
    save: {{number: it}}
  {name}:
    show: "{{% if data.number is not None %}}Got {{{{ data.number }}}}.{{% else %}}Nothing.{{% endif %}}"
    buttons: [{{text: "Again", go: ask}}]
"""


def _flow(version: int = 1, name: str = "got", kind: str = "int") -> str:
    return FLOW.format(version=version, name=name, type=kind)


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.none() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.lists(st.booleans()),
        max_size=4,
    )
)
def test_a_conversation_comes_back_as_it_was(data: dict[str, Any]) -> None:
    """Encoding and decoding keep every open flow, its data and the stack."""
    state = State("one", group_name="main@1")
    conversation = new_conversation()
    for _ in range(2):
        context = conversation.stack.push(state, {"x": 1})
        context.dialog_data.update(data)
        conversation.contexts[context.id] = context
    conversation.stack.last_message_id = 5
    value = seal(Head(3), conversation.encode())
    decoded = decode_conversation(
        value,
        bring=lambda kept: Brought(open=[dict(one) for one in kept]),
        find_state=lambda _: state,
    )
    assert seal(decoded.head, decoded.encode()) == value
    assert [c.dialog_data for c in decoded.contexts.values()] == [data, data]


async def test_a_new_version_of_a_flow_takes_its_people_along(
    make_chat: Any, redeploy: Any
) -> None:
    """Somebody at a step that the new version still has goes on there, with the data that fit."""
    chat = make_chat(main=_flow())
    await chat.send("/kept")
    await chat.send("12")
    redeploy(chat, main=_flow(version=2))
    await chat.send("hello")
    assert await chat.text() == "Use the buttons.\n\nGot 12."


async def test_data_that_no_longer_fit_are_dropped(make_chat: Any, redeploy: Any) -> None:
    """Who stands where a value is set on every way begins anew when its type changed, and is told."""
    chat = make_chat(main=_flow())
    await chat.send("/kept")
    await chat.send("12")
    redeploy(chat, main=_flow(version=2, kind="email"))
    await chat.send("hello")
    assert await chat.text() == "Old button.\n\nSay one."


async def test_a_step_that_is_gone_leads_to_a_safe_one(make_chat: Any, redeploy: Any) -> None:
    """Somebody at a step that was removed begins the flow anew and is told; the button does nothing else."""
    chat = make_chat(main=_flow())
    await chat.send("/kept")
    await chat.send("12")
    redeploy(chat, main=_flow(version=2, name="had"))
    await chat.press("Again")
    assert (await chat.alerts())[-1]["text"] == "Old button."
    assert await chat.text() == "Say one."


async def test_a_button_keeps_its_meaning_when_others_come(make_chat: Any, redeploy: Any) -> None:
    """A button on the screen leads where it says after a deploy that put another one before it."""
    chat = make_chat(main=_flow())
    await chat.send("/kept")
    await chat.send("12")
    more = _flow(version=2).replace("buttons: [", 'buttons: [{text: "Stop", go: end}, ')
    redeploy(chat, main=more)
    await chat.press("Again")
    assert await chat.text() == "Say one."
