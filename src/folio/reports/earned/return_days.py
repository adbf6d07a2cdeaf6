"""The days that returns are made of: any choice of holdings, summed, in one currency.

Read from the rollup as far as that is up to date, and walked in memory from there on.

A holding without a price is left out while it has none, and comes in with a flow of its
value on the first day that has one: what it made before cannot be told, and must neither
count as no movement nor show as a gain.  What goes from the others into it flows out of what is
measured, and what comes out of it into the others flows in: shares that become those of a company
that has no price yet have not lost everything.  A day on which nothing at all has a price has no
value.  The evening before anything was held there was nothing, which is worth 0; days with
nothing are not waited through: what is bought again in March has its returns from then on, as
what is bought for the first time.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.later import runs_in
from folio.book.reconciliation import HeldGap, held_gaps
from folio.book.rolled import out_of_date
from folio.db.derived.rollup import read_runs, without_value
from folio.db.values import day_number, from_day_number
from folio.engine.returns.currency import currency_factor
from folio.engine.returns.twr import Day
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.gaps import GROWTH
from folio.model.numbers import ONE, ZERO, divide
from folio.model.rollups import (
    DAY,
    HOLDING,
    LAST,
    PRICELESS,
    DayRow,
    Run,
    each_day,
    first_row,
    nothing_on,
    runs_of,
)
from folio.reports.over_time.history import borders, summed, summed_up, total
from folio.reports.paid.payers import with_payments
from folio.reports.query import Query

_ONE_DAY = dt.timedelta(days=1)

# Minor units, below which amounts are rounded by more than a twentieth: no return is told of them.
LEAST = Decimal(10)


class Track(NamedTuple):
    """A choice of holdings day by day, from the evening before the first day on."""

    rows: list[DayRow]  # contiguous
    days: list[Day]  # the same, for the engine, in minor units
    rates: list[Decimal | None]  # 1 + what exchange rates did on each day; None: not known
    unpriced: tuple[Holding, ...]  # left out on some day
    currencies: tuple[int, ...]  # other than the report's
    drifts: tuple[HeldGap, ...] = ()  # what was observed beyond the ledger, and is no growth

    @property
    def first(self) -> dt.date:
        """The first day after the evening with which the track begins."""
        return from_day_number(self.rows[0].day + 1)

    def between(self, since: dt.date, until: dt.date) -> slice:
        """The places of the days from ``since`` through ``until``, as far as there are any."""
        first = self.rows[0].day
        return slice(max(day_number(since) - first, 0), max(day_number(until) - first + 1, 0))


class Tracks:
    """Where the rows of one question come from."""

    def __init__(self, book: Book, query: Query, span: Period) -> None:
        self.book = Book(book.db, known_at=book.known_at, walks=True)
        self.query = query
        self.since = span.start - _ONE_DAY  # the evening before the first day
        self.until = until = span.end
        self.holdings = [h for h in query.holdings(book) if h.included]
        self.teller = self.book.teller(query.currency)
        since = out_of_date(book, query.currency.id, self.holdings, self.since, until)
        cut = max(self.since, min(since.values(), default=dt.date.max))
        self._stored = min(until, cut - _ONE_DAY)  # the last day that the rollup has of all
        numbers = [h.id for h in self.holdings]
        self._walked: dict[int, list[Run]] = {}
        if cut <= until:
            self._walked = runs_in(book, self.holdings, Period(cut, until), self.teller)
        self._unpriced = without_value(book.db, numbers, self.since, self._stored) | {
            number for number, runs in self._walked.items() if any(run[PRICELESS] for run in runs)
        }
        self._currency = {h.id: self._priced_in(book, h) for h in self.holdings}
        found = held_gaps(book, self.holdings, until)
        self._drifts = [o for o in found if o.answer is None or o.answer.answer != GROWTH]
        self._known: dict[tuple[int, int], Decimal | None] = {}  # rates by currency and day

    def _priced_in(self, book: Book, holding: Holding) -> int | None:
        """The currency in which a holding is priced on the last day: the first on its route."""
        if book.catalog.assets[holding.asset_id].is_currency:
            return holding.asset_id
        rate = book.graph.rate(holding.asset_id, self.query.currency.id, self.until)
        return None if rate is None else rate.quote

    # -- one choice ----------------------------------------------------------------------

    def track(self, holdings: list[Holding]) -> Track | None:
        """Their days; None where nothing is known of any of them."""
        border = borders(self.book, holdings)
        by_currency: dict[int, dict[int, int]] = {}
        for holding in holdings:
            by_currency.setdefault(self.currency_of(holding), {})[holding.id] = border[holding.id]
        parts = {c: runs for c, some in by_currency.items() if (runs := self._runs(some))}
        whole = each_day(total(parts.values())) if parts else []
        measured = Period(self.since + _ONE_DAY, self.until)
        whole = with_payments(self.book, whole, border, self.teller, measured)
        if not whole:
            return None
        rates = self._rates(parts, whole)
        idle = next((n for n, row in enumerate(whole) if _is_something(row)), 0)
        whole, rates = whole[idle:], rates[idle:]
        if whole[0].day > day_number(self.since):
            whole = [nothing_on(whole[0].day - 1), *whole]
            rates = [ONE, *rates]
        return Track(
            whole,
            [_day(row) for row in whole],
            rates,
            tuple(h for h in holdings if h.id in self._unpriced),
            tuple(sorted(parts.keys() - {self.query.currency.id})),
            tuple(one for one in self._drifts if one.holding.id in border),
        )

    def _runs(self, border: dict[int, int]) -> list[Run]:
        """The sum of holdings with these borders, those without a price left out."""
        whole = {h: at for h, at in border.items() if h not in self._unpriced}
        found = []
        if whole and self._stored >= self.since:
            found.append(runs_of(summed_up(self.book, whole, Period(self.since, self._stored))))
        walked = ((whole[h], runs) for h, runs in self._walked.items() if h in whole)
        found.append(summed(walked))
        for number in border.keys() - whole.keys():
            found.append(summed([(border[number], _entering(self.runs_of(number)))]))
        return total(found)

    def runs_of(self, holding: int) -> list[Run]:
        """A holding's own runs, from the evening before on."""
        runs = read_runs(self.book.db, HOLDING, holding, self.since, self._stored)
        return runs + self._walked.get(holding, [])

    def currency_of(self, holding: Holding) -> int:
        """The currency in which a holding counts as priced: the report's where it has no other."""
        return self._currency[holding.id] or self.query.currency.id

    def _rates(self, parts: dict[int, list[Run]], whole: list[DayRow]) -> list[Decimal | None]:
        """1 + what the rates did on each day; the first day has none before it to differ from."""
        factors: list[Decimal | None] = [ONE] * len(whole)
        held = {c: _held_before(runs) for c, runs in parts.items()}
        foreign = [c for c in parts if c != self.query.currency.id]
        if not foreign:
            return factors
        last: dict[int, Decimal | None] = {c: self._rate(c, whole[0].day - 1) for c in foreign}
        for place, row in enumerate(whole):
            now = {c: self._rate(c, row.day) for c in foreign}
            if place and (now != last or None in now.values()):
                factors[place] = _moved({c: held[c].get(row.day, 0) for c in parts}, last, now)
            last = now
        return factors

    def _rate(self, currency: int, day: int) -> Decimal | None:
        """A currency's rate on a day; many choices of holdings ask for the same ones."""
        if (currency, day) not in self._known:
            found = self.book.graph.rate(currency, self.query.currency.id, from_day_number(day))
            self._known[(currency, day)] = None if found is None else found.rate
        return self._known[(currency, day)]


def _moved(
    held: dict[int, int], last: dict[int, Decimal | None], now: dict[int, Decimal | None]
) -> Decimal | None:
    """1 + what the rates did to what is ``held`` by currency; None where one is not known."""
    parts = []
    for currency, units in held.items():
        if not units:
            continue
        one, other = last.get(currency, ONE), now.get(currency, ONE)
        if not one or not other:
            return None
        parts.append((Decimal(units), divide(other, one)))
    return currency_factor(parts) if parts else ONE


def _before(row: DayRow) -> int:
    """What was held the evening before, at the day's own price."""
    return (row.value if row.before is None else row.before) or 0


def _held_before(runs: list[Run]) -> dict[int, int]:
    """The same, by day."""
    return {
        day: units
        for run in runs
        for units in [_before(first_row(run))]
        for day in range(run[DAY], run[LAST] + 1)
    }


def _is_something(row: DayRow) -> bool:
    """Whether anything was held on a day, or came and went: before that there is no return."""
    return bool(row.held or row.flow or row.income or row.before or row.value)


def is_left_out(row: DayRow, *, absent: bool) -> bool:
    """Whether a holding is left out on a day: without a price, or gone since it had none."""
    return bool(row.priceless) or (absent and not row.held and row.before is None)


def _entering(runs: list[Run]) -> list[Run]:
    """A holding's runs, left out while it has no value, then coming in with what it is worth."""
    found: list[Run] = []
    absent = False
    for run in runs:
        row = first_row(run)
        if is_left_out(row, absent=absent):
            without = _without(row._replace(value=0, before=0))
            found += ((day, *without[1:], day) for day in range(run[DAY], run[LAST] + 1))
        elif absent:
            found.append((*_coming_in(row._replace(before=0), _before(row)), row.day))
            if row.day < run[LAST]:
                found.append((row.day + 1, *run[1:]))
        else:
            found.append(run)
        absent = bool(row.priceless)
    return found


def _flowing(row: DayRow, flow: Callable[[int | None], int | None]) -> DayRow:
    """A row with other flows across each border."""
    return row._replace(
        flow=flow(row.flow),
        flow_account=flow(row.flow_account),
        flow_institution=flow(row.flow_institution),
        flow_portfolio=flow(row.flow_portfolio),
    )


def _coming_in(row: DayRow, worth: int) -> DayRow:
    """A row whose flows have in them what comes in with its first price."""
    return _flowing(row, lambda own: None if own is None else own + worth)


def _without(row: DayRow) -> DayRow:
    """A row of what is left out: what it had from the others, as far as that is known, flows out
    of them."""
    had = row.flow
    return _flowing(row, lambda own: 0 if own is None or had is None else own - had)


def _day(row: DayRow) -> Day:
    value: Decimal | None = None
    if row.held > row.priceless:
        value = None if row.value is None else Decimal(row.value)
    elif not row.held:
        value = ZERO
    return Day(
        from_day_number(row.day),
        value,
        None if row.flow is None else Decimal(row.flow),
        None if row.before is None else Decimal(row.before),
    )
