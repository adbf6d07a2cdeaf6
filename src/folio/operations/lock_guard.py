"""Refusing what would change the figures of locked days: the one place that decides.

What counts is the earliest day on which a figure of some holding may change, as deriving
found it (:mod:`folio.operations.derive`), and on which that holding has figures at all; and
the day from which a vault is filled otherwise.  Flags, groups, targets of vaults, names and notes
change what is shown, never a figure of a day, so they pass.
"""

import datetime as dt
import sqlite3

from folio.book import Book
from folio.book.facts import facts_of
from folio.db.commits import Commit
from folio.db.derived import read_positions
from folio.db.locks import Lock, add_entry, read_locks
from folio.errors import FolioError
from folio.operations.derive import Touched

Starts = dict[int, dt.date]


class LockGuard:
    """Compares what a command changed with the lock in force; made before anything is derived."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.lock = next(reversed(read_locks(db)), None)
        self.starts = {} if self.lock is None else _starts(db)

    def check(self, commit: Commit, touched: Touched, *, into_lock: bool) -> None:
        """Record that the commit was let into the lock, where it changes locked days.

        Raises:
            FolioError: where it does, and ``into_lock`` does not let it.
        """
        lock = self.lock
        if lock is None:
            return
        first = self._first(touched)
        if first is None or first > lock.day:
            return
        if not into_lock:
            raise FolioError(_refusal(Book(self.db), commit, touched, lock, first))
        add_entry(commit, lock, first)

    def _first(self, touched: Touched) -> dt.date | None:
        """The earliest day on which a figure changes."""
        days = [] if touched.vaults is None else [touched.vaults]
        after = _starts(self.db) if touched.marks else {}
        for holding, day in touched.marks.items():
            starts = [known[holding] for known in (self.starts, after) if holding in known]
            if starts:
                days.append(max(day, min(starts)))
        return min(days, default=None)


def _starts(db: sqlite3.Connection) -> Starts:
    """The first day on which each holding has figures."""
    found = {h: p.first_evidence for h, p in read_positions(db).items()}
    return {holding: day for holding, day in found.items() if day is not None}


def _refusal(book: Book, commit: Commit, touched: Touched, lock: Lock, first: dt.date) -> str:
    facts = facts_of(book, commit.id)
    early = [f for f in facts if f.day is None or f.day <= lock.day] or facts
    what = early[0].dated if early else "this"
    more = f" (and {len(early) - 1} more)" if len(early) > 1 else ""
    return (
        f"{what}{more} would change figures from {first} on, and the book is locked through "
        f"{lock.day}; to record it all the same, repeat with --into-lock; see: folio lock list"
    )
