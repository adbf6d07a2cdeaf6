"""The balances that a statement states, beside what the ledger leads to by then."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.reconciliation import HeldGap, held_gaps
from folio.model.accounts import Holding
from folio.operations.recording import Recording


class Compared(NamedTuple):
    """One stated balance."""

    holding: str  # in words
    asset: str
    day: dt.date
    stated: Decimal
    ledger: Decimal  # the balance by the observation before and the ledger since
    gap: int | None  # its number, where it is open

    @property
    def agrees(self) -> bool:
        return self.stated == self.ledger


Stated = tuple[int, dt.date, Decimal]  # a holding's balance at the end of a day


def compare_when_derived(
    write: Recording, files: Iterable[Iterable[Stated]]
) -> list[list[Compared]]:
    """The stated balances of each file beside the ledger: filled once everything is derived.

    What the user has explained without a transaction agrees.
    """
    stated = list(files)
    compared: list[list[Compared]] = [[] for _ in stated]

    def compare() -> None:
        book = Book(write.db)
        known: dict[int, _Known] = {}  # of each holding, once for all its balances
        for file, found in zip(stated, compared, strict=True):
            for number, _, _ in file:
                if number not in known:
                    known[number] = _known(book, book.catalog.holdings[number])
            found.extend(_compared(book, known[h], day, n) for h, day, n in file)

    write.checks.append(compare)
    return compared


class _Known(NamedTuple):
    """A holding's gaps and balances, by day."""

    holding: Holding
    gaps: dict[dt.date, HeldGap]
    balances: dict[dt.date, Decimal]


def _known(book: Book, holding: Holding) -> _Known:
    gaps = {held.gap.until: held for held in held_gaps(book, [holding], dt.date.max)}
    balances = {o.day: o.balance for o in book.observations(holding.id)}
    return _Known(holding, gaps, balances)


def _compared(book: Book, known: _Known, day: dt.date, stated: Decimal) -> Compared:
    held = known.gaps.get(day)
    seen = known.balances.get(day, stated)  # of several files the last may know more of a day
    is_open = held is not None and held.is_open
    return Compared(
        book.catalog.describe(known.holding),
        book.catalog.assets[known.holding.asset_id].key,
        day,
        seen,
        held.gap.expected if held is not None and is_open else seen,
        held.gap.observation_id if held is not None and is_open else None,
    )
