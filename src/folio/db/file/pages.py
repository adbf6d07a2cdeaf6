"""The pages of a book's file: what SQLite finds wrong in them."""

import sqlite3


def page_faults(db: sqlite3.Connection) -> list[str]:
    """What its check finds, one line each, a hundred texts at most; empty where all is well."""
    found = [line for (text,) in db.execute("PRAGMA integrity_check") for line in text.splitlines()]
    return [line for line in found if line != "ok" and not line.startswith("*** in database")]
