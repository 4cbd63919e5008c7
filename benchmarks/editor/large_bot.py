"""A bot of any size, made of the steps that a booking takes, with the actions that ship.

It does not know what it is measured for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD: Final = """\
flow: {name}
version: 1
title: Book a visit
start: [/{name}]
params: {{topic: {{type: text, optional: true, max: 100}}}}
returns: {{booking_id: {{type: int, optional: true}}}}
data:
  service: Service
  location: Location
  staff: {{type: Staff, optional: true}}
  day: date
  slot: Slot
  comment: {{type: text, max: 500, optional: true}}
  booking: Booking
steps:
"""

_ROUND: Final = """\
  service{n}:
    choose: services.list()
    text: "What would you like, {{{{ user.first_name }}}}?"
    button: "{{{{ item.title }}}} · {{{{ item.minutes }}}} min · {{% if item.price > 0 %}}{{{{ item.price | money }}}}{{% else %}}free{{% endif %}}"
    save: {{service: item}}
    buttons: [{{text: "« Menu", go: end}}, {{text: "Other", run: {other}, with: {{topic: "'x'"}}}}]
    empty: {{text: "There is nothing to book at the moment. Please come back later."}}
  location{n}:
    choose: locations.list()
    text: "<b>{{{{ data.service.title }}}}</b>\\nWhere would you like to come?"
    button: "{{{{ item.name }}}}"
    save: {{location: item}}
    buttons: [{{text: "« Other service", go: service{n}}}]
  staff{n}:
    choose: staff.list(service_id=data.service.id, location_id=data.location.id)
    text: "<b>{{{{ data.service.title }}}}</b>, {{{{ data.location.name }}}}\\nWho would you like to see?"
    button: "{{{{ item.name }}}}"
    save: {{staff: item}}
    buttons:
      - {{text: "✨ Anyone who is free", go: day{n}, save: {{staff: None}}}}
      - {{text: "« Other place", go: location{n}}}
    empty: {{go: location{n}, say: "Nobody offers this at that place. Please choose another one."}}
  day{n}:
    choose: slots.days(service_id=data.service.id, location_id=data.location.id, staff_id=data.staff.id if data.staff is not None else None)
    text: "<b>{{{{ data.service.title }}}}</b>\\nWhich day suits you?"
    button: "{{{{ item.day | weekday('short') }}}}, {{{{ item.day | date }}}}"
    save: {{day: item.day}}
    buttons: [{{text: "« Someone else", go: staff{n}}}]
    empty: {{text: "No day is free in the coming weeks."}}
  time{n}:
    choose: slots.free(service_id=data.service.id, location_id=data.location.id, day=data.day)
    text: "Free times for <b>{{{{ data.service.title }}}}</b> on {{{{ data.day | date('full') }}}}:"
    button: "{{{{ item.starts_at | time }}}}"
    save: {{slot: item}}
    buttons: [{{text: "« Other day", go: day{n}}}]
    empty: {{go: day{n}, say: "That day has just filled up. Please pick another one."}}
  details{n}:
    ask: text
    text: "<b>{{{{ data.service.title }}}}</b> with {{{{ data.slot.staff_name }}}}\\nAnything we should know?"
    max: 500
    invalid: ["That is too long, or not a text.", "Please send one text message of at most 500 characters."]
    save: {{comment: it}}
    buttons: [{{text: "Skip", go: confirm{n}, save: {{comment: None}}}}, {{text: "« Other time", go: time{n}}}]
  confirm{n}:
    show: "Shall we book this?\\n<b>{{{{ data.service.title }}}}</b> on {{{{ data.slot.starts_at | date('full') }}}}"
    buttons:
      - {{text: "Confirm", go: save{n}}}
      - [{{text: "Change time", go: time{n}}}, {{text: "Change note", go: details{n}}}]
      - {{text: "Cancel", go: end, say: "Nothing was booked."}}
  save{n}:
    do: bookings.create(slot=data.slot, service_id=data.service.id, comment=data.comment)
    save: {{booking: result}}
    outcomes:
      slot_taken: {{go: time{n}, say: "That time has just gone. These are still free."}}
      limit_reached: {{go: end, say: "You have five bookings already."}}
      not_available: {{go: day{n}, say: "That time can no longer be booked."}}
  again{n}:
    decide:
      - {{when: data.comment is not None, go: done{n}}}
      - {{else: {next}}}
  done{n}:
    show: "Booked! № {{{{ data.booking.id }}}}\\n{{{{ data.booking.service_title }}}} with {{{{ data.booking.staff_name }}}}"
    buttons: [{{text: "Another", go: {next}}}, {{text: "Enough", go: end, id: enough}}]
"""

_TAIL: Final = """\
anytime:
  /cancel: {go: end, say: "Nothing was booked."}
  error: {go: end, say: "Something broke on our side; nothing was booked."}
"""

_BOT: Final = """\
bot: large
locale: en
locales: [en]
roles: [client, staff, admin, owner]
home: flow_0
time_zone: Europe/Berlin
currency: EUR
messages: {old_button: Old., no_access: "No.", error: Error., unknown_input: What?, wrong_answer: Not that.,
  next_page: More, previous_page: Back, proceed: On}
"""

STEPS_OF_A_ROUND: Final = 10


def make_large_bot(*, flows: int, steps: int) -> Mapping[Path, str]:
    """Write a bot of so many flows with so many steps in all, which has no problems."""
    rounds = steps // flows // STEPS_OF_A_ROUND
    written = {Path("flows/bot.yaml"): _BOT}
    for number in range(flows):
        written[Path(f"flows/flow_{number}.yaml")] = "".join(_flow(number, flows, rounds))
    return written


def _flow(number: int, flows: int, rounds: int) -> Iterator[str]:
    other = f"flow_{number + 1}" if number + 1 < flows else "flow_0"
    yield _HEAD.format(name=f"flow_{number}")
    for n in range(rounds):
        following = f"service{n + 1}" if n + 1 < rounds else "end"
        text = _ROUND.format(n=n, next=following, other=other)
        yield (
            text
            if number + 1 < flows
            else text.replace(f', {{text: "Other", run: {other}, with: {{topic: "\'x\'"}}}}', "")
        )
    yield _TAIL
