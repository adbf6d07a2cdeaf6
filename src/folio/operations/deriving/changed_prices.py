"""On which days the figures of holdings change with prices.

A price is in force until the next one of its pair, so a late one changes what its asset's
holdings are worth up to there, and nothing after.  A rate between currencies changes what is
priced in them likewise; but what was bought or sold on those days for an amount in such a
currency cost or fetched something else from then on.
"""

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from folio.book import Book
from folio.db.derived.positions import holdings_valued_in, holdings_with_parts_in
from folio.db.transactions.walked import days_between
from folio.model.ledger import EVER
from folio.model.prices import FOREVER
from folio.model.rollups import Days
from folio.operations.deriving.touched import Touched

Pair = tuple[int, int]  # an asset, and in what it is priced


def price_trades(book: Book, asset: int, holdings: set[int], touched: Touched) -> None:
    """Bring the prices up to date at which an asset was traded on the days of a command."""
    from folio.db.derived.trade_prices import derive_trade_prices  # of money there are none

    since = min(touched.holdings[h] for h in holdings).isoformat()
    spans = [(since, EVER)]
    if touched.few:  # a day's prices are its own trades'
        days = days_between(book.db, touched.first_transaction, touched.last_transaction)
        spans = [(day, day) for day in days]
    for member in book.catalog.aliases.members(asset):
        for span in spans:
            for quote, day in derive_trade_prices(book.db, member, *span):
                on = dt.date.fromisoformat(day)
                touched.price(asset, book.catalog.aliases.canonical(quote), (on, on))


def mark_prices(book: Book, touched: Touched) -> None:
    """Mark the days on which figures rest on the prices that changed."""
    for pair, (first, last) in touched.prices.items():
        asset, quote = pair
        days = first, book.prices.holds_through(asset, quote, last)
        if book.catalog.assets[asset].is_currency:
            for holding in book.catalog.holdings:  # a report may be in any currency
                touched.guard(holding, first)
            touched.mark(book.db, _with_rate(book, pair, days))
        else:
            # No rate of a currency leads over anything else.
            priced = [asset] if book.catalog.assets[quote].is_currency else [asset, quote]
            held = {h for a in priced for h in book.holdings_of(a)}
            held |= _with_parts(book, priced, days)
            touched.mark(book.db, [(h, days) for h in sorted(held)])


def _with_rate(book: Book, pair: Pair, days: Days) -> list[tuple[int, Days]]:
    """The days on which figures of holdings may rest on a rate between currencies."""
    rated = {asset for asset in book.catalog.assets if _leads_over(book, asset, pair)}
    worth = [(h.id, days) for h in book.catalog.holdings.values() if h.asset_id in rated]
    worth += [(h, days) for h in sorted(_with_parts(book, rated, days))]
    found = holdings_valued_in(book.db, _members(book, rated), *days)
    spent = [(book.catalog.holdings[h].id, (days[0], FOREVER)) for h in found]
    return worth + spent


def _with_parts(book: Book, assets: Iterable[int], days: Days) -> set[int]:
    """The holdings that were paid, or paid, in some assets of other accounts."""
    found = holdings_with_parts_in(book.db, _members(book, assets), *days)
    return {book.catalog.holdings[h].id for h in found}


def _members(book: Book, assets: Iterable[int]) -> list[int]:
    return [member for asset in assets for member in book.catalog.aliases.members(asset)]


def _leads_over(book: Book, asset: int, pair: Pair) -> bool:
    """Whether a way from an asset to the base currency is over a pair, either way round."""
    if asset == book.base.id:
        return False
    ways = book.graph.routes(asset, book.base.id)
    return any(leg in (pair, pair[::-1]) for way in ways for leg in pairwise(way))
