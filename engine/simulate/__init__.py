"""Conversations as tests: people who talk to a bot inside one process, and what they must see.

It knows Telegram, flows and how they are run; it does not know what stands behind the bot: no database, no settings.
"""
