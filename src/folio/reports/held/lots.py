"""Which lots are open, and what did each cost?"""

import datetime as dt
from decimal import Decimal

from folio.book import Book
from folio.engine.grades import Counts, grade, reasons
from folio.engine.lots import dated
from folio.engine.valuation import Teller, counted, unrealised
from folio.model.ledger import ESTIMATED, PARTIAL, Lot
from folio.model.numbers import ZERO, divide, round_money
from folio.model.table import Amount, Cell, Column, Table, optional_amount
from folio.reports.held.holdings import Line, lines
from folio.reports.query import ACCOUNT_ABOVE, Query, account_title, grade_cells, names
from folio.reports.sold.disposed import EFFECTS, term_of

COLUMNS = (
    *ACCOUNT_ABOVE,
    Column("asset", "Asset"),
    Column("label", "Label", optional=1),
    Column("flag", "", "flag", optional=4),
    Column("lot", "Lot", "number"),
    Column("acquired_on", "Acquired", "day"),
    Column("days_held", "Days", "count", optional=3),
    Column("term", "Term", optional=6),
    Column("quantity", "Quantity", "quantity"),
    Column("unit_cost", "Unit cost", "price", optional=2),
    Column("unit_currency", "", optional=2),
    Column("cost", "Own cost", "price", machine_only=True),
    Column("cost_currency", "", machine_only=True),
    Column("cost_basis", "Cost", "money"),
    Column("value", "Value", "money", optional=1),
    Column("unrealised_gain", "Gain", "gain"),
    *EFFECTS,
    Column("grade", "Grade", "grade", optional=5),
    Column("reasons", "Why", machine_only=True),
)


def lots(book: Book, query: Query, *, effects: bool = False) -> Table:
    """Open lots by holding, in the order of acquisition; a lot is named by its transaction."""
    rows: list[dict[str, Cell]] = []
    counted_rows: list[dict[str, Cell]] = []  # those in the totals
    counts = Counts()
    for line in lines(book, query, with_lots=True):
        for row, of_row in rows_of(book, query, line):
            rows.append(row)
            if line.holding.included:
                counted_rows.append(row)
                counts += of_row
    places = query.currency.precision
    totals: dict[str, Cell] = {}
    figures = ("cost_basis", "value", "unrealised_gain")
    for key in (*figures, *(column.key for column in EFFECTS if effects)):
        amounts = [cell.value for row in counted_rows if isinstance(cell := row[key], Amount)]
        totals[key] = Amount(sum(amounts, ZERO), places) if amounts else None
    return Table(
        "lots",
        "Open lots",
        COLUMNS if effects else tuple(c for c in COLUMNS if c not in EFFECTS),
        rows,
        totals,
        **query.told(grade(counts), reasons(counts) if rows else ["no lot is open"], money=True),
        group_by="heading",
        empty="no open lots on that day",
    )


Row = tuple[dict[str, Cell], Counts]


def rows_of(book: Book, query: Query, line: Line) -> list[Row]:
    """The holding's lots; money in the report's own currency is one row, as in the valuation."""
    own = [lot for lot in line.held.lots if _is_own_money(lot, query)]
    rows = [_row(book, query, line, lot) for lot in line.held.lots if not _is_own_money(lot, query)]
    if own:
        units = sum((lot.quantity for lot in own), ZERO)
        row, counts = _row(book, query, line, own[0]._replace(quantity=units, cost=units))
        none = dict.fromkeys(("lot", "acquired_on", "days_held", "term"))
        rows.append((row | none, counts))
    is_money = book.catalog.assets[line.holding.asset_id].is_currency
    effect = "currency_effect" if is_money else "price_effect"
    gaining = [row for row, _ in rows if row["unrealised_gain"] is not None]
    others = [row for row, _ in rows if row["unrealised_gain"] is None]
    worth, known = line.worth, ZERO
    if worth.cost is not None and worth.unrealised is not None:
        known = worth.cost + worth.unrealised
        _add_up(gaining, known, effect)
    if worth.value is not None and not line.held.unexplained:  # what was observed is no lot
        _add_up(others, worth.value - known, effect)
    return rows


def _term(book: Book, query: Query, line: Line, lot: Lot) -> dict[str, Cell]:
    """Since when a lot's units are held; after a sale at average cost, as FIFO would have it."""
    since = [lot.acquired_on]
    if line.held.days and lot.quantity > ZERO:
        owned = [one for one in line.held.lots if one.quantity > ZERO]
        laid = dated(owned, line.held.days)
        since = [p.held_since or p.acquired_on for p in laid if p.place == lot.place]
    first = dt.date.fromisoformat(min(since))
    days = [(query.as_of - dt.date.fromisoformat(day)).days for day in since]
    terms = {term_of(book, number) for number in days}
    term = terms.pop() if len(terms) == 1 else "mixed"
    currency = book.catalog.assets[line.holding.asset_id].is_currency
    held = None if currency else term
    return {"acquired_on": first, "days_held": max(days), "term": held}


def _price_effect(
    teller: Teller, query: Query, lot: Lot, gain: Decimal, is_money: bool
) -> Decimal | None:
    """What the price did to an open lot's gain, as of a slice that is disposed of now."""
    if is_money:
        return ZERO
    cost = teller.lot_cost(lot)
    now = teller.convert(lot.cost or ZERO, lot.currency or 0, query.as_of)
    return None if cost is None or now is None else gain + cost - now


def _add_up(rows: list[dict[str, Cell]], whole: Decimal, effect: str) -> None:
    """Give the cent that rounding each lot's value leaves over of the whole to the last one's."""
    over = whole - sum((v.value for row in rows if isinstance(v := row["value"], Amount)), ZERO)
    for key in ("value", "unrealised_gain", effect):
        if rows and isinstance(cell := rows[-1][key], Amount):
            rows[-1][key] = Amount(cell.value + over, cell.places)


def _is_own_money(lot: Lot, query: Query) -> bool:
    return lot.currency == query.currency.id and lot.cost == lot.quantity


def _row(book: Book, query: Query, line: Line, lot: Lot) -> Row:
    teller = query.teller(book)
    places = query.currency.precision
    asset = book.catalog.assets[line.holding.asset_id]
    rate, cost = line.worth.rate, teller.lot_cost(lot)
    gain = unrealised(lot.quantity, cost, rate, teller.places)
    if cost is not None and gain is not None:
        value: Decimal | None = cost + gain
    else:
        value = None if rate is None else round_money(lot.quantity * rate.rate, teller.places)
    baseless = cost is None or lot.grade == PARTIAL
    counts = counted(
        lot.quantity, rate, value, baseless, lot.grade == ESTIMATED, False, query.as_of
    )
    unit = None if lot.cost is None else divide(lot.cost, lot.quantity)
    price = None if gain is None else _price_effect(teller, query, lot, gain, asset.is_currency)
    figures = {
        "cost_basis": cost,
        "value": value,
        "unrealised_gain": gain,
        "price_effect": price,
        "currency_effect": None if price is None or gain is None else gain - price,
    }
    row: dict[str, Cell] = {
        "heading": account_title(book, line.holding),
        **names(book, line.holding),
        "flag": None if line.holding.included else "inactive",
        "lot": lot.opened_by if lot.opened_by > 0 else None,  # an answer's has no transaction
        **_term(book, query, line, lot),
        "quantity": Amount(lot.quantity, asset.precision),
        "unit_cost": optional_amount(unit, 6),
        "unit_currency": book.catalog.assets[lot.currency].symbol if lot.currency else None,
        "cost": optional_amount(lot.cost),
        "cost_currency": book.catalog.assets[lot.currency].symbol if lot.currency else None,
        **{k: optional_amount(v, places) for k, v in figures.items()},
    }
    return row | grade_cells(counts), counts
