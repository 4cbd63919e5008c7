"""`usher record`: the conversation held in the demo's chat page, as a scenario file.

It knows the demo's address alone; the demo writes and plays the scenario.
"""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from engine.service.commands.output import count, write_output
from engine.service.errors import ServiceError, SettingsError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

_TIMEOUT_SECONDS = 60
"""The demo makes a database for the first scenario."""


def run(options: Namespace) -> int:
    """Begin to record, or write what was done since; return 1 when the scenario is not as in the chat."""
    if options.begin:
        _call(options.chat, "story/begin", method="POST")
        sys.stderr.write("what is done from now on is recorded; usher record writes it\n")
        return 0
    if options.out is not None and options.out.exists():
        raise SettingsError(f'"{options.out}" is there already; name another file')
    answer = _call(options.chat, f"story/scenario?{urlencode({'name': options.name})}")
    write_output(options.out, answer["text"])
    return _tell(options.out, answer)


def _tell(path: Path | None, answer: dict[str, Any]) -> int:
    name = "the scenario" if path is None else f'"{path}"'
    differences = answer["differences"]
    for difference in differences:
        sys.stderr.write(f"{name} is not as in the chat: {difference}\n")
    if not differences:
        sys.stderr.write(f"{name} was played, and its {count(answer['lines'], 'line')} hold\n")
    return 1 if differences else 0


def _call(chat: str, path: str, *, method: str = "GET") -> dict[str, Any]:
    if urlsplit(chat).scheme not in ("http", "https"):
        raise SettingsError(f'"{chat}" is no address of a chat page, such as http://127.0.0.1:8000')
    url = f"{chat.rstrip('/')}/_emulator/{path}"
    request = Request(url, method=method)  # noqa: S310 - it is HTTP, see above
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_TIMEOUT_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except HTTPError as error:
        raise ServiceError(_reason(error)) from error
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        message = f"no chat page answers at {chat} ({reason}); start usher demo, or name its address with --chat"
        raise ServiceError(message) from error


def _reason(error: HTTPError) -> str:
    """Return what the chat page says is wrong; another program at that address says nothing of the kind."""
    try:
        told = json.load(error)["error"]
    except (ValueError, KeyError, TypeError):
        return f"what answers there is no chat page of usher demo: {HTTPStatus(error.code).phrase}"
    return str(told)
