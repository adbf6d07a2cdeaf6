"""Refusing what would change the figures of locked days: the one place that decides.

What counts is the earliest day on which a figure of some holding may change, as deriving found
it (:mod:`folio.operations.deriving.derive`), and on which that holding has figures at all; and
the day from which a vault is filled otherwise or aims at something else, interest accrues
otherwise, the term of a gain is another one, or a holding is hidden, left out of totals or counted
in a group, for sums of that day change by it.  Another lot method is what it does: where every
sale up to the lock takes the lots that it took, it passes.  Names, notes and the closing of a
vault change no figure of a day, so they pass.
"""

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from folio.book import Book
from folio.db.arrangements.locks import Lock, add_entry, read_locks
from folio.db.derived.positions import consulting_prices, read_positions
from folio.db.recording.commits import Commit
from folio.errors import FolioError
from folio.model.ledger import Slice, State
from folio.operations.deriving.touched import Touched

if TYPE_CHECKING:
    from folio.book.facts import Fact

Starts = dict[int, dt.date]


class LockGuard:
    """Compares what a command changed with the lock in force; made before anything is derived."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.lock = next(reversed(read_locks(db)), None)
        self.starts = {} if self.lock is None else _starts(db)

    def check(self, commit: Commit, touched: Touched, *, into_lock: bool) -> None:
        """Record that the commit was let into the lock, where it changes locked days.

        Raises:
            FolioError: where it does, and ``into_lock`` does not let it.
        """
        lock = self.lock
        if lock is None:
            return
        first = self._first(touched)
        if first is None or first > lock.day or self._same_lots(commit, touched, lock.day):
            return
        if not into_lock:
            raise FolioError(_refusal(Book(self.db), commit, touched, lock, first))
        add_entry(commit, lock, first)

    def _first(self, touched: Touched) -> dt.date | None:
        """The earliest day on which a figure changes."""
        days = []
        if touched.beside is not None and self.starts:
            days.append(max(touched.beside, min(self.starts.values())))
        after = _starts(self.db) if touched.marks else {}
        concerned = self._concerned(touched)
        for holding, day in touched.marks.items():
            starts = [known[holding] for known in (self.starts, after) if holding in known]
            if starts and holding in concerned:
                days.append(max(day, min(starts)))
        return min(days, default=None)

    def _same_lots(self, commit: Commit, touched: Touched, until: dt.date) -> bool:
        """Whether lots alone are chosen otherwise, and none of them up to a day."""
        if touched.beside is not None or not touched.only_lots:
            return False
        before, after = Book(self.db, known_at=commit.id - 1), Book(self.db)
        holdings = after.catalog.holdings
        families = {after.family(holdings[h].asset_id) for h in touched.lots_alone}
        return all(
            _lots_until(before, asset, until) == _lots_until(after, asset, until)
            for asset in map(min, families)
        )

    def _concerned(self, touched: Touched) -> Collection[int]:
        """The holdings whose figures may rest on what changed.

        What changed an asset alone concerns its family: those that lots came from or went to.
        So may lots that were valued by a price; and where something is priced in the asset,
        everything may.
        """
        book = Book(self.db)
        quotes = {q for a in book.catalog.every_asset for q in book.prices.quotes(a)}
        if not touched.about or not touched.about.isdisjoint(quotes):
            return touched.marks
        family = {
            member
            for asset in touched.about
            for other in book.family_of(asset)
            for member in book.catalog.members(other)
        }
        return family | consulting_prices(self.db)


def _starts(db: sqlite3.Connection) -> Starts:
    """The first day on which each holding has figures."""
    found = {h: p.first_evidence for h, p in read_positions(db).items()}
    return {holding: day for holding, day in found.items() if day is not None}


def _lots_until(book: Book, asset: int, until: dt.date) -> tuple[list[Slice], list[object]]:
    """What went away of the lots of an asset's family through a day, and what is left then."""
    states: dict[int, State] = {}
    slices = [one for _, _, gone in book.walk(asset, until=until, states=states) for one in gone]
    return slices, [(holding, state.lots, state.held) for holding, state in sorted(states.items())]


def _refusal(book: Book, commit: Commit, touched: Touched, lock: Lock, first: dt.date) -> str:
    from folio.book.facts import facts_of

    facts = (f for f in facts_of(book, commit.id) if f.day is None or f.day <= lock.day)
    told, count = _telling(facts)
    if told is None:
        told, count = _telling(facts_of(book, commit.id))
    what = "this" if told is None else told.dated
    more = f" (and {count - 1} more)" if count > 1 else ""
    return (
        f"{what}{more}: that would change figures from {first} on, and the book is locked through "
        f"{lock.day}; to record it all the same, repeat with --into-lock; see: folio lock list"
    )


def _telling(facts: "Iterable[Fact]") -> "tuple[Fact | None, int]":
    """The first of some facts, of those with a day where there are any; and how many there are."""
    told, count = None, 0
    for fact in facts:
        count += 1
        if told is None or (told.day is None and fact.day is not None):
            told = fact
    return told, count
