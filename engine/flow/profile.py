"""What a bot says of itself on Telegram: its name and descriptions, with the lengths they may have.

It knows nothing of how they reach Telegram.
"""

from __future__ import annotations

from typing import Final

PROFILE: Final = {"title": 64, "description": 512, "short_description": 120}
"""The texts of bot.yaml that people see around the conversation, and Telegram's bounds on them in characters."""

MOST_COMMANDS: Final = 100
"""Telegram's bound on a menu of commands."""
