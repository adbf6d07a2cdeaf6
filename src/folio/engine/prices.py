"""What one unit of an asset is worth in another, on a day.

The routes, in this order: the asset itself (1); the pair's own price; the reverse of
the inverse pair; one hop through a hub (the book's base, USD, EUR, then any currency
that both sides share); two hops.  A leg is the pair's own price or the reverse of the
inverse, in that order, the fresh one first.  A later price is never used.  The first
route within the staleness limit wins; if none is, the one whose oldest leg is freshest; of
routes that share it, the one whose next oldest is: a share whose last price is old is
converted at today's rate all the same, as the money beside it on the page is.

Of one pair the freshest day counts, and within a day the close, then the last intraday
price, then a trade.  A price is in units of its own day: splits between its day and
the day asked for divide it (those of what it is quoted in multiply it).  A price of 0 is
a price: the asset is worthless.  The rate at which a currency became the euro never ages
(:mod:`folio.model.euro`).

A rate is *routed* when its currency legs are not a single pair: the ordinary way from a
share in USD to EUR (its own price, then one rate) is not, a rate that itself needs a hub
is.  A trade's price, a stale one and a routed one grade what rests on them *estimated*.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache, reduce
from operator import attrgetter
from typing import Protocol

from folio.model.named import NamedTuple
from folio.model.numbers import ONE, divide
from folio.model.prices import FOREVER, TRADE, PricePoint

_REMEMBERED = 16_384  # answers: some thirty years of one currency's days of trade

_PAST = dt.date.min
Holds = tuple[Decimal, dt.date, bool]  # a rate, until when (exclusive), whether by a trade
Way = tuple[int, ...]  # from one asset over others to the last


class PriceSource(Protocol):
    """Where prices come from: the book, or a series in memory."""

    def latest(self, asset: int, quote: int, day: dt.date) -> PricePoint | None:
        """The price in force on ``day``: of that day or the latest before it."""

    def first_after(self, asset: int, quote: int, day: dt.date) -> dt.date:
        """The day of the pair's first price after ``day``, or ``FOREVER``."""

    def onward(self, asset: int, quote: int, day: dt.date) -> Iterable[PricePoint]:
        """The price in force on ``day`` and those after it; none where that would be dear."""

    def quotes(self, asset: int) -> Iterable[int]:
        """In what the asset has a price of its own."""

    def has_pair(self, asset: int, quote: int) -> bool:
        """Whether the pair has any price."""

    def split_factor(self, asset: int, after: dt.date, until: dt.date) -> tuple[Decimal, dt.date]:
        """New units for one old over the splits in (after, until], and the next split's day."""


class Leg(NamedTuple):
    asset: int
    quote: int
    inverse: bool  # the pair is quoted the other way round
    day: dt.date
    price: Decimal  # as quoted
    granularity: int
    fixed: bool = False  # by law and for ever: it has no age

    @property
    def into(self) -> int:
        """What it leads to: in what it says the worth of the other."""
        return self.asset if self.inverse else self.quote


_GRANULARITY = attrgetter("granularity")


class Rate(NamedTuple):
    """What one unit is worth, and how that is known."""

    rate: Decimal
    legs: tuple[Leg, ...]  # empty: an asset in itself
    day: dt.date  # of the oldest leg that can age
    stale: bool
    routed: bool
    until: dt.date  # exclusive: the day on which this answer may change

    @property
    def estimated(self) -> bool:
        return self.stale or self.routed or TRADE in map(_GRANULARITY, self.legs)

    @property
    def quote(self) -> int | None:
        """In what the asset is priced: the first on its route; None of an asset in itself."""
        return self.legs[0].into if self.legs else None


class Market(NamedTuple):
    """What the routes need to know of assets."""

    base: int
    hubs: tuple[int, ...]  # base, USD, EUR: those that the book knows
    currencies: frozenset[int]
    stale_days: dict[int, int]  # limit for assets that differ from the default
    default_stale_days: int
    fixed: Mapping[tuple[int, int], Decimal] = {}  # prices of a pair that hold for ever

    def limit(self, asset: int, quote: int) -> int:
        """Days within which a pair's price is fresh; a fund is one whichever way it is quoted."""
        priced = quote if asset in self.currencies and quote not in self.currencies else asset
        return self.stale_days.get(priced, self.default_stale_days)

    def is_fixed(self, asset: int, quote: int, price: Decimal) -> bool:
        """Whether a pair's price is the one that law set for ever."""
        return bool(self.fixed) and self.fixed.get((asset, quote)) == price


class PriceGraph:
    """Answers rates from a source of prices; remembers the last answers, and while they hold."""

    def __init__(self, source: PriceSource, market: Market) -> None:
        self.source = source
        self.market = market
        self._known: dict[tuple[int, int], tuple[dt.date, Rate | None, dt.date]] = {}
        self._ways: dict[tuple[int, int], tuple[list[Way], Iterator[Way]]] = {}
        self._near: dict[int, list[int]] = {}
        self._found = lru_cache(maxsize=_REMEMBERED)(self._search)
        self._limits: dict[tuple[int, int], dt.timedelta] = {}
        # Every asset's way leads over the same few rates between currencies.
        self._currency_leg = lru_cache(maxsize=_REMEMBERED)(self._leg)

    def rate(self, asset: int, quote: int, day: dt.date) -> Rate | None:
        """What one ``asset`` is worth in ``quote`` on ``day``; None where no route leads there."""
        return self.rate_until(asset, quote, day)[0]

    def rate_until(self, asset: int, quote: int, day: dt.date) -> tuple[Rate | None, dt.date]:
        """The rate, and the day (exclusive) until which the answer holds."""
        if asset == quote:
            return Rate(ONE, (), day, False, False, FOREVER), FOREVER
        known = self._known.get((asset, quote))
        if known is not None and known[0] <= day < known[2]:
            return known[1], known[2]
        rate, until = self._found(asset, quote, day)
        self._known[(asset, quote)] = (day, rate, until)
        return rate, until

    def onward(self, asset: int, quote: int, day: dt.date) -> "Iterator[Holds]":
        """The rates one after another, from the one on ``day`` on.

        They are those of the first way, as long as each of its prices is fresh until the next:
        nothing else need be looked at.  None are told of a routed way, nor where a split may
        change what prices say.
        """
        way = next(self.routes(asset, quote), None)
        if way is None or len(way) - (asset not in self.market.currencies) > 2:
            return iter(())
        if {self.source.split_factor(a, _PAST, _PAST)[1] for a in way} != {FOREVER}:
            return iter(())
        legs = [self._leg_onward(*pair, day) for pair in itertools.pairwise(way)]
        return reduce(_times, legs)

    def _leg_onward(self, asset: int, quote: int, day: dt.date) -> "Iterator[Holds]":
        """A pair's own prices, or the reverses of the inverse where it has none, while fresh."""
        inverse = not self.source.has_pair(asset, quote)
        pair = (quote, asset) if inverse else (asset, quote)
        limit = self._limit(*pair)
        for of, price, granularity, until in self.source.onward(*pair, day):
            if inverse and not price:
                return
            stale_on = FOREVER if self.market.is_fixed(*pair, price) else of + limit
            if day < stale_on:
                value = divide(ONE, price) if inverse else price
                yield value, min(until, stale_on), granularity == TRADE
            if until > stale_on:
                return
            day = until

    def _search(self, asset: int, quote: int, day: dt.date) -> tuple[Rate | None, dt.date]:
        best: Rate | None = None
        until = FOREVER
        for route in self.routes(asset, quote):
            rate, until = self._along(route, day, until)
            if rate is None:
                continue
            if not rate.stale:
                return rate, until
            if best is None or _days(rate) > _days(best):
                best = rate
        return (None if best is None else best._replace(until=until)), until

    def routes(self, asset: int, quote: int) -> Iterator[Way]:
        """The ways from one to the other over pairs that have a price at all, in their order.

        They are looked for as they are tried: mostly the first one is taken.
        """
        if (asset, quote) not in self._ways:
            self._ways[(asset, quote)] = ([], self._routes(asset, quote))
        found, others = self._ways[(asset, quote)]
        yield from found
        for way in others:
            found.append(way)
            yield way

    def _routes(self, asset: int, quote: int) -> Iterator[Way]:
        if self.source.has_pair(asset, quote) or self.source.has_pair(quote, asset):
            yield (asset, quote)
        near = self._neighbours(asset)
        far = self._neighbours(quote)
        hubs = [h for h in self.market.hubs if h not in (asset, quote)]
        shared = [c for c in near if c in far and c not in hubs and c not in (asset, quote)]
        for hub in [*(h for h in hubs if h in near and h in far), *shared]:
            yield (asset, hub, quote)
        for first in [*(h for h in hubs if h in near), *(c for c in near if c not in hubs)]:
            beyond = self._neighbours(first)
            for second in [*hubs, *(c for c in far if c not in hubs)]:
                ends = (asset, quote, first)
                if second in far and second in beyond and second not in ends and first != quote:
                    yield (asset, first, second, quote)

    def _neighbours(self, asset: int) -> list[int]:
        """The currencies that share a pair with ``asset``, by id."""
        near = self._near.get(asset)
        if near is None:
            quotes = {q for q in self.source.quotes(asset) if q in self.market.currencies}
            inverse = {c for c in self.market.currencies if self.source.has_pair(c, asset)}
            near = self._near[asset] = sorted(quotes | inverse)
        return near

    def _along(self, route: Way, day: dt.date, until: dt.date) -> tuple[Rate | None, dt.date]:
        """The rate of a route, and until when it holds, which is at most ``until``."""
        rate = ONE
        legs: list[Leg] = []
        oldest, stale = FOREVER, False
        currencies = self.market.currencies
        for asset, quote in itertools.pairwise(route):
            between = asset in currencies and quote in currencies
            leg, value, holds, is_stale = (self._currency_leg if between else self._leg)(
                asset, quote, day
            )
            if holds < until:
                until = holds
            if leg is None:
                return None, until
            legs.append(leg)
            if leg.day < oldest and not leg.fixed:
                oldest = leg.day
            stale = stale or is_stale
            rate = value if rate is ONE else rate * value
        if oldest == FOREVER:  # nothing that ages
            oldest = min(leg.day for leg in legs)
        # The first leg of a share is its own price; of a currency it is a rate like the rest.
        own = 0 if route[0] in currencies else 1
        return Rate(rate, tuple(legs), oldest, stale, len(legs) - own > 1, until), until

    def _leg(self, asset: int, quote: int, day: dt.date) -> "_Found":
        """One pair, either way round: its leg, its value on ``day``, until when that holds."""
        direct = self._pair(asset, quote, day)
        if direct.leg is not None and not direct.stale:
            return direct
        inverse = self._pair(quote, asset, day)
        until = min(direct.until, inverse.until)
        if inverse.leg is not None and inverse.value:  # worthless in the other: no way back
            fresher = direct.leg is None or inverse.leg.day > direct.leg.day
            if fresher or not inverse.stale:
                back = inverse.leg._replace(inverse=True)
                return _Found(back, divide(ONE, inverse.value), until, inverse.stale)
        return direct._replace(until=until)

    def _pair(self, asset: int, quote: int, day: dt.date) -> "_Found":
        if not self.source.has_pair(asset, quote):
            return _NO_PAIR
        point = self.source.latest(asset, quote, day)
        if point is None:
            return _Found(None, ONE, self.source.first_after(asset, quote, day), stale=False)
        factor, next_split = self.source.split_factor(asset, point.day, day)
        quoted, next_of_quote = self.source.split_factor(quote, point.day, day)
        holds = min(point.until, next_split, next_of_quote)
        fixed = self.market.is_fixed(asset, quote, point.price)
        stale_on = FOREVER if fixed else point.day + self._limit(asset, quote)
        if day < stale_on:
            holds = min(holds, stale_on)
        value = point.price if quoted is ONE else point.price * quoted
        value = value if factor == ONE else divide(value, factor)
        leg = Leg(asset, quote, False, point.day, point.price, point.granularity, fixed)
        return _Found(leg, value, holds, day >= stale_on)

    def _limit(self, asset: int, quote: int) -> dt.timedelta:
        """For how long a pair's price is fresh, its own day among them."""
        limit = self._limits.get((asset, quote))
        if limit is None:
            limit = dt.timedelta(days=self.market.limit(asset, quote) + 1)
            self._limits[(asset, quote)] = limit
        return limit


def _times(some: Iterator[Holds], others: Iterator[Holds]) -> Iterator[Holds]:
    """The rates of two legs as one, while both hold."""
    one, other = next(some, None), next(others, None)
    while one is not None and other is not None:
        until = min(one[1], other[1])
        yield one[0] * other[0], until, one[2] or other[2]
        ended = one[1] == until, other[1] == until
        one = next(some, None) if ended[0] else one
        other = next(others, None) if ended[1] else other


def _days(rate: Rate) -> list[dt.date]:
    """The days of a route's legs, the oldest first; a leg fewer is as good as a fresh one."""
    return [*sorted(leg.day for leg in rate.legs if not leg.fixed), FOREVER]


class _Found(NamedTuple):
    """A pair's price on a day."""

    leg: Leg | None  # None: there is none
    value: Decimal  # of one unit
    until: dt.date  # exclusive: how long this holds
    stale: bool


_NO_PAIR = _Found(None, ONE, FOREVER, stale=False)
