"""`python -m engine.emulator`: the emulator on its own.

Knows nothing of any bot; one connects by using the printed address in the place of api.telegram.org.
"""

import argparse
import asyncio
import contextlib
import signal
import sys

from engine.emulator.server import run_emulator
from engine.emulator.world import DEFAULT_TOKEN, Settings


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.emulator", description="A Bot API server with a chat page."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument(
        "--token",
        help="token of the bot there is from the start; others come into being with their first call",
    )
    parser.add_argument(
        "--only-token", action="store_true", help="refuse every token but the one named"
    )
    parser.add_argument(
        "--no-privacy", action="store_true", help="let bots read everything in groups"
    )
    options = parser.parse_args()
    settings = Settings(
        token=options.token, only_token=options.only_token, privacy_mode=not options.no_privacy
    )
    asyncio.run(_serve(options.host, options.port, settings))


async def _serve(host: str, port: int, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with run_emulator(host=host, port=port, settings=settings) as emulator:
        sys.stdout.write(f"Bot API and chat page: {emulator.base_url}\n")
        if settings.token is None:
            sys.stdout.write(f"Any token will do, for instance {DEFAULT_TOKEN}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
