"""Opens the sockets that web pages are served on.

It knows nothing of what is served.
"""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BACKLOG = 128


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Open a listening socket; port 0 takes one that is free.

    Raises:
        ServiceError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ServiceError(f"cannot listen on {host}:{port}: {reason}") from error
        listener.setblocking(False)
        yield listener


def choose_port(host: str, wanted: int) -> int:
    """Return the port, or 0 for a free one when it is taken."""
    try:
        require_port(host, wanted)
    except ServiceError:
        return 0
    return wanted


def require_port(host: str, port: int) -> None:
    """Return when the port can be listened on.

    Raises:
        ServiceError: it cannot.
    """
    with listen(host, port):
        pass
