"""A table as its reader likes it: amounts hidden, some columns, days in another style.

>>> hidden_text("bought 10 VWCE for 1,182.00 EUR (12.5%) on 2025-03-04, see 17")
'bought *** VWCE for *** EUR (12.5%) on 2025-03-04, see 17'
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from folio.cli.text import MASK
from folio.errors import UsageError
from folio.model.charts import scaled
from folio.model.table import Amount, Cell, Column, Phrases, Series, Table

_Row = dict[str, Cell]
# What says how much in proportion, or how many, and not how much there is.
_HARMLESS = frozenset({"percent", "rate", "change", "return", "bar", "count", "age", "number"})
# A number with decimals, with thousands, beside a sign of money or before an asset's symbol.
_AMOUNT = re.compile(
    r"(?<![\w.,:/-])[-+−]?(?:[€$£¥]\s?\d[\d,.]*\d|[€$£¥]\s?\d|\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+"
    r"|\d+(?=\s?[€$£¥]|\s[A-Z][A-Z0-9.:]+\b))(?![\w:/-]|,\d|\s?%)"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:\d\d)?)?")
# Columns with amounts in no form that can be told: units of lots, a file's row, a command.
_TEXT_OF_AMOUNTS = frozenset({"lots", "text", "command"})
_FREE_TEXT = frozenset({"note", "reason"})  # columns of what people wrote, 500 for 500.00 too
_ANY_NUMBER = re.compile(r"(?<![\w.,:/-])[-+−]?\d[\d.,]*(?![\w:/-]|\s?%)")


def hidden(table: Table, *, machine: bool = False) -> Table:
    """The table with every amount hidden; percentages, days and names stay.

    Of a SELECT's answer nobody knows which numbers are amounts: all are hidden.
    """

    def cell(key: str, one: Cell, kind: str) -> Cell:
        if one is None or isinstance(one, bool):
            return one
        if table.report == "sql":
            return MASK if _has_digits(one) else one
        if isinstance(one, Amount):
            return one if kind in _HARMLESS else MASK
        if isinstance(one, Series):
            return MASK if machine else one  # for people it is a shape without a scale
        if isinstance(one, Phrases):
            return Phrases(tuple(map(hidden_text, one.words)))
        if isinstance(one, str) and key in _FREE_TEXT:
            return _ANY_NUMBER.sub(MASK, hidden_text(one))
        if isinstance(one, str):
            return MASK if key in _TEXT_OF_AMOUNTS and _has_digits(one) else hidden_text(one)
        return one

    kinds = {c.key: c.kind for c in (*table.headline_columns, *table.columns)}

    def row(cells: _Row) -> _Row:
        return {key: cell(key, one, kinds.get(key, "")) for key, one in cells.items()}

    return _mapped(table, row, lambda child: hidden(child, machine=machine))._replace(
        title=hidden_text(table.title),
        reasons=tuple(map(hidden_text, table.reasons)),
        footnotes=tuple(map(hidden_text, table.footnotes)),
        charts=tuple(map(scaled, table.charts)),
    )


def _mapped(table: Table, row: Callable[[_Row], _Row], child: Callable[[Table], Table]) -> Table:
    """The table with other cells in all of its rows, and in its children."""
    return table._replace(
        rows=[row(one) for one in table.rows],
        more=map(row, table.more),
        machine_rows=tuple(map(row, table.machine_rows)),
        totals=row(table.totals),
        subtotals={name: row(one) for name, one in table.subtotals.items()},
        headline=row(table.headline),
        children=tuple(map(child, table.children)),
    )


def _has_digits(one: Cell) -> bool:
    text = str(one)
    return any(c.isdigit() for c in text) and not _DAY.fullmatch(text)


def hidden_text(text: str) -> str:
    """A sentence with the amounts in it hidden."""
    return _AMOUNT.sub(MASK, text) if any(map(str.isdigit, text)) else text


def picked(table: Table, keys: Sequence[str]) -> Table:
    """The table with these columns alone, in this order."""
    known = {column.key: column for column in table.columns}
    columns = [_shown(known[key]) for key in keys if key in known]
    children = tuple(picked(child, keys) for child in table.children)
    return table._replace(columns=tuple(columns) or table.columns, children=children)


def _shown(column: Column) -> Column:
    title = column.title or column.key.replace("_", " ").capitalize()
    return column._replace(title=title, machine_only=False, people_only=False, optional=0)


def refuse_unknown(table: Table, keys: Sequence[str]) -> None:
    """Refuse keys that no table of the page has.

    Raises:
        UsageError: naming the first, and the columns that there are.
    """
    known = [c.key for one in (table, *table.children) for c in one.columns if c.key != "heading"]
    for key in keys:
        if key not in known:
            raise UsageError(f"{key!r} is no column; there are {', '.join(dict.fromkeys(known))}")


def dated(table: Table, style: str) -> Table:
    """The table with its days written in a style such as ``D.M.Y``."""

    def row(cells: _Row) -> _Row:
        return {key: _styled(cell, style) for key, cell in cells.items()}

    shaped = _mapped(table, row, lambda child: dated(child, style))
    return shaped._replace(as_of=_styled(table.as_of, style))


class _Day(dt.date):
    """A day that is written in a style."""

    style: str

    def isoformat(self) -> str:
        return written(self, self.style)


def _styled(cell: Any, style: str) -> Any:
    if not isinstance(cell, dt.date) or isinstance(cell, dt.datetime):
        return cell
    day = _Day(cell.year, cell.month, cell.day)
    day.style = style
    return day


def written(day: dt.date, style: str) -> str:
    """A day in a style.

    >>> written(dt.date(2025, 6, 30), "D.M.Y"), written(dt.date(2025, 6, 30), "M/D/Y")
    ('30.06.2025', '06/30/2025')
    """
    parts = {"Y": f"{day.year:04}", "M": f"{day.month:02}", "D": f"{day.day:02}"}
    return "".join(parts.get(letter, letter) for letter in style)
