"""The words of notices, typed and compiled: texts that read what the notice gives, buttons that carry deep links.

It knows nothing of how a message is sent; that a notice has words at all is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.flow.annotations import type_of
from engine.flow.compile import Room, Tables
from engine.flow.links import SAFE
from engine.flow.model.asides import AsideKind
from engine.flow.types import Choice, Kind, Maybe, Scalar, choose_from, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.actions import DeclaredNotice
    from engine.flow.compile import World
    from engine.flow.expressions import Expression
    from engine.flow.links import Hole, Link
    from engine.flow.model.asides import Aside
    from engine.flow.model.bot import BotFile
    from engine.flow.model.looks import Look
    from engine.flow.model.manner import Manner
    from engine.flow.model.notices import NoticeButton, NoticeWords
    from engine.flow.model.written import Code, Wording
    from engine.flow.problems import Problem
    from engine.flow.templates import Template

LONGEST_LINK: Final = 63
"""Characters of a payload that the button of a notice carries: Telegram's 64 bytes, and a mark before them."""

_MESSAGE, _LABEL, _COPY = 4096, 64, 256

type Templates = Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class CompiledButton:
    """A button with its label by locale; it carries the payload of `link`, or is for the client alone.

    `looks` have their `conditions`; `texts` are those that the client is given, by locale; one that a language lacks is as in the bot's own.
    """

    row: int
    text: Templates
    link: Link | None
    arguments: Mapping[str, Expression]
    aside: Aside | None = None
    looks: tuple[Look, ...] = ()
    conditions: Mapping[Code, Expression] = field(default_factory=dict)
    texts: Mapping[Wording, Templates] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledNotice:
    """A notice with its words by locale, and how it is sent, the bot's defaults included."""

    declared: DeclaredNotice
    text: Templates
    buttons: tuple[CompiledButton, ...]
    manner: Manner


def compile_notices(
    file: BotFile, world: World
) -> tuple[Mapping[str, CompiledNotice], tuple[Problem, ...]]:
    """Compile the words of every notice, or find what is wrong with them."""
    tables = Tables(world)
    notices = {}
    for name, words in file.notices.items():
        declared = world.catalog.notices.get(name)
        if declared is None:
            hint = choose_from(name, world.catalog.notices, "notices")
            message = f'there is no notice "{name}"{hint}'
            tables.report(words.position, "unknown-notice", message)
            continue
        notices[name] = _compile(tables, words, declared, file.defaults)
    return notices, tuple(tables.problems)


def _compile(
    tables: Tables, words: NoticeWords, declared: DeclaredNotice, general: Manner
) -> CompiledNotice:
    given = type_of(declared.action.result)
    result = given.inner if isinstance(given, Maybe) else given
    room = Room({"user": tables.world.user, "result": result}).having({})
    tables.wording(words.text, room, html=True)
    buttons = tuple(_compile_button(tables, button, room) for button in words.buttons)
    text = tables.wordings.get(words.text, {})
    _bound(tables, words, buttons)
    return CompiledNotice(declared, text, buttons, words.manner.over(general))


def _compile_button(tables: Tables, button: NoticeButton, room: Room) -> CompiledButton:
    tables.wording(button.text, room, html=False)
    asides = tuple(button.aside.wordings) if button.aside else ()
    for wording in asides:
        tables.wording(wording, room, html=False)
    link = _find_link(tables, button) if button.start is not None else None
    arguments = {}
    for hole in link.holes if link else ():
        code = button.arguments[hole.name]
        done = tables.expression(code, room, hole.type, what=f'"{hole.name}" of the link')
        if done is not None:
            arguments[hole.name] = done
            if not _is_safe(done, hole):
                message = (
                    f'"{hole.name}" of the link is a text of A-Z, a-z, 0-9, "_" and "-", which '
                    f'"{code.text}" need not be; let the link carry an int'
                )
                tables.report(code.position, "wrong-type", message)
    text = tables.wordings.get(button.text, {})
    texts = {one: tables.wordings.get(one, {}) for one in asides}
    whens = [look.when for look in button.text.looks if look.when]
    return CompiledButton(
        button.row,
        text,
        link,
        arguments,
        aside=button.aside,
        looks=button.text.looks,
        conditions={one: tables.code[one] for one in whens if one in tables.code},
        texts=texts,
    )


def _find_link(tables: Tables, button: NoticeButton) -> Link | None:
    """Give the deep link that carries exactly what the button gives."""
    flow, links = button.start or "", tables.world.links.links
    if flow not in links:
        if "start_link" not in tables.world.spoiled:
            hint = choose_from(flow, links, "flows with one")
            message = (
                f'flow "{flow}" has no deep link{hint}; a button of a notice starts a flow by one'
            )
            tables.report(button.position, "unknown-flow", message)
        return None
    names = set(button.arguments)
    for link in links[flow]:
        if {hole.name for hole in link.holes} == names:
            if link.longest <= LONGEST_LINK:
                return link
            message = f'the payload of deep link "{link.text}" can have {link.longest} characters; a button carries {LONGEST_LINK}'
            tables.report(button.position, "bad-entry", message)
            return None
    carried = f"carries {listed(names)}" if names else "carries nothing"
    known = listed(one.text for one in links[flow])
    message = f'no deep link of flow "{flow}" {carried}; its links are {known}'
    tables.report(button.position, "unknown-param", message)
    return None


def _is_safe(done: Expression, hole: Hole) -> bool:
    if not (isinstance(hole.type, Scalar) and hole.type.kind is Kind.TEXT):
        return True
    most, least = hole.type.max or 0, hole.type.min or 1
    return isinstance(done.type, Choice) and all(
        SAFE.fullmatch(value) and least <= len(value) <= most for value in done.type.values
    )


def _bound(tables: Tables, words: NoticeWords, buttons: tuple[CompiledButton, ...]) -> None:
    """Report what can become longer than Telegram takes or shows."""
    for locale, template in tables.wordings.get(words.text, {}).items():
        if template.bound > _MESSAGE:
            message = (
                f'the text can have {template.bound:,} of {_MESSAGE:,} units in "{locale}"; '
                'shorten it, or bound what is put in with "max"'
            )
            tables.report(words.text.position, "too-much-text", message)
    for button, compiled in zip(words.buttons, buttons, strict=True):
        _bound_copy(tables, compiled)
        for locale, template in compiled.text.items():
            if "{{" not in template.text and template.bound > _LABEL:
                message = f'the label has {template.bound} units in "{locale}"; a button shows {_LABEL}, so shorten it'
                tables.report(button.text.position, "too-long", message)


def _bound_copy(tables: Tables, button: CompiledButton) -> None:
    if button.aside is None or button.aside.kind not in (AsideKind.COPY, AsideKind.INLINE):
        return
    for locale, template in button.texts[button.aside.text].items():
        if template.bound > _COPY:
            message = (
                f'the text can have {template.bound:,} of {_COPY} characters in "{locale}"; '
                'shorten it, or bound what is put in with "max"'
            )
            tables.report(button.aside.text.position, "long-copy", message)
