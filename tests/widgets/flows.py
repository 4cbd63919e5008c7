"""Flows as tests write them, without what every flow has.

It does not know what they say.
"""

from textwrap import dedent


def whole_flow(name: str, text: str) -> str:
    """Return the YAML of a flow with the keys that every flow has; other files stay as they are."""
    text = dedent(text)
    if text.startswith("flow:") or name == "bot" or name.startswith("texts/"):
        return text
    return f"flow: {name}\nversion: 1\ntitle: {name.title()}\n{text}"
