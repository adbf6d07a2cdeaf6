"""Day counts: which part of a year a span of days is.

    actual/365     days / 365, in leap years too (ISDA 2006, 4.16(d): Actual/365 Fixed)
    actual/actual  days in leap years / 366 + other days / 365 (4.16(b): ISDA)
    30/360         30E/360, Eurobond basis (4.16(g)): every month has 30 days, the 31st is the 30th
    nominal        days / (days of the payment's whole period × payments a year), so that every
                   whole period is the rate ÷ payments a year: actual/actual as the ICMA's
                   rule 251 has it

A span includes its start and excludes its end.  It is a list of (days, days a year), whose
quotients add up to the fraction, so that sums stay exact until the last division.

Interest accrues on each day's own balance, so a count must be additive: the parts of a
span count as much as the whole.  Of the kinds of 30/360 only 30E/360 is.  Bond basis
(4.16(f)) was rejected: there the 31st counts as the 30th or not by the day on which
the span starts, so 15 January to 15 February has 30 days, and 31 when it is cut in two on
31 January.  Actual/actual as the AFB has it was rejected for the same reason.

The example of the memo "EMU and Market Conventions: Recent Developments" (ISDA, 1998), 1
November 2003 to 1 May 2004, is 61/365 + 121/366 (ISDA) and 182/(182 × 2) (ISMA):

>>> start, end = dt.date(2003, 11, 1), dt.date(2004, 5, 1)
>>> actual_actual(start, end)
[(61, 365), (121, 366)]
>>> in_period(start, end, (start, end), 2)
[(182, 364)]
>>> thirty_360(dt.date(2007, 2, 28), dt.date(2007, 3, 31))
[(32, 360)]
"""

import datetime as dt
from collections.abc import Callable

Parts = list[tuple[int, int]]  # days, days a year


def actual_365(start: dt.date, end: dt.date) -> Parts:
    return [((end - start).days, 365)]


def actual_actual(start: dt.date, end: dt.date) -> Parts:
    parts = []
    for year in range(start.year, end.year + 1):
        first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        days = (min(end, after) - max(start, first)).days
        if days > 0:
            parts.append((days, (after - first).days))
    return parts


def thirty_360(start: dt.date, end: dt.date) -> Parts:
    return [(_day_of_thirty(end) - _day_of_thirty(start), 360)]


def _day_of_thirty(day: dt.date) -> int:
    """The day's number where every month has 30 days."""
    return (day.year * 12 + day.month) * 30 + min(day.day, 30)


def in_period(
    start: dt.date, end: dt.date, period: tuple[dt.date, dt.date], payments_a_year: int
) -> Parts:
    """A span within one period of a schedule; ``period`` excludes its end."""
    whole = (period[1] - period[0]).days
    return [((end - start).days, whole * payments_a_year)]


# Those that need no schedule.
COUNTS: dict[str, Callable[[dt.date, dt.date], Parts]] = {
    "actual/365": actual_365,
    "actual/actual": actual_actual,
    "30/360": thirty_360,
}
