"""How fast compiled conditions and texts are, beside the same texts in Jinja2's sandbox, in one run.

    python -m benchmarks.expressions

Each line is the best of several slices, the two contenders in turn; compare the ratio.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2.sandbox import SandboxedEnvironment

from engine.actions import User
from engine.flow.annotations import type_of
from engine.flow.expressions import Namespace, Scope, compile_expression
from engine.flow.formats import Formats
from engine.flow.templates import compile_template
from engine.flow.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Callable

CONDITION = "data.people > 4 and data.status in ['open', 'held'] and user.role == 'admin'"
TEXT = "{{ user.first_name }}, {{ data.title }} for {{ data.people }} is {{ data.status }}: {{ data.note }}"
ROUNDS = 20_000
SLICES = 15


@dataclass(frozen=True, slots=True)
class Contender:
    """Something to call again and again."""

    name: str
    call: Callable[[], Any]


def scope() -> Scope:
    """Return the names that the condition and the text read."""
    types = {"people": "int", "status": "text", "title": "text", "note": "text"}
    fields = {name: parse_type(text, {}) for name, text in types.items()}
    return Scope({"data": Namespace(fields, frozenset()), "user": type_of(User)})


def environment() -> dict[str, Any]:
    """Return their values."""
    data = {"people": 5, "status": "held", "title": "Haircut", "note": "a <b> & c"}
    return {
        "data": data,
        "user": User(1, "admin", "Ann", "en", "UTC"),
        "formats": Formats("en", UTC, "EUR", datetime(2026, 11, 2, tzinfo=UTC)),
        "price": Decimal(42),
    }


def measure(contenders: list[Contender]) -> None:
    """Print the best rate of each."""
    best = dict.fromkeys((one.name for one in contenders), 0.0)
    for _ in range(SLICES):
        for one in contenders:
            begun = time.perf_counter()
            for _ in range(ROUNDS):
                one.call()
            best[one.name] = max(best[one.name], ROUNDS / (time.perf_counter() - begun))
    reference = best[contenders[-1].name]
    for name, rate in best.items():
        print(f"{name:<34}{rate:>14,.0f} a second{rate / reference:>9.1f}x")


def main() -> None:
    """Measure a condition and a text in both."""
    names = environment()
    condition, _ = compile_expression(CONDITION, scope())
    text, _ = compile_template(TEXT, scope(), html=True)
    if condition is None or text is None:
        raise SystemExit("the examples no longer compile")
    sandbox = SandboxedEnvironment(autoescape=True)
    theirs = sandbox.compile_expression(CONDITION)
    template = sandbox.from_string(TEXT)
    if text.render(names) != template.render(names):
        raise SystemExit("the two texts differ")
    measure(
        [
            Contender("condition", lambda: condition.evaluate(names)),
            Contender("condition, Jinja2 sandbox", lambda: theirs(names)),
        ]
    )
    measure(
        [
            Contender("text of five values", lambda: text.render(names)),
            Contender("text of five values, Jinja2 sandbox", lambda: template.render(names)),
        ]
    )


if __name__ == "__main__":
    main()
