"""What is known of prices: the latest of each pair, every edit, and what is missing."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby, product

from folio.book import Book
from folio.book.selection import asset_ids
from folio.db.derived.trade_prices import trade_behind
from folio.db.prices.price_retries import Retry, read_retries
from folio.db.prices.prices import PriceEdit, price_edits
from folio.engine.prices import Leg, Rate
from folio.model.assets import Asset
from folio.model.numbers import ONE
from folio.model.prices import CLOSE, INTRADAY, TRADE, PricePoint
from folio.model.quote_units import quoted
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.held.holdings import Line, lines
from folio.reports.query import Query

_GRANULARITY = {CLOSE: "daily", INTRADAY: "intraday", TRADE: "trade"}
WORKED_OUT = "worked out"  # from the money that a trade without a price moved
COLUMNS = (
    Column("asset", "Asset"),
    Column("date", "Date", "day"),
    Column("price", "Price", "price"),
    Column("quote", ""),
    Column("age", "Age", "age", optional=2),
    Column("granularity", "Kind", optional=1),
)
EDITS = (
    Column("asset", "Asset"),
    Column("date", "Date", "day"),
    Column("granularity", "Kind", optional=5),
    Column("at", "At", machine_only=True),
    Column("time", "At (UTC)", optional=5, people_only=True),
    Column("source", "Source", optional=3),
    Column("before", "Was", "price"),
    Column("price", "Price", "price"),
    Column("quote", ""),
    *(Column(key, key.capitalize(), "price", machine_only=True) for key in ("open", "high", "low")),
    Column("volume", "Volume", "quantity", machine_only=True),
    Column("commit", "Commit", "number", optional=2),
    Column("recorded_at", "Recorded (UTC)", "instant", optional=1),
    Column("user", "By", optional=4),
    Column("reason", "Reason"),
    Column("command", "Command", optional=6),
)
MISSING = (
    Column("asset", "Asset"),
    Column("name", "Name", optional=4),
    Column("type", "Type", optional=3),
    Column("holdings", "Holdings", "count", optional=2),
    Column("state", "Price"),
    Column("pair", "Pair", optional=1),
    Column("price_date", "Of", "day"),
    Column("age", "Age", "age"),
    Column("retry_on", "Asked again", "day"),
    Column("reason", "Reason", optional=5),
)
NO_PRICE, STALE = "no price", "stale"


def prices(book: Book, query: Query, names: tuple[str, ...] = ()) -> Table:
    """The latest price of each pair on the day."""
    wanted = asset_ids(book.catalog, names)
    if query.filters:
        held = {h.asset_id for h in query.holdings(book)}
        wanted = held if wanted is None else wanted & held
    return Table(
        "prices",
        "Prices",
        COLUMNS,
        _latest(book, query, wanted),
        **query.told(),
        empty="no prices; add one with: folio price add ASSET PRICE, or folio price import FILE",
    )


def _latest(book: Book, query: Query, wanted: set[int] | None) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for asset in sorted(book.catalog.assets.values(), key=lambda a: a.symbol.casefold()):
        if wanted is not None and asset.id not in wanted:
            continue
        for quote in sorted(book.prices.quotes(asset.id)):
            point = book.prices.latest(asset.id, quote, query.as_of)
            if point is None:
                continue
            price, unit = quoted(point.price, book.catalog.assets[quote].key, asset.quote_unit)
            rows.append(
                {
                    "asset": asset.key,
                    "date": point.day,
                    "price": Amount(price),
                    "quote": unit,
                    "age": (query.as_of - point.day).days,
                    "granularity": _granularity(book, asset.id, quote, point),
                }
            )
    return rows


def _granularity(book: Book, asset: int, quote: int, point: PricePoint) -> str:
    """What sort of price it is; of a trade's, whether the trade states it."""
    if point.granularity == TRADE:
        members = book.catalog.aliases.members
        pairs = product(members(asset), members(quote))
        trade = trade_behind(book.db, pairs, point.day, book.known_at)
        if trade is not None and trade[1]:
            return WORKED_OUT
    return _GRANULARITY[point.granularity]


def price_history(
    book: Book, query: Query, names: tuple[str, ...], on: dt.date | None = None
) -> Table:
    """Every price that was stated, with what it replaced, when, by whom and why."""
    wanted = asset_ids(book.catalog, names)
    return Table(
        "price-history",
        "Edits of prices",
        EDITS,
        list(_edits(book, wanted, on)),
        known_at=query.known_at,
        empty="nobody stated a price; add one with: folio price add ASSET PRICE",
    )


def _edits(book: Book, wanted: set[int] | None, on: dt.date | None) -> Iterator[dict[str, Cell]]:
    aliases = book.catalog.aliases
    every = None if wanted is None else {m for asset in wanted for m in aliases.members(asset)}
    for asset in [None] if every is None else sorted(every):
        for _, edits in groupby(price_edits(book.db, asset, book.known_at), lambda e: e.key):
            before: PriceEdit | None = None
            for edit in edits:
                if on is None or edit.day == on:
                    yield _edit(book, edit, before)
                before = edit


def _edit(book: Book, edit: PriceEdit, before: PriceEdit | None) -> dict[str, Cell]:
    asset, quote = book.catalog.assets[edit.asset_id], book.catalog.assets[edit.quote_id]

    def stated(price: Decimal | None) -> Amount | None:
        return None if price is None else Amount(quoted(price, quote.key, asset.quote_unit)[0])

    reason = edit.reason
    if reason is None and edit.undoes is not None:
        reason = f"takes back commit {edit.undoes}"
    return {
        "asset": asset.key,
        "date": edit.day,
        "granularity": _GRANULARITY[edit.granularity],
        "at": edit.instant or None,
        "time": edit.instant[11:16] or None,
        "source": edit.source,
        "before": None if before is None else stated(before.price),
        "price": stated(edit.price),
        "quote": quoted(ONE, quote.key, asset.quote_unit)[1],
        "open": stated(edit.span.open),
        "high": stated(edit.span.high),
        "low": stated(edit.span.low),
        "volume": optional_amount(edit.span.volume),
        "commit": edit.commit_id,
        "recorded_at": edit.recorded_at,
        "user": edit.user,
        "reason": reason,
        "command": edit.command,
    }


def missing_prices(book: Book, query: Query) -> Table:
    """The assets held that have no price or a stale one, and until when nobody is asked."""
    retries = _retries(book)
    held: dict[int, list[Line]] = {}
    for line in lines(book, query):
        rate = line.worth.rate
        if line.worth.balance and (rate is None or rate.stale):
            held.setdefault(line.holding.asset_id, []).append(line)
    assets = book.catalog.assets
    rows = [
        _missing(book, query, assets[number], of, retries.get(number))
        for number, of in sorted(held.items(), key=lambda item: assets[item[0]].symbol.casefold())
    ]
    return Table(
        "missing-prices",
        "Without a fresh price",
        MISSING,
        rows,
        **query.told(money=True),
        empty="every asset that is held has a fresh price",
    )


def _missing(
    book: Book, query: Query, asset: Asset, held: list[Line], retry: Retry | None
) -> dict[str, Cell]:
    rate = held[0].worth.rate
    stranded = stranded_in(book, asset.id, query.as_of) if rate is None else None
    pair = f"{stranded.key} in {query.currency.key}" if stranded else stale_pair(book, held[0])
    waits = retry is not None and retry.until > query.as_of
    return {
        "asset": asset.key,
        "name": asset.name or None,
        "type": asset.type,
        "holdings": len(held),
        "state": NO_PRICE if rate is None else STALE,
        "pair": pair,
        "price_date": None if rate is None else rate.day,
        "age": None if rate is None else (query.as_of - rate.day).days,
        "retry_on": retry.until if retry is not None and waits else None,
        "reason": retry.reason if retry is not None and waits else None,
    }


def stale_pair(book: Book, line: Line) -> str | None:
    """``VWCE in EUR``: the oldest leg of the rate by which a holding is valued."""
    rate = line.worth.rate
    if rate is None:
        return None
    oldest, assets = oldest_leg(rate), book.catalog.assets
    return f"{assets[oldest.asset].key} in {assets[oldest.quote].key}"


def oldest_leg(rate: Rate) -> Leg:
    """The leg of a rate whose price is the oldest."""
    return min(rate.legs, key=lambda leg: (leg.fixed, leg.day))


def stranded_in(book: Book, asset: int, day: dt.date) -> Asset | None:
    """The currency in which an asset has a price that leads no further; None: it has none."""
    known, latest = book.catalog.assets, book.prices.latest
    found = (known[quote] for quote in book.prices.quotes(asset) if latest(asset, quote, day))
    return next((quote for quote in found if quote.type == "currency"), None)


def left_unpriced(book: Book, day: dt.date) -> set[int]:
    """The assets that are left alone on a day, because nothing prices them."""
    return {asset for asset, retry in _retries(book).items() if retry.until > day}


def _retries(book: Book) -> dict[int, Retry]:
    """The waits in force; a merged asset's are those of the other one."""
    retries = read_retries(book.db, book.known_at)
    return {book.catalog.assets[asset].id: retry for asset, retry in retries.items()}
