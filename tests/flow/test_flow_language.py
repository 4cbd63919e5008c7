"""The page on the language of flows: all its YAML is checked as it stands."""

import re
from pathlib import Path

import pytest

from engine.actions import Catalog
from engine.flow.check import check_flows
from engine.flow.problems import render_problems

PAGE = (Path(__file__).parent.parent.parent / "docs" / "flow-language.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FILES = {
    Path(block.split("\n")[0].removeprefix("# ")): block
    for block in BLOCKS
    if block.startswith("# flows/")
}
FRAGMENTS = [block for block in BLOCKS if not block.startswith("# flows/")]


def test_files_of_the_page_are_a_bot(catalog: Catalog) -> None:
    """The whole files on the page, taken together, are a bot without a problem in two languages."""
    checked = check_flows(Path("flows"), catalog, sources=FILES)

    assert render_problems(checked.problems, "text", FILES) == ""
    assert checked.bot is not None
    assert len(FILES) == 16


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=range(len(FRAGMENTS)))
def test_fragment_of_the_page_is_right(
    fragment: str, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of a flow on the page is right in a flow of its own, beside which is the picture that it shows."""
    monkeypatch.chdir(tmp_path)
    Path("flows/images").mkdir(parents=True)
    Path("flows/images/salon.jpg").write_bytes(b"\xff\xd8\xff and more")
    bot = FILES[Path("flows/bot.yaml")].replace("[en, de]", "[en]")
    example = Path("flows/example.yaml")
    sources = {
        Path("flows/bot.yaml"): bot,
        Path("flows/hello.yaml"): FILES[Path("flows/hello.yaml")],
        Path("flows/late_payment.yaml"): FILES[Path("flows/late_payment.yaml")],
        example: f"flow: example\nversion: 1\ntitle: Example\n{fragment}",
    }

    checked = check_flows(Path("flows"), catalog, sources=sources)

    assert render_problems(checked.problems, "text", sources) == ""


def test_message_on_the_page_is_the_real_one(catalog: Catalog) -> None:
    """The mistake that the page shows gives the message that it shows."""
    hello = Path("flows/hello.yaml")
    sources = {**FILES, hello: FILES[hello].removeprefix("# flows/hello.yaml\n")}
    sources[hello] = sources[hello].replace('{text: "No", go: name}', '{text: "No", go: nmae}')
    shown, *_ = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)

    problems = check_flows(Path("flows"), catalog, sources=sources).problems

    assert render_problems(problems, "text", sources) == shown


def test_page_shows_every_verb() -> None:
    """Each of the eight verbs has an example."""
    for verb in ("show", "choose", "ask", "pay", "do", "decide", "run", "end"):
        assert any(re.search(rf"^    {verb}:", block, re.MULTILINE) for block in BLOCKS), verb
