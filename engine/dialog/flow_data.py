"""The typed data of one open flow; the only place that touches aiogram-dialog's untyped dicts.

It does not know what the data are for, nor how the flow moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from engine.flow.types import Maybe
from engine.flow.values import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiogram_dialog.api.entities import Context

    from engine.flow.compile import CompiledFlow
    from engine.flow.types import Type

_logger = structlog.get_logger(__name__)


class FlowData:
    """Params and data of a context as Python values; `flush` writes changes back as JSON.

    A value that no longer fits its declared type, after a deploy, is dropped: it reads as not set.
    """

    def __init__(self, context: Context, flow: CompiledFlow) -> None:
        self.context = context
        self.flow = flow
        self.params = _decode(_mapping(context.start_data), flow.params, flow.defaults)
        self.data = _decode(context.dialog_data, flow.data, flow.defaults)
        self._changed: set[str] = set()

    @property
    def step(self) -> str:
        """The name of the step in which the flow is."""
        return str(self.context.state.state).partition(":")[2]

    def set(self, values: Mapping[str, Any]) -> None:
        """Set data by name, after all values are computed."""
        self.data.update(values)
        self._changed.update(values)

    def begin_with(self, values: Mapping[str, Any]) -> None:
        """Take over values that were kept before the flow was opened."""
        self.set(values)

    def flush(self) -> None:
        """Write what was set into the context."""
        for name in self._changed:
            self.context.dialog_data[name] = encode_value(self.flow.data[name], self.data[name])
        self._changed.clear()

    # What the engine itself remembers about the open flow lives in widget_data, by name.

    def recall(self, name: str) -> Any:
        """Return what the engine remembered under this name, or None."""
        return self.context.widget_data.get(name)

    def remember(self, name: str, value: Any) -> None:
        """Remember a JSON value; None forgets it."""
        if value is None:
            self.context.widget_data.pop(name, None)
        else:
            self.context.widget_data[name] = value


def encode_value(declared: Type, value: Any) -> Any:
    """Return a value as JSON; None where nothing is set, whether or not the type allows it."""
    if value is None:
        return None
    return to_json(declared.inner if isinstance(declared, Maybe) else declared, value)


def decode_value(declared: Type, raw: Any) -> Any:
    """Return the value that JSON holds; None where nothing is set.

    Raises:
        ValueError: it does not fit the type.
    """
    if raw is None:
        return None
    return from_json(declared.inner if isinstance(declared, Maybe) else declared, raw)


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _decode(
    raw: Mapping[str, Any], types: Mapping[str, Type], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    values = {}
    for name, declared in types.items():
        if name not in raw:
            values[name] = defaults.get(name)
            continue
        try:
            values[name] = decode_value(declared, raw[name])
        except ValueError:
            _logger.warning("data_dropped", name=name)
            values[name] = defaults.get(name)
    return values
