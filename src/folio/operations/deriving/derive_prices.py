"""Prices of trades and the pairs that have a price, computed again: all else rests on them."""

from folio.book import Book
from folio.db.derived.mispriced import note_mispriced
from folio.db.derived.positions import forget_positions
from folio.db.derived.trade_prices import derive_pairs, derive_trade_prices


def derive_every_price(book: Book) -> None:
    """Forget what is derived but the rollup, and compute prices again, before they are read."""
    forget_positions(book.db)
    derive_pairs(book.db)
    note_mispriced(book.db)
    for asset in book.assets_held():
        if not book.catalog.assets[asset].is_currency:
            for member in book.catalog.aliases.members(asset):
                derive_trade_prices(book.db, member)
