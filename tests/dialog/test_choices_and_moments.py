"""Conversations of small businesses: choices that a flow declares, and days and times of day that it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.dialog.conftest import MakeChat

SHIRT = """\
flow: main
version: 1
title: A shirt
start: [/shirt]
data:
  size: [small, large]
  wrapped: {type: [yes, no], default: no, keep: user}
  day: {type: date, optional: true}
steps:
  size:
    show: "Size? Wrapped: {{ data.wrapped }}. Ready: {{ data.day | date | default('now') }}."
    buttons:
      - {text: "S", go: fork, id: s, save: {size: "'small'", wrapped: "'yes'"}}
      - {text: "L", go: fork, id: l, save: {size: "'large'", day: "date('2026-12-24')"}}
  fork:
    decide:
      - {when: data.size == 'small', go: small}
      - {when: data.size == 'large', go: size}
  small:
    show: "{{ data.size | capitalize }}, wrapped: {{ data.wrapped }}."
    end: {}
"""

TABLE = """\
flow: main
version: 1
title: A table
start: [/table]
data:
  at: datetime
steps:
  at:
    ask: datetime
    text: "When?"
    min: now()
    allow: time(it) >= time('17:00') and date(it) != date('2026-11-04')
    invalid: {allow: "Closed."}
    save: {at: it}
  wait:
    show: "At {{ data.at | time }}, until {{ datetime(date(data.at), time('23:30')) | time }}."
    buttons: [{text: "Other", go: at}]
    timeout: {at: "datetime(today() + days(1), time('09:00'))", go: end, say: "Good morning!"}
"""


async def test_a_choice_is_saved_asked_for_and_kept(make_chat: MakeChat) -> None:
    """A choice that a flow declares leads a fork, is shown, and outlasts the flow; what is not there has a word of its own."""
    chat = make_chat(main=SHIRT)

    await chat.send("/shirt")
    assert await chat.text() == "Size? Wrapped: no. Ready: now."
    await chat.press("L")
    assert await chat.text() == "Size? Wrapped: no. Ready: Dec 24, 2026."
    await chat.press("S")
    assert "Small, wrapped: yes." in [message["text"] for message in await chat.messages()]
    await chat.send("/shirt")
    assert await chat.text() == "Size? Wrapped: yes. Ready: now."


async def test_opening_hours_are_written_in_the_flow(make_chat: MakeChat) -> None:
    """An answer is held against a time of day and a day, and a timeout comes at nine the next morning."""
    chat = make_chat(main=TABLE)

    await chat.send("/table")
    for said in ("tomorrow 3 pm", "2026-11-04 18:00"):
        await chat.send(said)
        assert (await chat.text()).startswith("Closed.")
    await chat.send("tomorrow 18:30")
    assert (await chat.text()).replace("\u202f", " ") == "At 6:30 PM, until 11:30 PM."
    assert await chat.wait(hours=23, minutes=29) == []
    assert len(await chat.wait(minutes=1)) == 1
    assert "Good morning!" in await chat.text()
