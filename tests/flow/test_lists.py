"""What the checker says of lists that are searched, marked and grouped."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest

from engine.actions import Catalog, Context, MaxLength, query
from engine.flow.check import check_flows


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on a list."""

    id: int
    title: str


@query("things.list")
async def _list_things(
    _context: Context, *, title: Annotated[str, MaxLength(64)] | None = None
) -> Annotated[list[Thing], MaxLength(5)]:
    """List five things at most."""
    raise NotImplementedError(title)


BOT = """\
bot: salon
locale: en
locales: [en]
roles: [client]
home: visit
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: A, no_access: B, error: C, unknown_input: D, wrong_answer: E, next_page: F, previous_page: G, proceed: H,
  clear_search: "x {{ search }}", no_match: "No {{ search }}", too_few: "At least {{ min }}", too_many: "At most {{ max }}"}
"""
FLOW = """\
flow: visit
version: 1
title: Visit
data:
  things: {{type: "list[Thing]", default: []}}
  three: {{type: "list[Thing]", max: 3, default: []}}
  thing: {{type: Thing, optional: true}}
  name: {{type: text, optional: true}}
steps:
  pick:
    choose: {choose}
    text: "Which?"
    button: "{{{{ item.title }}}}"
    empty: {{text: "None.", go: end}}
    {keys}
    go: end
    {buttons}
"""
LEAVE = "buttons: [{text: Leave, go: end}]"


def _problems(
    keys: str, *, choose: str = "things.list()", buttons: str = "", bot: str = BOT
) -> list[tuple[str, str]]:
    flow = FLOW.format(choose=choose, keys=keys.replace("\n", "\n    "), buttons=buttons)
    sources = {Path("bot.yaml"): bot, Path("visit.yaml"): flow}
    checked = check_flows(Path(), Catalog([_list_things]), sources=sources)
    return [(problem.code, problem.message) for problem in checked.problems]


@pytest.mark.parametrize(
    "keys",
    [
        "many: {}\nsave: {things: items}",
        "many: {min: 1, max: 3, chosen: data.three, mark: x}\nsave: {three: items}",
        'one: {chosen: data.thing, done: "Take it"}\nsave: {thing: item}',
        "one: {chosen: None}\nsave: {name: item.title}",
        "search: label\nsave: {thing: item, name: search}",
        'search: {by: label, clear: "x {{ search }}"}\ngroup: "{{ item.title }}"\nsave: {thing: item}',
    ],
)
def test_lists_that_can_work_are_fine(keys: str) -> None:
    """Words come from the step or the bot; what is chosen at first may be nothing."""
    assert _problems(keys) == []


def test_a_search_by_query_gives_its_words_to_the_query() -> None:
    """`search` is a text of 64 units, or nothing, which an argument of that length takes."""
    call = "things.list(title=search)"
    assert _problems("search: query\nsave: {thing: item}", choose=call) == []


@pytest.mark.parametrize(
    ("keys", "code", "message"),
    [
        ("many: {min: 3, max: 2}\nsave: {things: items}", "bad-bounds",
         '"min" is 3, which is above "max", 2; swap them'),
        ("many: {max: 6}\nsave: {things: items}", "bad-bounds",
         '"max" is 6, and list of Thing "things.list()" has at most 5; lower it'),
        ("many: {max: 4}\nsave: {three: items}", "out-of-bounds", ""),
        ("many: {}\nsave: {thing: item}", "unknown-name", 'no name "item"'),
        ("one: {}\nsave: {things: items}", "unknown-name", 'no name "items"'),
        ("save: {things: items}", "unknown-name", 'no name "items"'),
        ("one: {chosen: data.things}\nsave: {thing: item}", "wrong-type", "list of Thing"),
        ("many: {chosen: data.name}\nsave: {things: items}", "wrong-type", "list of Thing"),
        ("one: {}\nmany: {}\nsave: {thing: item}", "conflicting-keys",
         'step "pick" has both "one" and "many"; keep one'),
        ("one: {max: 2}\nsave: {thing: item}", "unknown-key", 'cannot have the key "max"'),
        ("many: {min: 2}\nsave: {things: items}", "empty-choice",
         'step "pick" cannot be left when its list has fewer than 2 items; add a button that is always there'),
        ("search: title\nsave: {thing: item}", "unknown-value", '"search" of step "pick" cannot be "title"'),
        ("search: {clear: x}\nsave: {thing: item}", "missing-key", '"search" of step "pick" has no "by"'),
        ("search: query\nsave: {thing: item}", "bad-search", "does not read"),
        ('save: {thing: item}\ngroup: "{{ search }}"', "unknown-name", 'no name "search"'),
        ("load: {items: things.list()}\nsave: {thing: item}", "reserved-name", '"items"'),
        (f"one: {{too_few: {'x' * 201}}}\nsave: {{thing: item}}", "too-long",
         "the answer to a press has 201 characters as Telegram counts them; at most 200"),
        (f"one: {{done: {'x' * 65}}}\nsave: {{thing: item}}", "too-long", "the button label has 65"),
        ('one: {done: "{% if data.name is not None %}x{% endif %}"}\nsave: {thing: item}', "empty-text", "empty"),
        ('group: "{{ item.title }}"\npage: 50\nsave: {thing: item}', "too-many-buttons",
         'step "pick" can have 104 buttons'),
    ],
)  # fmt: skip
def test_lists_that_cannot_work_are_found(keys: str, code: str, message: str) -> None:
    """Each mistake gives one problem."""
    ((found, said),) = _problems(keys, buttons="" if code == "empty-choice" else LEAVE)

    assert found == code
    assert message in said


def test_many_marks_need_a_way_out() -> None:
    """A button that is always there makes up for a list that is too short."""
    assert _problems("many: {min: 2}\nsave: {things: items}", buttons=LEAVE) == []


def test_words_that_nobody_says_are_missed() -> None:
    """Each sentence that a list needs is named, at the step, with where it can be written."""
    bot = BOT.split(",\n", maxsplit=1)[0] + "}\n"
    said = [
        message for _, message in _problems("search: label\none: {}\nsave: {thing: item}", bot=bot)
    ]

    assert said == [
        'step "pick" has no text for "clear"; write it here, or "clear_search" under "messages" of bot.yaml',
        'step "pick" has no text for "no_match"; write it here, or "no_match" under "messages" of bot.yaml',
        'step "pick" has no text for "too_few"; write it here, or "too_few" under "messages" of bot.yaml',
    ]
