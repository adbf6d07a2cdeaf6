"""Sources: where rows come from."""

import sqlite3

from folio.db.commits import Commit
from folio.errors import FolioError


def source_id(commit: Commit, name: str, *, split_adjusted: bool = False) -> int:
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
