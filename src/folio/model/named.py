"""``NamedTuple``, made in a quarter of the time.

Typing's own compiles a constructor for each class and looks at each of its annotations, which
a type checker has done already: for the 42 classes of a report that was a twentieth of all
that it cost.  Here a constructor is compiled once for each number of fields, and annotations are
left as they stand.  Type checkers see typing's own.

>>> class Price(NamedTuple):
...     asset: str
...     price: int = 1
>>> Price("BTC"), Price(price=2, asset="ETH")._replace(price=3), Price._fields
(Price(asset='BTC', price=1), Price(asset='ETH', price=3), ('asset', 'price'))
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):  # whose classes do not hold their annotations
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter
    from functools import cache
    from types import FunctionType

    @cache
    def _constructor(count):
        """What makes a tuple of so many values, whatever their names."""
        values = "".join(f"value{place}, " for place in range(count))
        return eval(f"lambda _cls, {values}: _make(_cls, ({values}))", {"_make": tuple.__new__})

    class _Named(tuple):
        """What all of them can do, as :func:`collections.namedtuple` has it."""

        __slots__ = ()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"unexpected fields: {list(changes)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            said = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({said})"

        def __getnewargs__(self):
            return tuple(self)

    class _Making(type):
        """Makes a class of its body, whose annotations name the fields."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            types = body.get("__annotations__", {})
            defaults = {field: body[field] for field in types if field in body}
            new = _constructor(len(types))
            names = {"co_varnames": ("_cls", *types), "co_qualname": f"{name}.__new__"}
            made = FunctionType(new.__code__.replace(**names), new.__globals__)
            made.__name__, made.__annotations__ = "__new__", types
            made.__defaults__ = tuple(defaults.values())
            body.update((field, _tuplegetter(place, "")) for place, field in enumerate(types))
            own = {"_fields": tuple(types), "_field_defaults": defaults}
            body |= {"__slots__": (), "__new__": made, "__match_args__": tuple(types), **own}
            return type(name, (_Named,), body)

    class NamedTuple(metaclass=_Making):
        pass
