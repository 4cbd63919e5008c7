"""A bot of many flows as text: twenty steps each, with every verb, in three languages, the same at every run.

It knows the language as people write it, and nothing of how it is checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOCALES: Final = ("de", "fr")
STEPS: Final = 20
GROUP: Final = 10
"""The last flow of each group is run by the others."""


def write_bot(flows: int, locales: tuple[str, ...] = LOCALES) -> Mapping[Path, str]:
    """Write a bot of so many flows, a multiple of ten, and the translations of its texts."""
    files = {Path("bot.yaml"): _bot(locales)}
    for number in range(flows):
        files[Path(f"{_name(number)}.yaml")] = _flow(number)
    for locale in locales:
        parts = [_translated_messages(locale), *(_texts(number, locale) for number in range(flows))]
        files[Path(f"texts/{locale}.yaml")] = "".join(parts)
    return files


def _name(number: int) -> str:
    return f"flow_{number:03}"


def _flow(number: int) -> str:
    callee = _name(number - number % GROUP + GROUP - 1)
    is_callee = number % GROUP == GROUP - 1
    middle = _ASKED if is_callee else _RUN.replace("CALLEE", callee)
    return f"{_HEAD}{_STEPS}{middle}{_TAIL}".replace("NUMBER", f"{number:03}")


def _texts(number: int, locale: str) -> str:
    is_callee = number % GROUP == GROUP - 1
    text = _TEXTS.replace("  INNER\n", _ASKED_TEXTS if is_callee else _RUN_TEXTS)
    return text.replace("NUMBER", f"{number:03}").replace("~", f"{locale}: ")


def _bot(locales: tuple[str, ...]) -> str:
    head = _BOT.replace("LOCALES", ", ".join(("en", *locales)))
    return head + "".join(f'  {name}: "{text}"\n' for name, text in _MESSAGES.items())


def _translated_messages(locale: str) -> str:
    return "".join(_message_lines(locale))


def _message_lines(locale: str) -> Iterator[str]:
    yield "bot:\n  messages:\n"
    for name, text in _MESSAGES.items():
        yield f'    {name}: "{locale}: {text}"\n'


_MESSAGES: Final = {
    "old_button": "That button is old; here is where you are.",
    "no_access": "You cannot open this.",
    "error": "Something went wrong. Please try again.",
    "unknown_input": "Please use the buttons.",
    "wrong_answer": "That is no answer to this question.",
    "next_page": "More",
    "previous_page": "Back",
    "proceed": "OK",
}

_BOT: Final = """\
bot: shop
locale: en
locales: [LOCALES]
roles: [client, staff, admin]
home: flow_000
time_zone: Europe/Berlin
currency: EUR
messages:
"""

_HEAD: Final = """\
# yaml-language-server: $schema=../docs/flow.schema.json
flow: flow_NUMBER
version: 3
title: Order from shop NUMBER
access: user.role in ['client', 'admin']
start: [/shopNUMBER, {deeplink: shopNUMBER}]
params:
  topic: {type: text, optional: true}
returns:
  order_id: {type: int, optional: true}
  note: {type: text, optional: true}
data:
  product_NUMBER: Product
  place: {type: Place, optional: true}
  day: date
  slot_NUMBER: Slot
  people: {type: int, min: 1, max: 6, default: 1}
  comment: {type: text, max: 300, optional: true}
  phone: {type: phone, optional: true}
  budget: {type: money, optional: true}
  order_NUMBER: Order
  other_id: {type: int, optional: true}

"""

_STEPS: Final = """\
steps:
  welcome:
    show: |-
      <b>Shop NUMBER</b>
      Hello {{ user.first_name }}! {% if count > 0 %}You have {{ count | plural(one='one order', other='# orders') }}.{% else %}What may it be?{% endif %}
    load: {count: orders.count(), orders: orders.mine()}
    buttons:
      - {text: "Order something", go: product}
      - [{text: "My orders", go: mine, when: count > 0}, {text: "Web site", url: "https://example.com/shop/NUMBER"}]
      - {text: "Leave", go: end, say: "See you soon in shop NUMBER!"}

  mine:
    choose: orders.mine()
    text: "Your orders at shop NUMBER:"
    button: "{{ item.starts_at | date }} · {{ item.title }} · {{ item.price | money }}"
    save: {order_NUMBER: item}
    page: 6
    empty: {go: welcome, say: "You have no orders."}
    buttons: [{text: "« Shop NUMBER", go: welcome}]

  details:
    show: |-
      <b>{{ data.order_NUMBER.title }}</b> № {{ data.order_NUMBER.id }}
      {{ data.order_NUMBER.starts_at | date('full') }}, {{ data.order_NUMBER.starts_at | time }}{% if data.order_NUMBER.comment is not None %}
      <i>{{ data.order_NUMBER.comment }}</i>{% endif %}
    buttons:
      - {text: "Cancel this order", go: cancel, when: data.order_NUMBER.state == 'open'}
      - {text: "« All orders", go: mine}

  cancel:
    do: orders.cancel(order_id=data.order_NUMBER.id)
    outcomes:
      too_late: {go: details, say: "It is too late to cancel № {{ data.order_NUMBER.id }}."}
      not_found: mine
    go: mine
    say: "Order № {{ data.order_NUMBER.id }} at shop NUMBER is cancelled."

  product:
    choose: products.list(topic=params.topic)
    text: "What would you like from shop NUMBER, {{ user.first_name }}?"
    button: "{{ item.title }} · {% if item.price > 0 %}{{ item.price | money }}{% else %}free{% endif %}"
    save: {product_NUMBER: item}
    columns: 2
    page: 8
    empty: {text: "There is nothing at the moment.", go: end}

  place:
    choose: places.list(product_id=data.product_NUMBER.id)
    text: "Where shall <b>{{ data.product_NUMBER.title }}</b> be, for {{ data.product_NUMBER.price | money }}?"
    button: "{{ item.name }}{% if item.street is not None %}, {{ item.street }}{% endif %}"
    save: {place: item}
    go: day
    buttons:
      - {text: "Anywhere", go: day, save: {place: None}}
      - {text: "« Other product", go: product}

  day:
    ask: date
    text: "Which day suits you at shop NUMBER?"
    allow: it >= today() and it <= today() + days(30)
    invalid: ["Please pick a day in the next 30 days.", "Write it like 2027-05-17, please."]
    give_up: {after: 3, go: welcome, say: "Let us leave it for now."}
    save: {day: it}
    buttons: [{text: "« Other place", go: place}]

  time:
    choose: slots.free(product_id=data.product_NUMBER.id, day=data.day, place_id=data.place.id if data.place is not None else None)
    text: "Free times of shop NUMBER on {{ data.day | date('full') }}:"
    button: "{{ item.starts_at | time }} to {{ item.ends_at | time }}"
    save: {slot_NUMBER: item}
    columns: 3
    page: 24
    empty: {go: day, say: "That day is full."}
    buttons: [{text: "« Other day", go: day}]

  people:
    show: "For how many? {{ data.people }} so far, at {{ (data.product_NUMBER.price * data.people) | money }} in all."
    buttons:
      - [{text: "One more", go: people, save: {people: "min(data.people + 1, 6)"}, when: data.people < 6}, {text: "One less", id: less, go: people, save: {people: "max(data.people - 1, 1)"}, when: data.people > 1}]
      - {text: "Go on", go: comment}

  comment:
    ask: text
    text: "Anything that shop NUMBER should know about <b>{{ data.product_NUMBER.title }}</b>?"
    max: 300
    invalid: "At most 300 characters, please."
    save: {comment: it}
    buttons: [{text: "Skip", go: budget, save: {comment: None}}]

  budget:
    ask: money
    text: "What may it cost at most, for {{ data.people }}?"
    min: 1
    max: 10000
    allow: it >= data.product_NUMBER.price
    save: {budget: it}
    skip_if: data.product_NUMBER.price == 0 or data.budget is not None

  contact:
    ask: phone
    text: "Under which number can shop NUMBER reach you?"
    skip_if: data.phone is not None
    save: {phone: it}

  who:
    decide:
      - {when: "user.role == 'admin' and data.people > 4", go: sure}
      - {when: data.budget is not None and data.budget > 500, go: sure, say: "That is a lot of money for shop NUMBER."}
      - {when: data.comment is not None and len(data.comment) > 100, go: sure}
      - else: sure

  sure:
    show: |-
      Shall we order this from shop NUMBER?

      <b>{{ data.product_NUMBER.title }}</b> for {{ data.people }} · {{ (data.product_NUMBER.price * data.people) | money }}
      {{ data.slot_NUMBER.starts_at | date('full') }}, {{ data.slot_NUMBER.starts_at | time }} at {{ data.slot_NUMBER.place.name }}{% if data.comment is not None %}
      <i>{{ data.comment }}</i>{% endif %}
    buttons:
      - {text: "Confirm", go: save}
      - [{text: "Change time", go: time}, {text: "Change note", go: comment}]
      - {text: "Cancel", go: end, say: "Nothing was ordered."}

  save:
    do: orders.create(slot=data.slot_NUMBER, product_id=data.product_NUMBER.id, people=data.people, comment=data.comment)
    save: {order_NUMBER: result}
    outcomes:
      slot_taken: {go: time, say: "{{ data.slot_NUMBER.starts_at | time }} has just gone."}
      limit_reached: {go: too_many, say: "You have too many orders."}
    go: extra

"""

_RUN: Final = """\
  extra:
    run: CALLEE
    with: {topic: data.product_NUMBER.title}
    save: {other_id: result.order_id}
    go: done

"""

_ASKED: Final = """\
  extra:
    ask: text
    text: "How did you hear of shop NUMBER, {{ user.first_name }}?"
    max: 300
    save: {comment: it}
    go: done

"""

_TAIL: Final = """\
  done:
    show: |-
      <b>Ordered!</b> № {{ data.order_NUMBER.id }}
      {{ data.order_NUMBER.title }} from shop NUMBER, {{ data.order_NUMBER.starts_at | date }}, {{ data.order_NUMBER.starts_at | time }}
      {{ data.order_NUMBER.price | money }}{% if data.other_id is not None %}, and № {{ data.other_id }}{% endif %}
    end: {order_id: data.order_NUMBER.id, note: data.comment}

  too_many:
    show: "Nothing more can be ordered; you have these, {{ user.first_name }}: {% for one in orders %}{{ loop.index }}. {{ one.title }} {% endfor %}"
    load: {orders: orders.mine()}
    buttons: [{text: "Ask the staff", go: ask_staff}, {text: "« Shop NUMBER", go: welcome}]

  ask_staff:
    do: messages.write(text=data.comment | default('no comment'), topic='shop NUMBER')
    go: asked

  asked:
    end: {order_id: data.other_id, note: "'asked shop NUMBER'"}

anytime:
  /cancel: {go: end, say: "Nothing was ordered from shop NUMBER."}
  error: {go: end, say: "Something broke in shop NUMBER."}
"""

_TEXTS: Final = """\
flow_NUMBER:
  title: "~Order from shop NUMBER"
  welcome:
    text: |-
      ~<b>Shop NUMBER</b>
      Hello {{ user.first_name }}! {% if count > 0 %}You have {{ count | plural(one='one order', other='# orders') }}.{% else %}What may it be?{% endif %}
    buttons:
      product: "~Order something"
      mine: "~My orders"
      url: "~Web site"
      url_url: "https://example.com/shop/NUMBER"
      end: "~Leave"
      end_say: "~See you soon in shop NUMBER!"
  mine:
    text: "~Your orders at shop NUMBER:"
    button: "~{{ item.starts_at | date }} · {{ item.title }} · {{ item.price | money }}"
    empty_say: "~You have no orders."
    buttons: {welcome: "~Shop NUMBER"}
  details:
    text: |-
      ~<b>{{ data.order_NUMBER.title }}</b> № {{ data.order_NUMBER.id }}
      {{ data.order_NUMBER.starts_at | date('full') }}, {{ data.order_NUMBER.starts_at | time }}{% if data.order_NUMBER.comment is not None %}
      <i>{{ data.order_NUMBER.comment }}</i>{% endif %}
    buttons: {cancel: "~Cancel this order", mine: "~All orders"}
  cancel:
    outcomes: {too_late: "~It is too late to cancel № {{ data.order_NUMBER.id }}."}
    say: "~Order № {{ data.order_NUMBER.id }} at shop NUMBER is cancelled."
  product:
    text: "~What would you like from shop NUMBER, {{ user.first_name }}?"
    button: "~{{ item.title }} · {% if item.price > 0 %}{{ item.price | money }}{% else %}free{% endif %}"
    empty: "~There is nothing at the moment."
  place:
    text: "~Where shall <b>{{ data.product_NUMBER.title }}</b> be, for {{ data.product_NUMBER.price | money }}?"
    button: "~{{ item.name }}{% if item.street is not None %}, {{ item.street }}{% endif %}"
    buttons: {day: "~Anywhere", product: "~Other product"}
  day:
    text: "~Which day suits you at shop NUMBER?"
    invalid: ["~Please pick a day in the next 30 days.", "~Write it like 2027-05-17, please."]
    give_up: "~Let us leave it for now."
    buttons: {place: "~Other place"}
  time:
    text: "~Free times of shop NUMBER on {{ data.day | date('full') }}:"
    button: "~{{ item.starts_at | time }} to {{ item.ends_at | time }}"
    empty_say: "~That day is full."
    buttons: {day: "~Other day"}
  people:
    text: "~For how many? {{ data.people }} so far, at {{ (data.product_NUMBER.price * data.people) | money }} in all."
    buttons: {people: "~One more", less: "~One less", comment: "~Go on"}
  comment:
    text: "~Anything that shop NUMBER should know about <b>{{ data.product_NUMBER.title }}</b>?"
    invalid: "~At most 300 characters, please."
    buttons: {budget: "~Skip"}
  budget:
    text: "~What may it cost at most, for {{ data.people }}?"
  contact:
    text: "~Under which number can shop NUMBER reach you?"
  who:
    branches: {2: "~That is a lot of money for shop NUMBER."}
  sure:
    text: |-
      ~Shall we order this from shop NUMBER?

      <b>{{ data.product_NUMBER.title }}</b> for {{ data.people }} · {{ (data.product_NUMBER.price * data.people) | money }}
      {{ data.slot_NUMBER.starts_at | date('full') }}, {{ data.slot_NUMBER.starts_at | time }} at {{ data.slot_NUMBER.place.name }}{% if data.comment is not None %}
      <i>{{ data.comment }}</i>{% endif %}
    buttons:
      save: "~Confirm"
      time: "~Change time"
      comment: "~Change note"
      end: "~Cancel"
      end_say: "~Nothing was ordered."
  save:
    outcomes:
      slot_taken: "~{{ data.slot_NUMBER.starts_at | time }} has just gone."
      limit_reached: "~You have too many orders."
  INNER
  done:
    text: |-
      ~<b>Ordered!</b> № {{ data.order_NUMBER.id }}
      {{ data.order_NUMBER.title }} from shop NUMBER, {{ data.order_NUMBER.starts_at | date }}, {{ data.order_NUMBER.starts_at | time }}
      {{ data.order_NUMBER.price | money }}{% if data.other_id is not None %}, and № {{ data.other_id }}{% endif %}
  too_many:
    text: "~Nothing more can be ordered; you have these, {{ user.first_name }}: {% for one in orders %}{{ loop.index }}. {{ one.title }} {% endfor %}"
    buttons: {ask_staff: "~Ask the staff", welcome: "~Shop NUMBER"}
  anytime:
    cancel: "~Nothing was ordered from shop NUMBER."
    error: "~Something broke in shop NUMBER."
"""

_RUN_TEXTS: Final = ""

_ASKED_TEXTS: Final = """\
  extra:
    text: "~How did you hear of shop NUMBER, {{ user.first_name }}?"
"""
