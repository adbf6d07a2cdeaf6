"""Which source prices an asset, and which days of it are to be asked for.

What an asset itself says counts before what the book says of its type, and that before
folio's own: the ECB for currencies, and nobody for the rest.  What is held and has no close
of the last day that is over is asked for from the day after the last one on: the last of
its own source, where that ever had any, else of any source, else from the first day of the
holding on.  No day of a lock is asked for; a weekend has no closes, but for crypto.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from folio.book import Book
from folio.book.selection import asset_ids
from folio.db.arrangements.catalog import Catalog
from folio.db.arrangements.settings import BOOK, DEFAULTS
from folio.db.prices.last_closes import LastClose, last_closes, last_rates, read_failures
from folio.db.prices.price_retries import read_retries
from folio.errors import UsageError
from folio.model.assets import BECAME_EURO, Asset
from folio.model.euro import EURO, REPLACED_BY_EURO
from folio.model.numbers import ZERO
from folio.model.price_sources import (
    ECB,
    NONE,
    PriceSource,
    default_symbol,
    last_day,
    parse_symbol,
    price_type,
    weekdays,
)

_ONE_DAY = dt.timedelta(days=1)
_FIRST_RATES = dt.date(1999, 1, 4)  # of the ECB


class Span(NamedTuple):
    """The days that are asked for, both inclusive; None: as is needed."""

    since: dt.date | None = None
    until: dt.date | None = None


class Job(NamedTuple):
    """What is to be asked about an asset."""

    asset: Asset
    priced: PriceSource
    start: dt.date
    end: dt.date  # inclusive


class Left(NamedTuple):
    """An asset that is not asked about."""

    asset: Asset
    state: str  # "fresh", "no source", "left alone"
    priced: PriceSource | None = None
    until: dt.date | None = None  # left alone until then


class Fetched(NamedTuple):
    """What became of one asset."""

    asset: Asset
    job: Job | None
    left: Left | None = None
    read: int = 0
    recorded: int = 0
    already: int = 0
    faults: tuple[str, ...] = ()  # what was not taken, and why


class Moment(NamedTuple):
    """The clock, as the command read it."""

    now: dt.datetime  # aware
    today: dt.date  # in the book's zone


def priced_by(catalog: Catalog, asset: Asset) -> PriceSource | None:
    """The source of an asset's prices; None where nobody is asked."""
    settings, scope = catalog.settings, ("asset", asset.id)
    key = f"price_source.{asset.type}"
    own, book = settings.get(scope, "price_source"), settings.get(BOOK, key)
    source = own or book or DEFAULTS[key]
    if source == NONE or (asset.is_currency and asset.symbol == EURO and source == ECB):
        return None
    quote = settings.get(scope, "price_quote")
    symbol = settings.get(scope, "price_symbol") or default_symbol(
        source, asset.symbol, quote or catalog.base.symbol, is_currency=asset.is_currency
    )
    stated = settings.get(scope, "price_type")
    origin = "asset" if own else "book" if book else "default"
    return PriceSource(source, _safe(symbol), price_type(source, stated), quote, origin)


def _safe(symbol: str | None) -> str | None:
    """A symbol that may be an argument; a book may come from anybody."""
    try:
        return None if symbol is None else parse_symbol(symbol)
    except UsageError:
        return None


class Planner:
    """What is to be asked, of a book as it is."""

    def __init__(self, book: Book, moment: Moment, span: Span, *, into_lock: bool) -> None:
        self.book = book
        self.moment = moment
        self.span = span
        self._open = dt.date.min if into_lock or not book.locks else book.locks[-1].day + _ONE_DAY
        retries = read_retries(book.db, book.known_at)
        self._waits = {book.catalog.assets[a].id: retry.until for a, retry in retries.items()}
        self._first: dict[int, dt.date] = {}
        self.held: set[int] = set()
        self._read_positions()

    def _read_positions(self) -> None:
        """Which assets are held, or were since the span's first day; and since when."""
        catalog, since = self.book.catalog, self.span.since
        for number, position in self.book.positions.items():
            holding = catalog.holdings[number]
            first = min(
                filter(None, (position.first_day, position.first_observation)), default=None
            )
            if first is None:
                continue
            asset = holding.asset_id
            self._first[asset] = min(first, self._first.get(asset, first))
            last = max(filter(None, (position.last_day, position.last_observation)))
            within = since is not None and last >= since
            if (position.quantity + position.unexplained != ZERO or within) and not holding.hidden:
                self.held.add(asset)

    def assets(self, names: tuple[str, ...], *, every: bool) -> list[Asset]:
        """What is asked about: what is named, or all there is, or what is held."""
        known = self.book.catalog.assets
        wanted = asset_ids(self.book.catalog, names)
        if wanted is None:
            wanted = set(known) if every else self.held
        return sorted((known[number] for number in wanted), key=lambda a: a.symbol.casefold())

    def currencies(self, of: Iterable[int], quotes: Iterable[str]) -> list[Asset]:
        """The currencies whose rates these assets need, those in ``quotes`` among them."""
        known, prices = self.book.catalog.assets, self.book.prices
        needed = set(of)
        for number in [n for n in needed if not known[n].is_currency]:
            needed.update(prices.quotes(number))  # a currency's are every rate there is
        said = set(quotes)
        found = {a.id: a for a in known.values() if a.is_currency
                 and (a.id in needed or a.symbol in said)}  # fmt: skip
        base = self.book.base
        if not found.keys() - {base.id}:
            return []
        return sorted({**found, base.id: base}.values(), key=lambda a: a.symbol)

    def job(self, asset: Asset, *, named: bool = False) -> Job | Left:
        """What is to be asked about an asset, or why nothing is."""
        priced = priced_by(self.book.catalog, asset)
        if priced is None:
            return Left(asset, "no source")
        wait = self._waits.get(asset.id)
        if wait is not None and wait > self.moment.today and not named:
            return Left(asset, "left alone", priced, wait)
        end = last_day(priced.source, *self.moment)
        end = end if self.span.until is None else min(end, self.span.until)
        if asset.is_currency and asset.symbol in BECAME_EURO and priced.source == ECB:
            end = min(end, REPLACED_BY_EURO[asset.symbol].euro_from - _ONE_DAY)
            if end < _FIRST_RATES:
                return Left(asset, "no source")
        start = max(self.span.since or self._next_day(asset, priced, end), self._open)
        trading = (end - start).days + 1 if asset.type == "crypto" else weekdays(start, end)
        if trading <= 0:
            return Left(asset, "fresh", priced)
        return Job(asset, priced, start, end)

    def _next_day(self, asset: Asset, priced: PriceSource, end: dt.date) -> dt.date:
        closes = closes_of(self.book, asset)
        own = [close.day for close in closes if close.source == priced.source]
        last = max(own or [close.day for close in closes], default=None)
        if last is not None:
            return last + _ONE_DAY
        return self._first.get(asset.id) or self._since_others(end)

    def _since_others(self, end: dt.date) -> dt.date:
        """A rate that no holding needs by itself is needed as long as anything is held."""
        held = [self._first[number] for number in self.held if number in self._first]
        return min(held, default=end)


def closes_of(book: Book, asset: Asset) -> list[LastClose]:
    """The last close of an asset by each source, the last one last."""
    members = book.catalog.aliases.members
    if not asset.is_currency:
        return last_closes(book.db, members(asset.id), book.known_at)
    others = [a.id for a in book.catalog.assets.values() if a.is_currency and a.id != asset.id]
    return last_rates(book.db, members(asset.id), others, book.known_at) if others else []


def failures_of(book: Book) -> dict[int, str]:
    """Why the sources of assets had no price the last time they were asked, by asset."""
    found = {}
    for number, said in read_failures(book.db, book.known_at).items():
        asset = book.catalog.assets[number]
        priced = priced_by(book.catalog, asset)
        if priced is not None and priced.source in said:
            found[asset.id] = f"{priced.source}: {said[priced.source]}"
    return found
