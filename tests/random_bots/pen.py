"""Expressions, conditions and texts, written at random from what a step may read.

It does not know which steps there are, nor where the texts stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

LITERALS: Final = {
    "int": ["3", "-1", "len(user.first_name)", "1 + 2"],
    "text": ["'a'", "user.first_name", "user.username", "'<b>'"],
    "date": ["today()", "today() + days(3)"],
    "decimal": ["2", "0.5 * 3"],
    "money": ["4", "round(2.5) * 2"],
    "bool": ["True", "user.role == 'admin'", "user.username is not None"],
    "Color": ["'red'", "'blue'"],
    "datetime": ["now()", "now() + hours(1)"],
    "duration": ["hours(1)", "minutes(90)"],
    **{known: [] for known in ("Thing", "list[Thing]", "file", "contact", "location", "sent")},
    "list[int]": ["[]", "[1, 2]"],
    "map[int]": ["{}"],
    **{known: [] for known in ("time", "phone", "email")},
}
"""Expressions of each type that need nothing to be set."""

FIELDS: Final = {
    "Thing": {"int": "id", "text": "title", "money": "price", "date": "day", "Color": "color"},
    "contact": {"phone": "phone", "text": "first_name"},
    "location": {"decimal": "latitude"},
    "file": {"text": "unique_id"},
}
"""By record, a field of each type."""

FILTERS: Final = {
    "int": ["", " | plural(one='one', other='# ones')"],
    "text": ["", " | upper", " | capitalize"],
    "date": [" | date", " | date('full')", " | weekday"],
    "decimal": [" | number", " | number(2)"],
    "money": [" | money"],
    "Color": [""],
    "time": [" | time"],
    "datetime": [" | datetime", " | time", " | date"],
    "duration": [" | duration"],
    "phone": [""],
    "email": [""],
}
"""How a value of each type is shown."""


@dataclass
class Pen:
    """Writes what a step says, from its flow's data by type and what the step itself can read.

    `boldness` is how often it reads what may not be set or fit; it falls with each problem of the step.
    """

    chance: Random
    slots: Mapping[str, Any]
    params: Mapping[str, str] = field(default_factory=dict)
    boldness: float = 0.95
    extra: tuple[tuple[str, str], ...] = ()

    def often(self, share: float) -> bool:
        """Tell whether to do what is done in a share of all cases, and somewhat less by a pen that is not bold."""
        return self.chance.random() < share * (0.5 + self.boldness / 2)

    def dares(self, share: float = 1) -> bool:
        """Tell whether to do what may not check clean."""
        return self.chance.random() < share * self.boldness

    def pick[T](self, among: Sequence[T]) -> T:
        """Return one of some values."""
        return self.chance.choice(among)

    def reading(self, *names: tuple[str, str]) -> Pen:
        """Return a pen that can read more names, each with its type."""
        return Pen(self.chance, self.slots, self.params, self.boldness, (*self.extra, *names))

    def expression(self, type_: str) -> str:
        """Return an expression that is, or would be if all were set, of a type."""
        readable = list(LITERALS[type_])
        for path, known in self._readable():
            if known == type_:
                readable += [path, f"{path} if {path} is not None else {_literal(type_)}"]
            elif type_ in FIELDS.get(known, {}):
                inner = f"{path}.{FIELDS[known][type_]}"
                readable += [inner, f"({inner} if {path} is not None else {_literal(type_)})"]
        if LITERALS[type_] and not self.dares():
            readable = LITERALS[type_][:1]
        if not readable:
            return "None"
        chosen = f"({self.pick(readable)})"
        if LITERALS[type_] and self.dares(0.15):
            chosen = f"({chosen} | default({self.pick(LITERALS[type_])}))"
        if type_ == "int" and self.dares(0.2):
            chosen = f"{chosen} {self.pick('+-*')} {self.chance.randrange(1, 9)}"
        return "None" if self.dares(0.02) else f"({chosen})"

    def condition(self) -> str:
        """Return a condition over what there is."""
        path = f"data.{self.pick(list(self.slots))}"
        return self.pick(
            [
                f"{path} is None",
                f"{path} is not None",
                f"{self.expression('int')} > {self.expression('int')}",
                f"{self.expression('text')} == {self.expression('text')}",
                f"{self.expression('Color')} in ['red', {self.expression('Color')}]",
                f"not ({self.expression('bool')}) or {path} is not None",
                self.of_user(),
            ]
        )

    def of_user(self) -> str:
        """Return a condition over the person."""
        return self.pick(
            ["user.role == 'admin'", "user.username is not None", "user.locale == 'de'"]
        )

    def words(self, *, plain: bool = False) -> str:
        """Return a text with expressions, conditions and loops; without markup where it must be plain."""
        begins = ["Text", "One & more"] if plain else ["Text", "<b>Bold</b>", "One &amp; all"]
        parts = [self.pick(begins), *(self._value() for _ in range(self.chance.randrange(3)))]
        lists = [name for name, known in self.extra if known == "list[Thing]"]
        if lists and self.often(0.5):
            loop = "{% for one in X %}{{ loop.index }} {{ one.title }} {% endfor %}"
            parts.append(loop.replace("X", lists[0]))
        return " ".join(parts)

    def save(self) -> dict[str, str]:
        """Return what is saved into some of the data."""
        names = self.chance.sample(list(self.slots), self.chance.randrange(min(3, len(self.slots))))
        return {name: self.expression(type_of(self.slots[name])) for name in names}

    def call(self, name: str) -> str:
        """Return a call of a query."""
        parameter, type_ = {
            "things.list": ("color", "Color"),
            "things.find": ("thing_id", "int"),
            "things.count": ("note", "text"),
        }[name]
        if name != "things.find" and not self.often(0.5):
            return f"{name}()"
        return f"{name}({parameter}={self.expression(type_)})"

    def _readable(self) -> list[tuple[str, str]]:
        named = [(f"data.{name}", type_of(slot)) for name, slot in self.slots.items()]
        named += [(f"params.{name}", type_) for name, type_ in self.params.items()]
        return [*named, *self.extra * 3]

    def _value(self) -> str:
        type_ = self.pick(list(FILTERS))
        shown = self.expression(type_)
        if shown == "None":
            return "-"
        value = f"{{{{ ({shown}){self.pick(FILTERS[type_])} }}}}"
        if not self.often(0.5):
            return value
        return f"{{% if {self.condition()} %}}{value}{{% else %}}-{{% endif %}}"


def type_of(slot: Any) -> str:
    """Return the type of a declared name."""
    return str(slot["type"] if isinstance(slot, dict) else slot)


def _literal(type_: str) -> str:
    return (LITERALS[type_] or ["None"])[0]
