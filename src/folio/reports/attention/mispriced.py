"""Trades whose price and quantity do not make their cash, as findings of the status.

The cash counts: cost, proceeds and balances rest on it.  The price is information, but where an
asset has no other one its value rests on it.
"""

from collections.abc import Iterator

from folio.book import Book
from folio.db.derived.mispriced import Mispriced, mispriced
from folio.model.numbers import divide, to_text
from folio.reports.query import Query

_DIGITS = 8  # decimal places of a price that is worked out


def mispriced_trades(book: Book, query: Query) -> Iterator[tuple[str, str, str, str]]:
    """Of each holding that has any, the first one and how many more: kind, about, what, and the
    command that settles it."""
    chosen = {h.id: h for h in query.holdings(book)}
    by_holding: dict[int, list[Mispriced]] = {}
    for one in mispriced(book.db, query.as_of.isoformat(), book.known_at):
        by_holding.setdefault(book.catalog.holdings[one.holding_id].id, []).append(one)
    for number in sorted(by_holding.keys() & chosen.keys()):
        first, *others = by_holding[number]
        money = book.catalog.assets[first.currency].symbol
        more = f", and so in {len(others)} more" if others else ""
        price = to_text(round(divide(first.amount, first.units), _DIGITS))
        yield (
            "price differs",
            book.catalog.describe(chosen[number]),
            f"quantity × price is {to_text(first.worth)} {money} in transaction "
            f"{first.transaction}, the amount {to_text(first.amount)}{more}; the amount counts",
            f"folio amend {first.transaction} --price {price} --amount {to_text(first.amount)}, "
            "or what is right",
        )
