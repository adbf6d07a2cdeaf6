"""Which lots a sale takes, what they cost, and that no cost is ever lost."""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.db.arrangements.settings import add_setting
from folio.errors import FolioError
from folio.model.ledger import ESTIMATED, FULL, PARTIAL
from folio.model.numbers import ZERO
from folio.operations.arranging.arrange import set_setting


def method(keeper: Bookkeeper, name: str) -> None:
    keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", name))


def buy(keeper: Bookkeeper, on: str, quantity: Any, price: Any, **more: Any) -> int:
    return keeper.add("buy", on, "Broker", "ACME", quantity=quantity, price=price, **more)


def sell(keeper: Bookkeeper, on: str, quantity: Any, price: Any, **more: Any) -> int:
    return keeper.add("sell", on, "Broker", "ACME", quantity=quantity, price=price, **more)


def costs(keeper: Bookkeeper) -> list[tuple[str, str]]:
    """(quantity, cost) of every slice sold, in its order."""
    return [(str(s.quantity), str(s.cost)) for s in keeper.disposals("Broker", "ACME")]


def total(amounts: list[Decimal | None]) -> Decimal:
    return sum((a for a in amounts if a is not None), ZERO)


def test_first_in_first_out(keeper: Bookkeeper) -> None:
    """IRS Publication 550, "Identification not possible".

    100 shares at 10, 200 at 11; a gift of 50; 100 at 9; a sale of 130.  The gift's basis is
    500; the sale's is 50 × 10 + 80 × 11 = 1,380.
    """
    buy(keeper, "2001-06-01", 100, 10)
    buy(keeper, "2002-01-10", 200, 11)
    keeper.add("withdraw", "2002-07-01", "Broker", "ACME", quantity=50)
    buy(keeper, "2004-12-01", 100, 9)
    sell(keeper, "2005-04-01", 130, 12)
    assert costs(keeper) == [("50", "500"), ("50", "500"), ("80", "880")]
    assert [s.realises for s in keeper.disposals("Broker", "ACME")] == [False, True, True]
    assert [str(lot.quantity) for lot in keeper.lots("Broker", "ACME")] == ["120", "100"]


def test_the_average_of_a_pool(keeper: Bookkeeper) -> None:
    """HMRC helpsheet HS284, the Section 104 holding in Lobster plc.

    1,000 at 4.00 with costs of 150; 500 at 4.10 with costs of 80: a pool of 1,500 at 6,280.
    700 are sold at 4.80 with costs of 100, and 400 at 5.20 with costs of 105: gains of 329
    and 300, in whole pounds.
    """
    method(keeper, "average")
    buy(keeper, "2015-04-01", 1000, 4, fee=150)
    buy(keeper, "2018-09-01", 500, "4.10", fee=80)
    first = sell(keeper, "2023-05-01", 700, "4.80", fee=100)
    second = sell(keeper, "2024-02-01", 400, "5.20", fee=105)
    gains = {}
    for number in (first, second):
        slices = [s for s in keeper.disposals("Broker", "ACME") if s.transaction_id == number]
        gains[number] = total([s.proceeds for s in slices]) - total([s.cost for s in slices])
    assert round(gains[first], 2) == Decimal("329.33")  # 3,360 − 100 − 6,280 × 700/1,500
    assert round(gains[second], 2) == Decimal("300.33")  # 2,080 − 105 − 3,349.33 × 400/800
    left = keeper.lots("Broker", "ACME")
    assert total([lot.quantity for lot in left]) == 400
    assert round(total([lot.cost for lot in left]), 2) == Decimal("1674.67")


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        # Lots: 10 at 10 (January), 10 at 30 (February), 10 at 20 (March); 15 are sold.
        ("fifo", [("10", "100"), ("5", "150")]),
        ("lifo", [("10", "200"), ("5", "150")]),
        ("hifo", [("10", "300"), ("5", "100")]),
        ("average", [("5", "50"), ("5", "150"), ("5", "100")]),
    ],
)
def test_every_method(keeper: Bookkeeper, name: str, taken: list[tuple[str, str]]) -> None:
    method(keeper, name)
    buy(keeper, "2025-01-10", 10, 10)
    buy(keeper, "2025-02-10", 10, 30)
    buy(keeper, "2025-03-10", 10, 20)
    sell(keeper, "2025-04-10", 15, 40)
    assert costs(keeper) == taken
    assert total([s.proceeds for s in keeper.disposals("Broker", "ACME")]) == 600


def test_named_lots_come_first(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 10, 10)
    second = buy(keeper, "2025-02-10", 4, 30)
    words = {"quantity": 6, "price": 40, "lot": second}
    keeper.fact("sell", "2025-03-10", "Broker", "ACME", **words)  # 4 are there
    assert costs(keeper) == [("4", "120"), ("2", "20")]  # the method chooses the rest


def test_a_lot_that_is_none_is_refused(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 10, 10)
    cash = keeper.add("deposit", "2025-01-10", "Broker", "EUR", quantity=10)
    for lot in (999, cash, "x"):
        with pytest.raises(FolioError, match="lots lists"):
            sell(keeper, "2025-03-10", 6, 40, lot=lot)


def test_dearest_is_ranked_in_the_base_with_fees(keeper: Bookkeeper) -> None:
    """10 USD at 0.80 is 8 EUR a unit; 7.90 with a fee of 2 on 10 units is 8.10."""
    method(keeper, "hifo")
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-01-10", "0.80", "EUR")
    buy(keeper, "2025-01-10", 10, 10, currency="USD")
    buy(keeper, "2025-01-11", 10, "7.90", currency="EUR", fee=2)
    sell(keeper, "2025-02-10", 1, 20)
    assert costs(keeper) == [("1", "8.1")]


def test_dearest_takes_lots_without_a_rate_last(keeper: Bookkeeper) -> None:
    method(keeper, "hifo")
    buy(keeper, "2025-01-10", 1, 1000, currency="JPY")  # nobody knows the yen's rate
    buy(keeper, "2025-01-11", 1, 5, currency="EUR")
    sell(keeper, "2025-02-10", 1, 20)
    assert costs(keeper) == [("1", "5")]


def test_ties_go_to_the_earliest_and_then_to_entry(keeper: Bookkeeper) -> None:
    method(keeper, "hifo")
    late = buy(keeper, "2025-02-10", 1, 5)
    early = buy(keeper, "2025-01-10", 1, 5)
    twin = buy(keeper, "2025-01-10", 1, 5)
    for on in ("2025-03-01", "2025-03-02", "2025-03-03"):
        sell(keeper, on, 1, 9)
    assert [s.opened_by for s in keeper.disposals("Broker", "ACME")] == [early, twin, late]


def test_a_method_applies_from_its_day(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 1, 1)
    buy(keeper, "2025-01-11", 1, 2)
    buy(keeper, "2025-01-12", 1, 3)

    def change(write: Any) -> None:
        add_setting(write.commit, ("book", 0), "lot_method", "lifo", day("2025-02-10"))
        write.touched.everything = True

    keeper.write(change)
    sell(keeper, "2025-02-09", 1, 9)
    sell(keeper, "2025-02-10", 1, 9)
    assert costs(keeper) == [("1", "1"), ("1", "3")]


def test_fees_and_taxes_of_both_sides(keeper: Bookkeeper) -> None:
    """Cost 10 × 5 + 1 + 0.50 = 51.50; proceeds 10 × 7 − 2 − 3 = 65."""
    buy(keeper, "2025-01-10", 10, 5, fee=1, tax="0.50")
    sell(keeper, "2025-02-10", 10, 7, fee=2, tax=3)
    (part,) = keeper.disposals("Broker", "ACME")
    assert (part.cost, part.proceeds, part.grade) == (Decimal("51.5"), Decimal(65), FULL)


def test_a_fee_in_a_third_currency_is_converted_on_the_day(keeper: Bookkeeper) -> None:
    """5 USD at 0.80 EUR are 4: the cost is 100 + 4."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-01-10", "0.80", "EUR")
    buy(keeper, "2025-01-10", 10, 10, fee=5, fee_currency="USD")
    (lot,) = keeper.lots("Broker", "ACME")
    assert (lot.cost, lot.grade) == (Decimal(104), FULL)
    buy(keeper, "2025-01-10", 10, 10, fee=5, fee_currency="JPY")  # no rate: it is missing
    assert [lot.grade for lot in keeper.lots("Broker", "ACME")] == [FULL, PARTIAL]


def test_thirds_sum_to_the_whole_exactly(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 3, 0, amount=100)
    for on in ("2025-02-01", "2025-02-02", "2025-02-03"):
        sell(keeper, on, 1, 50)
    assert total([s.cost for s in keeper.disposals("Broker", "ACME")]) == 100
    assert keeper.lots("Broker", "ACME") == []


def test_an_uncovered_sale_gains_nothing(keeper: Bookkeeper) -> None:
    """6 of 10 sold are covered: 60 of 100 are their proceeds; the rest has no cost."""
    buy(keeper, "2025-01-10", 6, 5)
    keeper.fact("sell", "2025-02-10", "Broker", "ACME", quantity=10, price=10)
    covered, uncovered = keeper.disposals("Broker", "ACME")
    assert (covered.proceeds, covered.cost) == (Decimal(60), Decimal(30))
    assert (uncovered.place, uncovered.proceeds, uncovered.cost) == (0, Decimal(40), None)
    assert uncovered.grade == PARTIAL
    book = keeper.book()
    assert book.teller(book.base).gain(uncovered) is None
    assert keeper.quantity("Broker", "ACME") == -4
    buy(keeper, "2025-03-10", 5, 8)  # 4 are given back, and nothing is realised
    given = keeper.disposals("Broker", "ACME")[-1]
    assert (given.quantity, given.realises) == (Decimal(-4), False)
    (left,) = keeper.lots("Broker", "ACME")
    assert (left.quantity, left.cost) == (Decimal(1), Decimal(8))


def test_more_than_there_is_is_refused_by_hand_on_its_own_day(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-03-10", 10, 5)
    with pytest.raises(FolioError, match="ACME on"):
        sell(keeper, "2025-02-10", 5, 10)  # it was bought only later
    with pytest.raises(FolioError, match="ACME on"):
        sell(keeper, "2025-03-11", 11, 10)
    sell(keeper, "2025-03-11", 10, 10)
    with pytest.raises(FolioError, match="lack 1 ACME"):
        sell(keeper, "2025-03-10", 1, 10)  # would leave the sale of the next day short


def test_a_debt_in_cash_realises_the_change_of_its_rate(keeper: Bookkeeper) -> None:
    """100 USD spent at 0.80 and given back at 0.90: 10 EUR lost."""
    keeper.asset("USD", "currency")
    keeper.price("USD", "2025-01-10", "0.80", "EUR")
    keeper.price("USD", "2025-02-10", "0.90", "EUR")
    buy(keeper, "2025-01-10", 10, 10, currency="USD")
    assert keeper.quantity("Broker", "USD") == -100
    keeper.add("deposit", "2025-02-10", "Broker", "USD", quantity=100)
    (given,) = keeper.disposals("Broker", "USD")
    book = keeper.book()
    assert book.teller(book.base).gain(given) == Decimal(-10)
    assert keeper.lots("Broker", "USD") == []


def test_for_nothing_is_not_for_an_unknown_amount(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 2, 0)
    assert [(lot.cost, lot.grade) for lot in keeper.lots("Broker", "ACME")] == [(ZERO, FULL)]
    sell(keeper, "2025-02-10", 2, 0)
    (part,) = keeper.disposals("Broker", "ACME")
    assert (part.proceeds, part.cost) == (ZERO, ZERO)


# -- splits ------------------------------------------------------------------------------


def test_a_reverse_split_of_25_to_1(keeper: Bookkeeper) -> None:
    """1,000 at 2 become 40 at 50; 10 sold take a quarter of the cost, and the day stays."""
    buy(keeper, "2025-01-10", 1000, 2)
    keeper.add("split", "2025-02-10", asset="ACME", ratio="1:25")
    assert [(lot.quantity, lot.cost, lot.acquired_on) for lot in keeper.lots("Broker", "ACME")] == [
        (Decimal(40), Decimal(2000), "2025-01-10")
    ]
    sell(keeper, "2025-03-10", 10, 60)
    assert costs(keeper) == [("10", "500")]


def test_an_inexact_split_keeps_lots_and_position_together(keeper: Bookkeeper) -> None:
    """3 × 1 unit at 1 new for 7 old: 3/7 to 18 places, however the lots are rounded."""
    for on in ("2025-01-10", "2025-01-11", "2025-01-12"):
        buy(keeper, on, 1, 7)
    keeper.add("split", "2025-02-10", asset="ACME", ratio="1:7")
    lots = keeper.lots("Broker", "ACME")
    assert keeper.quantity("Broker", "ACME") == Decimal("0.428571428571428571")
    assert total([lot.quantity for lot in lots]) == keeper.quantity("Broker", "ACME")
    assert total([lot.cost for lot in lots]) == 21


def test_a_split_that_takes_back_an_uneven_one_leaves_nothing_of_it(keeper: Bookkeeper) -> None:
    """1:3 and then 3:1 are nothing: (10 / 3 - 1) × 3 = 7, of which the first lot is 5 - 3 = 2."""
    for on in ("2025-01-10", "2025-01-11"):
        buy(keeper, on, 5, 7)
    keeper.add("split", "2025-02-10", asset="ACME", ratio="1:3")
    sell(keeper, "2025-02-11", 1, 21)
    keeper.add("split", "2025-03-10", asset="ACME", ratio="3:1")
    assert [lot.quantity for lot in keeper.lots("Broker", "ACME")] == [2, 5]
    sell(keeper, "2025-03-11", 7, 8)
    assert keeper.quantity("Broker", "ACME") == 0
    assert [units for units, _ in costs(keeper)] == ["1", "2", "5"]
    assert total([Decimal(cost) for _, cost in costs(keeper)]) == 70


def test_a_split_is_at_the_open_of_its_day(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-02-10", 1, 10, at="2025-02-10T00:00")  # after the open
    keeper.add("split", "2025-02-10", asset="ACME", ratio="2:1")
    assert keeper.quantity("Broker", "ACME") == 1
    buy(keeper, "2025-02-09", 3, 10)  # recorded late, and split all the same
    assert keeper.quantity("Broker", "ACME") == 7


def test_two_witnesses_of_a_split_are_one_event(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 1, 10)
    first = keeper.add("split", "2025-02-10", asset="ACME", ratio="2:1")
    second = keeper.add("split", "2025-02-14", asset="ACME", ratio="2:1")
    assert keeper.quantity("Broker", "ACME") == 2
    keeper.undo(first)
    assert keeper.quantity("Broker", "ACME") == 2  # it goes with the last of them
    keeper.undo(second)
    assert keeper.quantity("Broker", "ACME") == 1
    keeper.add("split", "2025-02-20", asset="ACME", ratio="2:1")
    keeper.add("split", "2025-02-28", asset="ACME", ratio="2:1")  # 8 days: another split
    assert keeper.quantity("Broker", "ACME") == 4
    between = keeper.add("split", "2025-02-27", asset="ACME", ratio="2:1")  # near to both
    assert keeper.quantity("Broker", "ACME") == 2
    keeper.undo(between)
    assert keeper.quantity("Broker", "ACME") == 4


# -- transfers ---------------------------------------------------------------------------


def test_a_transfer_carries_day_and_cost_and_twice(keeper: Bookkeeper) -> None:
    keeper.account("Third")
    first = buy(keeper, "2025-01-10", 4, 10)
    buy(keeper, "2025-01-20", 4, 20)
    keeper.add("transfer", "2025-02-01", "Broker", "ACME", quantity=6, to_account="Wallet")
    keeper.add("transfer", "2025-02-02", "Wallet", "ACME", quantity=5, to_account="Third")
    lots = keeper.lots("Third", "ACME")
    assert [(lot.quantity, lot.cost, lot.acquired_on) for lot in lots] == [
        (Decimal(4), Decimal(40), "2025-01-10"),
        (Decimal(1), Decimal(20), "2025-01-20"),
    ]
    assert lots[0].opened_by == first
    assert not any(s.realises for s in keeper.disposals("Broker", "ACME"))
    everywhere = [*lots, *keeper.lots("Wallet", "ACME"), *keeper.lots("Broker", "ACME")]
    assert total([lot.cost for lot in everywhere]) == 120


def test_the_source_accounts_method_chooses_what_leaves(keeper: Bookkeeper) -> None:
    method(keeper, "hifo")
    buy(keeper, "2025-01-10", 4, 10)
    buy(keeper, "2025-01-20", 4, 20)
    keeper.add("transfer", "2025-02-01", "Broker", "ACME", quantity=4, to_account="Wallet")
    assert [lot.cost for lot in keeper.lots("Wallet", "ACME")] == [Decimal(80)]


def test_units_lost_on_the_way_are_sold_at_market(keeper: Bookkeeper) -> None:
    """10 at 10; 9 arrive of 10 sent: 1 is disposed of at the day's 15, cost 10."""
    buy(keeper, "2025-01-10", 10, 10)
    keeper.price("ACME", "2025-02-01", 15)
    keeper.add(
        "transfer", "2025-02-01", "Broker", "ACME", quantity=10, to_quantity=9, to_account="Wallet"
    )
    (lost,) = keeper.disposals("Wallet", "ACME")
    assert (lost.quantity, lost.proceeds, lost.cost) == (Decimal(1), Decimal(15), Decimal(10))
    assert (lost.realises, lost.grade) == (True, ESTIMATED)
    assert [lot.cost for lot in keeper.lots("Wallet", "ACME")] == [Decimal(90)]


def test_without_a_price_their_cost_stays(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-10", "Broker", "COIN", quantity=10, cost=100)
    keeper.add(
        "transfer", "2025-02-01", "Broker", "COIN", quantity=10, to_quantity=9, to_account="Wallet"
    )
    assert [lot.cost for lot in keeper.lots("Wallet", "COIN")] == [Decimal(100)]


def test_the_cost_of_lost_units_stays_in_its_currency(keeper: Bookkeeper) -> None:
    """2 for 20 EUR, 2 for 80 USD, 1 for 5 EUR; 3 arrive: 40 USD + 5 EUR of cost are left over."""
    keeper.add("deposit", "2025-01-10", "Broker", "COIN", quantity=2, cost=20)
    keeper.add("deposit", "2025-01-11", "Broker", "COIN", quantity=2, cost=80, currency="USD")
    keeper.add("deposit", "2025-01-12", "Broker", "COIN", quantity=1, cost=5)
    keeper.add(
        "transfer", "2025-02-01", "Broker", "COIN", quantity=5, to_quantity=3, to_account="Wallet"
    )
    euro, dollar = keeper.asset_id("EUR"), keeper.asset_id("USD")
    lots = keeper.lots("Wallet", "COIN")
    assert [(lot.cost, lot.currency) for lot in lots] == [
        (Decimal(25), euro),
        (Decimal(80), dollar),
    ]


def test_a_transfer_to_where_it_comes_from_is_refused(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 10, 10)
    with pytest.raises(FolioError, match="two places"):
        keeper.add("transfer", "2025-02-01", "Broker", "ACME", quantity=1, to_account="Broker")


# -- receipts, swaps, corrections --------------------------------------------------------


def test_a_reward_opens_at_market_or_unknown(keeper: Bookkeeper) -> None:
    keeper.add("reward", "2025-01-10", "Wallet", "COIN", quantity=2)
    assert [(lot.cost, lot.grade) for lot in keeper.lots("Wallet", "COIN")] == [(None, PARTIAL)]
    keeper.price("COIN", "2025-01-09", 7)  # known late: the lot is opened again
    assert [(lot.cost, lot.grade) for lot in keeper.lots("Wallet", "COIN")] == [
        (Decimal(14), ESTIMATED)
    ]


def test_a_swap_gives_both_sides_one_value(keeper: Bookkeeper) -> None:
    """4 ACME that cost 40 go for 2 COIN, worth 60 by agreement: 20 gained, a lot of 60."""
    buy(keeper, "2025-01-10", 4, 10)
    keeper.add(
        "swap",
        "2025-02-10",
        "Broker",
        "ACME",
        quantity=4,
        to_asset="COIN",
        to_quantity=2,
        amount=60,
    )
    (gone,) = keeper.disposals("Broker", "ACME")
    assert (gone.proceeds, gone.cost) == (Decimal(60), Decimal(40))
    assert [lot.cost for lot in keeper.lots("Broker", "COIN")] == [Decimal(60)]


def test_a_swap_without_a_value_is_at_the_market_of_what_was_given(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 4, 10)
    keeper.price("ACME", "2025-02-10", 12)
    keeper.price("COIN", "2025-02-10", 99)
    keeper.add("swap", "2025-02-10", "Broker", "ACME", quantity=4, to_asset="COIN", to_quantity=2)
    assert [lot.cost for lot in keeper.lots("Broker", "COIN")] == [Decimal(48)]


def test_the_fee_of_a_swap_in_a_third_asset(keeper: Bookkeeper) -> None:
    """The fee joins the cost of what came in at its own market value; it is disposed of at it,
    and at nothing where nobody knows it: never at the value of the swap."""
    keeper.asset("GAS", "crypto")
    keeper.add("deposit", "2025-01-01", "Broker", "GAS", quantity=3, cost=3)
    buy(keeper, "2025-01-10", 4, 10)
    words = {"quantity": 2, "to_asset": "COIN", "to_quantity": 1, "fee": 1, "fee_currency": "GAS"}
    keeper.add("swap", "2025-02-10", "Broker", "ACME", amount=30, **words)
    (fee,) = keeper.disposals("Broker", "GAS")
    assert (fee.proceeds, fee.cost) == (None, Decimal(1))
    keeper.price("GAS", "2025-02-09", 5)
    (fee,) = keeper.disposals("Broker", "GAS")
    assert (fee.proceeds, fee.cost) == (Decimal(5), Decimal(1))
    assert [lot.cost for lot in keeper.lots("Broker", "COIN")] == [Decimal(35)]


def test_corrections_are_at_average_cost(keeper: Bookkeeper) -> None:
    """2 at 10 and 2 at 20: 15 on average.  2 more cost 30; 3 fewer take 45 of 90."""
    buy(keeper, "2025-01-10", 2, 10)
    buy(keeper, "2025-01-11", 2, 20)
    keeper.add("correction", "2025-02-10", "Broker", "ACME", quantity=2)
    lots = keeper.lots("Broker", "ACME")
    assert (lots[-1].quantity, lots[-1].cost, lots[-1].grade) == (Decimal(2), Decimal(30), PARTIAL)
    keeper.add("correction", "2025-02-11", "Broker", "ACME", quantity=-3)
    gone = keeper.disposals("Broker", "ACME")
    assert total([s.cost for s in gone]) == 45
    assert not any(s.realises for s in gone)


def test_an_opening_keeps_its_day_and_cost(keeper: Bookkeeper) -> None:
    keeper.add(
        "opening", "2025-01-10", "Broker", "ACME", quantity=5, cost=60, acquired_on="2019-05-05"
    )
    keeper.add("opening", "2025-01-10", "Wallet", "ACME", quantity=5)
    (known,) = keeper.lots("Broker", "ACME")
    assert (known.cost, known.acquired_on, known.grade) == (Decimal(60), "2019-05-05", FULL)
    (unknown,) = keeper.lots("Wallet", "ACME")
    assert (unknown.cost, unknown.grade) == (None, PARTIAL)


# -- the walk ----------------------------------------------------------------------------


def test_a_purchase_covers_a_sale_of_the_same_day(keeper: Bookkeeper) -> None:
    keeper.fact("sell", "2025-01-10", "Broker", "ACME", quantity=1, price=12)
    buy(keeper, "2025-01-10", 1, 10)
    (part,) = keeper.disposals("Broker", "ACME")
    assert (part.place, part.cost) == (1, Decimal(10))


def test_unless_their_instants_say_otherwise(keeper: Bookkeeper) -> None:
    buy(keeper, "2025-01-10", 1, 10, at="2025-01-10T12:00")
    with pytest.raises(FolioError, match="ACME on"):
        sell(keeper, "2025-01-10", 1, 12, at="2025-01-10T11:59")
    sell(keeper, "2025-01-10", 1, 12, at="2025-01-10T12:01")


def test_a_transfer_comes_between_what_comes_in_and_instants(keeper: Bookkeeper) -> None:
    """Bought, moved and sold on one day, recorded in the opposite order."""
    keeper.fact("sell", "2025-01-10", "Wallet", "ACME", quantity=1, price=12)
    keeper.fact("transfer", "2025-01-10", "Broker", "ACME", quantity=1, to_account="Wallet")
    buy(keeper, "2025-01-10", 1, 10)
    (sold,) = keeper.disposals("Wallet", "ACME")
    assert (sold.place, sold.cost) == (1, Decimal(10))
