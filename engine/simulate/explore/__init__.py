"""Pressing everything: conversations that nobody wrote, what is wrong in them, and the shortest way to it.

It knows how a conversation is simulated; it does not know what stands behind the bot.
"""
