"""What holdings earn, beside a daybook: payments day by day in fractions, from rules 9 alone.

Each day's balance earns the rate of that day for the day's part of a year; a payment is what came
together since the one before, through the day it is due, rounded half-up.  It is not in the
balance of which it is paid.  Units are those of the day on which they are paid.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache

from daybook import MONEY, Daybook, Happened
from daybook_seen import NONE, ONE_DAY, Where

A_YEAR = {"daily": 365, "weekdays": 260, "weekly": 52, "monthly": 12}
NEAR = [ONE_DAY * days for days in (0, -1, 1, -2, 2, -3, 3)]
Rate = Callable[[dt.date], Happened | None]


def rate_of(rows: Iterable[Happened], where: Where) -> Rate:
    """What a holding's rule says on a day; a ratio of 0 ends it."""
    said = {
        one.on: one for one in rows if one.kind == "earns" and (one.account, one.asset) == where
    }

    @cache
    def on(day: dt.date) -> Happened | None:
        one = max((one for one in said.values() if one.on <= day), key=lambda x: x.on, default=None)
        return one if one is not None and one.method else None

    return on


def scheduled(one: Happened, day: dt.date) -> bool:
    """Whether a schedule pays on a day: ``to`` is how often, ``payer`` the day."""
    if one.to == "weekdays":
        return day.isoweekday() < 6
    if one.to == "weekly":
        return day.isoweekday() == int(one.payer)
    last = calendar.monthrange(day.year, day.month)[1]
    return one.to == "daily" or day.day == min(int(one.payer), last)


def is_due(rate: Rate, day: dt.date) -> bool:
    """What ends pays on its last day what has come together."""
    one = rate(day)
    return one is not None and (scheduled(one, day) or rate(day + ONE_DAY) is None)


def near(rate: Rate, day: dt.date) -> dt.date | None:
    """The day due to which a row of a statement belongs."""
    return next((day + away for away in NEAR if is_due(rate, day + away)), None)


def part(one: Happened, day: dt.date) -> Fraction:
    """A day's part of a year."""
    if one.money == "actual/365":
        return Fraction(1, 365)
    if one.money == "actual/actual":
        return Fraction(1, 366 if calendar.isleap(day.year) else 365)
    if one.money == "30/360":
        start, end = (
            (on.year * 12 + on.month) * 30 + min(on.day, 30) for on in (day, day + ONE_DAY)
        )
        return Fraction(end - start, 360)
    due, before = day, day - ONE_DAY
    while not scheduled(one, due):
        due += ONE_DAY
    while not scheduled(one, before):
        before -= ONE_DAY
    return Fraction(1, (due - before).days * A_YEAR[one.to])


@cache
def nominal(one: Happened) -> Fraction:
    """The rate a year; an effective one is what a year of payments makes."""
    if one.method == "nominal":
        return one.share
    wide, payments = Context(prec=60), A_YEAR[one.to]
    grown = 1 + wide.divide(Decimal(one.share.numerator), Decimal(one.share.denominator))
    return (Fraction(wide.power(grown, wide.divide(1, payments))) - 1) * payments


def gives_way(rows: list[Happened], one: Happened) -> Happened | None:
    """The payment that was booked of whose place a row takes."""
    where = one.account, one.asset
    if one.kind not in ("interest", "reward") or (one.kind == "reward" and one.asset in MONEY):
        return None
    due = near(rate_of(rows, where), one.on)
    booked = (x for x in standing(rows) if (x.account, x.asset, x.on) == (*where, due))
    return next((x for x in booked if x.units > 0), None)


def standing(rows: Iterable[Happened]) -> list[Happened]:
    """The payments that were booked, and not taken back since."""
    found: list[Happened] = []
    for one in rows:
        if one.kind == "interest" and one.since:
            found.append(one)
        elif one.kind == "taken back":
            found.remove(one._replace(kind=one.method, method=""))
    return found


def paid(daybook: Daybook, rows: list[Happened], where: Where, until: dt.date) -> list[Happened]:
    """What is due of a holding by a day, booked by nobody."""
    rate = rate_of(rows, where)
    own = [one for one in standing(rows) if (one.account, one.asset) == where]
    days = {one.since + ONE_DAY * n for one in own if one.since
            for n in range((one.on - one.since).days + 1)}  # fmt: skip
    stated = ("interest",) if where[1] in MONEY else ("interest", "reward")
    told = {near(rate, one.on) for one in rows if (one.account, one.asset) == where
            and one.kind in stated and one not in own}  # fmt: skip
    places = 10 ** MONEY.get(where[1], 8)
    found: list[Happened] = []
    came = accrued = NONE  # in units of the first day
    first: dt.date | None = None
    for day in daybook.days:
        one, units = rate(day), daybook.seen.units(where, day)
        if day > until or one is None:
            continue
        if day not in days:
            first = first or day
            held = daybook.seen.booked(where, day) / units + came
            accrued += held * nominal(one) * part(one, day)
        if is_due(rate, day):
            size = accrued * units * places
            amount = Fraction(int(abs(size) + Fraction(1, 2)) * (-1 if size < 0 else 1), places)
            if amount and day not in told and all(x.on != day for x in own):
                row = Happened("interest", day, *where, amount, since=first)
                if where[1] in MONEY:
                    row = row._replace(amount=amount, money=where[1], payer=where[1])
                found.append(row)
                came += amount / units
            first, accrued = None, NONE
    return found
