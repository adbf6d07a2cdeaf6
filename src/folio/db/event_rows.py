"""The rows of a statement that one transaction was made of, beside the row whose identity it has.

Another export of the account may end in the middle of such an event: by these identities its
rows are known again.
"""

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from folio.db.commits import Commit


def add_event_rows(
    commit: "Commit",
    transaction_id: int,
    identity: tuple[int | None, int],
    external_ids: Iterable[str],
) -> None:
    """Record the rows of a transaction; ``identity`` is their account and source."""
    account_id, source_id = identity
    for external_id in external_ids:
        commit.add(
            "event_rows",
            transaction_id=transaction_id,
            account_id=account_id,
            source_id=source_id,
            external_id=external_id,
        )


def rows_of(db: sqlite3.Connection, transaction_id: int) -> frozenset[str]:
    """The identities of a transaction's other rows; empty where it is of one row."""
    query = "SELECT external_id FROM event_rows WHERE transaction_id = ?"
    return frozenset(row[0] for row in db.execute(query, [transaction_id]))


def event_of(
    db: sqlite3.Connection, account_id: int | None, source_id: int, external_id: str
) -> int | None:
    """The transaction in force that a row is a part of, its own one apart."""
    query = (
        "SELECT max(e.transaction_id) FROM event_rows e WHERE e.source_id = ? "
        "AND e.external_id = ? AND ifnull(e.account_id, 0) = ? "
        "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = e.transaction_id)"
    )
    found = db.execute(query, [source_id, external_id, account_id or 0]).fetchone()[0]
    return None if found is None else int(found)
