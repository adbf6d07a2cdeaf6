"""Statements that were imported, and their rows as they stood in the file."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from folio.db.commits import Commit, row_hash


class Imported(NamedTuple):
    """An imported statement file."""

    id: int
    recorded_at: str
    commit_id: int
    file_name: str
    file_sha256: str
    profile: str
    account_id: int | None
    rows_read: int
    recorded: int
    already: int
    conflicts: int
    skipped: int
    rejected: int


_IMPORTED = (
    "SELECT s.id, c.recorded_at, s.commit_id, s.file_name, s.file_sha256, s.profile, s.account_id, "
    "s.rows_read, s.recorded, s.already, s.conflicts, s.skipped, s.rejected "
    "FROM statements s LEFT JOIN commits c ON c.id = s.commit_id "
)


def get_statement(db: sqlite3.Connection, number: int) -> Imported | None:
    """The import with this number."""
    row = db.execute(_IMPORTED + "WHERE s.id = ?", [number]).fetchone()
    return None if row is None else Imported(*row)


def all_statements(db: sqlite3.Connection) -> list[Imported]:
    """Every import, oldest first."""
    return [Imported(*row) for row in db.execute(_IMPORTED + "ORDER BY s.id")]


class StatementRow(NamedTuple):
    """A row of a statement, to be written."""

    line: int
    text: str
    status: str
    reason: str | None


def add_rows(commit: Commit, statement_id: int, rows: Iterable[StatementRow]) -> None:
    """Record a statement's rows; ``rows`` come in the order of their lines."""
    values = []
    for row in rows:
        hashed = row_hash("statement_rows", [statement_id, *row])
        commit.digest("statement_rows", hashed)
        values.append((statement_id, *row, hashed))
    commit.db.executemany("INSERT INTO statement_rows VALUES (?, ?, ?, ?, ?, ?)", values)


def read_rows(db: sqlite3.Connection, statement_id: int) -> list[StatementRow]:
    """A statement's rows, by line."""
    query = (
        "SELECT line, text, status, reason FROM statement_rows WHERE statement_id = ? ORDER BY line"
    )
    return [StatementRow(*row) for row in db.execute(query, [statement_id])]


def statement_transactions(db: sqlite3.Connection, statement_id: int) -> list[int]:
    """The transactions that an import recorded, in its own commit or again after an undo.

    Those that were there already belong to the import that recorded them.
    """
    query = (
        "SELECT DISTINCT p.transaction_id FROM provenance p "
        "JOIN transactions t ON t.id = p.transaction_id "
        "JOIN statements s ON s.id = p.statement_id "
        "WHERE p.statement_id = ? AND t.commit_id >= s.commit_id ORDER BY p.transaction_id"
    )
    return [row[0] for row in db.execute(query, [statement_id])]


def statement_balances(db: sqlite3.Connection, statement_id: int) -> list[tuple[int, dt.date]]:
    """The holdings and days of the balances that a statement printed and that are in force."""
    query = (
        "SELECT o.holding_id, o.day FROM observations o WHERE o.statement_id = ? AND NOT EXISTS "
        "(SELECT 1 FROM observations n WHERE n.holding_id = o.holding_id AND n.day = o.day "
        "AND n.source = o.source AND n.id > o.id) ORDER BY o.id"
    )
    rows = db.execute(query, [statement_id])
    return [(holding, dt.date.fromisoformat(day)) for holding, day in rows]


def recorded_lines(db: sqlite3.Connection, statement_id: int) -> dict[int, list[int]]:
    """The transactions that each line of a statement states."""
    query = "SELECT line, transaction_id FROM provenance WHERE statement_id = ? ORDER BY 1, 2"
    lines: dict[int, list[int]] = {}
    for line, transaction in db.execute(query, [statement_id]):
        lines.setdefault(line, []).append(transaction)
    return lines


def known_file(db: sqlite3.Connection, sha256: str, profile: str) -> list[Imported]:
    """Imports of a file with this content, read by this profile."""
    query = _IMPORTED + "WHERE s.file_sha256 = ? AND s.profile = ? ORDER BY s.id"
    return [Imported(*row) for row in db.execute(query, [sha256, profile])]
