"""Realised gains: every slice of a lot that was disposed of."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from folio.book import Book
from folio.db.derived import read_disposals
from folio.model.accounts import Holding
from folio.model.ledger import Slice, State
from folio.model.numbers import ZERO
from folio.reports.query import Query


def disposals(
    book: Book, holdings: Iterable[Holding], since: dt.date, until: dt.date
) -> Iterator[Slice]:
    """The slices of these holdings that realise something, by day, bounds inclusive."""
    wanted = {h.id for h in holdings}
    found = _stored(book, since, until) if book.known_at is None else _folded(book, wanted)
    first, last = since.isoformat(), until.isoformat()
    for part in found:
        if part.realises and part.holding_id in wanted and first <= part.disposed_on <= last:
            yield part


def _stored(book: Book, since: dt.date, until: dt.date) -> Iterator[Slice]:
    return read_disposals(book.db, since=since, until=until)


def _folded(book: Book, wanted: set[int]) -> Iterator[Slice]:
    """Slices as an earlier state of knowledge has them."""
    assets = {book.catalog.holdings[h].asset_id for h in wanted}
    found: list[Slice] = []
    for asset in sorted(assets):
        events = book.events(asset, book.holdings_of(asset))
        states: dict[int, State] = {}
        for _, _, slices in book.fold(asset, events, states):
            found += slices
    found.sort(key=lambda part: (part.disposed_on, part.transaction_id, part.holding_id))
    yield from found


def realised_gains(book: Book, query: Query, holdings: list[Holding]) -> dict[int, Decimal | None]:
    """Each holding's realised gain up to the day; None where some of it is unknown."""
    teller = query.teller(book)
    gains: dict[int, Decimal | None] = {h.id: ZERO for h in holdings}
    for part in disposals(book, holdings, dt.date.min, query.as_of):
        before, gain = gains[part.holding_id], teller.gain(part)
        gains[part.holding_id] = None if before is None or gain is None else before + gain
    return gains
