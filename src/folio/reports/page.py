"""The page of ``folio report``: the headline, the holdings and the vaults."""

import datetime as dt
from decimal import Decimal

from folio.book import Book
from folio.db.rollup import rollup_until
from folio.db.values import day_number
from folio.model.dates import Period, year_before
from folio.model.rollups import DayRow
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.history import daily, is_measured
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
    year_ago = year_before(query.as_of)
    rows = daily(book, query, Period(year_ago, query.as_of))
    places = query.currency.precision
    return {
        "day_change": _change(rows[-2:], query.as_of, query.as_of - dt.timedelta(days=1), places),
        "year_change": _change(rows, query.as_of, year_ago, places),
    }


def _change(rows: list[DayRow], end: dt.date, start: dt.date, places: int) -> Amount | None:
    """Value at the end less value at the start less what flowed in between."""
    if not rows or rows[-1].day != day_number(end) or not is_measured(rows):
        return None
    first, last = rows[0], rows[-1]
    later = rows[1:] if first.day == day_number(start) else rows
    before = first.value if first.day == day_number(start) else 0
    flows = [row.flow for row in later]
    if before is None or last.value is None or any(flow is None for flow in flows):
        return None
    moved = sum(flow for flow in flows if flow is not None)
    return Amount(Decimal(last.value - before - moved).scaleb(-places), places)
