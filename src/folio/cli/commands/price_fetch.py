"""``folio price fetch`` and ``folio price sources``."""

import datetime as dt
from typing import TYPE_CHECKING

import typer

from folio.cli import context, options, preferences
from folio.cli.asking import asking, book_today, can_show, show, who
from folio.cli.listing import HOW, WHEN, WHICH, Book, Query, Table, listing
from folio.cli.options import flag, option
from folio.cli.progress import bar
from folio.cli.text import say
from folio.errors import UsageError

if TYPE_CHECKING:
    from folio.book.price_plan import Fetched, Job, Left
    from folio.operations.pricing.fetch_prices import Wanted
    from folio.quotes.desk import Desk


def fetch(
    names: options.Assets = None,
    asset: list[str] | None = option("--asset", "ASSET", "Only this one."),
    every: bool = flag("--all", "What is not held any more, too."),
    since: dt.date | None = options.dated(
        "--since", "From this day on, and of what was held since."
    ),
    until: dt.date | None = options.dated("--until", "To this day; the last one over."),
    supersede: options.Supersede = False,
    force: bool = flag("--force", "Take prices that look like pence for pounds."),
    no_cache: bool = flag("--no-cache", "Ask again what was asked minutes ago."),
    dry_run: bool = flag("--dry-run", "Show what would be asked; ask and record nothing."),
    output: options.Output = None,
    file: options.File = None,
) -> None:
    """Ask sources for the closes that are missing, and record them: folio price fetch --dry-run.

    Each asset has a source of its own (asset set --price-source), or that of its type (config set
    price_source.etf); price sources lists them. Findings, with exit code 3: a source that fails, a
    price that cannot be, another price for a day that has one.
    """
    from folio.book.price_plan import Span
    from folio.operations.pricing.fetch_prices import Wanted, fetch_prices
    from folio.reports.prices.price_sources import fetched, planned

    can_show(output, file)
    chosen = (*(names or ()), *(asset or ()))
    if every and chosen:
        raise UsageError("--all and the names of assets exclude one another")
    if since is not None and until is not None and until < since:
        raise UsageError(f"--until {until} is before --since {since}")
    wanted = Wanted(chosen, every, Span(since, until), supersede, force)
    if dry_run:
        with asking() as (book, query):
            table = planned(_plan(book, query, wanted), query.as_of)
            show(table, output, file, False)
        return
    with context.open_book() as db:
        today = book_today(db)
        with bar(at_once=True) as told:
            done = fetch_prices(
                db, who(), _desk(not no_cache), today=today, wanted=wanted, told=told
            )
    show(fetched(done, today), output, file, False)
    _conclude(done)


def _plan(book: Book, query: Query, wanted: "Wanted") -> "list[Job | Left]":
    from folio.book.price_plan import Moment
    from folio.operations.pricing.fetch_prices import plan_fetch

    moment = Moment(context.now(), query.as_of)
    return plan_fetch(book, moment, wanted, into_lock=context.into_lock())


def _desk(cached: bool) -> "Desk":
    from platformdirs import user_cache_path

    from folio.quotes.cache import Cache
    from folio.quotes.desk import Desk
    from folio.quotes.ecb import BASE_URL
    from folio.quotes.trying import Asker

    folder = user_cache_path("folio", appauthor=False) / "prices" if cached else None
    return Desk(
        Asker(),
        Cache(folder, context.now()),
        commands=preferences.price_commands(),
        ecb_url=preferences.value("ecb_url") or BASE_URL,
    )


def _conclude(done: "list[Fetched]") -> None:
    """Say what was done; exit code 3 where there are findings."""
    recorded, asked = sum(one.recorded for one in done), sum(one.job is not None for one in done)
    failed = [one.asset.key for one in done if one.faults]
    text = f"{asked:,} asked for: {recorded:,} recorded, {sum(one.already for one in done):,} there"
    say(f"{text}; findings: {', '.join(failed)}" if failed else text)
    if failed:
        raise typer.Exit(3)


@listing(WHEN | WHICH | HOW)
def sources(book: Book, query: Query, assets: options.Assets = None) -> Table:
    """List who is asked for the price of what is held, and the day of its last close."""
    from folio.reports.prices.price_sources import price_sources

    return price_sources(book, query, tuple(assets or ()))
