"""Telegram's HTML: text with tags → text and entities, with Telegram's own error texts.

Knows nothing of messages; follows the order of checks of TDLib's parser, so that the same fault gives the same words.
"""

from dataclasses import dataclass

from engine.emulator.entities import FormattedText, Json, finish_text, link_entity, utf16_length
from engine.emulator.errors import ApiError, bad_request

TAG_ENTITIES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
"""Every tag Telegram takes, and the entity it becomes."""

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACES = " \t\r\n\0\v"
_MAX_CODE_POINT = 0x10FFFF
_MAX_REFERENCE_LENGTH = 10


@dataclass
class _OpenTag:
    name: str
    argument: str
    offset: int
    start: int


def parse_html(source: str) -> FormattedText:
    """Return the text and entities of an HTML message.

    Raises:
        ApiError: as Telegram answers, "can't parse entities: …" with a byte offset.
    """
    parser = _Parser(source)
    parser.run()
    return finish_text("".join(parser.output), parser.entities)


class _Parser:
    """One pass over the source; positions are characters, offsets in errors are UTF-8 bytes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.output: list[str] = []
        self.offset = 0
        self.entities: list[Json] = []
        self.open_tags: list[_OpenTag] = []

    def run(self) -> None:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "&":
                self._write(self._reference())
            elif character != "<":
                self._write(character)
                self.position += 1
            elif self._at(self.position + 1) == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open_tags:
            name = self.open_tags[-1].name
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')

    def _at(self, position: int) -> str:
        return self.source[position] if position < len(self.source) else ""

    def _write(self, text: str) -> None:
        self.output.append(text)
        self.offset += utf16_length(text)

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _reference(self) -> str:
        """Read a character reference, or the lone ampersand when it is none."""
        start, end = self.position, self.position + 1
        if self._at(end) == "#":
            decoded, end = self._number(end + 1)
        else:
            while self._at(end).isascii() and self._at(end).isalpha():
                end += 1
            decoded = _NAMED.get(self.source[start + 1 : end], "")
        if not decoded:
            self.position += 1
            return "&"
        self.position = end + 1 if self._at(end) == ";" else end
        return decoded

    def _number(self, first: int) -> tuple[str, int]:
        """Read the digits of a numeric reference; return its character, if any, and where it ends."""
        base, allowed = 10, "0123456789"
        if self._at(first) == "x":
            base, allowed, first = 16, "0123456789abcdefABCDEF", first + 1
        end = first
        while self._at(end) and self._at(end) in allowed:
            end += 1
        code = int(self.source[first:end] or "0", base)
        valid = 0 < code < _MAX_CODE_POINT and end - self.position < _MAX_REFERENCE_LENGTH
        return (chr(code) if valid else ""), end

    def _start_tag(self) -> None:
        begin = self.position
        where = f"at byte offset {self._byte(begin)}"
        self.position += 1
        self._skip_until(_SPACES + ">")
        if not self._at(self.position):
            raise _unparsable(f"Unclosed start tag {where}")
        name = self.source[begin + 1 : self.position].lower()
        if name not in TAG_ENTITIES:
            raise _unparsable(f'Unsupported start tag "{name}" {where}')
        argument = self._attributes(name, where)
        if name == "span" and argument != "spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" {where}')
        self.position += 1
        self.open_tags.append(_OpenTag(name, argument, self.offset, len(self.output)))

    def _attributes(self, tag: str, where: str) -> str:
        argument = ""
        while self._at(self.position) != ">":
            self._skip_spaces()
            if self._at(self.position) == ">":
                break
            attribute, value = self._attribute(tag, where)
            argument = _argument(tag, attribute, value, argument)
        return argument

    def _attribute(self, tag: str, where: str) -> tuple[str, str]:
        start = self.position
        self._skip_until(_SPACES + "=>" if tag == "blockquote" else _SPACES + "=")
        attribute = self.source[start : self.position]
        if not attribute:
            raise _unparsable(f'Empty attribute name in the tag "{tag}" {where}')
        self._skip_spaces()
        if tag == "blockquote" and self._at(self.position) != "=":
            return attribute, ""
        if self._at(self.position) != "=":
            raise _unparsable(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}'
            )
        self.position += 1
        self._skip_spaces()
        value = self._value(where, tag)
        if not self._at(self.position):
            raise _unparsable(f"Unclosed start tag {where}")
        return attribute, value

    def _value(self, where: str, tag: str) -> str:
        quote = self._at(self.position)
        if not quote:
            raise _unparsable(f'Unclosed start tag "{tag}" {where}')
        if quote not in "'\"":
            return self._name_token()
        self.position += 1
        value = []
        while self._at(self.position) not in (quote, ""):
            if self._at(self.position) == "&":
                value.append(self._reference())
            else:
                value.append(self.source[self.position])
                self.position += 1
        if self._at(self.position):
            self.position += 1
        return "".join(value)

    def _name_token(self) -> str:
        start = self.position
        while (c := self._at(self.position)) and ((c.isascii() and c.isalnum()) or c in ".-"):
            self.position += 1
        if self._at(self.position) not in (*_SPACES, ">"):
            raise _unparsable(f"Unexpected end of name token at byte offset {self._byte(start)}")
        return self.source[start : self.position].lower()

    def _end_tag(self) -> None:
        begin = self.position
        where = f"at byte offset {self._byte(begin)}"
        if not self.open_tags:
            raise _unparsable(f"Unexpected end tag {where}")
        self._skip_until(_SPACES + ">")
        name = self.source[begin + 2 : self.position].lower()
        self._skip_spaces()
        if self._at(self.position) != ">":
            raise _unparsable(f"Unclosed end tag {where}")
        tag = self.open_tags[-1]
        if name and name != tag.name:
            raise _unparsable(
                f'Unmatched end tag {where}, expected "</{tag.name}>", found "</{name}>"'
            )
        self.position += 1
        self.open_tags.pop()
        if self.offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        length = self.offset - tag.offset
        entity: Json | None = {
            "type": TAG_ENTITIES[tag.name],
            "offset": tag.offset,
            "length": length,
        }
        assert entity is not None  # noqa: S101 - narrows for the type checker
        match tag.name:
            case "a":
                url = tag.argument or "".join(self.output[tag.start :])
                entity = link_entity(tag.offset, length, url)
            case "tg-emoji":
                if not tag.argument.isdigit() or int(tag.argument) == 0:
                    raise bad_request("Invalid custom emoji identifier specified")
                entity["custom_emoji_id"] = tag.argument
            case "tg-time":
                entity["unix_time"] = int(tag.argument) if tag.argument.isdecimal() else 0
            case "blockquote" if tag.argument:
                entity["type"] = "expandable_blockquote"
            case "code" if tag.argument:
                entity["language"] = tag.argument
        if entity is not None and not self._merge_code(tag, entity):
            self.entities.append(entity)

    def _merge_code(self, tag: _OpenTag, entity: Json) -> bool:
        """Make one `pre` with a language of `<pre><code class="language-…">`."""
        last = self.entities[-1] if self.entities else None
        covers = last is not None and (last["offset"], last["length"]) == (
            entity["offset"],
            entity["length"],
        )
        inner_code = covers and last is not None and last["type"] == "code" and "language" in last
        if tag.name == "pre" and inner_code and last is not None:
            last["type"] = "pre"
            return True
        if tag.name == "code" and not (self.open_tags and self.open_tags[-1].name == "pre"):
            entity.pop("language", None)
        return False

    def _skip_until(self, stops: str) -> None:
        while self._at(self.position) and self._at(self.position) not in stops:
            self.position += 1

    def _skip_spaces(self) -> None:
        while self._at(self.position) and self._at(self.position) in _SPACES:
            self.position += 1


def _argument(tag: str, attribute: str, value: str, current: str) -> str:
    match tag, attribute:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
            return value
        case "code", "class" if value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "blockquote", "expandable":
            return "1"
    return current


def _unparsable(message: str) -> ApiError:
    return bad_request(f"Can't parse entities: {message}")
