"""The balances that a statement states, beside what the ledger leads to by then."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.reconciliation import held_gaps
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
) -> list[tuple[Compared, ...]]:
    """The stated balances of each file beside the ledger: filled once everything is derived.

    What the user has explained without a transaction agrees.
    """
    compared: list[tuple[Compared, ...]] = []

    def compare() -> None:
        book = Book(write.db)
        holdings = book.catalog.holdings
        for file in files:
            compared.append(tuple(_compared(book, holdings[h], day, n) for h, day, n in file))

    write.checks.append(compare)
    return compared


def _compared(book: Book, holding: Holding, day: dt.date, stated: Decimal) -> Compared:
    held = next((h for h in held_gaps(book, [holding], day) if h.gap.until == day), None)
    # Of several files the last may know more of a day.
    seen = next((o.balance for o in book.observations(holding.id) if o.day == day), stated)
    is_open = held is not None and held.is_open
    ledger = held.gap.expected if held is not None and is_open else seen
    return Compared(
        book.catalog.describe(holding),
        book.catalog.assets[holding.asset_id].key,
        day,
        seen,
        ledger,
        held.gap.observation_id if held is not None and is_open else None,
    )
