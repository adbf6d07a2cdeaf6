"""What was gained and lost by selling: each slice of a lot, and their sum."""

import datetime as dt
from collections.abc import Iterable

from folio.book import Book
from folio.engine.grades import Judged, as_one, together
from folio.model.dates import Period
from folio.model.numbers import ZERO
from folio.model.table import Amount, Cell, Column, Table
from folio.reports.disposed import (
    CASH,
    EFFECTS,
    LONG,
    SHORT,
    UNCOVERED,
    Disposal,
    disposal,
    held_since,
    lot_of,
    sums,
)
from folio.reports.query import Query, judged_cells, title_of
from folio.reports.realised import disposals

_WHOSE = (
    Column("institution", "Institution", machine_only=True),
    Column("account", "Account", optional=3),
    Column("asset", "Asset"),
    Column("label", "Label", machine_only=True),
)
_TRUST = (
    Column("grade", "Grade", "grade", optional=6),
    Column("reasons", "Why", machine_only=True),
)
_APART = Column("listed", "", people_only=True)
COLUMNS = (
    *_WHOSE,
    Column("acquired_on", "Acquired", "day", optional=2),
    Column("disposed_on", "Disposed", "day"),
    Column("quantity", "Quantity", "quantity", optional=1),
    Column("proceeds", "Proceeds", "money"),
    Column("cost", "Cost", "money"),
    Column("gain", "Gain", "gain"),
    *EFFECTS,
    Column("days_held", "Days", "count", optional=4),
    Column("term", "Term", optional=5),
    *_TRUST,
    Column("transaction", "Transaction", "number", machine_only=True),
    Column("lot", "Lot", "number", machine_only=True),
)
_SUMS = (
    Column("disposals", "Disposals", "count", optional=4),
    Column("proceeds", "Proceeds", "money"),
    Column("cost", "Cost", "money"),
    Column("gain", "Gain", "gain"),
    Column("short_gain", "Short term", "gain", optional=1),
    Column("long_gain", "Long term", "gain", optional=1),
    Column("cash_gain", "Cash", "gain", optional=2),
    Column("uncovered_proceeds", "Uncovered", "money", optional=3),
    *EFFECTS,
    *_TRUST,
)
BY: dict[str, tuple[Column, ...]] = {  # what each row of a summary is about
    "lot": (
        *_WHOSE,
        Column("lot", "Lot", "number"),
        Column("acquired_on", "Acquired", "day", optional=5),
        Column("quantity", "Sold", "quantity", optional=5),
    ),
    "asset": (Column("asset", "Asset"), Column("quantity", "Sold", "quantity", optional=5)),
    "account": (
        Column("institution", "Institution", machine_only=True),
        Column("account", "Account"),
    ),
    "year": (Column("year", "Year", "number"),),
    "term": (Column("term", "Term"),),
}
HEADLINE = (
    Column("short_gain", "Short term", "gain"),
    Column("long_gain", "Long term", "gain"),
    Column("cash_gain", "Cash", "gain"),
    Column("uncovered_proceeds", "Uncovered", "money"),
)


def gains(
    book: Book,
    query: Query,
    period: Period,
    *,
    by: str = "disposal",
    effects: bool = False,
) -> Table:
    """Every disposal of the period per lot, or their sums ``by`` one of ``BY``.

    What was sold beyond what was recorded stands apart, with its proceeds and no gain.
    """
    found = _disposals(book, query, period, effects=effects)
    places = query.currency.precision
    judged = _judged(found)
    totals = sums(found, places, effects=effects)
    terms = {one.term for one in found}
    singly = by == "disposal"
    apart = singly and UNCOVERED in terms
    columns = (_APART, *COLUMNS) if apart else COLUMNS if singly else (*BY[by], *_SUMS)
    return Table(
        "gains",
        title_of("Realised gains", period, query),
        columns if effects else tuple(c for c in columns if c not in EFFECTS),
        _list(book, query, found, effects=effects)
        if singly
        else _summary(book, query, found, by, effects=effects),
        totals,
        as_of=query.as_of,
        known_at=query.known_at,
        currency=query.currency.symbol,
        grade=judged.grade,
        reasons=judged.reasons,
        group_by="listed" if apart else None,
        headline=_by_term(totals) if singly and len(terms) > 1 else {},
        headline_columns=HEADLINE,
        empty="nothing was disposed of in that period",
    )


def _disposals(book: Book, query: Query, period: Period, *, effects: bool) -> list[Disposal]:
    """The disposals of the period by day; money that neither gained nor lost is left out."""
    teller = query.teller(book)
    until = min(period.end, query.as_of)
    slices = disposals(book, query.holdings(book), period.start, until, currency=teller.currency)
    found = [disposal(book, teller, part, effects=effects) for part in slices]
    moved = {one.part.holding_id for one in found if one.term != CASH or one.gain != ZERO}
    return [one for one in found if one.part.holding_id in moved]


def _judged(found: list[Disposal]) -> Judged:
    """The grade of the whole, over what is listed: of cash, a row for each holding."""
    parts = [one.judged for one in found if one.term != CASH]
    parts += [as_one([one.judged for one in spent]) for spent in _cash(found).values()]
    return together(parts) if parts else Judged("full")


def _cash(found: list[Disposal]) -> dict[int, list[Disposal]]:
    """The disposals of money, by holding."""
    spent: dict[int, list[Disposal]] = {}
    for one in found:
        if one.term == CASH:
            spent.setdefault(one.part.holding_id, []).append(one)
    return spent


def _by_term(totals: dict[str, Cell]) -> dict[str, Cell]:
    keys = [column.key for column in HEADLINE]
    return {key: totals[key] for key in keys if totals[key] is not None}


# -- one by one --------------------------------------------------------------------------


def _list(
    book: Book, query: Query, found: list[Disposal], *, effects: bool
) -> list[dict[str, Cell]]:
    """A row for each disposal, then for what rates did to cash, then for what is uncovered.

    The currency gains of spending cash stand in one row per holding: cash has a slice for
    every payment, and nobody reads a thousand of them.
    """
    shown = [one for one in found if one.term not in (CASH, UNCOVERED)]
    rows = [_row(book, query, one) for one in shown]
    rows += [_cash_row(book, query, spent, effects=effects) for spent in _cash(found).values()]
    return rows + [_row(book, query, one) for one in found if one.term == UNCOVERED]


def _row(book: Book, query: Query, one: Disposal) -> dict[str, Cell]:
    part, places = one.part, query.currency.precision
    precision = book.catalog.assets[book.catalog.holdings[part.holding_id].asset_id].precision
    figures = {
        "proceeds": one.proceeds,
        "cost": one.cost,
        "gain": one.gain,
        "price_effect": one.effects[0],
        "currency_effect": one.effects[1],
    }
    return {
        "listed": "Uncovered" if one.term == UNCOVERED else "Disposals",
        **_whose(book, one),
        "acquired_on": held_since(part),
        "disposed_on": dt.date.fromisoformat(part.disposed_on),
        "quantity": Amount(part.quantity, precision),
        **{k: None if v is None else Amount(v, places) for k, v in figures.items()},
        "days_held": one.days_held,
        "term": one.term,
        **judged_cells(one.judged),
        "transaction": part.transaction_id,
        "lot": lot_of(part),
    }


def _cash_row(book: Book, query: Query, spent: list[Disposal], *, effects: bool) -> dict[str, Cell]:
    """What the rates did to cash between receiving and spending it."""
    row = _row(book, query, spent[-1])
    row |= sums(spent, query.currency.precision, effects=effects)
    row |= judged_cells(as_one([one.judged for one in spent]))
    row["quantity"] = _units(book, spent)
    return row | dict.fromkeys(("acquired_on", "days_held", "transaction", "lot"))


def _whose(book: Book, one: Disposal) -> dict[str, Cell]:
    holding = book.catalog.holdings[one.part.holding_id]
    account = book.catalog.accounts[holding.account_id]
    return {
        "institution": account.institution,
        "account": account.name,
        "asset": book.catalog.assets[holding.asset_id].key,
        "label": holding.label or None,
    }


# -- summed up ---------------------------------------------------------------------------


def _summary(
    book: Book, query: Query, found: list[Disposal], by: str, *, effects: bool
) -> list[dict[str, Cell]]:
    groups: dict[tuple[Cell, ...], list[Disposal]] = {}
    keys = [column.key for column in BY[by] if column.key != "quantity"]
    for one in found:
        known = _keys(book, one)
        groups.setdefault(tuple(known[key] for key in keys), []).append(one)
    rows = []
    for names, parts in sorted(groups.items(), key=lambda group: _sortable(group[0])):
        rows.append(
            {
                **dict(zip(keys, names, strict=True)),
                "quantity": _units(book, parts),
                "disposals": len(parts),
                **sums(parts, query.currency.precision, effects=effects),
                **judged_cells(together([one.judged for one in parts])),
            }
        )
    return rows


def _keys(book: Book, one: Disposal) -> dict[str, Cell]:
    """Everything that a summary may be by."""
    whose = _whose(book, one)
    return {
        **whose,
        "lot": lot_of(one.part),
        "acquired_on": held_since(one.part),
        "year": int(one.part.disposed_on[:4]),
        "term": one.term,
    }


_TERMS = {SHORT: "1", LONG: "2", CASH: "3", UNCOVERED: "4"}


def _sortable(names: Iterable[Cell]) -> list[str]:
    """By name and number; terms in their order."""
    texts = (f"{name:012}" if isinstance(name, int) else str(name or "") for name in names)
    return [_TERMS.get(text, text) for text in texts]


def _units(book: Book, parts: list[Disposal]) -> Amount:
    holding = book.catalog.holdings[parts[0].part.holding_id]
    places = book.catalog.assets[holding.asset_id].precision
    return Amount(sum((one.part.quantity for one in parts), ZERO), places)
