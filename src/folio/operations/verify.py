"""Verifying a book: its structure, its chain of commits, and what is derived from it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import zip_longest

from folio.db.connection import committed, writing
from folio.db.proof import DERIVED, chain_faults, derived_rows, hash_of, structure_faults
from folio.db.rollup import read_dirty, rollup_until
from folio.operations.roll_up import rebuild_within


def faults(db: sqlite3.Connection, expect: str | None = None) -> Iterator[str]:
    """What does not fit, in sentences; ``expect`` is a head that was kept elsewhere.

    Nothing is changed: what is derived is computed again in a transaction that is rolled back.
    """
    yield from structure_faults(db)
    yield from chain_faults(db)
    if expect is not None:
        yield from _missing_head(db, expect)
    yield from _derived_faults(db)


def _missing_head(db: sqlite3.Connection, expect: str) -> Iterator[str]:
    number, _, hashed = expect.strip().partition("-")
    row = None
    if number.isdecimal():
        row = hash_of(db, int(number))
    if row is None:
        yield f"commit {number} is not there: the book is shorter than when its head was kept"
    elif row != hashed:
        yield f"commit {number} has another hash than the head that was kept"


class _Undo(Exception):
    """Rolls back what was computed to be compared."""


def _derived_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Derived rows that are not what the facts give; days known to be out of date apart.

    What is stored is read beside what was computed, row by row: a big book's rows would fill
    the memory.
    """
    found: list[str] = []
    with suppress(_Undo), closing(committed(db)) as stored, writing(db):
        stale = bool(read_dirty(db)) or rollup_until(db) is None
        rebuild_within(db)
        for table in DERIVED:
            if stale and table == "portfolio_value_daily":
                continue
            pairs = zip_longest(derived_rows(stored, table), derived_rows(db, table))
            differing = next(((was, now) for was, now in pairs if was != now), None)
            if differing is not None:
                was, now = differing
                found.append(f"{table}: {was} is stored, the facts give {now}")
        raise _Undo
    yield from found
