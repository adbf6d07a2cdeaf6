"""Recording prices by hand and in bulk."""

import csv
import datetime as dt
import io
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from folio.db.prices import NewPrice, price_said
from folio.errors import BadRows, FolioError, UsageError
from folio.model.assets import Asset, parse_asset_ref
from folio.model.dates import parse_day
from folio.model.numbers import ZERO, parse_plain, to_text
from folio.model.prices import CLOSE, INTRADAY, TRADE
from folio.operations.batches import Fault, listed
from folio.operations.names import asset_for, get_asset
from folio.operations.recording import Recording, Who, recording

GRANULARITIES = {"daily": CLOSE, "close": CLOSE, "intraday": INTRADAY, "trade": TRADE}
MANUAL, IMPORTED = "manual", "import"
COLUMNS = ("date", "asset", "quote", "price", "granularity", "source")


class PriceCounts(NamedTuple):
    """What an import of prices did; the counts add up to the rows read."""

    read: int
    recorded: int
    already: int
    corrected: int


def add_price(
    db: sqlite3.Connection,
    who: Who,
    asset: str,
    day: dt.date,
    price: Decimal,
    *,
    quote: str | None = None,
    reason: str | None = None,
    dry_run: bool = False,
) -> tuple[Asset, Asset, Decimal | None]:
    """Record a price by hand; returns the asset, its quote, and the manual price it replaces.

    Raises:
        FolioError: when the asset is not known, or a correction has no reason.
    """
    with recording(db, who, dry_run=dry_run) as write:
        priced = get_asset(write.catalog, parse_asset_ref(asset))
        quoted = (
            write.catalog.base
            if quote is None
            else asset_for(write, parse_asset_ref(quote), create=False)
        )
        new = _price(priced, quoted, day, price, write.source(MANUAL))._replace(reason=reason)
        before = price_said(db, new)
        if before is not None and before != price and not reason:
            raise FolioError(
                f"{priced.key} has a manual price of {to_text(before)} {quoted.key} on {day}; "
                "say why it changes with --reason"
            )
        if before != price:
            write.price(new)
    return priced, quoted, before


def _price(
    asset: Asset, quote: Asset, day: dt.date, price: Decimal, source: int, granularity: int = CLOSE
) -> NewPrice:
    if price < ZERO:
        raise UsageError(f"price {to_text(price)} is negative")
    if asset.id == quote.id:
        raise UsageError(f"a price of {asset.key} in itself is always 1; say another --quote")
    return NewPrice(asset.id, quote.id, day, price, source, granularity)


def import_prices(
    db: sqlite3.Connection,
    who: Who,
    text: str,
    *,
    today: dt.date,
    create: bool = False,
    supersede: bool = False,
    dry_run: bool = False,
) -> PriceCounts:
    """Record prices from CSV with the columns date, asset, quote, price.

    Raises:
        BadRows: listing every bad line, and every price that says other than before.
    """
    with recording(db, who, dry_run=dry_run) as write:
        reading = _Reading(write, today, create=create, supersede=supersede)
        reading.take(text)
        if reading.faults:
            raise BadRows(listed(reading.faults, reading.read, "prices"))
        for new in reading.fresh.values():
            write.price(new)
    return PriceCounts(reading.read, len(reading.fresh), reading.already, reading.corrected)


class _Reading:
    """The rows of one price file, looked up and compared with the book."""

    def __init__(self, write: Recording, today: dt.date, *, create: bool, supersede: bool) -> None:
        self.write = write
        self.today = today
        self.create = create
        self.supersede = supersede
        self.fresh: dict[tuple[object, ...], NewPrice] = {}
        self.faults: list[Fault] = []
        self.read = self.already = self.corrected = 0
        self._assets: dict[str, Asset] = {}

    def take(self, text: str) -> None:
        for line, row in _rows(text):
            self.read += 1
            try:
                self._take(row)
            except FolioError as fault:
                self.faults.append((line, str(fault)))

    def _take(self, row: dict[str, str]) -> None:
        day = parse_day(row["date"], self.today)
        price = parse_plain(row["price"], "price")
        word = row.get("granularity") or "daily"
        if word not in GRANULARITIES:
            raise UsageError(f"{word!r} is no granularity; say daily, intraday or trade")
        source = self.write.source(row.get("source") or IMPORTED)
        asset, quote = self._asset(row["asset"]), self._asset(row["quote"])
        new = _price(asset, quote, day, price, source, GRANULARITIES[word])
        before = self.fresh.get((new.key, source))
        said = price_said(self.write.db, new) if before is None else before.price
        if said == price:
            self.already += 1
        elif said is not None and (before is not None or not self.supersede):
            raise FolioError(
                f"{asset.key} on {day} is {to_text(said)} {quote.key} already, not "
                f"{to_text(price)}; correct it with --supersede"
            )
        else:
            self.corrected += said is not None
            self.fresh[(new.key, source)] = new

    def _asset(self, text: str) -> Asset:
        found = self._assets.get(text)
        if found is None:
            found = asset_for(self.write, parse_asset_ref(text), create=self.create)
            self._assets[text] = found
        return found


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS[:4] if name not in header]
    if missing:
        raise UsageError(
            f"the prices lack the column {missing[0]!r}; the first line must name "
            "date,asset,quote,price"
        )
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) > len(header):
            raise BadRows(
                f"line {reader.line_num}: {len(cells)} cells under {len(header)} columns; write "
                "numbers with a decimal point and no thousands separator"
            )
        cells += [""] * (len(header) - len(cells))
        yield reader.line_num, dict(zip(header, cells, strict=True))
