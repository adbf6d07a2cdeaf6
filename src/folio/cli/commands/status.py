"""``folio status``: what wants attention."""

from typing import TYPE_CHECKING

from folio.cli.listing import HOW, WHEN, WHICH, listing

if TYPE_CHECKING:
    from folio.cli.listing import Book, Query, Table


@listing(WHEN | WHICH | HOW, findings=lambda table: bool(table.rows))
def command(book: "Book", query: "Query") -> "Table":
    """List what wants attention, with the command that settles it; exit code 3 if anything."""
    from folio.reports.attention.status import status

    return status(book, query)
