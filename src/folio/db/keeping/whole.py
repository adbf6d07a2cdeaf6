"""The whole book, row by row: every fact as it was recorded, with its hash.

Rows come in the order in which their commits were proved, so that one can be read after another;
bytes are hexadecimal.  Reading them into an empty book gives the same book: the chain of commits
is computed again from the rows (:mod:`folio.db.keeping.proof`), and must come to the same hashes.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from folio.db.recording.commits import MANY, Value
from folio.errors import FolioError

# Every table of facts, those first to which others refer.  The kinds are the schema's own.
TABLES = {
    "commits": "id",
    "settings": "id",
    "institutions": "id",
    "assets": "id",
    "accounts": "id",
    "asset_aliases": "id",
    "holdings": "id",
    "sources": "id",
    "statements": "id",
    "statement_rows": "statement_id, line",
    "transactions": "id",
    "postings": "transaction_id, line",
    "provenance": "transaction_id, statement_id, line",
    "corporate_actions": "transaction_id",
    "lot_choices": "transaction_id, holding_id, lot_id",
    "transfer_links": "id",
    "observations": "id",
    "gap_answers": "id",
    "prices": "commit_id, asset_id, quote_id, day, granularity, instant, source_id",
    "price_retries": "id",
    "yield_rules": "id",
    "vaults": "id",
    "vault_targets": "id",
    "vault_shares": "id",
    "groups": "id",
    "group_members": "id",
    "row_answers": "id",
    "event_rows": "id",
    "locks": "id",
    "lock_entries": "id",
}
Row = dict[str, Value]


def columns_of(db: sqlite3.Connection, table: str) -> dict[str, str]:
    """The columns of a table, with their types."""
    return {row[1]: row[2] for row in db.execute(f"PRAGMA table_info({table})")}


def rows_of(db: sqlite3.Connection, table: str) -> Iterator[Row]:
    """A table's rows by key; a value that is missing is left out."""
    names = tuple(columns_of(db, table))
    for row in db.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {TABLES[table]}"):
        yield {
            name: value.hex() if isinstance(value, bytes) else value
            for name, value in zip(names, row, strict=True)
            if value is not None
        }


def add_rows(db: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, object]]) -> int:
    """Write rows into an empty table; returns how many.

    Raises:
        FolioError: for a column that the table has not, or a value that it refuses.
    """
    columns = columns_of(db, table)
    names = ", ".join(columns)
    query = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    written = 0
    several: list[list[object]] = []
    for row in rows:
        written += 1
        several.append(_values(table, columns, row, written))
        if len(several) == MANY:
            _write(db, table, query, several)
    _write(db, table, query, several)
    return written


def _values(
    table: str, columns: dict[str, str], row: Mapping[str, object], number: int
) -> list[object]:
    unknown = [name for name in row if name not in columns]
    if unknown:
        raise FolioError(f"{table}, row {number}: there is no column {unknown[0]!r}")
    try:
        return [
            bytes.fromhex(str(row[name])) if kind == "BLOB" and name in row else row.get(name)
            for name, kind in columns.items()
        ]
    except ValueError:
        raise FolioError(f"{table}, row {number}: its hash is not hexadecimal") from None


def _write(db: sqlite3.Connection, table: str, query: str, rows: list[list[object]]) -> None:
    try:
        db.executemany(query, rows)
    except (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError) as error:
        first = json.dumps(rows[0][:1])[1:-1]
        raise FolioError(f"{table}, row {first} or one after it is refused: {error}") from None
    rows.clear()


def defer_references(db: sqlite3.Connection) -> None:
    """Look at what rows refer to when the transaction ends: they refer to each other."""
    db.execute("PRAGMA defer_foreign_keys = ON")


def is_empty(db: sqlite3.Connection) -> bool:
    """Whether nothing was ever recorded."""
    return bool(db.execute("SELECT NOT EXISTS (SELECT 1 FROM commits)").fetchone()[0])
