"""Vaults: how far a goal is, what it takes to reach it, and when it will be.

    current   = Σ value of a holding × its percentage of that day
    progress  = current ÷ target, not capped
    monthly   = (target − current) ÷ months left
    pace      = (current − value at the start) ÷ days since, the start a year before
    projected = day + ⌈(target − current) ÷ pace⌉ days
    put in    = Σ flow of a holding × its percentage
                + Σ value of the evening before × change of its percentage
    growth    = change of the value − put in

Months are those of the calendar after the day's own, up to the target's; within the
target's own month there is one left, on the target's day none.

The projection is the *drift method*: a straight line through the first and the last
value (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition,
section 5.2), that is, saving and earning go on as over the year before, deposits and
returns together.  Rejected: compounding the return without deposits, which tells someone
who saves every month that the goal is farther off than it is.  There is no date where
the year brought nothing or a loss, or where a value at either end is not known.  A vault
that is younger than a year is measured from its first day, and the report says so.

Rounding apart, put in and growth add up to the change exactly: a percentage that changes
on a day moves the value of the evening before, and the day's own growth is shared by the
new percentage.

>>> months_left(dt.date(2025, 6, 30), dt.date(2025, 12, 31))
6
>>> str(monthly_needed(Decimal(4000), Decimal(10000), 6))
'1000'

From 6,000 to 7,460 in 365 days is 4 a day; the 2,540 that are missing take 635 days:

>>> start, day = Point(dt.date(2024, 6, 30), Decimal(6000)), dt.date(2025, 6, 30)
>>> str(projected_day(start, Point(day, Decimal(7460)), Decimal(10000)))
'2027-03-27'
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from folio.model.numbers import ZERO, divide

Shares = Mapping[int, Decimal]  # percentages by holding
Changes = Sequence[tuple[dt.date, Decimal | None]]  # of one holding, by day; None: none


class Point(NamedTuple):
    """A vault's value at the end of a day."""

    day: dt.date
    value: Decimal


class Layer(NamedTuple):
    """Holdings that a vault counts with at least some percentage, and that one's own part."""

    percent: Decimal
    holdings: frozenset[int]


def months_left(day: dt.date, target: dt.date) -> int:
    """Calendar months after ``day``'s up to the target's; 1 in its own month, 0 from it on."""
    if day >= target:
        return 0
    return max(1, (target.year - day.year) * 12 + target.month - day.month)


def monthly_needed(current: Decimal, target: Decimal, months: int) -> Decimal | None:
    """What must be put in each month; None when no month is left, 0 when it is reached."""
    if current >= target:
        return ZERO
    return divide(target - current, Decimal(months)) if months else None


def projected_day(start: Point, now: Point, target: Decimal) -> dt.date | None:
    """The first day on which the line from ``start`` through ``now`` reaches the target.

    None where it never does, or not before the year 10000; ``now``'s own day where it is
    reached already.
    """
    if now.value >= target:
        return now.day
    gained, days = now.value - start.value, (now.day - start.day).days
    if gained <= ZERO or days <= 0:
        return None
    needed = int(((target - now.value) * days / gained).to_integral_value(ROUND_CEILING))
    if needed > (dt.date.max - now.day).days:
        return None
    return now.day + dt.timedelta(days=needed)


def share_on(changes: Changes, day: dt.date) -> Decimal | None:
    """The percentage in force on a day: that of the last change on or before it."""
    found = None
    for since, percent in changes:
        if since > day:
            break
        found = percent
    return found


def layers(shares: Shares) -> list[Layer]:
    """Percentages taken apart into sets of whole holdings.

    100 % of A and 40 % of B are 40 % of A with B and 60 % of A alone.  What flows across the
    border of each set is known exactly, so their sum is what flows into the vault.

    >>> [(str(percent), sorted(of)) for percent, of in layers({1: Decimal(100), 2: Decimal(40)})]
    [('40', [1, 2]), ('60', [1])]
    """
    found, below = [], ZERO
    for percent in sorted(set(shares.values())):
        within = frozenset(holding for holding, part in shares.items() if part >= percent)
        found.append(Layer(percent - below, within))
        below = percent
    return found


def over_allocated(shares: Iterable[Shares]) -> dict[int, Decimal]:
    """The holdings of which vaults count more than 100 %, with the sum of their percentages."""
    sums: dict[int, Decimal] = {}
    for of_vault in shares:
        for holding, percent in of_vault.items():
            sums[holding] = sums.get(holding, ZERO) + percent
    return {holding: percent for holding, percent in sums.items() if percent > 100}
