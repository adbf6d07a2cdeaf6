"""What a source said, row by row; what cannot be read is a fault beside the others."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.errors import FolioError
from folio.model.numbers import ZERO, parse_plain
from folio.quotes.trying import NoAnswer

MOST_ROWS = 500_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ][0-9:.+Z-]*)?", re.ASCII)
_SHOWN = 40  # characters of a cell
_SMALL = re.compile(r"\d(\.\d{1,17})?[eE]-[01]?\d", re.ASCII)


class Row(NamedTuple):
    """A price, in the source's words."""

    day: dt.date
    asset: str
    quote: str  # "" where the source does not say
    price: Decimal


class Answer(NamedTuple):
    """What a source said."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...] = ()  # rows that could not be read, each with its line

    def within(self, start: dt.date, end: dt.date) -> "Answer":
        """The rows of these days, both inclusive, by day."""
        rows = sorted(row for row in self.rows if start <= row.day <= end)
        return self._replace(rows=tuple(rows))


def read_csv(text: str, columns: tuple[str, str, str, str], who: str) -> Answer:
    """Rows under a header that names date, asset, quote and price, in these words.

    Raises:
        NoAnswer: when the first line is no such header.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        header = [name.strip().lower() for name in next(lines, [])]
        missing = [name for name in columns if name not in header]
        if missing:
            raise NoAnswer(f"{who} printed no table of prices: the first line must name "
                           f"{','.join(columns)}")  # fmt: skip
        places = [header.index(name) for name in columns]
        found = list(_rows(lines, places, len(header)))
    except csv.Error:
        raise NoAnswer(f"{who} printed what is no CSV") from None
    if len(found) > MOST_ROWS:
        raise NoAnswer(f"{who} printed more than {MOST_ROWS:,} rows")
    rows = tuple(one for one in found if isinstance(one, Row))
    return Answer(rows, tuple(one for one in found if isinstance(one, str)))


def _rows(lines: Iterator[list[str]], places: list[int], width: int) -> Iterator[Row | str]:
    for number, cells in enumerate(lines, 2):
        if not any(cells):
            continue
        try:
            if len(cells) > width:  # a price of 1,234.5 without quotes would be 1
                raise ValueError(f"{len(cells)} cells under {width} columns")
            day, asset, quote, price = (cells[place].strip() for place in places)
            yield Row(read_day(day), asset, quote, read_price(price))
        except IndexError:
            yield f"line {number} has {len(cells)} cells"
        except (FolioError, ValueError) as error:
            yield f"line {number}: {error}"
        if number > MOST_ROWS + 1:
            return


def read_day(text: str) -> dt.date:
    """A day as ``2026-03-04``, maybe with a time behind it.

    Raises:
        ValueError: for anything else.
    """
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text[:10])
    except ValueError:  # 30 February
        pass
    raise ValueError(f"{_shown(text)} is no date")


def read_price(text: str) -> Decimal:
    """A price above zero.

    Raises:
        ValueError: for what is none.
    """
    try:
        small = _SMALL.fullmatch(text)  # as programs write what is very small
        price = Decimal(text) if small else parse_plain(text, "price")
    except FolioError:
        raise ValueError(f"{_shown(text)} is no price") from None
    if price <= ZERO:
        raise ValueError(f"the price {text} is not above zero")
    return price


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
