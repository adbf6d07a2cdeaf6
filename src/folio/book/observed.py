"""What was observed of a holding beyond its ledger, day by day: a flow that nobody recorded."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.held_by_locks import may_hold
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.numbers import ZERO


class Appeared(NamedTuple):
    """Units beyond the ledger that were not there the evening before, in those of the day."""

    day: dt.date
    there: Decimal  # in all
    before: Decimal  # the evening before; what came is worth the difference of the two

    @property
    def units(self) -> Decimal:
        """That came; negative: that went."""
        return self.there - self.before


def appeared(book: Book, holding: Holding, period: Period) -> Iterator[Appeared]:
    """The days of a period, both bounds inclusive, on which units beyond the ledger came or went.

    On a holding's first day all of them came.  What a gap answered with growth brought is return,
    and left out.
    """
    seen = book.observations(holding.id)
    if not seen and not (book.locks and may_hold(book, holding.id)):
        return
    events = book.events([holding.id])
    drift = book.drift(seen, events, holding=holding.id)
    if not drift:
        return
    moved = (dt.date.fromisoformat(e.key[0]) for e in events if not e.needs_lots)
    first = min([*(o.day for o in seen[:1]), *moved])
    number, last = max(first, period.start).toordinal(), period.end.toordinal()
    observed = [o.day.toordinal() for o in seen]
    while number <= last:
        day = dt.date.fromordinal(number)
        new, old, _ = book.splits_until(holding.asset_id, day)
        there = drift.offset(number, new, old)
        before = drift.offset(number - 1, new, old) if day > first else ZERO
        if there != before and not (day > first and drift.grows(number)):
            yield Appeared(day, there, before)
        steady = drift.constant_until(number) or last + 1
        number = min(steady, *observed[bisect_right(observed, number) :][:1], last + 1)
