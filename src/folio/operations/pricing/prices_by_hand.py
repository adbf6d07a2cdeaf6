"""Prices by hand: stating one, correcting it, taking it back, and waiting for one.

A price without a currency is in its asset's quote unit where it has one, else in the
book's; of an asset that has prices in other currencies alone, it is asked for.  A price stated
in pence stands in the book in pounds, its digits as they were quoted
(:mod:`folio.model.quote_units`).  A correction is a newer row of the same key, and says why
or that it supersedes; taking back restores what was said before it.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.book.both_ways import contradicted, stated_inverse
from folio.book.usual_currency import gone
from folio.db.arrangements.sources import find_source
from folio.db.prices.price_retries import add_retry
from folio.db.prices.price_source import BookPrices
from folio.db.prices.prices import NewPrice, price_said, row_below
from folio.db.values import instant_text
from folio.errors import FolioError, UsageError
from folio.model.assets import Asset, parse_asset_ref
from folio.model.dates import time_zone
from folio.model.numbers import ZERO, parse_price, to_text
from folio.model.prices import CLOSE, INTRADAY, TRADE
from folio.model.quote_units import QUOTE_UNITS
from folio.model.shell_words import shell_word
from folio.operations.names import asset_for, find_asset, get_asset
from folio.operations.pricing.odd_prices import odd_price
from folio.operations.pricing.quote_units import check_unit, price_text
from folio.operations.recording import Recording

GRANULARITIES = {"daily": CLOSE, "close": CLOSE, "intraday": INTRADAY, "trade": TRADE}
MANUAL = "manual"
_ONE_DAY = dt.timedelta(days=1)
WAIT_DAYS = 30  # before an asset without a price is asked about again, where no day is said


class Stated(NamedTuple):
    """What became of a price by hand."""

    asset: Asset
    quote: Asset
    price: Decimal | None  # in the quote; None: nothing holds any more
    before: Decimal | None  # the manual price that it replaces
    day: dt.date
    odd: str | None = None  # how far it is from what was known of the day

    def text(self, price: Decimal) -> str:
        """``7234 GBX (72.34 GBP)``."""
        return price_text(self.asset, price, self.quote)


def add_price(
    write: Recording,
    asset: str,
    day: dt.date | None,
    price: Decimal | str,
    *,
    currency: str | None = None,
    at: dt.datetime | None = None,
    reason: str | None = None,
    supersede: bool = False,
    force: bool = False,
    today: dt.date = dt.date.max,
) -> Stated:
    """Record a price by hand, the day's close or, with ``at`` (aware), an intraday one.

    ``price`` may be text: of a bond in percent, too.  ``day`` is by default that of the instant.
    ``currency`` may be a quote unit.  ``today`` is
    the book's: a price of what is yet to come is refused.

    Raises:
        FolioError: when the asset is not known, or a correction neither has a reason nor
            is said to supersede.
        UsageError: when the price looks as if it were in another unit, unless ``force``.
    """
    priced = asset_for(write, parse_asset_ref(asset), create=None)
    on, instant = _moment(write, day, at)
    quote, places = quote_of(write, priced, currency, day=on)
    if isinstance(price, str):
        price = parse_price(price, priced.key, priced.type)
    value = price.scaleb(-places)
    check_day(on, today)
    granularity = CLOSE if at is None else INTRADAY
    new = new_price(priced, quote, on, value, write.source(MANUAL), granularity)
    new = new._replace(instant=instant, reason=reason)
    before = price_said(write.db, new)
    stated = Stated(priced, quote, value, before, on)
    if before != value:
        book = Book(write.db, catalog=write.catalog)
        check_unit(book, priced, value, quote, on, force=force)
        stated = stated._replace(odd=_odd(book, stated, force=force))
    if before is not None and before != value and not (reason or supersede):
        raise FolioError(
            f"{priced.key} has a manual price of {stated.text(before)} on {on}; "
            "say why it changes with --reason, or --supersede"
        )
    if before != value:
        write.price(new)
    return stated


def _odd(book: Book, stated: Stated, *, force: bool) -> str | None:
    """What is odd about a price beside those that the book has.

    What it corrects is no measure of it; nothing is odd that is said with ``force``.
    """
    if force or stated.price is None:
        return None
    pair = stated.asset, stated.quote
    inverse = stated_inverse(book, *pair, stated.day)
    both = contradicted(*pair, stated.day, stated.price, inverse)
    if both is not None:
        return both.told()
    if stated.before is not None:
        return None
    return odd_price(book, stated.asset, stated.price, stated.quote, stated.day)


def _own_currency(write: Recording, asset: Asset, day: dt.date | None) -> str:
    """The book's currency, where an asset has prices in it or has none yet; those in what had
    become the euro by ``day`` say nothing.

    Raises:
        UsageError: where it has some in others alone: dollars would be taken for euros.
    """
    base, known = write.catalog.base, write.catalog.assets
    quotes = BookPrices(write.db).quotes(asset.id)
    own = [known[q].key for q in quotes if known[q].type == "currency"]
    own = own if day is None else [code for code in own if not gone(code, day)]
    if asset.type == "currency" or not own or base.key in own:
        return base.symbol
    options = " or ".join(f"--currency {code}" for code in (*own, base.key))
    raise UsageError(f"{asset.key} has prices in {' and '.join(own)} so far; say {options}")


def _only_quote(write: Recording, asset: Asset) -> str | None:
    """The currency in which an asset has prices, where there is but one: that is taken back."""
    known = write.catalog.assets
    own = {known[q].key for q in BookPrices(write.db).quotes(asset.id) if known[q].is_currency}
    return own.pop() if len(own) == 1 and asset.quote_unit is None else None


def quote_of(
    write: Recording,
    asset: Asset,
    code: str | None,
    *,
    day: dt.date | None = None,
    create: bool | None = None,
) -> tuple[Asset, int]:
    """In what a price is stated, and how many places its unit lies below that: 2 for pence."""
    if code is None:
        code = asset.quote_unit or _own_currency(write, asset, day)
    unit = QUOTE_UNITS.get(code)
    if unit is not None and asset.quote_unit != unit.code:
        own = find_asset(write.catalog, parse_asset_ref(code))  # a coin may be called GBX
        unit = unit if own is None else None
    if unit is None:
        return asset_for(write, parse_asset_ref(code), create=create), 0
    return asset_for(write, parse_asset_ref(unit.currency), create=create), unit.places


def new_price(
    asset: Asset, quote: Asset, day: dt.date, price: Decimal, source: int, granularity: int
) -> NewPrice:
    """A price to be written.

    Raises:
        UsageError: when it is negative, or of an asset in itself.
    """
    if price < ZERO:
        raise UsageError(f"price {to_text(price)} is negative")
    if asset.id == quote.id:
        raise UsageError(f"a price of {asset.key} in itself is always 1; say another --currency")
    return NewPrice(asset.id, quote.id, day, price, source, granularity)


def _moment(write: Recording, day: dt.date | None, at: dt.datetime | None) -> tuple[dt.date, str]:
    """The day of a price, and its instant as it is kept ("" for a day's close)."""
    if at is None:
        assert day is not None, "a day's close has a day"
        return day, ""
    return day_at(day, at, write.catalog.settings.book("time_zone")), instant_text(at)


def check_day(day: dt.date, today: dt.date) -> None:
    """Refuse a price of a day to come; tomorrow has begun where markets are further east.

    Raises:
        UsageError: naming the day.
    """
    if day > min(today, dt.date.max - _ONE_DAY) + _ONE_DAY:
        raise UsageError(f"{day} is yet to come; a price is one of a day that was")


def day_at(day: dt.date | None, at: dt.datetime, zone: str) -> dt.date:
    """The day of an instant: as stated, else in the book's zone.

    Raises:
        UsageError: when the two are further apart than any two zones.
    """
    own = at.astimezone(time_zone(zone)).date()
    if day is not None and abs((own - day).days) > 1:
        raise UsageError(f"on {day} and at {at.isoformat()} are not the same day")
    return day or own


def undo_price(
    write: Recording,
    asset: str,
    day: dt.date | None,
    *,
    currency: str | None = None,
    at: dt.datetime | None = None,
    source: str = MANUAL,
    reason: str | None = None,
) -> Stated:
    """Take back what a source said last of a price; what it said before holds again.

    Raises:
        FolioError: when it says nothing of that day, or all is taken back.
    """
    priced = get_asset(write.catalog, parse_asset_ref(asset))
    quote, _ = quote_of(write, priced, currency or _only_quote(write, priced))
    on, instant = _moment(write, day, at)
    number = find_source(write.db, source)
    granularity = CLOSE if at is None else INTRADAY
    key = NewPrice(priced.id, quote.id, on, None, number or 0, granularity, instant)
    below = row_below(write.db, key)
    if below is None:
        raise FolioError(
            f"{priced.key} has no {source} price in {quote.key} on {on} to take back; "
            f"see: folio price history {shell_word(priced.key)}"
        )
    last = price_said(write.db, key)
    write.price(below[1]._replace(reason=reason))
    return Stated(priced, quote, below[1].price, last, on)


def retry_price(
    write: Recording, asset: str, until: dt.date | None, *, reason: str | None = None
) -> Asset:
    """Leave an asset that nothing prices alone until a day (exclusive); None: ask again."""
    priced = get_asset(write.catalog, parse_asset_ref(asset))
    add_retry(write.commit, priced.id, until, reason)
    return priced
