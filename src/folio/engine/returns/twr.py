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

A day with nothing invested counts as 1 and as *skipped*.  So does one that starts with less than
``least``: of amounts in whole cents, dust that was worth 0.01 and is worth 0.00 has not lost
everything, it was rounded.  A day that cannot be valued, or
whose flow is not known, is a *gap*: the chain goes on over it from the last day valued where
nothing flowed in between, else what happened meanwhile is left out; it is never taken for a
day without movement.  So is a day on which more than everything was lost.

Days through which nothing flows are one *stretch*: what was there right before the next flow
over what was there right after the last one, each quotient to 50 digits, their product exact to
twice as many and rounded once.  Multiplied day by day the values in between would cancel all the
same, and leave their roundings.

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
>>> [f"{one.end} over {one.start}" for one in stretches(links([start, middle, end]))]
['67.0 over 74.2', '104.4 over 104.1']
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.model.numbers import ONE, RATIO, ZERO, divide

YEAR = 365  # days
_Ratio = tuple[Decimal, Decimal]  # what was there at the end of a while, and at its start


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
    ratios: tuple[_Ratio, ...] = ()  # whose quotients make the factor: the last one to its end


class Stretch(NamedTuple):
    """Days through which nothing flowed."""

    since: dt.date  # the day at whose end it starts
    within: bool  # … or in whose course: after the flow that came in
    until: dt.date  # the day at whose end it ends, or right before whose flow
    start: Decimal
    end: Decimal

    @property
    def factor(self) -> Decimal:
        """1 + its return."""
        return divide(self.end, self.start)


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


def links(days: Sequence[Day], least: Decimal = ZERO) -> list[Link]:
    """The links of the days after the first, whose value is the start.

    ``least`` is what must be invested for a day's return to be told, in the unit of the days.
    """
    found = []
    last = days[0] if days else None  # the last day valued …
    moved = False  # … and whether something flowed, or may have, since
    for day in days[1:]:
        if day.value is None or day.flow is None:
            found.append(Link(day.day, None, gap=True))
            moved = moved or day.flow != ZERO
        else:
            found.append(_link(None if moved else last, day, least))
        if day.value is not None:
            last, moved = day, False
    return found


def _link(start: Day | None, day: Day, least: Decimal) -> Link:
    """The link to ``day`` from the day at whose end it starts; None: that has no value."""
    value, flow = day.value, day.flow
    assert value is not None
    assert flow is not None
    before = value - flow if day.before is None else day.before
    at_end = flow > ZERO and day.before is None
    invested = None if start is None else start.value
    if start is not None and invested is not None and invested > ZERO and invested >= least:
        if flow <= ZERO:
            return _measured(day.day, at_end, start.day, (value - flow, invested))
        if before + flow <= ZERO:
            return Link(day.day, None, gap=True)
        return _measured(day.day, at_end, start.day, (before, invested), (value, before + flow))
    if flow > ZERO and before + flow > ZERO and before + flow >= least:
        return _measured(day.day, at_end, None, (value, before + flow))
    return Link(day.day, None, gap=invested is None)


def _measured(day: dt.date, at_end: bool, since: dt.date | None, *ratios: _Ratio) -> Link:
    """The link that has these ratios, or a gap where more than everything was lost."""
    factor = divide(*ratios[0])
    for ratio in ratios[1:]:
        factor = RATIO.multiply(factor, divide(*ratio))
    if factor < ZERO:
        return Link(day, None, gap=True, at_end=at_end, since=since)
    return Link(day, factor, at_end=at_end, since=since, ratios=ratios)


def stretches(chain: Iterable[Link]) -> list[Stretch]:
    """What the links that were measured come to between one flow, or gap, and the next."""
    found: list[Stretch] = []
    for link in chain:
        go_on(found, link)
    return found


def go_on(found: list[Stretch], link: Link) -> None:
    """Take one more link into the stretches so far."""
    if link.factor is None:
        return
    for place, (end, start) in enumerate(link.ratios or ((link.factor, ONE),)):
        within = place > 0 or link.since is None
        last = found[-1] if found and not within else None
        if last is not None and (last.until, last.end) == (link.since, start):
            found[-1] = Stretch(last.since, last.within, link.day, last.start, end)
        else:
            since = link.day if within or link.since is None else link.since
            found.append(Stretch(since, within, link.day, start, end))


def linked(factors: Iterable[Decimal]) -> Decimal:
    """The return that these factors make, one after another."""
    product = ONE
    for factor in factors:
        if factor != ONE:
            product *= factor
    return RATIO.plus(product) - ONE


def time_weighted(chain: Sequence[Link]) -> TimeWeighted:
    """The chain's total, and what was left out of it."""
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
        first, last = first or link, link
    if first is None or last is None:
        return TimeWeighted(skipped=skipped, gaps=tuple(gaps))
    since = first.since or first.day
    total = linked(one.factor for one in stretches(chain))
    return TimeWeighted(total, since, last.day, skipped, tuple(gaps), at_end)


def annualised(total: Decimal, days: int) -> Decimal | None:
    """(1 + total)^(365 ÷ days) − 1; None below 365 days."""
    if days < YEAR:
        return None
    if total == -ONE:
        return total
    return RATIO.power(ONE + total, divide(Decimal(YEAR), Decimal(days))) - ONE
