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

# From a day up to another (exclusive): the rate (None: there is no price), and 1 where it is
# estimated, by a stale or routed price, or a trade's.
Span = tuple[int, int, Decimal | None, int]


class Course:
    """The rates of one asset in one currency, from the first day asked for on."""

    def __init__(self, graph: PriceGraph, asset: int, quote: int) -> None:
        self._graph = graph
        self.asset, self._quote = asset, quote
        self._starts: list[int] = []
        self._spans: list[Span] = []
        self._until = 0  # exclusive: what follows is not known yet
        self._onward: Iterator[Holds] = iter(())  # the rates from there on
        self._asked: tuple[int, Decimal | None] = 0, None  # the last day

    def on(self, day: int) -> Decimal | None:
        """The rate on a day."""
        if day != self._asked[0]:  # what moved on a day asks for its rate several times
            if day >= self._until or day < self._starts[0]:
                self._reach(day, day + 1)
            self._asked = day, self._spans[bisect_right(self._starts, day) - 1][2]
        return self._asked[1]

    def spans(self, first: int, end: int) -> list[Span]:
        """The rates of the days from ``first`` (inclusive) to ``end`` (exclusive)."""
        if end > self._until or first < self._starts[0]:
            self._reach(first, end)
        low = bisect_right(self._starts, first) - 1
        found = self._spans[low : bisect_left(self._starts, end, low)]
        _, until, rate, estimated = found[0]
        self._asked = first, rate
        found[0] = first, until, rate, estimated
        start, _, rate, estimated = found[-1]
        found[-1] = start, end, rate, estimated
        return found

    def _reach(self, first: int, end: int) -> None:
        if not self._starts or first < self._starts[0]:
            self._starts, self._spans = [], []
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
            start, self._until = self._until, until.toordinal()
            self._starts.append(start)
            self._spans.append((start, self._until, value, int(doubtful)))
