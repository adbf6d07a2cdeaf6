"""``folio register``: list transactions."""

from typing import TYPE_CHECKING, Annotated

import typer

from folio.cli.listing import DIGITS, HOW, WHEN, WHICH, listing
from folio.cli.options import option

if TYPE_CHECKING:
    from folio.cli.listing import Book, Query, Table


@listing(WHEN | WHICH | HOW | DIGITS)
def command(
    book: "Book",
    query: "Query",
    period: Annotated[
        str | None, option("--period", "PERIOD", "Such as 2025, 2025-Q1, ytd.")
    ] = None,
    kind: Annotated[str | None, option("--kind", "KIND", "Only this kind.")] = None,
    note: Annotated[str | None, option("--note", "TEXT", "Whose note contains this.")] = None,
    last: Annotated[
        int | None, typer.Option("--last", metavar="N", min=1, help="Only the newest so many.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Reversed transactions and their reversals too.")
    ] = False,
) -> "Table":
    """List transactions by day, later ones than today too unless a day is named.

    folio register --account wise --period 2025-06 --kind withdraw
    """
    from folio.errors import one_of
    from folio.model.dates import EVER, parse_period
    from folio.model.transactions import KINDS
    from folio.reports.recorded.register import register

    if kind is not None:
        one_of(kind, KINDS, "kind of transaction")

    span = EVER if period is None else parse_period(period, query.as_of)
    return register(book, query, span, everything=everything, last=last, kind=kind, text=note)
