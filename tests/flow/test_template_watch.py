"""Texts that are watched: what is shown stays the same, and each condition that is asked is told."""

from __future__ import annotations

from typing import Any

import pytest

from engine.flow.expressions import Namespace, Scope
from engine.flow.template_watch import WATCHER
from engine.flow.templates import Template, compile_template
from engine.flow.types import INT, TEXT, ListOf, Maybe

SCOPE = Scope({"data": Namespace({"age": INT, "note": Maybe(TEXT), "names": ListOf(TEXT)})})


def fill_in(template: Template, **data: Any) -> tuple[str, list[tuple[str, bool]]]:
    """Give what is shown, and what was told."""
    told: list[tuple[str, bool]] = []

    def tell(condition: str, holds: Any) -> Any:
        told.append((condition, bool(holds)))
        return holds

    return template.watched({"data": data, WATCHER: tell}), told


@pytest.mark.parametrize("age", [5, 17, 90])
@pytest.mark.parametrize("note", [None, "<x>"])
def test_a_text_says_the_same(age: int, note: str | None) -> None:
    """Whoever watches changes nothing; conditions below one that holds are not asked."""
    text = (
        "{% if data.age > 80 %}old{% elif data.age > 16 %}grown{% else %}young{% endif %}"
        "{% if data.note is not None %} {{ data.note }}{% endif %}"
        "{% for name in data.names %}{% if loop.first %}: {% endif %}{{ name }}{% endfor %}"
    )
    template, faults = compile_template(text, SCOPE, html=True)
    assert template is not None, faults
    data = {"age": age, "note": note, "names": ["Ann", "Bob"]}

    shown, told = fill_in(template, **data)

    assert shown == template.render({"data": data})
    assert told == [
        ("data.age > 80", age > 80),
        *([] if age > 80 else [("data.age > 16", age > 16)]),
        ("data.note is not None", note is not None),
        ("loop.first", True),
        ("loop.first", False),
    ]


def test_conditions_are_known_with_their_places() -> None:
    """Those of blocks are listed as they are written, in order; a choice within a value is none of them."""
    text = (
        "{% if data.age > 1 %}{{ 'a' if data.age > 2 else 'b' }}{% elif data.age > 0 %}c{% endif %}"
    )

    template, _ = compile_template(text, SCOPE, html=False)

    assert template is not None
    assert [code.text.strip() for code in template.asked] == ["data.age > 1", "data.age > 0"]
    assert [text[code.offset :].lstrip()[:8] for code in template.asked] == ["data.age"] * 2
