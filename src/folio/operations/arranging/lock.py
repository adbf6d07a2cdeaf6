"""Locking the past, and taking a lock back."""

import datetime as dt
import sqlite3

from folio.db.arrangements.locks import Lock, add_lock, holdings_seen_after, read_locks, take_back
from folio.errors import FolioError
from folio.operations.recording import Who, recording


def lock_book(db: sqlite3.Connection, who: Who, day: dt.date, *, today: dt.date) -> int:
    """Lock the days up to ``day`` (inclusive); returns the lock's number.

    Raises:
        FolioError: when that day is locked already, or has not come.
    """
    if day > today:
        raise FolioError(f"{day} has not come yet; lock a day up to {today}")
    with recording(db, who) as write:
        locks = read_locks(db)
        if locks and locks[-1].day >= day:
            raise FolioError(
                f"the book is locked through {locks[-1].day} already; to lock less, take that "
                "back with: folio lock undo"
            )
        return add_lock(write.commit, day)


def unlock_book(db: sqlite3.Connection, who: Who) -> tuple[Lock, Lock | None]:
    """Take back the newest lock; returns it, and the one that is in force now.

    Balances that it held bend again to what was observed after its day.

    Raises:
        FolioError: when nothing is locked.
    """
    with recording(db, who) as write:
        locks = read_locks(db)
        if not locks:
            raise FolioError("nothing is locked; lock a year with: folio lock YEAR")
        lock = locks[-1]
        take_back(write.commit, lock)
        for holding in holdings_seen_after(db, lock.day):
            write.touched.observation(holding, lock.day + dt.timedelta(days=1))
    return lock, locks[-2] if len(locks) > 1 else None
