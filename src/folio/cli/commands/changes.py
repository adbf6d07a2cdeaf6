"""``folio changes``: what changed since, and because of what."""

import datetime as dt
from typing import Annotated

import typer

from folio.cli import options
from folio.cli.listing import FIGURES, Book, Query, Table, listing


@listing(FIGURES)
def command(
    book: Book,
    query: Query,
    since: Annotated[
        dt.datetime,
        typer.Option(
            "--since",
            parser=options.moment,
            metavar="INSTANT",
            help="From what was known then: a day (its end), or 2025-06-30T18:00.",
        ),
    ],
) -> Table:
    """From the value then to the value now: new knowledge, flows, market and currency apart.

    folio changes --since 2025-06-01

    With --as-of DAY instead: how the figures of that day changed since, because of which later
    rows, and what each did to value, cost and realised gain.

    Where a figure comes from: folio explain market VWCE --since DAY, and of a day's own
    folio explain value --since DAY --as-of DAY, --commit N for a row's.
    """
    from folio.cli.asking import since_when
    from folio.reports.over_time.changes import changes
    from folio.reports.over_time.revisions import revisions

    start = since_when(book, since, or_nothing=True)
    named = query.last_day != dt.date.max
    return (revisions if named else changes)(book, query, start)
