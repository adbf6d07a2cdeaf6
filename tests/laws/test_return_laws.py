"""Laws of returns: of the engine on any numbers, and of the report on any book."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_rollup_law import COMMANDS, END, START, new_book, run

from bookkeeper import Bookkeeper
from folio.book.selection import Filters
from folio.engine.returns.dietz import modified_dietz
from folio.engine.returns.twr import Day, links, time_weighted
from folio.engine.returns.xirr import xirr
from folio.model.dates import Period
from folio.model.numbers import ONE, ZERO
from folio.model.table import Amount
from folio.reports.earned.returns import returns
from folio.reports.over_time.history import daily
from folio.reports.query import Query

money = st.decimals(min_value="0.01", max_value="1000000", places=2)
moves = st.decimals(min_value="0.5", max_value="2", places=4)
flows = st.decimals(min_value="-100000", max_value="100000", places=2)


def dated(amounts: list[Decimal]) -> list[tuple[dt.date, Decimal]]:
    return [(START + dt.timedelta(days=37 * n), amount) for n, amount in enumerate(amounts)]


@settings(max_examples=60, deadline=None)
@given(amounts=st.lists(st.decimals(-9, 9, places=0), min_size=2, max_size=9))
def test_a_rate_found_by_halves_is_the_one_that_the_whole_scan_finds(
    amounts: list[Decimal],
) -> None:
    found = xirr(dated(amounts))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("folio.engine.returns.xirr._at_most_one", lambda amounts: False)
        assert xirr(dated(amounts)) == found


@settings(max_examples=300, deadline=None)
@given(amounts=st.lists(flows, min_size=2, max_size=30))
def test_the_net_present_value_at_the_rate_is_nothing(amounts: list[Decimal]) -> None:
    """Compared with the largest of the amounts discounted, within what a float can tell."""
    found = xirr(dated(amounts))
    assume(found.total is not None and found.total > Decimal("-0.999999"))
    span = (len(amounts) - 1) * 37
    inside = [n for n, amount in enumerate(amounts) if amount]
    span = (inside[-1] - inside[0]) * 37
    growth = 1.0 + float(found.total or 0)
    present = [
        float(amount) * growth ** (-37 * (n - inside[0]) / span) for n, amount in enumerate(amounts)
    ]
    assert abs(sum(present)) <= 1e-6 * max(map(abs, present))


@settings(max_examples=100, deadline=None)
@given(amounts=st.lists(money, min_size=1, max_size=20), end=money)
def test_money_put_in_and_taken_out_once_has_one_rate(amounts: list[Decimal], end: Decimal) -> None:
    found = xirr(dated([*(-amount for amount in amounts), end]))
    assert found.roots == 1
    assert found.total is not None
    put_in = sum(amounts)
    assert (found.total > 0) == (end > put_in) or end == put_in


@settings(max_examples=200, deadline=None)
@given(
    start=money, walk=st.lists(st.tuples(moves, money), min_size=1, max_size=30), skew=st.booleans()
)
def test_deposits_do_not_change_the_return(
    start: Decimal, walk: list[tuple[Decimal, Decimal]], skew: bool
) -> None:
    """Money that comes in or goes out at a day's price leaves the chain as it is."""
    value, days, product = start, [Day(START, start, ZERO)], ONE
    for n, (move, amount) in enumerate(walk, 1):
        before = value * move
        flow = -before / 3 if skew and n % 2 else amount
        value = before + flow
        product *= move
        days.append(Day(START + dt.timedelta(days=n), value, flow, before))
    found = time_weighted(links(days)).total
    assert found is not None
    assert abs((1 + found) / product - 1) < Decimal("1e-40")


@given(start=money, walk=st.lists(moves, min_size=1, max_size=30))
def test_without_flows_it_is_the_end_over_the_start(start: Decimal, walk: list[Decimal]) -> None:
    values = [start]
    for move in walk:
        values.append(values[-1] * move)
    days = [Day(START + dt.timedelta(days=n), value, ZERO) for n, value in enumerate(values)]
    simple = values[-1] / start - 1
    found = time_weighted(links(days)).total
    dietz = modified_dietz(start, values[-1], [], days=len(walk))
    rate = xirr([(days[0].day, -start), (days[-1].day, values[-1])]).total
    assert found is not None
    assert dietz is not None
    assert rate is not None
    assert abs(found - simple) < Decimal("1e-40") * (1 + abs(simple))
    assert abs(dietz - simple) < Decimal("1e-40") * (1 + abs(simple))
    assert abs(rate - simple) < Decimal("1e-9") * (1 + abs(simple))


@given(
    walk=st.lists(
        st.tuples(st.one_of(st.just(ZERO), money), st.one_of(st.just(ZERO), flows), money),
        min_size=1,
        max_size=30,
    ),
    cut=st.integers(0, 30),
)
def test_two_parts_of_a_chain_make_the_whole(
    walk: list[tuple[Decimal, Decimal, Decimal]], cut: int
) -> None:
    days = [Day(START + dt.timedelta(days=n), v, f, b) for n, (v, f, b) in enumerate(walk)]
    cut = min(cut, len(days) - 1)
    parts = [time_weighted(links(part)) for part in (days[: cut + 1], days[cut:])]
    whole = time_weighted(links(days))
    product = (1 + (parts[0].total or ZERO)) * (1 + (parts[1].total or ZERO))
    assert abs(product - (1 + (whole.total or ZERO))) <= Decimal("1e-40") * max(product, ONE)
    assert whole.skipped == sum(part.skipped for part in parts)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def figure(row: dict[str, Any], key: str) -> Decimal | None:
    cell = row[key]
    return cell.value if isinstance(cell, Amount) else None


BY = ("none", "month", "account", "institution", "asset", "holding", "type")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    commands=st.lists(COMMANDS, min_size=6, max_size=25),
    by=st.sampled_from(BY),
    filters=st.sampled_from(({}, {"account": ("Alpha",)}, {"type": ("stock", "currency")})),
)
def test_the_report_of_any_book(
    folder: Path, commands: list[tuple[str, Any]], by: str, filters: dict[str, tuple[str, ...]]
) -> None:
    keeper = new_book(folder)
    try:
        for command in commands:
            run(keeper, command)
        _check_report(keeper, by, Filters(**filters))
    finally:
        keeper.close()


def _check_report(keeper: Bookkeeper, by: str, filters: Filters) -> None:
    book = keeper.book()
    span = Period(START, END)
    query = Query(END, book.base, filters, exact=True)
    table = returns(book, query, span, by)
    for row in [*table.rows, table.totals] if table.totals else table.rows:
        _check_row(row)
    if by == "month" and table.totals and figure(table.totals, "twr") is not None:
        _check_chain(table.rows, table.totals)
    whole = table.totals or (table.rows[0] if table.rows else None)
    if by in ("none", "month") and whole is not None:
        _check_history(keeper, query, span, whole)
    keeper.roll_up(END.isoformat())
    assert returns(keeper.book(), query, span, by) == table


def _check_row(row: dict[str, Any]) -> None:
    start, end, flowed, gain = (
        figure(row, key) for key in ("start_value", "end_value", "flows", "gain")
    )
    if start is not None and end is not None and flowed is not None:
        assert gain == end - start - flowed
    total, asset, currency = (figure(row, k) for k in ("twr", "asset_part", "currency_part"))
    if total is not None and asset is not None and currency is not None:
        parts = (1 + asset) * (1 + currency)
        assert abs(parts - (1 + total)) <= Decimal("1e-40") * max(parts, ONE)
    fall = figure(row, "max_drawdown")
    assert fall is None or -1 <= fall <= 0


def _check_chain(rows: list[dict[str, Any]], total: dict[str, Any]) -> None:
    """The months chain to the whole where none has a gap that reaches into the next."""
    if any(row["gap_days"] for row in rows):
        return
    product = ONE
    for row in rows:
        product *= 1 + (figure(row, "twr") or ZERO)
    whole = 1 + (figure(total, "twr") or ZERO)
    assert abs(product - whole) <= Decimal("1e-40") * max(whole, ONE)


def _check_history(keeper: Bookkeeper, query: Query, span: Period, whole: dict[str, Any]) -> None:
    """The gain is the change that the history shows, where every day has a value."""
    rows = daily(keeper.book(), query, span)
    if any(row.priceless or row.flow is None for row in rows):
        return
    values = [row.value if row.held else 0 for row in rows]
    change = (values[-1] or 0) - sum(row.flow or 0 for row in rows)
    assert figure(whole, "gain") == Decimal(change).scaleb(-2)
