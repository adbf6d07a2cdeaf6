"""Where the prices of what is held come from, and what came of asking for them."""

import datetime as dt
from collections.abc import Iterable, Iterator

from folio.book import Book
from folio.book.price_plan import Fetched, Job, Left, closes_of, failures_of, priced_by
from folio.book.selection import asset_ids
from folio.model.assets import Asset
from folio.model.shell_words import shell_word
from folio.model.table import Cell, Column, Table
from folio.reports.query import Query

SOURCES = (
    Column("asset", "Asset"),
    Column("type", "Type", optional=3),
    Column("source", "Source"),
    Column("symbol", "Symbol"),
    Column("price_type", "Price", optional=5),
    Column("quote", "Quoted in", optional=4),
    Column("said_by", "Said by", optional=6),
    Column("last_date", "Last close", "day"),
    Column("age", "Age", "age", optional=2),
    Column("failure", "The last time", optional=1),
)
FETCHED = (
    Column("asset", "Asset"),
    Column("source", "Source", optional=2),
    Column("symbol", "Symbol", optional=3),
    Column("from", "From", "day", optional=4),
    Column("until", "Until", "day", optional=4),
    Column("read", "Read", "count", optional=5),
    Column("recorded", "Recorded", "count"),
    Column("already", "There", "count", optional=6),
    Column("state", "State"),
    Column("finding", "Finding", machine_only=True),
)
PLANNED = (*FETCHED[:5], FETCHED[8])
_LISTED = ("no source", "left alone")


def price_sources(book: Book, query: Query, names: tuple[str, ...] = ()) -> Table:
    """The source of each asset that is held, and the day of its last close."""
    wanted = asset_ids(book.catalog, names) or _held(book, query)
    failures = failures_of(book)
    chosen = sorted((book.catalog.assets[n] for n in wanted), key=lambda a: a.symbol.casefold())
    return Table(
        "price-sources",
        "Sources of prices",
        SOURCES,
        [_source(book, query, asset, failures.get(asset.id)) for asset in chosen],
        **query.told(),
        empty="nothing is held",
    )


def _held(book: Book, query: Query) -> set[int]:
    held = {
        h.asset_id
        for h in query.holdings(book)
        if (position := book.positions.get(h.id)) and position.quantity + position.unexplained
    }
    return held - {book.base.id}


def _source(book: Book, query: Query, asset: Asset, failure: str | None) -> dict[str, Cell]:
    priced = priced_by(book.catalog, asset)
    closes = [close.day for close in closes_of(book, asset) if close.day <= query.as_of]
    last = max(closes, default=None)
    return {
        "asset": asset.key,
        "type": asset.type,
        "source": None if priced is None else priced.source,
        "symbol": None if priced is None else priced.symbol,
        "price_type": None if priced is None else priced.type,
        "quote": None if priced is None else priced.quote or asset.quote_unit,
        "said_by": None if priced is None else priced.origin,
        "last_date": last,
        "age": None if last is None else (query.as_of - last).days,
        "failure": None if failure is None else failure.partition(": ")[2],
    }


def planned(plan: Iterable[Job | Left], day: dt.date) -> Table:
    """What would be asked."""
    rows = [_job(one) if isinstance(one, Job) else _left(one) for one in plan if _shown(one)]
    for row in rows:
        row.setdefault("state", "would be asked")
    return _page(PLANNED, rows, [one for one in plan if isinstance(one, Left)], day)


def fetched(done: Iterable[Fetched], day: dt.date) -> Table:
    """What was asked, and what came of it."""
    lefts = [one.left for one in done if one.left is not None]
    rows = [_left(left) for left in lefts if _shown(left)]
    asked = [one for one in done if one.job is not None]
    rows = [*(_outcome(one, one.job) for one in asked if one.job is not None), *rows]
    table = _page(FETCHED, rows, lefts, day)
    found = tuple(line for one in asked for line in _findings(one))
    return table._replace(footnotes=(*table.footnotes, *found))


def _page(
    columns: tuple[Column, ...], rows: list[dict[str, Cell]], left: list[Left], day: dt.date
) -> Table:
    fresh = sum(one.state == "fresh" for one in left)
    nobody = [one.asset.key for one in left if one.state == "no source"]
    notes = [f"{fresh} not asked: the last close is there already"] if fresh else []
    if nobody:
        notes.append(f"nobody is asked for {nobody[0]}; say who with: folio asset set "
                     f"{shell_word(nobody[0])} --price-source SOURCE, or none")  # fmt: skip
    empty = "nothing is asked" + (": every last close is there already" if fresh else "")
    return Table("price-fetch", "Prices", columns, rows, as_of=day,
                 footnotes=tuple(notes[not rows and bool(fresh):]), empty=empty)  # fmt: skip


def _shown(one: Job | Left) -> bool:
    return isinstance(one, Job) or one.state in _LISTED


def _job(job: Job) -> dict[str, Cell]:
    return {
        "asset": job.asset.key,
        "source": job.priced.source,
        "symbol": job.priced.symbol,
        "from": job.start,
        "until": job.end,
    }


def _left(left: Left) -> dict[str, Cell]:
    state = left.state if left.until is None else f"{left.state} until {left.until}"
    source = None if left.priced is None else left.priced.source
    return {"asset": left.asset.key, "source": source, "state": state}


def _outcome(one: Fetched, job: Job) -> dict[str, Cell]:
    state = "recorded" if one.recorded else "nothing new"
    if one.faults:
        state = "with findings" if one.read else "failed"
    return {
        **_job(job),
        "read": one.read,
        "recorded": one.recorded,
        "already": one.already,
        "state": state,
        "finding": "; ".join(one.faults) or None,
    }


def _findings(one: Fetched) -> Iterator[str]:
    shown = one.faults[:3]
    yield from (f"{one.asset.key}: {fault}" for fault in shown)
    if len(one.faults) > len(shown):
        yield f"{one.asset.key}: and {len(one.faults) - len(shown)} more"
