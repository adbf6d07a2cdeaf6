"""The page to look around in: the report, and what other reports say beside it.

Nothing is worked out here: each part is the table of the report whose name it has.
"""

from folio.book import Book
from folio.model.dates import EARLIEST, Period
from folio.model.table import Table
from folio.reports.held.allocation import allocation
from folio.reports.over_time.history import first_day, history
from folio.reports.paid.income import by_month
from folio.reports.query import Query

ALLOCATIONS = ("type", "currency", "institution", "group")


def drawn(book: Book, query: Query, table: Table) -> Table:
    """The report with its charts: value by day, and what it is spread over."""
    over_time, spread = _history(book, query, "year"), allocation(book, query)
    charts = [chart._replace(replaces=False) for chart in (*over_time.charts, *spread.charts)]
    goals = tuple(child._replace(charts=()) for child in table.children)  # they have bars
    return table._replace(charts=tuple(charts), children=goals)


def overview(book: Book, query: Query, table: Table) -> Table:
    """The report under its value by day, then vaults, findings, allocations and income."""
    asked = query._replace(drawn=True, whole=False)
    over_time = _history(book, asked, "month")
    charts = tuple(chart._replace(replaces=False) for chart in over_time.charts)
    parts = (
        *table.children,
        _findings(book, query),
        *(allocation(book, asked, by) for by in ALLOCATIONS if _has(book, by)),
        by_month(book, asked, Period(EARLIEST, query.as_of)),
        over_time._replace(charts=()),
    )
    kept = tuple(part for part in parts if part.rows or part.report == "status")
    return table._replace(charts=charts, children=kept)


def _has(book: Book, by: str) -> bool:
    return by != "group" or bool(book.catalog.groups)


def _history(book: Book, query: Query, step: str) -> Table:
    begun = first_day(book) or query.as_of
    period = Period(min(begun, query.as_of), query.as_of)
    return history(book, query._replace(drawn=True), period, step)


def _findings(book: Book, query: Query) -> Table:
    from folio.reports.attention.status import status  # it asks much of the book

    return status(book, query)
