"""``folio what-if``: what something would do, before it is recorded."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from folio.cli import options
from folio.cli.lazy import new_app
from folio.cli.listing import DIGITS, GATE, HOW, Book, Query, Table, listing
from folio.cli.options import argument, option

if TYPE_CHECKING:
    from folio.model.assets import Asset
    from folio.reports.sold.what_if import Sale

app = new_app("What a sale would gain, by every lot method; nothing is recorded.")

_On = Annotated[dt.date | None, options.dated("--on", "The day; today if not said.", ...)]
_ASKED = {"as_of": (_On, None), "account": (options.AccountFilter, None)} | HOW | DIGITS | GATE


@app.callback()
def _group() -> None:
    """What a sale would gain, by every lot method; nothing is recorded."""


@app.command("sell")
@listing(_ASKED)
def sell(
    book: Book,
    query: Query,
    quantity: Annotated[str, argument("QUANTITY", "How many units.")],
    symbol: options.AssetName,
    price: str | None = option("--price", "NUMBER", "Per unit; the day's."),
    price_currency: str | None = option("--currency", "CODE", "Of the price; the account's."),
    fee: str | None = option("--fee", "NUMBER", "What selling would cost."),
    fee_currency: str | None = option("--fee-currency", "CODE", "Of the fee; the price's."),
    lot: str | None = option("--lot", "TX[:UNITS],…", "These lots too: 12, or 12:5,14:2.5."),
) -> Table:
    """Show side by side what each method would take and gain: folio what-if sell 10 VWCE."""
    from folio.reports.sold.what_if import what_if_sell

    sale = assumed(book, quantity, symbol, price, price_currency, fee, fee_currency, lot)
    return what_if_sell(book, query, sale)


def assumed(
    book: Book,
    quantity: str,
    symbol: str,
    price: str | None,
    price_currency: str | None = None,
    fee: str | None = None,
    fee_currency: str | None = None,
    lot: str | None = None,
) -> "Sale":
    """A sale as options say it."""
    from folio.errors import UsageError
    from folio.model.assets import parse_asset_ref
    from folio.model.lot_names import parse_lots
    from folio.model.numbers import ZERO, parse_plain, parse_price
    from folio.model.quote_units import QUOTE_UNITS, in_major
    from folio.operations.names import get_asset
    from folio.reports.sold.what_if import Sale

    units = parse_plain(quantity, "quantity")
    if units <= ZERO:
        raise UsageError(f"quantity {quantity} is nothing to sell; say how many units")
    cost = ZERO if fee is None else parse_plain(fee, "fee")
    asset = get_asset(book.catalog, parse_asset_ref(symbol))
    at = None if price is None else parse_price(price, asset.key, asset.type)
    if cost < ZERO or (at is not None and at < ZERO):
        raise UsageError("a price and a fee are not negative")
    if price_currency in QUOTE_UNITS and not book.catalog.assets_called(price_currency):
        at = None if at is None else in_major(at, price_currency)[0]
        cost = cost if fee_currency else in_major(cost, price_currency)[0]
        price_currency = QUOTE_UNITS[price_currency].currency
    return Sale(
        asset,
        units,
        at,
        _money(book, price_currency),
        cost,
        _money(book, fee_currency),
        [] if lot is None else parse_lots(lot, units),
    )


def _money(book: Book, code: str | None) -> "Asset | None":
    from folio.model.assets import parse_asset_ref
    from folio.operations.names import get_asset

    return None if code is None else get_asset(book.catalog, parse_asset_ref(code))
