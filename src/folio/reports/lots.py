"""Which lots are open, and what did each cost?"""

import datetime as dt

from folio.book import Book
from folio.engine.valuation import unrealised
from folio.model.ledger import ESTIMATED, FULL, Lot
from folio.model.numbers import ZERO, divide
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.holdings import Line, lines
from folio.reports.query import Query, account_title, names

COLUMNS = (
    Column("heading", "Account", people_only=True),
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", machine_only=True),
    Column("asset", "Asset"),
    Column("label", "Label", optional=4),
    Column("lot", "Lot", "number"),
    Column("acquired_on", "Acquired", "day"),
    Column("days_held", "Days", "count", optional=3),
    Column("quantity", "Quantity", "quantity"),
    Column("unit_cost", "Unit cost", "price", optional=2),
    Column("unit_currency", "", optional=2),
    Column("cost_basis", "Cost", "money"),
    Column("value", "Value", "money", optional=1),
    Column("unrealised_gain", "Gain", "gain"),
    Column("grade", "Grade", "grade", optional=5),
)


def lots(book: Book, query: Query) -> Table:
    """Open lots by holding, in the order of acquisition; a lot is named by its transaction."""
    page = lines(book, query)
    rows = [row for line in page for row in rows_of(book, query, line)]
    places = query.currency.precision
    totals: dict[str, Cell] = {}
    for key in ("cost_basis", "value", "unrealised_gain"):
        amounts = [cell.value for row in rows if isinstance(cell := row[key], Amount)]
        totals[key] = Amount(sum(amounts, ZERO), places) if amounts else None
    return Table(
        "lots",
        "Open lots",
        COLUMNS,
        rows,
        totals,
        as_of=query.as_of,
        known_at=query.known_at,
        currency=query.currency.symbol,
        group_by="heading",
        empty="no open lots on that day",
    )


def rows_of(book: Book, query: Query, line: Line) -> list[dict[str, Cell]]:
    """The holding's lots; money in the report's own currency is one row, as in the valuation."""
    own = [lot for lot in line.held.lots if _is_own_money(lot, query)]
    rows = [_row(book, query, line, lot) for lot in line.held.lots if not _is_own_money(lot, query)]
    if own:
        units = sum((lot.quantity for lot in own), ZERO)
        row = _row(book, query, line, own[0]._replace(quantity=units, cost=units))
        rows.append(row | {"lot": None, "acquired_on": None, "days_held": None})
    return _adding_up(rows, line)


def _adding_up(rows: list[dict[str, Cell]], line: Line) -> list[dict[str, Cell]]:
    """The rows with the cent that rounding each lot leaves over in the last one's value."""
    values = [cell for row in rows if isinstance(cell := row["value"], Amount)]
    worth = line.worth
    if not rows or len(values) < len(rows) or worth.cost is None or worth.unrealised is None:
        return rows
    over = worth.cost + worth.unrealised - sum((v.value for v in values), ZERO)
    last = rows[-1]
    for key in ("value", "unrealised_gain"):
        if isinstance(cell := last[key], Amount):
            last[key] = Amount(cell.value + over, cell.places)
    return rows


def _is_own_money(lot: Lot, query: Query) -> bool:
    return lot.currency == query.currency.id and lot.cost == lot.quantity


def _row(book: Book, query: Query, line: Line, lot: Lot) -> dict[str, Cell]:
    teller = query.teller(book)
    places = query.currency.precision
    asset = book.catalog.assets[line.holding.asset_id]
    acquired = dt.date.fromisoformat(lot.acquired_on)
    cost = teller.lot_cost(lot)
    gain = unrealised(lot.quantity, cost, line.worth.rate, teller.places)
    unit = None if lot.cost is None else divide(lot.cost, lot.quantity)
    value = None if cost is None or gain is None else cost + gain
    return {
        "heading": account_title(book, line.holding),
        **names(book, line.holding),
        "lot": lot.opened_by,
        "acquired_on": acquired,
        "days_held": (query.as_of - acquired).days,
        "quantity": Amount(lot.quantity, asset.precision),
        "unit_cost": None if unit is None else Amount(unit, 6),
        "unit_currency": book.catalog.assets[lot.currency].symbol if lot.currency else None,
        "cost_basis": None if cost is None else Amount(cost, places),
        "value": None if value is None else Amount(value, places),
        "unrealised_gain": None if gain is None else Amount(gain, places),
        "grade": {FULL: "full", ESTIMATED: "estimated"}.get(lot.grade, "partial"),
    }
