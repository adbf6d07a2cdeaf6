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
from folio.db.transactions.ledger import Recorded, get_transaction, revisions_of
from folio.db.transactions.postings import (
    NewAction,
    Posting,
    actions_of_each,
    postings_of,
    postings_of_each,
)
from folio.model.ledger import WalkKey, walk_key
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO

_ROLES = {"asset": 0, "cash": 1, "fee": 2, "tax": 3}
_ARRIVALS = frozenset({"transfer_in", "deposit"})
_AT_ONCE = 1_000  # transactions whose parts are read together, the rest of their day with them


class Whole(NamedTuple):
    """A transaction with what belongs to it."""

    recorded: Recorded
    postings: list[Posting]
    action: NewAction | None
    ends: list[int]  # the other legs of its transfer, where it is linked


def in_walk_order(book: Book, found: Iterable[Recorded], *, newest_first: bool) -> Iterator[Whole]:
    """Transactions that come by day, either way round, those of a day as they are walked."""
    for some in _whole_days(found):
        for _, one_day in groupby(with_parts(book, some), key=lambda one: one.recorded.occurred_on):
            of_day = list(one_day)
            if len(of_day) > 1:
                places = _places(book, of_day)
                of_day.sort(key=lambda one: places[one.recorded.id], reverse=newest_first)
            yield from of_day


def _whole_days(found: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    """Transactions that come by day, some days at a time: few at first, for who wants no more."""
    some: list[Recorded] = []
    most = 1
    for _, of_day in groupby(found, key=lambda one: one.occurred_on):
        some += of_day
        if len(some) >= most:
            yield some
            some, most = [], min(2 * most, _AT_ONCE)
    if some:
        yield some


def with_parts(book: Book, some: Iterable[Recorded]) -> list[Whole]:
    """Transactions with what belongs to them, in their order."""
    chosen = list(some)
    numbers = [one.id for one in chosen]
    postings, actions = postings_of_each(book.db, numbers), actions_of_each(book.db, numbers)
    ends = other_ends(book, numbers)
    return [
        Whole(one, postings.get(one.id, []), actions.get(one.id), ends.get(one.id, []))
        for one in chosen
    ]


def _places(book: Book, of_day: list[Whole]) -> dict[int, tuple[WalkKey, int]]:
    """Where each stands on its day, by its number."""
    places = {one.recorded.id: _place(book, one.recorded, one.postings) for one in of_day}
    for one in of_day:
        if one.recorded.kind in _ARRIVALS and one.ends:
            departure = get_transaction(book.db, one.ends[0], book.known_at)
            if departure is not None:
                left = _place(book, departure, postings_of(book.db, departure.id))
                after = (*left[:4], 1)
                places[one.recorded.id] = max(places[one.recorded.id], after)
    return {number: (place, number) for number, place in places.items()}


def _place(book: Book, one: Recorded, postings: list[Posting]) -> WalkKey:
    if one.reverses is not None:
        undone = get_transaction(book.db, one.reverses, book.known_at)
        if undone is not None:
            return _place(book, undone, postings_of(book.db, undone.id))
    stated = [p for p in postings if p.role in _ROLES]
    brings_in = bool(stated) and min(stated, key=_rank).quantity > ZERO
    instant = None if one.occurred_at is None else one.occurred_at.astimezone(dt.UTC).isoformat()
    number = one.id if one.revision == 1 else revisions_of(book.db, one.id)[0]
    return walk_key(one.occurred_on.isoformat(), instant, one.kind, brings_in, number)


def _rank(posting: Posting) -> tuple[int, bool]:
    """Units before money; of units those that left first."""
    role = _ROLES[posting.role]
    return role, not role and posting.quantity > ZERO
