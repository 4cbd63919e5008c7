"""Text to checked graph.

It imports no Telegram, database or web library, so that checking a flow stays quick and works anywhere.
"""
