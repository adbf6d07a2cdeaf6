"""Sources: where rows come from."""

import sqlite3

from folio.db.commits import Commit


def source_id(commit: Commit, name: str) -> int:
    """The id of a source, recorded where the book does not know it yet."""
    number = find_source(commit.db, name)
    if number is None:
        number = commit.add("sources", name=name, split_adjusted=0)
    return number


def find_source(db: sqlite3.Connection, name: str) -> int | None:
    """The id of a source, or None."""
    row = db.execute("SELECT id FROM sources WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])


def source_names(db: sqlite3.Connection) -> dict[int, str]:
    """Every source's name."""
    return dict(db.execute("SELECT id, name FROM sources"))
