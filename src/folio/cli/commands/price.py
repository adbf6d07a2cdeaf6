"""``folio price``: what things are worth."""

from typing import TYPE_CHECKING, Annotated

import typer

from folio.cli import complete, context
from folio.cli.asking import book_today, who
from folio.cli.lazy import new_app
from folio.cli.listing import DIGITS, HOW, WHEN, listing
from folio.cli.text import say

if TYPE_CHECKING:
    from folio.book import Book
    from folio.model.table import Table
    from folio.reports.query import Query

app = new_app("Prices: add, import, list.")


@app.command("add", context_settings={"ignore_unknown_options": True})  # -3 is a word
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
    what = "price" if counts.read == 1 else "prices"
    say(
        f"{counts.read} {what} read: {counts.recorded} {verb}{corrected}, "
        f"{counts.already} already there"
    )


@app.command("list")
@listing(WHEN | HOW | DIGITS)
def list_(
    book: "Book",
    query: "Query",
    assets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ASSET]...", help="Only these.", autocompletion=complete.assets),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every price and correction, not only the latest.")
    ] = False,
) -> "Table":
    """List the latest price of each pair, or all there ever were."""
    from folio.reports.prices import prices

    return prices(book, query, tuple(assets or ()), everything=history)
