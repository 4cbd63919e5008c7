"""Arguments of one Bot API call, read the way Telegram reads them.

Knows nothing of methods: a value may have come from a query, a form or JSON.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from engine.emulator.entities import FormattedText, explicit_entities, plain_text
from engine.emulator.errors import bad_request
from engine.emulator.files import Upload
from engine.emulator.html_markup import parse_html
from engine.emulator.markdown_markup import parse_markdown, parse_markdown_v2

MAX_TEXT_BYTES = 1 << 15


@dataclass(frozen=True)
class Arguments:
    """Named values and uploaded files of a call."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether an argument was given and is not empty."""
        return self.text(name) != ""

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text; JSON values as their JSON."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Return an argument as a whole number, or the default when it is none."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def number(self, name: str) -> float | None:
        """Return an argument as a number, or None."""
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Return whether an argument is `true`, `yes` or `1`."""
        if not self.has(name):
            return default
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str, what: str) -> Any:
        """Return an argument parsed as JSON, or None when absent.

        Raises:
            ApiError: it is no JSON; `what` names it in Telegram's words.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"Can't parse {what} JSON object") from error

    def array(self, name: str, what: str, of: str) -> list[Any] | None:
        """Return an argument that must be a JSON array, or None when absent."""
        value = self.json(name, what)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"Expected an Array of {of}")
        return value

    def formatted(
        self, text: str = "text", entities: str = "entities", parse_mode: str = "parse_mode"
    ) -> FormattedText:
        """Return a text argument with its entities, by markup or given beside it."""
        return format_text(
            self.text(text),
            self.text(parse_mode),
            self.array(entities, "entities", "MessageEntity") if self.has(entities) else None,
        )


def format_text(text: str, parse_mode: str, entities: list[Any] | None) -> FormattedText:
    """Parse a text by its mode, or check the entities given beside it.

    Raises:
        ApiError: with Telegram's words on what is wrong.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise bad_request("Text is too long")
    match parse_mode.lower():
        case "" | "none":
            return explicit_entities(text, entities) if entities else plain_text(text)
        case "html":
            return parse_html(text)
        case "markdownv2":
            return parse_markdown_v2(text)
        case "markdown":
            return parse_markdown(text)
    raise bad_request("Unsupported parse_mode")
