"""How many flows can be open above one another."""

from typing import Any

import pytest

from tests.dialog import conftest


def _flow(number: int) -> str:
    name = "main" if number == 0 else f"f{number}"
    return (
        f"flow: {name}\nversion: 1\ntitle: Flow\nsteps:\n"
        f"  here: {{show: 'At {number}.', buttons: [{{text: Down, run: f{number + 1}}}, {{text: Up, go: end}}]}}\n"
    )


@pytest.mark.parametrize("said", ["Too many.", "Broken."])
async def test_one_flow_too_many_is_told_politely(
    make_chat: Any, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """Where the stack is full the person is told so and stays where they are, from where the way up is open."""
    if said == "Too many.":
        monkeypatch.setattr(conftest, "BOT_YAML", conftest.BOT_YAML + "  too_deep: Too many.\n")
    flows = {"main" if at == 0 else f"f{at}": _flow(at) for at in range(21)}
    last = "flow: f21\nversion: 1\ntitle: Flow\nsteps: {here: {show: Last., buttons: [{text: Up, go: end}]}}\n"
    chat = make_chat(**flows, f21=last)
    await chat.send("/start")
    await chat.press("Go")
    for _ in range(18):
        await chat.press("Down")
    assert await chat.text() == "At 18."

    await chat.press("Down")

    assert await chat.text() == f"{said}\n\nAt 18."
    await chat.press("Up")
    assert await chat.text() == "At 17."
