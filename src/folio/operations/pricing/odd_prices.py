"""Prices that may be meant, and hardly are: a point that slipped, pence for pounds.

What is stated is recorded, and told where it is 20 times the price that the book knows of the
day, or a twentieth of it.  Only a fresh price tells anything: where the last one is old, nothing
is said, but of a bond, whose price stays about its nominal amount: there percent were taken for
what one unit is worth.  Twenty leaves room for what a coin may do in a week, and none for a
hundred.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Context, Decimal

from folio.book import Book
from folio.model.assets import Asset
from folio.model.numbers import divide, to_text
from folio.model.prices import TRADE
from folio.model.trade_amounts import two_sums
from folio.model.transactions import Draft
from folio.operations.names import find_asset

Known = tuple[dt.date, Decimal]  # a price and its day
ODD = Decimal(20)  # times the last price, or as small a part of it
_TOLD = Context(prec=12)  # digits of a price that was worked out
_TRADES = frozenset(("buy", "sell", "swap"))


def is_far(price: Decimal, last: Decimal, factor: Decimal = ODD) -> bool:
    """Whether a price is ``factor`` times the last one or more, or as small a part of it.

    >>> [is_far(Decimal(price), Decimal(118)) for price in ("2360", "2359", "5.9", "6", "0")]
    [True, False, True, False, True]
    """
    return last > 0 and (price >= last * factor or price * factor <= last)


def times(price: Decimal, last: Decimal) -> str:
    """How far a price is from another, which is above 0.

    >>> times(Decimal(11800), Decimal(118)), times(Decimal("1.18"), Decimal(118))
    ('about 100 times', 'about 1/100 of')
    """
    if price > last:
        return f"about {divide(price, last):.0f} times"
    return f"about 1/{divide(last, price):.0f} of"


def odd_price(
    book: Book,
    asset: Asset,
    price: Decimal,
    quote: Asset,
    day: dt.date,
    *,
    amended: bool = False,
) -> str | None:
    """What is odd about a price: how far it is from the fresh one that the book knows of the day.

    Of what is ``amended`` the price of a trade may be its own former one: the one before it counts.
    """
    last = book.graph.rate(asset.id, quote.id, day)
    if amended and last is not None and any(leg.granularity == TRADE for leg in last.legs):
        last = book.graph.rate(asset.id, quote.id, last.day - dt.timedelta(days=1))
    if not price or last is None or (last.stale and asset.type != "bond"):
        return None
    if not is_far(price, last.rate):
        return None
    return how_far(asset, quote, (day, price), (last.day, last.rate))


def how_far(asset: Asset, quote: Asset, new: Known, last: Known) -> str:
    """How far a price is from another, in words."""
    (day, price), (before, known) = new, last
    return (
        f"{_told(price)} {quote.key} on {day} is {times(price, known)} the price of "
        f"{asset.key}, {_told(known)} {quote.key} on {before}"
    )


def odd_trade(book: Book, draft: Draft, *, amended: bool = False) -> str | None:
    """The same of what a trade paid for a unit: its price, unless its cash says otherwise."""
    if draft.kind not in _TRADES:
        return None
    moved = [leg for leg in draft.legs if leg.role in ("asset", "cash")]
    if len(moved) != 2:
        return None
    own, other = moved
    asset, quote = find_asset(book.catalog, own.asset), find_asset(book.catalog, other.asset)
    if asset is None or quote is None:
        return None
    price = own.price
    if price is None or own.price_currency != other.asset or two_sums(draft) is not None:
        price = abs(divide(other.quantity, own.quantity))
    return odd_price(book, asset, price, quote, draft.occurred_on, amended=amended)


def few(odds: Sequence[str]) -> list[str]:
    """The first three, and how many more there are."""
    more = f"and {len(odds) - 3} more are as far from theirs"
    return [*odds[:3], *([more] if len(odds) > 3 else [])]


def _told(price: Decimal) -> str:
    return to_text(_TOLD.plus(price))
