"""What one unit of an asset is worth in a currency, day after day.

A rate holds from a price to the next one, or until it is stale.  A course finds each rate
once, for all the holdings and days that ask, and keeps no more of it than daily figures need.
Days are numbers, as ``datetime.date.toordinal`` gives them.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal

from folio.engine.prices import Holds, PriceGraph
from folio.model.named import NamedTuple


class Spans(NamedTuple):
    """Stretches of days of one rate each."""

    starts: list[int]  # inclusive
    ends: list[int]  # exclusive: the next one's start
    rates: list[Decimal | None]  # None: there is no price
    estimated: list[int]  # 1: by a stale or routed price, or a trade's


class Course:
    """The rates of one asset in one currency, from the first day asked for on."""

    def __init__(self, graph: PriceGraph, asset: int, quote: int) -> None:
        self._graph = graph
        self.asset, self._quote = asset, quote
        self._starts: list[int] = []
        self._rates: list[Decimal | None] = []
        self._estimated: list[int] = []
        self._until = 0  # exclusive: what follows is not known yet
        self._onward: Iterator[Holds] = iter(())  # the rates from there on
        self._asked: tuple[int, Decimal | None] = 0, None  # the last day

    def on(self, day: int) -> Decimal | None:
        """The rate on a day."""
        if day != self._asked[0]:  # what moved on a day asks for its rate several times
            if day >= self._until or day < self._starts[0]:
                self._reach(day, day + 1)
            self._asked = day, self._rates[bisect_right(self._starts, day) - 1]
        return self._asked[1]

    def spans(self, first: int, end: int) -> Spans:
        """The rates of the days from ``first`` (inclusive) to ``end`` (exclusive)."""
        self._reach(first, end)
        low = bisect_right(self._starts, first) - 1
        high = bisect_left(self._starts, end, low)
        later = self._starts[low + 1 : high]
        return Spans(
            [first, *later],
            [*later, end],
            self._rates[low:high],
            self._estimated[low:high],
        )

    def _reach(self, first: int, end: int) -> None:
        if not self._starts or first < self._starts[0]:
            self._starts, self._rates, self._estimated = [], [], []
            self._until, self._onward = first, iter(())
        while self._until < end:
            found = next(self._onward, None)
            if found is None:
                day = dt.date.fromordinal(self._until)
                rate, until = self._graph.rate_until(self.asset, self._quote, day)
                self._onward = self._graph.onward(self.asset, self._quote, until)
                value, doubtful = (None, False) if rate is None else (rate.rate, rate.estimated)
            else:
                value, until, doubtful = found
            self._starts.append(self._until)
            self._rates.append(value)
            self._estimated.append(int(doubtful))
            self._until = until.toordinal()
