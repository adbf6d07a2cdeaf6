"""``folio price``: what things are worth."""

import datetime as dt
import sqlite3
from functools import partial
from typing import Annotated

import typer

from folio.cli import options
from folio.cli.asking import book_today, recording
from folio.cli.commands.price_fetch import fetch, sources
from folio.cli.lazy import new_app
from folio.cli.listing import DIGITS, HOW, KNOWN, MONEY, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import argument, flag, option
from folio.cli.text import say
from folio.errors import UsageError

app = new_app("Prices: fetch, add, correct, take back, import, list, and what is missing.")
app.command("fetch")(fetch)
app.command("sources")(sources)

On = Annotated[dt.date | None, options.dated("--on", "The day; today.", ...)]
At = Annotated[str | None, option("--at", "INSTANT", "During the day; else its close.", ...)]
Currency = Annotated[
    str | None,
    typer.Option(
        "--currency",
        "--quote",
        metavar="CODE",
        help="In what: EUR, GBX; the asset's own unit, or the book's currency.",
    ),
]
Force = Annotated[bool, flag("--force", "Take what looks like pence for pounds.", ...)]


def _moment(
    db: "sqlite3.Connection", day: dt.date | None, at: str | None
) -> "tuple[dt.date | None, dt.datetime | None]":
    """The day and the instant that a command names; today where it names neither.

    Raises:
        UsageError: where the instant is of another day, here and in UTC.
    """
    from folio.db.arrangements.settings import load_settings
    from folio.model.dates import parse_instant, time_zone

    if at is None:
        return day or book_today(db), None
    zone = time_zone(load_settings(db).book("time_zone"))
    instant = parse_instant(at, zone)
    if day is not None and day not in (instant.astimezone(zone).date(), instant.date()):
        raise UsageError(f"--at {at} is not on {day}; leave --on out, or say another one")
    return day, instant


@app.command("add", context_settings={"ignore_unknown_options": True})  # -3 is a word
def add(
    asset: options.AssetName,
    price: Annotated[str, argument("PRICE", "What one unit is worth.")],
    on: On = None,
    at: At = None,
    currency: Currency = None,
    reason: str | None = option("--reason", "TEXT", "Why, where it is corrected."),
    supersede: bool = flag("--supersede", "Replace what was said before."),
    force: Force = False,
    dry_run: options.DryRun = False,
) -> None:
    """Record or correct a price by hand: folio price add VWCE 118.20 --on 2025-03-04."""
    from folio.model.shell_words import shell_word
    from folio.operations.pricing.prices_by_hand import add_price

    with recording(dry_run=dry_run) as write:
        day, instant = _moment(write.db, on, at)
        stated = add_price(
            write,
            asset,
            day,
            price,
            currency=currency,
            at=instant,
            reason=reason,
            supersede=supersede,
            force=force,
            today=book_today(write.db),
        )
    if stated.price is None or stated.before == stated.price:
        say("already there")
        return
    verb = "would record" if dry_run else "recorded"
    was = "" if stated.before is None else f", was {stated.text(stated.before)}"
    say(f"{verb} {stated.asset.key} at {stated.text(stated.price)} on {stated.day}{was}")
    if stated.odd is not None:
        moment = f"--on {stated.day}" if at is None else f"--at {shell_word(at)}"
        undo = f"folio price undo {shell_word(stated.asset.key)} {moment}"
        undo += f" --currency {currency}" if currency else ""
        say(f"note: {stated.odd}" + ("" if dry_run else f"; where that is wrong: {undo}"))


@app.command("undo")
def undo(
    asset: options.AssetName,
    on: On = None,
    at: At = None,
    currency: Currency = None,
    source: str = option("--source", "NAME", "Who stated it.", "manual"),
    reason: str | None = option("--reason", "TEXT", "Why."),
    dry_run: options.DryRun = False,
) -> None:
    """Take back the last price of a day; what was said before it holds again.

    folio price undo VWCE --on 2025-06-30
    """
    from folio.operations.pricing.prices_by_hand import undo_price

    with recording(dry_run=dry_run) as write:
        day, instant = _moment(write.db, on, at)
        stated = undo_price(
            write, asset, day, currency=currency, at=instant, source=source, reason=reason
        )
    verb = "would take back" if dry_run else "took back"
    gone = "" if stated.before is None else stated.text(stated.before)
    left = (
        f"it is {stated.text(stated.price)} again" if stated.price is not None else "none is left"
    )
    say(f"{verb} {stated.asset.key} at {gone} on {stated.day}; {left}")


@app.command("import")
def import_(
    file: Annotated[str, argument("FILE", "CSV; - is standard input.")],
    create: bool = flag("--create", "Make assets that are new."),
    supersede: options.Supersede = False,
    adjusted: bool = flag("--adjusted", "The source restates older prices after each split."),
    force: Force = False,
    ecb: bool = flag("--ecb", "FILE is one of the ECB's rates: eurofxref, CSV or zip."),
    since: dt.date | None = options.dated("--since", "With --ecb: from this day on."),
    dry_run: options.DryRun = False,
) -> None:
    """Record prices from CSV with the columns date, asset, quote, price.

    folio price import prices.csv

    Also granularity, source, at (an instant), open, high, low and volume, where there are.  With
    --ecb, the rates of the currencies that the book knows; with --create too, of every one.
    """
    from folio.cli.inputs import read_data, read_text
    from folio.operations.pricing.import_prices import Choices, import_prices, import_rates

    if since is not None and not ecb:
        raise UsageError("--since is for --ecb; a price file is taken as it is")
    if adjusted and ecb:
        raise UsageError("--adjusted is for shares; a rate of the ECB knows no splits")
    choices = Choices(create=create, supersede=supersede, force=force, adjusted=adjusted)
    if ecb:
        record = partial(import_rates, data=read_data(file), since=since or dt.date.min)
    else:
        record = partial(import_prices, text=read_text(file))
    with recording(dry_run=dry_run) as write:
        counts = record(write, today=book_today(write.db), choices=choices)
    verb = "would be recorded" if dry_run else "recorded"
    corrected = f" ({counts.corrected} corrections)" if counts.corrected else ""
    what = "price" if counts.read == 1 else "prices"
    say(
        f"{counts.read:,} {what} read: {counts.recorded:,} {verb}{corrected}, "
        f"{counts.already:,} already there"
    )
    for odd in counts.odds:
        say(f"  note: {odd}")


@app.command("retry")
def retry(
    asset: options.AssetName,
    until: dt.date | None = options.dated("--until", "Ask again on this day; in 30 days."),
    now: bool = flag("--now", "Ask again from now on."),
    reason: str | None = option("--reason", "TEXT", "Why."),
) -> None:
    """Leave an asset that nothing prices alone until a day: status says nothing of it.

    folio price retry VOD --until 2025-09-01
    """
    from folio.operations.pricing.prices_by_hand import WAIT_DAYS, retry_price

    if now and until is not None:
        raise UsageError("--now and --until exclude one another")
    with recording() as write:
        today = book_today(write.db)
        day = until or today + dt.timedelta(WAIT_DAYS)
        if day <= today:
            raise UsageError(f"{day} is not after today; to ask again at once say --now")
        priced = retry_price(write, asset, None if now else day, reason=reason)
    say(f"{priced.key} is asked about again {'from now on' if now else f'on {day}'}")


@app.command("list")
@listing(WHEN | WHICH | HOW | DIGITS)
def list_(book: Book, query: Query, assets: options.Assets = None) -> Table:
    """List the latest price of each pair."""
    from folio.reports.prices.prices import prices

    return prices(book, query, tuple(assets or ()))


@app.command("history")
@listing(KNOWN | HOW | DIGITS)
def history(
    book: Book,
    query: Query,
    assets: options.Assets = None,
    on: dt.date | None = options.dated("--on", "Only of this day."),
) -> Table:
    """List every price that was stated, corrected or taken back: by whom, when and why.

    folio price history VWCE --on 2025-03-04
    """
    from folio.reports.prices.prices import price_history

    return price_history(book, query, tuple(assets or ()), on)


@app.command("missing")
@listing(WHEN | MONEY | WHICH | HOW)
def missing(book: Book, query: Query) -> Table:
    """List what is held and has no price, or a stale one."""
    from folio.reports.prices.prices import missing_prices

    return missing_prices(book, query)
