"""Figures that the tests, manuals and teachers of other programs print, entered as a user would."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.model.dates import EVER
from folio.model.table import Amount
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.held.holdings import holdings
from folio.reports.query import Query
from folio.reports.sold.gains import gains

FIFO_AND_AVERAGE = pytest.mark.parametrize("method", ["fifo", "average"])


@pytest.fixture
def keeper(tmp_path: Path) -> Any:
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Broker", cash=False)
    for asset in ("ACME", "CHILD"):
        keeper.asset(asset)
    yield keeper
    keeper.close()


def by(keeper: Bookkeeper, method: str) -> None:
    keeper.write(lambda write: set_lot_method(write, ("book", 0), method, None))


def said(row: dict[str, Any], *keys: str) -> list[str | None]:
    cells = [row[key] for key in keys]
    return [f"{cell.value:f}" if isinstance(cell, Amount) else None for cell in cells]


def realised(keeper: Bookkeeper, *keys: str, on: str = "2026-01-01") -> list[str | None]:
    """Sums over what was sold."""
    book = keeper.book()
    query = Query(day(on), book.base, Filters(asset=("ACME",)))
    return said(gains(book, query, EVER, effects=True).totals, *(keys or ("gain",)))


def held(keeper: Bookkeeper, on: str, asset: str = "ACME") -> list[str | None]:
    """What is held cost, and would gain."""
    book = keeper.book()
    (row,) = holdings(book, Query(day(on), book.base, Filters(asset=(asset,)))).rows
    return said(row, "cost_basis", "unrealised_gain")


@FIFO_AND_AVERAGE
def test_a_sale_before_more_is_bought(keeper: Bookkeeper, method: str) -> None:
    """Portfolio Performance, CapitalGainsCalculationTest and CostCalculationTest,
    testFifoBuySellTransactions: of 109 for 3149.20 15 are sold, so 98.12 by either method; with 84
    more the rest cost 5360.04, and at 100 would gain 12,439.96."""
    by(keeper, method)
    for kind, on, quantity, amount in (
        ("buy", "2010-01-01", 109, "3149.20"), ("sell", "2010-02-01", 15, "531.50"),
        ("buy", "2010-03-01", 52, "1684.92"), ("buy", "2010-03-01", 32, "959.30"),
    ):  # fmt: skip
        keeper.add(kind, on, "Broker", "ACME", quantity=quantity, amount=amount)
    keeper.price("ACME", "2013-03-01", 100)
    assert realised(keeper) == ["98.12"]
    assert held(keeper, "2013-03-01") == ["5360.04", "12439.96"]


@pytest.mark.parametrize(
    ("method", "gain", "left"),
    [("fifo", "98.12", ["4400.74", "10199.26"]), ("average", "81.12", ["4383.74", "10216.26"])],
)
def test_a_sale_after_more_was_bought(
    keeper: Bookkeeper, method: str, gain: str, left: list[str]
) -> None:
    """The same of testFifoBuySellTransactions2."""
    by(keeper, method)
    for kind, on, quantity, amount in (
        ("buy", "2010-01-01", 109, "3149.20"), ("buy", "2010-02-01", 52, "1684.92"),
        ("sell", "2010-03-01", 15, "531.50"),
    ):  # fmt: skip
        keeper.add(kind, on, "Broker", "ACME", quantity=quantity, amount=amount)
    keeper.price("ACME", "2013-03-01", 100)
    assert realised(keeper) == [gain]
    assert held(keeper, "2013-03-01") == left


@pytest.mark.parametrize(
    ("method", "gain", "currency", "left"),
    # First in, first out: the dollars of the first 50 were bought at 0.90 and sold at 0.88.
    [("fifo", "830.00", "-50.00", "2103.69"), ("average", "730.00", "-3.33", "2203.69")],
)
def test_the_dollar_s_part_of_a_gain(
    keeper: Bookkeeper, method: str, gain: str, currency: str, left: str
) -> None:
    """Portfolio Performance, pull request 4546 and testFifoBuySellTransactions3: 100 at 50 dollars
    of 0.90, 50 at 60 of 0.85, 50 sold at 70 of 0.88; 80 at 1.1588 dollars a euro in the end.  Its
    -3.33 are 8000 × 50/150 × 0.88 - 7050 × 50/150; for the first in, by the same formula, 2500 ×
    0.88 - 2250, and what is left cost 4800, not 4700."""
    keeper.asset("USD", "currency")
    by(keeper, method)
    for kind, on, quantity, price, rate in (
        ("buy", "2024-01-01", 100, 50, "0.90"), ("buy", "2024-02-01", 50, 60, "0.85"),
        ("sell", "2024-03-01", 50, 70, "0.88"),
    ):  # fmt: skip
        keeper.price("USD", on, rate, "EUR")
        keeper.add(kind, on, "Broker", "ACME", quantity=quantity, price=price, currency="USD")
    keeper.price("EUR", "2025-01-01", "1.1588", "USD")
    keeper.price("ACME", "2025-01-01", 80, "USD")
    assert realised(keeper, "gain", "currency_effect") == [gain, currency]
    assert held(keeper, "2025-01-01")[1] == left


@pytest.mark.parametrize(
    ("paid", "share", "parent", "child"),
    [("5000", "25%", "3750.00", "1250.00"), ("4000", "25%", "3000.00", "1000.00"),
     ("2000", "10%", "1800.00", "200.00")],
)  # fmt: skip
def test_a_part_of_the_cost_goes_with_the_child(
    keeper: Bookkeeper, paid: str, share: str, parent: str, child: str
) -> None:
    """Portfolio Performance, SpinOffBasisDerivationTest."""
    keeper.add("buy", "2010-01-01", "Broker", "ACME", quantity=100, amount=paid)
    new = {"quantity": 10, "related_asset": "ACME", "cost_share": share}
    keeper.add("spin_off", "2010-06-01", "Broker", "CHILD", **new)
    assert held(keeper, "2010-12-31")[0] == parent
    assert held(keeper, "2010-12-31", "CHILD")[0] == child
    assert realised(keeper) in ([None], ["0.00"], ["0"])


def test_bought_and_sold_and_bought_and_sold(keeper: Bookkeeper) -> None:
    """Ghostfolio, portfolio-calculator-jnug-buy-and-sell-and-buy-and-sell: nine are sold, and ten
    bought, on one day: (1890.00 - 1885.05) + (2080.10 - 2041.10), less four fees of 1."""
    for kind, on, quantity, price in (
        ("buy", "2025-12-11", 9, "209.45"), ("sell", "2025-12-18", 9, "210"),
        ("buy", "2025-12-18", 10, "204.11"), ("sell", "2025-12-28", 10, "208.01"),
    ):  # fmt: skip
        keeper.add(kind, on, "Broker", "ACME", quantity=quantity, price=price, fee=1)
    assert realised(keeper) == ["39.95"]


def test_sold_by_half(keeper: Bookkeeper) -> None:
    """Ghostfolio, portfolio-calculator-novn-buy-and-sell-partially: 2 at 75.80 with a fee of 2.95,
    one of them sold at 85.73 with a fee of 1.30, the other at 87.80: a net performance of 17.68."""
    words = {"quantity": 2, "price": "75.8", "fee": "2.95"}
    keeper.add("buy", "2022-03-07", "Broker", "ACME", **words)
    keeper.add("sell", "2022-04-08", "Broker", "ACME", quantity=1, price="85.73", fee="1.3")
    keeper.price("ACME", "2022-04-11", "87.8")
    (sold,), (_, unsold) = realised(keeper), held(keeper, "2022-04-11")
    # Each half of 154.55 costs 77.275: to the cent 77.28, so the sum is a cent less.
    assert (sold, unsold) == ("7.15", "10.52")
    exact = Decimal("85.73") - Decimal("1.3") + Decimal("87.8") - Decimal("154.55")
    assert exact == Decimal("17.68")


def test_a_fee_beyond_cents(keeper: Bookkeeper) -> None:
    """rotki, test_buy_event_creation: 5 at 578.505 with a fee of 0.0012 cost 578.50524 each."""
    words = {"quantity": 5, "amount": "2892.525", "fee": "0.0012"}
    keeper.add("buy", "2016-10-20", "Broker", "ACME", **words)
    (lot,) = keeper.lots("Broker", "ACME")
    assert (lot.cost, lot.quantity * Decimal("578.50524")) == (Decimal("2892.5262"), lot.cost)


def test_what_remains_with_the_parent(keeper: Bookkeeper) -> None:
    """bivio, "Allocating Cost Basis in a Spinoff", of ConocoPhillips' Form 8937 for Phillips 66:
    77.09 % of the cost remain; one share for two."""
    keeper.add("buy", "2010-01-04", "Broker", "ACME", quantity=100, amount=5000)
    new = {"quantity": 50, "related_asset": "ACME", "cost_share": "22.91%"}
    keeper.add("spin_off", "2012-05-01", "Broker", "CHILD", **new)
    assert held(keeper, "2012-05-01")[0] == "3854.50"
    assert held(keeper, "2012-05-01", "CHILD")[0] == "1145.50"
    assert [lot.acquired_on for lot in keeper.lots("Broker", "CHILD")] == ["2010-01-04"]


def test_identical_properties(keeper: Bookkeeper) -> None:
    """Kwantlen Polytechnic University, "Introduction to Canadian tax", 17: 1,000 for 25,000 and
    1,111 for 24,998; 1,001 that are sold had cost 23,708, and the others are at 23.68 each."""
    by(keeper, "average")
    keeper.add("buy", "2015-01-10", "Broker", "ACME", quantity=1000, amount=25_000)
    keeper.add("buy", "2015-02-10", "Broker", "ACME", quantity=1111, amount=24_998)
    keeper.add("sell", "2015-03-10", "Broker", "ACME", quantity=1001, amount=30_000)
    (cost,) = realised(keeper, "cost")
    assert round(Decimal(cost or 0)) == 23_708
    (left,) = held(keeper, "2015-03-10")[:1]
    assert round(Decimal(left or 0) / 1110, 2) == Decimal("23.68")
