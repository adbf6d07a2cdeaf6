"""When a yield rule pays, and how much.

    payment = Σ over the days after the payment before, through the day it is due:
              balance at the end of the day × rate a year × the day's part of a year

rounded half-up to the asset's precision when it is booked; nothing is carried over.  The
first day of a rule earns, and so does each day on which a new rate begins.  The day's part
of a year is that of the span from it to the next day (:mod:`folio.engine.day_count`): a month
of days at 30/360 is 30/360, and the days of a leap year at actual/actual are one year.

A payment is in units of the day on which it is paid: what a balance earned before a split is
split with it.

A nominal rate (APR) is taken as it is.  An effective one (APY) is what a year of payments
makes, each earning with the next: ``(1 + r)^(1/n) − 1`` for each of ``n`` payments, which
is the nominal rate ``n × ((1 + r)^(1/n) − 1)`` a year.  At 5 % and 12 payments the
Formulae and Tables of the Institute and Faculty of Actuaries have 0.048889:

>>> since, rate = dt.date(2024, 1, 31), Decimal("0.05")
>>> monthly = Terms(since, rate, "effective", "monthly", 31, 12, "nominal")
>>> f"{nominal_rate(monthly):.6f}"
'0.048889'

A month counts from the rule's own day, never from the day before: the 31st is each month's
last day, and comes back as the 31st.

>>> [str(span.due) for span in spans([monthly], dt.date(2024, 4, 30))]
['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']

The last day of a rule pays what has accrued by then, whatever its schedule says: the money
may leave with the rule.  Waiting for the next day of a schedule that ended was rejected.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from folio.engine.day_count import COUNTS, Parts, in_period
from folio.model.numbers import ONE, RATIO, ZERO, divide
from folio.model.yields import MONTHS_BETWEEN, NEAR, PAYMENTS_A_YEAR, Terms

DAY = dt.timedelta(days=1)
Stretch = tuple[dt.date, dt.date, Decimal]  # first day, last day (inclusive), balance
Ratio = tuple[int, int]  # of a split: new units for old


class Span(NamedTuple):
    """The days that one payment is for."""

    first: dt.date  # inclusive
    due: dt.date  # the last of them, on which it is paid


class _Segment(NamedTuple):
    first: dt.date
    last: dt.date  # inclusive
    terms: Terms
    ends: bool  # nothing is in force on the day after


def _segments(terms: Sequence[Terms]) -> list[_Segment]:
    """The stretches in which one rate is in force, by day."""
    found = []
    for i, one in enumerate(terms):
        later = terms[i + 1] if i + 1 < len(terms) else None
        last = dt.date.max if later is None else later.from_day - DAY
        if one.rate_per_year is not None:
            ends = later is not None and later.rate_per_year is None
            found.append(_Segment(one.from_day, last, one, ends))
    return found


# -- days that pay -----------------------------------------------------------------------


def pays_from(terms: Terms, day: dt.date) -> dt.date:
    """The first day on or after ``day`` on which the schedule pays."""
    if terms.frequency == "daily":
        return day
    if terms.frequency == "weekdays":
        return day + DAY * {6: 2, 7: 1}.get(day.isoweekday(), 0)
    if terms.frequency == "weekly":
        return day + DAY * ((terms.pay_day - day.isoweekday()) % 7)
    month = _paying_month(terms, day, 0)
    found = _in_month(month, terms.pay_day)
    if found >= day:
        return found
    return _in_month(month + MONTHS_BETWEEN[terms.frequency], terms.pay_day)


def paid_before(terms: Terms, day: dt.date) -> dt.date:
    """The last day before ``day`` on which the schedule pays."""
    if terms.frequency == "daily":
        return day - DAY
    if terms.frequency == "weekdays":
        return day - DAY * {1: 3, 7: 2}.get(day.isoweekday(), 1)
    if terms.frequency == "weekly":
        return day - DAY * ((day.isoweekday() - terms.pay_day - 1) % 7 + 1)
    step = MONTHS_BETWEEN[terms.frequency]
    month = _paying_month(terms, day, step)
    later = _in_month(month + step, terms.pay_day)
    return later if later < day else _in_month(month, terms.pay_day)


def _paying_month(terms: Terms, day: dt.date, back: int) -> int:
    """The first month that pays from the day's own on, less ``back`` months."""
    number = day.year * 12 + day.month - 1
    return number + (terms.pay_month - 1 - number) % MONTHS_BETWEEN[terms.frequency] - back


def _in_month(number: int, day: int) -> dt.date:
    (year, month), (next_year, next_month) = divmod(number, 12), divmod(number + 1, 12)
    last = dt.date(next_year, next_month + 1, 1) - dt.timedelta(days=1)
    return dt.date(year, month + 1, min(day, last.day))


def spans(terms: Sequence[Terms], until: dt.date) -> Iterator[Span]:
    """The payments whose days begin by ``until``, in order: the last may be due after it."""
    first: dt.date | None = None
    for segment in _segments(terms):
        first = first or segment.first
        due = pays_from(segment.terms, segment.first)
        while due <= segment.last and first <= until:
            yield Span(first, due)
            first = due + DAY
            due = pays_from(segment.terms, first)
        if segment.ends:
            if first <= segment.last and first <= until:
                yield Span(first, segment.last)
            first = None


def first_day(terms: Sequence[Terms], due: dt.date) -> dt.date | None:
    """The first day that a payment due on ``due`` is for; None where nothing is in force then."""
    found: dt.date | None = None
    for segment in reversed(_segments(terms)):
        if found is None and not segment.first <= due <= segment.last:
            continue
        if found is not None and (segment.ends or segment.last + DAY != found):
            return found
        paid = paid_before(segment.terms, due if found is None else found)
        if paid >= segment.first:
            return paid + DAY
        found = segment.first
    return found


def is_due(terms: Sequence[Terms], day: dt.date) -> bool:
    """Whether a rule pays on a day."""
    for segment in _segments(terms):
        if segment.first <= day <= segment.last:
            return pays_from(segment.terms, day) == day or (segment.ends and day == segment.last)
    return False


def due_near(terms: Sequence[Terms], day: dt.date) -> dt.date | None:
    """The day on which a rule pays that is nearest to ``day``, within three days; or None."""
    away = sorted(range(-NEAR, NEAR + 1), key=lambda days: (abs(days), days))
    return next((due for days in away if is_due(terms, due := day + DAY * days)), None)


def days_in_force(terms: Sequence[Terms]) -> list[tuple[dt.date, dt.date]]:
    """The first and last days, both inclusive, of the stretches in which a rule earns."""
    found: list[tuple[dt.date, dt.date]] = []
    for segment in _segments(terms):
        if found and found[-1][1] + DAY == segment.first:
            found[-1] = (found[-1][0], segment.last)
        else:
            found.append((segment.first, segment.last))
    return found


def in_force(terms: Sequence[Terms], day: dt.date) -> Terms | None:
    """What a rule says on a day; None where it says nothing."""
    return next((s.terms for s in _segments(terms) if s.first <= day <= s.last), None)


# -- amounts -----------------------------------------------------------------------------


class Earned(NamedTuple):
    """What a balance earns in days that have one rate and one basis."""

    first: dt.date
    last: dt.date  # inclusive
    balance: Decimal
    terms: Terms
    rate: Decimal  # nominal, a year
    days: int  # as the day count has them
    basis: int  # days a year
    split: Ratio = (1, 1)  # new units for old, from then until it is paid

    @property
    def product(self) -> Decimal:
        """Balance × rate × days × new units: the interest, times what it is divided by."""
        return self.balance * self.rate * self.days * self.split[0]

    @property
    def divisor(self) -> int:
        """The days of a year, times the old units of a split."""
        return self.basis * self.split[1]


def nominal_rate(terms: Terms) -> Decimal:
    """The nominal rate a year."""
    rate = terms.rate_per_year or ZERO
    if terms.rate_type == "nominal":
        return rate
    return nominal_of(rate, PAYMENTS_A_YEAR[terms.frequency])


def nominal_of(effective: Decimal, payments_a_year: int) -> Decimal:
    """The nominal rate a year of an effective one."""
    payments = Decimal(payments_a_year)
    return payments * (RATIO.power(ONE + effective, divide(ONE, payments)) - ONE)


def accrued(terms: Sequence[Terms], stretches: Iterable[Stretch]) -> Decimal:
    """The interest of these days on these balances, not rounded."""
    return interest(earned(terms, stretches))


def interest(parts: Iterable[Earned]) -> Decimal:
    """Their sum, not rounded: of each divisor its products, divided once."""
    sums: dict[int, Decimal] = {}
    for part in parts:
        sums[part.divisor] = sums.get(part.divisor, ZERO) + part.product
    return sum((divide(total, Decimal(divisor)) for divisor, total in sums.items()), ZERO)


def earned(terms: Sequence[Terms], stretches: Iterable[Stretch]) -> Iterator[Earned]:
    """What these days earn on these balances, by rate and basis; nothing of a balance of 0."""
    segments = [(s, nominal_rate(s.terms)) for s in _segments(terms)]
    for first, last, balance in stretches:
        for segment, rate in segments:
            start, end = max(first, segment.first), min(last, segment.last)
            if start > end or not balance:
                continue
            for days, basis in _parts(segment.terms, start, end + DAY):
                yield Earned(start, end, balance, segment.terms, rate, days, basis)


def _parts(terms: Terms, start: dt.date, end: dt.date) -> Parts:
    """The parts of a year from ``start`` to ``end``, which is exclusive."""
    count = COUNTS.get(terms.day_count)
    if count is not None:
        return count(start, end)
    parts: Parts = []
    while start < end:  # nominal: each day belongs to the payment that it comes to
        period = (paid_before(terms, start) + DAY, pays_from(terms, start) + DAY)
        until = min(end, period[1])
        parts += in_period(start, until, period, PAYMENTS_A_YEAR[terms.frequency])
        start = until
    return parts
