"""What a SELECT finds, as a table; and the views that can be asked."""

import re
from collections.abc import Iterable, Sequence

from folio.db.queries.select import Answer, Value, View
from folio.model.table import Cell, Column, Table

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
VIEWS = (
    Column("view", "View"),
    Column("column", "Column"),
    Column("meaning", "Meaning"),
)


def answer_table(answer: Answer) -> Table:
    """The rows as they are: integers and decimals to the right, the rest to the left."""
    keys = _distinct(answer.columns)
    columns = []
    for place, (key, title) in enumerate(zip(keys, answer.columns, strict=True)):
        known = [row[place] for row in answer.rows if row[place] is not None]
        numeric = bool(known) and all(_is_number(value) for value in known)
        columns.append(Column(key, title, "number" if numeric else "text"))
    rows: list[dict[str, Cell]] = [
        dict(zip(keys, map(_cell, row), strict=True)) for row in answer.rows
    ]
    return Table("sql", "Answer", tuple(columns), rows, empty="no rows")


def _distinct(names: Iterable[str]) -> list[str]:
    """The columns' names, a second one of a name with a number: ``id``, ``id_2``."""
    found: list[str] = []
    for name in names:
        key, number = name, 2
        while key in found:
            key, number = f"{name}_{number}", number + 1
        found.append(key)
    return found


def _is_number(value: Value) -> bool:
    return not isinstance(value, bytes) and _NUMBER.fullmatch(str(value)) is not None


def _cell(value: Value) -> Cell:
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, float) else value


def views_table(views: Sequence[View]) -> Table:
    """The views, each with what it lists and what its columns mean."""
    rows: list[dict[str, Cell]] = []
    for view in views:
        for name, meaning in ((None, view.meaning), *view.columns):
            rows.append({"view": view.name, "column": name, "meaning": meaning})
    return Table(
        "views",
        "Views",
        VIEWS,
        rows,
        group_by="view",
        empty="this book has no views; it was made by an earlier folio",
    )
