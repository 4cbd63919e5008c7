"""A directory of flows to a bot: what comes out, what is loaded for it, and how faults are kept apart."""

import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.checked import Checked
from engine.flow.model.choosing import ChooseStep
from engine.flow.schemas.files import all_schemas
from engine.flow.schemas.flow import flow_schema
from engine.flow.schemas.writing import write_schema
from engine.flow.source import read_source
from engine.flow.types import Kind, ListOf, Maybe, Record, Scalar

ROOT = Path(__file__).parent.parent.parent
OK = ROOT / "tests" / "flows" / "ok"


def _sources() -> dict[Path, str]:
    return {path: path.read_text() for path in [*OK.glob("*.yaml"), *OK.glob("*/*.yaml")]}


def _check(catalog: Catalog, file: str, before: str, after: str) -> Checked:
    sources = _sources()
    assert before in sources[OK / file]
    sources[OK / file] = sources[OK / file].replace(before, after)
    return check_flows(OK, catalog, sources=sources)


def test_right_flows_become_a_bot(catalog: Catalog) -> None:
    """Flows of all seven verbs in two languages compile: types, calls, expressions, texts and answers."""
    checked = check_flows(OK, catalog)

    assert checked.problems == ()
    assert checked.bot is not None
    flow = checked.bot.flows["booking"]
    assert sorted(checked.bot.flows) == [
        "booking",
        "favourites",
        "help",
        "menu",
        "profile",
        "table",
    ]
    assert flow.answers["day"] == Scalar(Kind.DATE)
    assert flow.answers["comment"] == Scalar(Kind.TEXT, min=1, max=200)
    assert flow.defaults == {"people": 1}
    service = flow.data["service"]
    assert isinstance(service, Maybe)
    assert isinstance(service.inner, Record)
    assert {call.action.name for call in flow.calls.values()} == {
        "services.list",
        "slots.free",
        "bookings.create",
    }
    assert all(set(texts) == {"en", "de"} for texts in flow.wordings.values())
    assert set(checked.bot.messages["old_button"]) == {"en", "de"}


def test_every_code_and_text_of_a_flow_is_in_its_tables(catalog: Catalog) -> None:
    """The conditions, keys and saves that the model names are found compiled, by themselves."""
    bot = check_flows(OK, catalog).bot
    assert bot is not None
    flow = bot.flows["booking"]
    step = flow.flow.steps["service"]

    assert flow.flow.access in flow.code
    assert step.skip_if in flow.code
    assert isinstance(step, ChooseStep)
    assert step.key is not None
    assert flow.code[step.key].type == Scalar(Kind.INT)
    assert flow.calls[step.query].type == ListOf(flow.code[step.save["service"]].type)


def test_texts_may_be_given_instead_of_files(catalog: Catalog) -> None:
    """An editor checks what has not been saved: nothing is read from the disk then."""
    checked = check_flows(Path("nowhere"), catalog, sources={Path("nowhere/bot.yaml"): "bot: x\n"})

    assert {problem.position.path for problem in checked.problems} == {"nowhere/bot.yaml"}


def test_one_broken_file_does_not_hide_faults_of_others(catalog: Catalog) -> None:
    """A flow that is no YAML is one problem; flows that run it are still checked, and do not complain of it."""
    sources = _sources()
    sources[OK / "help.yaml"] = "flow: help\n  broken: ["
    sources[OK / "menu.yaml"] = sources[OK / "menu.yaml"].replace("go: staff,", "go: stuff,")

    checked = check_flows(OK, catalog, sources=sources)

    assert [problem.code for problem in checked.problems] == ["yaml-syntax", "unknown-step"]


def test_broken_bot_file_does_not_hide_faults_of_flows(catalog: Catalog) -> None:
    """Flows are checked when bot.yaml is wrong, and roles that it would have listed are not held against them."""
    sources = _sources()
    sources[OK / "bot.yaml"] = sources[OK / "bot.yaml"].replace("roles:", "rolls:")
    sources[OK / "booking.yaml"] = sources[OK / "booking.yaml"].replace("| money", "| mony")

    checked = check_flows(OK, catalog, sources=sources)

    assert [problem.code for problem in checked.problems] == ["unknown-filter", "unknown-key"]


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("slot: Slot", "slot: Slut", ["unknown-type"]),
        ("choose: slots.free(", "choose: slots.fee(", ["unknown-action"]),
        ("    ask: date", "    ask: dat", ["unknown-value"]),
        ("save: {day: it}", "save: {day: itt}", ["unknown-name"]),
        ("  store:\n    do:", "  store:\n    doo:", ["no-verb"]),
        ("save: {booking: result}", "save: {boking: result}", ["unknown-data"]),
        ("go: comment}", "go: coment}", ["unknown-step"]),
    ],
)
def test_one_mistake_is_one_problem(
    before: str, after: str, codes: list[str], catalog: Catalog
) -> None:
    """What follows from a mistake elsewhere in the flow is not reported with it."""
    checked = _check(catalog, "booking.yaml", before, after)

    assert [problem.code for problem in checked.problems] == codes


def test_problems_of_different_kinds_come_in_one_pass(catalog: Catalog) -> None:
    """Shape, names, types and translations are all reported at once."""
    sources = _sources()
    booking = sources[OK / "booking.yaml"]
    booking = booking.replace("columns: 4", "colums: 4").replace("limit_reached: human", "x: human")
    sources[OK / "booking.yaml"] = booking.replace("item.price | money", "item.cost | money")
    sources[OK / "texts/de.yaml"] = sources[OK / "texts/de.yaml"].replace("title: Menü", "titel: X")

    codes = {problem.code for problem in check_flows(OK, catalog, sources=sources).problems}

    assert codes == {
        "unknown-key",
        "unknown-outcome",
        "unknown-field",
        "missing-translation",
        "unknown-translation",
    }


def test_money_default_keeps_its_digits(catalog: Catalog) -> None:
    """A default with a point is read as written, not through a float."""
    before, after = "  comment: {type", "  price: {type: money, default: 0.10}\n  comment: {type"

    bot = _check(catalog, "booking.yaml", before, after).bot

    assert bot is not None
    assert bot.flows["booking"].defaults["price"] == Decimal("0.10")


def test_translation_file_of_the_wrong_shape_is_one_problem(catalog: Catalog) -> None:
    """Texts that could not be read are not called missing as well."""
    sources = _sources()
    sources[OK / "texts/de.yaml"] = "menu: 3\n"

    checked = check_flows(OK, catalog, sources=sources)

    assert [problem.code for problem in checked.problems] == ["wrong-shape"]


def test_nothing_is_read_when_no_texts_are_given(catalog: Catalog) -> None:
    """No texts at all are a directory without a bot.yaml, whatever is on the disk."""
    assert [one.code for one in check_flows(OK, catalog, sources={}).problems] == ["missing-bot"]


def test_whole_numbers_may_have_a_point(catalog: Catalog) -> None:
    """A page of 3.0 items is a page of three, as JSON Schema reads it."""
    bot = _check(catalog, "booking.yaml", "page: 8", "page: 3.0").bot

    assert bot is not None
    step = bot.flows["booking"].flow.steps["service"]
    assert isinstance(step, ChooseStep)
    assert step.page == 3


def test_problems_are_the_same_every_time(catalog: Catalog) -> None:
    """Two checks of one broken bot give the same problems in the same order."""
    first, second = (_check(catalog, "booking.yaml", "data.", "dta.").problems for _ in range(2))

    assert first == second
    assert first == tuple(sorted(first))


@given(data=st.data())
def test_check_never_raises_on_a_damaged_flow(data: st.DataObject, catalog: Catalog) -> None:
    """Whatever is cut out of or put into a file, the answer is problems or a bot, at places in the files."""
    sources = _sources()
    path = data.draw(st.sampled_from(sorted(sources)))
    text = sources[path]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    put = data.draw(
        st.sampled_from(["", ":", "- ", "{", "}", "'", "[]", "\n", "~", "1", "go: end"])
    )
    sources[path] = text[:start] + put + text[end:]

    checked = check_flows(OK, catalog, sources=sources)

    assert (checked.bot is None) == bool(checked.problems)
    for problem in checked.problems:
        lines = sources[Path(problem.position.path)].split("\n")
        assert 1 <= problem.position.line <= len(lines)


IMPORTS = """
import sys
from pathlib import Path
from engine.actions import Catalog, query
from engine.flow.check import check_flows
from engine.flow.draw import draw_mermaid, draw_svg
from engine.flow.problems import render_problems
from engine.flow.schemas.flow import flow_schema

@query("things.list")
async def things(context) -> list[str]:
    return []

checked = check_flows(Path("nowhere"), Catalog([things]), sources={Path("nowhere/a.yaml"): "flow: a"})
render_problems(checked.problems)
heavy = {"aiogram", "aiogram_dialog", "sqlalchemy", "redis", "fastapi", "asyncpg", "pydantic"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_checking_loads_no_telegram_database_or_web_library() -> None:
    """A check works where only the checker's own libraries are, and starts quickly."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_schemas_are_schemas_and_accept_right_files(catalog: Catalog) -> None:
    """What editors complete from is a valid schema that right files pass."""
    schemas = all_schemas(catalog)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)

    for path, text in _sources().items():
        kind = "bot" if path.stem == "bot" else path.parent.name.removesuffix("s")
        kind = "texts" if kind == "text" else kind if kind in schemas else "flow"
        root = read_source(str(path), text).root
        assert root is not None
        assert not list(Draft202012Validator(schemas[kind]).iter_errors(root.value))


def test_schema_lists_the_actions_of_the_catalog(catalog: Catalog) -> None:
    """An editor offers the calls that are registered: queries to choose from, commands to do."""
    written = json.dumps(flow_schema(catalog))

    assert '"services.list()"' in written
    assert '"bookings.create(' in written


@pytest.mark.parametrize("name", ["flow", "bot", "texts", "fragment"])
def test_shipped_schemas_are_up_to_date(name: str, golden: Callable[[Path, str], None]) -> None:
    """The schemas that editors use are those of the shipped catalog and this language."""
    from actions.catalog import catalog as shipped  # noqa: PLC0415 - it loads the database library

    schema = all_schemas(shipped)[name]

    golden(
        ROOT / "docs" / f"{name}.schema.json",
        write_schema(schema),
    )
