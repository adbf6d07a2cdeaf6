"""Which evenings of a family of assets are kept, so that a back-dated fold starts there.

A transaction of five years ago changes what its asset's holdings are from then on; of a
million transactions, those before it would be most of the work.  What is kept must be what
``rebuild`` keeps, so it goes by the events alone: the last evening of the month with which there
are so many of them since the last one.  Where many lots are open it is so many more that what is
kept stays a small part of the book.  Nothing is kept while units are between two accounts, or
where a gap is answered with growth, which later observations change.

A back-dated purchase seldom moves an evening: it counts on all sides, and of a month there are
some events to spare.  So holdings that nothing joined with its own need not be folded again; in
what is kept (:mod:`folio.operations.deriving.evenings_that_stay`) they stand as they stood.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from folio.book import Book
from folio.db.derived.evenings import (
    Evening,
    forget_evenings,
    next_after,
    next_evening,
    out_of_date,
    read_evening,
    write_evening,
)
from folio.db.derived.positions import Position, read_positions
from folio.model.ledger import Event, State, Step, last_day
from folio.model.rollups import Days

EVERY = 512  # events
A_LOT = 4  # events for every lot that is kept
_A_DAY = dt.timedelta(days=1)


def month_of(day: dt.date) -> Days:
    """From its first to its last day, which an evening is kept of."""
    first = day.replace(day=1)
    later = first.replace(day=28) + 4 * _A_DAY
    return first, later.replace(day=1) - _A_DAY


def after_evening(events: int, lots: int) -> int:
    """Up to how many events the next one is not kept, where of some these lots are open."""
    return events + max(EVERY, A_LOT * lots)


class Evenings:
    """The evenings of one family of assets."""

    def __init__(self, book: Book, family: frozenset[int]) -> None:
        self._book = book
        self.family = family
        self.holdings = book.family_of(min(family))
        between = {book.reader.transit_holding(asset) for asset in family}
        self._between = [number for number in between if number is not None]
        self._next = EVERY

    def forget(self, since: dt.date) -> None:
        """Remove those that a change of a day may have changed."""
        forget_evenings(self._book.db, self.family, dt.date.min if self._grown else since)

    def last_before(self, day: dt.date) -> Evening | None:
        """The last one before a day, from which a fold may start."""
        return None if self._grown else read_evening(self._book.db, self.family, day)

    def fold(self, events: Iterable[Event], states: dict[int, State]) -> Iterator[Step]:
        """The family's fold, that keeps evenings on its way after those that are kept.

        The month of its last event is not over.
        """
        db = self._book.db
        self._next = next_evening(db, self.family) or EVERY
        keep = None if self._grown else self._keep
        yield from self._book.keeping(self.holdings, keep)(events, states)
        last = last_day(states)
        forget_evenings(db, self.family, dt.date.fromisoformat(last) if last else dt.date.min)

    def may_come(self, events: int) -> bool:
        """Whether one may be kept within so many more events."""
        return self.postings + events >= (next_evening(self._book.db, self.family) or EVERY)

    def are_behind(self, day: dt.date, events: int) -> bool:
        """Whether all that are kept stay, where so many events are folded on from ``day`` on.

        Another holding may have been told of a later day, and the family may be another.
        """
        days = [last for position in self._positions.values() if (last := position.last_event)]
        over = max(days, default=day) > day and self.may_come(events)
        return not over and not out_of_date(self._book.db, self.family, day)

    @staticmethod
    def month_before(day: dt.date) -> dt.date:
        """The last day of the month before that of a day."""
        return month_of(day)[0] - _A_DAY

    def due_before(self, day: dt.date) -> int:
        """Up to how many events none is kept, by the last one before a day."""
        return next_after(self._book.db, self.family, day) or EVERY

    def is_between(self, states: Mapping[int, State]) -> bool:
        """Whether units are between two accounts."""
        return any(states[h].lots for h in self._between if h in states)

    @property
    def postings(self) -> int:
        """How many events there were before anything was folded on."""
        return sum(position.postings for position in self._positions.values())

    def postings_of(self, holdings: Iterable[int]) -> int:
        """How many of them were of these holdings."""
        return sum(self._positions[h].postings for h in holdings if h in self._positions)

    @cached_property
    def _grown(self) -> bool:
        return any(holding in self._book.reader.grown for holding in self.holdings)

    @cached_property
    def _positions(self) -> dict[int, Position]:
        """As they were before anything was folded on."""
        return read_positions(self._book.db, self.holdings)

    def _keep(self, day: str, following: str, events: int, states: dict[int, State]) -> None:
        """Keep the evening of a month, if it is over and it is time after so many events."""
        if events < self._next or self.is_between(states):
            return
        end = month_of(dt.date.fromisoformat(day))[1]
        if following > end.isoformat():
            lots = sum(len(state.lots) for state in states.values())
            self._next = after_evening(events, lots)
            write_evening(self._book.db, self.family, end, self._next, states)
