"""What flows can call: queries and commands of the booking desk, one file per subject.

They know nothing of Telegram or YAML; `actions.catalog` lists them.
"""
