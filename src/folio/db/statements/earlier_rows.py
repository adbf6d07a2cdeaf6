"""The rows of an earlier statement, among which a file's are found again by their text."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from folio.db.recording.stated_lines import RUN_WITH


class EarlierStatement(NamedTuple):
    """A statement whose rows stand each for themselves."""

    id: int
    commit_id: int
    noted: Sequence[int]  # lines of which something was said


StandingRow = tuple[int, str, int, int]  # line, text, its transaction, the account of that


def statements_read(
    db: sqlite3.Connection, source_id: int, way: str, limit: int
) -> list[EarlierStatement]:
    """The last statements of a source that were read in a way, newest first."""
    query = (
        "SELECT id, commit_id, reading FROM statements WHERE source_id = ? "
        "AND (reading = ? OR reading LIKE ?) ORDER BY id DESC LIMIT ?"
    )
    rows = db.execute(query, [source_id, way, f"{way} %", limit])
    return [
        EarlierStatement(number, commit, list(map(int, reading.split()[1:])))
        for number, commit, reading in rows
    ]


def line_with(db: sqlite3.Connection, statement_id: int, text: str) -> int | None:
    """The first line of a statement with a text."""
    query = "SELECT min(line) FROM statement_rows WHERE statement_id = ? AND text = ?"
    found: int | None = db.execute(query, [statement_id, text]).fetchone()[0]
    return found


def standing_rows(
    db: sqlite3.Connection, earlier: EarlierStatement, source_id: int, first: int, limit: int
) -> list[StandingRow]:
    """So many of its rows from a line on that state a transaction which is in force; not those of
    which something was said, nor splits, which are what the book makes of them.
    """
    query = (
        "SELECT r.line, r.text, t.id, t.account_id FROM statement_rows r "
        f"CROSS JOIN provenance p ON {RUN_WITH.format('r')} "
        "CROSS JOIN transactions t ON t.id = p.transaction_id + r.line - p.line "
        "WHERE r.statement_id = ? AND r.line >= ? AND (r.status = 'recorded' OR "
        "r.status = 'already') AND t.source_id = ? AND t.account_id IS NOT NULL "
        "AND t.kind <> 'split' "
        "AND NOT EXISTS (SELECT 1 FROM transactions u WHERE u.reverses = t.id) "
        "AND r.line NOT IN (SELECT value FROM json_each(?)) ORDER BY r.line LIMIT ?"
    )
    values = [earlier.id, first, source_id, json.dumps(earlier.noted), limit]
    return db.execute(query, values).fetchall()


def renamed_since(db: sqlite3.Connection, commit: int) -> bool:
    """Whether names may mean other assets than when a commit was made."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM asset_aliases WHERE commit_id > :commit) OR EXISTS "
        "(SELECT 1 FROM settings WHERE scope = 'asset' AND commit_id > :commit)"
    )
    if db.execute(query, {"commit": commit}).fetchone()[0]:
        return True
    symbols: tuple[set[str], set[str]] = (set(), set())
    for symbol, is_new in db.execute("SELECT symbol, commit_id > ? FROM assets", [commit]):
        symbols[is_new].add(symbol.casefold())
    return not symbols[0].isdisjoint(symbols[1])
