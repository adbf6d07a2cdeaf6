"""Gains in a foreign currency, beside a calculator of its own: see ``calculator.py``.

Bought in EUR, sold in USD, told in GBP, with fees in a third asset, transfers that lose units,
splits, rows entered out of order, and rows entered and undone; in wide books by every lot method,
with money that is kept and owed, swaps and rewards.
"""

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from calculator import BASE, NONE, Calculator, Happened, Sold, cents
from folio.book import Book
from folio.book.selection import Filters
from folio.model.dates import EVER, Period
from folio.model.table import Amount, Cell
from folio.reports.held.holdings import holdings
from folio.reports.held.lots import lots
from folio.reports.over_time.history import daily
from folio.reports.query import Query
from folio.reports.sold.gains import gains
from inventor import END, Inventor, enter

_MONEY = ("GBP", "EUR", "USD")


def number(cell: Cell) -> Any:
    """At average cost units are ratios, of which folio has 50 digits."""
    return Fraction(round(cell.value, 12)) if isinstance(cell, Amount) else cell


def near(units: Fraction) -> Fraction:
    return Fraction(round(units * 10**12), 10**12)


def listed(calculator: Calculator) -> list[tuple[Any, ...]]:
    """As the report does: money in one row for each holding, where its rate gained anything."""
    rows = [
        tuple(one._replace(units=near(one.units)))
        for one in calculator.sold
        if one.asset not in _MONEY
    ]
    spent: dict[tuple[str, str], list[Sold]] = {}
    for one in calculator.sold:
        if one.asset in _MONEY:
            spent.setdefault((one.account, one.asset), []).append(one)
    for (account, asset), some in spent.items():
        if any(one.proceeds != one.cost for one in some):
            sums = [sum((one[n] for one in some), NONE) for n in (4, 5, 6)]
            rows.append((account, asset, None, some[-1].on, *sums))
    return sorted(rows, key=repr)


@pytest.mark.parametrize(
    ("seed", "kind"),
    [(seed, "") for seed in (0, 6, 9, 12, 29, 114)]
    + [(seed, "wide") for seed in (5, 48)]
    + [(seed, "odd") for seed in (8,)],
)
def test_two_calculators_agree(tmp_path: Path, seed: int, kind: str) -> None:
    invented = Inventor(seed, wide=kind == "wide", odd=kind == "odd")
    keeper = Bookkeeper(tmp_path / "book.db", BASE)
    calculator = Calculator(invented.quotes, invented.methods, invented.cash)
    entered = enter(keeper, invented)
    calculator.trades(entered)
    book = keeper.book()
    for day in sorted({one.on for one in invented.rng.sample(invented.book, 4)} | {END}):
        _check(book, calculator, entered, day)
    for rows in (len(entered) // 3, len(entered) * 2 // 3) if invented.odd else ():
        known = Calculator(invented.quotes, invented.methods)
        known.trades(entered[:rows])
        then = keeper.book(known_at=invented.commits[rows - 1])
        _check(then, known, entered[:rows], END)
    keeper.close()


def _check(book: Book, calculator: Calculator, entered: list[Happened], day: dt.date) -> None:
    """What a day's reports say is what the calculator has."""
    calculator.walk(entered, day)
    query = Query(day, book.base, Filters())
    keys = ("account", "asset", "acquired_on", "disposed_on", "quantity", "proceeds", "cost")
    told = [tuple(number(row[key]) for key in keys) for row in gains(book, query, EVER).rows]
    assert sorted(told, key=repr) == listed(calculator)
    held, worth, costs = {}, {}, NONE
    for where, some in calculator.held.items():
        if some:
            units = sum((lot.units for lot in some), NONE)
            known = [cost for lot in some if (cost := calculator.cost(lot)) is not None]
            costs += sum(known, NONE)
            worth[where] = cents(units * calculator.rate(where[1], BASE, day))
            held[where] = [near(units), sum(known, NONE) if known else None, worth[where]]
    shown = {
        (row["account"], row["asset"]): [
            number(row[key]) for key in ("quantity", "cost_basis", "value")
        ]
        for row in holdings(book, query).rows
        if row["quantity"] is not None and number(row["quantity"])
    }
    assert shown == held
    by_lot = {where: [NONE, NONE] for where in held}
    for row in lots(book, query).rows:
        sums = by_lot[row["account"], row["asset"]]
        by_lot[row["account"], row["asset"]] = [
            n + (number(row[key]) or NONE)
            for n, key in zip(sums, ("cost_basis", "value"), strict=True)
        ]
    assert by_lot == {where: [cost or NONE, value] for where, (_, cost, value) in held.items()}
    (last,) = daily(book, query, Period(day, day))
    gained = (one.proceeds - one.cost for one in calculator.sold if one.cost is not None)
    pence = [sum(worth.values(), NONE), costs, sum(gained, NONE)]
    assert [last.value, last.cost_basis, last.realised] == [n * 100 for n in pence]
