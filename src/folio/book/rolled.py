"""What the rollup answers for, and from which day on it does not.

A write leaves the days of a few holdings out of date, and a new day those of all; what the
rollup has of the others, and of the days before, stays as good as it was.  What it lacks is
worked out (:mod:`folio.book.later`), and is what it will have once it is brought up to date.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from folio.book import Book
from folio.db.derived.rollup import (
    read_marks,
    read_runs,
    read_sums,
    rollup_until,
)
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.rollups import HOLDING, EveningSums, Run

_ONE_DAY = dt.timedelta(days=1)


def reached(book: Book, currency: int) -> dt.date | None:
    """The rollup's last day, where it can answer: for all that is known, in the base currency."""
    if book.known_at is not None or currency != book.base.id:
        return None
    return rollup_until(book.db)


def out_of_date(
    book: Book, currency: int, holdings: Iterable[Holding], since: dt.date, until: dt.date
) -> dict[int, dt.date]:
    """The first day of which the rollup does not answer, by holding.

    The days from ``since`` through ``until`` are asked for: one after which it answers for all
    of these does not count, one before them may.
    """
    last = reached(book, currency)
    if last is None:
        return {h.id: dt.date.min for h in holdings}
    asked = min(since, last)  # the days that the rollup reaches
    dirty = {h: first for h, (first, end) in read_marks(book.db).items() if end >= asked}
    after = last + _ONE_DAY
    if until <= last:
        return {h.id: day for h in holdings if h.id in dirty and (day := dirty[h.id]) <= until}
    return {h.id: dirty.get(h.id, after) for h in holdings}


def sums_of(
    book: Book, currency: int, holdings: Iterable[Holding], until: dt.date
) -> dict[int, EveningSums]:
    """The sums of holdings on the last day up to ``until`` of which the rollup answers.

    Those without any are left out.  They are read once for all who ask: first what lots cost,
    then what was realised.
    """
    if reached(book, currency) is None:
        return {}
    known = book.rolled_up.setdefault(until, {})
    wanted = list(holdings)
    fresh = [holding for holding in wanted if holding.id not in known]
    if fresh:
        since = out_of_date(book, currency, fresh, until, until)
        days = dict.fromkeys([h.id for h in fresh], until)
        days |= {holding: evening_of(day, until) for holding, day in since.items()}
        known.update(dict.fromkeys(days))
        for number, cost, realised, unknown, baseless in read_sums(book.db, days):
            known[number] = (days[number], cost, realised, unknown, baseless)
    return {h.id: sums for h in wanted if (sums := known[h.id]) is not None}


def stored_before(
    book: Book, since: Mapping[int, dt.date | None], period: Period
) -> Iterator[tuple[int, list[Run]]]:
    """The stored runs of the period before each holding's day of ``since``; None: all of them."""
    for holding, day in since.items():
        end = evening_of(day, period.end)
        yield holding, read_runs(book.db, HOLDING, holding, period.start, end)


def evening_of(day: dt.date | None, until: dt.date) -> dt.date:
    """The last day before ``day`` and up to ``until``."""
    return until if day is None or day > until else day - _ONE_DAY if day > dt.date.min else day
