"""Rolling up: value over time, for each holding, account, institution and the portfolio.

Each run brings every scope up to today and computes again what changed since the last
one, and nothing else.  A holding's days come from its fold; those of an account, an
institution and the portfolio are sums over their holdings.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from folio.book import Book
from folio.book.later import days_after
from folio.book.timeline import DayWalk
from folio.db.connection import writing
from folio.db.derived import read_positions
from folio.db.rollup import (
    ACCOUNT,
    HOLDING,
    INSTITUTION,
    PORTFOLIO,
    forget_rollup,
    read_dirty,
    replace_days,
    rolled_up,
    rollup_until,
    sum_days,
)
from folio.model.ledger import State, Step
from folio.model.rollups import DayRow
from folio.operations.derive import derive_everything


class RolledUp(NamedTuple):
    """What a rollup did."""

    since: dt.date | None  # the first day that was computed; None: nothing was
    until: dt.date
    holdings: int  # that were computed
    days: int  # rows written for them


def roll_up(db: sqlite3.Connection, today: dt.date) -> RolledUp:
    """Bring the rollup up to ``today``; running it again changes nothing."""
    with writing(db):
        return _roll_up(db, today)


def rebuild(db: sqlite3.Connection) -> dt.date | None:
    """Compute every derived table again, and the rollup as far as it reached.

    Returns its last day; None where there is none.
    """
    with writing(db):
        return rebuild_within(db)


def rebuild_within(db: sqlite3.Connection) -> dt.date | None:
    """Rebuild inside an open database transaction."""
    until = rollup_until(db)
    book = Book(db, walks=True)
    forget_rollup(db)
    if until is None:
        derive_everything(book)
        return None
    work = _Work(book, dict.fromkeys(book.catalog.holdings, dt.date.min), until)
    derive_everything(book, work.fold)
    work.parents()
    rolled_up(db, until)
    return until


def _roll_up(db: sqlite3.Connection, today: dt.date) -> RolledUp:
    reached = rollup_until(db)
    if reached is not None and reached > today:
        today = reached
    since = _out_of_date(db, reached, today)
    if not since:
        rolled_up(db, today)
        return RolledUp(None, today, 0, 0)
    first = min(since.values())
    short = (today - first).days < 40
    work = _Work(Book(db, walks=not short), since, today)
    work.holdings()
    work.parents()
    rolled_up(db, today)
    return RolledUp(first, today, len(since), work.written)


def _out_of_date(
    db: sqlite3.Connection, reached: dt.date | None, today: dt.date
) -> dict[int, dt.date]:
    """From which day on each holding's rows are missing or dirty."""
    dirty = read_dirty(db)
    positions = read_positions(db)
    # A holding that lost its last evidence has rows to lose.
    since = {h: day for h, day in dirty.items() if h not in positions}
    for holding, position in positions.items():
        start = position.first_evidence
        if start is None:
            continue
        missing = start if reached is None else max(start, reached + dt.timedelta(days=1))
        # A mark before the first evidence counts: there may be rows that must go.
        day = min(missing, dirty.get(holding, missing))
        if day <= today:
            since[holding] = day
    return since


class _Work:
    """One run of the rollup."""

    def __init__(self, book: Book, since: dict[int, dt.date], today: dt.date) -> None:
        self.book = book
        self.since = since
        self.today = today
        self.teller = book.teller(book.base)
        self.written = 0  # rows of holdings

    def holdings(self) -> None:
        """Write the days of every holding that is out of date."""
        for holding, rows in days_after(self.book, self.since, self.today, self.teller):
            self._write(holding, rows)

    def fold(self, holdings: set[int], states: dict[int, State]) -> Iterator[Step]:
        """Fold the events of a family's holdings, and write their days."""
        since = {h: self.since[h] for h in holdings}
        events = self.book.events(holdings)
        fold = self.book.keeping(events)
        walk = DayWalk(self.book, events, since, self.today, self.teller, fold)
        yield from walk.fold(states)
        for holding, rows in walk.rows.items():
            self._write(holding, rows)

    def _write(self, holding: int, rows: list[DayRow]) -> None:
        replace_days(self.book.db, HOLDING, holding, self.since[holding], rows)
        self.written += len(rows)

    # -- sums ----------------------------------------------------------------------------

    def parents(self) -> None:
        """Sum each account, institution and the portfolio again, each from those it consists of."""
        catalog = self.book.catalog
        changed = self.since
        accounts = [(h.id, h.account_id) for h in catalog.holdings.values()]
        institutions = [(a.id, a.institution_id) for a in catalog.accounts.values()]
        portfolio = [(number, 0) for number in {number for _, number in institutions}]
        for scope, parts in (
            (ACCOUNT, accounts), (INSTITUTION, institutions), (PORTFOLIO, portfolio),
        ):  # fmt: skip
            changed = self._sums(scope, parts, changed)

    def _sums(
        self, scope: int, parts: Iterable[tuple[int, int]], changed: dict[int, dt.date]
    ) -> dict[int, dt.date]:
        """Sum each member of a scope from its parts; returns from which day on they changed."""
        members: dict[int, list[int]] = {}
        for part, whole in parts:
            members.setdefault(whole, []).append(part)
        since = {}
        for number, own in members.items():
            days = [changed[part] for part in own if part in changed]
            if days:
                since[number] = min(days)
                borders = dict.fromkeys(own, scope)
                rows = sum_days(self.book.db, borders, since[number], self.today, scope=scope + 1)
                replace_days(self.book.db, scope, number, since[number], rows)
        return since
