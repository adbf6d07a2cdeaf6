"""The page of ``folio report``: the headline, the holdings and the vaults."""

import datetime as dt
from decimal import Decimal

from folio.book import Book
from folio.db.rollup import rollup_until
from folio.model.dates import year_before
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.history import changes
from folio.reports.holdings import holdings
from folio.reports.query import Query

HEADLINE = (
    Column("gain_percent", "Gain %", "change"),
    Column("day_change", "Day", "gain"),
    Column("year_change", "Year", "gain"),
)


def page(book: Book, query: Query, *, accrued: bool = False) -> Table:
    """Holdings under a headline of value, gain and change, with the vaults below.

    ``accrued`` adds interest that is not paid yet to values and gains, but not to changes.
    """
    table = holdings(book, query, accrued=accrued)
    headline, children = _headline(book, query, table), _goals(book, query)
    table = table._replace(headline=headline, headline_columns=HEADLINE, children=children)
    if not query.drawn and not query.whole:
        return table
    from folio.reports.overview import drawn, overview  # what few ask for

    return overview(book, query, table) if query.whole else drawn(book, query, table)


def _goals(book: Book, query: Query) -> tuple[Table, ...]:
    """The vaults, where there are any and the page is about everything."""
    if query.filters or not book.catalog.has_vaults:
        return ()
    from folio.reports.vaults import vaults  # few books have them

    goals = vaults(book, query, projecting=False)
    return (goals,) if goals.rows else ()


def _headline(book: Book, query: Query, table: Table) -> dict[str, Cell]:
    totals = table.totals
    headline: dict[str, Cell] = {
        "value": totals["value"],
        "unrealised_gain": totals["unrealised_gain"],
        "gain_percent": totals["gain_percent"],
    }
    reached = rollup_until(book.db)
    if reached is None or query.currency.id != book.base.id:
        return headline
    return headline | _changes(book, query)


def _changes(book: Book, query: Query) -> dict[str, Cell]:
    """What the day and the year brought, deposits and withdrawals apart."""
    places, ends = (
        query.currency.precision,
        (query.as_of - dt.timedelta(days=1), year_before(query.as_of)),
    )
    cells = [
        None if units is None else Amount(Decimal(units).scaleb(-places), places)
        for units in changes(book, query, ends)
    ]
    return dict(zip(("day_change", "year_change"), cells, strict=True))
