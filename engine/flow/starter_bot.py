"""A bot to begin with: its file, with every sentence that the engine says by itself, and the flow that /start opens.

It knows nothing of where files go.
"""

from __future__ import annotations

from typing import Final

_BOT: Final = """\
# yaml-language-server: $schema=../docs/bot.schema.json
# What all flows of a bot share. docs/flow-language.md#botyaml tells the rest.
bot: @name@
locale: en  # the language that the flows are written in
locales: [en]  # all there are; every other one has a file in texts/
roles: [client, admin]  # the first is a stranger's
home: home  # the flow that /start opens
time_zone: Europe/Berlin
currency: EUR

# What the engine says by itself.
messages:
  old_button: "That button is old; here is where you are."
  no_access: "You cannot open this."
  error: "Something went wrong. Please try again."
  unknown_input: "Please use the buttons."
  wrong_answer: "That is no answer to this question. Please try again."
  next_page: "»"
  previous_page: "«"
  proceed: "Continue"
"""
_HOME: Final = """\
# yaml-language-server: $schema=../docs/flow.schema.json
# Where people come to when another flow ends.
flow: home
version: 1
title: "@title@"
start: [/start]

steps:
  menu:
    show: "Hello, {{ user.first_name }}! What can we do for you?"
    buttons:
      # A button for each flow that people can open, such as {text: "Feedback", run: feedback}.
      - {text: "Who are you?", go: about}

  about:
    show: "We are @title@."
    buttons:
      - {text: "« Back", go: menu}
"""


def starter_bot(name: str) -> str:
    """Write the file of a bot."""
    return _filled(_BOT, name)


def starter_home(name: str) -> str:
    """Write the flow that is opened first."""
    return _filled(_HOME, name)


def _filled(template: str, name: str) -> str:
    title = name.replace("_", " ").capitalize()
    return template.replace("@name@", name).replace("@title@", title)
