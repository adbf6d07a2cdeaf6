"""A holding's balance at the end of each day, from its ledger and its observations.

What is about to be booked can be added in memory, so that what follows sees it.
"""

import datetime as dt
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from folio.book import Book
from folio.engine.grades import Days
from folio.engine.interest import DAY, Span, Stretch
from folio.engine.splits import scaled
from folio.model.accounts import Holding
from folio.model.ledger import Event, walk_key
from folio.model.numbers import ZERO

Booked = tuple[dt.date, Decimal]  # a day, and units that came in on it


class Balances:
    """One holding's balances; before the first evidence there is none, which earns nothing."""

    def __init__(self, book: Book, holding: Holding) -> None:
        self._book = book
        self._holding = holding
        self._events = book.events([holding.id])
        self._seen = book.observations(holding.id)
        self.is_split = any(event.ratio is not None for event in self._events)
        self._fold()

    def _fold(self) -> None:
        self._days: list[dt.date] = []
        self._sums: list[Decimal] = []
        units = ZERO
        for event in self._events:
            new = event.ratio
            units = units + event.quantity if new is None else scaled(units, *new)
            day = dt.date.fromisoformat(event.key[0])
            if self._days and self._days[-1] == day:
                self._sums[-1] = units
            else:
                self._days.append(day)
                self._sums.append(units)
        self._drift = self._book.drift(self._seen, self._events, holding=self._holding.id)

    def observed_since(self, day: dt.date) -> bool:
        """Whether a balance was seen on or after a day: what is booked then explains it."""
        return bool(self._seen) and self._seen[-1].day >= day

    def add(self, day: dt.date, units: Decimal) -> None:
        """Take in units as if they had been booked on a day."""
        key = walk_key(day.isoformat(), None, "interest", units > ZERO, 2**62)
        event = Event(key, self._holding.id, 0, "interest", units)
        insort(self._events, event, key=lambda one: one.key)
        if self.is_split or any(lock.day >= day for lock in self._book.locks):
            self._fold()
            return
        self._drift.explain(day.toordinal(), Fraction(units))
        place = bisect_left(self._days, day)
        if place == len(self._days) or self._days[place] != day:
            self._days.insert(place, day)
            self._sums.insert(place, self._sums[place - 1] if place else ZERO)
        for later in range(place, len(self._sums)):
            self._sums[later] += units

    def stretches(
        self, first: dt.date, last: dt.date, without: Sequence[Booked] = ()
    ) -> Iterator[Stretch]:
        """The stretches of equal balance from ``first`` to ``last``, both inclusive.

        ``without`` leaves out what was booked from its day on, as if it had not come.
        """
        begun = [days[0] for days in (self._days, [o.day for o in self._seen]) if days]
        day = max(first, min(begun, default=last + DAY))
        while day <= last:
            place = bisect_right(self._days, day)
            until = self._days[place] if place < len(self._days) else last + DAY
            units = self._sums[place - 1] if place else ZERO
            extra, steady = self._offset(day)
            until = min(until, steady, last + DAY)
            for booked, amount in without:
                if booked <= day:
                    units -= amount
                else:
                    until = min(until, booked)
            yield day, until - DAY, units + extra
            day = until

    def known(self, spans: Iterable[Span]) -> Days:
        """How well the balances of these days are known.

        Nobody knows them before the first observation, where no posting is older.
        """
        posted = [*self._days[:1], dt.date.max][0]
        seen = [*(one.day for one in self._seen[:1]), dt.date.max][0]
        days = unknown = between = 0
        for first, last in spans:
            day = first if posted <= seen and self._days else min(max(first, seen), last + DAY)
            days += (last - first).days + 1
            unknown += (day - first).days
            while day <= last:
                number = day.toordinal()
                steady = self._drift.constant_until(number)
                until = (
                    last + DAY if steady is None else min(last + DAY, dt.date.fromordinal(steady))
                )
                between += (until - day).days if self._drift.interpolated(number) else 0
                day = until
        return Days(days, unknown, between)

    def _offset(self, day: dt.date) -> tuple[Decimal, dt.date]:
        """What was observed beyond the ledger, and the day (exclusive) until which that holds."""
        if not self._drift:
            return ZERO, dt.date.max
        new, old, split = self._book.splits_until(self._holding.asset_id, day)
        number = day.toordinal()
        steady = self._drift.constant_until(number)
        until = split if steady is None else min(split, dt.date.fromordinal(steady))
        return self._drift.offset(number, new, old), until
