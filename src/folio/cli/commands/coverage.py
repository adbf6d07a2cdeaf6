"""``folio coverage``: what is known of each holding, and how well."""

from typing import TYPE_CHECKING

from folio.cli.listing import FIGURES, listing

if TYPE_CHECKING:
    from folio.cli.listing import Book, Query, Table


@listing(FIGURES)
def command(book: "Book", query: "Query") -> "Table":
    """What is known of each holding, from when to when, by whom, and how well.

    Where a figure comes from: folio explain unexplained VWCE.
    """
    from folio.reports.held.coverage import coverage

    return coverage(book, query)
