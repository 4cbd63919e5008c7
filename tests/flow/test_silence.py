"""Comments that silence a problem: where they stand, whom they silence, and what is wrong with them."""

from collections.abc import Callable

import pytest

from engine.flow.checked import Checked

HEAD = "flow: visit\nversion: 1\ntitle: Visit\nsteps:\n"
TRAP = "  hello: {show: Hello}"
SILENCER = "# usher: ignore[trap] because a job ends this conversation"


type Check = Callable[[str], Checked]


@pytest.mark.parametrize(
    "steps",
    [
        f"{TRAP}  {SILENCER}\n",
        f"  {SILENCER}\n{TRAP}\n",
        f"{SILENCER}\n\n  # the first step\n{TRAP}\n",
        f"  hello: {SILENCER}\n    show: Hello\n",
        f"  # usher:ignore[ trap ]   because it is right\n{TRAP}\n",
    ],
)
def test_problem_on_the_line_or_below_the_comment_is_silenced(
    check_visit: Check, steps: str
) -> None:
    """A comment behind something silences its line, one that stands alone the next line with something."""
    checked = check_visit(HEAD + steps)

    assert checked.problems == ()
    assert checked.bot is not None
    assert [one.problem.code for one in checked.silenced] == ["trap"]
    assert checked.silenced[0].reason in ("a job ends this conversation", "it is right")


def test_silencer_covers_the_text_that_begins_on_its_line(check_visit: Check) -> None:
    """A block of text cannot hold a comment, so the comment at its mark is for all of it."""
    steps = (
        "  hello:\n    show: |- # usher: ignore[empty-text] because names are never empty\n"
        "      {% if user.first_name != '' %}{{ user.first_name }}{% endif %}\n    end: {}\n"
    )

    assert check_visit(HEAD + steps).problems == ()


@pytest.mark.parametrize(
    "steps",
    [
        f'  hello: {{show: "Hello\n    {SILENCER}"}}\n',
        f"  hello:\n    show: |-\n      Hello\n      {SILENCER}\n",
        f"  hello: {{show: 'Hello{SILENCER}'}}\n",
    ],
)
def test_text_is_no_comment(check_visit: Check, steps: str) -> None:
    """What people read silences nothing, even when it is spelled like a silencer."""
    assert [problem.code for problem in check_visit(HEAD + steps).problems] == ["trap"]


def test_other_problems_of_the_line_stay(check_visit: Check) -> None:
    """A silencer is for the checks that it names."""
    steps = f"  hello: {{show: Hello, buttons: [{{text: A, go: lost}}]}}  {SILENCER}\n"

    assert [problem.code for problem in check_visit(HEAD + steps).problems] == ["unknown-step"]


def test_unused_silencer_waits_until_every_proof_is_made(check_visit: Check) -> None:
    """While a flow cannot be read whole, nobody can tell what its silencers silence."""
    steps = f"  {SILENCER}\n  hello: {{show: Hello, end: {{}}}}\n  lost: {{show: '{{{{ nme }}}}', end: {{}}}}\n"

    codes = [problem.code for problem in check_visit(HEAD + steps).problems]

    assert "unused-silencer" not in codes
    assert "unknown-name" in codes
