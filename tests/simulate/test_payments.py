"""Payments in simulations: what scenarios say, what is recorded, what an explorer tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.emulator.payments import Provider
from engine.simulate.chat import simulate
from engine.simulate.explore.walk import Budget, Explorer, moves_of
from engine.simulate.scenarios.play import ScenarioFailedError, play_scenario
from engine.simulate.scenarios.read import ScenarioReader
from engine.simulate.witness import SimulationError
from tests.dialog.test_payments import BOT, LATE, MAIN, Orders
from tests.simulate.test_recording import held

if TYPE_CHECKING:
    from tests.simulate.conftest import MakeSimulator

SCENARIOS = """\
scenarios:
  What is paid is booked:
    play:
      - send: /start
      - press: Go
      - press: Buy
        see: {text: "Order 17", buttons: ["Pay €25.50"]}
      - pay: declines
        see: {alert: declined}
        at: main.invoice
      - pay: true
        see: Paid €25.50.
        called: {orders.book: {order: 17}}
        sound: true
  What is gone is refused:
    given: {stubs: {orders.check: {outcome: gone, times: 1}}}
    play:
      - send: /start
      - press: Go
      - press: Buy
      - pay: true
        see: {alert: Order 17 is gone., text: Menu}
        called: {orders.check: {order: 17}}
  What is paid too late is given back:
    play:
      - send: /start
      - press: Go
      - press: Buy
      - pay: slow
        see: {new: false}
      - press: Cancel
        at: main.menu
      - settle: true
        see: You get €25.50 back.
        at: main.menu
        called: {orders.refund: {}}
        sound: true
"""


async def test_scenarios_pay(make_simulator: MakeSimulator) -> None:
    """A scenario pays, is declined or refused, and lets money arrive too late."""
    simulator = make_simulator(*Orders().actions(), main=MAIN, late=LATE, bot=BOT)
    read = ScenarioReader(simulator.bot).read("x.yaml", SCENARIOS)
    assert read.problems == ()

    for scenario in read.scenarios:
        await play_scenario(simulator, scenario)


async def test_without_an_invoice_nothing_is_paid(make_simulator: MakeSimulator) -> None:
    """Who sees no invoice cannot pay one, and no money arrives that nobody paid; the pay button is no press."""
    simulator = make_simulator(*Orders().actions(), main=MAIN, late=LATE, bot=BOT)
    lines = "scenarios: {One: {play: [{send: /start}, {settle: true}]}}"
    read = ScenarioReader(simulator.bot).read("x.yaml", lines)
    with pytest.raises(ScenarioFailedError, match="no payment of user"):
        await play_scenario(simulator, read.scenarios[0])
    async with simulate(simulator) as ann:
        await ann.send("/start")
        with pytest.raises(SimulationError, match="sees no invoice"):
            await ann.pay()
        await ann.press("Go")
        await ann.press("Buy")
        with pytest.raises(SimulationError, match='write "pay: true"'):
            await ann.press("Pay")


async def test_explorer_pays(make_simulator: MakeSimulator) -> None:
    """An explorer takes every move of an invoice, and that of what is late, and finds nothing wrong."""
    simulator = make_simulator(*Orders().actions(), main=MAIN, late=LATE, bot=BOT)
    explorer = Explorer(simulator, Budget(300, seed=2, people=1))

    assert [found async for found in explorer.walk() if found is not None] == []
    taken = {(one.flow, one.step, one.kind) for one in explorer.figures.taken}
    wanted = {(one.flow, one.step, one.kind) for one in moves_of(simulator.bot, "main")}
    assert ("main", "invoice", "paid") in taken
    assert ("late", "take", "next") in taken
    assert {one for one in wanted - taken if one[2] not in ("error", "timeout", "outcome")} == set()


async def test_payments_are_recorded(make_simulator: MakeSimulator) -> None:
    """What somebody paid, slowly or at once, becomes lines of a scenario."""
    simulator = make_simulator(*Orders().actions(), main=MAIN, late=LATE, bot=BOT)
    async with held(simulator) as talk:
        for label in ("/start", "Go", "Buy"):
            await (talk.chat.send(label) if label == "/start" else talk.chat.press(label))
        await talk.chat.pay(Provider.SLOW)
        await talk.chat.settle()
        recording = await talk.record(simulator)

    assert recording.differences == ()
    assert "- pay: slow\n" in recording.text
    assert "- settle: true\n        see: Paid\n" in recording.text
