"""Sources: where rows come from."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from folio.db.values import upto
from folio.errors import FolioError

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


def source_id(commit: "Commit", name: str, *, split_adjusted: bool = False) -> int:
    """The id of a source, recorded where the book does not know it yet.

    Raises:
        FolioError: when ``split_adjusted`` is said of one that was recorded without it.
    """
    query = "SELECT id, split_adjusted FROM sources WHERE name = ?"
    row = commit.db.execute(query, [name]).fetchone()
    if row is None:
        return commit.add("sources", name=name, split_adjusted=int(split_adjusted))
    if split_adjusted and not row[1]:
        raise FolioError(
            f"the source {name!r} was recorded as one whose prices stay as they were; give the "
            "adjusted prices a source of their own"
        )
    return int(row[0])


def find_source(db: sqlite3.Connection, name: str) -> int | None:
    """The id of a source, or None."""
    row = db.execute("SELECT id FROM sources WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])


def source_names(db: sqlite3.Connection) -> dict[int, str]:
    """Every source's name."""
    return dict(db.execute("SELECT id, name FROM sources"))


def sources_of(
    db: sqlite3.Connection, holding_ids: Sequence[int], until: str, known_at: int | None
) -> dict[int, list[str]]:
    """The sources of each holding's transactions and observations of the days to ``until``."""
    ids = ", ".join(str(int(h)) for h in holding_ids)
    # Which there are is found first, whatever became of each row: that takes a third of the time.
    query = f"""
        WITH said AS MATERIALIZED (
            SELECT DISTINCT p.holding_id, t.source_id
            FROM postings p CROSS JOIN transactions t ON t.id = p.transaction_id
            WHERE p.holding_id IN ({ids}) AND p.occurred_on <= :until)
        SELECT said.holding_id, s.name FROM said JOIN sources s ON s.id = said.source_id
        WHERE EXISTS (
            SELECT 1 FROM postings p CROSS JOIN transactions t ON t.id = p.transaction_id
            WHERE p.holding_id = said.holding_id AND t.source_id = said.source_id
            AND p.occurred_on <= :until AND t.commit_id <= :known_at AND t.kind <> 'reversal'
            AND NOT EXISTS (SELECT 1 FROM transactions r
                            WHERE r.reverses = t.id AND r.commit_id <= :known_at))
        UNION SELECT holding_id, source FROM observations o
        WHERE holding_id IN ({ids}) AND day <= :until
        AND commit_id <= :known_at AND balance IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM observations n WHERE n.holding_id = o.holding_id
                        AND n.day = o.day AND n.source = o.source AND n.id > o.id
                        AND n.commit_id <= :known_at)
        ORDER BY 1, 2
    """
    found: dict[int, list[str]] = {}
    for holding, name in db.execute(query, {"until": until, "known_at": upto(known_at)}):
        found.setdefault(holding, []).append(name)
    return found
