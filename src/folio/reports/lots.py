"""Which lots are open, and what did each cost?"""

from folio.book import Book
from folio.engine.valuation import unrealised
from folio.model.dates import parse_day
from folio.model.ledger import ESTIMATED, FULL
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
    rows = [row for line in page for row in _rows(book, query, line)]
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


def _rows(book: Book, query: Query, line: Line) -> list[dict[str, Cell]]:
    teller = query.teller(book)
    places = query.currency.precision
    asset = book.catalog.assets[line.holding.asset_id]
    rate = line.worth.rate
    rows = []
    for lot in line.held.lots:
        cost = teller.lot_cost(lot)
        gain = unrealised(lot.quantity, cost, rate, teller.places)
        unit = None if lot.cost is None else divide(lot.cost, lot.quantity)
        value = None if cost is None or gain is None else cost + gain
        rows.append(
            {
                "heading": account_title(book, line.holding),
                **names(book, line.holding),
                "lot": lot.opened_by,
                "acquired_on": parse_day(lot.acquired_on, query.as_of),
                "days_held": (query.as_of - parse_day(lot.acquired_on, query.as_of)).days,
                "quantity": Amount(lot.quantity, asset.precision),
                "unit_cost": None if unit is None else Amount(unit, 6),
                "unit_currency": book.catalog.assets[lot.currency].symbol if lot.currency else None,
                "cost_basis": None if cost is None else Amount(cost, places),
                "value": None if value is None else Amount(value, places),
                "unrealised_gain": None if gain is None else Amount(gain, places),
                "grade": {FULL: "full", ESTIMATED: "estimated"}.get(lot.grade, "partial"),
            }
        )
    return rows
