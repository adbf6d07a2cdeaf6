"""The balances between which a statement books: the check of its bookings, and observations.

What a statement opens with and what it books make what it closes with; where they do not, a
booking is missing in the file, and that is said.  So is a gap between two statements of one
account.

A closing balance is that of the end of its day; of several statements that close on one day,
the last one counts.  An opening balance says something new only where no statement before it
in the file closes with it.  Banks date it by the day before or by the first day, so it is
taken where both mean the same: where nothing is booked on its day or before, or where it says
itself that it is the day's start.  What stands between the pages of one statement is neither.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from folio.model.assets import AssetRef
from folio.model.numbers import to_text
from folio.model.statements import StatedBalance
from folio.model.transactions import AccountRef

_DAY = dt.timedelta(days=1)


class Printed(NamedTuple):
    """A balance as it is printed."""

    amount: Decimal
    day: dt.date
    line: int
    is_between: bool = False  # pages of one statement, or in the middle of a day
    starts_day: bool = False  # it says that it is of the start of its day


class Period(NamedTuple):
    """What one statement, or one page of it, says of one currency."""

    account: AccountRef | None
    money: AssetRef
    opening: Printed | None
    closing: Printed | None
    moved: Decimal  # the sum of what it books
    first: dt.date | None  # the first day on which it books; None: it books nothing
    number: tuple[int, ...]  # as the bank counts statements, and pages; () where it does not
    whole: bool = True  # every booking of it could be read


class Checked(NamedTuple):
    """What the periods of a file come to."""

    balances: tuple[StatedBalance, ...]
    openings: tuple[StatedBalance, ...]  # those of them that something opens with
    notes: tuple[str, ...]


def check(periods: Iterable[Period]) -> Checked:
    """The balances that the periods of a file state, and a note on each account with a gap."""
    groups: dict[tuple[AccountRef | None, AssetRef], list[Period]] = defaultdict(list)
    for one in periods:
        if one.opening or one.closing:
            groups[one.account, one.money].append(one)
    balances: list[StatedBalance] = []
    openings: list[StatedBalance] = []
    notes: list[str] = []
    for group in groups.values():
        ordered = _oldest_first(group)
        closed = _closed(ordered)
        opened = {day: one for day, one in _opened(ordered).items() if day not in closed}
        balances += [one for _, one in sorted((opened | closed).items())]
        openings += opened.values()
        gaps = [*_gaps_within(ordered), *_gaps_between(ordered)]
        others = f" (gaps in this account: {len(gaps)})" if len(gaps) > 1 else ""
        notes += [gap + others for gap in gaps[:1]]
    return Checked(tuple(balances), tuple(openings), tuple(notes))


def _day(period: Period) -> dt.date:
    printed = period.closing or period.opening
    return dt.date.min if printed is None else printed.day


def _oldest_first(periods: Sequence[Period]) -> list[Period]:
    """By day, then as the bank counts them, then as the file runs; each once."""
    once = list({_said(one): one for one in periods}.values())
    if _day(once[0]) > _day(once[-1]):
        once.reverse()
    return sorted(once, key=lambda one: (_day(one), one.number))


def _said(period: Period) -> tuple[object, ...]:
    """What tells a period from another, wherever in the file it stands."""
    balances = [printed and printed[:2] for printed in (period.opening, period.closing)]
    return (*balances, period.moved, period.number)


def _closed(periods: Sequence[Period]) -> dict[dt.date, StatedBalance]:
    return {
        one.closing.day: _stated(one, one.closing, one.closing.day)
        for one in periods
        if one.closing and not one.closing.is_between
    }


def _opened(periods: Sequence[Period]) -> dict[dt.date, StatedBalance]:
    days = [(one, _opened_on(one)) for one in reversed(periods)]
    return {day: _stated(one, one.opening, day) for one, day in days if one.opening and day}


def _stated(period: Period, printed: Printed, day: dt.date) -> StatedBalance:
    return StatedBalance(period.account, period.money, printed.amount, day, (printed.line,))


def _opened_on(period: Period) -> dt.date | None:
    """The day at whose end the opening balance was there; None where that cannot be told."""
    opening, first = period.opening, period.first
    if opening is None or opening.is_between:
        return None
    if first is None or opening.day < first:
        return opening.day
    return opening.day - _DAY if opening.starts_day and opening.day == first else None


def _gaps_within(periods: Sequence[Period]) -> list[str]:
    return [
        f"line {one.closing.line}: the statement opens with {to_text(one.opening.amount)} "
        f"{one.money}, books {to_text(one.moved)} and closes with {to_text(one.closing.amount)}: "
        f"{to_text(one.closing.amount - one.opening.amount - one.moved)} {one.money} of it "
        "is not in the file"
        for one in periods
        if one.whole and one.opening and one.closing
        if one.opening.amount + one.moved != one.closing.amount
    ]


def _gaps_between(periods: Sequence[Period]) -> list[str]:
    known = [one for one in periods if one.opening and one.closing]
    return [
        f"line {after.opening.line}: the statement opens with {to_text(after.opening.amount)} "
        f"{after.money}, and the one before it closes with {to_text(before.closing.amount)} "
        f"(line {before.closing.line}): one between them is missing, or they overlap"
        for before, after in pairwise(known)
        if after.opening and before.closing and after.opening.amount != before.closing.amount
    ]
