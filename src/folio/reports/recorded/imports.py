"""What was imported, and what became of each row."""

import math
from collections.abc import Iterator

from folio.book import Book
from folio.db.statements.exclusions import exclusions
from folio.db.statements.statements import (
    all_statements,
    get_statement,
    read_rows,
    recorded_lines,
    undone_of,
)
from folio.errors import UnknownName
from folio.model.table import Cell, Column, Table
from folio.reports.query import Query, account_names, begun


def imports(book: Book, query: Query) -> Table:
    """Every import, oldest first."""
    rows: list[dict[str, Cell]] = []
    for one in all_statements(book.db, book.known_at):
        rows.append(
            {
                "id": one.id,
                "recorded_at": one.recorded_at,
                "file": one.file_name,
                "profile": one.profile,
                **_account(book, one.account_id),
                "rows": one.rows_read,
                "recorded": one.recorded,
                "already": one.already,
                "conflicts": one.conflicts or None,
                "held": one.held or None,
                "skipped": one.skipped or None,
                "rejected": one.rejected or None,
                "undone": undone_of(book.db, one.id, book.known_at) or None,
            }
        )
    return Table(
        "imports",
        "Imports",
        (
            Column("id", "Id", "number"),
            Column("recorded_at", "Recorded (UTC)", "instant", optional=4),
            Column("file", "File"),
            Column("profile", "Profile", optional=2),
            Column("institution", "Institution", machine_only=True),
            Column("account", "Account", optional=1),
            Column("rows", "Rows", "count"),
            Column("recorded", "New", "count"),
            Column("already", "There", "count"),
            Column("conflicts", "Conflicts", "count", optional=3),
            Column("held", "Held", "count", optional=3),
            Column("skipped", "Skipped", "count", optional=5),
            Column("rejected", "Rejected", "count", optional=3),
            Column("undone", "Undone", "count", optional=3),
        ),
        rows,
        empty="nothing was imported yet; try: folio import FILE",
    )


def left_out(book: Book, query: Query) -> Table:
    """The rows that are left out of every file that states them."""
    rows: list[dict[str, Cell]] = []
    for one in exclusions(book.db, book.known_at):
        rows.append(
            {
                "row": f"{one.row.statement_id}:{one.row.line}",
                "recorded_at": one.recorded_at,
                **_account(book, one.row.account_id),
                "status": one.status,
                "transaction": one.row.transaction_id,
                "text": one.text,
            }
        )
    return Table(
        "exclusions",
        "Rows that are left out",
        (
            Column("row", "Row"),
            Column("recorded_at", "Since (UTC)", "instant", optional=3),
            Column("institution", "Institution", machine_only=True),
            Column("account", "Account", optional=1),
            Column("status", "It was"),
            Column("transaction", "Tx", "number", optional=2),
            Column("text", "As it stood"),
        ),
        rows,
        known_at=query.known_at,
        empty="no row is left out; leave one out with: folio import answer IMPORT:LINE ignored",
    )


def _account(book: Book, number: int | None) -> dict[str, Cell]:
    """Which account rows are of; empty where they are of several, each of its own."""
    return account_names(book, number) if number in book.catalog.accounts else {}


def import_rows(book: Book, query: Query, number: int) -> Table:
    """An import's rows as they stood in the file, each with its transactions.

    Raises:
        UnknownName: when there is no such import.
    """
    found = get_statement(book.db, number, book.known_at)
    if found is None:
        raise UnknownName(f"there is no import {number}; see: folio import list")
    rows = _rows(book, number)
    held, more = begun(rows)
    return Table(
        "import",
        f"Import {number}: {found.file_name} ({found.profile})",
        (
            Column("line", "Line", "number"),
            Column("status", "Status"),
            Column("transactions", "Tx"),
            Column("reason", "Why", optional=1),
            Column("text", "Row"),
        ),
        held,
        more=more,
        empty="the file had no rows",
    )


def _rows(book: Book, number: int) -> Iterator[dict[str, Cell]]:
    """The rows by line; both readings come in that order, and are walked side by side."""
    lines = recorded_lines(book.db, number, book.known_at)
    line, transactions = next(lines, _NONE)
    for row in read_rows(book.db, number):
        while line < row.line:
            line, transactions = next(lines, _NONE)
        own = transactions if line == row.line else ()
        yield {
            "line": row.line,
            "status": row.status,
            "transactions": ", ".join(map(str, own)) or None,
            "reason": row.reason,
            "text": row.text,
        }


_NONE: tuple[float, list[int]] = (math.inf, [])  # after all lines
