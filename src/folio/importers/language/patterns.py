"""Regular expressions that a profile may use, and why none of them runs for ever.

Python's matcher backtracks, so a pattern such as ``(a+)+b`` needs exponential time.
The protection: a pattern must match a whole cell (``fullmatch``), a pattern has at
most 1000 characters and is tried on at most 500 characters of a cell, and the number
of ways in which the matcher could split such a cell is bounded from above before the
pattern is accepted (:func:`ways`): at most 2·10⁸, which three unbounded quantifiers
just reach.  A quantifier around anything that can itself match in several ways,
back-references and look-arounds are refused.  What is left may still take a tenth of a
second for one cell, and a file has a million: a pattern that can be slow is timed, and after
PATIENCE seconds given up where a cell takes it longer than SLOW on average (:class:`Timed`).

>>> compile_pattern("Bought (?P<quantity>[0-9.,]+) (?P<name>.+)").groupindex["name"]
2
>>> compile_pattern("(a+)+b")
Traceback (most recent call last):
    ...
ValueError: the pattern '(a+)+b' could run for ever: a quantifier stands inside another
"""

import importlib
import re
from time import perf_counter
from typing import Any, TypeAlias

from folio.errors import FolioError

MAX_PATTERN = 1000  # characters of a pattern
MAX_CELL = 500  # characters of a cell that a pattern is tried on
MAX_WAYS = 200_000_000
TIMED = 1000  # ways above which a pattern is timed: two unbounded quantifiers
PATIENCE, SLOW = 3.0, 50e-6  # seconds in a file, and for a cell

# The parser that re.compile itself uses; it has no public name since Python 3.11.
_parser: Any = importlib.import_module("re._parser")
_SIMPLE = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT", "RANGE", "CATEGORY"}
_ATOMIC = {"ATOMIC_GROUP", "POSSESSIVE_REPEAT"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


class Timed:
    """A pattern that counts what it takes."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.groupindex = pattern.groupindex
        self._spent, self._cells = 0.0, 0

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As a pattern's own.

        Raises:
            FolioError: where it takes too long for the cells of a file.
        """
        began = perf_counter()
        match = self._pattern.fullmatch(text)
        self._spent += perf_counter() - began
        self._cells += 1
        if self._spent > PATIENCE and self._spent > self._cells * SLOW:
            raise FolioError(
                f"the pattern {self._pattern.pattern!r} takes too long for this file: after "
                f"{PATIENCE:.0f} seconds {self._cells:,} cells were tried; bound its * and +, such "
                "as {1,20}"
            )
        return match


Pattern: TypeAlias = re.Pattern[str] | Timed


def compile_pattern(text: str) -> Pattern:
    """The pattern, case ignored, once it is known to end.

    Raises:
        ValueError: when it is no regular expression, is too long, or could run for ever.
    """
    if len(text) > MAX_PATTERN:
        raise ValueError(f"the pattern {text[:40]!r}… is longer than {MAX_PATTERN} characters")
    try:
        tree = _parser.parse(text)
        compiled = re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"the pattern {text!r} is no regular expression: {error}") from None
    try:
        count = ways(tree)
    except _EndlessError as error:
        raise ValueError(f"the pattern {text!r} could run for ever: {error}") from None
    if count > MAX_WAYS:
        raise ValueError(
            f"the pattern {text!r} could run for ever: use at most three of * and +, "
            "or bound them, such as {1,20}"
        )
    return Timed(compiled) if count > TIMED else compiled


class _EndlessError(Exception):
    pass


def ways(tree: Any) -> int:
    """An upper bound on the ways in which a sequence can match a cell of MAX_CELL characters.

    What is atomic is matched in one way, once it was looked for in all of its own.
    """
    product = looked_for = 1
    for operation, argument in tree:
        count = _ways_of(str(operation), argument)
        if str(operation) in _ATOMIC:
            looked_for = max(looked_for, product * count)
        else:
            product *= count
    return max(product, looked_for)


def _ways_of(operation: str, argument: Any) -> int:
    if operation in _SIMPLE:
        return 1
    if operation == "SUBPATTERN":
        return ways(argument[-1])
    if operation == "ATOMIC_GROUP":
        return ways(argument)
    if operation == "BRANCH":
        return sum(ways(branch) for branch in argument[1])
    if operation in _REPEATS:
        return _ways_of_repeat(*argument)
    raise _EndlessError("back-references and look-arounds are not allowed")


def _ways_of_repeat(least: int, most: int, body: Any) -> int:
    inner = ways(body)
    most = min(int(most), MAX_CELL)
    if inner > 1 and most > 1:
        raise _EndlessError("a quantifier stands inside another")
    if inner > 1:
        return inner if least else inner + 1
    return most - least + 1
