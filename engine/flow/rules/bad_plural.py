"""Each language has all its own forms of a plural, and none that it never uses.

It looks at the forms that are written, and asks how whole numbers are counted, and where there can be others, these.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from babel.core import UnknownLocaleError

from engine.flow.answers.plain import locale_of
from engine.flow.expression.source import Source, parse_source
from engine.flow.parts import flow_wordings
from engine.flow.problems import Problem
from engine.flow.template_source import For, If, Output, parse_template
from engine.flow.types import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.flow.draft import BotDraft
    from engine.flow.model.written import Wording
    from engine.flow.nodes import ScalarNode
    from engine.flow.template_source import Code, Node

FORMS: Final = ("zero", "one", "two", "few", "many", "other")
"""The forms that languages have, as Unicode names them."""

_COUNTED: Final = 201
"""Numbers that show every form which whole numbers have, but for those of round millions."""

_PARTS: Final = 10
"""Tenths that show the form of fractions."""


def check_bad_plural(draft: BotDraft) -> Iterator[Problem]:
    """Report plurals of flows that lack a form of their language, or have one that it never uses."""
    for flow_draft in draft.flows.values():
        yield from _check(draft, flow_wordings(flow_draft.flow))


def check_bad_plural_sentence(draft: BotDraft) -> Iterator[Problem]:
    """Report the same of the sentences and notices of the bot."""
    if draft.file:
        yield from _check(draft, draft.file.wordings)


@lru_cache(maxsize=64)
def forms_of(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give the forms that a language has for whole numbers, and those that it has for any."""
    try:
        rule = locale_of(locale).plural_form
    except (UnknownLocaleError, ValueError):
        return frozenset(), frozenset(FORMS)
    whole = frozenset(rule(number) for number in range(_COUNTED))
    fractions = {rule(number / _PARTS) for number in range(_PARTS * 10)}
    return whole, frozenset({*whole, *fractions, *rule.tags, "other"})


def _check(draft: BotDraft, wordings: Iterable[Wording]) -> Iterator[Problem]:
    own = draft.file.locale if draft.file else ""
    for wording in dict.fromkeys(wordings):
        yield from _check_text(draft, wording, own)
        for locale, texts in draft.translations.items():
            if found := texts.get(wording.path):
                yield from _check_text(draft, found, locale)


def _check_text(draft: BotDraft, text: Wording | ScalarNode, locale: str) -> Iterator[Problem]:
    if "plural" not in text.text or not locale:
        return
    needed, known = forms_of(locale)
    for code in _codes(parse_template(text.text)[0]):
        source = Source(code.text)
        tree = parse_source(source)
        for call in _plurals(tree) if isinstance(tree, ast.expr) else ():
            given = {keyword.arg for keyword in call.keywords if keyword.arg in FORMS}
            start, length = source.span(call)
            place = draft.spots.place(text.position, code.offset + start, length)
            if lacking := needed - given - {"other"}:
                message = (
                    f'"{locale}" has the {_forms(sorted(lacking, key=FORMS.index))}, which the plural lacks; it counts with '
                    f"{listed(sorted(needed | {'other'}, key=FORMS.index))}"
                )
                yield Problem(place, "bad-plural", message)
            if unused := given - known:
                message = (
                    f'"{locale}" has no {_forms(sorted(unused, key=FORMS.index))}, so that nobody reads it; it counts with '
                    f"{listed(sorted(needed | {'other'}, key=FORMS.index))}"
                )
                yield Problem(place, "bad-plural", message)


def _forms(names: Sequence[str]) -> str:
    return f"{'form' if len(names) == 1 else 'forms'} {listed(names)}"


def _codes(nodes: Sequence[Node]) -> Iterator[Code]:
    """Give every expression whose value a text shows."""
    for node in nodes:
        match node:
            case Output(code=code):
                yield code
            case If(branches=branches):
                for branch in branches:
                    yield from _codes(branch.body)
            case For(body=body):
                yield from _codes(body)
            case _:
                pass


def _plurals(tree: ast.expr) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "plural" and any(one.arg == "other" for one in node.keywords):
            yield node
