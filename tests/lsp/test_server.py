"""`usher lsp` as an editor meets it, over real standard input and output where those matter."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.flow.nodes import File
from tests.lsp.conftest import ROOT, Editor, has_no_problem, start_process


def place_of(text: str, before: str, *, back: int = 0) -> tuple[int, int]:
    """Give line and column, in UTF-16 units from 0, behind the first place where something is written."""
    index = text.index(before) + len(before) - back
    line = text.count("\n", 0, index)
    start = text.rfind("\n", 0, index) + 1
    return line, len(text[start:index].encode("utf-16-le")) // 2


async def labels(editor: Editor, name: str, text: str, before: str) -> list[str]:
    """Give what is offered behind something in a text that is typed."""
    editor.change(name, text)
    found = await editor.ask_at("completion", name, place_of(text, before))
    return [item["label"] for item in found["items"]]


def apply(text: str, edits: list[Any]) -> str:
    """Change a text as an editor does, the last place first."""
    file = File.of("", text)

    def index(position: Any) -> int:
        start: int = file.starts[position["line"]]
        rest = text[start:].encode("utf-16-le")[: position["character"] * 2]
        return start + len(rest.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda one: index(one["range"]["start"]), reverse=True):
        start, end = index(edit["range"]["start"]), index(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


async def test_problems_follow_what_is_typed(editor: Editor) -> None:
    """A mistake is told at its place with its page, in buffers that were never saved, and taken back when it is mended."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml")

    editor.change(
        "booking.yaml", text.replace('text: "Skip", go: confirm', 'text: "Skip", go: confrm')
    )
    [problem] = await editor.until("booking.yaml", bool)
    editor.change("booking.yaml", text)
    await editor.until("booking.yaml", lambda told: not told)

    assert problem["code"] == "unknown-step"
    assert problem["codeDescription"]["href"].endswith("docs/checks.md#unknown-step")
    assert problem["range"]["start"]["line"] == place_of(text, 'text: "Skip", go: confirm')[0]


async def test_problems_of_other_files_are_told(editor: Editor) -> None:
    """A change in one file can be a mistake in another, and a place that explains it is in the file where it is."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml").replace("  - /book\n", "  - /help\n  - /book\n", 1)

    editor.change("booking.yaml", text)
    [problem] = await editor.until("help.yaml", bool)

    assert problem["code"] == "duplicate-entry"
    [related] = problem["relatedInformation"]
    assert related["location"]["uri"] == editor.uri("booking.yaml")


async def test_last_of_many_changes_counts(editor: Editor) -> None:
    """A storm of changes ends in the problems of the last text."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml")

    for version in range(200):
        broken = text[: len(text) * version // 200]
        editor.change("booking.yaml", broken, version)
    editor.change(
        "booking.yaml", text.replace("choose: services.list()", "choose: services.lst()"), 999
    )
    told = await editor.until(
        "booking.yaml", lambda told: [one["code"] for one in told] == ["unknown-action"]
    )

    assert "services.list" in told[0]["message"]


async def test_columns_are_in_units_of_the_editor(editor: Editor) -> None:
    """Behind characters that take two units, and on lines that end with CR LF, a place is where the editor has it."""
    text = editor.text("help.yaml").replace("\n", "\r\n")
    text += '  other:\r\n    show: "😀😀 𝄞 {{ data.nothing }}"\r\n    end: {}\r\n'
    text = text.replace(
        "steps:", "steps:\r\n  first: {show: Hi, buttons: [{text: A, go: other}]}", 1
    )
    editor.open("help.yaml", text)

    told = await editor.until(
        "help.yaml", lambda told: any("nothing" in one["message"] for one in told)
    )
    [problem] = [one for one in told if "nothing" in one["message"]]

    line = text.split("\r\n")[problem["range"]["start"]["line"]]
    units = line.encode("utf-16-le")
    span = problem["range"]
    written = units[span["start"]["character"] * 2 : span["end"]["character"] * 2]
    assert written.decode("utf-16-le") in ("data.nothing", "nothing")


async def test_editor_that_counts_bytes_is_obeyed(flows: Path) -> None:
    """An editor that prefers UTF-8 gets columns in bytes."""
    async with start_process(flows) as editor:
        await editor.start(encodings=("utf-8", "utf-16"))
        editor.open(
            "help.yaml",
            'flow: help\nversion: 1\ntitle: "😀 {{ nobody }}"\nsteps: {a: {show: Hi, end: {}}}\n',
        )
        told = await editor.until(
            "help.yaml", lambda told: any("nobody" in one["message"] for one in told)
        )
        assert editor.capabilities["positionEncoding"] == "utf-8"

    [problem] = [one for one in told if "nobody" in one["message"]]
    assert problem["range"]["start"]["character"] == len('title: "😀 {{ '.encode())


async def test_names_are_completed_while_the_text_is_broken(editor: Editor) -> None:
    """Steps, flows, fields, filters, actions with their arguments and outcomes are offered where each can stand."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml")

    async def offered(written: str, instead: str) -> list[str]:
        return await labels(editor, "booking.yaml", text.replace(written, instead, 1), instead)

    assert {"confirm", "service", "end"} <= set(
        await offered(
            '"Skip", go: confirm, save: {comment: None}, when: data.comment is None}',
            '"Skip", go: ',
        )
    )
    assert "my_bookings" in await offered("  error: {go: end, ", "  /mine: {run: ")
    assert {"title", "price"} <= set(
        await offered("<b>{{ data.service.title }}", "<b>{{ data.service.")
    )
    assert {"service", "slot"} <= set(await offered("{{ data.service.title }}", "{{ data."))
    assert "money" in await offered("item.price | money }}", "item.price | ")
    assert "bookings.create" in await offered("do: bookings.create(slot=data.slot", "do: boo")
    assert "services.list" not in await offered("do: bookings.create(slot=data.slot", "do: ")
    assert "slot=" in await offered("bookings.create(slot=data.slot, ", "bookings.create(")
    assert "limit_reached" in await offered("      slot_taken: {go: time,", "      sl")
    assert {"choose", "ask", "run"} <= set(await offered("  service:\n", "  new:\n    "))
    assert {"give_up", "allow"} <= set(
        await offered("    max: 500\n    invalid:", "    max: 500\n    al")
    )
    assert {"phone", "date"} <= set(
        await offered("  details:\n    ask: text", "  details:\n    ask: ")
    )
    assert {"Service", "money"} <= set(await offered("  service: Service", "  service: "))
    assert {"item", "data"} <= set(await offered("save: {service: item,", "save: {service: "))


async def test_paths_of_texts_are_completed(editor: Editor) -> None:
    """A translation offers the texts it lacks, part by part, and the fields that these can read."""
    editor.open("texts/de.yaml")
    text = editor.text("texts/de.yaml")
    start = text.index("  service:\n", text.index("\nbooking:\n"))
    lacking = text[:start] + text[text.index("  people:\n", start) :]

    offered = await labels(
        editor, "texts/de.yaml", lacking[:start] + "  \n" + lacking[start:], lacking[:start] + "  "
    )

    assert offered == ["service"]


async def test_definitions_are_found(editor: Editor) -> None:
    """A target leads to its step, a flow to its file, an action to its Python function, a translation to its original."""
    editor.open("booking.yaml")
    text, german = editor.text("booking.yaml"), editor.text("texts/de.yaml")
    mine = editor.text("my_bookings.yaml")

    async def definition(name: str, place: tuple[int, int]) -> Any:
        [found] = await editor.ask_at("definition", name, place)
        return found["uri"], found["range"]["start"]["line"]

    step = await definition("booking.yaml", place_of(text, "go: day"))
    flow = await definition("my_bookings.yaml", place_of(mine, "run: booking", back=1))
    action = await definition("booking.yaml", place_of(text, "choose: slots.free", back=1))
    data = await definition("booking.yaml", place_of(text, "{{ data.service", back=1))
    original = await definition("texts/de.yaml", place_of(german, "    text", back=1))

    assert step == (editor.uri("booking.yaml"), place_of(text, "\n  day:\n    ask")[0] - 1)
    assert flow == (editor.uri("booking.yaml"), 1)
    assert action[0] == (ROOT / "actions" / "slots.py").as_uri()
    assert data == (editor.uri("booking.yaml"), place_of(text, "  service: Service")[0])
    assert original[0] != editor.uri("texts/de.yaml")


@pytest.mark.parametrize(
    ("written", "new"),
    [("go: day", "which_day"), ("{{ data.service", "what"), ("booking_id: {", "number")],
)
async def test_renaming_leaves_no_problem(
    editor: Editor, flows: Path, written: str, new: str
) -> None:
    """A step or a name of data, params or returns is renamed in every file, translations too, and the bot is as right as before."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml")
    place = place_of(text, written, back=3 if written.endswith("{") else 0)

    found = await editor.ask_at("rename", "booking.yaml", place, newName=new)
    for uri, edits in found["changes"].items():
        path = flows / uri.removeprefix(f"{flows.as_uri()}/")
        path.write_bytes(apply(path.read_bytes().decode(), edits).encode())

    assert new in editor.text("booking.yaml")
    assert has_no_problem(flows)


@pytest.mark.parametrize(
    ("new", "reason"), [("Day", "is not a name"), ("time", "already"), ("end", "is not a name")]
)
async def test_wrong_names_are_refused(editor: Editor, new: str, reason: str) -> None:
    """A step is not renamed to what is no name, is taken, or means the end."""
    editor.open("booking.yaml")
    place = place_of(editor.text("booking.yaml"), "go: day")

    with pytest.raises(RuntimeError, match=reason):
        await editor.ask_at("rename", "booking.yaml", place, newName=new)


async def test_references_and_steps_are_listed(editor: Editor) -> None:
    """Every place that names a step is found, in translations too, and the steps of a flow are its outline."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml")

    context = {"includeDeclaration": False}
    found = await editor.ask_at(
        "references", "booking.yaml", place_of(text, "go: day"), context=context
    )
    document = {"textDocument": {"uri": editor.uri("booking.yaml")}}
    outline = await editor.ask("textDocument/documentSymbol", document)

    assert {one["uri"] for one in found} == {
        editor.uri("booking.yaml"),
        editor.uri("texts/de.yaml"),
        editor.uri("texts/uk.yaml"),
    }
    assert [(one["name"], one["detail"]) for one in outline][:2] == [
        ("may", "do"),
        ("which", "decide"),
    ]


async def test_words_are_explained(editor: Editor) -> None:
    """Types are said in the words of flows, actions with their docstring, keys with their description."""
    editor.open("booking.yaml")

    async def said(written: str, name: str = "booking.yaml") -> str:
        place = place_of(editor.text(name), written, back=1)
        found = await editor.ask_at("hover", name, place)
        return str(found["contents"]["value"])

    assert "data.service.price: money" in await said("{{ (data.service.price")
    assert "List a day's slots" in await said("choose: slots.free")
    assert "money or decimal | money" in await said("| money")
    assert "Where each outcome" in await said("    outcomes")
    assert "step day: ask" in await said("go: day")
    assert "flow booking" in await said("run: booking", "my_bookings.yaml")
    assert "text or nothing" in await said("  comment")


async def test_suggestions_are_applied(editor: Editor) -> None:
    """What a message suggests is offered as a change, which mends it."""
    editor.open("booking.yaml")
    text = editor.text("booking.yaml")
    wrong = text.replace('"Skip", go: confirm', '"Skip", go: confrm').replace(
        "button:", "buton:", 1
    )
    editor.change("booking.yaml", wrong)
    document = {"uri": editor.uri("booking.yaml")}
    everywhere = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}

    actions = await editor.ask(
        "textDocument/codeAction",
        {"textDocument": document, "range": everywhere, "context": {"diagnostics": []}},
    )
    edits = [edit for one in actions for edit in one["edit"]["changes"][document["uri"]]]

    assert sorted(one["title"] for one in actions) == ['write "button"', 'write "confirm"']
    assert apply(wrong, edits) == text


async def test_files_elsewhere_have_no_answers(editor: Editor, tmp_path: Path) -> None:
    """A document that is no file of the bot is left alone."""
    uri = (tmp_path / "other.yaml").as_uri()
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "flow: x"}
    editor.tell("textDocument/didOpen", {"textDocument": document})
    place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}}

    assert (await editor.ask("textDocument/completion", place))["items"] == []
    assert await editor.ask("textDocument/hover", place) is None
    assert await editor.ask("textDocument/definition", place) is None


async def test_closed_files_are_read_from_disk_again(editor: Editor) -> None:
    """What was typed and never saved is forgotten when the file is closed."""
    editor.open("help.yaml", "flow: help\n")
    await editor.until("help.yaml", bool)

    editor.tell("textDocument/didClose", {"textDocument": {"uri": editor.uri("help.yaml")}})

    assert await editor.until("help.yaml", lambda told: not told) == []


async def test_nonsense_is_answered_with_an_error(flows: Path) -> None:
    """Requests that are wrong get an error, bytes that are no message get none, and the server goes on."""
    async with start_process(flows) as editor:
        await editor.start()
        await _send_nonsense(editor)
        assert await editor.stop() == 0


async def _send_nonsense(editor: Editor) -> None:
    editor.open("help.yaml")
    far = {
        "textDocument": {"uri": editor.uri("help.yaml")},
        "position": {"line": 10**9, "character": 10**9},
    }
    for body in (
        b"{",
        b"[]",
        b"null",
        b'{"jsonrpc": "2.0"}',
        b"\xff\xfe",
        json.dumps({"id": 7}).encode(),
    ):
        editor.send_raw(body)
    editor.tell(
        "textDocument/didChange",
        {"textDocument": {"uri": "x:y", "version": 1}, "contentChanges": []},
    )
    with pytest.raises(RuntimeError):
        await editor.ask("textDocument/noSuchThing", {})
    with pytest.raises(RuntimeError):
        await editor.ask("textDocument/hover", {"textDocument": 5})

    found = await editor.ask("textDocument/completion", far)

    assert found["isIncomplete"] is False


async def test_server_ends_when_the_editor_is_gone(flows: Path) -> None:
    """Without a goodbye the process ends, too, when nobody is there any more."""
    async with start_process(flows) as editor:
        await editor.start()
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        async with asyncio.timeout(30):
            await editor.process.wait()


def test_missing_libraries_are_named(tmp_path: Path) -> None:
    """Without the extra the command says what to install, and ends as wrong use does."""
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError('no', name='pygls')\n")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from engine.service.cli import main; sys.exit(main(['lsp']))"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert 'usher: "pygls" is not installed; write: pip install "usher[editor]"' in done.stderr


async def test_a_way_through_other_directories_leads_to_the_same_files(flows: Path) -> None:
    """Flows that are named from elsewhere, as in `--flows ../shop`, are those that the editor has open."""
    async with start_process(flows / "texts" / "..") as editor:
        editor.directory = flows
        await editor.start()
        editor.open("booking.yaml", editor.text("booking.yaml").replace("go: settle", "go: settel"))

        assert await editor.until("booking.yaml", bool)
