"""The time-weighted return: what one unit of money left alone would have made.

With V the value at a day's end, W what was held the evening before at the day's own price,
and F the day's flow:

    1 + twr = Π day,   day = (W ÷ V₋₁) × (V ÷ (W + F))   where F > 0, in before the day's deals
                       day = (V − F) ÷ V₋₁               where F ≤ 0, out after them

So a first deposit, however large, is measured against itself and not against the little
that was there; and what is taken out has earned its day's return.  Where W is not known a
flow that came in is taken to come at the end of the day (W = V − F), and that is counted.
Rejected: V ÷ (W + F) for what went out as well.  Of 10 units at 100, 5 sold at 101 gained
5 on 1000, 0.5 %; 500 ÷ (1000 − 505) says 1 %, and the sale of all ten is a division by a
negative number.

A day with nothing invested counts as 1 and as *skipped*.  A day that cannot be valued, or
whose flow is not known, is a *gap*: the chain goes on over it from the last day valued where
nothing flowed in between, else what happened meanwhile is left out; it is never taken for a
day without movement.  So is a day on which more than everything was lost.

Annualised with (1 + r)^(365 ÷ days), from 365 days on: a good month is no year.

Sources: CFA Institute, Global Investment Performance Standards 2020, 2.A; Bacon, Practical
Portfolio Performance Measurement and Attribution, 2nd ed., chapter 2.  Bacon's example: 74.2 m
at the start of a January were worth 67.0 m when 37.1 m came in on the 14th, and 104.4 m at its
end, a return of −9.44 %:

>>> from datetime import date as day
>>> start = Day(day(2024, 12, 31), Decimal("74.2"), ZERO)
>>> middle = Day(day(2025, 1, 14), Decimal("104.1"), Decimal("37.1"), before=Decimal("67.0"))
>>> end = Day(day(2025, 1, 31), Decimal("104.4"), ZERO)
>>> str(round(time_weighted(links([start, middle, end])).total, 4))
'-0.0944'
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.model.numbers import ONE, RATIO, ZERO, divide

YEAR = 365  # days


class Day(NamedTuple):
    """A day's end."""

    day: dt.date
    value: Decimal | None  # None: it cannot be told
    flow: Decimal | None  # of the day, inward; None: it is not known
    before: Decimal | None = None  # the holding of the evening before at this day's price


class Link(NamedTuple):
    """One day of the chain."""

    day: dt.date
    factor: Decimal | None  # 1 + the day's return; None: nothing was invested, or a gap
    gap: bool = False
    at_end: bool = False  # its flow was taken to come at the end of the day
    since: dt.date | None = None  # the day at whose end it starts; None: within the day


class TimeWeighted(NamedTuple):
    """A chain."""

    total: Decimal | None = None  # None: no day could be measured
    since: dt.date | None = None  # the day at whose end it starts, or of the first flow
    until: dt.date | None = None  # the last day measured
    skipped: int = 0  # days with nothing invested
    gaps: tuple[dt.date, ...] = ()  # days left out
    at_end: int = 0  # days whose flow was taken to come at their end

    @property
    def days(self) -> int:
        """Calendar days measured."""
        return 0 if self.since is None or self.until is None else (self.until - self.since).days

    @property
    def per_year(self) -> Decimal | None:
        """The total annualised; None below a year."""
        return None if self.total is None else annualised(self.total, self.days)


def links(days: Sequence[Day]) -> list[Link]:
    """The links of the days after the first, whose value is the start."""
    found = []
    last = days[0] if days else None  # the last day valued …
    moved = False  # … and whether something flowed, or may have, since
    for day in days[1:]:
        if day.value is None or day.flow is None:
            found.append(Link(day.day, None, gap=True))
            moved = moved or day.flow != ZERO
        else:
            found.append(_link(None if moved else last, day, day.value, day.flow))
        if day.value is not None:
            last, moved = day, False
    return found


def _link(start: Day | None, day: Day, value: Decimal, flow: Decimal) -> Link:
    """The link to ``day`` from the day at whose end it starts; None: that has no value."""
    before = value - flow if day.before is None else day.before
    at_end = flow > ZERO and day.before is None
    invested = None if start is None else start.value
    if start is not None and invested is not None and invested > ZERO:
        if flow <= ZERO:
            return _measured(Link(day.day, divide(value - flow, invested), since=start.day))
        if before + flow <= ZERO:
            return Link(day.day, None, gap=True)
        factor = RATIO.multiply(divide(before, invested), divide(value, before + flow))
        return _measured(Link(day.day, factor, at_end=at_end, since=start.day))
    if flow > ZERO and before + flow > ZERO:
        return _measured(Link(day.day, divide(value, before + flow), at_end=at_end))
    return Link(day.day, None, gap=invested is None)


def _measured(link: Link) -> Link:
    """The link, or a gap where more than everything was lost."""
    lost = link.factor is not None and link.factor < ZERO
    return link._replace(factor=None, gap=True) if lost else link


def time_weighted(chain: Sequence[Link]) -> TimeWeighted:
    """The chain's total, and what was left out of it."""
    product = ONE
    first: Link | None = None
    last: Link | None = None
    gaps = []
    skipped = at_end = 0
    for link in chain:
        at_end += link.at_end
        if link.factor is None:
            gaps += [link.day] if link.gap else []
            skipped += not link.gap
            continue
        skipped += link.since is None
        if link.factor != ONE:
            product = RATIO.multiply(product, link.factor)
        first, last = first or link, link
    if first is None or last is None:
        return TimeWeighted(skipped=skipped, gaps=tuple(gaps))
    since = first.since or first.day
    return TimeWeighted(product - ONE, since, last.day, skipped, tuple(gaps), at_end)


def annualised(total: Decimal, days: int) -> Decimal | None:
    """(1 + total)^(365 ÷ days) − 1; None below 365 days."""
    if days < YEAR:
        return None
    if total == -ONE:
        return total
    return RATIO.power(ONE + total, divide(Decimal(YEAR), Decimal(days))) - ONE
