"""From which day on a holding's figures change after a command."""

import datetime as dt

from folio.book import Book
from folio.db.statements.observations import read_observations
from folio.operations.deriving.touched import Touched


def changes_from(book: Book, holding: int, days: list[dt.date], touched: Touched) -> dt.date:
    """From which day on a holding's figures change: its balances, or its costs alone.

    Costs change from the first of ``days``, those on which its asset was touched.
    """
    found = list(days)
    asset = book.catalog.holdings[holding].asset_id
    own = None if holding in touched.lots_alone else touched.holdings.get(holding)
    for day in (d for d in (own, touched.assets.get(asset)) if d is not None):
        found.append(_bends_from(book, holding, day, observed=holding in touched.observing))
    return min(found)


def everything_changes_from(book: Book, touched: Touched) -> dt.date:
    """From which day on any figure changes where assets are read as others from a day on: what was
    observed of them later counts back over their units, too."""
    every = book.catalog.holdings.items()
    about = [number for number, holding in every if holding.asset_id in touched.about]
    bent = (_bends_from(book, number, touched.since, observed=False) for number in about)
    return min([touched.since, *bent])


def _bends_from(book: Book, holding: int, day: dt.date, *, observed: bool) -> dt.date:
    """From which day on a change on ``day`` alters balances.

    Before an observation the balance is counted back from it, as far as the observation
    before; so a change between the two bends all the days after that one.  So does an
    observation that is taken back (``observed``), though it is no longer there.  A lock
    before ``day`` holds what is before it.
    """
    days = [seen.day for seen in book.observations(holding)]
    if not observed and not _is_bent(book, holding, day, days):
        return day
    days += [lock.day for lock in book.locks]
    last = max((d for d in days if d < day), default=None)
    return dt.date.min if last is None else last + dt.timedelta(days=1)


def _is_bent(book: Book, holding: int, day: dt.date, days: list[dt.date]) -> bool:
    """Whether an observation of ``days`` counts back over ``day``: none does over a lock."""
    lock = next((lock for lock in book.locks if lock.day >= day), None)
    if lock is not None:
        members = book.catalog.members(holding)
        known = read_observations(book.db, members, lock.commit_id)
        days = [d for d in days if d <= lock.day] + [o.day for o in known if o.day > lock.day]
    return any(d >= day for d in days)
