"""What is known of prices."""

from folio.book import Book
from folio.book.selection import asset_ids
from folio.db.prices import all_prices
from folio.model.prices import CLOSE, INTRADAY, TRADE
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import Query

_GRANULARITY = {CLOSE: "daily", INTRADAY: "intraday", TRADE: "trade"}
COLUMNS = (
    Column("asset", "Asset"),
    Column("quote", "In"),
    Column("date", "Date", "day"),
    Column("price", "Price", "price"),
    Column("age", "Age", "age", optional=2),
    Column("granularity", "Kind", optional=1),
    Column("source", "Source", optional=3),
    Column("reason", "Reason", optional=4),
)


def prices(
    book: Book, query: Query, names: tuple[str, ...] = (), *, everything: bool = False
) -> Table:
    """The latest price of each pair on the day, or every price and correction there was."""
    wanted = asset_ids(book.catalog, names)
    rows = _every(book, query, wanted) if everything else _latest(book, query, wanted)
    return Table(
        "prices",
        "Prices",
        COLUMNS,
        rows,
        as_of=query.as_of,
        known_at=query.known_at,
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
            rows.append(
                {
                    "asset": asset.key,
                    "quote": book.catalog.assets[quote].key,
                    "date": point.day,
                    "price": Amount(point.price),
                    "age": (query.as_of - point.day).days,
                    "granularity": _GRANULARITY[point.granularity],
                }
            )
    return rows


def _every(book: Book, query: Query, wanted: set[int] | None) -> list[dict[str, Cell]]:
    assets = book.catalog.assets
    return [
        {
            "asset": assets[asset].key,
            "quote": assets[quote].key,
            "date": day,
            "price": None if price is None else Amount(price),
            "granularity": _GRANULARITY[granularity],
            "source": source,
            "reason": reason if price is not None else reason or "taken back",
        }
        for asset, quote, day, granularity, price, source, reason in all_prices(
            book.db, book.known_at
        )
        if day <= query.last_day and (wanted is None or asset in wanted)
    ]
