"""``folio price``: what things are worth."""

from typing import Annotated

import typer

from folio.cli import complete, context, options
from folio.cli.asking import asking, book_today, filters, show, who
from folio.cli.lazy import new_app
from folio.cli.text import say

app = new_app("Prices: add, import, list.")


@app.command("add")
def add(
    asset: Annotated[
        str, typer.Argument(metavar="ASSET", help="What is priced.", autocompletion=complete.assets)
    ],
    price: Annotated[str, typer.Argument(metavar="PRICE", help="What one unit is worth.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day; today.")] = None,
    quote: Annotated[
        str | None,
        typer.Option("--quote", metavar="CODE", help="In what; the book's currency."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why, where it is corrected.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be recorded; record nothing.")
    ] = False,
) -> None:
    """Record a price by hand: folio price add VWCE 118.20 --on 2025-03-04."""
    from folio.model.dates import parse_day
    from folio.model.numbers import parse_plain, to_text
    from folio.operations.prices import add_price

    with context.open_book() as db:
        today = book_today(db)
        day = today if on is None else parse_day(on, today)
        value = parse_plain(price, "price")
        priced, quoted, before = add_price(
            db, who(), asset, day, value, quote=quote, reason=reason, dry_run=dry_run
        )
    if before == value:
        say("already there")
        return
    verb = "would record" if dry_run else "recorded"
    was = "" if before is None else f", was {to_text(before)}"
    say(f"{verb} {priced.key} at {to_text(value)} {quoted.key} on {day}{was}")


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV; - is standard input.")],
    create: Annotated[bool, typer.Option("--create", help="Make assets that are new.")] = False,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Replace what the source said before.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be recorded; record nothing.")
    ] = False,
) -> None:
    """Record prices from CSV with the columns date, asset, quote, price."""
    from folio.cli.inputs import read_text
    from folio.operations.prices import import_prices

    text = read_text(file)
    with context.open_book(bulk=True) as db:
        counts = import_prices(
            db,
            who(),
            text,
            today=book_today(db),
            create=create,
            supersede=supersede,
            dry_run=dry_run,
        )
    verb = "would be recorded" if dry_run else "recorded"
    corrected = f" ({counts.corrected} corrections)" if counts.corrected else ""
    say(
        f"{counts.read} prices read: {counts.recorded} {verb}{corrected}, "
        f"{counts.already} already there"
    )


@app.command("list")
def list_(
    asset: Annotated[
        list[str] | None, typer.Argument(metavar="[ASSET]...", help="Only these.")
    ] = None,
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every price and correction, not only the latest.")
    ] = False,
    output: options.Output = None,
    file: options.File = None,
    exact: options.Exact = False,
) -> None:
    """List the latest price of each pair, or all there ever were."""
    from folio.reports.prices import prices

    with asking(as_of, known_at, None, filters(asset=asset)) as (book, query):
        show(prices(book, query, everything=history), output, file, exact)
