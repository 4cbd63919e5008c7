"""What a Python annotation is as a flow type: the signatures of actions, and the records they name.

It knows nothing of YAML, nor of what is done with a type.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from engine.actions import (
    ActionKind,
    Checklist,
    Contact,
    Dice,
    File,
    Location,
    ManagedBot,
    Payment,
    Person,
    Poll,
    Sent,
    SharedChat,
    Story,
    Upload,
    Venue,
)
from engine.flow.constraints import constrain
from engine.flow.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INT,
    NOTHING,
    TEXT,
    TIME,
    Choice,
    ListOf,
    MapOf,
    Maybe,
    Record,
    Type,
)

if TYPE_CHECKING:
    from engine.actions import Action, Catalog


def type_of(annotation: Any) -> Type:
    """Read a Python annotation as a flow type.

    Raises:
        TypeError: flows have no such values; the message names the annotation.
    """
    try:
        return _type_of(annotation)
    except TypeError:
        return _Reader({}).read(annotation)  # it is unhashable, or no type, which this says


@lru_cache(maxsize=1024)
def _type_of(annotation: Any) -> Type:
    return _Reader({}).read(annotation)


def named_types(catalog: Catalog) -> Mapping[str, Record | Choice]:
    """Collect what people send, and every record and named choice that any action takes or returns, by class name.

    Raises:
        TypeError: an annotation is no flow type, or two classes have one name.
    """
    reader = _Reader({})
    found: dict[str, Record | Choice] = {}
    for sent in _SENT:
        _collect(reader.read(sent), found)
    for action in (*catalog.values(), *(one.action for one in catalog.notices.values())):
        taken = ((f'parameter "{one.name}"', one.annotation) for one in action.parameters)
        for place, annotation in (*taken, ("result", action.result)):
            try:
                _collect(reader.read(annotation), found)
            except TypeError as error:
                raise TypeError(f'action "{action.name}", {place}: {error}') from error
        _check_uploads(action)
    return MappingProxyType(dict(sorted(found.items())))


def holds_upload(type_: Type) -> bool:
    """Tell whether a value can have an Upload in it, which can be shown and not kept."""
    waiting, seen = [type_], set()
    while waiting:
        match waiting.pop():
            case ListOf(item=inner) | MapOf(item=inner) | Maybe(inner=inner):
                waiting.append(inner)
            case Record(python=python, fields=fields) if python not in seen:
                seen.add(python)
                waiting.extend(fields.values())
            case _:
                pass
    return Upload in seen


def _check_uploads(action: Action) -> None:
    """Refuse a command that takes or gives uploads: its result is kept, so that it happens once."""
    annotations = [parameter.annotation for parameter in action.parameters]
    if action.kind is not ActionKind.QUERY and any(
        holds_upload(type_of(annotation)) for annotation in (*annotations, action.result)
    ):
        raise TypeError(
            f'action "{action.name}" is a {action.kind} with an Upload; only queries give them'
        )


_PLAIN: Final[Mapping[Any, Type]] = {
    None: NOTHING,
    NoneType: NOTHING,
    bool: BOOL,
    int: INT,
    Decimal: DECIMAL,
    str: TEXT,
    date: DATE,
    time: TIME,
    datetime: DATETIME,
    timedelta: DURATION,
}


# What people send has words of the language, so that actions may have a Location of their own.
_SENT: Final[Mapping[type, str]] = {
    Contact: "contact",
    File: "file",
    Location: "location",
    Venue: "venue",
    Dice: "dice",
    Poll: "poll",
    Story: "story",
    Checklist: "checklist",
    Person: "person",
    SharedChat: "chat",
    ManagedBot: "managed_bot",
    Payment: "payment",
    Sent: "message",
}


class _Reader:
    """Reads annotations; remembers the records it has met, so that recursive ones end."""

    def __init__(self, records: dict[type, Record]) -> None:
        self._records = records
        self._is_of_model = False

    def read(self, annotation: Any) -> Type:
        try:
            if annotation in _PLAIN:
                return _PLAIN[annotation]
        except TypeError:
            pass  # unhashable: an Annotated with unhashable metadata, read below
        if isinstance(annotation, TypeAliasType):
            return self.read(annotation.__value__)
        if isinstance(annotation, NewType):
            return self.read(annotation.__supertype__)
        if get_origin(annotation) is not None:
            return self._read_generic(annotation)
        if isinstance(annotation, type):
            return self._read_class(annotation)
        raise TypeError(f"{annotation!r} is no flow type; {_CAN_BE}")

    def _read_generic(self, annotation: Any) -> Type:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            inner = self.read(arguments[0])
            return constrain(inner, arguments[1:], is_of_model=self._is_of_model)
        if origin is Literal:
            return _read_literal(annotation, arguments)
        if origin in (Union, UnionType):
            return self._read_union(annotation, arguments)
        if origin in (list, Sequence) and len(arguments) == 1:
            return ListOf(self.read(arguments[0]))
        if origin in (dict, Mapping) and arguments[:1] == (str,):
            return MapOf(self.read(arguments[1]))
        if origin is tuple and arguments[1:] == (Ellipsis,):
            return ListOf(self.read(arguments[0]), python=tuple)
        raise TypeError(f"{annotation} is no flow type; {_CAN_BE}")

    def _read_union(self, annotation: Any, arguments: tuple[Any, ...]) -> Type:
        members = [member for member in arguments if member is not NoneType]
        if len(members) == 1:
            inner = self.read(members[0])
            return inner if isinstance(inner, Maybe) else Maybe(inner)
        raise TypeError(f"{annotation} is no flow type: only a union with None is; {_CAN_BE}")

    def _read_class(self, python: type) -> Type:
        if issubclass(python, StrEnum):
            return Choice(python.__name__, tuple(member.value for member in python), python)
        if python in self._records:
            return self._records[python]
        annotations = _field_annotations(python)
        if annotations is None:
            raise TypeError(f"{python.__name__} is no flow type; {_CAN_BE}")
        fields: dict[str, Type] = {}
        name = _SENT.get(python, python.__name__)
        record = Record(name, MappingProxyType(fields), python)
        self._records[python] = record
        for field, annotation in annotations.items():
            try:
                fields[field] = self._read_field(python, annotation)
            except TypeError as error:
                del self._records[python]
                raise TypeError(f'field "{field}" of {python.__name__}: {error}') from error
        return record

    def _read_field(self, python: type, annotation: Any) -> Type:
        outer, self._is_of_model = self._is_of_model, _is_pydantic(python)
        try:
            return self.read(annotation)
        finally:
            self._is_of_model = outer


_CAN_BE: Final = (
    "use bool, int, Decimal, Money, str, date, time, datetime, timedelta, Phone, Email, "
    "a Literal of texts, a StrEnum, a dataclass, a pydantic model, a list of these, or one of them | None"
)


def _read_literal(annotation: Any, values: tuple[Any, ...]) -> Choice | Maybe:
    texts = [value for value in values if value is not None]
    if not texts or not all(isinstance(value, str) for value in texts):
        raise TypeError(f"{annotation} is no flow type: only a Literal of texts is; {_CAN_BE}")
    choice = Choice(None, tuple(dict.fromkeys(str(value) for value in texts)))
    return choice if len(texts) == len(values) else Maybe(choice)


def _field_annotations(python: type) -> Mapping[str, Any] | None:
    """Return the resolved annotations of a record's fields; None where the class is no record."""
    _refuse_generic(python)
    if python is Upload:
        names = ["name"]
    elif dataclasses.is_dataclass(python):
        names = [one.name for one in dataclasses.fields(python) if one.init]
    elif _is_pydantic(python):
        return _model_annotations(python)
    else:
        return None
    hints = _hints(python)
    return {name: hints[name] for name in names}


def _refuse_generic(python: Any) -> None:
    """Refuse a class that is one for any type, or one made from such a class, whose name no flow could write."""
    made = getattr(python, "__pydantic_generic_metadata__", {})
    if getattr(python, "__parameters__", ()) or made.get("origin"):
        raise TypeError(
            f"{python.__name__} is no flow type: it is generic; write a class of its own"
        )


def _model_annotations(python: Any) -> Mapping[str, Any]:
    """Return the annotations of a model's fields, each with what its `Field` says."""
    hints = {} if python.__pydantic_complete__ else _hints(python)
    config = python.model_config
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    annotations = {}
    for name, field in python.model_fields.items():
        if field.validation_alias not in (None, name) and not by_name:
            raise TypeError(
                f'field "{name}" of {python.__name__} has an alias, and flows make records by the names of fields; '
                'set "populate_by_name" in its model_config'
            )
        annotation = hints.get(name, field.annotation)
        annotations[name] = Annotated[annotation, *field.metadata] if field.metadata else annotation
    return annotations


def _hints(python: type) -> Mapping[str, Any]:
    # `datetime` and the like may be imported under TYPE_CHECKING only; flows name them all the same.
    known = {one.__name__: one for one in (date, time, datetime, timedelta, Decimal)}
    try:
        return get_type_hints(python, localns=known, include_extras=True)
    except NameError as error:
        raise TypeError(f"{python.__name__}: {error}; import it outside TYPE_CHECKING") from error


def _is_pydantic(python: type) -> bool:
    """Recognise a model without importing pydantic: a model's class has imported it already."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(python, pydantic.BaseModel)


def _collect(type_: Type, found: dict[str, Record | Choice]) -> None:
    match type_:
        case ListOf(item=inner) | MapOf(item=inner) | Maybe(inner=inner):
            _collect(inner, found)
        case Choice(name=None):
            pass
        case Record(name=str() as name) | Choice(name=str() as name):
            if name in found:
                if found[name] != type_:
                    raise TypeError(f'two classes are named "{name}"')
                return
            found[name] = type_
            if isinstance(type_, Record):
                for one in type_.fields.values():
                    _collect(one, found)
