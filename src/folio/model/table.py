"""A table: what a report answers, before anybody decides how it looks.

Cells are plain values: text, days, whole numbers, and :class:`Amount`; ``None`` is
missing, which is not zero.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple


class Amount(NamedTuple):
    """A decimal, and how many places of it a person wants to see."""

    value: Decimal
    places: int | None = None  # None: all there are, a quantity up to its own digits


Cell = str | int | bool | dt.date | Amount | None


class Column(NamedTuple):
    """One column; ``kind`` says how its cells are shown."""

    key: str  # snake_case, the key in JSON and the header in CSV
    title: str  # above the column on a terminal
    kind: str = "text"  # text, day, count, quantity, price, money, gain, percent, bar, grade, spark
    machine_only: bool = False  # in JSON and CSV, not on a terminal
    optional: int = 0  # left out first (highest number first) where the terminal is too narrow


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
    headline: dict[str, Cell] = {}  # noqa: RUF012  # figures above the table: value, day change …
    children: tuple[Any, ...] = ()  # further tables of the same page
    empty: str = "nothing to show"  # what to say, and what to do, where there are no rows
