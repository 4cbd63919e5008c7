"""What is concluded from what a condition reads, against what follows from all that is known."""

from hypothesis import assume as require
from hypothesis import given, settings

from engine.flow.expression.conclusions import Declared, conclude, settle
from engine.flow.expression.state import NOTHING_KNOWN, State
from engine.flow.expression.truth import assume, judge, read_condition, value_of
from engine.flow.expressions import compile_expression
from engine.flow.types import BOOL
from tests.flow.test_truth import CONDITIONS, DATA, NAMES, SCOPE

DECLARED = Declared(NAMES)


@settings(max_examples=300)
@given(CONDITIONS, CONDITIONS)
def test_what_a_condition_reads_is_all_that_it_needs(before: str, text: str) -> None:
    """After another condition, a condition says the same as if everything known had been looked at."""
    for one in (before, text):
        require(compile_expression(one, SCOPE, expected=BOOL)[0] is not None)
    first, tree = read_condition(before), read_condition(text)
    assert first is not None
    assert tree is not None
    for earlier in (True, False):
        state = assume(first, NOTHING_KNOWN, NAMES, holds=earlier)
        if state is None:
            continue
        assert settle(text, state, DECLARED) is judge(tree, state, NAMES)
        for holds in (True, False):
            told = assume(tree, state, NAMES, holds=holds)
            found = conclude(text, state, DECLARED, holds=holds)
            assert (found is None) is (told is None)
            if found is not None and told is not None:
                assert found.atoms == told.atoms
                assert _values(found) == _values(told)


def _values(state: State) -> object:
    paths = [*(f"data.{name}" for name in DATA), "len(data.t)"]
    nodes = [node for path in paths if (node := read_condition(path)) is not None]
    return [value_of(node, state, NAMES) for node in nodes]


def test_text_that_is_no_condition_says_nothing() -> None:
    """What cannot be read neither holds nor fails, and leaves what is known as it is."""
    assert settle("data.n >", NOTHING_KNOWN, DECLARED) is None
    assert conclude("data.n >", NOTHING_KNOWN, DECLARED, holds=True) == NOTHING_KNOWN
