"""Scenarios to the YAML that they are read from.

It knows how each line is spelled; it neither plays nor checks what it writes.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, assert_never
from zoneinfo import ZoneInfo

from engine.emulator.payments import Provider
from engine.simulate.faults import TelegramFault
from engine.simulate.scenarios.layout import LEFT_OUT, indent, lay_out, lay_out_item
from engine.simulate.scenarios.model import (
    At,
    Become,
    Block,
    Calls,
    Data,
    Delete,
    Deploy,
    Ended,
    Forget,
    Pay,
    Pick,
    Press,
    Restart,
    Rows,
    See,
    Send,
    SendContent,
    SendPhoto,
    Settle,
    ShareContact,
    ShareLocation,
    Sound,
    Unblock,
    Wait,
)
from engine.simulate.stage import Given, Someone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.simulate.scenarios.model import Act, Expectation, Line, Mishap
    from engine.simulate.start import Start
    from engine.simulate.stubs import Stub

_HEAD: Final = "# yaml-language-server: $schema=../../docs/scenarios.schema.json"


def write_scenarios(
    scenarios: Mapping[str, Sequence[Line]],
    given: Given | None = None,
    *,
    own: Mapping[str, Given] | None = None,
    time_zone: str = "UTC",
) -> str:
    """Write a file of scenarios, by their names, that is read back to the same lines.

    `given` is written for the whole file, its time to the minute, and `own` for single scenarios by their names, where it is
    not what is usual; `time_zone` is the bot's.

    Raises:
        ValueError: a line looks at two things of the same kind, which one line of a file cannot.
    """
    lines, zone = [_HEAD], ZoneInfo(time_zone)
    if common := _given(given or Given(), zone):
        lines += lay_out({"given": common})
    lines.append("scenarios:")
    for number, (name, played) in enumerate(scenarios.items()):
        lines += [""] if number else []
        (head,) = lay_out({name: LEFT_OUT})
        single = _given(own[name], zone) if own and name in own else {}
        above = lay_out({"given": single}) if single else []
        lines += indent([head, *indent([*above, "play:", *indent(_play(played))])])
    return "\n".join(lines) + "\n"


def _play(played: Sequence[Line]) -> list[str]:
    lines = []
    for line in played:
        is_short = line.who is not None and not line.expectations
        lines += lay_out_item(_line(line), column=6, is_short=is_short)
    return lines


def _line(line: Line) -> dict[str, Any]:
    written: dict[str, Any] = {} if line.who is None else {"as": line.who}
    inside = getattr(line.act, "inside", None) or line.inside
    written |= _set(**{"in": inside})
    if line.act is not None:
        key, value = _act(line.act)
        written[key] = value
        written |= _set(
            share=getattr(line.act, "share", None),
            twice=getattr(line.act, "is_twice", False) or None,
            telegram=_fault(line),
        )
    for _, expectation in line.expectations:
        key, value = _expectation(expectation)
        if key in written:
            raise ValueError(f'a line has one "{key}" at most')
        written[key] = value
    return written


def _act(act: Act) -> tuple[str, Any]:  # noqa: PLR0911 - one for each kind
    match act:
        case Send():
            return "send", act.text
        case Press():
            return "press", _button(act)
        case Pick():
            return "pick", act.item
        case ShareContact():
            return "contact", True if act.phone is None else act.phone
        case ShareLocation():
            return "location", {"latitude": act.latitude, "longitude": act.longitude}
        case SendPhoto():
            return "photo", act.caption or True
        case SendContent():
            return act.kind, act.given
        case Pay() | Settle():
            return _payment(act)
        case Wait():
            return "wait", act.passed
        case _:
            return _mishap(act)


def _payment(act: Pay | Settle) -> tuple[str, Any]:
    if isinstance(act, Settle):
        return "settle", True
    return "pay", True if act.provider is Provider.TAKES else act.provider.value


def _mishap(mishap: Mishap) -> tuple[str, Any]:
    match mishap:
        case Delete():
            return "delete", True if mishap.text is None else mishap.text
        case Become():
            return "role", mishap.role
        case Block() | Unblock() | Restart() | Forget():
            return type(mishap).__name__.lower(), True
        case Deploy():
            return "deploy", mishap.directory
        case _:
            assert_never(mishap)


def _button(press: Press) -> Any:
    button = press.text if press.text is not None else _set(path=press.path, pattern=press.pattern)
    return {"old": button} if press.is_old else button


def _fault(line: Line) -> dict[str, Any] | None:
    if line.telegram is None:
        return None
    usual = TelegramFault()
    return {
        one.name: value
        for one in fields(TelegramFault)
        if (value := getattr(line.telegram, one.name)) != getattr(usual, one.name)
    }


def _expectation(expected: Expectation) -> tuple[str, Any]:  # noqa: PLR0911 - one for each kind
    match expected:
        case See():
            return "see", _see(expected)
        case At():
            return "at", expected.place
        case Data():
            return "data", expected.condition.text
        case Calls():
            return "called", {
                name: dict(arguments) for name, arguments in expected.commands.items()
            }
        case Ended():
            return "ended", expected.flow
        case Rows():
            return "rows", {"query": expected.query.text, "are": list(expected.are)}
        case Sound():
            return "sound", True
        case _:
            assert_never(expected)


def _see(see: See) -> Any:
    keys = _set(
        text=see.text,
        pattern=see.pattern,
        buttons=list(see.buttons) or None,
        absent=list(see.absent) or None,
        alert=see.alert,
        media=see.media,
        new=see.new,
    )
    return see.text if list(keys) == ["text"] else keys


def _given(given: Given, zone: ZoneInfo) -> dict[str, Any]:
    usual = Given()
    people = {name: _someone(name, one) for name, one in given.people.items()}
    is_usual = list(given.people.items()) == list(usual.people.items())
    return _set(
        time=None if given.now == usual.now else f"{given.now.astimezone(zone):%Y-%m-%d %H:%M}",
        locale=given.locale,
        people=None if is_usual else people,
        stubs={name: _stub(stub) for name, stub in given.stubs.items()} or None,
    ) | _set(
        **{"from": _start(given.start)},
        database=given.databases[0] if len(given.databases) == 1 else list(given.databases) or None,
    )


def _someone(name: str, someone: Someone) -> Any:
    usual = Someone.named(name)
    first_name = None if someone.first_name == usual.first_name else someone.first_name
    return _set(first_name=first_name, role=someone.role, locale=someone.locale) or LEFT_OUT


def _start(start: Start | None) -> Any:
    if start is None or not (start.data or start.params):
        return start and start.step
    return _set(step=start.step, data=start.data or None, params=start.params or None)


def _stub(stub: Stub) -> dict[str, Any]:
    times = _set(times=stub.times)
    if stub.fails:
        return {"fails": True, **times}
    if stub.outcome is not None:
        return {"outcome": stub.outcome, **times}
    return {"result": stub.result, **times}


def _set(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
