"""Names that several files share: fragments, flows, menus, roles and the bot's own lines."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Editor, has_no_problem, start_editor
from tests.lsp.test_server import apply, labels, place_of

BOT = {
    "bot.yaml": """\
bot: shared
locale: en
locales: [en, de]
roles: [client, admin]
home: hello
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: a, no_access: b, error: c, unknown_input: d, wrong_answer: e, next_page: f, previous_page: g, proceed: h, bad_link: i}
anytime:
  /stop: {go: end, say: Stopped.}
  /pet: {run: pet, words: pet}
""",
    "hello.yaml": """\
flow: hello
version: 1
title: Hello
start: [/hello, {deeplink: "h-{topic}"}]
params: {topic: {type: text, max: 10, optional: true}}
data: {note: {type: text, optional: true}}
steps:
  hello:
    show: "Hello {{ params.topic | default('you') }}"
    buttons:
      - {text: Forget me, go: sure}
      - {text: Ask again, go: sure_about}
      - {text: Pet, run: pet}
      - {menu: main}
      - {text: Link, url: "{{ start_link('hello', topic='x') }}", when: user.role == 'admin'}
      - {use: back, with: {to: end, label: "Leave {{ user.first_name }}"}}
  sure:
    use: confirm
    with: {question: "Shall we forget you?", yes: gone, no: hello, field: note}
  gone:
    show: "Who are you? {{ data.note | default('') }}"
    end: {}
anytime:
  /stop: {go: hello}
""",
    "pet.yaml": """\
flow: pet
version: 1
title: A pet
start: [/pets, {menu: main, text: Pet}]
access: user.role in ['client', 'admin']
steps:
  pet:
    show: A pet
    buttons: [{use: back, with: {to: end}}, {use: help}]
  more:
    show: "More"
    end: {}
""",
    "info.yaml": """\
flow: info
version: 1
title: Info
steps:
  info:
    show: Info
    end: {}
""",
    "fragments/back.yaml": """\
fragment: back
params: {to: step, label: {type: text, default: Back}}
buttons:
  - {text: $label, go: $to}
""",
    "fragments/help.yaml": """\
fragment: help
buttons:
  - {text: More, go: more}
  - {text: Info, run: info}
""",
    "fragments/confirm.yaml": """\
fragment: confirm
params: {question: text, yes: step, no: step, field: data}
steps:
  ask:
    show: $question
    buttons:
      - {text: "Yes", go: $yes}
      - {text: "No", go: $no}
      - {text: "What?", go: about}
  about:
    ask: text
    text: Why?
    max: 20
    save: {$field: it}
    buttons: [{use: back, with: {to: ask}}]
    go: ask
""",
    "texts/de.yaml": """\
bot:
  messages: {old_button: a, no_access: b, error: c, unknown_input: d, wrong_answer: e, next_page: f, previous_page: g, proceed: h, bad_link: i}
  anytime: {stop: {say: Gestoppt.}, pet: {words: Tier}}
hello:
  title: Hallo
  hello:
    text: "Hallo {{ params.topic | default('du') }}"
    buttons: {sure: Vergiss mich, sure_about: Frag noch einmal, pet: Tier, url: Link, url_url: "{{ start_link('hello', topic='x') }}", end: "Weg {{ user.first_name }}"}
  sure: {text: Sollen wir dich vergessen?}
  gone: {text: "Wer bist du? {{ data.note | default('') }}"}
info: {title: Info, info: {text: Info}}
pet:
  title: Ein Tier
  menus: {main: Tier}
  pet: {text: Ein Tier}
  more: {text: Mehr}
fragments:
  back: {params: {label: Zurück}}
  help: {buttons: {more: Mehr, info: Info}}
  confirm:
    steps:
      ask: {buttons: {yes: Ja, no: Nein, about: Was?}}
      about: {text: Warum?}
""",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give the bot as files."""
    for name, text in BOT.items():
        path = tmp_path / "flows" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "flows"


@pytest.fixture
async def editor(directory: Path) -> AsyncIterator[Editor]:
    """Give an editor that has the bot open in front of it."""
    async with start_editor(directory) as one:
        yield one


async def lines_of(editor: Editor, name: str, written: str, **more: Any) -> set[tuple[str, str]]:
    """Give file and line of each definition of what stands before the end of something."""
    place = place_of(BOT[name], written, back=1)
    found = await editor.ask_at("definition", name, place, **more)
    lines = set()
    for one in found or ():
        path = one["uri"].removeprefix(f"{editor.directory.as_uri()}/")
        lines.add((path, BOT[path].splitlines()[one["range"]["start"]["line"]].strip()))
    return lines


async def renamed(editor: Editor, name: str, written: str, new: str) -> dict[str, str]:
    """Rename what stands before the end of something; give the lines that changed, new by old."""
    place = place_of(BOT[name], written, back=1)
    found = await editor.ask_at("rename", name, place, newName=new)
    changed: dict[str, str] = {}
    for uri, edits in found["changes"].items():
        path = editor.directory / uri.removeprefix(f"{editor.directory.as_uri()}/")
        before = path.read_text()
        path.write_text(apply(before, edits))
        lines = zip(before.splitlines(), path.read_text().splitlines(), strict=True)
        changed |= {old.strip(): new_line.strip() for old, new_line in lines if old != new_line}
    assert has_no_problem(editor.directory)
    return changed


async def test_definitions_lead_across_files(editor: Editor) -> None:
    """A use leads to its fragment, an argument to its parameter, a step within a fragment to where it is written."""
    expected = {
        ("hello.yaml", "use: confirm"): {("fragments/confirm.yaml", "fragment: confirm")},
        ("hello.yaml", "with: {to"): {
            ("fragments/back.yaml", "params: {to: step, label: {type: text, default: Back}}")
        },
        ("hello.yaml", "yes: gone"): {("hello.yaml", "gone:")},
        ("hello.yaml", "go: sure"): {("hello.yaml", "sure:")},
        ("hello.yaml", "go: sure_about"): {("fragments/confirm.yaml", "about:")},
        ("hello.yaml", "field: note"): {
            ("hello.yaml", "data: {note: {type: text, optional: true}}")
        },
        ("hello.yaml", "run: pet"): {("pet.yaml", "flow: pet")},
        ("hello.yaml", "{menu: main"): {
            ("pet.yaml", "start: [/pets, {menu: main, text: Pet}]")
        },
        ("hello.yaml", "start_link('hello"): {("hello.yaml", "flow: hello")},
        ("hello.yaml", "user.role == 'admin"): {("bot.yaml", "roles: [client, admin]")},
        ("hello.yaml", "  /stop"): {("bot.yaml", "/stop: {go: end, say: Stopped.}")},
        ("bot.yaml", "run: pet"): {("pet.yaml", "flow: pet")},
        ("bot.yaml", "home: hello"): {("hello.yaml", "flow: hello")},
        ("fragments/help.yaml", "go: more"): {("pet.yaml", "more:")},
        ("fragments/help.yaml", "run: info"): {("info.yaml", "flow: info")},
        ("fragments/confirm.yaml", "go: $yes"): {
            ("fragments/confirm.yaml", "params: {question: text, yes: step, no: step, field: data}")
        },
        ("fragments/confirm.yaml", "with: {to: ask"): {("fragments/confirm.yaml", "ask:")},
        ("texts/de.yaml", "buttons: {yes"): {
            ("fragments/confirm.yaml", "params: {question: text, yes: step, no: step, field: data}")
        },
        ("texts/de.yaml", "anytime: {stop"): {("bot.yaml", "/stop: {go: end, say: Stopped.}")},
        ("texts/de.yaml", "menus: {main"): {("pet.yaml", "start: [/pets, {menu: main, text: Pet}]")},
    }  # fmt: skip

    found = {place: await lines_of(editor, *place) for place in expected}

    assert found == expected


@pytest.mark.parametrize(
    ("name", "written", "new", "changed"),
    [
        (
            "fragments/help.yaml",
            "run: info",
            "facts",
            {
                "flow: info": "flow: facts",
                "- {text: Info, run: info}": "- {text: Info, run: facts}",
                "help: {buttons: {more: Mehr, info: Info}}": "help: {buttons: {more: Mehr, facts: Info}}",
                "info: {title: Info, info: {text: Info}}": "facts: {title: Info, info: {text: Info}}",
            },
        ),
        (
            "hello.yaml",
            "go: sure",
            "certain",
            {
                "- {text: Forget me, go: sure}": "- {text: Forget me, go: certain}",
                "- {text: Ask again, go: sure_about}": "- {text: Ask again, go: certain_about}",
                "sure:": "certain:",
                "sure: {text: Sollen wir dich vergessen?}": "certain: {text: Sollen wir dich vergessen?}",
            },
        ),
        (
            "fragments/confirm.yaml",
            "go: about",
            "why",
            {
                "about:": "why:",
                "- {text: Ask again, go: sure_about}": "- {text: Ask again, go: sure_why}",
                '- {text: "What?", go: about}': '- {text: "What?", go: why}',
                "ask: {buttons: {yes: Ja, no: Nein, about: Was?}}": "ask: {buttons: {yes: Ja, no: Nein, why: Was?}}",
                "about: {text: Warum?}": "why: {text: Warum?}",
            },
        ),
        (
            "hello.yaml",
            "yes: gone",
            "away",
            {"gone:": "away:"},
        ),
        (
            "fragments/help.yaml",
            "go: more",
            "further",
            {
                "- {text: More, go: more}": "- {text: More, go: further}",
                "more:": "further:",
                "more: {text: Mehr}": "further: {text: Mehr}",
                "help: {buttons: {more: Mehr, info: Info}}": "help: {buttons: {further: Mehr, info: Info}}",
            },
        ),
        (
            "bot.yaml",
            "home: hello",
            "welcome",
            {
                "home: hello": "home: welcome",
                "flow: hello": "flow: welcome",
                "hello:": "welcome:",
            },
        ),
        (
            "bot.yaml",
            "run: pet",
            "animal",
            {
                "/pet: {run: pet, words: pet}": "/pet: {run: animal, words: pet}",
                "- {text: Pet, run: pet}": "- {text: Pet, run: animal}",
                "flow: pet": "flow: animal",
                "pet:": "animal:",
            },
        ),
        (
            "hello.yaml",
            "h-{topic",
            "about",
            {
                "params: {topic: {type: text, max: 10, optional: true}}": "params: {about: {type: text, max: 10, optional: true}}",
                'start: [/hello, {deeplink: "h-{topic}"}]': 'start: [/hello, {deeplink: "h-{about}"}]',
            },
        ),
        (
            "hello.yaml",
            "use: confirm",
            "really",
            {
                "use: confirm": "use: really",
                "fragment: confirm": "fragment: really",
                "confirm:": "really:",
            },
        ),
        (
            "fragments/confirm.yaml",
            "go: $yes",
            "fine",
            {
                "params: {question: text, yes: step, no: step, field: data}": "params: {question: text, fine: step, no: step, field: data}",
                '- {text: "Yes", go: $yes}': '- {text: "Yes", go: $fine}',
                "ask: {buttons: {yes: Ja, no: Nein, about: Was?}}": "ask: {buttons: {fine: Ja, no: Nein, about: Was?}}",
            },
        ),
        (
            "fragments/confirm.yaml",
            "save: {$field",
            "name",
            {"save: {$field: it}": "save: {$name: it}"},
        ),
        (
            "hello.yaml",
            "field: note",
            "reason",
            {"data: {note: {type: text, optional: true}}": "data: {reason: {type: text, optional: true}}"},
        ),
        (
            "hello.yaml",
            "{menu: main",
            "all",
            {
                "- {menu: main}": "- {menu: all}",
                "menus: {main: Tier}": "menus: {all: Tier}",
            },
        ),
    ],
)  # fmt: skip
async def test_names_are_renamed_in_every_file(
    editor: Editor, name: str, written: str, new: str, changed: dict[str, str]
) -> None:
    """What is renamed changes in flows, fragments, bot.yaml and translations, and the bot is as right as before."""
    found = await renamed(editor, name, written, new)

    assert changed.items() <= found.items()


async def test_whole_words_of_translations_stay(editor: Editor) -> None:
    """A flow that is called like its first step is renamed alone."""
    await renamed(editor, "hello.yaml", "flow: hello", "welcome")

    assert "  hello:\n    show:" in editor.text("hello.yaml")
    assert '  hello:\n    text: "Hallo' in editor.text("texts/de.yaml")
    assert "start_link('welcome', topic='x')" in editor.text("texts/de.yaml")


@pytest.mark.parametrize(
    ("name", "written", "new", "reason"),
    [
        ("hello.yaml", "go: sure", "hello", "already"),
        ("hello.yaml", "flow: hello", "pet", "already"),
        ("hello.yaml", "flow: hello", "fragments", "cannot be named"),
        ("hello.yaml", "gone", "sure_about", "is a step already"),
        ("bot.yaml", "roles: [client", "guest", "only what flows"),
    ],
)
async def test_names_that_would_be_wrong_are_refused(
    editor: Editor, name: str, written: str, new: str, reason: str
) -> None:
    """A rename that would bring a problem is refused with the words of the checker."""
    place = place_of(BOT[name], written, back=1)

    with pytest.raises(RuntimeError, match=reason):
        await editor.ask_at("rename", name, place, newName=new)


async def test_names_that_a_fragment_has_of_several_flows_stay(editor: Editor) -> None:
    """A step that a fragment names in two flows is renamed in neither, and its definition is in both."""
    text = BOT["hello.yaml"].replace(
        "      - {menu: main}\n", "      - {menu: main}\n      - {use: help}\n"
    )
    editor.open("hello.yaml", text.replace("anytime:", "  more: {show: More, end: {}}\nanytime:"))
    place = place_of(BOT["fragments/help.yaml"], "go: more", back=1)

    found = await editor.ask_at("definition", "fragments/help.yaml", place)
    with pytest.raises(RuntimeError, match=r'for flow "(hello|pet)" too'):
        await editor.ask_at("rename", "fragments/help.yaml", place, newName="further")

    assert {one["uri"] for one in found} == {editor.uri("hello.yaml"), editor.uri("pet.yaml")}


async def test_fragments_are_completed(editor: Editor) -> None:
    """Names of fragments, their parameters, what each stands for, and menus are offered where they can stand."""
    editor.open("hello.yaml")
    text = BOT["hello.yaml"]

    async def offered(written: str, instead: str) -> list[str]:
        return await labels(editor, "hello.yaml", text.replace(written, instead, 1), instead)

    assert await offered("{use: back, with: {to: end", "{use: ") == ["back", "help"]
    assert await offered("    use: confirm\n", "    use: ") == ["confirm"]
    assert (await offered("with: {to: end, label", "with: {"))[:2] == ["to", "label"]
    assert await offered("confirm\n    with: {question:", "confirm\n    with: {") == [
        "question",
        "yes",
        "no",
        "field",
    ]
    assert {"gone", "hello", "sure_about", "end"} <= set(await offered("yes: gone", "yes: "))
    assert "note" in await offered("field: note}", "field: ")
    assert "first_name" in await offered('user.first_name }}"}}', "user.")
    assert "main" in await offered("{menu: main}", "{menu: ")
    assert "sure_about" in await offered("go: sure}", "go: ")
    assert "/pet" in await offered("  /stop: {go: hello}\n", "  /stop: {go: hello}\n  /")


async def test_parameters_are_completed_in_fragments(editor: Editor) -> None:
    """Within a fragment its steps, the parameters of the kind that stands there, and what flows that use it have are offered."""
    editor.open("fragments/confirm.yaml")
    text = BOT["fragments/confirm.yaml"]

    async def offered(written: str, instead: str) -> list[str]:
        changed = text.replace(written, instead, 1)
        return await labels(editor, "fragments/confirm.yaml", changed, instead)

    assert await offered("go: $yes}", "go: ") == ["ask", "about", "end", "$yes", "$no"]
    assert await offered("show: $question", "show: $") == ["$question"]
    assert "$field" in await offered("save: {$field: it}", "save: {")
    assert {"ask", "$yes"} <= set(await offered("with: {to: ask}", "with: {to: "))
    assert "note" in await offered("text: Why?", 'text: "{{ data.')


async def test_lines_of_the_bot_are_completed(editor: Editor) -> None:
    """In bot.yaml flows are offered behind `run`, and the end alone behind `go`; a translation offers its lines."""
    editor.open("bot.yaml")
    editor.open("texts/de.yaml")
    text, german = BOT["bot.yaml"], BOT["texts/de.yaml"]
    lacking = german.replace("anytime: {stop: {say: Gestoppt.}, ", "anytime: {")

    lines = await labels(editor, "texts/de.yaml", lacking, "anytime: {")
    run = await labels(editor, "bot.yaml", text.replace("run: pet,", "run: "), "{run: ")
    go = await labels(editor, "bot.yaml", text.replace("go: end, say: Stopped.}", "go: "), "{go: ")

    assert run == ["hello", "info", "pet"]
    assert go == ["end"]
    assert "stop" in lines


async def test_shared_names_are_explained(editor: Editor) -> None:
    """A fragment is said with its parameters and who uses it, a parameter with its kind, a menu with its flows."""

    async def said(name: str, written: str) -> str:
        found = await editor.ask_at("hover", name, place_of(BOT[name], written, back=1))
        return str(found["contents"]["value"])

    assert "fragment back(to: step, label: text = Back) → buttons" in await said(
        "hello.yaml", "use: back"
    )
    assert 'used in "hello"' in await said("hello.yaml", "use: confirm")
    assert "$yes: step" in await said("hello.yaml", ", yes")
    assert "$yes: step" in await said("fragments/confirm.yaml", "go: $yes")
    assert "menu main" in await said("hello.yaml", "{menu: main")
    assert "of fragment confirm" in await said("hello.yaml", "go: sure_about")
    assert "role admin" in await said("hello.yaml", "user.role == 'admin")
    assert "anytime /stop" in await said("hello.yaml", "  /stop")


async def test_steps_of_a_fragment_are_its_outline(editor: Editor) -> None:
    """The steps of a fragment are listed as those of a flow are."""
    document = {"textDocument": {"uri": editor.uri("fragments/confirm.yaml")}}

    outline = await editor.ask("textDocument/documentSymbol", document)

    assert [one["name"] for one in outline] == ["ask", "about"]
