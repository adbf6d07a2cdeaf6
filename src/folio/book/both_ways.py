"""Prices of one day that are stated both ways round, and contradict one another."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.engine.both_ways import contradict
from folio.model.assets import Asset
from folio.model.numbers import ONE, divide, to_text
from folio.model.prices import TRADE
from folio.model.shell_words import shell_words

_DIGITS = 6  # that say most, of a price that is worked out


class BothWays(NamedTuple):
    """What one asset is in the other on a day, and the other in it."""

    asset: Asset
    quote: Asset
    day: dt.date
    price: Decimal
    inverse: Decimal

    def told(self) -> str:
        """What they say, and what that makes."""
        asset, quote = self.asset.key, self.quote.key
        return (
            f"on {self.day} 1 {asset} is {to_text(self.price)} {quote}, and 1 {quote} is "
            f"{to_text(self.inverse)} {asset}, which makes 1 {asset} {_reverse(self.inverse)} "
            f"{quote}: each counts in its own direction"
        )

    def remedy(self) -> str:
        """The command that makes the second agree with the first."""
        words = shell_words(self.quote.key, _reverse(self.price), "--currency", self.asset.key)
        return f"folio price add {words} --on {self.day} --supersede"


def contradicted(
    asset: Asset, quote: Asset, day: dt.date, price: Decimal, inverse: Decimal | None
) -> BothWays | None:
    """A price and the reverse one of its day, where they contradict one another."""
    if not price or not inverse or not contradict(price, inverse):
        return None
    return BothWays(asset, quote, day, price, inverse)


def stated_inverse(book: Book, asset: Asset, quote: Asset, day: dt.date) -> Decimal | None:
    """What one ``quote`` was stated to be in ``asset`` on the day itself; no trade's price."""
    if not book.prices.has_pair(quote.id, asset.id):
        return None
    point = book.prices.latest(quote.id, asset.id, day)
    return None if point is None or point.day != day or point.granularity == TRADE else point.price


def contradictions(book: Book, until: dt.date) -> Iterator[list[BothWays]]:
    """Of each pair that has any through a day: all of them, the last one first.

    The first asset is priced in the base currency, where that is one of the two.
    """
    assets = book.catalog.assets
    for number in assets:
        for other in book.prices.quotes(number):
            first = other == book.base.id or (number < other and number != book.base.id)
            if first and book.prices.has_pair(other, number):
                found = list(_of_pair(book, assets[number], assets[other], until))
                if found:
                    yield found[::-1]


def _of_pair(book: Book, asset: Asset, quote: Asset, until: dt.date) -> Iterator[BothWays]:
    back = {day: price for day, price in _stated(book, quote, asset) if day <= until}
    for day, price in _stated(book, asset, quote):
        found = contradicted(asset, quote, day, price, back.get(day))
        if found is not None:
            yield found


def _stated(book: Book, asset: Asset, quote: Asset) -> Iterator[tuple[dt.date, Decimal]]:
    """The prices in force of a pair by day, but for those of trades."""
    for day, price, granularity in zip(*book.prices.series(asset.id, quote.id), strict=True):
        if granularity != TRADE:
            yield day, price


def _reverse(price: Decimal) -> str:
    reverse = divide(ONE, price)
    return to_text(round(reverse, _DIGITS - 1 - reverse.adjusted()))
