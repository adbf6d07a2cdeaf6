"""``NamedTuple``, made in a third of the time.

Typing's own looks at the annotations of each class when it is made, which a type checker has
done already, and ``collections.namedtuple`` has Python translate a function for each of them:
for the 42 classes of a report that was a twentieth of all that it cost.  Here annotations are
left as they stand, and classes follow one pattern, but those of many fields.  Type checkers
see typing's own.

>>> class Price(NamedTuple):
...     asset: str
...     price: int = 1
>>> Price("BTC"), Price(price=2, asset="ETH")._replace(price=3), Price._fields
(Price(asset='BTC', price=1), Price(asset='ETH', price=3), ('asset', 'price'))
"""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING or sys.version_info >= (3, 14):  # whose classes do not hold their annotations
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple
    from functools import cache
    from types import FunctionType

    _tuple = tuple.__new__
    _FEW = [  # what makes a tuple of so many values, translated once and for all
        lambda _cls: _tuple(_cls, ()),
        lambda _cls, a: _tuple(_cls, (a,)),
        lambda _cls, a, b: _tuple(_cls, (a, b)),
        lambda _cls, a, b, c: _tuple(_cls, (a, b, c)),
        lambda _cls, a, b, c, d: _tuple(_cls, (a, b, c, d)),
        lambda _cls, a, b, c, d, e: _tuple(_cls, (a, b, c, d, e)),
        lambda _cls, a, b, c, d, e, f: _tuple(_cls, (a, b, c, d, e, f)),
        lambda _cls, a, b, c, d, e, f, g: _tuple(_cls, (a, b, c, d, e, f, g)),
        lambda _cls, a, b, c, d, e, f, g, h: _tuple(_cls, (a, b, c, d, e, f, g, h)),
        lambda _cls, a, b, c, d, e, f, g, h, i: _tuple(_cls, (a, b, c, d, e, f, g, h, i)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j: _tuple(_cls, (a, b, c, d, e, f, g, h, i, j)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q: _tuple(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q)
        ),
    ]

    @cache
    def _pattern(size):
        return namedtuple("Pattern", [f"field_{place}" for place in range(size)])

    @classmethod
    def _made(cls, values):
        made = _tuple(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _shown(self):
        values = zip(self._fields, self, strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in values)})"

    def _replaced(self, /, **changes):
        cls, values = type(self), list(self)
        for name, value in changes.items():
            if name not in cls._places:
                raise TypeError(f"{cls.__name__} has no {name}")
            values[cls._places[name]] = value
        return _tuple(cls, values)

    def _new(name, fields, defaults):
        """What makes one of a class: the function for as many values, its parameters renamed."""
        few = len(fields) < len(_FEW)
        function = _FEW[len(fields)] if few else _pattern(len(fields)).__new__
        own = {"co_name": "__new__", "co_qualname": f"{name}.__new__"}
        code = function.__code__.replace(co_varnames=("_cls", *fields), **own)
        return FunctionType(code, function.__globals__, "__new__", tuple(defaults.values()))

    class _Making(type):
        """Makes a named tuple of a class's body, whose annotations name the fields."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            pattern = _pattern(max(len(fields), len(_FEW)))
            parts = vars(pattern)
            return type(
                name,
                (tuple,),
                {
                    "__slots__": (),
                    "__new__": _new(name, fields, defaults),
                    "__repr__": _shown,
                    "__getnewargs__": parts["__getnewargs__"],
                    "__match_args__": fields,
                    "_fields": fields,
                    "_places": {field: place for place, field in enumerate(fields)},
                    "_field_defaults": defaults,
                    "_make": _made,
                    "_asdict": parts["_asdict"],
                    "_replace": _replaced,
                    "__replace__": _replaced,  # what copy.replace asks for
                    **{field: parts[own] for field, own in zip(fields, pattern._fields)},  # noqa: B905
                    **body,
                },
            )

    class NamedTuple(metaclass=_Making):
        """The base of classes whose annotations name their fields."""


Tuple = TypeVar("Tuple", bound=tuple[object, ...])


def from_tuple(cls: type[Tuple]) -> Callable[[Iterable[object]], Tuple]:
    """Makes one of the class from all its values in order, unchecked: in a third of the time."""
    return partial(tuple.__new__, cls)
