"""Rolling up: value over time, for each holding, account, institution and the portfolio.

Each run brings every scope up to today and computes again what changed since the last
one, and nothing else.  A holding's days come from its fold; those of an account, an
institution and the portfolio are sums over their holdings.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from operator import eq
from typing import TYPE_CHECKING

from folio.book import Book, Folding
from folio.book.later import FEW_DAYS, is_unbegun, runs_after
from folio.db.derived.altering import alter_runs, lacking
from folio.db.derived.rollup import (
    ScopeRuns,
    add_runs,
    forget_rollup,
    go_on,
    read_marks,
    read_runs,
    replace_runs,
    rolled_up,
    rollup_until,
    sum_days,
)
from folio.db.file.connection import writing
from folio.db.values import day_number, from_day_number
from folio.engine.alterations import Altered, altered, together, worth_more
from folio.engine.sums import Sums
from folio.model.ledger import State, Step
from folio.model.named import NamedTuple
from folio.model.rollups import (
    ACCOUNT,
    DAY,
    HOLDING,
    INSTITUTION,
    LAST,
    PORTFOLIO,
    Days,
    Run,
    days_in,
    joined,
    runs_of,
)
from folio.operations.collector import collector_at_rest
from folio.operations.watching import Watch, unwatched

if TYPE_CHECKING:  # who folds nothing again loads none of it
    from folio.book.plain_money import Shift
    from folio.operations.deriving.folding import Again

_BATCH = 4096  # runs that wait to be written together


class RolledUp(NamedTuple):
    """What a rollup did."""

    since: dt.date | None  # the first day that was computed; None: nothing was
    until: dt.date
    holdings: int  # that were computed
    days: int  # of them, worked out


@collector_at_rest()
def roll_up(db: sqlite3.Connection, today: dt.date) -> RolledUp:
    """Bring the rollup up to ``today``; running it again changes nothing."""
    with writing(db):
        return _roll_up(db, today)


@collector_at_rest()
def rebuild(db: sqlite3.Connection, watch: Watch = unwatched) -> dt.date | None:
    """Compute every derived table again, and the rollup as far as it reached.

    Returns its last day; None where there is none.
    """
    with writing(db):
        return rebuild_within(db, watch)


def rebuild_within(db: sqlite3.Connection, watch: Watch = unwatched) -> dt.date | None:
    """Rebuild inside an open database transaction."""
    from folio.operations.deriving.derive_prices import derive_every_price
    from folio.operations.deriving.folding import fold_everything

    until = rollup_until(db)
    book = Book(db, walks=True)
    forget_rollup(db)
    derive_every_price(book)
    if until is None:
        fold_everything(book, watch=watch)
        return None
    work = _Work(book, dict.fromkeys(book.catalog.holdings, dt.date.min), until, reached=None)
    fold_everything(book, work.fold, watch)
    work.parents()
    rolled_up(db, until)
    return until


def _roll_up(db: sqlite3.Connection, today: dt.date) -> RolledUp:
    reached = rollup_until(db)
    if reached is None:
        forget_rollup(db)
    elif reached > today:
        today = reached
    book = Book(db)
    # What is missing goes on from what was repaired before it.
    parts = sorted(_out_of_date(book, reached, today).items())
    days = 0
    for until, since in parts:
        days += _Work(book, since, until, reached=reached).all_days()
    rolled_up(db, today)
    first = min((day for _, since in parts for day in since.values()), default=None)
    return RolledUp(first, today, len({h for _, since in parts for h in since}), days)


@collector_at_rest()
def keep_up(book: Book, again: "Sequence[Again]") -> None:
    """Fold families of assets again, and bring the rollup up to date as far as it reached.

    The fold that stores what comes out of them leaves their days on its way.
    """
    until = rollup_until(book.db)
    assert until is not None
    parts = _out_of_date(book, until, until)
    _Work(book, parts.pop(until, {}), until, reached=until).all_days(again)
    for last, since in sorted(parts.items()):
        _Work(book, since, last, reached=until).all_days()
    rolled_up(book.db, until)


def _out_of_date(
    book: Book, reached: dt.date | None, today: dt.date
) -> dict[dt.date, dict[int, dt.date]]:
    """From which day on each holding's rows are missing or dirty, by the last of these days."""
    marks = read_marks(book.db)
    found: dict[dt.date, dict[int, dt.date]] = {}
    for holding, (first, last) in marks.items():
        if last != reached:
            found.setdefault(last, {})[holding] = first
    dirty = {holding: first for holding, (first, last) in marks.items() if last == reached}
    positions = book.positions_of(dirty) if reached == today else book.positions
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
    return found | {today: since} if since else found


class _Work:
    """One run of the rollup."""

    def __init__(
        self, book: Book, since: dict[int, dt.date], today: dt.date, *, reached: dt.date | None
    ) -> None:
        self.book = book
        self.since = since
        self.today = today
        self.anew = reached is None  # nothing is stored yet
        self.reached = reached or dt.date.min  # of later days nothing is stored
        self.waiting: list[ScopeRuns] = []  # runs of such days, to be written together
        self.runs_waiting = 0
        self.changed: dict[int, Altered] = {}  # of holdings
        self.teller = book.teller(book.base)
        self.days = 0  # of holdings, worked out
        self.accounts: dict[int, Sums] = {}  # of all holdings, where all are worked out

    def all_days(self, again: "Sequence[Again]" = ()) -> int:
        """Write every day that is out of date; returns how many were worked out, of holdings.

        Families that are to be folded ``again`` are, first of all.
        """
        first = min(self.since.values(), default=self.today)
        if (self.today - first).days >= FEW_DAYS:
            self.book.prices.read_whole(first)
        for one in again:
            self._fold_again(one)
        self._holdings()
        self.parents()
        return self.days

    def _fold_again(self, again: "Again") -> None:
        from folio.operations.deriving.folding import fold_again, starting_before

        folded = again.holdings if again.apart else self.book.family_of(min(again.family))
        own = {h: self.since[h] for h in folded if h in self.since}
        if not own:  # it goes on where the rollup does not reach
            fold_again(self.book, again)
            return
        unbegun = any(is_unbegun(self.book, *one) for one in own.items())
        first = dt.date.min if unbegun else min(own.values())
        earlier = starting_before(self.book, again, first)
        if earlier.apart != again.apart:  # others may have joined them since
            self._fold_again(earlier)
            return
        fold_again(self.book, earlier, self.fold)
        for holding in own:
            del self.since[holding]

    def _holdings(self) -> None:
        """Write the days of every holding that is out of date."""
        if self.anew:
            from folio.book.timeline import walked

            for holding, runs in walked(self.book, self.since, self.today, self.teller):
                self._write_anew(holding, runs)
            return
        shifted = self._shift_money()
        since = {holding: day for holding, day in self.since.items() if holding not in shifted}
        for holding, runs in runs_after(self.book, since, self.today, self.teller):
            self._write(holding, runs)

    def _shift_money(self) -> set[int]:
        """Write the days of plain money that is worth so much more on all but a few of them.

        Returns these holdings.
        """
        found = set()
        early = {h: since for h, since in self.since.items() if since <= self.reached}
        for holding, position in self.book.positions_of(early).items():
            since, last = early[holding], position.last_evidence if position.whole else None
            if last and since < last:
                from folio.book.plain_money import shifted

                shift = shifted(self.book, position, since, self.today, self.teller)
                if shift is not None:
                    self._shift(holding, since, shift)
                    found.add(holding)
        return found

    def _shift(self, holding: int, since: dt.date, shift: "Shift") -> None:
        later = worth_more(day_number(shift.day) + 1, day_number(self.today), shift.more)
        alter_runs(self.book.db, HOLDING, holding, later.steps)
        few = self._replace(HOLDING, holding, (since, shift.day), joined(shift.runs))
        self.changed[holding] = together([later] if few is None else [few, later])
        self.days += (self.today - since).days + 1

    def fold(
        self,
        holdings: set[int],
        states: dict[int, State],
        folding: Folding,
        after: dt.date | None = None,
    ) -> Iterator[Step]:
        """Fold the events of a family's holdings after a day, and write their days."""
        from folio.book.timeline import DayWalk

        since = {h: self.since[h] for h in holdings if h in self.since}
        walk = DayWalk(self.book, holdings, since, self.today, self.teller, folding)
        if not self.anew:
            walk.go_on(after)
        yield from walk.fold(states)
        for holding, runs in walk.runs.items():
            if self.anew:
                self._write_anew(holding, runs)
            else:
                self._write(holding, runs)

    def _write_anew(self, holding: int, days: Sequence[Run]) -> None:
        runs = joined(days)
        add_runs(self.book.db, [(HOLDING, holding, runs)])
        account = self.book.catalog.holdings[holding].account_id
        self.accounts.setdefault(account, Sums(ACCOUNT)).add(runs, ACCOUNT)
        self.days += runs[-1][LAST] + 1 - runs[0][DAY] if runs else 0  # they are on end

    def _write(self, holding: int, days: Sequence[Run]) -> None:
        runs = joined(days)
        changed = self._replace(HOLDING, holding, (self.since[holding], self.today), runs)
        if changed is not None:
            self.changed[holding] = changed
        self.days += days_in(runs)
        if self.runs_waiting > _BATCH:
            self._write_waiting()

    def _write_waiting(self) -> None:
        go_on(self.book.db, self.reached, self.waiting)
        self.waiting.clear()
        self.runs_waiting = 0

    def _replace(self, scope: int, number: int, span: Days, runs: list[Run]) -> Altered | None:
        """Write what is not stored as it is; returns how it changed, None where it did not.

        A price holds until the next one, so a late trade alters a week of the others' rows.
        """
        if span[0] > self.reached:
            self.waiting.append((scope, number, runs))
            self.runs_waiting += len(runs)
            return Altered([], [(day_number(span[0]), day_number(span[1]))])
        stored = read_runs(self.book.db, scope, number, *span)
        start = _alike(stored, runs)
        end = _alike(stored[start:][::-1], runs[start:][::-1])
        was, now = stored[start : len(stored) - end], runs[start : len(runs) - end]
        if not was and not now:
            return None
        changed = altered(was, now)
        if not changed.anew and len(changed.steps) < len(now) / 4:
            alter_runs(self.book.db, scope, number, changed.steps, own=True)
            return changed
        first = min(run[DAY] for run in (*was[:1], *now[:1]))
        last = max(run[LAST] for run in (*was[-1:], *now[-1:]))
        replace_runs(self.book.db, (scope, number, now), first, last)
        return changed

    # -- sums ----------------------------------------------------------------------------

    def parents(self) -> None:
        """Have each account, institution and the portfolio be the sum of what it consists of."""
        catalog = self.book.catalog
        if self.anew:
            self._all_parents()
            return
        changed = self.changed
        every = (*catalog.holdings, *catalog.holdings.merged)  # of which these have no days left
        accounts = [(number, catalog.holdings[number].account_id) for number in every]
        institutions = [(a.id, a.institution_id) for a in catalog.accounts.values()]
        portfolio = [(number, 0) for number in {number for _, number in institutions}]
        for scope, parts in (
            (ACCOUNT, accounts), (INSTITUTION, institutions), (PORTFOLIO, portfolio),
        ):  # fmt: skip
            self._write_waiting()
            changed = self._sums(scope, parts, changed)
        self._write_waiting()

    def _all_parents(self) -> None:
        """The same of rows that are at hand, which need not be read again."""
        institutions: dict[int, Sums] = {}
        for account, sums in sorted(self.accounts.items()):
            runs = self._sum(ACCOUNT, account, sums)
            whole = self.book.catalog.accounts[account].institution_id
            institutions.setdefault(whole, Sums(INSTITUTION)).add(runs, INSTITUTION)
        portfolio = Sums(PORTFOLIO)
        for institution, sums in sorted(institutions.items()):
            portfolio.add(self._sum(INSTITUTION, institution, sums), PORTFOLIO)
        self._sum(PORTFOLIO, 0, portfolio)

    def _sum(self, scope: int, number: int, sums: Sums) -> list[Run]:
        runs = joined(sums.runs())
        add_runs(self.book.db, [(scope, number, runs)])
        return runs

    def _sums(
        self, scope: int, parts: Iterable[tuple[int, int]], changed: dict[int, Altered]
    ) -> dict[int, Altered]:
        """Change each member of a scope by what its parts changed; returns how they did."""
        members: dict[int, list[int]] = {}
        for part, whole in parts:
            members.setdefault(whole, []).append(part)
        sums = {}
        for number, own in members.items():
            some = [changed[part] for part in own if part in changed]
            if some:
                change = together(some)
                alter_runs(self.book.db, scope, number, change.steps)
                unsure = Altered([], lacking(self.book.db, scope, number, change.steps))
                sums[number] = change = together([change, unsure]) if unsure.anew else change
                for first, last in change.anew:
                    span = from_day_number(first), from_day_number(last)
                    rows = sum_days(self.book.db, dict.fromkeys(own, scope), *span, scope=scope + 1)
                    self._replace(scope, number, span, runs_of(rows))
        return sums


def _alike(some: Sequence[Run], others: Sequence[Run]) -> int:
    """How many runs both start with."""
    return sum(takewhile(bool, map(eq, some, others)))
