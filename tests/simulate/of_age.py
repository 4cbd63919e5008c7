"""A bot whose one flow has each kind of move but few of each: it asks how old somebody is."""

from tests.dialog.conftest import BOT_YAML

MAIN = """\
flow: main
version: 1
title: Main
start: [/main, {deeplink: main}]
data: {age: {type: int, default: 0}}
steps:
  age:
    ask: int
    text: "How old?"
    min: 1
    max: 150
    save: {age: it}
    give_up: {after: 2, go: end}
  old:
    decide:
      - {when: data.age > 17, go: may}
      - {else: {go: young}}
  young:
    show: "Too young{% if data.age > 15 %}, but soon{% endif %}."
    buttons:
      - {text: Older, go: age, when: data.age > 10}
      - {text: Away, id: away, go: end}
    timeout: {after: 1h, go: end}
  may:
    do: things.check()
    outcomes: {full: young}
    go: done
  done:
    show: "You may."
    end: {}
anytime:
  /stop: {words: [stop], confirm: "Stop?", go: end}
  error: {go: young, say: Sorry.}
"""
BOT = f"""\
{BOT_YAML}  "yes": "Yes"
  "no": "No"
anytime:
  /away: {{go: end}}
"""
