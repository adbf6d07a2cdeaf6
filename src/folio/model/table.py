"""A table: what a report answers, before anybody decides how it looks.

Cells are plain values: text, days, whole numbers, :class:`Amount`, :class:`Series` and
:class:`Phrases`;
``None`` is missing, which is not zero.

The kinds of columns, and how a person sees them:

========  =====================================================================
text      left, cut short where the terminal is too narrow
day       ``2025-06-30``
instant   text in ISO 8601, of UTC, such as ``2025-06-30T12:00:00Z``: to its minute
number    a whole number as it is, such as the id of a transaction
count     a whole number with thousands separators
age       whole days: ``61d``
quantity  an amount, its trailing zeros trimmed
price     an amount, with two places at least
money     an amount in its places, those of the table's currency where it has none
gain      money with its sign, green or red
percent   a ratio, where 1 is 100 %: ``12.5%``
change    a ratio with its sign, green or red
rate      a ratio with every digit: ``3.75%``
return    a ratio with its sign and two places: ``+12.34%``
bar       a ratio, as a bar that is full at 1
spark     a series, as a line of blocks
grade     one of full, estimated, partial, unknown
flag      a word that tells a row from those which count, never left out
========  =====================================================================
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from folio.model.named import NamedTuple


class Amount(NamedTuple):
    """A decimal, and how many places of it a person wants to see."""

    value: Decimal
    places: int | None = None  # None: all there are, a quantity up to its own digits


def optional_amount(value: Decimal | None, places: int | None = None) -> Amount | None:
    """The amount; what is missing stays so."""
    return None if value is None else Amount(value, places)


def minor_amount(units: Decimal | int | None, places: int) -> Amount | None:
    """The same of minor units, of which one of the currency has 10 to the power of ``places``."""
    return None if units is None else Amount(Decimal(units).scaleb(-places), places)


class Series(NamedTuple):
    """Values in order of time, for a sparkline; None where there is none."""

    values: tuple[Decimal | None, ...]


class Phrases(NamedTuple):
    """Reasons, each a phrase; in JSON they are a list."""

    words: tuple[str, ...]


Cell = str | int | bool | dt.date | Amount | Series | Phrases | None


class Column(NamedTuple):
    """One column; ``kind`` says how its cells are shown."""

    key: str  # snake_case, the key in JSON and the header in CSV
    title: str  # above the column on a terminal
    kind: str = "text"  # one of those above
    machine_only: bool = False  # in JSON and CSV, not on a terminal
    people_only: bool = False  # on a terminal, not in JSON and CSV
    optional: int = 0  # left out first (highest number first) where the terminal is too narrow
    below: bool = False  # whole below its row where that is so: a command to paste is never cut


class Table(NamedTuple):
    """Rows under columns, with the sum below and the grade of the whole."""

    report: str  # holdings, gains, income, history …
    title: str
    columns: tuple[Column, ...]
    rows: list[dict[str, Cell]]
    totals: dict[str, Cell] = {}  # noqa: RUF012  # a NamedTuple's default is shared and never changed
    as_of: dt.date | None = None
    known_at: dt.datetime | None = None
    currency: str | None = None
    grade: str | None = None
    reasons: tuple[str, ...] = ()
    group_by: str | None = None  # rows with the same value of this column stand together
    subtotals: dict[str, dict[str, Cell]] = {}  # noqa: RUF012  # of a group's rows, by that value
    headline: dict[str, Cell] = {}  # noqa: RUF012  # figures above the table: value, day change …
    headline_columns: tuple[Column, ...] = ()  # how they look, where no column of the key says so
    children: tuple[Any, ...] = ()  # further tables of the same page
    machine_rows: tuple[dict[str, Cell], ...] = ()  # after the others, in JSON and CSV only
    footnotes: tuple[str, ...] = ()  # lines below, for people: commands to paste are never cut
    charts: tuple[Any, ...] = ()  # folio.model.charts.Chart: where its reader asked for one
    more: Iterable[dict[str, Cell]] = ()  # rows after those above, each read as it is written
    namesakes: frozenset[str] = frozenset()  # what several accounts are called, among ``more``
    empty: str = "nothing to show"  # what to say, and what to do, where there are no rows
