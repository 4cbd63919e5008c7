"""The bot that the benchmark writes is a bot like any other."""

from pathlib import Path

from benchmarks.checker.catalog import catalog
from benchmarks.checker.written import STEPS, write_bot
from engine.flow.check import check_flows
from engine.flow.model.choosing import ChooseStep
from engine.flow.problems import render_problems


def test_written_bot_is_fine() -> None:
    """What is measured is a check that finds nothing, of twenty steps a flow with every verb and language."""
    sources = write_bot(10)

    checked = check_flows(Path(), catalog, sources=sources)

    assert render_problems(checked.problems, sources=sources) == ""
    assert checked.bot is not None
    flows = [compiled.flow for compiled in checked.bot.flows.values()]
    assert {len(flow.steps) for flow in flows} == {STEPS}
    assert {verb for graph in checked.graphs.values() for verb in graph.verbs.values()} == {
        "show", "choose", "ask", "do", "decide", "run", "end",
    }  # fmt: skip
    choose = next(step for step in flows[0].steps.values() if isinstance(step, ChooseStep))
    assert set(checked.bot.flows["flow_000"].wordings[choose.text]) == {"en", "de", "fr"}


def test_written_bot_is_the_same_each_time() -> None:
    """Two runs of the benchmark measure the same text."""
    assert write_bot(10) == write_bot(10)
