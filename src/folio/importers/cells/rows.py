"""A row on its way from the file to an event."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NoReturn, TypeVar

from folio.model.dates import EARLIEST, LATEST

MAX_KNOWN = 5_000  # texts whose meaning is kept, of one column or sort
NOT_UNDERSTOOD = "it is not understood, and it moves no money"  # why a row is skipped
UNKNOWN_SECTION = "a section that the profile does not know"
MOVES_NOTHING = "moves nothing"  # why a row is skipped
NO_UNITS = "it is of 0 units, and moves nothing"  # why a row is skipped, and that said
ASIDE = (
    "it is no booking but a total, a balance or a sentence"  # why a row is skipped, and that said
)
OPEN = frozenset({NOT_UNDERSTOOD, UNKNOWN_SECTION})  # why rows are skipped that may mean something
NOTHING: Mapping[str, str] = MappingProxyType({})
_VOICED = "\u3099\u309a"  # without which a Japanese word is another one
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "đ": "d", "ı": "i"})
Key = TypeVar("Key")
Value = TypeVar("Value")


@lru_cache(MAX_KNOWN)
def normalised(text: str) -> str:
    """A name or a word as it is compared: letter case and repeated blanks do not matter.

    >>> normalised("Date de  dÃ©but")  # UTF-8 that somebody took for cp1252 and wrote again
    'date de début'
    """
    plain = text if text.isascii() else _once_encoded(text)
    return " ".join(plain.replace("\ufeff", "").split()).casefold()


def _once_encoded(text: str) -> str:
    """The text before it was encoded twice; itself where it was not."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode()
        except UnicodeError:
            continue
    return text


def without_accents(text: str) -> str:
    """A text in lower case, of plain letters where there are such.

    >>> without_accents("Währung"), without_accents("Łódź")
    ('wahrung', 'lodz')
    """
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(c for c in parts if c in _VOICED or not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


class RowFault(ValueError):
    """This row cannot be read; the text says why.  The rows around it are not concerned."""


def no_date(text: str) -> RowFault:
    """The fault of a row whose date is ``text``."""
    return RowFault(f"{text[:40]!r} is no date" if text else "it has no date")


def in_reach(day: dt.date) -> dt.date:
    """The day itself.

    Raises:
        RowFault: where it is none that the book can hold.
    """
    if not EARLIEST <= day <= LATEST:
        raise RowFault(f"{day} is outside of {EARLIEST.year} to {LATEST.year}")
    return day


def refusing(why: str) -> Callable[..., NoReturn]:
    """What reads no row at all, for this reason."""

    def refuse(*_: object) -> NoReturn:
        raise RowFault(why)

    return refuse


_rounded = re.compile(r"\d([.,]\d+)?e\+\d{2}", re.ASCII | re.IGNORECASE).fullmatch


def as_it_came(number: str) -> str:
    """The number of a row or of an account, whatever saved the file again.

    >>> as_it_came("351050.0"), as_it_came("T-1.0")
    ('351050', 'T-1.0')

    Raises:
        RowFault: where a spreadsheet rounded it.
    """
    if number.endswith((".0", ",0")) and number[:-2].isdecimal():
        return number[:-2]
    if "+" in number and _rounded(number):
        raise RowFault(
            f"{number!r} is a number that a spreadsheet rounded; import the file as it came"
        )
    return number


class Known(dict[Key, Value]):
    """What texts were found to mean; each is worked out when it is first asked for.

    A statement says the same few days, assets, accounts and amounts over and over: looking
    one up takes a tenth of the time of reading it.  What raises is not kept.
    """

    def __init__(self, work_out: Callable[[Key], Value]) -> None:
        super().__init__()
        self.work_out = work_out

    def __missing__(self, key: Key) -> Value:
        value = self.work_out(key)
        if len(self) >= MAX_KNOWN:
            self.clear()
        self[key] = value
        return value


class Row:
    """One row of the file: a line, or several where a quoted cell spans them."""

    __slots__ = ("captures", "cells", "count", "fault", "line", "text")

    def __init__(self, line: int, text: str, cells: list[str], fault: str = "") -> None:
        self.line = line  # the first of its lines, from 1
        self.text = text  # as it stood, without the line end
        self.cells = cells
        self.count = len(cells)  # as it stood; a reader makes short rows as wide as the header
        self.fault = fault  # why it has no cells
        self.captures = NOTHING  # named groups of the rule's patterns
