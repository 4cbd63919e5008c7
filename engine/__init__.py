"""The flow engine: reads, checks and runs conversations written in YAML.

It knows Telegram and nothing of what the conversations are about.
"""
