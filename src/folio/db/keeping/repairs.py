"""Making anew what guards, finds or follows from the facts; a fact is never among it."""

import sqlite3

from folio.db.file.connection import writing
from folio.db.file.migrations import Difference, differences
from folio.db.keeping.proof import DERIVED

_DERIVED = {*DERIVED, "dirty", "rollup_state"}


def can_be_made(found: Difference) -> bool:
    """Whether something of the schema can be made anew without touching a fact."""
    return found.kind != "table" or found.name in _DERIVED


def make_schema_anew(db: sqlite3.Connection) -> bool:
    """Make triggers, indexes, views and derived tables as a fresh book has them.

    Returns whether a derived table was among them: it is empty then, and is to be computed.
    """
    db.execute("PRAGMA foreign_keys = OFF")  # to drop a table would look at all who refer to it
    try:
        with writing(db):
            found = [one for one in differences(db) if can_be_made(one)]
            for one in reversed(found):
                if not one.missing:
                    db.execute(f"DROP {one.kind} IF EXISTS {quoted(one.name)}")
            dropped = {one.name for one in found if one.kind == "table"}
            for one in list(differences(db)):  # those that went with their table, too
                if one.wanted is not None and can_be_made(one):
                    db.execute(one.wanted)
    finally:
        db.execute("PRAGMA foreign_keys = ON")
    return bool(dropped)


def quoted(name: str) -> str:
    """A name that somebody else may have chosen, as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def make_indexes_anew(db: sqlite3.Connection) -> None:
    """Sort every index again from its table."""
    with writing(db):
        db.execute("REINDEX")
