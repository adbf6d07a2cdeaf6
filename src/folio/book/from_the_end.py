"""What observations say beyond the ledger from a day on, told from the ledger's end.

The ledger of an observation's day is what the holding comes to at the end less what came since,
so that nothing is read of what came before the last observation that counts: a month of an
account that is observed every month, whatever its years.

Where more has a part in it (growth, a split, an asset read as another one, a lock that is not
before the observations that count) it is not told: then all is compared from the first event on
(:meth:`folio.book.Book.observed`).
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from folio.book import Book
from folio.db.derived.gaps import read_gaps
from folio.db.statements.observations import Observation
from folio.engine.reconciliation import Anchor, Drift, gaps
from folio.model.gaps import Observed

LAST_DAY = dt.date.max


def drift_after(
    book: Book,
    holding: int,
    seen: Sequence[Observation],
    first: dt.date,
    units: Decimal,
    *,
    plain: bool = False,
) -> Drift | None:
    """What is observed beyond the ledger from the evening before ``first`` on.

    ``units`` are what the holding's postings come to, as all of them make it; ``plain`` says that
    it is money of which sums are stored.
    """
    anchors = _anchors(book, holding, seen, first, units, plain=plain)
    return None if anchors is None else Drift(anchors)


def observed_after(
    book: Book, holding: int, first: dt.date, units: Decimal, *, plain: bool = False
) -> Observed | None:
    """What a holding's observations say at the end, where something changed from ``first`` on.

    The gaps of earlier observations stay as they are stored.
    """
    seen = book.observations(holding)
    anchors = _anchors(book, holding, seen, first, units, plain=plain)
    if not seen or anchors is None:
        return None
    kept = [gap for gap in read_gaps(book.db, [holding]).get(holding, ()) if gap.until < first]
    changed = [gap for gap in gaps(anchors) if gap.until >= first]
    unexplained = Drift(anchors).offset(LAST_DAY.toordinal())
    return Observed(unexplained, len(seen), seen[0].day, seen[-1].day, [*kept, *changed])


def _anchors(
    book: Book,
    holding: int,
    seen: Sequence[Observation],
    first: dt.date,
    units: Decimal,
    *,
    plain: bool,
) -> list[Anchor] | None:
    """The observations from ``first`` on, and the last one before, beside the ledger."""
    asset, reader = book.catalog.holdings[holding].asset_id, book.reader
    unsplit = book.splits_until(asset, dt.date.min)[2] == LAST_DAY
    if not unsplit or book.catalog.aliases or holding in reader.grown:
        return None
    counted = seen[max((place for place, o in enumerate(seen) if o.day < first), default=0) :]
    if not counted:
        return []
    if book.locks and not book.locks[-1].day < counted[0].day < first:
        return None  # a lock may hold what is beyond the ledger on its day
    found = reader.walk([holding], after=counted[0].day, sums=plain)
    later = [(event.key[0], event.quantity) for event in found]
    ledger, anchors = units, []
    for day, balance, _, number in reversed(counted):
        while later and later[-1][0] > day.isoformat():
            ledger -= later.pop()[1]
        anchors.append(Anchor(day, balance, number, ledger, ledger, ledger, 1, 1))
    return anchors[::-1]
