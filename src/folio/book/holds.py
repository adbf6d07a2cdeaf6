"""What locks hold of a holding's balance.

The balance on a locked day is the one that was known when the lock was made: with what had been
recorded by then, and with whatever was let in later for a day up to the lock's own.  Rows of later
days that came later do not bend it.  The hold keeps what they say to the days after
the lock.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from folio.db.arrangements.locks import Lock
from folio.db.statements.observations import Observation
from folio.engine.reconciliation import Drift, Hold, compare
from folio.model.ledger import Event

Known = Callable[[int], tuple[list[Observation], list[Event]]]  # as known at a commit


def holds(
    locks: Iterable[Lock],
    observations: Sequence[Observation],
    events: Sequence[Event],
    known: Known,
) -> list[Hold]:
    """Where locks hold a holding's drift, by day.

    A hold is a point of the drift that was known, so it changes nothing by itself; where
    nothing was ever observed after a lock's day, there is none.
    """
    found: list[Hold] = []
    for lock in locks:
        hold = _hold(lock, observations, events, known, found)
        if hold is not None:
            found.append(hold)
    return found


def _hold(
    lock: Lock,
    observations: Sequence[Observation],
    events: Sequence[Event],
    known: Known,
    before: list[Hold],
) -> Hold | None:
    later = lock.day + dt.timedelta(days=1)
    seen = [o for o in observations if o.day < later]
    own = [e for e in events if e.key[0] < later.isoformat()]
    if any(o.day == lock.day for o in seen):
        return None  # observed on that very day
    if not seen and all(event.needs_lots for event in own):
        return None  # nothing is known of it on that day
    seen_then, then = known(lock.commit_id)
    seen += [o for o in seen_then if o.day >= later]
    if len(seen) == len(observations) == sum(o.day < later for o in observations):
        return None  # nothing was ever observed after that day
    own += [e for e in then if e.key[0] >= later.isoformat()]
    day = lock.day.toordinal()
    drift = Drift(compare(seen, own), before)
    return Hold(day, drift.exactly(day), drift.interpolated(day), drift.grows(day))
