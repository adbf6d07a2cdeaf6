"""Transactions of several accounts: what is a flow of which, worked by hand."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.db.derived.rollup import read_days
from folio.db.values import from_day_number
from folio.engine.explanation import faults
from folio.model.dates import Period
from folio.model.rollups import ACCOUNT, INSTITUTION, PORTFOLIO
from folio.reports.earned.returns import returns
from folio.reports.explain.ground import Ground
from folio.reports.explain.over_time.days import Days
from folio.reports.query import Query

D = Decimal
END = "2024-01-09"


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Bookkeeper]:
    """A bank with 5000 EUR, and at another institution a depot and its account for money."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Bank", institution="First", kind="checking")
    keeper.account("Depot", institution="Second")
    keeper.account("Money", institution="Second", kind="checking")
    keeper.asset("ACME")
    keeper.add("deposit", "2024-01-01", "Bank", "EUR", quantity=5000)
    yield keeper
    keeper.close()


def cells(keeper: Bookkeeper, *names: str, **filters: tuple[str, ...]) -> list[str | None]:
    book = keeper.book()
    query = Query(day(END), book.base, Filters(**filters), exact=True)
    (row,) = returns(book, query, Period(day("2024-01-02"), day(END)), "none", None).rows
    found = []
    for name in names:
        cell: Any = row[name]
        found.append(None if cell is None else str(cell.value))
    return found


def flows(
    keeper: Bookkeeper, account: str = "", institution: str = ""
) -> dict[str, tuple[int | None, int | None]]:
    """The flow and the income of each day of a scope on which there was any, in cents."""
    keeper.roll_up(END)
    catalog = keeper.book().catalog
    scope, number = PORTFOLIO, 0
    if account:
        scope = ACCOUNT
        number = next(one.id for one in catalog.accounts.values() if one.name == account)
    elif institution:
        scope = INSTITUTION
        known = catalog.institutions.values()
        number = next(one.id for one in known if one.name == institution)
    rows = read_days(keeper.db, scope, number, dt.date(2024, 1, 1), day(END))
    return {
        str(from_day_number(row.day)): (row.flow, row.income)
        for row in rows
        if row.flow or row.income
    }


FIGURES = ("start_value", "flows", "income", "end_value", "gain")


def purchase(keeper: Bookkeeper, payer: str = "Bank") -> None:
    """10 ACME at 100 and a fee of 5, paid from elsewhere; they rise to 110."""
    costs = ("cash", payer, "EUR", -1000), ("fee", payer, "EUR", -5)
    keeper.spread("buy", "2024-01-03", "Depot", ("asset", "Depot", "ACME", 10), *costs)
    keeper.price("ACME", "2024-01-03", 100)
    keeper.price("ACME", "2024-01-05", 110)


def test_a_purchase_that_the_bank_pays(keeper: Bookkeeper) -> None:
    """1005 left the bank for the depot; the units are worth 1000, then 1100: a gain of 95, and
    1100 / 1005 is 9.45 %."""
    purchase(keeper)
    depot = ["0.00", "1005.00", "0.00", "1100.00", "95.00"]
    assert cells(keeper, *FIGURES, account=("Depot",)) == depot
    bank = ["5000.00", "-1005.00", "0.00", "3995.00", "0.00"]
    assert cells(keeper, *FIGURES, account=("Bank",)) == bank
    assert cells(keeper, *FIGURES) == ["5000.00", "0.00", "0.00", "5095.00", "95.00"]
    (rate,) = cells(keeper, "twr", account=("Depot",))
    assert rate is not None
    assert rate.startswith("0.0945273631840796")
    assert cells(keeper, "twr", account=("Bank",)) == ["0"]
    assert flows(keeper, "Depot") == {"2024-01-03": (100500, 0)}
    assert flows(keeper, "Bank")["2024-01-03"] == (-100500, 0)
    assert flows(keeper, institution="Second") == {"2024-01-03": (100500, 0)}
    assert flows(keeper) == {"2024-01-01": (500000, 0)}


def test_within_an_institution_it_is_a_flow_of_the_accounts_alone(keeper: Bookkeeper) -> None:
    keeper.add("transfer", "2024-01-02", "Bank", "EUR", quantity=2000, to_account="Money")
    purchase(keeper, "Money")
    assert flows(keeper, "Depot") == {"2024-01-03": (100500, 0)}
    assert flows(keeper, "Money") == {"2024-01-02": (200000, 0), "2024-01-03": (-100500, 0)}
    assert flows(keeper, institution="Second") == {"2024-01-02": (200000, 0)}


def test_a_sale_that_goes_to_the_bank(keeper: Bookkeeper) -> None:
    """4 of 10 go for 440, less a fee of 3 at the bank, which 437 reach; the depot pays a fee of 2
    of its own.  2 + 1005 - 437 came in, and 6 at 110 are left: 660 - 570 is a gain of 90."""
    keeper.add("deposit", "2024-01-02", "Depot", "EUR", quantity=2)
    purchase(keeper)
    legs = (
        ("asset", "Depot", "ACME", -4),
        ("cash", "Bank", "EUR", 440),
        ("fee", "Bank", "EUR", -3),
        ("fee", "Depot", "EUR", -2),
    )
    keeper.spread("sell", "2024-01-06", "Depot", *legs)
    assert flows(keeper, "Bank")["2024-01-06"] == (43700, 0)
    assert flows(keeper, "Depot")["2024-01-06"] == (-43700, 0)
    depot = ["0.00", "570.00", "0.00", "660.00", "90.00"]
    assert cells(keeper, *FIGURES, account=("Depot",)) == depot


def test_what_is_bought_for_another_currency_came_for_what_that_was_worth(
    keeper: Bookkeeper,
) -> None:
    """1000.55 USD at 0.9 are 900.495, in whole cents 900.50; 0.90 USD of a fee from a third account
    are 0.81: 901.31 came into the depot, for units that cost 1001.45 USD."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2024-01-01", "0.9")
    keeper.add("deposit", "2024-01-02", "Bank", "USD", quantity=2000)
    keeper.add("deposit", "2024-01-02", "Money", "USD", quantity=10)
    legs = (
        ("asset", "Depot", "ACME", 10),
        ("cash", "Bank", "USD", "-1000.55"),
        ("fee", "Money", "USD", "-0.9"),
    )
    keeper.spread("buy", "2024-01-03", "Depot", *legs)
    assert flows(keeper, "Bank")["2024-01-03"] == (-90050, 0)
    assert flows(keeper, "Money")["2024-01-03"] == (-81, 0)
    assert flows(keeper, "Depot") == {"2024-01-03": (90131, 0)}
    assert flows(keeper, institution="Second")["2024-01-03"] == (90050, 0)


def test_an_exchange_across_accounts_has_the_value_of_what_was_given(keeper: Bookkeeper) -> None:
    """2 ACME at 100 go from the depot for 4 of a coin, which are worth 45 each: 200 left the one
    and came into the other, whose loss of 20 is its own."""
    keeper.asset("COIN", "crypto")
    purchase(keeper)
    keeper.price("COIN", "2024-01-04", 45)
    legs = ("asset", "Depot", "ACME", -2), ("asset", "Money", "COIN", 4)
    keeper.spread("swap", "2024-01-04", "Depot", *legs)
    assert flows(keeper, "Depot")["2024-01-04"] == (-20000, 0)
    assert flows(keeper, "Money") == {"2024-01-04": (20000, 0)}
    money = ["0.00", "200.00", "0.00", "180.00", "-20.00"]
    assert cells(keeper, *FIGURES, account=("Money",)) == money


def test_a_dividend_that_goes_to_the_bank_is_income_of_the_depot(keeper: Bookkeeper) -> None:
    """100, of which 15 are kept as tax: 85 left the depot.  Its return is 1100 / 1005 until then,
    and (1100 + 85) / 1100 on the day, 1185 / 1005 = 17.91 % in all; the bank has none."""
    purchase(keeper)
    legs = ("cash", "Bank", "EUR", 100), ("tax", "Bank", "EUR", -15)
    number = keeper.spread("dividend", "2024-01-06", "Depot", *legs, of="ACME")
    assert flows(keeper, "Depot")["2024-01-06"] == (-8500, 10000)
    assert flows(keeper, "Bank")["2024-01-06"] == (8500, 0)
    assert flows(keeper)["2024-01-06"] == (0, 10000)
    depot = ["0.00", "920.00", "100.00", "1100.00", "180.00"]
    assert cells(keeper, *FIGURES, account=("Depot",)) == depot
    assert cells(keeper, *FIGURES, asset=("ACME",)) == depot
    bank = ["5000.00", "-920.00", "0.00", "4080.00", "0.00"]
    assert cells(keeper, *FIGURES, account=("Bank",)) == bank
    assert cells(keeper, *FIGURES) == ["5000.00", "0.00", "100.00", "5180.00", "180.00"]
    for account in ("Depot", "Bank"):
        (rate,) = cells(keeper, "twr", account=(account,))
        assert rate is not None
        assert rate.startswith("0.17910447761194" if account == "Depot" else "0")
    keeper.undo(number)
    assert "2024-01-06" not in flows(keeper, "Depot")
    assert cells(keeper, *FIGURES, account=("Bank",))[1] == "-1005.00"


def test_a_fee_of_a_holding_that_the_bank_pays_is_a_cost_of_the_depot(keeper: Bookkeeper) -> None:
    """7 came in and were spent: a gain of 95 - 7.  A fee of no holding stays with the bank."""
    purchase(keeper)
    keeper.spread("fee", "2024-01-06", "Depot", ("fee", "Bank", "EUR", -7), of="ACME")
    assert flows(keeper, "Depot")["2024-01-06"] == (700, 0)
    assert flows(keeper, "Bank")["2024-01-06"] == (-700, 0)
    assert cells(keeper, "gain", account=("Depot",)) == ["88.00"]
    keeper.spread("fee", "2024-01-07", "Depot", ("fee", "Bank", "EUR", -3))
    assert cells(keeper, "gain", account=("Bank",)) == ["-3.00"]


def test_interest_that_another_account_gets_is_income_of_what_bore_it(keeper: Bookkeeper) -> None:
    """The money of 2000 earned 20, recorded late; the bank got them."""
    keeper.add("transfer", "2024-01-02", "Bank", "EUR", quantity=2000, to_account="Money")
    keeper.add("deposit", "2024-01-07", "Money", "EUR", quantity=1)
    keeper.roll_up(END)
    keeper.spread("interest", "2024-01-05", "Money", ("cash", "Bank", "EUR", 20), of="EUR")
    assert flows(keeper, "Money")["2024-01-05"] == (-2000, 2000)
    assert flows(keeper, "Bank")["2024-01-05"] == (2000, 0)
    assert cells(keeper, "twr", account=("Money",)) == ["0.01"]
    kept = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == kept


def test_capital_that_the_bank_gets_back_left_the_depot(keeper: Bookkeeper) -> None:
    purchase(keeper)
    legs = (("cash", "Bank", "EUR", 50),)
    keeper.spread("return_of_capital", "2024-01-06", "Depot", *legs, of="ACME")
    assert flows(keeper, "Depot")["2024-01-06"] == (-5000, 0)
    assert flows(keeper, "Bank")["2024-01-06"] == (5000, 0)
    assert cells(keeper, "gain", account=("Depot",)) == ["145.00"]


def test_where_no_cash_is_kept_the_money_comes_from_outside_by_way_of_it(
    keeper: Bookkeeper,
) -> None:
    """An account that tracks no cash pays: the portfolio gets 1005, by way of that account."""
    keeper.account("Purse", institution="Third", cash=False)
    purchase(keeper, "Purse")
    assert flows(keeper, "Depot") == {"2024-01-03": (100500, 0)}
    assert flows(keeper, "Purse") == {}
    assert flows(keeper)["2024-01-03"] == (100500, 0)


def test_what_crossed_is_told_by_its_transaction(keeper: Bookkeeper) -> None:
    """The return's flow of the day of the dividend: 85 left, as 100 and 15 of the bank."""
    purchase(keeper)
    legs = ("cash", "Bank", "EUR", 100), ("tax", "Bank", "EUR", -15)
    keeper.spread("dividend", "2024-01-06", "Depot", *legs, of="ACME")
    book = keeper.book()
    query = Query(day("2024-01-06"), book.base, Filters(account=("Depot",)))
    asked = Period(day("2024-01-06"), day("2024-01-06"))
    days = Days(Ground(book, query), asked)
    for node, wanted in ((days.flow(), "-85.00"), (days.income(), "100.00")):
        assert node.figure == D(wanted)
        assert list(faults(node)) == []


def test_interest_that_another_account_gets_leaves_the_savings_once(keeper: Bookkeeper) -> None:
    """3 of interest on the bank's money go to the other institution on the day of its last
    withdrawal: -100 and -3 came out of the bank, whose income they are."""
    keeper.add("withdraw", "2024-01-05", "Bank", "EUR", quantity=100)
    keeper.spread("interest", "2024-01-05", "Bank", ("cash", "Money", "EUR", 3), of="EUR")
    assert flows(keeper, "Bank")["2024-01-05"] == (-10300, 300)
    assert flows(keeper, "Money")["2024-01-05"] == (300, 0)
    assert flows(keeper)["2024-01-05"] == (-10000, 300)


def test_a_rate_of_what_was_paid_elsewhere_changes_the_flow_of_what_it_was_paid_for(
    keeper: Bookkeeper,
) -> None:
    """2 dollars of tax on ACME, paid by the bank: 1.80 came into the depot, where they were spent;
    at a later rate for that day 1.60."""
    keeper.add("deposit", "2024-01-02", "Depot", "ACME", quantity=1, cost=100)
    keeper.price("USD", "2024-01-02", "0.90", "EUR")
    keeper.spread("tax", "2024-01-05", "Depot", ("tax", "Bank", "USD", -2), of="ACME")
    assert flows(keeper, "Depot")["2024-01-05"] == (180, 0)
    keeper.price("USD", "2024-01-05", "0.80", "EUR")
    assert flows(keeper, "Depot")["2024-01-05"] == (160, 0)
    assert flows(keeper, "Bank")["2024-01-05"] == (-160, 0)
