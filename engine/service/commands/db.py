"""`usher db upgrade`: the tables of this version.

It knows nothing of the tables.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from engine.service import schema_state
from engine.service.settings import DatabaseSettings, load_settings

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Run all migrations that have not run yet."""
    settings = load_settings(DatabaseSettings, env_file=options.env_file)
    asyncio.run(schema_state.upgrade(settings.database_url.get_secret_value()))
    sys.stdout.write("the database is up to date\n")
    return 0
