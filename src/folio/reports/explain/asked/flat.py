"""An explanation as a table: one row a figure, with its level, for spreadsheets."""

from collections.abc import Iterator

from folio.model.explanation import Node, Source
from folio.model.table import Cell, Column, Table, optional_amount
from folio.reports.explain import Explanation
from folio.reports.query import Query

COLUMNS = (
    Column("level", "Level", "number"),
    Column("what", "What"),
    Column("figure", "Figure", "quantity"),
    Column("unit", ""),
    Column("operation", "Operation"),
    Column("rounded_to", "Rounded to", "number", optional=2),
    Column("counted", "Counted", machine_only=True),
    Column("source", "Source", optional=1),
    Column("id", "Id", "number", optional=1),
    Column("day", "Day", "day", optional=2),
    Column("commit", "Commit", "number", optional=3),
    Column("by", "By", optional=3),
    Column("reason", "Reason", optional=5),
    Column("statement", "Statement", optional=4),
    Column("text", "Text", machine_only=True),
    Column("note", "Note", optional=5),
)


def as_table(query: Query, told: Explanation, depth: int | None) -> Table:
    """Every figure of the tree, each before its parts; the root is at level 0.

    ``depth`` is that of the last level; None: all that is told at once.
    """
    return Table(
        "explain",
        f"Explain {told.figure}",
        COLUMNS,
        list(_rows(told.root, 0, depth)),
        **query.told(told.grade, told.reasons, money=True),
    )


def _rows(node: Node, level: int, depth: int | None) -> Iterator[dict[str, Cell]]:
    node = node.seen(depth)
    row: dict[str, Cell] = {
        "level": level,
        "what": node.what,
        "figure": optional_amount(node.figure),
        "unit": node.unit or None,
        "operation": node.operation,
        "rounded_to": node.rounded_to,
        "counted": node.counted,
        "note": node.note or None,
    }
    yield row | (_source(node.source) if node.source is not None else {})
    below = None if depth is None else depth - 1
    for child in () if depth == 0 else node.children:
        yield from _rows(child, level + 1, below)


def _source(source: Source) -> dict[str, Cell]:
    lines = [f"{line.file}:{line.line}" for line in source.lines]
    return {
        "source": source.kind,
        "id": source.id,
        "day": source.day,
        "commit": source.commit,
        "by": source.by,
        "reason": source.reason,
        "statement": ", ".join(lines) or None,
        "text": source.lines[0].text if source.lines else None,
    }
