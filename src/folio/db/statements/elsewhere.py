"""Whether a statement's rows are in another account already: it may be there by mistake."""

import sqlite3

_ALSO = """
    SELECT o.account_id, count(*) FROM transactions t
    JOIN accounts a ON a.id <> t.account_id
    JOIN transactions o ON ifnull(o.account_id, 0) = a.id AND o.source_id = t.source_id
    AND o.external_id = t.external_id AND o.occurred_on = t.occurred_on AND o.id < :first
    WHERE t.id BETWEEN :first AND :last AND t.source_id = :source AND o.kind <> 'reversal'
    AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = o.id)
    GROUP BY o.account_id ORDER BY 2 DESC, 1 LIMIT 1
"""


def also_in(
    db: sqlite3.Connection, source_id: int, first: int, last: int
) -> tuple[int, int] | None:
    """The account that has most of a source's new rows under the same ids, and how many of them:
    in force, and recorded before; None where no other account has any.

    ``first`` and ``last`` are the numbers of the new transactions, both included.
    """
    values = {"source": source_id, "first": first, "last": last}
    found = db.execute(_ALSO, values).fetchone()
    return None if found is None else (int(found[0]), int(found[1]))
