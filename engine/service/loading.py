"""Imports the heavy parts of the service when it is known that they are wanted.

It knows nothing of what they are; Telegram's types alone take seconds.
"""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def load(name: str) -> ModuleType:
    """Import a module with the garbage collector at rest, and keep what it made out of later collections.

    Classes and schemas live as long as the process; looking through them again and again costs a tenth of an import,
    and as much of each update.
    """
    gc.disable()
    try:
        module = import_module(name)
    finally:
        gc.enable()
    gc.freeze()
    return module
