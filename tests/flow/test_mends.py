"""The shipped flows, broken in many ways: each message names the place and the mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from actions.catalog import catalog as shipped_catalog
from engine.flow.problems import render_problems
from engine.flow.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent
GOLDENS = ROOT / "tests" / "flows" / "mends"

WORKSPACE = Workspace(Path("flows"), shipped_catalog)
"""Keeps what a mistake does not touch, as an editor does."""

BREAKAGES = {
    "misspelt-step": ("booking.yaml", '"« Only once", go: confirm', '"« Only once", go: confrm'),
    "misspelt-key": ("booking.yaml", "    columns: 4\n", "    colums: 4\n"),
    "misspelt-required-key": ("booking.yaml", 'title: "Book a visit"', 'titel: "Book a visit"'),
    "misspelt-verb": ("booking.yaml", "    do: bookings.create", "    doo: bookings.create"),
    "misspelt-query": ("booking.yaml", "services.list()", "service.list()"),
    "misspelt-field": ("booking.yaml", "{{ item.name }}", "{{ item.nmae }}"),
    "misspelt-filter": ("booking.yaml", "item.price | money", "item.price | mony"),
    "misspelt-argument": ("booking.yaml", "slots.free(service_id=", "slots.free(service="),
    "misspelt-type": ("booking.yaml", "slot: Slot", "slot: Slott"),
    "misspelt-data": ("booking.yaml", "save: {slot: item}", "save: {slto: item}"),
    "misspelt-outcome": ("booking.yaml", "slot_taken: {go", "slot_take: {go"),
    "misspelt-flow": ("my_bookings.yaml", "run: booking", "run: bookings"),
    "misspelt-setting": ("bot.yaml", "time_zone: ", "timezone: "),
    "outcome-left-out": (
        "booking.yaml",
        '      slot_taken: {go: time, say: "That time has just gone. These are still free."}\n',
        "",
    ),
    "step-left-out": ("booking.yaml", "    save: {location: item}\n", ""),
    "colon-left-out": ("booking.yaml", "flow: booking", "flow booking"),
    "comma-without-quotes": (
        "booking.yaml",
        "save: {day: it}",
        "save: {day: max(it, today())}",
    ),
    "sign-of-another-language": (
        "administration.yaml",
        "access: user.role in ['admin', 'owner']",
        "access: user.role == 'admin' || user.role == 'owner'",
    ),
    "flow-as-step": ("my_bookings.yaml", "run: booking", "go: booking"),
    "line-break-tag": ("booking.yaml", "✅ <b>Booked!</b>", "✅ Booked!<br>"),
    "language-without-texts": ("bot.yaml", "locales: [en, de, uk]", "locales: [en, de, uk, fr]"),
    "indentation": ("booking.yaml", '    text: "What would', '     text: "What would'),
    "tab": ("booking.yaml", "    columns: 4", "\tcolumns: 4"),
    "quote-left-out": (
        "booking.yaml",
        '    button: "{{ item.name }}"',
        '    button: "{{ item.name }}',
    ),
    "braces-without-quotes": (
        "booking.yaml",
        '    button: "{{ item.name }}"',
        "    button: {{ item.name }}",
    ),
    "key-twice": ("booking.yaml", "    page: 24\n", "    page: 24\n    page: 12\n"),
    "wrong-type": ("booking.yaml", "save: {comment: it}", "save: {comment: 12}"),
    "read-before-set": (
        "booking.yaml",
        '{text: "Cancel", go: end, say: "Nothing was booked."}',
        '{text: "Cancel", go: done}',
    ),
    "maybe-nothing": (
        "booking.yaml",
        "{% if data.staff is not None %} with {{ data.staff.name }}{% endif %}",
        " with {{ data.staff.name }}",
    ),
    "bad-html": ("booking.yaml", "✅ <b>Booked!</b>", "✅ <b>Booked!"),
    "dead-end": ("booking.yaml", "    end: {booking_id: data.booking.id}\n", ""),
    "unreachable": (
        "my_bookings.yaml",
        "      - {text: \"📎 For my calendar\", go: file, when: data.booking.status == 'confirmed'}\n",
        "",
    ),
    "number-as-text": ("booking.yaml", 'title: "Book a visit"', "title: 2026"),
    "bad-command": ("booking.yaml", "  - /book\n", "  - /Book-now\n"),
    "broken-expression": (
        "booking.yaml",
        "data.staff is not None else None, people=data.people)\n    text: |-\n      <b>",
        "data.staff is not None, people=data.people)\n    text: |-\n      <b>",
    ),
}


def _shipped() -> dict[Path, str]:
    flows = ROOT / "flows"
    found = [*flows.rglob("*.yaml")]
    return {path.relative_to(ROOT): path.read_text() for path in found}


def test_shipped_flows_are_right() -> None:
    """The flows that are broken below have no problem before."""
    checked = WORKSPACE.check(_shipped())

    assert render_problems(checked.problems, "text", _shipped()) == ""
    assert checked.bot is not None


@pytest.mark.parametrize("name", sorted(BREAKAGES))
def test_breakage_is_named_with_its_mend(name: str, golden: Callable[[Path, str], None]) -> None:
    """One mistake in a shipped flow gives a message at its line and column that says what would be right."""
    file, before, after = BREAKAGES[name]
    sources = _shipped()
    path = Path("flows") / file
    assert before in sources[path], f"{path} no longer has {before!r}"
    sources[path] = sources[path].replace(before, after, 1)

    problems = WORKSPACE.check(sources).problems

    assert problems
    golden(GOLDENS / f"{name}.out", render_problems(problems, "text", sources))
