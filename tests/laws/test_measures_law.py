"""Returns and changes beside a calculator of their own: see ``measures.py``.

The books are those of ``test_calculator_law.py``, looked at as a whole and by account, asset and
holding; and what rows say adds up to what the whole does.
"""

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from calculator import BASE, NONE, Calculator, cents
from folio.book.selection import Filters
from folio.model.dates import Period
from folio.model.table import Amount
from folio.operations.arranging.arrange import add_vault, fill_vault, get_holding
from folio.operations.recording import Recording
from folio.reports.earned.returns import returns
from folio.reports.over_time.changes import changes
from folio.reports.query import Query, Since
from folio.reports.vaults.vault_history import vault_history
from folio.reports.vaults.vaults import vaults
from inventor import END, FIRST, Inventor, enter
from measures import (
    MONEY,
    Measures,
    Scope,
    Where,
    dietz,
    drawdown,
    net_present_value,
    reached,
    time_weighted,
    volatility,
)

_NEAR = 1e-9


def figure(row: dict[str, Any], key: str) -> Fraction | None:
    cell = row[key]
    return Fraction(cell.value) if isinstance(cell, Amount) else None


def decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def scope_of(by: str, name: str) -> Scope:
    """A row's holdings by its name; that of a holding is its account's and its asset's."""
    words = set(name.split())
    return {
        "none": lambda where: True,
        "account": lambda where: where[0] == name,
        "asset": lambda where: where[1] == name,
        "holding": lambda where: words.issuperset(where),
    }[by]


@pytest.mark.parametrize(("seed", "wide"), [(6, False), (7, True), (48, True)])
def test_two_calculators_agree_on_returns(tmp_path: Path, seed: int, wide: bool) -> None:
    invented = Inventor(seed, wide=wide)
    keeper = Bookkeeper(tmp_path / "book.db", BASE)
    calculator = Calculator(invented.quotes, invented.methods, invented.cash)
    entered = enter(keeper, invented)
    calculator.trades(entered)
    measures = Measures(calculator, entered, FIRST, END)
    book = keeper.book()
    query = Query(END, book.base, Filters(), exact=True)
    beside = book.catalog.assets[keeper.asset_id("ACME")]
    for by in ("none", "account", "asset", "holding"):
        table = returns(book, query, Period(FIRST, END), by, beside)
        for row in table.rows:
            days_of = str(row["period" if by == "none" else by])
            days = measures.evenings(scope_of(by, days_of))
            assert figure(row, "end_value") == days[-1].value
            assert figure(row, "flows") == sum((day.flow for day in days), NONE)
            for key, told in (
                ("twr", time_weighted(days)),
                ("max_drawdown", drawdown(days)),
                ("modified_dietz", dietz(days)),
                ("volatility", volatility(days)),
            ):
                assert figure(row, key) == (None if told is None else pytest.approx(told, _NEAR))
            if by == "none":
                rates = measures.currency_part(scope_of(by, days_of))
                assert rates is not None
                assert figure(row, "currency_part") == pytest.approx(rates, _NEAR)
            total, value = measures.benchmark("ACME", days)
            told_total = figure(row, "benchmark_twr")
            assert told_total == (None if total is None else pytest.approx(float(total), _NEAR))
            assert figure(row, "benchmark_value") == value
            if (rate := figure(row, "xirr")) is not None:
                assert net_present_value(days, float(rate)) == pytest.approx(0, abs=1e-9)
        for key in ("flows", "gain", "income", "end_value") if table.totals else ():
            parts = [figure(row, key) or NONE for row in table.rows]
            assert sum(parts, NONE) == figure(table.totals, key)
    _check_changes(keeper, measures, query)
    _check_vaults(keeper, measures, query, seed)
    keeper.close()


def _check_changes(keeper: Bookkeeper, measures: Measures, query: Query) -> None:
    """By its causes, and what moved between holdings is nothing in the whole.

    Where an account keeps no money, what a purchase cost came from outside by way of its money.
    """
    (commit,) = keeper.db.execute("SELECT max(id) FROM commits").fetchone()
    day = FIRST + dt.timedelta(100)
    since = Since(commit, dt.datetime.combine(day, dt.time.max, dt.UTC), day)
    table = changes(keeper.book(), query._replace(exact=False), since)
    assert figure(table.totals, "moved") == figure(table.totals, "knowledge") == 0
    for row in table.rows:
        mine = measures.change((str(row["account"]), str(row["asset"])), day)
        told = {key: figure(row, key) or NONE for key in table.totals}
        assert told["flow"] + told["moved"] == mine.pop("came")
        assert {key: told[key] for key in mine} == mine
        ends = told["closing"] - told["opening"]
        assert ends == sum(
            (n for key, n in told.items() if key not in ("opening", "closing")), NONE
        )


def _check_vaults(keeper: Bookkeeper, measures: Measures, query: Query, seed: int) -> None:
    """Parts of holdings that change over time: the value and what was put in of each month, what
    is missing, and when it is there at this pace."""
    rng = random.Random(seed)
    parts: dict[Where, list[tuple[dt.date, Fraction]]] = {}
    for where in {one.where for one in measures.crossed if one.where[1] not in MONEY}:
        days = sorted(rng.sample(range(300), 3))
        shares = [Fraction(rng.randint(1, 1000), 1000), Fraction(rng.randint(0, 10), 10)]
        shares.insert(0, Fraction(rng.randint(1, 9), 9999))
        parts[where] = [(FIRST + dt.timedelta(d), s) for d, s in zip(days, shares, strict=True)]
    parts = {w: [(d, Fraction(round(s, 6))) for d, s in some] for w, some in parts.items()}
    days = measures.goal(parts)
    target = cents(days[-1].value * Fraction(rng.randint(50, 300), 100)) + 1
    by = END + dt.timedelta(rng.randint(0, 800))

    def fill(write: Recording) -> None:
        number = add_vault(write, "Goal", target=decimal(target), currency=query.currency, by=by)
        for (account, asset), shares in parts.items():
            holding = get_holding(write, account, asset)
            for since, share in shares:
                fill_vault(write, number, holding, decimal(share * 100), since)

    keeper.write(fill)
    book = keeper.book()
    (row,) = vaults(book, query._replace(exact=False)).rows
    assert figure(row, "current") == days[-1].value
    left = (by.year - END.year) * 12 + by.month - END.month
    lacking = max(target - days[-1].value, NONE)
    monthly = None if by == END and lacking else cents(lacking / max(left, 1))
    assert figure(row, "monthly") == monthly
    assert row["projected_date"] == reached(days, target)
    months = vault_history(book, query, "Goal", Period(FIRST - dt.timedelta(30), END)).rows
    for told in months:
        on = told["date"]
        mine = [day for day in days if (day.on.year, day.on.month) == (on.year, on.month)]
        assert (on, figure(told, "value")) == (mine[-1].on, mine[-1].value)
        assert figure(told, "flow") == sum((day.flow for day in mine), NONE)
    assert sum((figure(told, "change") for told in months), NONE) == days[-1].value - sum(
        (day.flow for day in days), NONE
    )
