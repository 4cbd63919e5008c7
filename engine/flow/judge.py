"""Whether a value fits a JSON Schema, told in microseconds, and why it does not, told by jsonschema.

It knows two validators that agree, and nothing of flows.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

if TYPE_CHECKING:

    from jsonschema.exceptions import ValidationError


MOST_ERRORS: Final = 200


class Judge:
    """One schema made ready to be asked about many values."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._decider = jsonschema_rs.Draft202012Validator(schema)

    def fits(self, value: Any) -> bool:
        """Tell whether a value fits."""
        try:
            return self._decider.is_valid(value)
        except UnicodeEncodeError:  # a lone surrogate, which is no UTF-8
            return not self.explain(value)

    def errors(self, value: Any) -> list[ValidationError]:
        """Give the errors of a value, MOST_ERRORS at most; none where it fits."""
        return [] if self.fits(value) else self.explain(value)

    def explain(self, value: Any) -> list[ValidationError]:
        """Give the errors of a value, MOST_ERRORS at most, also where it is known not to fit."""
        from engine.flow.validator import (  # noqa: PLC0415 - loading jsonschema takes a fifth of checking a small bot
            Validator,
        )

        return list(islice(Validator(self._schema).iter_errors(value), MOST_ERRORS))
