"""Checked graph to aiogram-dialog, and what happens on a press or a message.

It knows Telegram; it does not know where state is kept, who people are or how actions reach a database: those are ports.
"""
