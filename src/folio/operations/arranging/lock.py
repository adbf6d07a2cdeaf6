"""Locking the past, and taking a lock back."""

import datetime as dt

from folio.db.arrangements.locks import Lock, add_lock, holdings_seen_after, read_locks, take_back
from folio.errors import FolioError
from folio.operations.recording import Recording


def lock_book(write: Recording, day: dt.date, *, today: dt.date) -> int:
    """Lock the days up to ``day`` (inclusive); returns the lock's number.

    Raises:
        FolioError: when that day is locked already, or has not come.
    """
    if day > today:
        raise FolioError(f"{day} has not come yet; lock a day up to {today}")
    locks = read_locks(write.db)
    if locks and locks[-1].day >= day:
        raise FolioError(
            f"the book is locked through {locks[-1].day} already; to lock less, take that "
            "back with: folio lock undo"
        )
    return add_lock(write.commit, day)


def unlock_book(write: Recording) -> tuple[Lock, Lock | None]:
    """Take back the newest lock; returns it, and the one that is in force now.

    Balances that it held bend again to what was observed after its day.

    Raises:
        FolioError: when nothing is locked.
    """
    locks = read_locks(write.db)
    if not locks:
        raise FolioError("nothing is locked; lock a year with: folio lock YEAR")
    lock = locks[-1]
    take_back(write.commit, lock)
    for holding in holdings_seen_after(write.db, lock.day):
        write.touched.observation(holding, lock.day + dt.timedelta(days=1))
    return lock, locks[-2] if len(locks) > 1 else None
