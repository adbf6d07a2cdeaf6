"""Corporate actions and linked transfers: figures of tax authorities, and sums worked by hand."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters, select
from folio.errors import FolioError
from folio.model.dates import EVER
from folio.model.ledger import ESTIMATED, FULL, PARTIAL
from folio.operations.arranging.arrange import set_setting
from folio.operations.arranging.merge_assets import merge_assets
from folio.operations.transactions.add_transactions import add_transaction
from folio.operations.transactions.undo import undo_transaction
from folio.operations.transfers.link_transfers import record_link
from folio.reports.held.holdings import holdings
from folio.reports.query import Query
from folio.reports.sold.gains import gains as realised
from importing import load

A = "Broker"
D = Decimal


@pytest.fixture
def keeper(tmp_path: Path) -> Any:
    keeper = Bookkeeper(tmp_path / "book.db", "USD", begin=_two_accounts)
    yield keeper
    keeper.close()


def _two_accounts(keeper: Bookkeeper) -> None:
    keeper.account(A)
    keeper.account("Other")
    for symbol in ("OLD", "NEW"):
        keeper.asset(symbol)


def short(value: Decimal) -> str:
    return f"{round(value, 6).normalize():f}"


def rounded(value: Decimal | None) -> Decimal:
    """To 20 places: Python's own arithmetic, in the tests, has 28 digits."""
    return round(value or D(0), 20)


def lots(keeper: Bookkeeper, symbol: str, account: str = A) -> list[tuple[str, str, str | None]]:
    """Day, units and cost of each open lot; ratios to 6 places."""

    return [
        (lot.acquired_on, short(lot.quantity), None if lot.cost is None else short(lot.cost))
        for lot in keeper.lots(account, symbol)
    ]


def gains(keeper: Bookkeeper, symbol: str, account: str = A) -> list[tuple[str, str]]:
    """Proceeds and cost of what was realised."""
    return [
        (f"{round(part.proceeds, 6).normalize():f}", f"{round(part.cost, 6).normalize():f}")
        for part in keeper.disposals(account, symbol)
        if part.realises and part.proceeds is not None and part.cost is not None
    ]


def test_a_split_spreads_each_lot_over_its_new_units(keeper: Bookkeeper) -> None:
    """IRS Publication 550, "Stock splits": one share bought for $30 and one for $45, two new
    shares for each held: three shares at a basis of $10 each, and three at $15 each."""
    keeper.add("buy", "2008-01-02", A, "OLD", quantity=1, price=30)
    keeper.add("buy", "2008-02-01", A, "OLD", quantity=1, price=45)
    keeper.add("split", "2008-06-02", "", "OLD", ratio="3:1")
    assert lots(keeper, "OLD") == [("2008-01-02", "3", "30"), ("2008-02-01", "3", "45")]


def test_a_split_of_4_for_2_is_one_of_2_for_1(keeper: Bookkeeper) -> None:
    """Two witnesses of one event, who say it in other terms."""
    keeper.add("buy", "2008-01-02", A, "OLD", quantity=10, price=30)
    keeper.fact("split", "2008-06-02", "", "OLD", ratio="2:1")
    keeper.fact("split", "2008-06-04", "", "OLD", ratio="4:2")
    assert lots(keeper, "OLD") == [("2008-01-02", "20", "300")]


def test_a_return_of_capital_beyond_the_cost_is_gain(keeper: Bookkeeper) -> None:
    """IRS Publication 550, "Nondividend distributions": stock bought for $100; $80 returned
    leaves a basis of $20; of $30 more the first $20 reduce it to zero, and $10 is gain."""
    keeper.add("buy", "2010-03-01", A, "OLD", quantity=10, price=10)
    keeper.add("return_of_capital", "2013-05-01", A, "OLD", amount=80)
    assert lots(keeper, "OLD") == [("2010-03-01", "10", "20")]
    assert gains(keeper, "OLD") == []
    keeper.add("return_of_capital", "2023-05-01", A, "OLD", amount=30)
    assert lots(keeper, "OLD") == [("2010-03-01", "10", "0")]
    assert gains(keeper, "OLD") == [("10", "0")]


def test_a_return_of_capital_goes_by_units_not_by_cost(keeper: Bookkeeper) -> None:
    """By hand: 40 over 10 + 30 units is 1 a unit, so 10 off the first lot and 30 off the other."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=10)
    keeper.add("buy", "2024-02-01", A, "OLD", quantity=30, price=2)
    keeper.add("return_of_capital", "2024-03-01", A, "OLD", amount=40)
    assert lots(keeper, "OLD") == [("2024-01-02", "10", "90"), ("2024-02-01", "30", "30")]


def test_capital_returned_on_what_was_never_held_is_listed(keeper: Bookkeeper) -> None:
    keeper.add("return_of_capital", "2024-03-01", A, "OLD", amount=40)
    (part,) = keeper.disposals(A, "OLD")
    assert (part.proceeds, part.cost, part.grade) == (D(40), None, PARTIAL)


def test_a_reverse_split_with_cash_in_lieu(keeper: Bookkeeper) -> None:
    """1:25 by hand: 110 shares at 10 become 4.4 at 250; 0.4 of them, at a cost of 100, are paid
    out with 110, a gain of 10; 4 at a cost of 1,000 are left, bought when they were bought."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=110, price=10)
    keeper.add("split", "2024-02-01", A, "OLD", ratio="1:25", amount=110)
    assert lots(keeper, "OLD") == [("2024-01-02", "4", "1000")]
    assert gains(keeper, "OLD") == [("110", "100")]
    assert keeper.quantity(A, "USD") == D(-1100 + 110)


def test_the_cost_of_a_fraction_after_a_reverse_split(keeper: Bookkeeper) -> None:
    """thefinancebase.com, "average cost basis on a fractional share": 201 shares at 10 with a
    commission of 50 cost 10.25 each; after 1:2 they are 100.5, and the half one cost 10.25."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=201, price=10, fee=50)
    keeper.add("split", "2024-02-01", A, "OLD", ratio="1:2", amount=12)
    ((proceeds, cost),) = gains(keeper, "OLD")
    assert (proceeds, round(D(cost), 2)) == ("12", D("10.25"))
    assert keeper.quantity(A, "OLD") == 100


def test_cash_in_lieu_with_the_units_stated(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=110, price=10)
    keeper.add("split", "2024-02-01", A, "OLD", ratio="1:25", amount=110, quantity="0.4")
    assert gains(keeper, "OLD") == [("110", "100")]


def test_no_fraction_no_cash_in_lieu(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=100, price=10)
    with pytest.raises(Exception, match="so no fraction is left over"):
        keeper.add("split", "2024-02-01", A, "OLD", ratio="1:25", amount=110)


@pytest.mark.parametrize("stated", [{"cost_share": "12.5%"}, {"cost": "400", "currency": "USD"}])
def test_a_spin_off_takes_its_share_of_each_lot(keeper: Bookkeeper, stated: dict[str, str]) -> None:
    """By hand, after Treas. Reg. § 1.358-2 (basis is allocated lot by lot): 100 at 20 and 60 at
    20 cost 3,200; an eighth, 400, goes with 40 new shares, 25 and 15 of them by lot."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=100, price=20)
    keeper.add("buy", "2024-02-01", A, "OLD", quantity=60, price=20)
    keeper.add("spin_off", "2024-03-01", A, "NEW", quantity=40, related_asset="OLD", **stated)
    assert lots(keeper, "OLD") == [("2024-01-02", "100", "1750"), ("2024-02-01", "60", "1050")]
    assert lots(keeper, "NEW") == [("2024-01-02", "25", "250"), ("2024-02-01", "15", "150")]
    assert {lot.grade for lot in keeper.lots(A, "NEW")} == {FULL}


def test_a_spin_off_without_a_share_goes_by_market_value(keeper: Bookkeeper) -> None:
    """Treas. Reg. § 1.358-2: basis in proportion to fair market values.  By hand: 100 × 18 =
    1,800 and 20 × 30 = 600, so a quarter of 2,000 goes with the new shares."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=100, price=20)
    keeper.price("OLD", "2024-03-01", 18, "USD")
    keeper.price("NEW", "2024-03-01", 30, "USD")
    keeper.add("spin_off", "2024-03-01", A, "NEW", quantity=20, related_asset="OLD")
    assert lots(keeper, "OLD") == [("2024-01-02", "100", "1500")]
    assert lots(keeper, "NEW") == [("2024-01-02", "20", "500")]
    assert keeper.lots(A, "NEW")[0].grade == ESTIMATED


def test_the_share_of_a_spin_off_that_a_broker_published(keeper: Bookkeeper) -> None:
    """American Express and Ameriprise, 30 September 2005, as Schwab worked it out
    (costbasis.com, "Sample cases"): closes of 50.28 and 35.80, 0.2 new shares for each old one,
    7.16 of 57.44, so 12.47 % of the cost goes with the new shares."""
    keeper.add("buy", "2004-01-02", A, "OLD", quantity=100, price=100)
    keeper.price("OLD", "2005-09-30", "50.28", "USD")
    keeper.price("NEW", "2005-09-30", "35.80", "USD")
    keeper.add("spin_off", "2005-10-03", A, "NEW", quantity=20, related_asset="OLD")
    assert round(keeper.lots(A, "NEW")[0].cost or D(0)) == 1247
    assert round(keeper.lots(A, "OLD")[0].cost or D(0)) == 8753


def test_a_spin_off_of_several_shares_for_one(keeper: Bookkeeper) -> None:
    """spinoffprofiles.com, "Spinoff tax basis": a share bought at 100 brings 4 of another
    company; at 80 and 10 a share, 66.67 of the cost stay and 33.33 go, 8.33 a share."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=1, price=100)
    keeper.price("OLD", "2024-03-01", 80, "USD")
    keeper.price("NEW", "2024-03-01", 10, "USD")
    keeper.add("spin_off", "2024-03-01", A, "NEW", quantity=4, related_asset="OLD")
    (old,), (new,) = keeper.lots(A, "OLD"), keeper.lots(A, "NEW")
    assert round(old.cost or D(0), 2) == D("66.67")
    assert round(new.cost or D(0), 2) == D("33.33")
    assert round((new.cost or D(0)) / new.quantity, 2) == D("8.33")


def test_the_remaining_basis_of_form_8937(keeper: Bookkeeper) -> None:
    """ConocoPhillips' Form 8937 on Phillips 66, 2012 (as bivio.com, "Allocating cost basis in a
    spinoff", quotes it): 77.09 % of the basis stays; the other 22.91 % is what is stated here."""
    keeper.add("buy", "2011-01-03", A, "OLD", quantity=100, price=60, fee=10)
    words = {"quantity": 50, "related_asset": "OLD", "cost_share": "22.91%"}
    keeper.add("spin_off", "2012-05-01", A, "NEW", **words)
    assert lots(keeper, "OLD") == [("2011-01-03", "100", "4633.109")]  # 6,010 × 77.09 %
    assert lots(keeper, "NEW") == [("2011-01-03", "50", "1376.891")]


def test_a_spin_off_at_an_unknown_value_is_not_guessed(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=100, price=20)
    keeper.add("spin_off", "2024-03-01", A, "NEW", quantity=20, related_asset="OLD")
    assert lots(keeper, "OLD") == [("2024-01-02", "100", "2000")]
    assert lots(keeper, "NEW") == [("2024-01-02", "20", None)]
    assert keeper.lots(A, "OLD")[0].grade == keeper.lots(A, "NEW")[0].grade == PARTIAL


def test_a_merger_for_shares_keeps_cost_and_days(keeper: Bookkeeper) -> None:
    """IRS Publication 550, "Reorganizations": the basis of the new stock is that of the old."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=12)
    keeper.add("buy", "2024-02-01", A, "OLD", quantity=30, price=8)
    keeper.add("merger", "2024-03-01", A, "OLD", quantity=40, to_asset="NEW", ratio="1:2")
    assert keeper.quantity(A, "OLD") == 0
    assert lots(keeper, "NEW") == [("2024-01-02", "5", "120"), ("2024-02-01", "15", "240")]
    assert gains(keeper, "OLD") == []


def test_a_merger_for_cash_is_a_sale(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=40, price=10)
    keeper.add("merger", "2024-03-01", A, "OLD", quantity=40, amount=520)
    assert gains(keeper, "OLD") == [("520", "400")]


def test_a_merger_for_shares_and_cash_is_a_part_disposal(keeper: Bookkeeper) -> None:
    """TCGA 1992 s. 42 (cost × A ÷ (A + B)), by hand: 40 shares at 10 for 20 new ones worth 15
    each and 100 in cash: 100 ÷ (100 + 300) of the cost of 400 is that of the cash, so nothing
    is gained; the new shares cost 300."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=40, price=10)
    keeper.price("NEW", "2024-03-01", 15, "USD")
    keeper.add(
        "merger", "2024-03-01", A, "OLD", quantity=40, to_asset="NEW", to_quantity=20, amount=100
    )
    assert gains(keeper, "OLD") == [("100", "100")]
    assert lots(keeper, "NEW") == [("2024-01-02", "20", "300")]
    assert keeper.lots(A, "NEW")[0].grade == ESTIMATED


@pytest.mark.parametrize("kind", ["merger", "symbol_change"])
def test_a_stated_share_of_a_merger_needs_no_price(keeper: Bookkeeper, kind: str) -> None:
    """Nor does that of a change of symbol with cash for a fraction; neither's cash is lost."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=40, price=10)
    words = {"to_asset": "NEW", "to_quantity": 20, "amount": 100, "cost_share": "0.9"}
    keeper.add(kind, "2024-03-01", A, "OLD", quantity=40, **words)
    assert gains(keeper, "OLD") == [("100", "40")]
    assert lots(keeper, "NEW") == [("2024-01-02", "20", "360")]
    assert keeper.lots(A, "NEW")[0].grade == FULL


def test_a_new_symbol_is_of_the_type_of_the_old_one(keeper: Bookkeeper) -> None:
    """A share stays one, in a merger too; an asset that is there already is what it is."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=60, price=10)
    said = {"on": "2024-03-01", "account": A, "asset": "OLD"}
    keeper.asset("TOKEN", "crypto")
    for change, symbol, kind in (
        ("symbol_change", "LATER", "stock"),
        ("symbol_change", "TOKEN", "crypto"),
        ("merger", "BOTH", "stock"),
    ):
        words = said | {"kind": change, "quantity": "20", "to_asset": symbol, "to_quantity": "20"}
        keeper.do(add_transaction, words, today=keeper.today, create=True)
        (made,) = keeper.book().catalog.assets_called(symbol)
        assert made.type == kind


def test_a_change_of_symbol_and_what_was_bought_late(keeper: Bookkeeper) -> None:
    """A purchase recorded after the change, dated before it, changes the new lot's cost."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=40, price=10)
    keeper.add("symbol_change", "2024-03-01", A, "OLD", quantity=40, to_asset="NEW")
    assert lots(keeper, "NEW") == [("2024-01-02", "40", "400")]
    keeper.undo(1)
    keeper.add("buy", "2023-12-01", A, "OLD", quantity=40, price=11)
    assert lots(keeper, "NEW") == [("2023-12-01", "40", "440")]


def test_a_delisting_loses_what_it_cost(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=40, price=10)
    keeper.add("delisting", "2024-03-01", A, "OLD", quantity=40)
    assert gains(keeper, "OLD") == [("0", "400")]


def test_an_account_without_cash_keeps_none_of_a_liquidation(keeper: Bookkeeper) -> None:
    keeper.account("Wallet", cash=False)
    keeper.add("buy", "2024-01-02", "Wallet", "OLD", quantity=40, price=10)
    keeper.add("delisting", "2024-03-01", "Wallet", "OLD", quantity=40, amount=50)
    assert gains(keeper, "OLD", "Wallet") == [("50", "400")]
    assert keeper.quantity("Wallet", "USD") == 0


def test_average_cost_is_held_since_the_first_purchase(keeper: Bookkeeper) -> None:
    """IRS Publication 550, "Average basis": the shares sold are those acquired first.

    By hand: 100 at 10 and 100 at 20 cost 15 on average; 150 cost 2,250, and 100 of them have
    been held since January.  The last 50, at 750, all since February.
    """
    keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", "average"))
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=100, price=10)
    keeper.add("buy", "2024-02-01", A, "OLD", quantity=100, price=20)
    keeper.add("sell", "2024-03-01", A, "OLD", quantity=150, price=30)
    keeper.add("sell", "2024-04-01", A, "OLD", quantity=50, price=30)
    held: dict[tuple[str, str | None], list[Decimal]] = {}
    for part in keeper.disposals(A, "OLD"):
        since = part.held_since or part.acquired_on
        sums = held.setdefault((part.disposed_on, since), [D(0), D(0)])
        sums[0] += part.quantity
        sums[1] += part.cost or D(0)
    assert held == {
        ("2024-03-01", "2024-01-02"): [D(100), D(1250)],  # 75 at 10, 25 at 20
        ("2024-03-01", "2024-02-01"): [D(50), D(1000)],
        ("2024-04-01", "2024-02-01"): [D(50), D(750)],
    }


def test_what_comes_of_a_pool_is_held_as_long_as_its_units(keeper: Bookkeeper) -> None:
    """The same two purchases at average cost, of which 100 are sold: January's, so that what is
    left has been held since February, at 1,500.  So have the 10 NEW that come with 10 % of that."""
    keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", "average"))
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=100, price=10)
    keeper.add("buy", "2024-02-01", A, "OLD", quantity=100, price=20)
    keeper.add("sell", "2024-03-01", A, "OLD", quantity=100, price=30)
    words = {"quantity": 10, "related_asset": "OLD", "cost_share": "10%"}
    keeper.add("spin_off", "2024-04-01", A, "NEW", **words)
    keeper.add("sell", "2024-05-02", A, "NEW", quantity=10, price=30)
    gone = keeper.disposals(A, "NEW")
    assert {part.held_since or part.acquired_on for part in gone} == {"2024-02-01"}
    assert sum((part.cost or D(0) for part in gone), D(0)) == 150


# -- linked transfers --------------------------------------------------------------------


def link(keeper: Bookkeeper, departure: int, *arrivals: int) -> None:
    def change(write: Any) -> None:
        for arrival in arrivals:
            record_link(write, departure, arrival, "paired")

    keeper.write(change)


def test_a_lot_moved_twice_keeps_its_day_and_cost(keeper: Bookkeeper) -> None:
    keeper.account("Third")
    keeper.add("buy", "2023-01-02", A, "OLD", quantity=10, price=7, fee=3)
    out = keeper.add("transfer_out", "2024-01-02", A, "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-01-04", "Other", "OLD", quantity=10)
    link(keeper, out, into)
    out = keeper.add("transfer_out", "2024-02-02", "Other", "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-02-02", "Third", "OLD", quantity=10)
    link(keeper, out, into)
    assert lots(keeper, "OLD", "Third") == [("2023-01-02", "10", "73")]
    keeper.add("sell", "2024-03-01", "Third", "OLD", quantity=10, price=10)
    assert gains(keeper, "OLD", "Third") == [("100", "73")]


def test_units_in_transit_are_a_row_of_their_own(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=7)
    keeper.price("OLD", "2024-02-01", 8, "USD")
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-02-04", "Other", "OLD", quantity=10)
    link(keeper, out, into)
    for on, account in (("2024-02-03", "In transit"), ("2024-02-04", "Other")):
        book = keeper.book()
        table = holdings(book, Query(day(on), book.base))
        found = [row for row in table.rows if row["asset"] == "OLD"]
        assert [row["account"] for row in found] == [account]
        assert table.totals["value"].value == D(80 - 70)  # type: ignore[union-attr]
        assert found[0]["cost_basis"].value == 70  # type: ignore[union-attr]


def test_an_arrival_before_its_departure_waits_for_it(keeper: Bookkeeper) -> None:
    """Clocks disagree: the arrival says a day earlier, and takes its lots all the same."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=7)
    into = keeper.add("transfer_in", "2024-02-01", "Other", "OLD", quantity=10)
    out = keeper.add("transfer_out", "2024-02-02", A, "OLD", quantity=10)
    link(keeper, out, into)
    assert lots(keeper, "OLD", "Other") == [("2024-01-02", "10", "70")]


def test_what_a_network_keeps_is_disposed_of_at_market(keeper: Bookkeeper) -> None:
    """By hand: 10 at 7 leave, 9 arrive; 1 at a cost of 7 is spent when it is worth 8."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=7)
    keeper.price("OLD", "2024-02-01", 8, "USD")
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-02-01", "Other", "OLD", quantity=9)
    link(keeper, out, into)
    assert lots(keeper, "OLD", "Other") == [("2024-01-02", "9", "63")]
    assert gains(keeper, "OLD", "Other") == [("8", "7")]


@pytest.mark.parametrize("days", [("01", "01"), ("01", "05"), ("03", "05")])
def test_one_departure_to_two_arrivals(keeper: Bookkeeper, days: tuple[str, str]) -> None:
    """The first to arrive takes the earliest lots; nothing is lost on the way."""
    keeper.account("Third")
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=4, price=7)
    keeper.add("buy", "2024-01-03", A, "OLD", quantity=6, price=9)
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    first = keeper.add("transfer_in", f"2024-02-{days[0]}", "Other", "OLD", quantity=5)
    second = keeper.add("transfer_in", f"2024-02-{days[1]}", "Third", "OLD", quantity=5)
    link(keeper, out, first, second)
    assert lots(keeper, "OLD", "Other") == [("2024-01-02", "4", "28"), ("2024-01-03", "1", "9")]
    assert lots(keeper, "OLD", "Third") == [("2024-01-03", "5", "45")]
    before = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == before


def test_a_link_goes_and_comes_back_with_its_leg(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=7)
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-02-01", "Other", "OLD", quantity=10)
    link(keeper, out, into)
    reversal = keeper.undo(out)
    assert lots(keeper, "OLD", "Other") == [("2024-02-01", "10", None)]
    keeper.undo(reversal)
    assert lots(keeper, "OLD", "Other") == [("2024-01-02", "10", "70")]


def test_two_transfers_under_way_at_once_keep_their_own_lots(keeper: Bookkeeper) -> None:
    """What leaves A at 7 on the first arrives on the fifth; in between, what leaves Third at 90
    on the second arrives on the third.  Pooled by age, they would exchange their lots."""
    for name in ("Third", "Fourth"):
        keeper.account(name)
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=7)
    keeper.add("buy", "2024-01-03", "Third", "OLD", quantity=10, price=90)
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-02-05", "Other", "OLD", quantity=10)
    link(keeper, out, into)
    out = keeper.add("transfer_out", "2024-02-02", "Third", "OLD", quantity=10)
    into = keeper.add("transfer_in", "2024-02-03", "Fourth", "OLD", quantity=10)
    link(keeper, out, into)
    assert lots(keeper, "OLD", "Other") == [("2024-01-02", "10", "70")]
    assert lots(keeper, "OLD", "Fourth") == [("2024-01-03", "10", "900")]


@pytest.mark.parametrize("arrives", ["2024-02-01", "2024-02-04"])
@pytest.mark.parametrize(("method", "lost"), [("average", "20"), ("lifo", "30"), ("fifo", "10")])
def test_what_is_lost_on_the_way_costs_by_the_method(
    keeper: Bookkeeper, method: str, lost: str, arrives: str
) -> None:
    """By hand: 10 at 10 and 10 at 30; 10 leave and 9 arrive.  At average cost 5 of each left,
    and the lost one cost 20; last in first out 10 at 30 left, first in first out 10 at 10."""
    keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", method))
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=10)
    keeper.add("buy", "2024-01-03", A, "OLD", quantity=10, price=30)
    keeper.price("OLD", "2024-02-01", 8, "USD")
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    into = keeper.add("transfer_in", arrives, "Other", "OLD", quantity=9)
    link(keeper, out, into)
    assert sum(D(cost) for _, cost in gains(keeper, "OLD", "Other")) == D(lost)
    kept = sum((lot.cost or D(0) for lot in keeper.lots("Other", "OLD")), D(0))
    assert kept == D(lost) * 9


def test_several_arrivals_take_the_earliest_first_whatever_the_method(keeper: Bookkeeper) -> None:
    keeper.account("Third")
    keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", "lifo"))
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=4, price=7)
    keeper.add("buy", "2024-01-03", A, "OLD", quantity=6, price=9)
    out = keeper.add("transfer_out", "2024-02-01", A, "OLD", quantity=10)
    first = keeper.add("transfer_in", "2024-02-01", "Other", "OLD", quantity=4)
    second = keeper.add("transfer_in", "2024-02-01", "Third", "OLD", quantity=6)
    link(keeper, out, first, second)
    assert lots(keeper, "OLD", "Other") == [("2024-01-02", "4", "28")]
    assert lots(keeper, "OLD", "Third") == [("2024-01-03", "6", "54")]


# -- what nobody holds -------------------------------------------------------------------


def test_capital_returned_after_a_sale_is_listed_as_uncovered(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=4, price=10)
    keeper.add("sell", "2024-01-03", A, "OLD", quantity=4, price=10)
    keeper.add("return_of_capital", "2024-02-01", A, "OLD", amount=8)
    last = keeper.disposals(A, "OLD")[-1]
    assert (last.place, last.quantity, last.proceeds, last.grade) == (0, 0, 8, PARTIAL)


def test_a_merger_of_more_than_was_held(keeper: Bookkeeper) -> None:
    """By hand: 10 old for 5 new ones at 10 and 50 in cash, half of each; only 4, at a cost of
    40, are known.  They fetch 2 new ones and 20; 3 new ones and 30 in cash came for the rest."""
    keeper.price("NEW", "2024-02-01", 10, "USD")
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=4, price=10)
    late = keeper.add("buy", "2024-01-03", A, "OLD", quantity=6, price=10)
    words = {"to_asset": "NEW", "to_quantity": 5, "amount": 50}
    keeper.add("merger", "2024-02-01", A, "OLD", quantity=10, **words)
    keeper.undo(late)
    assert gains(keeper, "OLD") == [("20", "20")]
    assert [part.proceeds for part in keeper.disposals(A, "OLD") if part.place == 0] == [D(30)]
    assert lots(keeper, "NEW") == [("2024-01-02", "2", "20"), ("2024-02-01", "3", None)]


def test_a_merger_whose_whole_cost_goes_with_the_cash(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=7, price=10)
    keeper.add("buy", "2024-01-03", A, "OLD", quantity=3, price=10)
    words = {"to_asset": "NEW", "to_quantity": 5, "amount": 50, "cost_share": "0%"}
    keeper.add("merger", "2024-02-01", A, "OLD", quantity=10, **words)
    assert lots(keeper, "NEW") == [("2024-01-02", "3.5", "0"), ("2024-01-03", "1.5", "0")]
    assert gains(keeper, "OLD") == [("35", "70"), ("15", "30")]


def test_capital_returned_on_nothing_says_why_it_is_uncovered(keeper: Bookkeeper) -> None:
    """No units went out: it was paid on some that the book does not know."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=4, price=10)
    keeper.add("sell", "2024-01-03", A, "OLD", quantity=4, price=10)
    keeper.add("return_of_capital", "2024-02-01", A, "OLD", amount=8)
    book = keeper.book()
    table = realised(book, Query(day("2024-03-01"), book.base), EVER)
    assert table.reasons == ("1 of 2 uncovered: paid on units that were not held",)


# -- chains ------------------------------------------------------------------------------

CHAIN = """\
date,kind,account,asset,quantity,price,amount,currency,fee,to_asset,to_quantity,ratio,related_asset,cost,cost_share
2020-02-03,buy,Broker,OLD,100,10,,USD,1,,,,,,
2020-05-05,buy,Broker,OLD,60,12,,USD,2,,,,,,
2020-08-01,split,Broker,OLD,,,,USD,,,,3:2,,,
2020-09-01,spin_off,Broker,KID,24,,,USD,,,,,OLD,,12.5%
2020-10-01,spin_off,Broker,SON,12,,,USD,,,,,OLD,151.0625,
2020-10-02,stock_dividend,Broker,OLD,10,0,,USD,,,,,,,
2020-12-01,merger,Broker,OLD,250,,500,USD,,NEW,125,,,,0.8
2021-02-01,return_of_capital,Broker,NEW,,,62.5,USD,,,,,,,
2021-03-01,symbol_change,Broker,NEW,125,,,USD,,NEWER,125,,,,
2021-04-01,split,Broker,NEWER,0.5,,30,USD,,,,1:2,,,
2021-05-03,sell,Broker,NEWER,30,40,,USD,5,,,,,,
2021-06-01,merger,Broker,SON,12,,90,USD,,,,,,,
"""
SYMBOLS = ("OLD", "NEW", "NEWER", "KID", "SON")


def chain_by_hand(keeper: Bookkeeper) -> None:
    for row in csv.DictReader(io.StringIO(CHAIN)):
        words = {key: text for key, text in row.items() if text}
        if words["kind"] == "split" and "amount" not in words:
            del words["account"]
        keeper.add(words.pop("kind"), words.pop("date"), **words)


def chain_by_statement(keeper: Bookkeeper) -> None:
    path = keeper.path.with_name("chain.csv")
    path.write_text(CHAIN, encoding="utf-8")
    summary = load(keeper.db, path)
    assert summary.recorded == summary.rows == CHAIN.count("\n") - 1


@pytest.mark.parametrize("tell", [chain_by_hand, chain_by_statement])
def test_a_chain_of_actions_by_hand_and_by_statement(
    keeper: Bookkeeper, tell: Callable[[Bookkeeper], None]
) -> None:
    """Worked by hand, lot by lot.

    1,001 and 722 for 150 and 90 units after the split.  An eighth leaves 875.875 and 631.75 to
    OLD, 125.125 and 90.25 to KID; of these 1,507.625 SON takes 151.0625, a part of 0.10019899…
    10 units come for nothing.  NEW has 0.8 of each cost and half the units, the 500 in cash
    come for 0.2: 300, 180, 20 by units.  62.5 of 125 units is 0.5 each off: 37.5, 22.5, and 2.5
    on the lot without a cost, a gain.  After 1:2 the lots are 37.5, 22.5 and 2.5, of which half
    a unit of the first goes for 30, and 30 units for 1,195.
    """
    keeper.asset("NEWER")
    for symbol in ("KID", "SON"):
        keeper.asset(symbol)
    keeper.add("deposit", "2020-01-01", A, "USD", quantity=10_000)
    tell(keeper)
    part = D("151.0625") / D("1507.625")
    first, second = D("875.875") * (1 - part), D("631.75") * (1 - part)
    new_first, new_second = first * D("0.8") - D("37.5"), second * D("0.8") - D("22.5")
    expected = {
        "KID": [("2020-02-03", D(15), D("125.125")), ("2020-05-05", D(9), D("90.25"))],
        "NEWER": [
            ("2020-02-03", D(7), new_first * 7 / D("37.5")),
            ("2020-05-05", D("22.5"), new_second),
            ("2020-10-02", D("2.5"), D(0)),
        ],
    }
    assert {
        symbol: [(p.acquired_on, p.quantity, rounded(p.cost)) for p in found]
        for symbol in SYMBOLS
        if (found := keeper.lots(A, symbol))
    } == {s: [(d, u, rounded(c)) for d, u, c in parts] for s, parts in expected.items()}
    assert gains(keeper, "OLD") == [
        ("300", short(first / 5)),
        ("180", short(second / 5)),
        ("20", "0"),
    ]
    assert gains(keeper, "NEW") == [("2.5", "0")]
    assert gains(keeper, "NEWER") == [
        ("30", short(new_first / 75)),
        ("1195", short(new_first * 30 / D("37.5"))),
    ]
    assert [sum(map(D, side)) for side in zip(*gains(keeper, "SON"), strict=True)] == [
        D(90),
        D("151.0625"),
    ]
    before = keeper.derived()
    keeper.rebuild()
    assert keeper.derived() == before


# -- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asset", "words", "why"),
    [
        ("merger", "OLD", {"quantity": 4, "to_asset": "EUR", "to_quantity": 2}, "EUR is a curr"),
        ("delisting", "USD", {"quantity": 4}, "USD is a currency"),
        ("spin_off", "EUR", {"quantity": 4, "related_asset": "OLD"}, "EUR is a currency"),
        ("spin_off", "NEW", {"quantity": 4, "related_asset": "USD"}, "USD is a currency"),
        ("symbol_change", "OLD", {"quantity": 4, "to_asset": "OLD"}, "folio asset set OLD --isin"),
        ("merger", "OLD", {"quantity": 4, "amount": 9, "cost_share": "50%"}, "units and cash both"),
        (
            "spin_off",
            "NEW",
            {"quantity": 4, "related_asset": "OLD", "cost": 5, "cost_share": "50%"},
            "stated twice",
        ),
        ("return_of_capital", "OLD", {"amount": -5}, "amount -5 is negative"),
        ("return_of_capital", "USD", {"amount": 5}, "needs the asset whose cost it reduces"),
    ],
)
def test_what_no_company_does_is_refused(
    keeper: Bookkeeper, kind: str, asset: str, words: dict[str, Any], why: str
) -> None:
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=4, price=10)
    before = keeper.everything()
    with pytest.raises(FolioError, match=why):
        keeper.add(kind, "2024-03-01", A, asset, **words)
    assert keeper.everything() == before


def test_what_was_short_before_is_not_blamed(keeper: Bookkeeper) -> None:
    """A statement sold 5 of nothing; that 4 more cannot go out is no fault of it."""
    keeper.fact("sell", "2024-02-01", A, "OLD", quantity=5, price=10)
    with pytest.raises(FolioError, match="Broker has 0 OLD on 2024-03-01, so 4 cannot go out"):
        keeper.add("delisting", "2024-03-01", A, "OLD", quantity=4)


def test_a_split_that_later_sales_lack_units_for_is_refused_by_hand(keeper: Bookkeeper) -> None:
    """Of 10 units 8 were sold: a split 1:2 before leaves 5, and undoing one of 2:1 leaves 10."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=10, price=10)
    sale = keeper.add("sell", "2024-03-01", A, "OLD", quantity=8, price=10)
    lacks = f"then Broker would lack 3 OLD for transaction {sale} of 2024-03-01"
    with pytest.raises(FolioError, match=lacks):
        keeper.add("split", "2024-02-01", "", "OLD", ratio="1:2")
    split = keeper.add("split", "2024-02-01", "", "OLD", ratio="2:1")
    sale = keeper.add("sell", "2024-03-02", A, "OLD", quantity=7, price=10)
    with pytest.raises(FolioError, match="then Broker would lack 7"):
        keeper.amend(split, ratio="1:1000")
    undone = keeper.do(undo_transaction, split)
    assert undone.short == [
        f"then Broker lacks 5 OLD for transaction {sale} of 2024-03-02; check the day and the "
        "quantity"
    ]


def test_a_split_makes_more_of_what_is_owed_and_that_is_no_fault_of_it(keeper: Bookkeeper) -> None:
    """A statement sold 3 of 1, and 4 of 0 later: 2:1 before that leaves 4 owed and then 8; both
    sales lack what they lacked.  A split 1:4 of the 20 that came leaves 5 for a sale of 6."""
    keeper.add("buy", "2024-01-02", A, "OLD", quantity=1, price=10)
    keeper.fact("sell", "2024-01-10", A, "OLD", quantity=3, price=10)
    keeper.fact("sell", "2024-03-01", A, "OLD", quantity=4, price=10)
    split = keeper.add("split", "2024-02-01", "", "OLD", ratio="2:1")
    assert keeper.quantity(A, "OLD") == -8
    assert keeper.do(undo_transaction, split).short == []
    assert keeper.quantity(A, "OLD") == -6
    keeper.add("buy", "2024-04-01", A, "OLD", quantity=26, price=10)
    sale = keeper.add("sell", "2024-05-01", A, "OLD", quantity=6, price=10)
    with pytest.raises(FolioError, match=f"would lack 1 OLD for transaction {sale} of 2024-05-01"):
        keeper.add("split", "2024-04-15", "", "OLD", ratio="1:4")
    keeper.add("split", "2024-02-01", "", "OLD", ratio="1:2")  # 1 and 4 owed, of 26


def test_an_isin_names_its_asset_wherever_a_symbol_does(keeper: Bookkeeper) -> None:
    """One that was merged into another, under a new symbol, as well."""
    keeper.asset("FB", isin="US30303M1027")
    with pytest.raises(FolioError, match="folio asset merge FB META"):
        keeper.asset("META", isin="US30303M1027")
    keeper.add("buy", "2021-01-04", A, "us30303m1027", quantity=2, price=270)
    keeper.asset("META")
    keeper.write(lambda write: merge_assets(write, "FB", "META"))
    keeper.add("buy", "2022-07-01", A, "US30303M1027", quantity=1, price=160)
    catalog = keeper.book().catalog
    (held,) = select(catalog, Filters(asset=("US30303M1027",)))
    assert catalog.assets[held.asset_id].symbol == "META"
    assert keeper.quantity(A, "META") == 3


def test_a_cost_that_nobody_knows_how_to_share_is_told(keeper: Bookkeeper) -> None:
    """Cash and units for units, and a spin-off: what they cost waits for --cost-share."""
    from folio.cli.phrases import doubt
    from folio.operations.transactions.add_transactions import drafting_context
    from folio.operations.transactions.drafting import draft_from

    context = drafting_context(keeper.book().catalog, day("2024-03-01"))
    merger = {"kind": "merger", "account": A, "asset": "OLD", "quantity": "4", "amount": "9",
              "to_asset": "NEW", "to_quantity": "8"}  # fmt: skip
    spun_off = {"kind": "spin_off", "account": A, "asset": "NEW", "quantity": "4",
                "related_asset": "OLD"}  # fmt: skip
    for words in (merger, spun_off):
        assert "--cost-share" in (doubt(draft_from(words, context)) or "")
        assert doubt(draft_from(words | {"cost_share": "0.4"}, context)) is None
    units_alone = {key: text for key, text in merger.items() if key != "amount"}
    assert doubt(draft_from(units_alone, context)) is None


def test_what_pots_hold_gets_no_capital_back_and_that_is_said(keeper: Bookkeeper) -> None:
    """10 for 1,000 in a pot: 50 come back on nothing; moved out before, they cost 950."""
    keeper.asset("ACME")
    keeper.add("opening", "2025-01-02", "Broker", "ACME", quantity=10, cost=1000, label="Kids")
    words = {"kind": "return_of_capital", "on": "2025-02-03", "account": "Broker", "asset": "ACME"}
    said = keeper.do(add_transaction, words | {"amount": "50"}, today=keeper.today)
    assert said.notes == [
        "Broker ACME [Kids] has 10, and capital is returned on what is in no pot; where they "
        "have a part in it, move them out on the day before"
    ]
    assert [lot.cost for lot in keeper.lots("Broker", "ACME", "Kids")] == [1000]
    out = {"to_account": "Broker", "label": "Kids", "to_label": ""}
    keeper.add("transfer", "2025-02-02", "Broker", "ACME", quantity=10, **out)
    assert [lot.cost for lot in keeper.lots("Broker", "ACME")] == [950]
    words |= {"amount": "60", "on": "2025-02-04"}
    assert keeper.do(add_transaction, words, today=keeper.today).notes == []
