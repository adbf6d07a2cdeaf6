"""Rows that the user said to leave out, and that their statements keep offering.

A row is left out while the newest answer of its identity (account, source and external id)
says *ignored*; a row that could not be read has no identity, and goes by its text.
"""

import sqlite3
from typing import NamedTuple

from folio.db.statements.statements import Asked
from folio.db.values import upto

_IN_FORCE = """
    a.answer = 'ignored' AND a.commit_id <= :known_at AND NOT EXISTS (
        SELECT 1 FROM row_answers n
        WHERE n.id > a.id AND n.commit_id <= :known_at AND a.external_id IS NOT NULL
        AND n.source_id = a.source_id AND n.external_id = a.external_id
        AND ifnull(n.account_id, 0) = ifnull(a.account_id, 0))
    AND NOT EXISTS (
        SELECT 1 FROM row_answers n
        WHERE n.id > a.id AND n.commit_id <= :known_at AND a.external_id IS NULL
        AND n.statement_id = a.statement_id AND n.line = a.line)
"""


class Exclusion(NamedTuple):
    """A row that is left out."""

    row: Asked
    status: str  # what had become of it: recorded, conflict, held or rejected
    text: str
    recorded_at: str


def exclusions(db: sqlite3.Connection, known_at: int | None = None) -> list[Exclusion]:
    """The rows that are left out, in the order in which they were."""
    query = f"""
        SELECT a.statement_id, a.line, a.account_id, a.source_id, a.external_id,
               a.transaction_id, s.status, s.text, c.recorded_at
        FROM row_answers a
        JOIN statement_rows s ON s.statement_id = a.statement_id AND s.line = a.line
        JOIN commits c ON c.id = a.commit_id
        WHERE {_IN_FORCE} ORDER BY a.id
    """
    found = db.execute(query, {"known_at": upto(known_at)})
    return [Exclusion(Asked(*row[:6]), *row[6:]) for row in found]


def excluded_ids(db: sqlite3.Connection, source_id: int) -> set[tuple[int, str]]:
    """The accounts (0: none) and external ids of a source's rows that are left out."""
    query = (
        "SELECT ifnull(a.account_id, 0), a.external_id FROM row_answers a "
        f"WHERE a.source_id = :source AND {_IN_FORCE}"
    )
    return set(db.execute(query, {"source": source_id, "known_at": upto(None)}))


def excluded_texts(db: sqlite3.Connection, profile: str) -> set[str]:
    """The rows of a profile's files that cannot be read and are left out, as they stood."""
    query = f"""
        SELECT s.text FROM row_answers a
        JOIN statement_rows s ON s.statement_id = a.statement_id AND s.line = a.line
        JOIN statements f ON f.id = s.statement_id
        WHERE f.profile = :profile AND s.status = 'rejected' AND {_IN_FORCE}
    """
    found = db.execute(query, {"profile": profile, "known_at": upto(None)})
    return {row[0] for row in found}
