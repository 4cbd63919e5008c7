"""Problems as SARIF 2.1.0, which code hosts show beside the lines of a change.

It knows that format, and takes the problems as they come.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from engine.flow.codes import check_reasons

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.flow.problems import Position, Problem, Silenced

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_PAGE: Final = "docs/checks.md"


def write_sarif(problems: Iterable[Problem], silenced: Iterable[Silenced]) -> str:
    """Write one run, with every check there is as a rule; what is silenced is there with its reason."""
    codes = list(check_reasons())
    results = [_result(problem, codes) for problem in problems]
    for one in silenced:
        suppression = {"kind": "inSource", "justification": one.reason}
        results.append({**_result(one.problem, codes), "suppressions": [suppression]})
    run = {
        "tool": {"driver": {"name": "usher", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    reason = check_reasons()[code]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": reason},
        "help": {
            "text": f"{reason} See {_PAGE}#{code} for an example and the mend.",
            "markdown": f"{reason} [Example and mend]({_PAGE}#{code})",
        },
        "defaultConfiguration": {"level": "error"},
    }


def _result(problem: Problem, codes: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": "error",
        "message": {"text": problem.message},
        "locations": [_location(problem.position)],
    }
    if problem.code in codes:
        result["ruleIndex"] = codes.index(problem.code)
    if problem.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": note}}
            for number, (place, note) in enumerate(problem.related, 1)
        ]
    return result


def _location(place: Position) -> dict[str, Any]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + place.length,
    }
    artifact = {"uri": quote(place.path), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
