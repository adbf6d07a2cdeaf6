"""Prices from the network: asked for first, then recorded in one database transaction.

While anything is asked the book is not open for writing, so whoever breaks off leaves it
as it was.  What a source says is taken in like a price file: what is there already is not
recorded again, and another value of the same source for the same day is not taken, but
for ``supersede``.  A source that fails leaves the last price as it is; why is kept until it
answers, and ``status`` says so while the price is stale.

A price that is 50 times or more the last one known, or a fiftieth or less of it, is held:
it is not recorded, and a finding, but for ``force``.  The last one known is the row before,
else what the book says of the day, both in units of the day (:mod:`folio.model.quote_units`:
pence taken for pounds are a hundred times too much).  Fifty leaves room for what really
happens in a day, which is a tenth or tenfold, and none for a hundred.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from folio.book import Book
from folio.book.price_plan import Fetched, Job, Left, Moment, Planner, Span, priced_by
from folio.db.arrangements.catalog import Catalog
from folio.db.prices.last_closes import read_failures
from folio.db.prices.price_retries import add_retry
from folio.db.prices.prices import Said
from folio.errors import FolioError
from folio.model.assets import ISO_4217, Asset
from folio.model.numbers import divide, to_text
from folio.model.price_sources import COMMAND, PriceSource, is_adjusted
from folio.model.quote_units import QUOTE_UNITS
from folio.model.shell_words import shell_word
from folio.operations.pricing.import_prices import Choices, Reading, words_of
from folio.operations.pricing.odd_prices import is_far, times
from folio.operations.pricing.prices_by_hand import quote_of
from folio.operations.recording import Recording, Who, recording
from folio.quotes.desk import Desk, Request
from folio.quotes.rows import Answer, Row
from folio.quotes.trying import NoAnswer

SUSPECT = Decimal(50)  # times the last price, or as small a part of it
Told = Callable[[str, int, int], None]  # what is asked, how many were, of how many


class Wanted(NamedTuple):
    """What a fetch is about, and how its answers are taken."""

    names: tuple[str, ...] = ()
    every: bool = False
    span: Span = Span()
    supersede: bool = False
    force: bool = False


class _Asked(NamedTuple):
    job: Job
    answer: Answer
    failure: str | None


def plan_fetch(book: Book, moment: Moment, wanted: Wanted, *, into_lock: bool) -> list[Job | Left]:
    """What would be asked."""
    planner = Planner(book, moment, wanted.span, into_lock=into_lock)
    first = _plan(planner, wanted)
    return [*first, *_plan_currencies(planner, wanted, first, ())]


def _plan(planner: Planner, wanted: Wanted) -> list[Job | Left]:
    named = bool(wanted.names)
    chosen = planner.assets(wanted.names, every=wanted.every)
    return [planner.job(a, named=named) for a in chosen if named or not a.is_currency]


def _plan_currencies(
    planner: Planner, wanted: Wanted, others: Iterable[Job | Left], quotes: Iterable[str]
) -> list[Job | Left]:
    """The rates that the other assets need; where assets are named, they are what is meant."""
    if wanted.names:
        return []
    said = [one.priced.quote for one in others if one.priced and one.priced.quote]
    majors = [QUOTE_UNITS[q].currency if q in QUOTE_UNITS else q for q in (*said, *quotes)]
    every = planner.assets((), every=wanted.every)
    jobs = [planner.job(one) for one in planner.currencies([a.id for a in every], majors)]
    return [one for one in jobs if not (isinstance(one, Left) and one.state == "no source")]


def fetch_prices(
    db: sqlite3.Connection,
    who: Who,
    desk: Desk,
    *,
    today: dt.date,
    wanted: Wanted,
    told: Told = lambda what, done, total: None,
) -> list[Fetched]:
    """Ask for what lacks fresh closes, and record what was answered."""
    planner = Planner(Book(db), Moment(who.now, today), wanted.span, into_lock=who.into_lock)
    plan = _plan(planner, wanted)
    asked = _ask(desk, plan, told)
    quotes = {row.quote for one in asked for row in one.answer.rows}
    more = _plan_currencies(planner, wanted, plan, quotes)
    asked += _ask(desk, more, told)
    left = [Fetched(one.asset, None, one) for one in (*plan, *more) if isinstance(one, Left)]
    if not asked:
        return left
    with recording(db, who) as write:
        said: Said = {}
        done = [_take(write, one, today, wanted, said) for one in asked]
        for new in said.values():
            write.price(new)
        _note_failures(write, done, today)
    return [*done, *left]


# -- asking ------------------------------------------------------------------------------


def _ask(desk: Desk, plan: Iterable[Job | Left], told: Told) -> list[_Asked]:
    jobs = [one for one in plan if isinstance(one, Job)]
    earliest: dict[str, dt.date] = {}
    for job in jobs:
        source = job.priced.source
        earliest[source] = min(job.start, earliest.get(source, job.start))
    found = []
    for number, job in enumerate(jobs):
        told(f"{job.asset.key} from {job.priced.source}", number, len(jobs))
        start = earliest[job.priced.source] if desk.is_of_many(job.priced.source) else job.start
        try:
            answer = desk.ask(_request(job, start)).within(job.start, job.end)
            found.append(_Asked(job, answer, None))
        except NoAnswer as error:
            found.append(_Asked(job, Answer(()), str(error)))
    return found


def _request(job: Job, start: dt.date) -> Request:
    asset, priced = job.asset, job.priced
    if priced.symbol is None:
        raise NoAnswer(
            f"nobody said what {priced.source} calls it; say so with: folio asset set "
            f"{shell_word(asset.key)} --price-symbol SYMBOL"
        )
    words = {"isin": asset.isin or "", "quote": priced.quote or asset.quote_unit or ""}
    return Request(priced.source, priced.symbol, priced.type, start, job.end, words)


# -- taking in ---------------------------------------------------------------------------


def _take(write: Recording, one: _Asked, today: dt.date, wanted: Wanted, said: Said) -> Fetched:
    """Compare an answer with the book, and add what is new to what is said."""
    job = one.job
    if one.failure is not None:
        return Fetched(job.asset, job, faults=(one.failure,))
    rows, faults = _of_the_asset(write, job, one.answer)
    adjusted = is_adjusted(job.priced.source)
    choices = Choices(None, wanted.supersede, force=True, adjusted=adjusted)
    reading = Reading(write, today, choices)
    for asset, _ in rows:
        reading.know(asset)
    kept, held = (rows, []) if wanted.force else _plausible(write, reading, job, rows, today)
    source, quote = job.priced.source, job.priced.quote or ""
    reading.take_rows(
        [
            (n, words_of(row, asset.key, row.quote or quote, source))
            for n, (asset, row) in enumerate(kept)
        ]
    )
    fresh = {key: new for key, new in reading.fresh.items() if key not in said}
    said.update(fresh)
    wrong = [*one.answer.faults, *faults, *held, *(text for _, text in sorted(reading.faults))]
    return Fetched(job.asset, job, None, len(rows), len(fresh), reading.already, tuple(wrong))


_Rows = list[tuple[Asset, Row]]


def _of_the_asset(write: Recording, job: Job, answer: Answer) -> tuple[_Rows, list[str]]:
    """The rows that are about the asset, each with the asset that it prices."""
    asset = job.asset
    found: _Rows = []
    faults: list[str] = []
    own = _names(asset, job.priced)
    rows = answer.rows
    if job.priced.source.startswith(COMMAND):
        rows = tuple(row for row in rows if row.asset.casefold() in own)
        if not rows and answer.rows:
            faults += _of_nobody(write.catalog, asset, answer)
    for row in rows:
        wrong = _other_quote(job, row)
        if wrong is not None:
            faults.append(wrong)
        else:
            found.append((_priced(write, asset, row), row))
    return found, faults[:1] if len(faults) < 2 else [f"{faults[0]} (and {len(faults) - 1} more)"]


def _names(asset: Asset, priced: PriceSource | None) -> set[str]:
    """What a program may call an asset, for comparing."""
    names = (asset.key, asset.symbol, asset.isin, priced and priced.symbol)
    return {name.casefold() for name in names if name}


def _of_nobody(catalog: Catalog, asset: Asset, answer: Answer) -> list[str]:
    """A fault where no price that was printed is of an asset of the book, by any of its names."""
    printed = {row.asset.casefold() for row in answer.rows}
    if any(printed & _names(one, priced_by(catalog, one)) for one in catalog.assets.values()):
        return []
    called = {row.asset: None for row in answer.rows}
    return [f"prices of {', '.join(map(repr, islice(called, 3)))} were printed, and none of "
            f"{asset.key}; have it print that name"]  # fmt: skip


def _priced(write: Recording, asset: Asset, row: Row) -> Asset:
    """The asset that a row prices: of a rate, the currency of which it is one unit."""
    if not asset.is_currency or row.asset == asset.symbol or row.asset not in ISO_4217:
        return asset
    return quote_of(write, asset, row.asset)[0]


def _other_quote(job: Job, row: Row) -> str | None:
    stated = job.priced.quote
    if not stated or not row.quote:
        return None
    codes = [QUOTE_UNITS[q].code if q in QUOTE_UNITS else q for q in (stated, row.quote)]
    if codes[0] == codes[1]:
        return None
    return f"it is quoted in {row.quote}, not in {stated}; is {job.priced.symbol} another listing?"


def _plausible(
    write: Recording, reading: Reading, job: Job, rows: _Rows, today: dt.date
) -> tuple[_Rows, list[str]]:
    """The rows whose prices may be right, and a sentence about the others."""
    kept: _Rows = []
    held: list[str] = []
    before: tuple[dt.date, Decimal] | None = None
    factor = reading.book.graph.source.split_factor
    adjusted = is_adjusted(job.priced.source)
    for asset, row in rows:
        code = row.quote or job.priced.quote or asset.quote_unit
        try:
            quote, places = quote_of(write, asset, code)
        except FolioError:
            kept.append((asset, row))  # is a fault of the reading
            continue
        price = row.price.scaleb(-places)
        if adjusted:
            price *= factor(asset.id, row.day, today)[0]
        if before is not None:
            last: Decimal | None = divide(before[1], factor(asset.id, before[0], row.day)[0])
        else:
            rate = reading.book.graph.rate(asset.id, quote.id, row.day)
            last = None if rate is None else rate.rate
        if last is not None and is_far(price, last, SUSPECT):
            held.append(f"{to_text(row.price)} {row.quote} on {row.day} is "
                        f"{times(price, last)} the last price")  # fmt: skip
            continue
        before = (row.day, price)
        kept.append((asset, row))
    more = f" (and {len(held) - 1} days more)" if len(held) > 1 else ""
    hint = "; is that another unit? take it with --force"
    return kept, [f"held: {held[0]}{more}{hint}"] if held else []


def _note_failures(write: Recording, done: Iterable[Fetched], today: dt.date) -> None:
    """Keep why a source had no price, until it has one: a wait that ends at once."""
    known = read_failures(write.db)
    for one in done:
        if one.job is None:
            continue
        source = one.job.priced.source
        before = known.get(one.asset.id, {}).get(source)
        reason = one.faults[0] if one.faults else None
        if reason != before:
            until = None if reason is None else today
            add_retry(write.commit, one.asset.id, until, reason, write.source(
                source, split_adjusted=is_adjusted(source)))  # fmt: skip
