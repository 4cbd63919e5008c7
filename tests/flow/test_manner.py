"""What the checker says of how messages reach people."""

from collections.abc import Callable

import pytest

from engine.flow.checked import Checked
from engine.flow.model.manner import EFFECTS, Preview
from engine.flow.model.windows import WindowStep

type Check = Callable[..., Checked]

VISIT = """\
flow: visit
version: 1
title: Visit
steps:
  hello: {show: "Hello, https://example.com", KEYS, end: {}}
"""


@pytest.mark.parametrize(
    "keys",
    [
        "preview: off",
        "preview: on",
        "preview: above",
        'preview: {url: "https://example.com/{{ user.locale }}", size: small, above: true}',
        "protect: true, silent: false",
        "effect: ❤️",
        "effect: ❤",
        'effect: "5046509860389126442"',
        "preview: off, effect: 🎉",
    ],
)
def test_each_spelling_is_fine(check_visit: Check, keys: str) -> None:
    """What Telegram can do with a message can be said of each window."""
    checked = check_visit(VISIT.replace("KEYS", keys))
    assert [problem.code for problem in checked.problems] == []


@pytest.mark.parametrize(
    ("keys", "code", "message"),
    [
        ("preview: small", "unknown-value", '"preview" of step "hello" cannot be "small"'),
        ("preview: {size: small}", "missing-key", 'has no "url"; add "url: …"'),
        ("preview: {url: example.com}", "bad-url", '"example.com" is not a web address'),
        (
            'preview: {url: "{{ user.first_name }}"}',
            "bad-url",
            "a value decides where this address leads",
        ),
        (
            "preview: off, media: {photo: https://example.com/a.jpg}",
            "conflicting-keys",
            'step "hello" has both "media" and "preview", and a text under media has no preview; keep one',
        ),
        ("effect: boom", "bad-value", "write 🔥, 👍, 👎, ❤, 🎉, 💩, or the id of an effect"),
        ("protect: maybe", "wrong-shape", "not true or false"),
        (
            "media: {document: https://example.com/a.pdf, below: true}",
            "conflicting-keys",
            'has both "document" and "below"; keep one',
        ),
    ],
)
def test_each_mistake_is_told(check_visit: Check, keys: str, code: str, message: str) -> None:
    """What Telegram would refuse, or pass over in silence, is a problem."""
    (problem,) = check_visit(VISIT.replace("KEYS", keys)).problems
    assert problem.code == code
    assert message in problem.message


def test_what_is_written_is_what_is_meant(check_visit: Check) -> None:
    """An emoji stands for the id of its effect, and a word for a preview."""
    checked = check_visit(VISIT.replace("KEYS", "preview: above, effect: ❤️, silent: true"))
    assert checked.bot is not None
    step = checked.bot.flows["visit"].flow.steps["hello"]
    assert isinstance(step, WindowStep)
    assert step.manner.effect == EFFECTS["❤"]
    assert step.manner.preview == Preview(is_above=True)
    assert (step.manner.silent, step.manner.protected) == (True, None)
