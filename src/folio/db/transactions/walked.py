"""Which postings ``p`` are in the walk, and where; and what a command's transactions change of it.

A posting says what the walk asks of its transaction.  A holding's postings lie together, and their
transactions do not: to look up each took twice the time of reading the postings themselves.
"""

import sqlite3

from folio.db.values import LATEST

COUNTS = f"""
    p.kind <> 'reversal'
    AND (:known_at = {LATEST}
         OR (SELECT commit_id FROM transactions WHERE id = p.transaction_id) <= :known_at)
    AND NOT EXISTS (SELECT 1 FROM transactions r
                    WHERE r.reverses = p.transaction_id AND r.commit_id <= :known_at)
"""
WALKS_AT = "ifnull(p.first_id, p.transaction_id)"  # a later revision keeps that of the first


def days_between(db: sqlite3.Connection, first: int, last: int) -> list[str]:
    """The days of the transactions from ``first`` through ``last``."""
    query = "SELECT DISTINCT occurred_on FROM transactions WHERE id BETWEEN ? AND ?"
    return [row[0] for row in db.execute(query, [first, last])]


def again_between(db: sqlite3.Connection, first: int, last: int) -> list[tuple[int, int | None]]:
    """The reversals and the later revisions among transactions, each with what it reverses."""
    query = (
        "SELECT id, reverses FROM transactions WHERE id BETWEEN ? AND ? "
        "AND (reverses IS NOT NULL OR revision > 1)"
    )
    return list(db.execute(query, [first, last]))
