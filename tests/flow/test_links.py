"""Deep links: what they carry comes back, and no two can be mistaken for each other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flow.checked import Checked
from engine.flow.link_automata import find_ambiguity, find_overlap
from engine.flow.links import LONGEST_PAYLOAD, SAFE, find_faults, read_link
from engine.flow.types import DATE, INT, TEXT, Choice, Kind, Maybe, Scalar, Type
from engine.flow.values import LARGEST_INT

PARAMS: dict[str, Type] = {
    "id": INT,
    "small": Scalar(Kind.INT, 0, 99),
    "day": Maybe(DATE),
    "note": Scalar(Kind.TEXT, None, 10),
    "color": Choice(None, ("red", "re", "d")),
    "free": TEXT,
    "long": Scalar(Kind.TEXT, None, 63),
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.integers(-LARGEST_INT, LARGEST_INT),
    "small": st.integers(0, 99),
    "day": st.dates(date(1000, 1, 1), date(9000, 1, 1)),
    "note": st.from_regex(r"[A-Za-z0-9_-]{1,10}", fullmatch=True),
    "color": st.sampled_from(["red", "re", "d"]),
}


@given(st.data())
def test_what_a_link_carries_comes_back(data: st.DataObject) -> None:
    """A payload written by a link that the checker lets pass is short enough, safe, and read as it was."""
    names = data.draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    joint = st.sampled_from(["", "_", "-", "x", "1"])
    text = data.draw(joint) + "".join(f"{{{name}}}{data.draw(joint)}" for name in names)
    link = read_link(text, PARAMS)
    if any(find_faults(link)) or find_ambiguity(link):
        return
    values = {name: data.draw(VALUES[name]) for name in names}

    payload = link.write(values)

    assert len(payload) <= link.longest <= LONGEST_PAYLOAD
    assert SAFE.fullmatch(payload)
    read = link.read(payload)
    assert read == {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


@given(st.text(max_size=70))
def test_any_payload_is_read_or_refused(payload: str) -> None:
    """No payload that somebody makes up raises."""
    for text in ("v-{id}", "{day}", "{note}", "{color}{day}"):
        read_link(text, PARAMS).read(payload)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{id}{small}", "-10"),
        ("{note}-{id}", "----1"),
        ("{color}{color}", None),
        ("{note}_{note}", "____"),
        ("v-{id}", None),
        ("{id}-{note}", None),
        ("{day}{small}", None),
    ],
)
def test_links_that_can_be_read_in_two_ways_are_found(text: str, word: str | None) -> None:
    """An ambiguous link comes with a payload that shows it; others are let pass."""
    found = find_ambiguity(read_link(text, PARAMS))

    assert (found is None) == (word is None) or text == "{color}{color}"


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("v-{id}", "v-{note}", "v-0"),
        ("v-{id}", "w-{id}", None),
        ("{note}", "book", "book"),
        ("{day}", "{small}", None),
        ("{small}", "{id}", "0"),
        ("{color}", "{small}", None),
        ("{day}", "{note}", "0000-00-00"),
    ],
)
def test_links_that_match_one_payload_are_found(one: str, other: str, word: str | None) -> None:
    """Two links overlap when one payload fits both, and a shortest one is given."""
    first, second = read_link(one, PARAMS), read_link(other, PARAMS)

    assert find_overlap(first, second) == word
    if word is not None and "day" not in one:
        assert first.read(word) is not None
        assert second.read(word) is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{free}", '"free" has no bound'),
        ("v-{long}", "can have 65 characters, 2 + 63; Telegram carries 64"),
        ("a b", "has characters other than"),
        ("", "is empty"),
    ],
)
def test_links_that_cannot_be_are_refused(text: str, told: str) -> None:
    """What is wrong with a link is said with the numbers."""
    (fault,) = find_faults(read_link(text, PARAMS))

    assert told in fault


def test_a_link_to_a_flow_that_cannot_be_read_is_no_mistake(
    check_visit: Callable[..., Checked],
) -> None:
    """A mistake in the flow that a link leads to is told there alone."""
    visit = "flow: visit\nversion: 1\ntitle: Visit\nsteps:\n  hello:\n    show: \"{{ start_link('gift') }}\"\n    end: {}\n"
    gift = "flow: gift\nversion: 1\ntitle: Gift\n%s: [{deeplink: gift}]\nsteps: {hello: {show: Hello, end: {}}}\n"

    good = check_visit(visit, **{"gift.yaml": gift % "start"})
    misspelt = check_visit(visit, **{"gift.yaml": gift % "strat"})
    unread = check_visit(visit, **{"gift.yaml": "flow: ["})

    assert good.problems == ()
    assert [problem.position.path for problem in misspelt.problems] == ["gift.yaml"]
    assert {problem.position.path for problem in unread.problems} == {"gift.yaml"}
