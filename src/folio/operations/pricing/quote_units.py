"""Prices in pence: said in pounds, and never mistaken for them.

A price whose currency is not stated is in its asset's quote unit, where the asset has
one; an amount in a quote unit becomes one in its currency (:mod:`folio.model.quote_units`).
Where a price of such an asset is 50 to 200 times the last one known, or as small a part
of it, somebody took one unit for the other, or something very rare happened: that is
asked about.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from folio.book import Book
from folio.errors import UsageError
from folio.model.assets import Asset
from folio.model.numbers import divide, parse_plain, to_text
from folio.model.quote_units import QUOTE_UNITS, in_major, quoted
from folio.operations.pricing.odd_prices import times

SUSPECT = (Decimal(50), Decimal(200))  # times the last price, or as small a part of it


def said_in_major(
    words: dict[str, str],
    *,
    unit: str | None,
    is_asset: Callable[[str], bool] = lambda name: False,
) -> dict[str, str]:
    """A transaction's words with every amount in a quote unit said in its currency.

    ``unit`` is that of a price whose currency is not stated; other amounts without one, such
    as fees and dividends, are in its currency.  ``is_asset`` tells whether a code is an asset
    of the book, which comes first.
    """
    said = dict(words)
    for asset, quantity in (("asset", "quantity"), ("to_asset", "to_quantity")):
        code = said.get(asset, "")
        if code not in QUOTE_UNITS or is_asset(code) or "type" in said:
            continue
        _shift(said, (quantity,), code)
        said[asset] = QUOTE_UNITS[code].currency
        if asset == "asset" and "currency" not in said:
            _shift(said, ("tax", *(() if "fee_currency" in said else ("fee",))), code)
    code = said.get("currency", "")
    if code in QUOTE_UNITS:
        own_fee = () if "fee_currency" in said else ("fee",)
        _shift(said, ("price", "amount", "tax", "cost", *own_fee), code)
        said["currency"] = QUOTE_UNITS[code].currency
    elif not code and unit is not None and said.keys() & {"price", "amount", "cost"}:
        _shift(said, ("price",), unit)
        said["currency"] = QUOTE_UNITS[unit].currency
    paid_in = said.get("fee_currency", "")
    if paid_in in QUOTE_UNITS and not is_asset(paid_in):
        _shift(said, ("fee",), paid_in)
        said["fee_currency"] = QUOTE_UNITS[paid_in].currency
    return said


def _shift(said: dict[str, str], keys: tuple[str, ...], code: str) -> None:
    for key in keys:
        if key in said:
            amount = parse_plain(said[key], key.replace("_", " "))
            said[key] = to_text(in_major(amount, code)[0])


def check_unit(
    book: Book, asset: Asset, price: Decimal, quote: Asset, day: dt.date, *, force: bool
) -> None:
    """Refuse a price that looks as if it were stated in the wrong unit.

    Raises:
        UsageError: for a price of an asset with a quote unit, 50 to 200 times the last one
            known on ``day`` or as small a part of it, unless ``force``.
    """
    if force or asset.quote_unit is None or not price:
        return
    last = book.graph.rate(asset.id, quote.id, day)
    if last is None or not last.rate:
        return
    more = price > last.rate
    if SUSPECT[0] <= (divide(price, last.rate) if more else divide(last.rate, price)) <= SUSPECT[1]:
        unit = QUOTE_UNITS[asset.quote_unit]
        other = unit.code if more else unit.currency
        raise UsageError(
            f"is that {other}? {to_text(price)} {quote.key} is {times(price, last.rate)} the last "
            f"price of {asset.key}, {to_text(last.rate)} {quote.key} on {last.day}; "
            f"say --currency {other}, or --force where it is right"
        )


def price_text(asset: Asset, price: Decimal, quote: Asset) -> str:
    """``72.34 GBP``, and in the asset's quote unit too: ``7234 GBX (72.34 GBP)``."""
    text = f"{to_text(price)} {quote.key}"
    stated, unit = quoted(price, quote.key, asset.quote_unit)
    return text if unit == quote.key else f"{to_text(stated)} {unit} ({text})"
