"""Controls in a simulation: pressed by their labels and by the paths of their texts."""

from engine.simulate.chat import simulate
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
