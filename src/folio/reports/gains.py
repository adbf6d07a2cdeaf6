"""What was gained and lost by selling: each slice of a lot, and their sum."""

import datetime as dt
from decimal import Decimal

from folio.book import Book
from folio.engine.valuation import Teller
from folio.model.dates import Period
from folio.model.ledger import ESTIMATED, PARTIAL, Slice
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.query import Query, title_of
from folio.reports.realised import disposals

COLUMNS = (
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", optional=2),
    Column("asset", "Asset"),
    Column("label", "Label", machine_only=True),
    Column("acquired_on", "Acquired", "day", optional=1),
    Column("disposed_on", "Disposed", "day"),
    Column("quantity", "Quantity", "quantity"),
    Column("proceeds", "Proceeds", "money"),
    Column("cost", "Cost", "money"),
    Column("gain", "Gain", "gain"),
    Column("days_held", "Days", "count", optional=3),
    Column("term", "Term", optional=4),
    Column("grade", "Grade", "grade", optional=5),
    Column("transaction", "Transaction", "number", machine_only=True),
    Column("lot", "Lot", "number", machine_only=True),
)
_GRADE = {0: "full", ESTIMATED: "estimated", PARTIAL: "partial"}


def gains(book: Book, query: Query, period: Period) -> Table:
    """Every disposal of the period, per lot.

    The currency gains of spending cash stand in one row per holding: cash has a slice for
    every payment, and nobody reads a thousand of them.
    """
    holdings = query.holdings(book)
    teller = query.teller(book)
    until = min(period.end, query.as_of)
    listed: list[dict[str, Cell]] = []
    spent: dict[int, list[Slice]] = {}
    worst = 0
    for part in disposals(book, holdings, period.start, until):
        asset = book.catalog.assets[book.catalog.holdings[part.holding_id].asset_id]
        worst = max(worst, part.grade, PARTIAL if teller.gain(part) is None else 0)
        if asset.is_currency:
            spent.setdefault(part.holding_id, []).append(part)
        else:
            listed.append(_row(book, query, teller, part))
    listed += [row for h, parts in spent.items() if (row := _cash(book, query, teller, h, parts))]
    return Table(
        "gains",
        title_of("Realised gains", period, query),
        COLUMNS,
        listed,
        _totals(listed, query.currency.precision),
        as_of=query.as_of,
        known_at=query.known_at,
        currency=query.currency.symbol,
        grade=_GRADE[worst],
        reasons=_reasons(listed),
        empty="nothing was disposed of in that period",
    )


def _row(book: Book, query: Query, teller: Teller, part: Slice) -> dict[str, Cell]:
    holding = book.catalog.holdings[part.holding_id]
    asset = book.catalog.assets[holding.asset_id]
    held = _days_held(part)
    places = query.currency.precision
    proceeds, cost, gain = teller.proceeds(part), teller.slice_cost(part), teller.gain(part)
    row = _names(book, part.holding_id)
    return row | {
        "acquired_on": None if part.place == 0 else _day(part.acquired_on),
        "disposed_on": _day(part.disposed_on),
        "quantity": Amount(part.quantity, asset.precision),
        "proceeds": None if proceeds is None else Amount(proceeds, places),
        "cost": None if cost is None else Amount(cost, places),
        "gain": None if gain is None else Amount(gain, places),
        "days_held": held,
        "term": "uncovered" if part.place == 0 else _term(book, held),
        "grade": _GRADE[PARTIAL if gain is None else part.grade],
        "transaction": part.transaction_id,
        "lot": part.opened_by if part.place else None,
    }


def _names(book: Book, holding_id: int) -> dict[str, Cell]:
    holding = book.catalog.holdings[holding_id]
    account = book.catalog.accounts[holding.account_id]
    return {
        "institution": account.institution,
        "account": account.name,
        "asset": book.catalog.assets[holding.asset_id].key,
        "label": holding.label or None,
    }


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _days_held(part: Slice) -> int | None:
    acquired, disposed = _day(part.acquired_on), _day(part.disposed_on)
    if acquired is None or disposed is None or part.place == 0:
        return None
    return (disposed - acquired).days


def _term(book: Book, days: int | None) -> str | None:
    if days is None:
        return None
    return "long" if days > int(book.catalog.settings.book("long_term_days")) else "short"


def _cash(
    book: Book, query: Query, teller: Teller, holding: int, parts: list[Slice]
) -> dict[str, Cell] | None:
    """What the rates did to cash between receiving and spending it; None where nothing."""
    places = query.currency.precision

    def add(values: list[Decimal | None]) -> Amount | None:
        known = [v for v in values if v is not None]
        return Amount(sum(known, ZERO), places) if known else None

    gain = add([teller.gain(part) for part in parts])
    if gain is not None and not gain.value:
        return None
    asset = book.catalog.assets[book.catalog.holdings[holding].asset_id]
    unknown = any(teller.gain(part) is None for part in parts)
    return _names(book, holding) | {
        "acquired_on": None,
        "disposed_on": _day(parts[-1].disposed_on),
        "quantity": Amount(sum((p.quantity for p in parts), ZERO), asset.precision),
        "proceeds": add([teller.proceeds(p) for p in parts]),
        "cost": add([teller.slice_cost(p) for p in parts]),
        "gain": gain,
        "days_held": None,
        "term": "cash",
        "grade": _GRADE[PARTIAL if unknown else max(p.grade for p in parts)],
        "transaction": None,
        "lot": None,
    }


def _totals(rows: list[dict[str, Cell]], places: int) -> dict[str, Cell]:
    totals: dict[str, Cell] = {}
    for key in ("proceeds", "cost", "gain"):
        amounts = [cell.value for row in rows if isinstance(cell := row[key], Amount)]
        totals[key] = Amount(sum(amounts, ZERO), places) if amounts else None
    return totals


def _reasons(rows: list[dict[str, Cell]]) -> tuple[str, ...]:
    uncovered = sum(row["term"] == "uncovered" for row in rows)
    unknown = sum(row["gain"] is None for row in rows) - uncovered
    found = []
    if uncovered:
        found.append(f"{uncovered} of {len(rows)} uncovered: sold more than was recorded")
    estimated = sum(row["grade"] == "estimated" for row in rows)
    if estimated:
        found.append(f"{estimated} of {len(rows)} rest on a day's market value")
    if unknown > 0:
        found.append(f"{unknown} of {len(rows)} without a known cost or rate")
    return tuple(found)
