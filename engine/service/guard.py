"""Run one server for as long as another process lives, then stop it and clean up.

Knows nothing of which server it runs. It is started as a program, not imported: a process that is killed cannot stop
its own servers, so this one waits at the other end of a pipe and does it for it.
"""

import shutil
import signal
import subprocess
import sys
import threading
from typing import IO

STOP_SECONDS = 20.0
"""How long a server may take over its own shutdown before it is killed."""


def watch(command: list[str], owner: IO[bytes], stop: signal.Signals) -> int:
    """Run the command until it ends or the owner's end of the pipe is closed; return its exit code."""
    server = subprocess.Popen(command)
    threading.Thread(target=_stop_after, args=(owner, server, stop), daemon=True).start()
    return server.wait()


def _stop_after(owner: IO[bytes], server: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    owner.read()
    server.send_signal(stop)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


def main(arguments: list[str]) -> int:
    """Run `SIGNAL DIRECTORY COMMAND…`; the directory is removed when the command has ended."""
    stop, directory, *command = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        return watch(command, sys.stdin.buffer, signal.Signals[stop])
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
