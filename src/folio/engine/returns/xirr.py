"""The money-weighted return: the one rate that all amounts would have to earn.

    Σ amount ÷ (1 + r)^(days ÷ 365) = 0          (actual/365, days since the first amount)

Amounts are the investor's: what is put in is negative, what is taken out or is there at the
end positive.  The sum is solved for v, the growth over the whole span, with each amount
discounted by v^(its share of the span): so a day and a century are searched in the same
bracket.  As many roots are possible as the amounts change sign in the order of time
(Descartes' rule, which Laguerre extended to any real exponents): none without a change, one
with one.  With more, v from a billionth to a billion is scanned in steps of 5 % for changes
of sign, and of several roots the one nearest to 0 % counts; the result lists them all.  Where the
sums of the first amounts and those of the last ones change sign once together (the same rule,
of growth and of decline), there is one change at most, and the scan goes to it by halves.
Bisection was chosen over Newton's method, which spreadsheets use: it cannot run away, and
finds what it brackets.

Floats are right here: the equation has no exact solution.  Source of the example:
Microsoft's and LibreOffice's documentation of XIRR, which print 0.373362535.

>>> from datetime import date as day
>>> days = [day(2008, 1, 1), day(2008, 3, 1), day(2008, 10, 30), day(2009, 2, 15), day(2009, 4, 1)]
>>> amounts = map(Decimal, (-10000, 2750, 4250, 3250, 2750))
>>> found = xirr(list(zip(days, amounts, strict=True)))
>>> str(round(found.per_year, 8)), found.roots
('0.37336253', 1)
"""

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise, repeat
from operator import mul
from typing import NamedTuple

from folio.model.numbers import ONE, RATIO, ZERO, divide

_WIDEST = math.log(1e9)  # growth over the whole span, either way
_STEP = 0.05
_NEARLY = 1e-9  # far more than the sums of floats are off
_YEAR = 365.0


class MoneyWeighted(NamedTuple):
    """A rate, over the span and per year; both None where it is not defined."""

    total: Decimal | None = None
    per_year: Decimal | None = None
    roots: int = 0  # rates that solve the equation; of several, the nearest to 0 % counts
    others: tuple[Decimal, ...] = ()  # those that do not count, per year
    why: str = ""  # it is not defined


def xirr(amounts: Sequence[tuple[dt.date, Decimal]]) -> MoneyWeighted:
    """The rate of dated amounts, in any order; equal days are added up."""
    by_day: dict[dt.date, Decimal] = {}
    for day, amount in amounts:
        by_day[day] = by_day.get(day, ZERO) + amount
    dated = sorted((day, amount) for day, amount in by_day.items() if amount)
    changes = sum((a > ZERO) != (b > ZERO) for (_, a), (_, b) in pairwise(dated))
    if len(by_day) == 1:
        return MoneyWeighted(why="no time passed between what was put in and what came back")
    if not changes:
        return MoneyWeighted(why="nothing came back of what was put in")
    first, span = dated[0][0], (dated[-1][0] - dated[0][0]).days
    largest = max(abs(amount) for _, amount in dated)  # so that cents give the rate of euros
    terms = Terms(
        [float(divide(amount, largest)) for _, amount in dated],
        [(day - first).days / span for day, _ in dated],
    )
    single = _at_most_one([amount for _, amount in dated])
    found = _one_root(terms.worth) if changes == 1 else _roots(terms, single=single)
    found.sort(key=abs)
    if not found:
        return MoneyWeighted(why="no rate brings what was put in and what came back together")
    rates = [_rate(root * _YEAR / span) for root in found]
    return MoneyWeighted(
        _rate(found[0]), rates[0], len(found), tuple(r for r in rates[1:] if r is not None)
    )


class Terms:
    """Amounts, each with its share of the span."""

    def __init__(self, amounts: Sequence[float], shares: Sequence[float]) -> None:
        self._all = amounts, shares
        self._sides = [
            ([way * a for a in amounts if way * a > 0],
             [at for a, at in zip(amounts, shares, strict=True) if way * a > 0])
            for way in (1, -1)
        ]  # fmt: skip

    def worth(self, growth: float) -> float:
        """The sum at ``growth``, the logarithm of v."""
        amounts, shares = self._all
        return math.fsum(map(mul, amounts, map(math.exp, map(mul, repeat(-growth), shares))))

    def sides(self, growth: float) -> list[float]:
        """The sums, nearly, of what came back and of what was put in."""
        rates = repeat(-growth)
        return [sum(map(mul, a, map(math.exp, map(mul, rates, t)))) for a, t in self._sides]

    def signs(self, points: Sequence[float]) -> list[int]:
        """Whether the sum is over 0 (1), under it (-1) or 0 at points in their order.

        With more growth either side shrinks, by that much at most: where one is e^x times the
        other, the sum keeps its sign as far as x from there, and is not worked out again.
        """
        signs: list[int] = []
        while len(signs) < len(points):
            point = points[len(signs)]
            back, put_in = self.sides(point)
            if back and put_in and abs(back - put_in) > _NEARLY * (back + put_in):
                sign, end = (1 if back > put_in else -1), point + abs(math.log(back / put_in))
            else:
                value, end = self.worth(point), point
                sign = (value > 0) - (value < 0)
            near = bisect_left(points, end - _NEARLY, len(signs) + 1)
            signs += [sign] * (near - len(signs))
        return signs


def present_value(amount: Decimal, rate: Decimal, days: int, over: int) -> Decimal:
    """What ``amount`` is worth ``days`` earlier, at a ``rate`` for each ``over`` days.

    At the rate that :func:`xirr` finds the amounts come to 0, up to the digits of a float.

    >>> f'{present_value(Decimal("110.25"), Decimal("0.05"), 730, 365):f}'
    '100'
    """
    return divide(amount, RATIO.power(ONE + rate, divide(Decimal(days), Decimal(over))))


def _rate(growth: float) -> Decimal | None:
    """What a logarithm of growth is as a rate; None beyond all measure."""
    return Decimal(repr(math.expm1(growth))) if growth < 50 else None


def _one_root(worth: Callable[[float], float]) -> list[float]:
    """The one root, in a bracket as wide as it takes; none beyond e^600."""
    widest = 1.0
    while (worth(-widest) > 0) == (worth(widest) > 0):
        widest *= 2
        if widest > 600:
            return []
    return [_bisected(worth, -widest, widest)]


def _at_most_one(amounts: Sequence[Decimal]) -> bool:
    """Whether amounts in the order of time can have no two roots, by their sums from either end.

    For growth the equation is a positive integral over the sums from the first amount on, for
    decline over those from the last one back, and each has as many roots at most as its sums change
    sign; no growth at all is one where all of it comes to nothing.
    """
    sums = [list(accumulate(amounts)), list(accumulate(reversed(amounts)))]
    if not sums[0][-1]:
        return False
    known = ([one > ZERO for one in some if one] for some in sums)
    return sum(one is not other for some in known for one, other in pairwise(some)) < 2


def _roots(terms: Terms, *, single: bool) -> list[float]:
    """A root in every step of the scan over which the sum changes its sign."""
    steps = math.ceil(_WIDEST / _STEP)
    points = [step * _STEP for step in range(-steps, steps + 1)]
    if single:
        points = _halved(terms.worth, points)
    signs = terms.signs(points)
    found = [point for point, sign in zip(points, signs, strict=True) if not sign]
    for (low, one), (high, other) in pairwise(zip(points, signs, strict=True)):
        if one * other < 0:
            found.append(_bisected(terms.worth, low, high))
    return found


def _halved(worth: Callable[[float], float], points: list[float]) -> list[float]:
    """The two points next to each other between which the sum changes its sign, if it does."""
    rising = worth(points[-1]) > 0
    while len(points) > 2:
        middle = len(points) // 2
        points = points[: middle + 1] if (worth(points[middle]) > 0) == rising else points[middle:]
    return points


def _bisected(worth: Callable[[float], float], low: float, high: float) -> float:
    """The root between two points at which the sum has opposite signs."""
    rising = worth(high) > 0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        value = worth(middle)
        if value == 0:
            return middle
        if (value > 0) == rising:
            high = middle
        else:
            low = middle
