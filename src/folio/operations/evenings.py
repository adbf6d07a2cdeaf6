"""Which evenings of a family of assets are kept, so that a back-dated fold starts there.

A transaction of five years ago changes what its asset's holdings are from then on; of a
million transactions, those before it would be most of the work.  What is kept must be what
``rebuild`` keeps, so it goes by the events alone: an evening after so many of them since the
last one.  Where many lots are open it is so many more that what is kept stays a small part of
the book.  Nothing is kept while units are between two accounts, or where a gap is answered with
growth, which later observations change.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from folio.book import Book
from folio.db.derived import Position, read_positions
from folio.db.evenings import (
    Evening,
    forget_evenings,
    next_evening,
    out_of_date,
    read_evening,
    write_evening,
)
from folio.model.ledger import Event, State, Step, last_day

EVERY = 512  # events
A_LOT = 4  # events for every lot that is kept


class Evenings:
    """The evenings of one family of assets."""

    def __init__(self, book: Book, family: frozenset[int]) -> None:
        self._book = book
        self._family = family
        self.holdings = book.family_of(min(family))
        between = {book.reader.transit_holding(asset) for asset in family}
        self._between = [number for number in between if number is not None]
        self._next = EVERY

    def forget(self, since: dt.date) -> None:
        """Remove those that a change of a day may have changed."""
        forget_evenings(self._book.db, self._family, dt.date.min if self._grown else since)

    def last_before(self, day: dt.date) -> Evening | None:
        """The last one before a day, from which a fold may start."""
        return None if self._grown else read_evening(self._book.db, self._family, day)

    def fold(self, events: Iterable[Event], states: dict[int, State]) -> Iterator[Step]:
        """The family's fold, that keeps evenings on its way after those that are kept.

        The day of its last event is not over.
        """
        db = self._book.db
        self._next = next_evening(db, self._family) or EVERY
        keep = None if self._grown else self._keep
        yield from self._book.keeping(self.holdings, keep)(events, states)
        last = last_day(states)
        forget_evenings(db, self._family, dt.date.fromisoformat(last) if last else dt.date.min)

    def may_come(self, events: int) -> bool:
        """Whether one may be kept within so many more events."""
        so_far = sum(position.postings for position in self._positions)
        return so_far + events >= (next_evening(self._book.db, self._family) or EVERY)

    def are_behind(self, day: dt.date, events: int) -> bool:
        """Whether all that are kept stay, where so many events are folded on from ``day`` on.

        Another holding may have been told of a later day, and the family may be another.
        """
        days = [last for position in self._positions if (last := position.last_event)]
        over = max(days, default=day) > day and self.may_come(events)
        return not over and not out_of_date(self._book.db, self._family, day)

    @cached_property
    def _grown(self) -> bool:
        return any(holding in self._book.reader.grown for holding in self.holdings)

    @cached_property
    def _positions(self) -> Collection[Position]:
        """As they were before anything was folded on."""
        return read_positions(self._book.db, self.holdings).values()

    def _keep(self, day: str, events: int, states: dict[int, State]) -> None:
        """Keep the evening of a day, if it is time after so many events."""
        if events < self._next or any(states[h].lots for h in self._between if h in states):
            return
        lots = sum(len(state.lots) for state in states.values())
        self._next = events + max(EVERY, A_LOT * lots)
        write_evening(self._book.db, self._family, day, self._next, states)
