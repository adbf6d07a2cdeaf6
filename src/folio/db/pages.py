"""The pages of a book's file: what SQLite finds wrong in them."""

import contextlib
import sqlite3
from pathlib import Path

from folio.db.connection import damaged
from folio.db.select import open_to_read
from folio.errors import FolioError


def page_faults(db: sqlite3.Connection, check: str = "integrity_check") -> list[str]:
    """What a check finds, one line each; empty where all is well.

    ``check`` is a pragma: ``quick_check`` does not compare indexes, and ``(1)`` stops at the first.
    """
    lines = [line for (text,) in db.execute(f"PRAGMA {check}") for line in text.splitlines()]
    return [line for line in lines if line != "ok" and not line.startswith("*** in database")]


def damage(path: Path) -> FolioError | None:
    """Why a book cannot be read as it should; None where SQLite finds nothing, or there is none."""
    if not path.is_file():
        return None
    try:
        with contextlib.closing(open_to_read(path)) as db:
            found = page_faults(db, "quick_check(1)")
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    return damaged(path, found[0]) if found else None
