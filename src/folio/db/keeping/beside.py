"""What a book states beside what its journal and its tables are made of, counted."""

import sqlite3

from folio.db.values import upto

_COUNTS = {
    "undone": "SELECT count(*) FROM transactions WHERE commit_id <= :known "
    "AND reverses IS NOT NULL",
    "times": "SELECT count(*) FROM transactions t WHERE commit_id <= :known "
    "AND occurred_at IS NOT NULL AND reverses IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM transactions r WHERE r.reverses = t.id AND r.commit_id <= :known)",
    "statements": "SELECT count(*) FROM statements WHERE commit_id <= :known",
    "quoted": "SELECT count(*) FROM prices WHERE commit_id <= :known "
    "AND coalesce(open, high, low, volume, reason) IS NOT NULL",
    "notes": "SELECT count(*) FROM (SELECT note, commit_id FROM institutions UNION ALL "
    "SELECT note, commit_id FROM accounts UNION ALL SELECT note, commit_id FROM assets UNION ALL "
    "SELECT note, commit_id FROM holdings UNION ALL SELECT note, commit_id FROM vaults UNION ALL "
    "SELECT note, commit_id FROM groups UNION ALL SELECT note, commit_id FROM observations) "
    "WHERE commit_id <= :known AND note <> ''",
}


def counts_beside(db: sqlite3.Connection, known_at: int | None) -> dict[str, int]:
    """Transactions undone, times of day, statements, prices with more than a price, and notes."""
    limit = {"known": upto(known_at)}
    return {what: int(db.execute(query, limit).fetchone()[0]) for what, query in _COUNTS.items()}
