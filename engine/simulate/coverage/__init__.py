"""What conversations took of a bot, and what none of them has taken.

It knows nothing of pytest, nor of who walks.
"""
