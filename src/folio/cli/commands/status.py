"""``folio status``: what wants attention."""

from folio.cli.listing import HOW, WHEN, WHICH, Book, Query, Table, listing


@listing(WHEN | WHICH | HOW, findings=lambda table: bool(table.rows))
def command(book: Book, query: Query) -> Table:
    """List what wants attention, with the command that settles it; exit code 3 if anything."""
    from folio.reports.attention.status import status

    return status(book, query)
