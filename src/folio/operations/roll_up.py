"""Rolling up: value over time, for each holding, account, institution and the portfolio.

Each run brings every scope up to today and computes again what changed since the last
one, and nothing else.  A holding's days come from its fold; those of an account, an
institution and the portfolio are sums over their holdings.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from folio.book import Book
from folio.db.connection import writing
from folio.db.derived import (
    ACCOUNT,
    HOLDING,
    INSTITUTION,
    PORTFOLIO,
    Position,
    read_dirty,
    read_positions,
    replace_days,
    rolled_up,
    rollup_until,
    sum_holdings,
)
from folio.engine.cash_flows import Flows, Movement, flows
from folio.engine.reconciliation import Drift
from folio.engine.rollups import HoldingDays
from folio.model.ledger import Event
from folio.model.numbers import ONE
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


def rebuild(db: sqlite3.Connection) -> RolledUp | None:
    """Compute every derived table again; the rollup as far as it reached."""
    with writing(db):
        until = rollup_until(db)
        derive_everything(Book(db, walks=True))
        return None if until is None else _roll_up(db, until)


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
    days = work.holdings()
    work.parents()
    rolled_up(db, today)
    return RolledUp(first, today, len(since), days)


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
        self.positions = read_positions(book.db)

    def holdings(self) -> int:
        """Write the days of every holding that is out of date; returns how many rows."""
        by_asset: dict[int, list[int]] = {}
        for holding in self.since:
            by_asset.setdefault(self.book.catalog.holdings[holding].asset_id, []).append(holding)
        return sum(self._asset(asset, numbers) for asset, numbers in sorted(by_asset.items()))

    def _asset(self, asset: int, numbers: list[int]) -> int:
        everyone = self.book.holdings_of(asset)
        events = self.book.events(asset, everyone)
        walks = {h: self._start(asset, h, events) for h in numbers if h in self.positions}
        rows: dict[int, list[DayRow]] = {h: [] for h in numbers}
        factor = ONE
        end = self.today + dt.timedelta(days=1)
        folded = self.book.fold(asset, events)
        for text, of_day in groupby(folded, key=lambda step: step[0].key[0]):
            day = dt.date.fromisoformat(text)
            if day > self.today:
                break
            ratio_seen = False
            for event, state, slices in of_day:
                if event.ratio is not None and not ratio_seen:
                    ratio_seen = True
                    factor = self.book.split_factor(asset, dt.date.min, day)
                walk = walks.get(event.holding_id)
                if walk is not None:
                    rows[event.holding_id] += walk.days(day)
                    walk.apply(event, state, slices, self._flows(event), factor)
        for holding, walk in walks.items():
            rows[holding] += walk.days(end)
        for holding, written in rows.items():
            replace_days(self.book.db, HOLDING, holding, self.since[holding], written)
        return sum(len(written) for written in rows.values())

    def _start(self, asset: int, holding: int, events: list[Event]) -> HoldingDays:
        position: Position = self.positions[holding]
        observations = self.book.observations(holding)
        drift = Drift([])
        if observations:
            drift = self.book.drift(observations, (e for e in events if e.holding_id == holding))
        return HoldingDays(
            asset_id=asset,
            start=position.first_evidence or self.since[holding],
            since=self.since[holding],
            drift=drift,
            teller=self.teller,
        )

    def _flows(self, event: Event) -> Flows:
        holdings, accounts = self.book.catalog.holdings, self.book.catalog.accounts
        here = accounts[holdings[event.holding_id].account_id]
        crosses_account = crosses_institution = True
        if event.kind == "transfer":
            there = self._other_end(event)
            crosses_account = there != here.id
            crosses_institution = accounts[there].institution_id != here.institution_id
        payer = event.related_asset
        held = payer is not None and self.book.catalog.holding_of(here.id, payer) is not None
        return flows(
            Movement(
                event.kind,
                event.quantity,
                event.external,
                event.gross,
                crosses_institution,
                crosses_account,
                held,
            )
        )

    def _other_end(self, event: Event) -> int:
        """The account at the other end of a transfer; its own where there is none."""
        holdings = self.book.catalog.holdings
        here = holdings[event.holding_id].account_id
        ends = self.book.holdings_moved(event.transaction_id)
        return next((a for h in ends if (a := holdings[h].account_id) != here), here)

    # -- sums ----------------------------------------------------------------------------

    def parents(self) -> None:
        """Sum the holdings of each account, institution and the portfolio again."""
        catalog = self.book.catalog
        scopes: dict[tuple[int, int], list[int]] = {}
        for holding in catalog.holdings.values():
            account = catalog.accounts[holding.account_id]
            scopes.setdefault((ACCOUNT, account.id), []).append(holding.id)
            scopes.setdefault((INSTITUTION, account.institution_id), []).append(holding.id)
            scopes.setdefault((PORTFOLIO, 0), []).append(holding.id)
        for (scope, number), members in scopes.items():
            self._parent(scope, number, members)

    def _parent(self, scope: int, number: int, members: Iterable[int]) -> None:
        members = list(members)
        days = [self.since[h] for h in members if h in self.since]
        if not days:
            return
        since = min(days)
        rows = sum_holdings(self.book.db, scope, members, since, self.today)
        replace_days(self.book.db, scope, number, since, rows)
