"""The validator that decides and the one that explains agree on every value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow.judge import Judge
from engine.flow.schemas.bot import bot_schema
from engine.flow.schemas.flow import flow_schema
from engine.flow.schemas.fragment import fragment_schema
from engine.flow.schemas.texts import texts_schema
from engine.flow.source import read_source

if TYPE_CHECKING:
    from engine.actions import Catalog

FLOWS = sorted(Path("flows").rglob("*.yaml")) + sorted(Path("tests/flows/ok").rglob("*.yaml"))
KEYS = ["show", "ask", "choose", "do", "decide", "run", "end", "text", "go", "say", "when", "else"]
KEYS += [
    "save",
    "buttons",
    "min",
    "max",
    "empty",
    "give_up",
    "after",
    "flow",
    "version",
    "/help",
    "use",
    "with",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**301),
    st.floats(),
    st.sampled_from(["", "a", "A b", "end", "day", "ask", "en", "a\n", "\ud800", "é_1", "[]"]),
    st.text(max_size=5),
)
NAMES = st.one_of(st.sampled_from(KEYS), st.text(max_size=4))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)


def _documents() -> list[Any]:
    roots = [read_source(path.as_posix(), path.read_text()).root for path in FLOWS]
    return [root.value for root in roots if root is not None]


@st.composite
def changed_documents(draw: st.DrawFn) -> Any:
    """Give a file that is fine but for a few values put in, taken out or put elsewhere."""
    value = draw(st.sampled_from(_documents()))
    for _ in range(draw(st.integers(0, 3))):
        value = _change(draw, value)
    return value


def _change(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(list(value)))
        return {**value, key: _change(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], _change(draw, value[at]), *value[at + 1 :]]
    if isinstance(value, dict) and draw(st.booleans()):
        gone = draw(st.sampled_from([*value, ""]))
        return {
            **{key: one for key, one in value.items() if key != gone},
            **draw(st.dictionaries(NAMES, VALUES, max_size=1)),
        }
    return draw(VALUES)


@pytest.fixture(scope="module")
def judges(catalog: Catalog) -> list[Judge]:
    """Give a judge of each schema."""
    flow = flow_schema(catalog)
    schemas = (flow, bot_schema(), texts_schema(), fragment_schema(flow))
    return [Judge(schema) for schema in schemas]


@given(changed_documents())
def test_validators_agree(judges: list[Judge], value: Any) -> None:
    """A value fits exactly when there is nothing to say against it."""
    for judge in judges:
        assert judge.fits(value) == (not judge.explain(value))


def test_fitting_files_load_no_explainer(judges: list[Judge]) -> None:
    """Every file that ships fits one of the schemas, and has no errors then."""
    for value in _documents():
        assert any(judge.fits(value) and judge.errors(value) == [] for judge in judges)
