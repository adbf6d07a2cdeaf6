"""Evenings that stay where some holdings of a family are folded again, and the others are not.

An evening is kept of the first month with whose end there are so many events since the last one.
New events count in every month from theirs on, and in what the next evening waits for: so all
evenings stay, with other states of these holdings, unless one comes to be due a month earlier.
Where that is not certain, the whole family is folded once more.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from folio.book import Book
from folio.db.derived.evenings import (
    Kept,
    Parts,
    events_in,
    lots_in,
    parts_of,
    read_kept,
    rewrite_evenings,
)
from folio.model.ledger import Event, State, Step
from folio.operations.deriving.evenings_to_keep import Evenings, after_evening


class KeptEvenings:
    """Those of a family from a day on, while ``holdings`` of it are folded again.

    Nothing joined these with the others since the evening before, and of no events were taken
    back, or moved to another day.
    """

    def __init__(self, book: Book, evenings: Evenings, holdings: set[int], since: dt.date) -> None:
        self._book = book
        self._evenings = evenings
        self._holdings = holdings
        self._since = since
        self._kept = read_kept(book.db, evenings.family, since)
        self._due = [one.day for one in reversed(self._kept)]
        self._noted: dict[dt.date, Parts] = {}  # states of these holdings
        self._before = evenings.postings_of(holdings)  # events

    def fold(self, events: Iterable[Event], states: dict[int, State]) -> Iterator[Step]:
        """The holdings' fold; after it all evenings are those that the family's would keep."""
        yield from self._book.keeping(self._holdings, self._note)(events, states)
        kept = self._with_noted(sum(state.events for state in states.values()))
        if kept is not None:
            rewrite_evenings(self._book.db, self._evenings.family, kept)
        else:
            self._fold_all()

    def _note(self, day: str, following: str, events: int, states: Mapping[int, State]) -> None:
        """Note the states of evenings between the day of an event and the next one's."""
        while self._due and (not following or self._due[-1].isoformat() < following):
            evening = self._due.pop()
            if evening.isoformat() >= day and not self._evenings.is_between(states):
                self._noted[evening] = parts_of(states)

    def _with_noted(self, after: int) -> list[Kept] | None:
        """What is kept, with the states noted; None where other evenings may be due.

        The holdings have so many events ``after`` the change.
        """
        was_due = due = self._evenings.due_before(self._since)
        was_more = 0  # events
        found: list[Kept] = []
        for one in self._kept:
            if one.day not in self._noted:
                return None
            parts = {h: own for h, own in one.parts.items() if h not in self._holdings}
            parts |= self._noted[one.day]
            events = events_in(parts)
            more = events - events_in(one.parts)
            all_wait_longer = more == was_more and due >= was_due + more
            if events < due or not (all_wait_longer or self._before_month(one.day, events) < due):
                return None
            was_due, due = one.next_at, after_evening(events, lots_in(parts))
            was_more = more
            found.append(Kept(one.day, due, parts))
        more = after - self._before
        if self._evenings.postings + more >= due and (more != was_more or due < was_due + more):
            return None
        return found

    def _before_month(self, day: dt.date, events: int) -> int:
        """How many events there were before a month, of which with a day there are ``events``.

        At most so many: of those that move nothing not all count.
        """
        before, until = self._evenings.month_before(day), day.isoformat()
        found = self._book.kept_events(self._evenings.holdings, after=before, until=until)
        return events - sum(1 for event in found if event.quantity and event.key[0] <= until)

    def _fold_all(self) -> None:
        self._evenings.forget(self._since)
        start = self._evenings.last_before(self._since)
        after, states = (None, {}) if start is None else (start.day, start.states)
        events = self._book.kept_events(self._evenings.holdings, after=after)
        for _ in self._evenings.fold(events, states):
            pass
