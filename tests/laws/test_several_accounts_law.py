"""Laws: what a transaction of several accounts brings across their borders.

The flows of all accounts come to the portfolio's, day by day, as do those of all institutions; and
an account's time-weighted return is what a small computation by units and prices alone makes of it.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bookkeeper import day
from folio.book.selection import Filters
from folio.db.derived.rollup import read_days
from folio.model.dates import Period
from folio.model.rollups import ACCOUNT, INSTITUTION, PORTFOLIO
from folio.reports.earned.returns import returns
from folio.reports.query import Query
from laws.test_rollup_law import END, PRICES, SPREAD, START, TRADES, new_book, run

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
@given(
    facts=st.lists(
        st.one_of(
            st.tuples(st.just("spread"), SPREAD),
            st.tuples(st.just("spread"), SPREAD),
            st.tuples(st.just("fact"), TRADES.filter(lambda one: one[0] != "transfer")),
        ),
        min_size=3,
        max_size=14,
    ),
    known=st.lists(PRICES, min_size=4, max_size=12),
)
@example(  # about a share that came later
    facts=[
        (
            "fact",
            ("reward", {"account": "Alpha", "on": "2025-01-04", "asset": "ACME", "quantity": "1"}),
        ),
        (
            "spread",
            ("spin_off", "2025-01-01", "Alpha", ("Beta", "Alpha"), "ACME", "EUR", "1", "1", ""),
        ),
    ],
    known=[],
)
@example(  # interest on money beside its own purchases, and a cost that was paid elsewhere
    facts=[
        (
            "spread",
            ("buy", "2025-01-01", "Alpha", ("Alpha", "Alpha"), "ACME", "ACME", "1", "1", ""),
        ),
        (
            "spread",
            ("dividend", "2025-01-01", "Alpha", ("Alpha", "Beta"), "EUR", "ACME", "1", "1", "0.05"),
        ),
    ],
    known=[],
)
def test_the_flows_of_all_parts_are_the_portfolios(
    folder: Path, facts: list[tuple[str, Any]], known: list[tuple[tuple[str, str], str, str]]
) -> None:
    keeper = new_book(folder)
    try:
        for command in [*facts, *(("price", one) for one in known)]:
            run(keeper, command)
        keeper.roll_up(END.isoformat())
        book = keeper.book()
        whole = {row.day: row.flow for row in read_days(keeper.db, PORTFOLIO, 0, START, END)}
        institutions = {one.institution_id for one in book.catalog.accounts.values()}
        for scope, members in ((ACCOUNT, set(book.catalog.accounts)), (INSTITUTION, institutions)):
            sums: dict[int, list[int | None]] = {}
            for number in members:
                for row in read_days(keeper.db, scope, number, START, END):
                    sums.setdefault(row.day, []).append(row.flow)
            for number, parts in sums.items():
                if None not in parts:
                    assert sum(filter(None, parts)) == whole[number], (scope, number)
    finally:
        keeper.close()


AMOUNTS = st.integers(1, 90).map(Decimal)
DAYS = 8


@settings(max_examples=50, deadline=None, suppress_health_check=QUIET)
@given(
    course=st.lists(st.integers(50, 150).map(Decimal), min_size=DAYS, max_size=DAYS),
    deals=st.lists(
        st.tuples(
            st.integers(1, DAYS - 1),  # the day
            st.sampled_from(("buy", "sell", "dividend", "fee")),
            AMOUNTS,  # of money
            st.integers(0, 9).map(Decimal),  # of a cost
        ),
        max_size=8,
    ),
)
def test_a_return_is_that_of_units_and_prices(
    folder: Path, course: list[Decimal], deals: list[tuple[int, str, Decimal, Decimal]]
) -> None:
    """The bank pays for all that the depot buys, gets what it earns, and bears no return."""
    keeper = new_book(folder)
    try:
        keeper.add("deposit", "2024-12-01", "Alpha", "EUR", quantity=9000)
        keeper.add("deposit", "2024-12-01", "Gamma", "ACME", quantity=1000)
        start = dt.date(2025, 1, 1)
        for number, price in enumerate(course):
            keeper.price("ACME", str(start + dt.timedelta(days=number)), price)
        units = [Decimal(1000)] * DAYS
        flow = [Decimal(0)] * DAYS
        for number, kind, amount, cost in deals:
            on = str(start + dt.timedelta(days=number))
            sign = 1 if kind == "buy" else -1
            legs: list[tuple[str, str, str, Any]] = []
            if kind in ("buy", "sell"):
                legs = [("asset", "Gamma", "ACME", sign), ("cash", "Alpha", "EUR", -sign * amount)]
                units[number:] = [n + sign for n in units[number:]]
                flow[number] += sign * amount
            elif kind == "dividend":
                legs = [("cash", "Alpha", "EUR", amount)]
                flow[number] -= amount
            if cost or not legs:
                cost = cost or Decimal(1)
                legs.append(("fee", "Alpha", "EUR", -cost))
                flow[number] += cost
            payer = "ACME" if kind in ("dividend", "fee") else ""
            keeper.spread(kind, on, "Gamma", *legs, of=payer)
        expected = Decimal(1)
        for number in range(1, DAYS):
            before, value = units[number - 1] * course[number], units[number] * course[number]
            eve = units[number - 1] * course[number - 1]
            if flow[number] > 0:
                expected *= before / eve * (value / (before + flow[number]))
            else:
                expected *= (value - flow[number]) / eve
        for account, wanted in (("Gamma", expected - 1), ("Alpha", Decimal(0))):
            book = keeper.book()
            query = Query(day("2025-01-08"), book.base, Filters(account=(account,)), exact=True)
            period = Period(day("2025-01-02"), day("2025-01-08"))
            (row,) = returns(book, query, period, "none", None).rows
            cell: Any = row["twr"]
            assert abs(cell.value - wanted) < Decimal("1e-20"), account
    finally:
        keeper.close()
