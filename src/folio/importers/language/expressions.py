"""The small language in which a profile writes amounts: no eval, no floats.

An expression has names of amounts (or of groups that a rule's pattern captured),
plain numbers, ``+ - *``, brackets and these functions::

    abs(x)                without the sign that all rows of a rule have in common, or of an
                          amount of the whole file: what has the other one may take back what
                          the rest say, and is refused
    size(x)               whatever its sign
    min(x, y)   max(x, y)
    first(x, y, …)        the first that is not blank
    round(x, currency)    half-up to the minor unit of the currency in that text,
                          or to the 8 places of a coin

A blank cell is missing, not zero, and makes the whole expression missing; ``fee?``
says that a blank fee counts as 0.

>>> sorted(names(parse("-(total - fee?) * 2")))
['fee', 'total']
"""

import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple, TypeVar

from folio.importers.cells.rows import RowFault
from folio.model.assets import DEFAULT_PRECISION, currency_code, minor_unit
from folio.model.numbers import ZERO, parse_plain, round_money, to_text
from folio.model.quote_units import QUOTE_UNITS

MAX_LENGTH = 300  # characters of an expression
Row = TypeVar("Row")
Amount = Callable[[Row], Decimal | None]
Text = Callable[[Row], str]


class Number(NamedTuple):
    value: Decimal


class Name(NamedTuple):
    name: str
    blank_is_zero: bool


class Call(NamedTuple):
    """An operator or a function and what it is applied to."""

    function: str  # a key of _ARITY
    arguments: tuple["Tree", ...]


Tree = Number | Name | Call

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([a-z_][a-z0-9_]*)(\??)|([-+*(),]))", re.ASCII)
# The fewest and the most arguments of each function.
_ARITY = {
    "neg": (1, 1),
    "+": (2, 2),
    "-": (2, 2),
    "*": (2, 2),
    "abs": (1, 1),
    "size": (1, 1),
    "min": (2, 2),
    "max": (2, 2),
    "first": (1, 8),
    "round": (2, 2),
}
_FUNCTIONS = {"abs", "size", "min", "max", "first", "round"}


class _Tokens:
    def __init__(self, text: str) -> None:
        self.items = list(_tokens(text))
        self.position = 0

    def peek(self) -> str | Number | Name:
        return self.items[self.position]

    def take(self) -> str | Number | Name:
        self.position += 1
        return self.items[self.position - 1]

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise ValueError(f"a {token!r} is missing")


def _tokens(text: str) -> Iterator[str | Number | Name]:
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"{text[position:].strip()[:20]!r} is not understood")
        number, name, blank_is_zero, sign = match.groups()
        if number:
            yield Number(parse_plain(number))
        else:
            yield Name(name, bool(blank_is_zero)) if name else sign
        position = match.end()
    yield ""


def parse(text: str) -> Tree:
    """The tree of an expression.

    Raises:
        ValueError: when it cannot be read; the sentence quotes it.
    """
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError(f"it is longer than {MAX_LENGTH} characters")
        tokens = _Tokens(text)
        tree = _sum(tokens)
        if tokens.peek() != "":
            raise ValueError("something stands after its end")
    except ValueError as error:
        raise ValueError(f"the expression {text[:60]!r} cannot be read: {error}") from None
    return tree


def _sum(tokens: _Tokens) -> Tree:
    tree = _product(tokens)
    while (sign := tokens.peek()) in ("+", "-"):
        tokens.take()
        tree = Call(str(sign), (tree, _product(tokens)))
    return tree


def _product(tokens: _Tokens) -> Tree:
    tree = _factor(tokens)
    while tokens.peek() == "*":
        tokens.take()
        tree = Call("*", (tree, _factor(tokens)))
    return tree


def _factor(tokens: _Tokens) -> Tree:
    token = tokens.take()
    if token == "-":
        return Call("neg", (_factor(tokens),))
    if token == "(":
        tree = _sum(tokens)
        tokens.expect(")")
        return tree
    if isinstance(token, Name) and token.name in _FUNCTIONS and tokens.peek() == "(":
        return _call(token.name, tokens)
    if isinstance(token, str):
        raise ValueError(f"a name or a number is missing before {token!r}")
    return token


def _call(function: str, tokens: _Tokens) -> Tree:
    tokens.expect("(")
    arguments = [_sum(tokens)]
    while tokens.peek() == ",":
        tokens.take()
        arguments.append(_sum(tokens))
    tokens.expect(")")
    least, most = _ARITY[function]
    if not least <= len(arguments) <= most:
        counts = [str(n) if n > 1 else "one" for n in dict.fromkeys((least, most))]
        raise ValueError(f"{function} takes {' to '.join(counts)} value{'s' * (most > 1)}")
    if function == "round" and not isinstance(arguments[1], Name):
        raise ValueError("the second value of round is the name of a text with a currency")
    return Call(function, tuple(arguments))


def names(tree: Tree) -> set[str]:
    """Every name that the expression reads."""
    if isinstance(tree, Name):
        return {tree.name}
    if isinstance(tree, Call):
        return set().union(*(names(argument) for argument in tree.arguments))
    return set()


def missing(row: object) -> Decimal | None:
    """The amount of a column that this file does not have."""
    return None


def nothing(row: object) -> Decimal | None:
    """An amount that is 0 in every row of this file."""
    return ZERO


def bind(
    tree: Tree, amount: Callable[[str], Amount[Row]], text: Callable[[str], Text[Row]]
) -> Amount[Row]:
    """A function from a row to the value; ``amount`` and ``text`` look a name up once.

    What columns that are not there settle for every row is settled here:
    :func:`missing` or :func:`nothing` is returned itself.
    """
    if isinstance(tree, Number):
        value = tree.value
        return lambda row: value
    if isinstance(tree, Name):
        read = amount(tree.name)
        return _blank_is_zero(read) if tree.blank_is_zero else read
    if tree.function == "round":
        (currency,) = names(tree.arguments[1])
        return _rounded(bind(tree.arguments[0], amount, text), text(currency))
    bound = [bind(argument, amount, text) for argument in tree.arguments]
    if tree.function == "abs":
        return _of_one_sign(bound[0], " and ".join(sorted(names(tree))))
    return _BINDERS[tree.function](*bound)


def _blank_is_zero(read: Amount[Row]) -> Amount[Row]:
    if read is missing:
        return nothing

    def value(row: Row) -> Decimal | None:
        number = read(row)
        return ZERO if number is None else number

    return value


def _rounded(read: Amount[Row], currency: Text[Row]) -> Amount[Row]:
    def value(row: Row) -> Decimal | None:
        number = read(row)
        return None if number is None else round_money(number, _places(currency(row)))

    return value


def _places(code: str) -> int:
    """The decimal places of a currency's amounts, or of a coin's."""
    is_coin = code.isalnum() and currency_code(code) is None and code not in QUOTE_UNITS
    return DEFAULT_PRECISION["crypto"] if is_coin else minor_unit(code)


def _unary(function: Callable[[Decimal], Decimal]) -> Callable[..., Amount[Row]]:
    def bound(read: Amount[Row]) -> Amount[Row]:
        if read is missing or read is nothing:
            return read

        def value(row: Row) -> Decimal | None:
            number = read(row)
            return None if number is None else function(number)

        return value

    return bound


def _of_one_sign(read: Amount[Row], name: str) -> Amount[Row]:
    """The amount without the sign that those before it have, too."""
    if read is missing or read is nothing:
        return read
    first: list[tuple[bool, object]] = []  # of the first row that has one: its sign and its line

    def value(row: Row) -> Decimal | None:
        number = read(row)
        if not number:
            return number
        is_negative = number < 0
        if not first:
            first.append((is_negative, getattr(row, "line", "1")))
        elif first[0][0] is not is_negative:
            raise RowFault(
                f"its {name} is {to_text(number)}, and that of line {first[0][1]} has another "
                "sign: does it take back what others say?"
            )
        return -number if is_negative else number

    return value


def _binary(function: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., Amount[Row]]:
    def bound(left: Amount[Row], right: Amount[Row]) -> Amount[Row]:
        def value(row: Row) -> Decimal | None:
            a, b = left(row), right(row)
            return None if a is None or b is None else function(a, b)

        return value

    return bound


def _sum_of(function: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., Amount[Row]]:
    """As :func:`_binary`, for what changes nothing where the second amount is 0."""
    binary = _binary(function)

    def bound(left: Amount[Row], right: Amount[Row]) -> Amount[Row]:
        return left if right is nothing else binary(left, right)

    return bound


def _first(*reads: Amount[Row]) -> Amount[Row]:
    there = [read for read in reads if read is not missing]
    if len(there) < 2:
        return there[0] if there else missing

    def value(row: Row) -> Decimal | None:
        for read in there:
            number = read(row)
            if number is not None:
                return number
        return None

    return value


_BINDERS: dict[str, Callable[..., Amount[object]]] = {
    "neg": _unary(operator.neg),
    "size": _unary(abs),
    "+": _sum_of(operator.add),
    "-": _sum_of(operator.sub),
    "*": _binary(operator.mul),
    "min": _binary(min),
    "max": _binary(max),
    "first": _first,
}
