"""The figures of returns: of one choice of holdings over one period.

What another asset did meanwhile.

    return      = price at the end ÷ price at the start − 1, in the report's currency
    same flows  = (units for the start's value + Σ units for each flow) × price at the end

The second is Long and Nickels's public market equivalent (1996): what would be there had
the same money gone in and out on the same days.  Prices alone: what the asset pays is not
in them, so a fund that pays out looks poorer than it is.  They are in units of one day, a
split between changes nothing.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.db.values import day_number
from folio.engine.prices import Rate
from folio.engine.returns.dietz import modified_dietz
from folio.engine.returns.risk import Drawdown, largest_fall, volatility, weekday_returns
from folio.engine.returns.twr import Link, TimeWeighted, linked, links, time_weighted
from folio.engine.returns.xirr import MoneyWeighted, xirr
from folio.model.assets import Asset
from folio.model.dates import Period
from folio.model.gaps import Gap
from folio.model.numbers import ONE, ZERO, divide, how_many, round_money
from folio.model.rollups import DayRow
from folio.reports.earned.return_days import LEAST, Track, Tracks
from folio.reports.query import Query


class Benchmark(NamedTuple):
    """How an asset compares; None where it has no price."""

    total: Decimal | None = None  # over the days that were measured
    value: Decimal | None = None  # of the same flows at the end, in minor units
    reasons: dict[str, str] = {}  # noqa: RUF012  # a NamedTuple's default is shared, never changed

    def difference(self, mine: TimeWeighted) -> Decimal | None:
        """How far ahead of the asset."""
        if self.total is None or mine.total is None:
            return None
        return mine.total - self.total


def against(
    book: Book,
    query: Query,
    asset: Asset,
    mine: TimeWeighted,
    start: Decimal | None,
    flows: Sequence[tuple[dt.date, Decimal | None]],
    end: dt.date,
) -> Benchmark:
    """The asset over the days of ``mine``, and with the same flows up to ``end``."""
    if mine.since is None or mine.until is None:
        return Benchmark()
    quotes = _Quotes(book, query, asset, end)
    first, last = quotes.price(mine.since), quotes.price(mine.until)
    if not first or last is None:
        missing = mine.since if first is None else mine.until
        return Benchmark(reasons={"benchmark": f"no price of {asset.key} on {missing}"})
    reasons = {}
    if quotes.stale:
        reasons["benchmark"] = f"the price of {asset.key} is old on {' and '.join(quotes.stale)}"
    value = _same_flows(quotes, mine, start, flows, end)
    return Benchmark(divide(last, first) - ONE, value, reasons)


def _same_flows(
    quotes: "_Quotes",
    mine: TimeWeighted,
    start: Decimal | None,
    flows: Sequence[tuple[dt.date, Decimal | None]],
    end: dt.date,
) -> Decimal | None:
    if start is None or mine.since is None:
        return None
    units = ZERO
    for day, amount in ((mine.since, start), *flows):
        price = quotes.price(day) if amount else ONE
        if amount is None or not price:
            return None
        units += divide(amount, price)
    price = quotes.price(end)
    return None if price is None else round_money(units * price, 0)


class _Quotes:
    """An asset's prices in units of one day."""

    def __init__(self, book: Book, query: Query, asset: Asset, end: dt.date) -> None:
        self._book = book
        self._asset = asset.id
        self._currency = query.currency.id
        self._end = end
        self.stale: dict[str, None] = {}  # the days of prices that were used and are old

    def price(self, day: dt.date) -> Decimal | None:
        """The price on ``day`` of one unit of the last day."""
        rate: Rate | None = self._book.graph.rate(self._asset, self._currency, day)
        if rate is None:
            return None
        if rate.stale:
            self.stale[day.isoformat()] = None
        return divide(rate.rate, self._book.split_factor(self._asset, day, self._end))


_SHOWN = 3  # names that are said one by one


class Figures(NamedTuple):
    """One choice of holdings over one period; amounts in minor units."""

    period: Period
    start: Decimal | None
    end: Decimal | None
    flows: Decimal | None
    income: Decimal | None
    twr: TimeWeighted
    xirr: MoneyWeighted
    dietz: Decimal | None
    currency: Decimal | None  # part of the total; None: it cannot be told
    fall: Drawdown | None
    volatility: Decimal | None
    benchmark: Benchmark
    grade: str
    reasons: dict[str, str]  # by what they are about

    def __bool__(self) -> bool:
        """Whether there was anything to measure, or that could not be told."""
        nothing = self.start == self.end == self.flows == ZERO
        return self.twr.total is not None or not nothing

    @property
    def gain(self) -> Decimal | None:
        """What was neither there before nor came in from outside."""
        if self.start is None or self.end is None or self.flows is None:
            return None
        return self.end - self.start - self.flows

    @property
    def asset(self) -> Decimal | None:
        """The part of the total that exchange rates did not make."""
        if self.twr.total is None or self.currency is None:
            return None
        return divide(ONE + self.twr.total, ONE + self.currency) - ONE


def figures_of(tracks: Tracks, track: Track, period: Period, benchmark: Asset | None) -> Figures:
    """The figures of the period, whose start is the evening before its first day."""
    place = track.between(period.start - dt.timedelta(days=1), period.end)
    some, rows = track.days[place], track.rows[place]
    nothing = place.start == 0 and place.stop == 0
    start = ZERO if nothing else some[0].value
    end = ZERO if nothing else some[-1].value
    flows = total_of([day.flow for day in some[1:]])
    income = total_of([None if r.income is None else Decimal(r.income) for r in rows[1:]])
    chain = links(some, LEAST)
    total = time_weighted(chain)
    dated = [(day.day, day.flow) for day in some[1:] if day.flow]
    money, dietz = MoneyWeighted(why="a value or a flow is not known"), None
    if start is not None and end is not None and flows is not None:
        known = [(day, flow) for day, flow in dated if flow is not None]
        first = some[0].day if some else period.start
        amounts = [(first, -start), *((day, -flow) for day, flow in known), (period.end, end)]
        money = xirr(amounts)
        after = [((day - first).days, flow) for day, flow in known]
        dietz = modified_dietz(start, end, after, days=max((period.end - first).days, 1))
    currency, unrated = _currency(chain, track.rates[place][1:])
    compared = Benchmark()
    if benchmark is not None:
        compared = against(tracks.book, tracks.query, benchmark, total, start, dated, period.end)
    grade, reasons = _graded(tracks, track, place, total, money, dietz, unrated)
    return Figures(
        period,
        start,
        end,
        flows,
        income,
        total,
        money,
        dietz,
        currency,
        largest_fall(chain),
        volatility(weekday_returns(chain)),
        compared,
        grade,
        reasons | compared.reasons,
    )


def total_of(amounts: list[Decimal | None]) -> Decimal | None:
    """Their sum; None where one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def _currency(
    chain: list[Link], rates: list[Decimal | None]
) -> tuple[Decimal | None, dt.date | None]:
    """What exchange rates made of the days that the chain measures from the evening before.

    None where a rate is missing, and the first day on which one is.
    """
    factors = []
    for link, rate in zip(chain, rates, strict=True):
        if link.factor is None or link.since is None:
            continue
        if rate is None:
            return None, link.day
        factors.append(rate)
    return linked(factors), None


def _graded(
    tracks: Tracks,
    track: Track,
    place: slice,
    total: TimeWeighted,
    money: MoneyWeighted,
    dietz: Decimal | None,
    unrated: dt.date | None,
) -> tuple[str, dict[str, str]]:
    """How far the figures can be trusted, and why not further, by what that is about."""
    rows = track.rows[place]
    absent = sum(bool(row.priceless) for row in rows)
    estimated = sum(bool(row.estimated) for row in rows)
    drifts = [held.holding for held in track.drifts if _is_in(held.gap, rows)]
    lacking = absent or total.gaps or drifts
    grade = "partial" if lacking else "estimated" if estimated else "full"
    said = {}
    if drifts:
        names = _listed(list(dict.fromkeys(map(tracks.book.catalog.describe, drifts))))
        said["drift"] = f"what was observed beyond the ledger counts as a flow: {names}"
    if absent:
        names = _listed([*map(tracks.book.catalog.describe, track.unpriced)])
        said["price"] = f"{absent} of {len(rows)} values leave out what had no price: {names}"
    if estimated:
        said["estimate"] = f"in {estimated} of {len(rows)} values a holding is graded estimated"
    if total.gaps:
        said["gap"] = (
            f"{how_many(len(total.gaps), 'day')} left out for want of a value, from {total.gaps[0]}"
        )
    if total.at_end:
        said["flow"] = f"flows count at the end of {how_many(total.at_end, 'day')}"
    if total.total is None:
        return ("unknown", said) if total.gaps else (grade, said | {"twr": "nothing was invested"})
    if unrated is not None:
        said["currency"] = f"price and currency cannot be told apart: no rate on {unrated}"
    if money.per_year is None and money.why:
        said["xirr"] = f"no money-weighted rate: {money.why}"
    if money.roots > 1:
        others = ", ".join(f"{round_money(100 * rate, 2)}%" for rate in money.others)
        said["xirr"] = f"{money.roots} money-weighted rates a year, the others {others}"
    if dietz is None:
        said["dietz"] = "no Modified Dietz: average capital is not positive, or not known"
    return grade, said


def _is_in(gap: Gap, rows: Sequence[DayRow]) -> bool:
    """Whether a gap's observation is measured: the first of the rows is the evening before.

    Days before it that have a share of its drift are estimated; a lock keeps it from them.
    """
    until = day_number(gap.until)
    return bool(rows) and rows[0].day < until <= rows[-1].day


def _listed(names: list[str]) -> str:
    """Names in a row, the first few of many."""
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return ", ".join([*names[:_SHOWN], *more])
