"""What another asset did meanwhile.

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
from folio.engine.prices import Rate
from folio.engine.returns.twr import TimeWeighted
from folio.model.assets import Asset
from folio.model.numbers import ONE, ZERO, divide, round_money
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
