"""Work on many things by two processes, where the machine has two cores for it.

It knows nothing of what is worked on; results travel as pickles.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.connection import Connection

LEAST_NAMES: Final = 24
"""With fewer, a second process costs more than it saves."""


def spread_work[ResultT](
    names: Sequence[str], work: Callable[[str], ResultT]
) -> Mapping[str, ResultT]:
    """Give the result of each name; a forked copy of this process does every second one.

    What the copy cannot give, because it failed or died, is done here. `work` must only compute: what it changes in the copy is lost.
    """
    if len(names) < LEAST_NAMES or not _can_fork():
        return {name: work(name) for name in names}
    from multiprocessing import get_context  # noqa: PLC0415 - small bots are checked without

    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    copy = context.Process(target=_send, args=(sender, names[1::2], work), daemon=True)
    copy.start()
    sender.close()
    try:
        found = {name: work(name) for name in names[::2]}
        found.update(receiver.recv())
    except (EOFError, OSError):
        found.update((name, work(name)) for name in names[1::2])
    finally:
        receiver.close()
        copy.join()
    return {name: found[name] for name in names}


def _send[ResultT](
    sender: Connection, names: Sequence[str], work: Callable[[str], ResultT]
) -> None:
    with suppress(Exception):  # whoever waits works it out anew, and fails in its own place
        sender.send({name: work(name) for name in names})


def _can_fork() -> bool:
    """Tell whether a copy of this process would run on a core of its own, and be whole: it has no other threads."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return sys.platform == "linux" and cores > 1 and threading.active_count() == 1
