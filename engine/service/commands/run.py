"""`usher run`: the bot in production, until a signal.

It knows nothing of what the service is made of.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from engine.service.catalog import load_catalog
from engine.service.commands.check import require_flows
from engine.service.loading import load
from engine.service.logs import configure_logs
from engine.service.settings import Settings, load_settings

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Check the flows, then serve; return 1 when they have problems."""
    settings = load_settings(
        Settings, env_file=options.env_file, **({"watch": True} if options.watch else {})
    )
    configure_logs(
        level=settings.log_level,
        style=settings.log_format,
        secrets=settings.secret_values(),
        stream=sys.stdout,
    )
    checked = require_flows(settings.flows_dir, load_catalog(settings.actions))
    if checked is None:
        return 1
    asyncio.run(load("engine.service.production").serve(settings, checked))
    return 0
