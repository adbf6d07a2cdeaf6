"""Vaults in a book: dated percentages, over-allocation, pace, progress over time."""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.errors import UnknownName, UsageError
from folio.model.dates import Period
from folio.model.table import Amount, Cell
from folio.operations.arranging.arrange import (
    add_vault,
    close_vault,
    fill_vault,
    get_holding,
    get_vault,
    set_vault,
)
from folio.operations.arranging.shown import add_group, set_flag, tag_group
from folio.operations.recording import Recording
from folio.reports.attention.status import status
from folio.reports.query import Query
from folio.reports.vaults.vault_history import vault_history
from folio.reports.vaults.vaults import vaults


def query(keeper: Bookkeeper, on: str, filters: Filters = Filters()) -> Query:  # noqa: B008
    return Query(day(on), keeper.book().base, filters)


def make(keeper: Bookkeeper, name: str, target: int, by: str | None = None) -> None:
    def change(write: Recording) -> None:
        end = None if by is None else day(by)
        add_vault(write, name, target=Decimal(target), currency=write.catalog.base, by=end)

    keeper.write(change)


def fill(keeper: Bookkeeper, name: str, of: str, percent: str, since: str) -> Any:
    account, asset = of.split()

    def change(write: Recording) -> Any:
        holding = get_holding(write, account, asset)
        return fill_vault(write, get_vault(write, name).id, holding, Decimal(percent), day(since))

    return keeper.write(change)


def row(keeper: Bookkeeper, name: str, on: str, **more: Any) -> dict[str, Cell]:
    table = vaults(keeper.book(**more), query(keeper, on))
    return next(r for r in table.rows if r["vault"] == name)


def figure(cell: Cell) -> str | None:
    return str(cell.value) if isinstance(cell, Amount) else None


def figures(keeper: Bookkeeper, name: str, by: str, period: str, **more: Any) -> list[Any]:
    """(date, value, put in, growth) of each row of a vault's history."""
    start, end = period.split("..")
    span = Period(day(start), day(end))
    table = vault_history(keeper.book(**more), query(keeper, end), name, span, by)
    keys = ("value", "flow", "change")
    return [(str(r["date"]), *(figure(r[key]) for key in keys)) for r in table.rows]


@pytest.fixture
def house(keeper: Bookkeeper) -> Bookkeeper:
    """6,000 in the wallet since 2024-06-01 fill half of itself; 1,000 more in January.  20 ACME
    for 2,000 in March, at 110 on the 31st and 120 at the end of June, fill it from April on;
    from May on the wallet does with 80 %."""
    keeper.add("deposit", "2024-06-01", "Wallet", "EUR", quantity=6000)
    keeper.add("deposit", "2025-01-15", "Wallet", "EUR", quantity=1000)
    keeper.add("deposit", "2025-03-01", "Broker", "EUR", quantity=3000)
    keeper.add("buy", "2025-03-03", "Broker", "ACME", quantity=20, price=100)
    keeper.price("ACME", "2025-03-31", 110)
    keeper.price("ACME", "2025-06-30", 120)
    make(keeper, "House", 10_000, "2026-12-31")
    fill(keeper, "House", "Wallet EUR", "50", "2024-06-01")
    fill(keeper, "House", "Broker ACME", "100", "2025-04-01")
    fill(keeper, "House", "Wallet EUR", "80", "2025-05-01")
    return keeper


HOUSE = [
    ("2025-03-31", "3500.00", "0.00", "0.00"),
    ("2025-04-30", "5700.00", "2200.00", "0.00"),
    ("2025-05-31", "7800.00", "2100.00", "0.00"),
    ("2025-06-30", "8000.00", "0.00", "200.00"),
]


def test_worked_by_hand(house: Bookkeeper) -> None:
    """80 % of 7,000 and 20 × 120 are 8,000; the 2,000 left over 18 months are 111.11 each; half
    of 6,000 a year before to 8,000 now is 5,000 in 365 days: 146 more days."""
    found = row(house, "House", "2025-06-30")
    assert [figure(found[key]) for key in ("current", "progress", "monthly")] == [
        "8000.00", "0.800000", "111.11",
    ]  # fmt: skip
    assert found["projected_date"] == day("2025-11-23")


def test_progress_over_time(house: Bookkeeper) -> None:
    """Put in: 50 % of 6,000 and of 1,000; 20 ACME at 110 on the evening before the first of
    April; 30 % more of 7,000 in May.  Growth: 20 × (120 − 110)."""
    quarters = figures(house, "House", "quarter", "2024-06-01..2025-03-31")
    assert [q[2] for q in quarters] == ["3000.00", "0.00", "0.00", "500.00"]
    months = figures(house, "House", "month", "2025-04-01..2025-06-30")
    assert months == HOUSE[1:]


def test_the_rollup_and_the_walk_agree(house: Bookkeeper) -> None:
    walked = figures(house, "House", "day", "2024-05-01..2025-06-30")
    house.roll_up("2025-06-30")
    assert figures(house, "House", "day", "2024-05-01..2025-06-30") == walked
    assert walked[0] == ("2024-06-01", "3000.00", "3000.00", "0.00")
    (known,) = house.db.execute("SELECT max(id) FROM commits").fetchone()
    at_once = figures(house, "House", "day", "2024-05-01..2025-06-30", known_at=known)
    assert at_once == walked


def test_the_history_ends_where_the_report_stands(house: Bookkeeper) -> None:
    for on in ("2025-01-31", "2025-03-31", "2025-04-01", "2025-04-30", "2025-05-01", "2025-06-30"):
        last = figures(house, "House", "day", f"2024-06-01..{on}")[-1]
        assert last[:2] == (on, figure(row(house, "House", on)["current"]))


def test_put_in_and_growth_add_up(house: Bookkeeper) -> None:
    days = figures(house, "House", "day", "2024-06-01..2025-06-30")
    moved = sum(Decimal(put_in) + Decimal(growth) for _, _, put_in, growth in days)
    assert moved == Decimal(days[-1][1]) == 8000


def test_a_part_of_a_sum_is_rounded_once_a_day(keeper: Bookkeeper) -> None:
    """33.33 % of 100.01 is 33.333333: 33.33, and a deposit of 0.02 more brings 0.006666: 0.01,
    while the value is 33.34 (33.33 % of 100.03 is 33.339999)."""
    keeper.add("deposit", "2025-01-01", "Wallet", "EUR", quantity="100.01")
    keeper.add("deposit", "2025-01-03", "Wallet", "EUR", quantity="0.02")
    make(keeper, "Roof", 1000)
    fill(keeper, "Roof", "Wallet EUR", "33.33", "2025-01-01")
    assert figures(keeper, "Roof", "day", "2025-01-01..2025-01-03") == [
        ("2025-01-01", "33.33", "33.33", "0.00"),
        ("2025-01-02", "33.33", "0.00", "0.00"),
        ("2025-01-03", "33.34", "0.01", "0.00"),
    ]


def test_money_that_moves_within_a_vault_is_not_put_in(keeper: Bookkeeper) -> None:
    """All of the broker fills it: buying moves nothing, and a dividend is growth.  With half of
    the cash, buying for 400 puts 200 in, and of a dividend of 10, which is growth, 5 leave it."""
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1000)
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=4, price=100)
    keeper.add("dividend", "2025-01-03", "Broker", amount=10, related_asset="ACME")
    for name, cash in (("All", "100"), ("Half", "50")):
        make(keeper, name, 5000)
        fill(keeper, name, "Broker ACME", "100", "2025-01-01")
        fill(keeper, name, "Broker EUR", cash, "2025-01-01")
    assert figures(keeper, "All", "day", "2025-01-01..2025-01-03") == [
        ("2025-01-01", "1000.00", "1000.00", "0.00"),
        ("2025-01-02", "1000.00", "0.00", "0.00"),
        ("2025-01-03", "1010.00", "0.00", "10.00"),
    ]
    assert figures(keeper, "Half", "day", "2025-01-01..2025-01-03") == [
        ("2025-01-01", "500.00", "500.00", "0.00"),
        ("2025-01-02", "700.00", "200.00", "0.00"),
        ("2025-01-03", "705.00", "-5.00", "10.00"),
    ]


def test_the_evening_before_a_period_is_its_start(house: Bookkeeper) -> None:
    (only,) = figures(house, "House", "year", "2025-06-01..2025-06-30")
    assert only == ("2025-06-30", "8000.00", "0.00", "200.00")


def test_nothing_is_there_before_anything_fills_it_or_of_days_to_come(house: Bookkeeper) -> None:
    assert figures(house, "House", "month", "2023-01-01..2024-05-31") == []
    to_come = Period(day("2026-01-01"), day("2026-12-31"))
    table = vault_history(house.book(), query(house, "2025-06-30"), "House", to_come)
    assert (table.rows, table.grade) == ([], "unknown")


def test_a_closed_vault_says_how_to_see_it(house: Bookkeeper) -> None:
    (open_at,) = house.db.execute("SELECT max(id) FROM commits").fetchone()
    house.write(lambda write: close_vault(write, "House"))
    with pytest.raises(UnknownName, match=r"not open; say --known-at .*folio vault add House "):
        figures(house, "House", "month", "2025-03-01..2025-06-30")
    period = "2025-03-31..2025-06-30"
    assert figures(house, "house", "month", period, known_at=open_at)[-1] == HOUSE[-1]


def test_what_is_not_known_is_blank(keeper: Bookkeeper) -> None:
    """ACME has no price before the third, so what a deposit of it put in is not known."""
    keeper.add("opening", "2025-01-01", "Broker", "ACME", quantity=1, cost=9)
    keeper.price("ACME", "2025-01-03", 10)
    make(keeper, "Roof", 1000)
    fill(keeper, "Roof", "Broker ACME", "100", "2025-01-01")
    assert figures(keeper, "Roof", "day", "2025-01-01..2025-01-03") == [
        ("2025-01-01", None, None, None),
        ("2025-01-02", None, "0.00", None),
        ("2025-01-03", "10.00", "0.00", None),
    ]
    assert row(keeper, "Roof", "2025-01-03")["projected_date"] is None


def reasons(keeper: Bookkeeper, on: str) -> tuple[str, ...]:
    return vaults(keeper.book(), query(keeper, on)).reasons


def test_a_young_vault_goes_by_the_days_that_there_are(keeper: Bookkeeper) -> None:
    """100 on the first of January, 130 on the 31st: one a day; 70 more take until 11 April."""
    keeper.add("deposit", "2025-01-01", "Wallet", "EUR", quantity=100)
    keeper.add("deposit", "2025-01-20", "Wallet", "EUR", quantity=30)
    make(keeper, "Roof", 200)
    fill(keeper, "Roof", "Wallet EUR", "100", "2025-01-01")
    assert row(keeper, "Roof", "2025-01-31")["projected_date"] == day("2025-04-11")
    assert reasons(keeper, "2025-01-31") == ("Roof: its pace is that of the days since 2025-01-01",)
    assert row(keeper, "Roof", "2025-01-19")["projected_date"] is None
    assert reasons(keeper, "2025-01-19") == ("Roof: no date at its pace since 2025-01-01",)


def test_more_than_there_is_is_allowed_and_said(house: Bookkeeper) -> None:
    make(house, "Car", 5000)
    assert fill(house, "Car", "Wallet EUR", "20", "2025-01-01") is None  # 70 %, then 100 %
    assert fill(house, "Car", "Wallet EUR", "40", "2025-01-01") == (day("2025-05-01"), 120)
    note = "South/Wallet EUR fills vaults with 120 %"
    assert note in reasons(house, "2025-06-30")
    assert note not in reasons(house, "2025-04-30")
    found = status(house.book(), query(house, "2025-06-30")).rows
    over = [r for r in found if r["kind"] == "over-allocated"]
    assert [r["what"] for r in over] == ["fills vaults with 120 %: 40 % Car, 80 % House"]
    assert fill(house, "Car", "Wallet EUR", "0", "2025-01-01") is None
    assert note not in reasons(house, "2025-06-30")


def test_known_then(house: Bookkeeper) -> None:
    """A percentage that was said later changes neither the report nor the history as known."""
    (known,) = house.db.execute("SELECT max(id) FROM commits").fetchone()
    before = figures(house, "House", "month", "2025-03-01..2025-06-30")
    fill(house, "House", "Wallet EUR", "10", "2025-05-15")
    assert figure(row(house, "House", "2025-06-30")["current"]) == "3100.00"
    assert figure(row(house, "House", "2025-06-30", known_at=known)["current"]) == "8000.00"
    again = figures(house, "House", "month", "2025-03-01..2025-06-30", known_at=known)
    assert again == before == HOUSE


def test_what_is_left_out_of_totals_fills_nothing(house: Bookkeeper) -> None:
    def change(write: Recording) -> None:
        set_flag(write, get_holding(write, "Wallet", "EUR"), "inactive", True)

    house.write(change)
    assert figure(row(house, "House", "2025-06-30")["current"]) == "2400.00"
    assert figures(house, "House", "day", "2025-06-30..2025-06-30")[-1][1] == "2400.00"


def test_another_currency(keeper: Bookkeeper) -> None:
    """Half of 1,000 EUR at 1.25 is 625 USD of 1,000; at 1.20 the evening before it was 600."""
    keeper.asset("USD", "currency")
    keeper.price("EUR", "2025-01-01", "1.20", "USD")
    keeper.price("EUR", "2025-01-02", "1.25", "USD")
    keeper.add("deposit", "2025-01-01", "Wallet", "EUR", quantity=1000)

    def change(write: Recording) -> None:
        dollar = write.catalog.currency("USD")
        add_vault(write, "Trip", target=Decimal(1000), currency=dollar, by=None)

    keeper.write(change)
    fill(keeper, "Trip", "Wallet EUR", "50", "2025-01-01")
    assert figure(row(keeper, "Trip", "2025-01-02")["current"]) == "625.00"
    assert figures(keeper, "Trip", "day", "2025-01-01..2025-01-02") == [
        ("2025-01-01", "600.00", "600.00", "0.00"),
        ("2025-01-02", "625.00", "0.00", "25.00"),
    ]


def test_what_is_not_said_of_a_goal_stays(house: Bookkeeper) -> None:
    def aims() -> tuple[str | None, object]:
        found = row(house, "House", "2025-06-30")
        return figure(found["target"]), found["target_date"]

    house.write(lambda write: set_vault(write, "house", target=Decimal(9000)))
    assert aims() == ("9000", day("2026-12-31"))
    house.write(lambda write: set_vault(write, "House", by=None))
    assert aims() == ("9000", None)
    house.write(lambda write: set_vault(write, "House", by=day("2027-01-01")))
    assert aims() == ("9000", day("2027-01-01"))
    with pytest.raises(UsageError, match="not above 0"):
        house.write(lambda write: set_vault(write, "House", target=Decimal(0)))


def test_a_group_chooses_whole_vaults(house: Bookkeeper) -> None:
    make(house, "Car", 5000)
    fill(house, "Car", "Broker EUR", "10", "2025-01-01")

    def change(write: Recording) -> None:
        tag_group(write, add_group(write, "Safe"), "member", account="Wallet")

    house.write(change)
    table = vaults(house.book(), query(house, "2025-06-30", Filters(group=("Safe",))))
    assert [(r["vault"], figure(r["current"])) for r in table.rows] == [("House", "8000.00")]
