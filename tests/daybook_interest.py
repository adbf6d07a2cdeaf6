"""What holdings earn, beside a daybook: payments day by day in fractions, from rules 9 alone.

Each day's balance earns the rate of that day for the day's part of a year; a payment is what came
together since the one before, through the day it is due, rounded half-up.  It is not in the
balance of which it is paid.  Units are those of the day on which they are paid.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache, partial
from typing import NamedTuple

from calculator import EVER, Told, nominal_rate, part_of_year, told_for
from daybook import MONEY, Daybook, Happened
from daybook_seen import NONE, ONE_DAY, Where

A_YEAR = {"daily": 365, "weekdays": 260, "weekly": 52, "monthly": 12, "quarterly": 4, "yearly": 1}
NEAR = [ONE_DAY * days for days in (0, -1, 1, -2, 2, -3, 3)]
Rate = Callable[[dt.date], Happened | None]


def rate_of(rows: Iterable[Happened], where: Where) -> Rate:
    """What a holding's rule says on a day; without a method it ends, whatever it said of later."""
    told: Told[Happened | None] = []
    for one in rows:
        if one.kind == "earns" and (one.account, one.asset) == where:
            said = one._replace(on=dt.date.min, arrived=None) if one.method else None
            until = one.arrived if one.method else EVER
            told = told_for(told, one.on, until, said, None)

    @cache
    def on(day: dt.date) -> Happened | None:
        return next((said for first, last, said in told if first <= day <= last), None)

    return on


def scheduled(one: Happened, day: dt.date) -> bool:
    """Whether a schedule pays on a day: ``to`` is how often, ``payer`` the day, and ``ratio`` has
    the month."""
    if one.to == "weekdays":
        return day.isoweekday() < 6
    if one.to == "weekly":
        return day.isoweekday() == int(one.payer)
    apart = {"quarterly": 3, "yearly": 12}.get(one.to, 1)
    last = calendar.monthrange(day.year, day.month)[1]
    in_turn = (day.month - one.ratio[0]) % apart == 0
    return one.to == "daily" or (in_turn and day.day == min(int(one.payer), last))


def is_due(rate: Rate, day: dt.date) -> bool:
    """What ends pays on its last day what has come together."""
    one = rate(day)
    return one is not None and (scheduled(one, day) or rate(day + ONE_DAY) is None)


def near(rate: Rate, day: dt.date) -> dt.date | None:
    """The day due to which a row of a statement belongs."""
    return next((day + away for away in NEAR if is_due(rate, day + away)), None)


def part(one: Happened, day: dt.date) -> Fraction:
    """A day's part of a year."""
    return part_of_year(one.money, day, A_YEAR[one.to], lambda on: scheduled(one, on))


@cache
def nominal(one: Happened) -> Fraction:
    """The rate a year; an effective one is what a year of payments makes."""
    if one.method == "nominal":
        return one.share
    return nominal_rate(one.share, A_YEAR[one.to])


def gives_way(rows: list[Happened], one: Happened) -> Happened | None:
    """The payment that was booked of whose place a row takes."""
    where = one.account, one.asset
    if one.kind not in ("interest", "reward") or (one.kind == "reward" and one.asset in MONEY):
        return None
    rate = rate_of(rows, where)
    due = near(rate, one.on)
    booked = [
        x for x in standing(rows)
        if (x.account, x.asset) == where and abs(x.on - one.on) in NEAR
        and (x.on == due or not is_due(rate, x.on))  # a schedule that is no more
    ]  # fmt: skip
    nearest = min(booked, key=lambda x: (abs(x.on - one.on), x.on), default=None)
    return nearest if nearest and nearest.units > 0 else None


def standing(rows: Iterable[Happened]) -> list[Happened]:
    """The payments that were booked, and not taken back since."""
    found: list[Happened] = []
    for one in rows:
        if one.kind == "interest" and one.since:
            found.append(one)
        elif one.kind == "taken back":
            found.remove(one._replace(kind=one.method, method=""))
    return found


class Due(NamedTuple):
    """A payment that nobody booked, and the days that it is for."""

    on: dt.date
    days: list[dt.date]


def owed(rows: list[Happened], where: Where, days: list[dt.date]) -> Iterator[Due]:
    """What is due of a holding on some of these days: no day is paid twice."""
    rate, own = rate_of(rows, where), [x for x in standing(rows) if (x.account, x.asset) == where]
    booked = {one.since + ONE_DAY * n for one in own if one.since
              for n in range((one.on - one.since).days + 1)}  # fmt: skip
    stated = ("interest",) if where[1] in MONEY else ("interest", "reward")
    told = {near(rate, one.on) for one in rows if (one.account, one.asset) == where
            and one.kind in stated and not one.since}  # fmt: skip
    told |= {one.on for one in own}
    came: list[dt.date] = []
    for day in days:
        if rate(day) is not None:
            came += [day] if day not in booked else []
            if is_due(rate, day):
                if came and day not in told:
                    yield Due(day, came)
                came = []


def paid(
    make: Callable[[list[Happened]], Daybook], rows: list[Happened], where: Where, until: dt.date
) -> list[Happened]:
    """What a holding is owed by a day.

    What is paid before an observation explains a part of what is seen, so that the payments are
    worked out in turn until none changes.
    """
    daybook = make(rows)
    rate, split = rate_of(rows, where), partial(daybook.seen.units, where)
    due = list(owed(rows, where, [day for day in daybook.days if day <= until]))
    amounts = dict.fromkeys((one.on for one in due), NONE)
    places, observed = 10 ** MONEY.get(where[1], 8), where in daybook.seen.balances

    def booked() -> list[Happened]:
        found = []
        for one in due:
            units = amounts[one.on]
            row = Happened("interest", one.on, *where, units, since=one.days[0])
            if where[1] in MONEY:
                row = row._replace(amount=units, money=where[1], payer=where[1])
            found += [row] if units else []
        return found

    def earned(day: dt.date, paid_on: dt.date) -> Fraction:
        """What a day's balance earns, without that payment, in units of the day it is paid on."""
        held = daybook.seen.booked(where, day) + daybook.seen.unexplained(where, day)
        if not observed:
            held += sum(
                (n * split(day) / split(on) for on, n in amounts.items() if on <= day), NONE
            )
        if day == paid_on:
            held -= amounts[day]
        one = rate(day)
        assert one is not None
        return held * nominal(one) * part(one, day) * split(paid_on) / split(day)

    for _ in range(8 if observed else 1):
        before = dict(amounts)
        for one in due:
            size = sum((earned(day, one.on) for day in one.days), NONE) * places
            amount = Fraction(int(abs(size) + Fraction(1, 2)) * (-1 if size < 0 else 1), places)
            if amount != amounts[one.on]:
                amounts[one.on] = amount
                daybook = make([*rows, *booked()]) if observed else daybook
        if amounts == before:
            break
    return booked()
