"""``folio register``: list transactions."""

from typing import Annotated

import typer

from folio.cli import options
from folio.cli.asking import asking, filters, show


def command(
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Such as 2025, 2025-Q1, ytd.")
    ] = "all",
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Only this kind.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Whose note contains this.")
    ] = None,
    last: Annotated[
        int | None, typer.Option("--last", metavar="N", min=1, help="Only the newest so many.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Reversed transactions and their reversals too.")
    ] = False,
    as_of: options.AsOf = None,
    known_at: options.KnownAt = None,
    group: options.GroupFilter = None,
    account: options.AccountFilter = None,
    institution: options.InstitutionFilter = None,
    asset: options.AssetFilter = None,
    type: options.TypeFilter = None,
    output: options.Output = None,
    file: options.File = None,
    exact: options.Exact = False,
) -> None:
    """List transactions by day."""
    from folio.model.dates import Period, parse_period
    from folio.reports.register import register

    chosen = filters(group, account, institution, asset, type)
    with asking(as_of, known_at, None, chosen) as (book, query):
        span = parse_period(period, query.as_of)
        if as_of is not None:
            span = Period(span.start, min(span.end, as_of))
        elif period == "all":
            import datetime as dt

            span = Period(span.start, dt.date.max)
        table = register(book, query, span, everything=everything, last=last, kind=kind, text=note)
        show(table, output, file, exact)
