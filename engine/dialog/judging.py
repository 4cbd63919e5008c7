"""Whether an answer is a right one, and by which key of the question it is not.

It does not know where the answer came from, nor what follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.actions import Contact, File
from engine.flow.answers.asked import ALBUMS
from engine.flow.answers.pattern import compile_pattern
from engine.flow.values import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.dialog.flow_data import FlowData
    from engine.dialog.turn import Turn
    from engine.flow.model.asking import AskStep


def find_fault(
    turn: Turn, data: FlowData, step: AskStep, answer: Any, environment: Mapping[str, Any]
) -> str | None:
    """Return the key that an answer breaks; None for a right answer."""
    fault = _form_fault(turn, step, answer) or _bounds_fault(turn, data, step, answer, environment)
    if fault is not None or step.allow is None:
        return fault
    is_allowed = turn.evaluate(data, step.allow, {**environment, "it": answer})
    return None if is_allowed else "allow"


def offered_default(
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> Any | None:
    """Return the answer that the step offers as a button now; None where there is none, or it would be wrong."""
    if step.default is None:
        return None
    value = turn.evaluate(data, step.default.value, environment)
    if value is None or find_fault(turn, data, step, value, environment):
        return None
    return value


def bounds_of(
    turn: Turn, data: FlowData, step: AskStep, environment: Mapping[str, Any]
) -> tuple[Any, Any]:
    """Return the least and the greatest answer that there are now; None where there is no such bound."""
    low, high = (
        number if code is None else turn.evaluate(data, code, environment)
        for number, code in ((step.min, step.least), (step.max, step.most))
    )
    return low, high


def right_answers[T](
    turn: Turn,
    data: FlowData,
    step: AskStep,
    answers: Iterable[T],
    environment: Mapping[str, Any],
) -> frozenset[T]:
    """Return those of some days or times that would be right answers."""
    low, high = bounds_of(turn, data, step, environment)
    within: list[Any] = [
        one for one in answers if (low is None or one >= low) and (high is None or one <= high)
    ]
    allow = step.allow
    if allow is not None:
        within = [one for one in within if turn.evaluate(data, allow, {**environment, "it": one})]
    return frozenset(within)


def _form_fault(turn: Turn, step: AskStep, answer: Any) -> str | None:
    if isinstance(answer, Contact) and step.own and answer.user_id != turn.user.id:
        return "own"
    if step.type in ALBUMS:
        return next((fault for one in answer if (fault := _file_fault(step, one))), None)
    if isinstance(answer, File):
        return _file_fault(step, answer)
    if step.pattern is not None and not compile_pattern(step.pattern)(answer):
        return "pattern"
    return None


def _file_fault(step: AskStep, file: File) -> str | None:
    if step.types and not any(_is_of(one, file.mime_type or "") for one in step.types):
        return "types"
    # A file whose size Telegram does not tell may be too large.
    if step.max_size is not None and (file.size is None or file.size > step.max_size):
        return "max_size"
    return None


def _is_of(type_: str, mime_type: str) -> bool:
    major, _, minor = type_.partition("/")
    mime_type = mime_type.lower()
    return mime_type.startswith(f"{major}/") if minor == "*" else mime_type == type_


def _bounds_fault(
    turn: Turn, data: FlowData, step: AskStep, answer: Any, environment: Mapping[str, Any]
) -> str | None:
    low, high = bounds_of(turn, data, step, environment)
    size = utf16_length(answer) if isinstance(answer, str) else answer
    size = len(answer) if isinstance(answer, list) else size
    if low is not None and size < low:
        return "min"
    if high is not None and size > high:
        return "max"
    return None
