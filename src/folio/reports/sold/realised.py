"""Realised gains: every slice of a lot that was disposed of."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import merge
from itertools import groupby

from folio.book import Book
from folio.book.rolled import sums_of
from folio.db.derived.disposals import read_disposals
from folio.model.accounts import Holding
from folio.model.ledger import Slice, Step
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.reports.query import Query

_ONE_DAY = dt.timedelta(days=1)


def disposals(
    book: Book,
    holdings: Iterable[Holding],
    since: dt.date,
    until: dt.date,
    *,
    currency: int,
    uncovered: bool = False,
) -> Iterator[Slice]:
    """The slices of these holdings that realise something, by day, bounds inclusive.

    ``currency`` is that of the report: in the base currency plain money realises nothing, and
    its slices are left out.  ``uncovered`` leaves out what came of a lot.
    """
    wanted = {h.id for h in holdings}
    found = _found(book, wanted, since, until, currency, uncovered=uncovered)
    first, last = since.isoformat(), until.isoformat()
    for part in found:
        asked = part.realises and part.holding_id in wanted and not (uncovered and part.place)
        if asked and first <= part.disposed_on <= last:
            yield part


def _found(
    book: Book,
    wanted: set[int],
    since: dt.date,
    until: dt.date,
    currency: int,
    *,
    uncovered: bool,
) -> Iterable[Slice]:
    if book.known_at is not None:
        return _folded(book, wanted, until)
    stored = read_disposals(
        book.db, since=since, until=until, holding_ids=wanted, uncovered=uncovered
    )
    plain = {n for n, p in book.positions.items() if p.plain and n in wanted}
    if currency == book.base.id or not plain:
        return stored
    return merge(stored, _folded(book, plain, until), key=_place)


def _place(part: Slice) -> tuple[str, int, int]:
    return (part.disposed_on, part.transaction_id, part.holding_id)


def _folded(book: Book, wanted: set[int], until: dt.date) -> Iterator[Slice]:
    """Slices through a day, as an earlier state of knowledge has them."""
    families = {book.family(book.catalog.holdings[h].asset_id) for h in wanted}
    yield from merge(*(_of_family(book, min(one), until) for one in families), key=_place)


def _of_family(book: Book, asset: int, until: dt.date) -> Iterator[Slice]:
    """The slices of one family of assets in the order of those that are stored."""
    for _, steps in groupby(book.walk(asset, until=until), key=_day):
        yield from sorted((part for *_, slices in steps for part in slices), key=_place)


def _day(step: Step) -> str:
    return step[0].key[0]


class Realised(NamedTuple):
    """What a holding realised: the sum of the gains that are known."""

    known: Decimal = ZERO
    unknown: int = 0  # disposals of unknown gain, which add nothing

    @property
    def gain(self) -> Decimal | None:
        """The sum; None where disposals are all that there is, and none has a known gain."""
        return None if self.unknown and not self.known else self.known

    def plus(self, gain: Decimal | None) -> "Realised":
        """With another disposal."""
        if gain is None:
            return self._replace(unknown=self.unknown + 1)
        return self._replace(known=self.known + gain)


def realised_gains(book: Book, query: Query, holdings: list[Holding]) -> dict[int, Realised]:
    """What each holding realised up to the day.

    The rollup has the sum of the same leaves, so it is read as far as it is right: the
    disposals of thirty years are many.
    """
    known = {} if query.exact else _rolled_up(book, query, holdings)
    gains = {h.id: known[h.id][1] if h.id in known else Realised() for h in holdings}
    positions = book.positions if known else {}
    asked: dict[dt.date, list[Holding]] = {}  # by the first day that is read besides
    for holding in holdings:
        day = known[holding.id][0] + _ONE_DAY if holding.id in known else dt.date.min
        position = positions.get(holding.id)
        last = position.last_evidence if position is not None else None
        if not known or (last is not None and day <= min(last, query.as_of)):
            asked.setdefault(day, []).append(holding)
    teller = query.teller(book)
    for day, some in asked.items():
        for part in disposals(book, some, day, query.as_of, currency=teller.currency):
            gains[part.holding_id] = gains[part.holding_id].plus(teller.gain(part))
    return gains


def _rolled_up(
    book: Book, query: Query, holdings: list[Holding]
) -> dict[int, tuple[dt.date, Realised]]:
    """The last day up to the query's on which the rollup has a holding's gain, and the gain."""
    sums, places = sums_of(book, query.currency.id, holdings, query.as_of), book.base.precision
    return {
        number: (day, Realised(Decimal(units).scaleb(-places), unknown))
        for number, (day, _, units, unknown, _) in sums.items()
    }
