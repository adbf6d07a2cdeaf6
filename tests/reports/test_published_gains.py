"""Examples that tax offices and other programs print, as users would enter them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.model.dates import EVER, Period
from folio.model.table import Amount
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.earned.returns import returns
from folio.reports.held.holdings import holdings
from folio.reports.query import Query
from folio.reports.sold.gains import gains

END = "2025-12-31"


def amounts(row: dict[str, Any], *keys: str) -> list[str | None]:
    cells = [row[key] for key in keys]
    return [f"{cell.value:f}" if isinstance(cell, Amount) else None for cell in cells]


def sold(keeper: Bookkeeper, *, exact: bool = False) -> list[str | None]:
    """What all that is sold fetched and had cost, and the gain."""
    book = keeper.book()
    query = Query(day(END), book.base, Filters(asset=("ACME",)), exact=exact)
    return amounts(gains(book, query, EVER).totals, "proceeds", "cost", "gain")


def left(keeper: Bookkeeper) -> list[str | None]:
    """The units that are still there, and what they cost."""
    book = keeper.book()
    table = holdings(book, Query(day(END), book.base, Filters(asset=("ACME",))))
    (row,) = table.rows
    return amounts(row, "quantity", "cost_basis")


@pytest.fixture
def pool(tmp_path: Path) -> Any:
    """A holding at average cost, in pounds."""
    keeper = Bookkeeper(tmp_path / "pool.db", "GBP")
    keeper.account("Broker")
    keeper.asset("ACME")
    keeper.write(lambda write: set_lot_method(write, ("book", 0), "average", None))
    yield keeper
    keeper.close()


def test_a_section_104_holding_half_sold(pool: Bookkeeper) -> None:
    """HMRC, Capital Gains Manual CG51624: 10,000 shares for £100,000; 5,000 of them are sold for
    £60,000 at a cost of £4,000: £50,000 of the pool, an unindexed gain of £6,000, and £50,000 stay.
    """
    pool.add("buy", "2005-01-10", "Broker", "ACME", quantity=10_000, amount=100_000)
    pool.add("sell", "2013-01-10", "Broker", "ACME", quantity=5_000, amount=60_000, fee=4_000)
    assert sold(pool) == ["56000.00", "50000.00", "6000.00"]
    assert left(pool) == ["5000", "50000.00"]


def test_a_section_104_holding_with_a_rights_issue(pool: Bookkeeper) -> None:
    """HMRC, Capital Gains Manual CG51622: 2,000 shares at £4.50, two new ones for each at £5, and
    600 sold at £6 at a cost of £30; by the number of shares, 600 of 6,000 have £2,900 of the
    pool of £29,000."""
    pool.add("buy", "2012-05-10", "Broker", "ACME", quantity=2_000, price="4.50")
    pool.add("buy", "2014-01-10", "Broker", "ACME", quantity=4_000, price=5)
    pool.add("sell", "2016-03-10", "Broker", "ACME", quantity=600, price=6, fee=30)
    assert sold(pool) == ["3570.00", "2900.00", "670.00"]
    assert left(pool) == ["5400", "26100.00"]


def test_capital_returned_beyond_the_cost(keeper: Bookkeeper) -> None:
    """AdjustedCostBase.ca, "Can my adjusted cost base be negative?": bought for 1,000 with a
    commission of 10; 500 and 600 come back, of which 90 are more than the 510 that were left, and
    then 100, all of it gain."""
    keeper.add("buy", "2014-04-10", "Broker", "ACME", quantity=100, amount=1000, fee=10)
    keeper.add("return_of_capital", "2014-05-10", "Broker", "ACME", amount=500)
    assert left(keeper) == ["100", "510.00"]
    keeper.add("return_of_capital", "2014-06-10", "Broker", "ACME", amount=600)
    assert left(keeper) == ["100", "0"]
    assert sold(keeper) == ["90.00", "0.00", "90.00"]
    keeper.add("return_of_capital", "2014-07-10", "Broker", "ACME", amount=100)
    assert sold(keeper) == ["190.00", "0.00", "190.00"]


def test_bought_once_and_sold_in_two_parts(keeper: Bookkeeper) -> None:
    """Ghostfolio, portfolio-calculator-baln-buy-and-sell-in-two-activities: 2 at 142.90 with a fee
    of 1.55, sold one by one at 136.60 on one day, the first with a fee of 1.65: a performance of
    −12.60, and net of the fees of −15.80.  It rounds nothing: in cents each of the halves of
    287.35 cost 143.68."""
    words = {"quantity": 1, "price": "136.6"}
    keeper.add("buy", "2021-11-22", "Broker", "ACME", quantity=2, price="142.9", fee="1.55")
    keeper.add("sell", "2021-11-30", "Broker", "ACME", fee="1.65", **words)
    keeper.add("sell", "2021-11-30", "Broker", "ACME", id="second", **words)
    _, _, net = sold(keeper, exact=True)
    assert Decimal(net or 0) == Decimal("-15.8")
    assert Decimal(net or 0) + Decimal("3.2") == Decimal("-12.6")


def test_two_years_with_dividends(keeper: Bookkeeper) -> None:
    """FinCal, twrr(ev = c(120, 260), bv = c(100, 240), cfr = c(2, 4)): a share at 100 rises to 120
    and pays 2; a second one is bought; both are worth 130 in the end, and pay 2 each: 15.84472 % a
    year."""
    keeper.account("Without", cash=False)
    for on, price in (("2021-01-01", 100), ("2021-12-31", 120), ("2023-01-01", 130)):
        keeper.price("ACME", on, price)
    for on, price in (("2021-01-01", 100), ("2022-01-01", 120)):
        keeper.add("buy", on, "Without", "ACME", quantity=1, price=price)
    for on, paid in (("2021-12-31", 2), ("2023-01-01", 4)):
        keeper.add("dividend", on, "Without", amount=paid, related_asset="ACME")
    book = keeper.book()
    query = Query(day("2023-01-01"), book.base, Filters(account=("Without",)), exact=True)
    (row,) = returns(book, query, Period(day("2020-12-31"), day("2023-01-01"))).rows
    rates = [cell.value for key in ("twr", "twr_per_year") if isinstance(cell := row[key], Amount)]
    assert [round(rate, 7) for rate in rates] == [Decimal("0.3420000"), Decimal("0.1584472")]
