"""What locks hold of a holding's balance.

The balance on a locked day is the one that was known when the lock was made: with what had been
recorded by then, and with whatever was let in later for a day up to the lock's own.  Rows of later
days that came later do not bend it.  The newest of those rows stand in the drift all the same; the
anchor keeps them to the days after the lock.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from folio.db.locks import Lock
from folio.db.observations import Observation, read_observations
from folio.engine.reconciliation import Anchor
from folio.model.ledger import Event

if TYPE_CHECKING:
    from folio.book import Book


def anchors(
    book: "Book", holding: int, observations: Sequence[Observation], events: Sequence[Event]
) -> list[Anchor]:
    """Where locks hold a holding's drift, by day.

    An anchor is a point of the drift that was known, so it changes nothing by itself; where
    nothing was ever observed after a lock's day, there is none.
    """
    found: list[Anchor] = []
    for lock in book.locks:
        anchor = _anchor(book, lock, holding, observations, events, found)
        if anchor is not None:
            found.append(anchor)
    return found


def _anchor(
    book: "Book",
    lock: Lock,
    holding: int,
    observations: Sequence[Observation],
    events: Sequence[Event],
    before: list[Anchor],
) -> Anchor | None:
    later = lock.day + dt.timedelta(days=1)
    seen = [o for o in observations if o.day < later]
    own = [e for e in events if e.key[0] < later.isoformat()]
    if any(o.day == lock.day for o in seen):
        return None  # observed on that very day
    if not seen and all(event.on_lots_alone for event in own):
        return None  # nothing is known of it on that day
    known = read_observations(book.db, holding, lock.commit_id)
    seen += [o for o in known if o.day >= later]
    if len(seen) == len(observations) == sum(o.day < later for o in observations):
        return None  # nothing was ever observed after that day
    then = book.reader_at(lock.commit_id).of([holding])
    own += [e for e in then if e.key[0] >= later.isoformat()]
    day = lock.day.toordinal()
    drift = book.unlocked_drift(seen, own, before)
    return Anchor(day, drift.exactly(day), drift.interpolated(day))
