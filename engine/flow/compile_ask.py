"""What an ask says of its answers, typed and compiled: bounds, condition, default and texts of wrong answers.

It knows what a right answer is sure to be; what is done with it is the step's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.flow.answers.asked import KEYS, LISTED, MEASURED, answer_type_of
from engine.flow.compile import LONGEST_MESSAGE
from engine.flow.compile_calendar import compile_calendar, compile_picker
from engine.flow.expression.ranges import Range, range_of_type
from engine.flow.expressions import infer_expression
from engine.flow.types import BOOL, Kind, Maybe, Scalar

if TYPE_CHECKING:
    from engine.flow.compile import Room, Tables, Typist
    from engine.flow.expression.ranges import Number
    from engine.flow.model.asking import AskStep
    from engine.flow.model.written import Code
    from engine.flow.types import Type


def compile_answer(tables: Tables, typist: Typist, step: AskStep, room: Room) -> Room:
    """Compile the parts of an ask that judge an answer; give what can be read once there is a right one."""
    declared = typist.answer(step)
    least = _bound(tables, step, "min", step.least, room)
    most = _bound(tables, step, "max", step.most, room)
    is_known = least is not None and most is not None
    least, most = least or Range(), most or Range()
    _check_order(tables, step, least, most)
    answer = _narrowed(declared, least.low, most.high)
    answered = room.having({**typist.saving(step), "it": answer if is_known else None})
    for texts in step.invalid.values():
        for wording in texts:
            tables.wording(wording, room, html=True)
    tables.wording(step.share, room, html=False)
    compile_calendar(tables, step, room)
    compile_picker(tables, step, room)
    if step.request:
        tables.wording(step.request.url, room, html=False)
        tables.wording(step.request.name, room, html=False)
    if step.default:
        _check_default(tables, step, step.default.value, answer, room)
        tables.wording(step.default.text, answered, html=False)
    if step.allow:
        done = tables.expression(step.allow, answered, BOOL)
        answered = answered.where(step.allow, done)
    return answered


def _bound(tables: Tables, step: AskStep, key: str, code: Code | None, room: Room) -> Range | None:
    """Compile a bound that is an expression; give how small and how large it can be, None where it cannot be told."""
    number = step.min if key == "min" else step.max
    if code is None or step.type not in KEYS[key]:
        return Range(number, number)
    if step.type in MEASURED:
        what, size = (
            ("a list", "how many it has") if step.type in LISTED else ("a text", "its length")
        )
        message = f'"{key}" of {what} is a whole number, {size}; "{code.text}" is none'
        tables.report(code.position, "bad-bounds", message)
        return Range()
    done = tables.expression(code, room, _wanted(answer_type_of(step.type), code, room))
    if done is None:
        return None
    typed = infer_expression(code.text, room.scope)
    return typed.range if typed else Range()


def _check_default(tables: Tables, step: AskStep, value: Code, answer: Type, room: Room) -> None:
    """Compile a default; one that is at times out of bounds is then not offered, one that always is does nothing."""
    wanted = _wanted(answer_type_of(step.type), value, room)
    if tables.expression(value, room, Maybe(wanted)) is None:
        return
    typed, allowed = infer_expression(value.text, room.scope), range_of_type(answer)
    given = typed.range if typed else Range()
    if _is_above(given.low, allowed.high) or _is_above(allowed.low, given.high):
        message = (
            f'the default "{value.text}" is never within "min" and "max" of the answer, '
            "so that nobody is offered it; write one that is, or remove it"
        )
        tables.report(value.position, "bad-default", message)


def _wanted(answer: Type, code: Code, room: Room) -> Type:
    """Give the type that an expression which stands for an answer must have; money may be a plain number."""
    if not isinstance(answer, Scalar) or answer.kind != Kind.MONEY:
        return answer
    typed = infer_expression(code.text, room.scope)
    is_number = typed is not None and typed.constant is not None
    return Scalar(Kind.DECIMAL, answer.min, answer.max) if is_number else answer


def _check_order(tables: Tables, step: AskStep, least: Range, most: Range) -> None:
    if _is_above(least.low, most.high):
        message = f'"min" is {least.low}, which is above "max", {most.high}; swap them'
        tables.report(step.keys["min"], "bad-bounds", message)
    elif step.type in LISTED:
        _check_count(tables, step, least, most)
    elif step.type == Kind.TEXT and _is_above(least.low, LONGEST_MESSAGE):
        message = f'"min" is {least.low}, and no message is longer than {LONGEST_MESSAGE}; write a smaller one'
        tables.report(step.keys["min"], "bad-bounds", message)
    elif step.type == Kind.TEXT and least.low is not None and least.low < 0:
        message = f'"min" is {least.low}, and no text is shorter than nothing; remove it'
        tables.report(step.keys["min"], "bad-bounds", message)
    elif step.type == Kind.TEXT and most.high is not None and most.high < 1:
        message = f'"max" is {most.high}, and every text has a character; write a larger one'
        tables.report(step.keys["max"], "bad-bounds", message)


def _check_count(tables: Tables, step: AskStep, least: Range, most: Range) -> None:
    """Report bounds of a list beyond what Telegram lets people send at once."""
    limit = LISTED[step.type]
    for key, bound in (("min", least.low), ("max", most.high)):
        if bound is not None and not 0 < bound <= limit:
            message = (
                f'"{key}" is {bound}, and "{step.type}" are from 1 to {limit}; write one of these'
            )
            tables.report(step.keys[key], "bad-bounds", message)


def _narrowed(declared: Type, low: Number | None, high: Number | None) -> Type:
    """Give a type of numbers in the whole bounds around its computed ones."""
    if not isinstance(declared, Scalar) or declared.kind == Kind.TEXT:
        return declared
    return Scalar(
        declared.kind,
        declared.min if low is None else math.floor(low),
        declared.max if high is None else math.ceil(high),
    )


def _is_above(one: Number | None, other: Number | None) -> bool:
    return one is not None and other is not None and one > other
