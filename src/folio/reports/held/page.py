"""The page of ``folio report``: the headline, the holdings and the vaults."""

import datetime as dt

from folio.book import Book
from folio.db.derived.rollup import rollup_until
from folio.model.dates import year_before
from folio.model.table import Cell, Column, Table, minor_amount
from folio.reports.held.holdings import holdings
from folio.reports.over_time.history import change_since_measured, changes
from folio.reports.query import Query

HEADLINE = (
    Column("gain_percent", "Gain %", "change"),
    Column("day_change", "Day", "gain"),
    Column("year_change", "Year", "gain"),
    Column("measured_change", "Since", "gain"),
)

_CHANGES = ("day_change", "year_change", "measured_change")
_UNMEASURED = (
    "changes by day and year cannot be told: what had no price until now, or has none since, would "
    "look like a gain or a loss; see: folio coverage",
)


def page(book: Book, query: Query, *, accrued: bool = False) -> Table:
    """Holdings under a headline of value, gain and change, with the vaults below.

    ``accrued`` adds interest that is not paid yet to values and gains, but not to changes.
    """
    table = holdings(book, query, accrued=accrued)
    why = _unchanged(book, query) if table.rows else ()
    headline, columns = _headline(book, query, table, changes_too=not why)
    if not why and table.rows and not any(headline[key] for key in _CHANGES if key in headline):
        why = _UNMEASURED
    children = _goals(book, query)
    table = table._replace(
        headline=headline, headline_columns=columns, footnotes=why, children=children
    )
    if not query.drawn and not query.whole:
        return table
    from folio.reports.held.overview import drawn, overview  # what few ask for

    return overview(book, query, table) if query.whole else drawn(book, query, table)


def _goals(book: Book, query: Query) -> tuple[Table, ...]:
    """The vaults, where there are any and the page is about everything."""
    if query.filters or not book.catalog.has_vaults:
        return ()
    from folio.reports.vaults.vaults import vaults  # few books have them

    goals = vaults(book, query, projecting=False)
    return (goals,) if goals.rows else ()


def _unchanged(book: Book, query: Query) -> tuple[str, ...]:
    """Why the headline has no change by day and year; empty where it has."""
    if query.currency.id != book.base.id:
        return (f"changes by day and year are told in {book.base.symbol} alone",)
    # A past state of knowledge is told alike, whether or not days have been rolled up since.
    if query.known_at is None and rollup_until(book.db) is None:
        return ("changes by day and year come with: folio rollup",)
    return ()


def _headline(
    book: Book, query: Query, table: Table, *, changes_too: bool
) -> tuple[dict[str, Cell], tuple[Column, ...]]:
    totals = table.totals
    headline: dict[str, Cell] = {
        "value": totals["value"],
        "unrealised_gain": totals["unrealised_gain"],
        "gain_percent": totals["gain_percent"],
    }
    if not changes_too:
        return headline, HEADLINE
    # What days brought, deposits and withdrawals apart.
    places, (*columns, since) = query.currency.precision, HEADLINE
    before, year = query.as_of - dt.timedelta(days=1), year_before(query.as_of)
    brought = changes(book, query, (before, year))
    headline["day_change"], headline["year_change"] = (
        minor_amount(units, places) for units in brought
    )
    measured = change_since_measured(book, query, year) if brought[1] is None else None
    if measured is not None:
        headline["measured_change"] = minor_amount(measured[1], places)
        since = since._replace(title=f"Since {measured[0]}")
    return headline, (*columns, since)
