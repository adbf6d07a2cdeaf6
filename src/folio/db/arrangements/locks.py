"""Locks: days up to which figures stay as they are."""

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING

from folio.db.values import upto
from folio.model.named import NamedTuple

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


class Lock(NamedTuple):
    """A lock: figures on or before its day are as they were known at its commit."""

    id: int
    commit_id: int
    day: dt.date  # inclusive


class Entry(NamedTuple):
    """A commit that was let into a lock."""

    lock_id: int
    commit_id: int
    from_day: dt.date  # from which figures may have changed


def add_lock(commit: "Commit", day: dt.date) -> int:
    """Record a lock on the days up to ``day`` (inclusive)."""
    return commit.add("locks", day=day.isoformat())


def take_back(commit: "Commit", lock: Lock) -> None:
    """Record that a lock is no longer in force."""
    commit.add("locks", undoes=lock.id)


def add_entry(commit: "Commit", lock: Lock, from_day: dt.date) -> None:
    """Record that this commit was let into a lock."""
    commit.add("lock_entries", lock_id=lock.id, from_day=from_day.isoformat())


def all_locks(db: sqlite3.Connection, known_at: int | None) -> list[tuple[Lock, int | None]]:
    """Every lock in the order of recording, and the commit that took it back."""
    query = "SELECT id, commit_id, day, undoes FROM locks WHERE commit_id <= ? ORDER BY id"
    rows = list(db.execute(query, [upto(known_at)]))
    gone = {undoes: commit for _, commit, _, undoes in rows if undoes is not None}
    return [
        (Lock(number, commit, dt.date.fromisoformat(day)), gone.get(number))
        for number, commit, day, _ in rows
        if day is not None
    ]


def read_locks(db: sqlite3.Connection, known_at: int | None = None) -> list[Lock]:
    """The locks in force, by day; the last one is the one that refuses."""
    found = (lock for lock, gone in all_locks(db, known_at) if gone is None)
    return sorted(found, key=lambda lock: lock.day)


def read_entries(db: sqlite3.Connection, known_at: int | None) -> list[Entry]:
    """What was let into locks, in the order of recording."""
    query = "SELECT lock_id, commit_id, from_day FROM lock_entries WHERE commit_id <= ? ORDER BY id"
    rows = db.execute(query, [upto(known_at)])
    return [Entry(lock, commit, dt.date.fromisoformat(day)) for lock, commit, day in rows]


def holdings_seen_after(db: sqlite3.Connection, day: dt.date) -> list[int]:
    """The holdings of which something was ever observed after a day."""
    query = "SELECT DISTINCT holding_id FROM observations WHERE day > ? ORDER BY holding_id"
    return [row[0] for row in db.execute(query, [day.isoformat()])]
