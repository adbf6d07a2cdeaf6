"""Returns and changes beside a calculator of their own: see ``measures.py``.

The books are those of ``test_calculator_law.py``, looked at as a whole and by account, asset and
holding; and what rows say adds up to what the whole does.
"""

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from calculator import BASE, NONE, Calculator
from folio.book.selection import Filters
from folio.model.dates import Period
from folio.model.table import Amount
from folio.reports.changes import changes
from folio.reports.query import Query, Since
from folio.reports.returns import returns
from inventor import END, FIRST, Inventor, enter
from measures import Measures, Scope, dietz, drawdown, net_present_value, time_weighted, volatility

_NEAR = 1e-9


def figure(row: dict[str, Any], key: str) -> Fraction | None:
    cell = row[key]
    return Fraction(cell.value) if isinstance(cell, Amount) else None


def scope_of(by: str, name: str) -> Scope:
    """A row's holdings by its name; that of a holding is its account's and its asset's."""
    words = set(name.split())
    return {
        "none": lambda where: True,
        "account": lambda where: where[0] == name,
        "asset": lambda where: where[1] == name,
        "holding": lambda where: words.issuperset(where),
    }[by]


@pytest.mark.parametrize(("seed", "wide"), [(6, False), (48, True)])
def test_two_calculators_agree_on_returns(tmp_path: Path, seed: int, wide: bool) -> None:
    invented = Inventor(seed, wide=wide)
    keeper = Bookkeeper(tmp_path / "book.db", BASE)
    calculator = Calculator(invented.quotes, invented.methods, invented.cash)
    entered = enter(keeper, invented)
    calculator.trades(entered)
    measures = Measures(calculator, entered, FIRST, END)
    book = keeper.book()
    query = Query(END, book.base, Filters(), exact=True)
    for by in ("none", "account", "asset", "holding"):
        table = returns(book, query, Period(FIRST, END), by)
        for row in table.rows:
            days = measures.evenings(scope_of(by, str(row["period" if by == "none" else by])))
            assert figure(row, "end_value") == days[-1].value
            assert figure(row, "flows") == sum((day.flow for day in days), NONE)
            for key, told in (
                ("twr", time_weighted(days)),
                ("max_drawdown", drawdown(days)),
                ("modified_dietz", dietz(days)),
                ("volatility", volatility(days)),
            ):
                assert figure(row, key) == (None if told is None else pytest.approx(told, _NEAR))
            if (rate := figure(row, "xirr")) is not None:
                assert net_present_value(days, float(rate)) == pytest.approx(0, abs=1e-9)
        for key in ("flows", "gain", "income", "end_value") if table.totals else ():
            parts = [figure(row, key) or NONE for row in table.rows]
            assert sum(parts, NONE) == figure(table.totals, key)
    _check_changes(keeper, measures, query)
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
