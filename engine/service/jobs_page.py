"""A page that shows what is in the outbox: waiting, due, delivered and dead, with reasons.

It knows nothing of what messages say, and is for an administrator on the same machine.
"""

from __future__ import annotations

from datetime import UTC
from html import escape
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from storage.outbox import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastapi import Request

    from engine.service.outbox import PostgresOutbox
    from storage.letters import Letter

SHOWN: Final = 100
"""Messages of each kind on the page."""

_HEADINGS: Final = ("Message", "Notice", "Chat", "Due (UTC)", "Tries", "Ended (UTC)", "Reason")
_STYLE: Final = (
    "body{font:14px system-ui;margin:2em;max-width:70em}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.25em .75em .25em 0;border-bottom:1px solid #ddd}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}td,th{border-color:#333}}"
)


async def show_jobs(request: Request, outbox: PostgresOutbox) -> Response:
    """Answer with the page, to somebody on this machine; a proxy in front of the service is not one."""
    if not _is_from_here(request):
        return PlainTextResponse("This page is shown on the bot's own machine.", 403)
    depth, kinds = await outbox.measure(), await outbox.look(SHOWN)
    counts = f"{depth.waiting} waiting · {depth.due} due · {depth.claimed} being sent · {depth.dead} dead"
    parts = [f"<p>{counts}</p>"]
    for title, letters in (
        ("Dead", kinds[Fate.DEAD]),
        ("To be sent", kinds[None]),
        ("Dropped", kinds[Fate.DROPPED]),
        ("Delivered", kinds[Fate.DELIVERED]),
    ):
        parts += [f"<h2>{title}</h2>", _table(letters)]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>Outbox</title><style>{_STYLE}</style>"
    return HTMLResponse(
        f"{head}<h1>Outbox</h1>{''.join(parts)}", headers={"Cache-Control": "no-store"}
    )


def _is_from_here(request: Request) -> bool:
    host = request.client.host if request.client else ""
    if {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers.keys()):
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _table(letters: Sequence[Letter]) -> str:
    if not letters:
        return "<p>None.</p>"
    return f"<table>{_row('th', _HEADINGS)}{''.join(_row('td', _cells(one)) for one in letters)}</table>"


def _cells(one: Letter) -> tuple[str, ...]:
    times = [
        moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
        for moment in (one.due_at, one.ended_at)
    ]
    numbers = str(one.chat_id), times[0], str(one.attempts), times[1]
    return (str(one.id), one.notice, *numbers, one.reason or "")


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
