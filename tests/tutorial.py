"""The tutorial as its reader goes through it: the files after each part, and the conversations that it shows.

It knows nothing of what is right in a flow, nor of how a conversation is played.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "writing-flows.md").read_text()
BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOTE = re.compile(
    r"# (?P<path>\S+\.yaml)(?:: (?P<where>before|after|instead of|at the end)(?: of)?"
    r"(?: (?P<step>the step )?(?P<name>\w+))?)?"
)
GERMAN, BOT = Path("flows/texts/de.yaml"), Path("flows/bot.yaml")


@dataclass(frozen=True)
class Turn:
    """What a person does, and what is to be seen then."""

    act: str
    lines: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        """Give the pieces of the text, in order, tags aside."""
        text = " ".join(line for line in self.lines if not line.startswith("["))
        return [" ".join(piece.split()) for piece in re.sub(r"</?b>", "", text).split("…")]

    @property
    def rows(self) -> list[list[str]]:
        """Give the labels of the buttons, row by row."""
        return [re.findall(r"\[([^]]+)\]", line) for line in self.lines if line.startswith("[")]


@dataclass(frozen=True)
class Stage:
    """What the reader has after a part of the page, and the conversation there."""

    title: str
    files: Mapping[Path, str]
    person: str = "Emma"
    turns: tuple[Turn, ...] = ()


def stages() -> Iterator[Stage]:
    """Follow the page: each part with YAML, or a conversation, gives a stage."""
    files = shipped_files(german=False)
    for part in PAGE.split("\n## ")[1:]:
        blocks = BLOCK.findall(part)
        if "mv de.yaml" in part:
            files |= {
                path: text for path, text in shipped_files(german=True).items() if path == GERMAN
            }
            files[BOT] = shipped_files(german=True)[BOT]
        files = dict(files)
        for kind, _, text in blocks:
            if kind == "yaml":
                apply_block(files, text)
        chats = [(person or "Emma", text) for kind, person, text in blocks if kind == "chat"]
        person, chat = chats[-1] if chats else ("Emma", "")
        if any(kind in {"yaml", "chat"} for kind, *_ in blocks):
            yield Stage(part.partition("\n")[0], files, person, tuple(_turns(chat)))


def shipped_files(*, german: bool) -> dict[Path, str]:
    """Give the flows that ship, in one language or in two."""
    spoken = ["en", "de"] if german else ["en"]
    found = sorted([*(ROOT / "flows").glob("*.yaml"), *(ROOT / "flows").glob("*/*.yaml")])
    files = {
        path.relative_to(ROOT): path.read_text()
        for path in found
        if path.parent.name != "clinic" and (path.parent.name != "texts" or path.stem in spoken)
    }
    files[BOT] = re.sub("locales: .*", f"locales: [{', '.join(spoken)}]", files[BOT])
    return files


def apply_block(files: dict[Path, str], block: str) -> None:
    """Write a block where its first line says: as the file, or before, after or instead of a part of it."""
    first, _, body = block.partition("\n")
    note = NOTE.fullmatch(first)
    assert note is not None, f"{first!r} does not say where the block stands"
    path = Path(note["path"])
    match note["where"]:
        case None:
            again = path.name == "friends.yaml" and path in files
            assert not again or files[path] == body, f"{path} is shown other than it is by then"
            files[path] = body
        case "at the end" if note["name"] is None:
            files[path] += "\n" + body
        case where:
            part = ("  " if note["step"] else "") + note["name"]
            files[path] = _changed(files[path], body, where, part)


def _changed(text: str, body: str, where: str, part: str) -> str:
    indent = part[: -len(part.lstrip())]
    pattern = rf"^{part}:\n(?:(?:{indent} .*)?\n)*"
    (found,) = re.finditer(pattern, text, re.MULTILINE)
    before, found_part, after = (
        text[: found.start()],
        found[0].rstrip("\n") + "\n",
        text[found.end() :],
    )
    space = "\n" if after else ""
    match where:
        case "instead of":
            return before + body + space + after
        case "before":
            return before + body + "\n" + found_part + space + after
        case "at the end":
            return before + found_part + body + space + after
        case _:
            return before + found_part + "\n" + body + space + after


def _turns(chat: str) -> Iterator[Turn]:
    for piece in re.split(r"^> ", chat, flags=re.MULTILINE)[1:]:
        act, *lines = piece.splitlines()
        yield Turn(act, tuple(lines))
