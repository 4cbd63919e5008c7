"""Each key under the chat is told from the others by its label, which is what it sends.

It compares labels as written; what expressions in them give is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.flow.addresses import find_free_beginning
from engine.flow.answers.asked import CHOSEN_WORDS
from engine.flow.model.asides import AsideKind
from engine.flow.model.asking import AskStep
from engine.flow.model.controls import Check, Count, CountPart, Options
from engine.flow.model.windows import WindowStep
from engine.flow.parts import key_labels
from engine.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.flow.draft import BotDraft
    from engine.flow.model.controls import Control
    from engine.flow.model.keyboards import Keyboard
    from engine.flow.model.windows import Button
    from engine.flow.model.written import Wording
    from engine.flow.problems import Position


def check_bad_keyboard(draft: BotDraft) -> Iterator[Problem]:
    """Report each key under the chat that could not be told from another or does nothing there, and replies beside buttons."""
    for flow_draft in draft.flows.values():
        for step in flow_draft.flow.steps.values():
            if isinstance(step, AskStep):
                yield from _unshared(draft, step)
            if not isinstance(step, WindowStep) or step.keyboard is None:
                continue
            if step.keyboard.is_reply:
                yield from _replies(step, step.keyboard)
                continue
            yield from _addresses(step)
            for labels in _labels(draft, step):
                yield from _alike(labels)


def _unshared(draft: BotDraft, step: AskStep) -> Iterator[Problem]:
    """Report a question that nobody can answer, as no key shares the answer, and a key that asks for too little or too much."""
    request, place = step.request, step.keys.get("share", step.position)
    if step.share is None and step.type in CHOSEN_WORDS:
        message = f'step "{step.name}" asks for "{step.type}", which people can send by a key alone; add "share: …"'
        yield Problem(step.keys["ask"], "bad-keyboard", message)
    elif step.type == "web_app" and (request is None or request.url is None):
        message = f'the key of step "{step.name}" opens no web app; write "share: {{text: …, url: https://…}}"'
        yield Problem(place, "bad-keyboard", message)
    if request is None:
        return
    for text in draft.texts_of(request.url) if request.url else ():
        if find_free_beginning(text.text, is_secure=True) is not None:
            message = f'"{text.text}" is not opened as a web app; begin it with "https://" and a whole host'
            yield Problem(text.position, "bad-url", message)
    if lacking := [one for one in request.bot_rights if one not in request.rights]:
        message = f'who lets the bot "{lacking[0]}" needs to be allowed to, and "rights" do not say so; add it to "rights"'
        yield Problem(request.keys["bot_rights"], "bad-keyboard", message)


def _replies(step: WindowStep, keyboard: Keyboard) -> Iterator[Problem]:
    if not isinstance(step, AskStep):
        message = f'step "{step.name}" asks nothing, so that nobody can reply to it; remove "force_reply", or "ask"'
        yield Problem(keyboard.position, "bad-keyboard", message)
        return
    parts = {
        "buttons": step.lines,
        "share": step.share,
        "default": step.default,
    }
    found = [key for key, value in parts.items() if value]
    if found:
        message = (
            f'a message with "force_reply" has no keys, so "{found[0]}" of step "{step.name}" would not be shown; '
            "remove one of them"
        )
        yield Problem(keyboard.position, "bad-keyboard", message)


def _addresses(step: WindowStep) -> Iterator[Problem]:
    beside = 'beside "share"' if isinstance(step, AskStep) and step.share else "under the chat"
    for one in step.lines:
        if one.within and not _tells_item(one):
            name = one.within[-1].name
            message = (
                f"in a list {beside} this key says the same for each item, and keys are told apart by what they say; "
                f'let its labels read "{name}", and show what cannot at another step'
            )
            yield Problem(one.position, "bad-keyboard", message)
    for button in step.buttons:
        if button.aside:
            what, mend = _ASIDES[button.aside.kind]
            message = f'button "{button.text.text}" {what}, which no key {beside} can; {mend}'
            yield Problem(button.position, "bad-keyboard", message)


def _tells_item(one: Button | Control) -> bool:
    """Tell whether each key of a line in a list reads the item that it is of."""
    name = one.within[-1].name
    words: tuple[Wording | None, ...]
    match one:
        case Count(minus=minus, plus=plus):
            parts = zip(CountPart, (minus, one.text, plus), strict=True)
            words = tuple(word for part, word in parts if part not in one.hidden)
        case Check(checked=checked) if checked:
            words = (one.text, checked)
        case Options(checked=checked) if checked:
            words = (one.text, checked)
        case _:
            words = (one.text,)
    return all(word is not None and _reads(word.text, name) for word in words)


def _reads(text: str, name: str) -> bool:
    return re.search(rf"\{{[{{%].*\b{name}\b", text) is not None


_ASIDES: Final = {
    AsideKind.URL: ("opens an address", "write the address into the text"),
    AsideKind.WEB_APP: ("opens a web app", "show it at another step"),
    AsideKind.LOGIN: ("opens an address", "show it at another step"),
    AsideKind.INLINE: ("begins a query", "show it at another step"),
    AsideKind.COPY: ("copies something", "write that into the text"),
}


def _labels(draft: BotDraft, step: WindowStep) -> Iterator[list[tuple[str, Position]]]:
    """Give the labels of a step, language by language."""
    wordings = sorted(key_labels(step), key=lambda one: one.position)
    yield [(one.text, one.position) for one in wordings]
    for texts in draft.translations.values():
        found = [texts[one.path] for one in wordings if one.path in texts]
        yield [(one.text, one.position) for one in found]


def _alike(labels: list[tuple[str, Position]]) -> Iterator[Problem]:
    seen: dict[str, Position] = {}
    for text, position in labels:
        label = text.strip()
        if label.startswith("/"):
            message = f'the key "{label}" would be a command; begin it with something else than "/"'
            yield Problem(position, "bad-keyboard", message)
        elif label in seen:
            message = (
                f'two keys are labelled "{label}", so that they send the same; write another label'
            )
            related = ((seen[label], "the first one is here"),)
            yield Problem(position, "bad-keyboard", message, related)
        seen.setdefault(label, position)
