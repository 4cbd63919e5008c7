"""What a flow does as it is entered and left, written at random.

It does not know the flow around it but the names of its steps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.random_bots.steps import StepWriter

HOOKS: Final = ("on_enter", "on_exit")

_OF_STEPS: Final = frozenset({"access", "skip_if"})


def write_hook(name: str, writer: StepWriter) -> str:
    """Return a line of a flow: a command with its moves as it is entered, a command alone as it is left."""
    step = {key: value for key, value in writer.write("do").items() if key not in _OF_STEPS}
    if name == "on_exit":
        step = {"do": step["do"]} | (
            {"when": writer.pen.condition()} if writer.pen.often(0.6) else {}
        )
    elif writer.pen.often(0.7):
        del step["go"]
    return f"{name}: {json.dumps(step)}"
