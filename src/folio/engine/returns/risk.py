"""Risk: how far the index fell, and how much it moved.

Drawdown is taken on the index that the time-weighted chain makes, never on the value: money
taken out is no loss, and money put in mends none.

    drawdown   = the least of index ÷ highest index before it − 1
    volatility = standard deviation of simple daily returns (n − 1) × √252

The days of volatility are Mondays to Fridays, and what moves at a weekend belongs to Monday.
Every calendar day would count two days in seven on which most prices stand still, and so
divide by too many for √252.  The days on which some price changed would make a fund that is
valued once a month twelve returns a year, each taken for a day's.  A holiday is a day without
movement, as it is for whoever looks at his account every day; there are nine or so a year.
A stretch over a gap is no daily return and is left out.

Source: Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd ed., chapter
4.  An index of 100, 110, 99 and 121 fell by 10 % and recovered on the last day:

>>> from datetime import date as day
>>> levels = [(day(2025, 1, n), Decimal(v)) for n, v in enumerate((100, 110, 99, 121), 1)]
>>> fall = drawdown(levels)
>>> str(fall.depth), fall.peak.day, fall.trough.day, fall.recovery.day
('-0.1', 2, 3, 4)
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.engine.returns.twr import Link, Stretch, go_on, linked, stretches
from folio.model.numbers import ONE, RATIO, ZERO, divide

TRADING_DAYS = 252  # a year
_FRIDAY = 4  # dt.date.weekday
Level = tuple[dt.date, Decimal]  # of the index at the end of a day


class Drawdown(NamedTuple):
    """The deepest fall of an index."""

    depth: Decimal  # 0 or less
    peak: dt.date  # the last day before it at the height it fell from
    trough: dt.date
    recovery: dt.date | None  # the first day at that height again; None: not yet


def index(chain: Iterable[Link]) -> list[Level]:
    """The index where the chain starts, and at the end of each day measured."""
    levels: list[Level] = []
    found: list[Stretch] = []
    ended, done = 0, ONE  # stretches that came to their end, and their product
    level = ONE
    for link in chain:
        go_on(found, link)
        if link.factor is None:
            continue
        if not levels:
            levels.append((link.since or link.day, ONE))
        for one in found[ended:-1]:
            done *= one.factor
        ended = len(found) - 1
        if link.factor != ONE:
            level = RATIO.multiply(done, found[-1].factor)
        levels.append((link.day, level))
    return levels


def largest_fall(chain: Sequence[Link]) -> Drawdown | None:
    """The deepest fall of a chain's index: as deep as the return from its peak to its trough."""
    found = drawdown(index(chain))
    if found is None:
        return None
    fell = stretches(links_of(found, chain))
    return found._replace(depth=linked(one.factor for one in fell))


def links_of(fall: Drawdown, chain: Iterable[Link]) -> list[Link]:
    """The links of a chain from the peak of a fall to its trough."""
    measured = [x for x in chain if x.factor is not None and x.day <= fall.trough]
    first = measured[0]
    fell = [link for link in measured if link.day > fall.peak]
    if first.day == fall.peak and first.factor is not None and first.factor < ONE:
        return [first, *fell]  # it fell from the first moment on
    return fell


def drawdown(levels: Sequence[Level]) -> Drawdown | None:
    """The deepest fall, the first of equals; None where the index never fell."""
    found: Drawdown | None = None
    top = fell_from = ZERO
    top_day = dt.date.min
    for day, level in levels:
        if found is not None and found.recovery is None and level >= fell_from:
            found = found._replace(recovery=day)
        if level >= top:
            top, top_day = level, day
            continue
        depth = divide(level, top) - ONE
        if found is None or depth < found.depth:
            found, fell_from = Drawdown(depth, top_day, day, None), top
    return found


class Move(NamedTuple):
    """A simple return."""

    since: dt.date  # first day, inclusive
    until: dt.date
    rate: Decimal


def weekday_returns(chain: Iterable[Link]) -> list[Decimal]:
    """Simple returns of Mondays to Fridays; what moved on a Saturday or Sunday is Monday's."""
    return [move.rate for move in weekday_moves(chain)]


def weekday_moves(chain: Iterable[Link]) -> list[Move]:
    """The same, each with its days."""
    found = []
    pending: Decimal | None = ONE  # None: the days since Friday have a gap
    since: dt.date | None = None
    for link in chain:
        since = since or link.day
        whole = link.since is not None and (link.day - link.since).days == 1
        if link.factor is None or not whole or pending is None:
            pending = None
        elif link.factor != ONE:
            pending = RATIO.multiply(pending, link.factor)
        if link.day.weekday() <= _FRIDAY:
            found += [Move(since, link.day, pending - ONE)] if pending is not None else []
            pending, since = ONE, None
    return found


def volatility(returns: Sequence[Decimal]) -> Decimal | None:
    """The annualised standard deviation of daily returns; None of fewer than two."""
    if len(returns) < 2:
        return None
    rates = [float(one) for one in returns]
    mean = math.fsum(rates) / len(rates)
    variance = math.fsum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1)
    return Decimal(repr(math.sqrt(variance * TRADING_DAYS)))
