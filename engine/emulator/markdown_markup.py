"""Telegram's two Markdowns: text with marks → text and entities, with Telegram's own error texts.

Knows nothing of messages; follows the order of checks of TDLib's parsers, so that the same fault gives the same words.
"""

from dataclasses import dataclass

from engine.emulator.entities import FormattedText, Json, finish_text, link_entity, utf16_length
from engine.emulator.errors import ApiError, bad_request

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_SPACES = frozenset(" \t\r\n\0\v")
_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_ENDS = {
    "bold": "*",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "custom_emoji": "]",
}
_MAX_ESCAPED = 126


@dataclass
class _Open:
    kind: str
    argument: str
    offset: int
    byte: int
    start: int


class _Reader:
    """Position in the source, and what was written so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.output: list[str] = []
        self.offset = 0
        self.entities: list[Json] = []

    def at(self, ahead: int = 0) -> str:
        place = self.position + ahead
        return self.source[place] if place < len(self.source) else ""

    def looking_at(self, text: str) -> bool:
        return self.source.startswith(text, self.position)

    def write(self, text: str) -> None:
        self.output.append(text)
        self.offset += utf16_length(text)

    def byte(self, position: int | None = None) -> int:
        place = self.position if position is None else position
        return len(self.source[:place].encode("utf-8", "surrogatepass"))

    def language(self) -> str:
        """Read the language after three backquotes, and the line end that may follow."""
        end = self.position
        while end < len(self.source) and self.source[end] not in _SPACES | {"`"}:
            end += 1
        language = ""
        if end != self.position and end < len(self.source) and self.source[end] != "`":
            language, self.position = self.source[self.position : end], end
        if self.at() in ("\n", "\r") and self.at():
            both = self.at(1) in ("\n", "\r") and self.at(1) != "" and self.at(1) != self.at()
            self.position += 2 if both else 1
        return language


def parse_markdown(source: str) -> FormattedText:
    """Return the text and entities of a message in the older Markdown.

    Raises:
        ApiError: as Telegram answers, "can't parse entities: …".
    """
    reader = _Reader(source)
    while reader.position < len(source):
        character = reader.at()
        if character == "\\" and reader.at(1) in ("_", "*", "`", "["):
            reader.write(reader.at(1))
            reader.position += 2
        elif character not in "_*`[":
            reader.write(character)
            reader.position += 1
        else:
            _legacy_entity(reader, character)
    return finish_text("".join(reader.output), reader.entities)


def _legacy_entity(reader: _Reader, mark: str) -> None:
    begin, offset = reader.byte(), reader.offset
    end = "]" if mark == "[" else mark
    reader.position += 1
    language = ""
    if mark == "`" and reader.looking_at("``"):
        end = "```"
        reader.position += 2
        language = reader.language()
    start = reader.position
    while reader.at() and not reader.looking_at(end):
        reader.write(reader.at())
        reader.position += 1
    if not reader.at():
        raise _unparsable(f"Can't find end of the entity starting at byte offset {begin}")
    inner = reader.source[start : reader.position]
    reader.position += len(end)
    kinds = {"_": "italic", "*": "bold", "`": "code", "```": "pre", "]": "text_link"}
    entity: Json | None = {"type": kinds[end], "offset": offset, "length": reader.offset - offset}
    if end == "]":
        entity = link_entity(offset, reader.offset - offset, _legacy_url(reader, inner))
    elif language and entity is not None:
        entity["language"] = language
    if entity is not None and entity["length"]:
        reader.entities.append(entity)


def _legacy_url(reader: _Reader, inner: str) -> str:
    if reader.at() != "(":
        return inner
    end = reader.source.find(")", reader.position)
    end = len(reader.source) if end < 0 else end
    url = reader.source[reader.position + 1 : end]
    reader.position = end + 1
    return url


def parse_markdown_v2(source: str) -> FormattedText:
    """Return the text and entities of a message in MarkdownV2.

    Raises:
        ApiError: as Telegram answers, "can't parse entities: …".
    """
    parser = _V2Parser(source)
    parser.run()
    return finish_text("".join(parser.output), parser.entities)


class _V2Parser(_Reader):
    """MarkdownV2, in one pass with a stack of open entities."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.open: list[_Open] = []
        self.in_quote = False

    def run(self) -> None:
        while self.position < len(self.source):
            character = self.at()
            if character == "\\" and 0 < ord(self.at(1) or "\0") <= _MAX_ESCAPED:
                self.write(self.at(1))
                self.position += 2
            elif character not in self._reserved():
                self.write(character)
                self.position += 1
            elif self._ends_entity(character):
                self._end(character)
            else:
                self._begin(character)
        self._finish()

    def _reserved(self) -> frozenset[str]:
        inside_code = self.open and self.open[-1].kind in {"code", "pre"}
        return frozenset("`") if inside_code else _RESERVED

    def _ends_entity(self, character: str) -> bool:
        if not self.open:
            return False
        if self.in_quote and character == "\n" and self.at(1) != ">":
            return True
        kind = self.open[-1].kind
        if kind == "italic":
            return character == "_" and self.at(1) != "_"
        return kind in _ENDS and self.looking_at(_ENDS[kind])

    def _begin(self, character: str) -> None:
        begin = self.position
        if character == "\n":
            self._new_line(begin)
            return
        kind, argument = self._opening(character), ""
        if kind == "pre":
            argument = self.language()
        if kind == "blockquote":
            self.in_quote = True
        self.open.append(_Open(kind, argument, self.offset, self.byte(begin), len(self.output)))

    def _opening(self, character: str) -> str:
        """Read the mark that opens an entity, and return its kind."""
        marks = (
            ("__", "underline"),
            ("_", "italic"),
            ("*", "bold"),
            ("~", "strikethrough"),
            ("||", "spoiler"),
            ("```", "pre"),
            ("`", "code"),
            ("![", "custom_emoji"),
            ("[", "text_link"),
        )
        for mark, kind in marks:
            if self.looking_at(mark):
                self.position += len(mark)
                return kind
        if character == ">" and self.position == 0:
            self.position += 1
            return "blockquote"
        raise _unparsable(
            f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
        )

    def _new_line(self, begin: int) -> None:
        self.write("\n")
        self.position += 1
        if self.at() == ">":
            self.position += 1
            if not self.in_quote:
                self.in_quote = True
                place = _Open("blockquote", "", self.offset, self.byte(begin), len(self.output))
                self.open.append(place)

    def _end(self, character: str) -> None:
        opened = self.open[-1]
        if character == "\n":
            self._end_quote(opened)
            return
        self.position += len(_ENDS.get(opened.kind, "_"))
        length = self.offset - opened.offset
        entity: Json | None = {"type": opened.kind, "offset": opened.offset, "length": length}
        if opened.kind == "text_link":
            url = "".join(self.output[opened.start :])
            entity = link_entity(opened.offset, length, self._url("a URL") or url)
        elif opened.kind == "custom_emoji" and entity is not None:
            entity["custom_emoji_id"] = self._emoji_id()
        elif opened.argument and entity is not None:
            entity["language"] = opened.argument
        self._add(entity)

    def _end_quote(self, opened: _Open) -> None:
        if opened.kind != "blockquote":
            raise self._unfinished(opened)
        self.in_quote = False
        self.write("\n")
        self.position += 1
        self._add(_quote(opened, self.offset, "".join(self.output[opened.start :])))

    def _add(self, entity: Json | None) -> None:
        self.open.pop()
        if entity is not None and entity["length"]:
            self.entities.append(entity)

    def _url(self, what: str) -> str:
        if self.at() != "(":
            return ""
        self.position += 1
        begin, url = self.byte(), []
        while self.at() not in (")", ""):
            if self.at() == "\\" and 0 < ord(self.at(1) or "\0") <= _MAX_ESCAPED:
                self.position += 1
            url.append(self.at())
            self.position += 1
        if not self.at():
            raise _unparsable(f"Can't find end of {what} at byte offset {begin}")
        self.position += 1
        return "".join(url)

    def _emoji_id(self) -> str:
        if self.at() != "(":
            raise _unparsable("Custom emoji entity must contain a tg://emoji URL")
        prefix = "tg://emoji?id="
        url = self._url("a custom emoji URL")
        if not url.startswith(prefix) or not url.removeprefix(prefix).isdigit():
            raise _unparsable("Invalid custom emoji URL specified")
        return url.removeprefix(prefix)

    def _finish(self) -> None:
        # "||" right at the end of a quote opens a spoiler that is none: it makes the quote expandable.
        if (
            self.in_quote
            and self.open[-1].kind == "spoiler"
            and self.open[-1].offset == self.offset
        ):
            self.open.pop()
            self._add({**_quote(self.open[-1], self.offset, ""), "type": "expandable_blockquote"})
        elif self.in_quote and self.open[-1].kind == "blockquote":
            self._add(_quote(self.open[-1], self.offset, ""))
        if self.open:
            raise self._unfinished(self.open[-1])

    def _unfinished(self, opened: _Open) -> ApiError:
        name = "PreCode" if opened.kind == "pre" and opened.argument else _NAMES[opened.kind]
        return _unparsable(f"Can't find end of {name} entity at byte offset {opened.byte}")


def _quote(opened: _Open, end: int, text: str) -> Json:
    trailing = len(text) - len(text.rstrip("\n"))
    return {"type": "blockquote", "offset": opened.offset, "length": end - opened.offset - trailing}


def _unparsable(message: str) -> ApiError:
    return bad_request(f"Can't parse entities: {message}")
