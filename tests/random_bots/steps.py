"""Steps of every verb, with every key of each, written at random.

It does not know the flow around them but the names of its steps and of the flows it can run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.flow.model.calendars import CalendarText, PickerText
from tests.random_bots.controls import write_controls, write_listed_controls
from tests.random_bots.pen import LITERALS, type_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.random_bots.pen import Pen

VERBS: Final = {
    "show": 2, "choose": 4, "ask": 4, "do": 3, "decide": 3, "end": 1, "use": 1, "run": 2,
}  # fmt: skip
"""How often each verb is taken, and the use of a fragment."""

FILES: Final = [
    "photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker", "file",
]  # fmt: skip
ASKED: Final = [
    "text", "int", "decimal", "money", "date", "time", "datetime", "duration", "phone", "email",
    "contact", "location", "file", "file", "file", "sent", "sent",
]  # fmt: skip

SENT: Final = [
    "venue", "dice", "poll", "story", "checklist", "user", "user", "users", "chat", "web_app",
    "managed_bot", "any", ["text", "sticker"], "photos", "videos", "documents", "files",
]  # fmt: skip
SHARED: Final[Mapping[str, Any]] = {
    "poll": {"share": {"text": "Make one", "kind": "quiz"}},
    "user": {"share": {"text": "Who", "bots": False}},
    "users": {"share": {"text": "Whom", "premium": True, "bots": False}, "max": 3},
    "chat": {
        "share": {
            "text": "Where", "channel": False, "forum": True, "public": True, "created": False,
            "member": True, "rights": ["pin_messages"], "bot_rights": ["pin_messages"],
        }
    },
    "web_app": {"share": {"text": "Open", "url": "https://example.com/{{ user.locale }}"}},
    "managed_bot": {"share": {"text": "Make", "suggest": "Helper", "username": "helper_bot"}},
}  # fmt: skip
KEYBOARDS: Final[Sequence[Mapping[str, Any]]] = [
    {}, {"placeholder": "Write, {{ user.first_name }}", "one_time": True},
    {"resize": False, "persistent": True, "selective": True},
]  # fmt: skip

type Written = dict[str, Any]


@dataclass
class StepWriter:
    """Writes one step of a flow; `mark` begins each of its texts, so that the step on the screen can be told."""

    pen: Pen
    mark: str
    steps: Sequence[str]
    callees: Sequence[str]
    returns: Mapping[str, Any]

    def write(self, verb: str) -> Written:
        """Return a step of a verb."""
        step: Written = getattr(self, f"_{verb}")()
        if verb == "use":
            return step
        if "decide" not in step and "end" not in step:
            if self.pen.often(0.2):
                step["skip_if"] = self.pen.condition()
                step.setdefault("go", self.target())
            if "show" not in step and "go" in step and self.pen.often(0.2):
                step["say"] = self.pen.words()
        if self.pen.often(0.05):
            step["access"] = "user.role == 'admin'"
        return step

    def target(self) -> str:
        """Return a step, sometimes the end."""
        return self.pen.pick([*self.steps, *self.steps, "end"])

    def _goal(self) -> Any:
        return self._move() if self.pen.often(0.4) else self.target()

    def _move(self) -> Written:
        return {"go": self.target()} | ({"say": self.pen.words()} if self.pen.often(0.5) else {})

    def _window(self, key: str) -> tuple[Written, Pen]:
        """Return what every step that waits has, and a pen that can read what it loads."""
        loads: dict[str, str] = {}
        pen = self.pen
        if pen.often(0.4):
            name, known = pen.pick(
                [("things.list", "list[Thing]"), ("things.find", "Thing"), ("things.count", "int")]
            )
            loads["got"] = pen.call(name)
            pen = pen.reading(("got", known))
        window: Written = {
            key: f"{self.mark} {pen.words()}", "buttons": ButtonWriter(self, pen).write(),
        }  # fmt: skip
        if pen.often(0.25):
            when = pen.pick([{"after": "15m"}, {"at": "now() + hours(1)"}])
            window["timeout"] = {**when, **self._move()}
        if loads and pen.often(0.2):
            window["refresh"] = self._refresh(pen)
        if pen.often(0.3):
            window["media"] = self._media(loads)
        if pen.often(0.2) and not _has_address(window["buttons"]):
            window["keyboard"] = {"under": "chat", **pen.pick(KEYBOARDS)}
            window.pop("refresh", None)
            window["buttons"] = [one for one in window["buttons"] if "list" not in one]
        elif pen.often(0.3):
            window["show_as"] = pen.pick(["edit", "send", "resend"])
        if loads.get("got", "").startswith("things.list") and pen.often(0.5):
            window["pages"] = {
                "of": "got",
                "page": 2,
                "pager": {"kind": "numbers", "turns": ["text"]},
            }
        elif pen.often(0.1):
            window["pages"] = {"characters": 60}
        window |= self._manner(has_media="media" in window)
        return ({**window, "load": loads} if loads else window), pen

    def _refresh(self, pen: Pen) -> Any:
        """Return how a window is shown again by itself."""
        until = {"until": pen.condition(), **self._move()}
        return pen.pick(["2s", {"every": "1m", "for": "1h"}, {"every": "5s", **until}])

    def _manner(self, *, has_media: bool) -> Written:
        """Return how the message of a window reaches people."""
        page = {"url": "https://example.com/{{ user.locale }}", "size": "small", "above": True}
        said: Written = {
            "preview": self.pen.pick(["off", "on", "above", page]),
            "protect": self.pen.often(0.5),
            "silent": self.pen.often(0.5),
            "effect": "5107584321108051014",
            "format": "html",
        }
        return {
            key: value
            for key, value in said.items()
            if self.pen.often(0.15) and not (has_media and key == "preview")
        }

    def _media(self, loads: dict[str, str]) -> Any:
        if self.pen.often(0.3):
            return self._above(loads)
        kinds = ["photo", "photo", "video", "animation", "document", "audio", "voice"]
        kind = self.pen.pick(kinds)
        if self.pen.often(0.3):
            loads["drawn"] = "things.draw()"
            return {self.pen.pick(["photo", "document"]): {"from": "drawn"}}
        slots = self.pen.slots
        files = [f"data.{name}" for name, slot in slots.items() if type_of(slot) == "file"]
        address = "https://example.com/{{ user.locale }}.bin"
        sources = [*({"from": path} for path in files), {"id": "AgACAgIAAxkBAAIB0123456789"}]
        source = self.pen.pick([*sources, address, address, "docs/images/chat.png"])
        if source == "docs/images/chat.png":
            kind = self.pen.pick(["photo", "document"])
        keys = ["spoiler", "below"] if kind in ("photo", "video", "animation") else []
        flags = {key: True for key in keys if self.pen.often(0.5)}
        return {kind: source} | flags | self._told_of(kind)

    def _above(self, loads: dict[str, str]) -> Any:
        """Return media that stand above the text in messages of their own."""
        web = "https://example.com/{{ user.locale }}.bin"
        several = [{self.pen.pick(["photo", "video", "document", "voice"]): web} for _ in range(3)]
        note = {"video_note": {"id": "AgACAgIAAxkBAAIB0123456789"}, "length": 240}
        ways: list[Any] = [several, {"album": "sketches"}, {"sticker": web}, note]
        chosen: Any = self.pen.pick(ways)
        if "album" in chosen:
            loads["sketches"] = "things.sketch()"
        return chosen

    def _told_of(self, kind: str) -> Written:
        """Return what Telegram is told of a file besides."""
        known: Mapping[str, Written] = {
            "video": {"width": 320, "height": 240, "duration": 3, "streaming": True},
            "audio": {"performer": "Ann", "title": "Song", "duration": 90},
        }
        return known.get(kind, {}) if self.pen.often(0.3) else {}

    def _show(self) -> Written:
        step, pen = self._window("show")
        if pen.often(0.2):
            step.pop("pages", None)
            del step["buttons"]
            step.pop("timeout", None)
            step.pop("refresh", None)
            step.pop("keyboard", None)
            step["end"] = self._results()
        return step

    def _choose(self) -> Written:
        step, pen = self._window("text")
        step |= {"choose": pen.call("things.list"), "go": self.target()}
        step |= {"page": pen.chance.randrange(1, 4), "columns": pen.chance.randrange(1, 3)}
        if pen.often(0.4):
            step["pager"] = self._pager()
        step["button"] = "{{ item.title }} {{ item.price | money }}"
        empty = {"text": f"{self.mark} None. {pen.words()}"} if pen.often(0.7) else self._move()
        step["empty"] = empty | (self._move() if pen.often(0.5) else {})
        if pen.often(0.4):
            self._search(step, pen)
        if pen.often(0.2):
            step["key"] = pen.pick(["item.title", "item.id"])
        if pen.often(0.4):
            step["group"] = pen.pick(["{{ item.color }}", "{{ item.note | default('') }}"])
        kind = pen.pick(["pick", "pick", "one", "many"])
        if kind == "pick" and "search" not in step and pen.often(0.2):
            step |= {"choose": "things.part(offset=offset, limit=limit)", "total": "things.count()"}
        if kind != "pick":
            step[kind] = self._marking(kind, pen)
        if pen.often(0.2):
            step |= {"page": 1, "media": {"photo": "https://example.com/{{ item.id }}.jpg"}}
            step.pop("preview", None)
            step["empty"].setdefault("text", f"{self.mark} None.")
            step["text"] = f"{self.mark} {{{{ item.title }}}}"
        item = ("items", "list[Thing]") if kind == "many" else ("item", "Thing")
        step["save"] = pen.reading(item).save()
        return step

    def _pager(self) -> str | Written:
        """Return a pager: the name of one, or what its buttons say."""
        number: Written = {
            "number": "{{ target }}",
            "here": "({{ page }})",
            "columns": 2,
            "most": 5,
        }
        ends: Written = {"first": "<<", "last": "{{ target }} >>", "always": True}
        steps: Written = {"previous": "<", "current": "{{ page }} of {{ pages }}", "next": ">"}
        kinds = ["arrows", "full", "numbers", "none"]
        kind: Written = {"kind": self.pen.pick(kinds[:2])}
        ways: list[str | Written] = [*kinds, number, number | ends, steps, steps | kind]
        return self.pen.pick(ways)

    def _search(self, step: Written, pen: Pen) -> None:
        by = pen.pick(["label", "query"])
        own = {
            "by": by, "clear": "All {{ search }}", "no_match": f"{self.mark} No {{{{ search }}}}.",
        }  # fmt: skip
        step["search"] = pen.pick([by, own])
        if by == "query":
            step["choose"] = "things.search(text=search)"

    def _marking(self, kind: str, pen: Pen) -> Written:
        marking: Written = (
            {"done": pen.pick(["Done", "Done {{ count }}"])} if pen.often(0.7) else {}
        )
        if pen.often(0.5):
            marking["chosen"] = pen.expression("list[Thing]" if kind == "many" else "Thing")
        if pen.often(0.4):
            marking |= {"mark": "*", "too_few": "Mark more, {{ user.first_name }}."}
        if kind == "many" and pen.often(0.8):
            marking |= {"min": pen.chance.randrange(3), "max": pen.chance.randrange(2, 4)}
            marking |= {"too_many": "Fewer!"} if pen.often(0.5) else {}
        return marking

    def _ask(self) -> Written:
        step, pen = self._window("text")
        known = pen.pick(ASKED)
        several: Mapping[str, list[Any]] = {"file": FILES, "sent": SENT}
        asked: Any = pen.pick(several.get(known, [known]))
        step |= {"ask": asked, "go": self.target()}
        pen = pen.reading(("it", known))
        step |= self._bounds(asked, known)
        if "share" in step:  # whose keys are told apart by what they say
            step["buttons"] = [one for one in step["buttons"] if "list" not in one]
        if pen.often(0.3):
            step["allow"] = pen.condition()
        step |= self._invalid(step)
        if pen.often(0.2):
            step["delete_answer"] = pen.pick([True, "all"])
        if pen.often(0.3):
            step["give_up"] = {"after": pen.chance.randrange(1, 4), **self._move()}
        step |= self._offered(asked, pen)
        if LITERALS[known] and pen.often(0.4):
            value = self.pen.expression(known)
            step["default"] = {"value": value, "text": "This one"}
        elif not {"share", "calendar", "picker"} & step.keys() and pen.often(0.2):
            step["keyboard"] = {"force_reply": True, "placeholder": "Write", "selective": False}
            del step["buttons"]
        step["save"] = pen.save()
        return step

    def _offered(self, asked: Any, pen: Pen) -> Written:
        """Write the days or times that can be pressed, where one is asked for."""
        offered: Written = {}
        if asked not in ("date", "time", "datetime") or pen.often(0.5):
            return offered
        if asked != "time":
            written: Written = {
                "first": pen.pick(["monday", "saturday"]),
                "opens": pen.expression("date"),
                "marked": pen.condition(),
                "mark": pen.pick(["!", {"text": "!", "style": "danger"}]),
                "months": {"columns": pen.pick([2, 3])},
                "years": {"columns": 4, "page": pen.pick([4, 16])},
                "texts": {text.value: "{{ it | date }}" for text in CalendarText},
            }
            offered["calendar"] = self._some_of(written)
        if asked != "date":
            texts = {text.value: "{{ it | time }}" for text in PickerText}
            texts["day"] = "{{ it | date }}"
            if asked == "time":
                del texts["day"]
            picked: Written = {"step": "15m", "hour_columns": 4, "minute_columns": 2}
            picked |= {"done": "At {{ it | time }}", "texts": texts}
            offered["picker"] = self._some_of(picked)
        return offered

    def _some_of(self, written: Written) -> Written:
        return {key: value for key, value in written.items() if self.pen.often(0.6)}

    def _bounds(self, asked: Any, known: str) -> Written:
        pen = self.pen
        if known == "sent":
            return dict(SHARED.get(str(asked), {}))
        bounds: dict[str, list[Written]] = {
            "int": [{"min": 1, "max": 6}, {"max": pen.expression("int")}],
            "text": [{"max": 40}, {"pattern": "[a-z0-9]+", "min": 2}],
            "date": [{"min": "today()"}, {"max": pen.expression("date")}],
            "datetime": [{"min": "now()"}, {"max": "now() + days(9)"}],
            "duration": [{"min": "minutes(5)", "max": "hours(3)"}],
            "decimal": [{"min": 0.5}],
            "money": [{"max": 99.95}],
            "email": [{"pattern": ".*@b[.]example"}],
            "phone": [{"share": "Mine"}, {"pattern": "[+]49.*"}],
            "contact": [{"own": False}, {"own": True, "share": "Share"}],
            "location": [{"share": "Here"}],
            "file": [{"max_size": "5 KB"}],
        }
        found = pen.pick([{}, *bounds.get(known, [])])
        if asked in ("document", "file") and pen.often(0.4):
            found = {**found, "types": ["image/*", "application/pdf"]}
        return found

    def _invalid(self, step: Written) -> Written:
        causes = {"min", "max", "pattern", "max_size", "types", "own", "allow"} & step.keys()
        causes -= {"own"} if step.get("own") is False else set()
        texts: Written = {cause: self.pen.words() for cause in sorted({"ask", "else", *causes})}
        texts["ask"] = [texts["ask"], "Again.", "And again."]
        ways = [self.pen.words(), [self.pen.words(), "Again."], texts, texts]
        return {"invalid": self.pen.pick(ways)} if self.pen.often(0.5) else {}

    def _do(self) -> Written:
        pen, kind = self.pen, self.pen.chance.randrange(5)
        if kind == 0:
            call = f"things.drop(title={pen.expression('text')}, day={pen.expression('date')})"
            return self._command(call, "int", ())
        if kind == 1:
            call = f"things.store(file={pen.expression('file')}, things={pen.expression('list[Thing]')})"
            return self._command(call, "list[Thing]", ("full",))
        if kind in (2, 3):
            call = f"things.order(color={pen.expression('Color')}, price={pen.expression('money')})"
            return self._command(call, "Thing", ("gone", "late"))
        call = f"things.make(thing={pen.expression('Thing')}, people={pen.expression('int')})"
        return self._command(call, "Thing", ("gone", "full"))

    def _command(self, call: str, result: str, outcomes: Sequence[str]) -> Written:
        step: Written = {"do": call, "go": self.target()}
        step["save"] = self.pen.reading(("result", result)).save()
        if outcomes:
            step["outcomes"] = {name: self._goal() for name in outcomes}
        if self.pen.often(0.3):
            ends = ["error", *outcomes]
            some = self.pen.chance.sample(ends, self.pen.chance.randrange(1, len(ends) + 1))
            step["retry"] = {"times": self.pen.chance.randrange(1, 4), "on": some}
            step["retry"] |= {"wait": "1ms"} if self.pen.often(0.3) else {}
        return step

    def _decide(self) -> Written:
        lines = [
            {"when": self.pen.condition(), **self._move()}
            for _ in range(self.pen.chance.randrange(1, 3))
        ]
        return {"decide": [*lines, {"else": self._goal()}]}

    def _run(self) -> Written:
        return {**self.run(self.pen), "go": self.target()}

    def run(self, pen: Pen) -> Written:
        """Return a call of a flow, with what is saved of its results."""
        callee = pen.pick(self.callees)
        if pen.often(0.15):
            return {"run": callee, "open": pen.pick(["above", "instead", "instead"])}
        if callee != "child":
            return {"run": callee}
        given = {"topic": pen.expression("text")}
        if pen.often(0.5):
            given |= {"color": pen.expression("Color"), "day": pen.expression("date")}
        result = pen.reading(("result.made", "Thing"), ("result.n", "int"))
        return {"run": callee, "with": given, "save": result.save()}

    def _end(self) -> Written:
        return {"end": self._results()}

    def _results(self) -> dict[str, str]:
        if not self.pen.often(0.7):
            return {}
        return {name: self.pen.expression(type_of(slot)) for name, slot in self.returns.items()}

    def _use(self) -> Written:
        """Ask whether it is right, by a fragment."""
        given = {"question": f"{self.mark} {self.pen.words()}"}
        return {"use": "sure", "with": {**given, "yes": self.target(), "no": self.target()}}


def _has_address(buttons: Sequence[Any]) -> bool:
    lines = [one for line in buttons for one in (line if isinstance(line, list) else [line])]
    return any({"url", "copy", "web_app", "inline", "login"} & {*one} for one in lines)


@dataclass
class ButtonWriter:
    """Writes the buttons of a step, with a pen that can read what the step loads."""

    step: StepWriter
    pen: Pen

    def write(self) -> list[Any]:
        """Return some buttons, some of them in one row, and sometimes a menu, a fragment or an address."""
        buttons: list[Any] = []
        for number in range(self.pen.chance.randrange(1, 4)):
            button = self._button(number)
            if buttons and isinstance(buttons[-1], dict) and self.pen.often(0.2):
                buttons[-1] = [buttons[-1], button]
            else:
                buttons.append(button)
        if self.pen.often(0.15):
            buttons.append(self._fragment())
        if self.step.callees and self.pen.often(0.1):
            buttons.append(
                {"menu": "all", "columns": self.pen.chance.randrange(1, 3), **self._whole_when()}
            )
        if self.pen.often(0.15):
            buttons.append({"text": "Link", "id": "link", **self._aside()})
        if self.pen.often(0.3):
            buttons += write_controls(self.pen)
        if self.pen.often(0.2):
            buttons.append(self._list())
        if self.pen.often(0.1):
            many: list[Any] = [
                {"text": f"G{one}", "id": f"g{one}", "go": self.step.target()} for one in range(5)
            ]
            page = self.pen.pick(["first", "previous", "next", "last", 2, "len(user.first_name)"])
            turn = {"text": "Turn", "id": "turn", "turn": page, "of": "many"}
            group = {"columns": 2, "rows": 1, "pager": "full", "id": "many", "buttons": many}
            buttons += [turn, {**group, **self._whole_when()}]
        return buttons

    def _list(self) -> Written:
        """Return a list, which may have another one inside."""
        pen = self.pen.reading(("one", "Thing"))
        own: Written = {"text": "L {{ one.title }}", "id": "l", "go": self.step.target()}
        own |= {"save": pen.save()} | ({"when": pen.condition()} if pen.often(0.4) else {})
        line: Written = {
            "list": pen.call("things.list"), "as": "one", "page": pen.chance.randrange(1, 4), "buttons": [own],
        }  # fmt: skip
        line["buttons"] = own_lines = [own, *write_listed_controls(pen)]
        if pen.often(0.3):
            line |= {"key": "one.title", "when": self.pen.condition(), "id": "things"}
        inner = pen.reading(("two", "Thing"))
        far: Written = {"text": "F {{ two.title }}", "id": "f", "go": self.step.target()}
        if pen.often(0.4):
            far["save"] = inner.save()
            deeper = {"list": "things.search(text=one.title)", "as": "two", "page": 2, "columns": 2}
            line["buttons"] = [*own_lines, {**deeper, "pager": "full", "buttons": [far]}]
        return line

    def _whole_when(self) -> Written:
        """Return a condition of a whole line, sometimes."""
        return {"when": self.pen.condition()} if self.pen.often(0.4) else {}

    def _aside(self) -> Written:
        """Return something that the client does without the bot."""
        pen, query = self.pen, self.pen.words(plain=True)
        asides: list[Written] = [
            {"url": self._address()},
            {"url": self._address()},
            {"web_app": "https://example.com/app/{{ user.locale }}"},
            {"login": "https://example.com/", "forward_text": query, "bot": "other_bot"},
            {"login": "https://example.com/login", "write_access": True},
            {"inline": query, "to": pen.pick(["here", ["users", "bots"], ["groups", "channels"]])},
            {"inline": ""},
            {"copy": query},
        ]
        return pen.pick(asides)

    def _button(self, number: int) -> Written:
        pen = self.pen
        button: Written = {"text": f"B{number} {pen.words(plain=True)}", "id": f"b{number}"}
        if self.step.callees and pen.often(0.3):
            button |= self.step.run(pen)
        else:
            button |= {"go": self.step.target(), "save": pen.save()}
            button |= {"say": pen.words()} if pen.often(0.2) else {}
            button |= self._answer() if pen.often(0.2) else {}
        if pen.often(0.2):
            button["show_as"] = pen.pick(["edit", "send", "resend", "keep"])
        button |= {"when": pen.condition()} if pen.often(0.3) else {}
        return button | (self._look() if pen.often(0.2) else {})

    def _answer(self) -> Written:
        """Return what answers the press."""
        return {self.pen.pick(["toast", "alert"]): self.pen.words(plain=True)}

    def _look(self) -> Written:
        """Return a colour, a custom emoji, or looks with conditions."""
        pen = self.pen
        several = [{"style": "danger", "when": pen.condition()}, {"icon": "12345"}]
        return pen.pick([{"style": "success"}, {"icon": "5368324170671202286"}, {"style": several}])

    def _address(self) -> str:
        links = [
            "https://example.com/{{ user.locale }}",
            "{{ start_link('child', color='blue', day=today()) }}",
            "{{ start_link('main') }}",
        ]
        return self.pen.pick(links)

    def _fragment(self) -> Written:
        one = self.pen.pick(list(self.pen.slots))
        value = self.step.pen.expression(type_of(self.pen.slots[one]))
        given = {"to": self.step.target(), "one": one, "value": value}
        given |= {"label": "Off {{ user.first_name }}"} if self.pen.often(0.5) else {}
        return {"use": "ways", "with": given}
