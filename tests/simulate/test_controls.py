"""Controls in a simulation: pressed by their labels and by the paths of their texts."""

import pytest

from engine.simulate.chat import simulate
from engine.simulate.witness import SimulationError
from tests.simulate.conftest import MakeSimulator

FLOW = """\
flow: main
version: 1
title: Main
start: [/main]
data:
  wrapped: {type: bool, default: false}
  people: {type: int, min: 1, max: 4, default: 2}
  size: {type: [small, large], default: small}
steps:
  order:
    show: "{{ 'wrapped' if data.wrapped else 'plain' }}, {{ data.people }}, {{ data.size }}"
    buttons:
      - {check: data.wrapped, text: Wrap, checked: Wrapped}
      - {count: data.people, plus: More}
      - {one: data.size, labels: {small: S, large: L}}
      - {text: Order, go: end}
"""


CALENDAR = """\
flow: main
version: 1
title: Main
start: [/main]
data: {day: {type: date, optional: true}}
steps:
  day: {ask: date, text: When?, calendar: {}, min: today(), max: today() + days(90), save: {day: it}, go: done}
  done: {show: "On {{ data.day | date }}.", end: {}}
"""


async def test_days_are_picked_by_their_labels(make_simulator: MakeSimulator) -> None:
    """A number is a day and not a place in a list; today is found whatever stands around it, and no other day for it."""
    async with simulate(make_simulator(main=CALENDAR)) as chat:
        await chat.send("/main")
        with pytest.raises(SimulationError, match='"1" is not offered'):
            await chat.pick(1)
        await chat.pick(15)
        chat.sees("Nov 15")
        await chat.send("/main")
        await chat.pick(2)
        chat.sees("Nov 2")


async def test_controls_are_pressed_by_label_and_by_path(make_simulator: MakeSimulator) -> None:
    """A text of a control names its button, whichever way it is marked; a press keeps the person at the step."""
    async with simulate(make_simulator(main=FLOW)) as chat:
        await chat.send("/main")
        await chat.press("Wrap")
        chat.sees("wrapped, 2, small")
        await chat.press(path="main.order.buttons.people_plus")
        await chat.press(path="main.order.labels.size.large")
        chat.sees("wrapped, 3, large")
        await chat.press(path="main.order.buttons.wrapped_checked")
        chat.sees("plain, 3, large", buttons=["Wrap", "-", "3", "More", "S", "✅ L", "Order"])
