"""Recording prices in bulk, from CSV."""

import datetime as dt
from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from folio.book import Book
from folio.book.both_ways import contradicted, stated_inverse
from folio.db.prices.prices import NewPrice, PriceKey, Said, rows_said
from folio.db.values import instant_text
from folio.errors import BadRows, FolioError, UsageError
from folio.model.assets import BECAME_EURO, ISO_4217, Asset, parse_asset_ref
from folio.model.dates import parse_day, parse_instant, time_zone
from folio.model.euro import EURO, REPLACED_BY_EURO
from folio.model.numbers import ZERO, parse_plain, to_text
from folio.model.price_sources import ECB
from folio.model.prices import CLOSE, Span
from folio.operations.batches import Fault, csv_cells, listed, plain_cell
from folio.operations.names import asset_for
from folio.operations.pricing.odd_prices import Known, few, how_far, is_far, odd_price
from folio.operations.pricing.prices_by_hand import (
    GRANULARITIES,
    check_day,
    day_at,
    new_price,
    quote_of,
)
from folio.operations.pricing.quote_units import check_unit, price_text
from folio.operations.recording import Recording
from folio.quotes.ecb import read
from folio.quotes.rows import Row
from folio.quotes.trying import NoAnswer

IMPORTED = "import"
_BESIDE = dt.timedelta(days=7)  # within which prices are compared
LOOKED_UP = 4000  # rows at a time
COLUMNS = ("date", "asset", "quote", "price")  # and granularity, source, at, and a Span's


class PriceCounts(NamedTuple):
    """What an import of prices did; the counts add up to the rows read."""

    read: int
    recorded: int
    already: int
    corrected: int
    odds: tuple[str, ...] = ()  # how far prices are from those before them: the first few


class Choices(NamedTuple):
    """How prices are taken in."""

    create: bool | None = False  # makes assets that are new; None: they cannot be made
    supersede: bool = False  # replaces what the source said before
    force: bool = False  # takes prices that look like pence for pounds
    adjusted: bool = False  # the sources restate their history after each split


def import_prices(
    write: Recording,
    text: str,
    *,
    today: dt.date,
    choices: Choices = Choices(),  # noqa: B008  # a NamedTuple never changes
) -> PriceCounts:
    """Record prices from CSV with the columns date, asset, quote, price.

    Raises:
        BadRows: listing every bad line, and every price that says other than before.
    """
    reading = Reading(write, today, choices)
    return reading.record(_rows(text), "prices")


class Reading:
    """Stated prices, looked up and compared with the book."""

    def __init__(self, write: Recording, today: dt.date, choices: Choices) -> None:
        self.write = write
        self.today = today
        self.choices = choices
        self.book = Book(write.db)
        self.zone = write.catalog.settings.book("time_zone")
        self.fresh: Said = {}
        self.faults: list[Fault] = []
        self.already = self.corrected = 0
        self.odds: list[str] = []
        self._last: dict[tuple[int, int], Known] = {}  # by asset and quote, as they are read
        self._days: dict[str, dt.date] = {}
        self._assets: dict[str, Asset] = {}
        self._quotes: dict[tuple[int, str | None], tuple[Asset, int]] = {}

    def record(
        self, rows: Iterator[tuple[int, dict[str, str]]], what: str, *, by_line: bool = True
    ) -> PriceCounts:
        """Record all the rows.

        Raises:
            BadRows: listing every fault; ``what`` the rows are, in the plural, and by their lines
                when the numbers are those of a file.
        """
        read = 0
        while several := list(islice(rows, LOOKED_UP)):
            read += len(several)
            self.take_rows(several)
        if self.faults:
            faults = sorted(self.faults, key=itemgetter(0))
            raise BadRows(listed(faults, read, what, by_line=by_line))
        for new in self.fresh.values():
            self.write.price(new)
        counts = read, len(self.fresh), self.already, self.corrected
        return PriceCounts(*counts, tuple(few(self.odds)))

    def know(self, asset: Asset) -> None:
        """Take its key to mean this asset, and no other one of that name."""
        self._assets[asset.key] = asset

    def take_rows(self, rows: list[tuple[int, dict[str, str]]]) -> None:
        """Compare rows with what is there; that is looked up at once."""
        stated = []
        for line, row in rows:
            try:
                stated.append((line, *self._new(row)))
            except FolioError as fault:
                self.faults.append((line, str(fault)))
        there = rows_said(self.write.db, [new for *_, new in stated])
        for line, asset, quote, new in stated:
            try:
                self._compare(asset, quote, new, there)
            except FolioError as fault:
                self.faults.append((line, str(fault)))

    def _compare(self, asset: Asset, quote: Asset, new: NewPrice, there: Said) -> None:
        key = (new.key, new.source_id)
        before = self.fresh.get(key)
        said = there.get(key) if before is None else before
        if said is not None and said.price is not None and _same(new, said):
            self.already += 1
        elif said is None or said.price is None:
            self._keep(key, new, asset, quote)
        elif _completes(new, said):
            both = zip(new.span, said.span, strict=True)
            span = Span._make(then if now is None else now for now, then in both)
            self._keep(key, new._replace(span=span), asset, quote)
        elif before is not None or not self.choices.supersede:
            raise FolioError(
                f"{asset.key} on {new.day} is {price_text(asset, said.price, quote)} already, not "
                f"{price_text(asset, new.price or ZERO, quote)}; correct it with --supersede"
            )
        else:
            self.corrected += 1
            self._keep(key, new, asset, quote)

    def _keep(self, key: tuple[PriceKey, int], new: NewPrice, asset: Asset, quote: Asset) -> None:
        price = new.price or ZERO
        check_unit(self.book, asset, price, quote, new.day, force=self.choices.force)
        self.fresh[key] = new
        if price and not (self.choices.force or self.choices.adjusted):
            both = contradicted(asset, quote, new.day, price, self._inverse(asset, quote, new))
            if both is not None:
                self.odds.append(both.told())
            else:
                self._compare_with_last(asset, quote, (new.day, price))

    def _inverse(self, asset: Asset, quote: Asset, new: NewPrice) -> Decimal | None:
        """What the other is in it on that day: in what was read before, else in the book."""
        back = new._replace(asset_id=quote.id, quote_id=asset.id)
        said = self.fresh.get((back.key, back.source_id))
        return stated_inverse(self.book, asset, quote, new.day) if said is None else said.price

    def _compare_with_last(self, asset: Asset, quote: Asset, new: Known) -> None:
        """Note a price that is far from that of the days beside it, in the file or in the book."""
        pair, (day, price) = (asset.id, quote.id), new
        last, odd = self._last.get(pair), None
        if last is None:
            odd = odd_price(self.book, asset, price, quote, day)
        elif is_far(price, last[1]) and abs(day - last[0]) <= _BESIDE:
            odd = None if self._split(pair, new) else how_far(asset, quote, new, last)
        if odd is None:
            self._last[pair] = new
        else:
            self.odds.append(odd)

    def _split(self, pair: tuple[int, int], new: Known) -> bool:
        """Whether units changed since the last price of a pair."""
        days = sorted((new[0], self._last[pair][0]))
        factor = self.book.graph.source.split_factor
        return any(factor(asset, *days)[0] != 1 for asset in pair)

    def _new(self, row: dict[str, str]) -> tuple[Asset, Asset, NewPrice]:
        at = None if not row.get("at") else parse_instant(row["at"], time_zone(self.zone))
        day = self._day(row["date"], at)
        asset = self._asset(row["asset"])
        code = row.get("quote", "").strip() or None
        if code is None and asset.quote_unit is None:
            raise UsageError(f"the row does not say in what {asset.key} is quoted")

        quote, places = self._quote(asset, code)
        price = _number(row, "price", places)
        source = row.get("source", "").strip() or IMPORTED
        number = self.write.source(source, split_adjusted=self.choices.adjusted)
        new = new_price(asset, quote, day, price, number, _granularity(row, at))
        if at is not None:
            new = new._replace(instant=instant_text(at))
        if any(map(row.get, Span._fields)):
            new = new._replace(span=_span(row, places))
        return asset, quote, new

    def _day(self, text: str, at: dt.datetime | None) -> dt.date:
        day = self._days.get(text)
        if day is not None and at is None:
            return day
        day = parse_day(text, self.today) if text.strip() else None
        if at is not None:
            day = day_at(day, at, self.zone)
        if day is None:
            raise UsageError("the row has no date")
        check_day(day, self.today)
        if at is None:
            self._days[text] = day
        return day

    def _quote(self, asset: Asset, code: str | None) -> tuple[Asset, int]:
        found = self._quotes.get((asset.id, code))
        if found is None:
            found = quote_of(self.write, asset, code, create=self.choices.create)
            self._quotes[(asset.id, code)] = found
        return found

    def _asset(self, text: str) -> Asset:
        found = self._assets.get(text)
        if found is None:
            found = asset_for(self.write, parse_asset_ref(text), create=self.choices.create)
            self._assets[text] = found
        return found


def words_of(row: Row, asset: str, quote: str, source: str) -> dict[str, str]:
    """What a source answered, as a row of a price file."""
    day, price = row.day.isoformat(), to_text(row.price)
    return {"date": day, "asset": asset, "quote": quote, "price": price, "source": source}


def _number(row: dict[str, str], key: str, places: int) -> Decimal:
    number = parse_plain(row[key], key)
    return number.scaleb(-places) if places else number


def _span(row: dict[str, str], places: int) -> Span:
    """What else is said of the day."""
    shifts = (places, places, places, 0)  # a volume is in units of the asset
    span = Span._make(
        _number(row, key, shift) if row.get(key, "").strip() else None
        for key, shift in zip(Span._fields, shifts, strict=True)
    )
    _check_range(span)
    return span


def _granularity(row: dict[str, str], at: dt.datetime | None) -> int:
    word = row.get("granularity", "").strip() or ("daily" if at is None else "intraday")
    granularity = GRANULARITIES.get(word)
    if granularity is None:
        raise UsageError(f"{word!r} is no granularity; say daily, intraday or trade")
    if granularity == CLOSE and at is not None:
        raise UsageError("a daily price has no instant; say intraday, or leave `at` out")
    return granularity


def _check_range(span: Span) -> None:
    for key, value in span._asdict().items():
        if value is not None and value < ZERO:
            raise UsageError(f"{key} {to_text(value)} is negative")
    if span.high is not None and span.low is not None and span.high < span.low:
        raise UsageError(f"high {to_text(span.high)} is below low {to_text(span.low)}")


def _same(new: NewPrice, said: NewPrice) -> bool:
    """Whether a row states nothing that is not there already."""
    more = zip(new.span, said.span, strict=True)
    return new.price == said.price and all(now in (None, then) for now, then in more)


def _completes(new: NewPrice, said: NewPrice) -> bool:
    """Whether a row only adds to what is there: the day's range, or its volume."""
    more = zip(new.span, said.span, strict=True)
    return new.price == said.price and all(None in (now, then) or now == then for now, then in more)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    faults: list[Fault] = []
    rows = csv_cells(text.removeprefix("\ufeff"), faults)
    header = [name.strip().lower() for name in next(rows, (1, []))[1]]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise UsageError(
            f"the prices lack the column {missing[0]!r}; the first line must name "
            "date,asset,quote,price"
        )
    for line, cells in rows:
        if len(cells) > len(header):
            raise BadRows(
                f"line {line}: {len(cells)} cells under {len(header)} columns; write "
                "numbers with a decimal point and no thousands separator"
            )
        cells += [""] * (len(header) - len(cells))
        yield line, dict(zip(header, map(plain_cell, cells), strict=True))
    for line, said in faults:
        raise BadRows(f"line {line}: {said}")


def import_rates(
    write: Recording,
    data: bytes,
    *,
    today: dt.date,
    choices: Choices = Choices(),  # noqa: B008  # a NamedTuple never changes
    since: dt.date = dt.date.min,
) -> PriceCounts:
    """Record the rates of the currencies that the book knows; with ``create``, of all.

    They are the units of each that one euro is worth, as the ECB states them; of a currency
    that became the euro the last is the rate at which it did.  ``since`` is the first day that
    is taken.

    Raises:
        UsageError: when it is no file of the ECB's.
        BadRows: listing every rate that cannot be, or is another one than before.
    """
    try:
        answer = read(data)
    except NoAnswer as error:
        raise UsageError(f"{error}; see https://www.ecb.europa.eu for eurofxref") from None
    if answer.faults:
        rates = len(answer.rows) + len(answer.faults)
        raise BadRows(listed(list(enumerate(answer.faults)), rates, "rates", by_line=False))
    reading = Reading(write, today, choices)
    known = {a.symbol for a in write.catalog.assets.values() if a.is_currency}
    wanted = ISO_4217 if choices.create else known
    every = (*answer.rows, *_fixed_rates(known, today))
    rows = (row for row in every if row.quote in wanted and row.day >= since)
    stated = (words_of(row, row.asset, row.quote, ECB) for row in rows)
    return reading.record(enumerate(stated), "rates", by_line=False)


def _fixed_rates(known: Collection[str], today: dt.date) -> list[Row]:
    """The rates at which those of these currencies that are gone became the euro, on that day."""
    gone = sorted(BECAME_EURO.intersection(known))
    rates = [(code, REPLACED_BY_EURO[code]) for code in gone]
    return [
        Row(one.euro_from, EURO, code, one.rate) for code, one in rates if one.euro_from <= today
    ]
