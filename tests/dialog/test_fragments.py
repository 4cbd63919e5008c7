"""Fragments as a person meets them: nothing tells them from what is written in the flow itself."""

from __future__ import annotations

from typing import Any

CONFIRM = """\
fragment: confirm
params: {question: text, yes: step, no: step}
steps:
  ask:
    show: $question
    buttons: [[{text: "Yes", go: again}, {text: "No", go: $no}]]
  again:
    show: "Really?"
    buttons: [{text: "Really", go: $yes}, {use: back, with: {to: ask}}]
"""
BACK = """\
fragment: back
params: {to: step, label: {type: text, default: "« Back"}}
buttons: [{text: $label, go: $to}]
"""
MAIN = """\
flow: main
version: 1
title: Main
data: {colour: {type: text, default: red}}
steps:
  pick:
    show: "Pick."
    buttons: [{text: "Blue", go: sure, save: {colour: "'blue'"}}, {use: back, with: {to: end}}]
  sure: {use: confirm, with: {question: "Take {{ data.colour }}?", yes: done, no: pick}}
  done: {show: "Took {{ data.colour }}.", end: {}}
"""


async def test_a_person_walks_through_fragments(make_chat: Any) -> None:
    """Texts read the flow's data, and moves lead between its steps and those of fragments within fragments."""
    files = {"fragments/confirm": CONFIRM, "fragments/back": BACK}
    chat = make_chat(main=MAIN, **files)
    await chat.send("/start")
    await chat.press("Go")
    assert await chat.buttons() == [["Blue"], ["« Back"]]

    await chat.press("Blue")
    assert await chat.text() == "Take blue?"
    assert await chat.buttons() == [["Yes", "No"]]
    await chat.press("Yes")
    assert await chat.buttons() == [["Really"], ["« Back"]]
    await chat.press("« Back")
    await chat.press("No")
    assert await chat.text() == "Pick."
    await chat.press("Blue")
    await chat.press("Yes")
    await chat.press("Really")

    assert any(message["text"] == "Took blue." for message in await chat.messages())
