"""The languages that the bot speaks, for people to choose among.

It knows nothing of what is said in them.
"""

from dataclasses import dataclass
from typing import Annotated

from babel import Locale

from engine.actions import Context, MaxLength, query

type LanguageId = Annotated[str, MaxLength(35)]


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its own name; the first is the one that everything is written in until it is translated."""

    id: LanguageId
    name: Annotated[str, MaxLength(22)]
    is_first: bool


@query("languages.list")
async def list_languages(context: Context, *, others: bool = False) -> list[Language]:
    """List the languages that the bot speaks, its own first; with `others` all but that."""
    found = [
        Language(one, name_language(one), one == context.locales[0]) for one in context.locales
    ]
    return found[1:] if others else found


def name_language(language: str) -> str:
    """Give the name that a language has in itself, as it begins a line, so much of it as fits on a button beside another one."""
    name = Locale.parse(language.replace("-", "_")).get_display_name() or language
    return (name[:1].upper() + name[1:])[:22]
