"""A Bot API server for tests and for the demo, with a chat page.

Knows nothing of the project around it: any bot can be run against it.
"""

from engine.emulator.app import create_app
from engine.emulator.person import Person
from engine.emulator.server import Emulator, run_emulator
from engine.emulator.world import DEFAULT_TOKEN, Settings, World

__all__ = ["DEFAULT_TOKEN", "Emulator", "Person", "Settings", "World", "create_app", "run_emulator"]
