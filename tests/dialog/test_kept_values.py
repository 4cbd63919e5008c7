"""What outlasts a flow: values kept with the chat, and values kept for the person."""

from typing import Any

FLOW = """\
flow: main
version: 1
title: Drinks
start: [/drink]
data:
  name: {{type: {type}, optional: true, keep: {keep}}}
  people: {{type: int, default: 1, keep: {keep}}}
  passing: {{type: text, optional: true}}
steps:
  which:
    ask: {type}
    text: "Which?{{% if data.name is not None %}} Like {{{{ data.name }}}} for {{{{ data.people }}}}?{{% endif %}}{{% if data.passing is not None %}} Again.{{% endif %}}"
    save: {{name: it, people: data.people + 1, passing: "'x'"}}
    buttons: [{{text: "Forget", go: which, save: {{name: None}}}}, {{text: "Leave", go: end}}]
  thanks:
    show: "{{{{ data.name | default('Nothing') }}}}."
    buttons: [{{text: "Done", go: end}}, {{text: "Change", go: which}}]
"""


def _flow(keep: str, kind: str = "text") -> str:
    return FLOW.format(keep=keep, type=kind)


async def test_a_chat_value_is_there_when_the_flow_is_opened_again(make_chat: Any) -> None:
    """What is kept with the chat survives the flow's end, and what is not is gone."""
    chat = make_chat(main=_flow("chat"))
    await chat.send("/drink")
    assert await chat.text() == "Which?"
    await chat.send("Tea")
    await chat.press("Done")
    await chat.send("/drink")
    assert await chat.text() == "Which? Like Tea for 2?"
    assert (chat.store.reads, chat.store.writes, chat.kept.asked) == (4, 4, 0)


async def test_a_chat_value_is_lost_with_the_conversation(make_chat: Any) -> None:
    """When Redis lost everything the flow begins as the first time."""
    chat = make_chat(main=_flow("chat"))
    await chat.send("/drink")
    await chat.send("Tea")
    chat.store.kept.clear()
    await chat.send("/drink")
    assert await chat.text() == "Which?"


async def test_a_user_value_outlives_the_conversation_and_is_not_the_next_persons(
    make_chat: Any,
) -> None:
    """What is kept for a person is there after Redis lost everything, for that person alone."""
    chat = make_chat(main=_flow("user"))
    await chat.send("/drink")
    await chat.send("Tea")
    chat.store.kept.clear()
    await chat.send("/drink")
    assert await chat.text() == "Which? Like Tea for 2?"
    other = chat.another()
    await other.send("/drink")
    assert await other.text() == "Which?"


async def test_only_opening_a_flow_that_keeps_asks_for_what_is_kept(make_chat: Any) -> None:
    """Neither home nor the turns inside the flow cost a read of kept values."""
    chat = make_chat(main=_flow("user"))
    await chat.send("/start")
    assert chat.kept.asked == 0
    await chat.press("Go")
    await chat.send("Tea")
    await chat.press("Change")
    assert chat.kept.asked == 1


async def test_nothing_can_be_kept_over_a_default(make_chat: Any) -> None:
    """Saving None is remembered: the value reads as nothing the next time."""
    chat = make_chat(main=_flow("user"))
    await chat.send("/drink")
    await chat.send("Tea")
    await chat.press("Change")
    await chat.press("Forget")
    await chat.send("/drink")
    assert await chat.text() == "Which?"


async def test_kept_values_that_no_longer_fit_are_dropped(make_chat: Any, redeploy: Any) -> None:
    """After a deploy that changed the type, the value kept of either kind reads as not set."""
    for keep in ("chat", "user"):
        chat = make_chat(main=_flow(keep))
        await chat.send("/drink")
        await chat.send("Tea")
        redeploy(chat, main=_flow(keep, kind="email"))
        await chat.send("/drink")
        assert await chat.text() == "Which?"


async def test_nothing_kept_does_not_stand_where_a_value_must(
    make_chat: Any, redeploy: Any
) -> None:
    """A None of before, when the name may no longer be nothing, gives way to the default."""
    chat = make_chat(main=_flow("user"))
    await chat.send("/drink")
    await chat.press("Forget")
    required = _flow("user").replace(
        "{type: text, optional: true, keep", "{type: text, default: Cola, keep"
    )
    required = required.replace("save: {name: None}", "save: {name: \"'Milk'\"}")
    required = required.replace("{% if data.name is not None %}", "{% if data.people > 0 %}")
    redeploy(chat, main=required.replace(" | default('Nothing')", ""))
    await chat.send("/drink")
    assert await chat.text() == "Which? Like Cola for 1?"


async def test_a_failed_turn_keeps_nothing(make_chat: Any) -> None:
    """Another process wrote first: the turn is taken anew, and what it keeps is that of the last attempt."""
    chat = make_chat(main=_flow("user"))
    await chat.send("/drink")
    chat.store.interfere = 1
    await chat.send("Tea")
    assert chat.kept.kept[chat.bot.id, chat.user_id]["main", "people"] == 2
