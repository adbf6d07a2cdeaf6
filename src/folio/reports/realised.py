"""Realised gains: every slice of a lot that was disposed of."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from folio.book import Book
from folio.db.derived import read_disposals, read_positions
from folio.db.rollup import read_dirty, read_realised, rollup_until
from folio.model.accounts import Holding
from folio.model.ledger import Slice
from folio.model.numbers import ZERO
from folio.model.prices import FOREVER
from folio.reports.query import Query


def disposals(
    book: Book, holdings: Iterable[Holding], since: dt.date, until: dt.date, *, currency: int
) -> Iterator[Slice]:
    """The slices of these holdings that realise something, by day, bounds inclusive.

    ``currency`` is that of the report: in the base currency plain money realises nothing, and
    its slices are left out.
    """
    wanted = {h.id for h in holdings}
    found = _found(book, wanted, since, until, currency)
    first, last = since.isoformat(), until.isoformat()
    for part in found:
        if part.realises and part.holding_id in wanted and first <= part.disposed_on <= last:
            yield part


def _found(
    book: Book, wanted: set[int], since: dt.date, until: dt.date, currency: int
) -> Iterable[Slice]:
    if book.known_at is not None:
        return _folded(book, wanted)
    stored = read_disposals(book.db, since=since, until=until, holding_ids=wanted)
    plain = {n for n, p in read_positions(book.db, wanted).items() if p.plain}
    if currency == book.base.id or not plain:
        return stored
    return sorted([*stored, *_folded(book, plain)], key=_place)


def _place(part: Slice) -> tuple[str, int, int]:
    return (part.disposed_on, part.transaction_id, part.holding_id)


def _folded(book: Book, wanted: set[int]) -> Iterator[Slice]:
    """Slices as an earlier state of knowledge has them."""
    families = {book.reader.family(book.catalog.holdings[h].asset_id) for h in wanted}
    found: list[Slice] = []
    for family in families:
        for _, _, slices in book.walk(min(family)):
            found += slices
    found.sort(key=_place)
    yield from found


def realised_gains(book: Book, query: Query, holdings: list[Holding]) -> dict[int, Decimal | None]:
    """Each holding's realised gain up to the day; None where some of it is unknown.

    The rollup has the sum of the same leaves, so it is read where it is up to date: the
    disposals of thirty years are many.
    """
    gains = _rolled_up(book, query, holdings)
    others = [h for h in holdings if h.id not in gains]
    gains |= {h.id: ZERO for h in others}
    teller = query.teller(book)
    for part in disposals(book, others, dt.date.min, query.as_of, currency=teller.currency):
        before, gain = gains[part.holding_id], teller.gain(part)
        gains[part.holding_id] = None if before is None or gain is None else before + gain
    return gains


def _rolled_up(book: Book, query: Query, holdings: list[Holding]) -> dict[int, Decimal | None]:
    """The gains of those holdings for which the rollup has all that is asked."""
    until = rollup_until(book.db)
    if until is None or book.known_at is not None or query.exact:
        return {}
    if query.currency.id != book.base.id:
        return {}
    positions, dirty = read_positions(book.db), read_dirty(book.db)
    day = min(query.as_of, until)
    asked = []
    for holding in holdings:
        position = positions.get(holding.id)
        last = position.last_evidence if position is not None else None
        reached = last is not None and (last <= until or query.as_of <= until)
        if reached and dirty.get(holding.id, FOREVER) > day:
            asked.append(holding.id)
    places = book.base.precision
    return {
        number: None if units is None else Decimal(units).scaleb(-places)
        for number, units in read_realised(book.db, asked, day).items()
    }
