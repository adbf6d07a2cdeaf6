"""Transactions within a day in the order in which they are walked.

A transaction is listed once, where its subject walks: the units that left where units were
exchanged, else those that moved, else the cash, the fee or the tax.  An arrival that is linked
stands just after its departure where that is of the same day; one whose departure is of a later
day keeps its day, and stands last on it.  A reversal stands where what it undoes does.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby

from folio.book import Book
from folio.book.transfers import other_ends
from folio.db.ledger import Recorded, get_transaction, revisions_of
from folio.db.postings import Posting, postings_of
from folio.model.ledger import WalkKey, walk_key
from folio.model.numbers import ZERO

_ROLES = {"asset": 0, "cash": 1, "fee": 2, "tax": 3}
_ARRIVALS = frozenset({"transfer_in", "deposit"})


def in_walk_order(
    book: Book, found: Iterable[Recorded], *, newest_first: bool = False
) -> Iterator[Recorded]:
    """Transactions that come by day, either way round, those of a day as they are walked."""
    for _, some in groupby(found, key=lambda one: one.occurred_on):
        of_day = list(some)
        if len(of_day) > 1:
            places = _places(book, of_day)
            of_day.sort(key=lambda one: (*places[one.id], one.id), reverse=newest_first)
        yield from of_day


def _places(book: Book, of_day: list[Recorded]) -> dict[int, WalkKey]:
    places = {one.id: _place(book, one) for one in of_day}
    arrivals = [one.id for one in of_day if one.kind in _ARRIVALS]
    for arrival, departures in (other_ends(book, arrivals) if arrivals else {}).items():
        departure = get_transaction(book.db, departures[0], book.known_at)
        if arrival in places and departure is not None:
            after = (*_place(book, departure)[:4], 1)
            places[arrival] = max(places[arrival], after)
    return places


def _place(book: Book, one: Recorded) -> WalkKey:
    if one.reverses is not None:
        undone = get_transaction(book.db, one.reverses)
        if undone is not None:
            return _place(book, undone)
    stated = [p for p in postings_of(book.db, one.id) if p.role in _ROLES]
    brings_in = bool(stated) and min(stated, key=_rank).quantity > ZERO
    instant = None if one.occurred_at is None else one.occurred_at.astimezone(dt.UTC).isoformat()
    number = one.id if one.revision == 1 else revisions_of(book.db, one.id)[0]
    return walk_key(one.occurred_on.isoformat(), instant, one.kind, brings_in, number)


def _rank(posting: Posting) -> tuple[int, bool]:
    """Units before money; of units those that left first."""
    role = _ROLES[posting.role]
    return role, not role and posting.quantity > ZERO
