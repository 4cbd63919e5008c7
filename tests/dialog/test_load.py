"""What a window loads can be read everywhere in it."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.actions import Context, query


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds today."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Number:
    """Something to pick."""

    id: int


@query("limits.get")
async def get_limits(_context: Context) -> Limits:
    """Get the limits."""
    return Limits(2, 5)


@query("numbers.list")
async def list_numbers(_context: Context, *, most: int) -> list[Number]:
    """List the numbers up to one."""
    return [Number(number) for number in range(1, most + 1)]


MAIN = """\
flow: main
version: 1
title: Limits
start: [/limits]
returns: {most: {type: int, optional: true}}
data:
  number: {type: int, default: 0}
  most: {type: int, default: 0}
steps:
  pick:
    choose: numbers.list(most=limits.most)
    load: {limits: limits.get()}
    text: "Up to {{ limits.most }}"
    button: "{{ item.id }} of {{ limits.most }}"
    save: {number: item.id + limits.least}
    buttons:
      - {text: "Least", go: ask, save: {number: limits.least}}
      - {text: "Sub", run: sub, with: {start: limits.most}, save: {most: limits.least + (result.sum if result.sum is not None else 0)}}
      - {text: "Many {{ limits.most }}", id: many, go: ask, when: limits.most > 5}
    empty: {go: ask}
  ask:
    ask: int
    load: {limits: limits.get()}
    text: "{{ data.number }} and {{ data.most }}; how many?"
    allow: it <= limits.most
    invalid: "At most {{ limits.most }}."
    save: {most: it + limits.least}
  done:
    show: "{{ data.most }} at {{ limits.most }}"
    load: {limits: limits.get()}
    end: {most: limits.most}
"""

SUB = """\
flow: sub
version: 1
title: Sub
start: [/sub2]
params: {start: {type: int, default: 0}}
returns: {sum: {type: int, optional: true}}
steps:
  show:
    show: "Sub {{ params.start }}"
    buttons: [{text: "Fine", go: done}]
  done: {end: {sum: params.start + 10}}
"""


@pytest.fixture
async def chat(make_chat: Any) -> Any:
    """Give a chat at the first window."""
    chat = make_chat(get_limits, list_numbers, main=MAIN, sub=SUB)
    await chat.send("/limits")
    return chat


async def test_a_query_a_label_and_a_condition_read_it(chat: Any) -> None:
    """The list is asked for with what was loaded, and a hidden button stays hidden by it."""
    assert await chat.text() == "Up to 5"
    assert [row[0] for row in await chat.buttons()][:5] == [f"{n} of 5" for n in range(1, 6)]
    assert "Many 5" not in str(await chat.buttons())


async def test_a_pick_saves_from_it(chat: Any) -> None:
    """`save` of a pick computes with what was loaded."""
    await chat.press("3 of 5")
    assert (await chat.text()).startswith("5 and 0")


async def test_a_button_saves_from_it(chat: Any) -> None:
    """`save` of a button computes with what was loaded."""
    await chat.press("Least")
    assert (await chat.text()).startswith("2 and 0")


async def test_a_sub_flow_gets_it_and_its_result_meets_it(chat: Any) -> None:
    """Arguments of a call, and what is saved of its results, read what was loaded."""
    await chat.press("Sub")
    assert await chat.text() == "Sub 5"
    await chat.press("Fine")
    await chat.press("Least")
    assert (await chat.text()).startswith("2 and 17")


async def test_an_answer_is_held_to_it(chat: Any) -> None:
    """`allow`, the text for a wrong answer, `save` and the results at the end read what was loaded."""
    await chat.press("Least")
    await chat.send("6")
    assert (await chat.text()).startswith("At most 5.")
    await chat.send("5")
    assert (await chat.messages())[-2]["text"] == "7 at 5"
