"""``folio lots``: which lots are open."""

from typing import TYPE_CHECKING

from folio.cli.listing import FIGURES, listing
from folio.cli.options import Effects, argument

if TYPE_CHECKING:
    from folio.cli.listing import Book, Query, Table


@listing(FIGURES)
def command(
    book: "Book",
    query: "Query",
    symbol: str | None = argument("[ASSET]", "Only this asset's.", None),
    effects: Effects = False,
) -> "Table":
    """List open lots with their cost; the number of a lot is what add-tx --lot names.

    folio lots VWCE --account ibkr

    Where a figure comes from: folio explain cost VWCE --lot N.
    """
    from folio.reports.held.lots import lots

    if symbol is not None:
        named = (*query.filters.asset, symbol)
        query = query._replace(filters=query.filters._replace(asset=named))
    return lots(book, query, effects=effects)
