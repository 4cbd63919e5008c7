"""Reading YAML: values by YAML 1.2, places to the character, and never an exception."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.flow import source as source_module
from engine.flow.nodes import ListNode, MapNode, Node, ScalarNode, find_node
from engine.flow.source import MAX_BYTES, Source, decode_source, read_source

YAMLISH = st.text(
    alphabet=st.sampled_from(list("ab1:-[]{},&*!|>'\"%@`#?\\ \n\t\r.~<=é😀\ufeff\x00\u2028"))
)


def _value(text: str) -> Any:
    root = read_source("a.yaml", text).root
    assert root is not None
    return root.value


def _shown(source: Source, node: Node, part: str) -> str:
    """Give what stands in the file where a scalar says that a part of its text is."""
    assert isinstance(node, ScalarNode)
    place = node.at(node.text.index(part), len(part))
    line = source.file.text.splitlines()[place.line - 1]
    return line[place.column - 1 : place.column - 1 + place.length]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10:30", "10:30"),
        ("no", "no"),
        ("on", "on"),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("2026-05-17", "2026-05-17"),
        ("~", None),
        ("", None),
        ("null", None),
        ("True", True),
        ("-3", -3),
        ("1.50", 1.5),
        ("'12'", "12"),
        ('"true"', "true"),
        ("=", "="),
    ],
)
def test_plain_scalars_follow_yaml_1_2(written: str, value: object) -> None:
    """Times, words and dates stay text; only what YAML 1.2 calls a number or truth value becomes one."""
    assert _value(f"key: {written}") == {"key": value}


@pytest.mark.parametrize(
    "text",
    [
        "key: see data.day here",
        "key: 'it''s data.day here'",
        'key: "see data.day here"',
        'key: "\\u00e9\\n\\x41 data.day here"',
        "key: |\n  first\n\n    data.day here\n",
        "key: |2-\n    first\n  data.day\n",
        "key: >\n  folded\n  lines with data.day\n",
        "key: some words\n  that go on with data.day\n",
        'key: "in quotes\n\n  that go on with data.day"\n',
        "key: |\r\n  first\r\n  data.day\r\n",
        "\ufeffkey: see data.day",
        "key: 😀 data.day",
    ],
)
def test_parts_of_texts_are_placed_exactly(text: str) -> None:
    """A part of a text is found at its own line and column, in every style YAML has."""
    source = read_source("a.yaml", text)
    assert source.root is not None

    assert _shown(source, find_node(source.root, ("key",)), "data.day") == "data.day"


def test_every_fault_of_the_yaml_is_reported_in_one_pass() -> None:
    """Equal keys, aliases, anchors, merge keys and tags are all reported, and the rest is still read."""
    source = read_source("a.yaml", "a: &x 1\na: 2\nb: *x\nc: !t 3\n<<: {d: 4}\ne: 5\n")

    found = [(one.code, one.position.line) for one in source.problems]
    assert found == [
        ("yaml-alias", 1),
        ("duplicate-key", 2),
        ("yaml-alias", 3),
        ("yaml-tag", 4),
        ("yaml-alias", 5),
    ]
    assert isinstance(source.root, MapNode)
    assert source.root.value["e"] == 5


def test_second_of_equal_keys_points_at_the_first() -> None:
    """A key written twice is reported at the second, with the place of the first."""
    (problem,) = read_source("a.yaml", "one: 1\ntwo:\n  one: 1\n  one: 2\n").problems

    assert (problem.position.line, problem.position.column) == (4, 3)
    assert [(place.line, note) for place, note in problem.related] == [(3, "first defined here")]


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    """A hundred thousand brackets are one problem, not a crash."""
    (problem,) = read_source("a.yaml", "[" * 100_000).problems

    assert problem.code == "yaml-too-deep"


def test_large_files_are_not_parsed() -> None:
    """A file above the limit is refused by its size."""
    (problem,) = read_source("a.yaml", "a" * (MAX_BYTES + 1)).problems

    assert problem.code == "yaml-too-large"


def test_bytes_that_are_not_utf_8_are_a_problem() -> None:
    """A file in another encoding is refused at the first byte that shows it."""
    text, problems = decode_source("a.yaml", "a: 1\nb: ü".encode("latin-1"))

    assert text == ""
    assert [(one.code, one.position.line, one.position.column) for one in problems] == [
        ("yaml-encoding", 2, 4)
    ]


def test_byte_order_mark_is_passed_over() -> None:
    """A mark at the beginning moves nothing."""
    text, problems = decode_source("a.yaml", "\ufeffa: 1".encode())

    assert (text, problems) == ("a: 1", ())


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@given(text=st.one_of(YAMLISH, st.text()))
def test_reading_never_raises_and_places_are_in_the_file(loader: Any, text: str) -> None:
    """Whatever the text, reading gives nodes and problems whose places are inside it, with either parser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_module, "_LOADER", loader)
        source = read_source("a.yaml", text)

    places = [problem.position for problem in source.problems]
    if source.root is not None:
        places += list(_all_places(source.root))
    lines = source.file.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for place in places:
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        assert place.length >= 1


def _all_places(node: Node) -> Any:
    yield node.position
    match node:
        case MapNode():
            for key, value in node.entries.items():
                yield from _all_places(node.keys[key])
                yield from _all_places(value)
        case ListNode():
            for item in node.items:
                yield from _all_places(item)
        case ScalarNode():
            yield from (node.at(offset, 3) for offset in range(len(node.text) + 2))


def test_key_of_a_block_without_colon_is_named() -> None:
    """The mend is told at the key whose colon was forgotten, not at the first key below it."""
    source = read_source("a.yaml", "steps:\n  menu\n    show: Hello\n")

    assert [(one.position.line, one.message) for one in source.problems] == [
        (2, 'key "menu" has no colon; write "menu:"')
    ]


def test_quote_that_is_not_closed_is_told_where_it_opens() -> None:
    """The next quote closes it lines below, where the parser gives up; the mistake is further up."""
    source = read_source("a.yaml", 'a:\n  text: "Hello\n  button: "Go"\n')

    assert [(one.position.line, one.position.column) for one in source.problems] == [(2, 9)]
    assert source.problems[0].message == 'a text in quotes is not closed; end it with "'


def test_many_faults_in_one_text_are_placed_quickly() -> None:
    """Where the characters of a text stand is worked out once, however many faults it has."""
    source = read_source("a.yaml", f'a: "{"x" * 8000}"')
    assert isinstance(source.root, MapNode)
    node = source.root.entries["a"]
    assert isinstance(node, ScalarNode)

    columns = [node.at(offset).column for offset in range(8000)]

    assert columns == list(range(5, 8005))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join(f"k{n}: 1" for n in range(501)), "the mapping has 501 entries"),
        (f"a: [{', '.join('1' for _ in range(101))}]", "the list has 101 items"),
    ],
)
def test_collections_beyond_any_flow_are_refused(text: str, said: str) -> None:
    """What a check does with each pair of parts stays quick, as no mapping or list has too many."""
    source = read_source("a.yaml", text)

    assert source.root is None
    assert [(one.code, said in one.message) for one in source.problems] == [
        ("yaml-too-large", True)
    ]


def test_wrong_byte_behind_a_byte_order_mark_is_placed() -> None:
    """The mark is no part of the text, and a byte that is not UTF-8 behind it is one problem at its place."""
    text, problems = decode_source("a.yaml", b"\xef\xbb\xbfa: \xe9\xff")

    assert text == ""
    assert [(one.position.column, one.code) for one in problems] == [(4, "yaml-encoding")]
