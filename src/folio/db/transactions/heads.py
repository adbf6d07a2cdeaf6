"""What a walk asks of transactions, gathered in small rows, for who walks every holding.

The postings of a holding lie together, and their transactions do not: of a million, to look up
each took twice the time of reading the postings themselves.  Of small rows many more lie on a
page; those that are not in the walk are left out.  Each holding asks for those of its own years
again, so of a million all pages are kept (20 MB): it saves 900,000 of 1.6 million reads of a page.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from folio.db.transactions.splits import NOT_REVERSED
from folio.db.values import LATEST, PLACE

# What a query has of the transactions ``t``: their table, which of them count, and their place in
# the walk.  By whether they are gathered.
HEADS = {
    False: {"heads": "transactions", "counts": NOT_REVERSED, "place": PLACE},
    True: {"heads": "temp.heads", "counts": "1", "place": "ifnull(t.place, t.id)"},
}


@contextmanager
def gathered_heads(db: sqlite3.Connection) -> Iterator[None]:
    """Have the heads of all that is in the walk as it is known now; nothing may be recorded.

    A database transaction is under way, which takes them back where it fails: to remove them then,
    while something is still read, would hide what was wrong.
    """
    db.execute("PRAGMA temp.cache_size = -20480")
    db.execute(
        "CREATE TEMP TABLE heads (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, occurred_at TEXT, "
        "related_asset_id INTEGER, place INTEGER)"
    )
    db.execute(
        "INSERT INTO temp.heads SELECT t.id, t.kind, t.occurred_at, t.related_asset_id, "
        f"nullif({PLACE}, t.id) FROM transactions t WHERE {NOT_REVERSED}",
        {"known_at": LATEST},
    )
    yield
    db.execute("DROP TABLE temp.heads")
