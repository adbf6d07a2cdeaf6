"""Forms: the tables of a profile as objects, each value checked by its field's annotation.

A form is a class with annotated fields; one without a default must be there, and a key that is
no field is refused (``with_`` is the key ``with``).  An annotation may be

- ``str``, ``int``, ``bool``, ``dt.date`` or ``Literal``: that alone, nothing is converted;
- ``tuple[T, ...]``, ``tuple[T, U]`` for a list, ``dict[K, V]`` for a table with any keys;
- a form, for a table with its keys;
- ``T | None``, where None is only a default, or ``T | U`` of types that no value has both;
- ``Annotated[T, function]``: T, of which the function returns what stands for it, or raises
  ValueError; with ``Annotated[T, Written(function)]`` it is called before T is looked at.

>>> class Lot(Form):
...     units: int
...     label: str = ""
>>> read(Lot, {"units": 3}).label
''
>>> read(Lot, {"units": "3", "price": 1})
Traceback (most recent call last):
folio.importers.forms.WrongForm: units: a whole number is expected, not '3' (1 more)
"""

import datetime as dt
import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

MAX_SHOWN = 60  # characters of a value in a message
_NOUNS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dt.date: "a date",
    tuple: "a list",
    dict: "a table",
}
NOTHING: dict[str, Any] = {}  # the default of a table; like all of a form it never changes
_Faults = list[str]
# What a value is, where it stands ("rules.0.", "" outermost), and what is wrong, to be added to.
_Read = Callable[[Any, str, _Faults], Any]


class WrongForm(ValueError):
    """What is wrong first, and how much more is."""

    def __init__(self, faults: _Faults) -> None:
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(faults[0] + more)


class Written(NamedTuple):
    """In an annotation: what makes of a value, as it is written, one of the type."""

    made: Callable[[Any], Any]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Form:
    """A table with these keys and no others; never changed.

    What is handed to it is not checked: :func:`read` does so.
    """

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)  # the rest are the class's own

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _values(self) == _values(other)

    def __hash__(self) -> int:  # a form without tables has one
        return hash(tuple(_values(self).values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in _values(self).items())
        return f"{type(self).__name__}({values})"

    def _check(self) -> None:
        """Raises ValueError where the values do not go together."""


F = TypeVar("F", bound=Form)


def read(form: type[F], data: Mapping[str, Any]) -> F:
    """The form that a TOML table states.

    Raises:
        WrongForm: when it does not.
    """
    faults: _Faults = []
    found: F = _read_form(form, data, "", faults)
    if faults:
        raise WrongForm(faults)
    return found


def replaced(form: F, **values: Any) -> F:
    """The form with other values of some fields."""
    return type(form)(**{**vars(form), **values})


def fields(form: type[Form]) -> dict[str, Any]:
    """The annotation of each field."""
    found: dict[str, Any] = {}
    for one in reversed(form.__mro__[: form.__mro__.index(Form)]):
        found |= one.__annotations__
    return found


def _values(form: Form) -> dict[str, Any]:
    return {name: getattr(form, name) for name in fields(type(form))}


class _Keys(NamedTuple):
    """What a form has, by the key."""

    names: dict[str, str]
    reads: dict[str, _Read]
    required: tuple[str, ...]


@cache
def _keys(form: type[Form]) -> _Keys:
    own = form.__mro__[: form.__mro__.index(Form)]
    kinds = {name.rstrip("_"): (name, kind) for name, kind in fields(form).items()}
    required = (key for key, (name, _) in kinds.items() if not any(name in vars(c) for c in own))
    return _Keys(
        {key: name for key, (name, _) in kinds.items()},
        {key: _reader(kind) for key, (_, kind) in kinds.items()},
        tuple(required),
    )


def _read_form(form: type[Form], value: Any, where: str, faults: _Faults) -> Any:
    if not isinstance(value, dict):
        return _refuse("a table", value, where, faults)
    names, reads, required = _keys(form)  # type: ignore[arg-type]  # a class has a hash
    before = len(faults)
    values = {}
    for key, item in value.items():
        if key in names:
            values[names[key]] = reads[key](item, f"{where}{key}.", faults)
        else:
            faults.append(f"{where}{key}: there is no such key")
    faults += [f"{where}{key}: it is missing" for key in required if key not in value]
    found = form(**values)
    if len(faults) == before:
        _done(lambda made: made._check(), found, where, faults)
    return found


@cache
def _reader(kind: Any) -> _Read:
    """What reads values of an annotated type."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(_reader(parts[0]), parts[1:])
    if origin in (types.UnionType, Union):
        return _either([part for part in parts if part is not type(None)])
    if origin is Literal:
        return _one_of(parts)
    if origin is tuple:
        return _list(parts)
    if origin is dict:
        return _table(_reader(parts[0]), _reader(parts[1]))
    if issubclass(kind, Form):
        return lambda value, where, faults: _read_form(kind, value, where, faults)
    return _exactly(kind)


def _annotated(read: _Read, functions: tuple[Any, ...]) -> _Read:
    before = [one.made for one in functions if isinstance(one, Written)]
    after = [one for one in functions if not isinstance(one, Written)]

    def checked(value: Any, where: str, faults: _Faults) -> Any:
        for make in before:
            value = make(value)
        known = len(faults)
        value = read(value, where, faults)
        for check in after:
            if len(faults) == known:
                value = _done(check, value, where, faults)
        return value

    return checked


def _done(check: Callable[[Any], Any], value: Any, where: str, faults: _Faults) -> Any:
    try:
        return check(value)
    except ValueError as fault:
        faults.append(f"{_key(where)}{fault}")
        return None


def _either(kinds: list[Any]) -> _Read:
    reads = {_type_of(kind): _reader(kind) for kind in kinds}
    last = _reader(kinds[-1])

    def read(value: Any, where: str, faults: _Faults) -> Any:
        kind = tuple if isinstance(value, list) else type(value)
        return reads.get(kind, last)(value, where, faults)

    return read


def _type_of(kind: Any) -> Any:
    """The type of the values that a kind is made of."""
    if get_origin(kind) is Annotated:
        return _type_of(get_args(kind)[0])
    return get_origin(kind) or kind


def _one_of(words: tuple[str, ...]) -> _Read:
    def read(value: Any, where: str, faults: _Faults) -> Any:
        if isinstance(value, str) and value in words:
            return value
        return _refuse(f"one of {', '.join(words)}", value, where, faults)

    return read


def _list(parts: tuple[Any, ...]) -> _Read:
    any_number = parts[-1] is ...
    each = [_reader(part) for part in parts if part is not ...]

    def read(value: Any, where: str, faults: _Faults) -> Any:
        if not isinstance(value, list | tuple):
            return _refuse("a list", value, where, faults)
        if not any_number and len(value) != len(each):
            return _refuse(f"a list of {len(each)}", value, where, faults)
        reads = each * len(value) if any_number else each
        return tuple(
            read(item, f"{where}{number}.", faults)
            for number, (item, read) in enumerate(zip(value, reads, strict=True))
        )

    return read


def _table(key: _Read, item: _Read) -> _Read:
    def read(value: Any, where: str, faults: _Faults) -> Any:
        if not isinstance(value, dict):
            return _refuse("a table", value, where, faults)
        return {
            key(name, f"{where}{name}.", faults): item(one, f"{where}{name}.", faults)
            for name, one in value.items()
        }

    return read


def _exactly(kind: type) -> _Read:
    def read(value: Any, where: str, faults: _Faults) -> Any:
        if type(value) is kind:
            return value
        return _refuse(_NOUNS[kind], value, where, faults)

    return read


def _refuse(expected: str, value: Any, where: str, faults: _Faults) -> None:
    shown = repr(value)
    shown = shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}…"
    faults.append(f"{_key(where)}{expected} is expected, not {shown}")


def _key(where: str) -> str:
    return f"{where[:-1]}: " if where else ""
