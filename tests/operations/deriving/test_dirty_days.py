"""From which day on a write changes figures: each case once went unmarked."""

from decimal import Decimal

from bookkeeper import Bookkeeper, day, evenings_every
from folio.db.derived.rollup import read_dirty
from folio.db.prices.prices import NewPrice
from folio.db.statements.observations import add_observation
from folio.model.assets import AssetRef
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.recording import Recording
from folio.operations.transactions.record import Recorder

END = "2025-01-31"


def assert_rebuilt(keeper: Bookkeeper) -> None:
    """The incremental rollup through END is the rebuilt one."""
    keeper.roll_up(END)
    incremental = keeper.derived()
    keeper.rebuild()
    assert incremental == keeper.derived()


def test_a_split_bends_the_days_before_an_observation(keeper: Bookkeeper) -> None:
    # 100 seen on the 20th are 50 old units before the split of the 10th.
    keeper.price("ACME", "2025-01-01", 1)
    keeper.add("deposit", "2025-01-02", "Broker", "ACME", quantity=1)
    keeper.observe("Broker", "ACME", 100, "2025-01-20")
    keeper.roll_up(END)
    keeper.add("split", "2025-01-10", asset="ACME", ratio="2:1")
    assert_rebuilt(keeper)


def test_an_observation_taken_back_unbends_the_days_before_it(keeper: Bookkeeper) -> None:
    keeper.price("ACME", "2025-01-01", 1)
    keeper.observe("Broker", "ACME", 10, "2025-01-02")
    keeper.observe("Broker", "ACME", 100, "2025-01-20")
    keeper.roll_up(END)
    holding = keeper.holding_id("Broker", "ACME")

    def forget(write: Recording) -> None:
        add_observation(write.commit, holding, day("2025-01-20"), "user-entered", None)
        write.touched.observation(holding, day("2025-01-20"))

    keeper.write(forget)
    assert_rebuilt(keeper)


def test_a_split_changes_the_price_on_which_a_lot_rests(keeper: Bookkeeper) -> None:
    # 4 ACME at the price of the 1st, 10, are worth 40, and 20 once they were split.
    keeper.price("ACME", "2025-01-01", 10)
    keeper.add("deposit", "2025-01-02", "Broker", "ACME", quantity=4, cost=40)
    swap = keeper.add(
        "swap", "2025-01-05", "Broker", "ACME", quantity=4, to_asset="COIN", to_quantity=1
    )
    assert [lot.cost for lot in keeper.lots("Broker", "COIN")] == [Decimal(40)]
    keeper.roll_up(END)
    keeper.add("split", "2025-01-03", asset="ACME", ratio="2:1")
    (lot,) = keeper.lots("Broker", "COIN")
    assert (lot.opened_by, lot.cost) == (swap, Decimal(20))
    assert_rebuilt(keeper)


def test_a_batch_marks_what_rests_on_its_first_price(keeper: Bookkeeper) -> None:
    """The batch trades COIN early and ACME late; an ACME lot of the 8th rests on COIN."""
    keeper.add("deposit", "2025-01-02", "Broker", "COIN", quantity=2, cost=1)
    keeper.add("swap", "2025-01-08", "Broker", "COIN", quantity=1, to_asset="ACME", to_quantity=5)
    keeper.roll_up(END)
    keeper.batch(
        "kind,on,account,asset,quantity,price\n"
        "buy,2025-01-06,Wallet,COIN,1,70\n"
        "buy,2025-01-20,Broker,ACME,1,9\n"
    )
    assert keeper.lots("Broker", "ACME")[0].cost == Decimal(70)
    assert_rebuilt(keeper)


def test_a_split_restates_the_prices_of_a_source_that_adjusts_them(keeper: Bookkeeper) -> None:
    """The clock stands at 2025-01-20: a split of the 10th was known to the source."""
    keeper.add("deposit", "2025-01-02", "Broker", "ACME", quantity=4, cost=40)
    asset, euro = keeper.asset_id("ACME"), keeper.asset_id("EUR")

    def quote(write: Recording) -> None:
        source = write.commit.add("sources", name="adjusting", split_adjusted=1)
        write.price(NewPrice(asset, euro, day("2025-01-03"), Decimal(5), source))

    keeper.write(quote)
    keeper.roll_up(END)
    keeper.add("split", "2025-01-10", asset="ACME", ratio="2:1")
    rate = keeper.book().graph.rate(asset, euro, day("2025-01-05"))
    assert rate is not None
    assert rate.rate == Decimal(10)  # 5 in units after the split
    assert_rebuilt(keeper)


def test_a_value_stated_in_an_asset_follows_that_assets_price(keeper: Bookkeeper) -> None:
    keeper.asset("FUND", "fund")
    keeper.add("deposit", "2025-01-01", "Broker", "ACME", quantity=5, cost=50)
    legs = (
        Leg("asset", AssetRef("ACME"), Decimal(-5), Decimal("0.5"), AssetRef("COIN")),
        Leg("asset", AssetRef("FUND"), Decimal(2)),
    )
    draft = Draft("swap", day("2025-01-05"), AccountRef("Broker"), legs)
    keeper.write(lambda write: Recorder(write, "exchange", repeats=True).record(draft))
    keeper.roll_up(END)
    keeper.price("COIN", "2025-01-04", 30)
    assert_rebuilt(keeper)


def test_a_fee_on_an_asset_before_the_asset_was_held(keeper: Bookkeeper) -> None:
    keeper.add("fee", "2025-01-05", "Broker", "ACME", amount="1.50", currency="EUR")
    keeper.roll_up(END)
    keeper.add("deposit", "2025-01-10", "Broker", "ACME", quantity=1)
    assert_rebuilt(keeper)


def test_the_cost_of_a_day_is_that_of_its_own_lots(keeper: Bookkeeper) -> None:
    """Bought 10 for 100 on the 2nd, 10 for 300 on the 10th: 100 is the cost until the 9th."""
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=10, price=10, currency="EUR")
    keeper.add("buy", "2025-01-10", "Broker", "ACME", quantity=10, price=30, currency="EUR")
    keeper.roll_up("2025-01-12")
    holding = keeper.holding_id("Broker", "ACME")
    rows = keeper.db.execute(
        "SELECT cost_basis FROM portfolio_value_daily WHERE scope = 3 AND scope_id = ? "
        "ORDER BY day",
        [holding],
    )
    assert [cost for (cost,) in rows] == [10_000] * 8 + [40_000] * 3


def test_what_was_realised_before_a_holding_had_a_row_is_counted(keeper: Bookkeeper) -> None:
    # 1 EUR of capital came back for shares that nobody had recorded: its gain is not known.
    with evenings_every(1):
        keeper.price("ACME", "2025-01-01", 1)
        keeper.add("deposit", "2025-01-05", "Wallet", "ACME", quantity=2, cost=2)
        keeper.add("return_of_capital", "2025-01-07", "Broker", "ACME", amount=1)
        keeper.roll_up("2025-01-12")
        keeper.add("transfer_out", "2025-01-20", "Wallet", "ACME", quantity=2)
        keeper.add("transfer_in", "2025-01-20", "Broker", "ACME", quantity=2)
        assert_rebuilt(keeper)


def test_what_is_folded_again_leaves_its_days(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=5, price=10)
    keeper.add("sell", "2025-01-20", "Broker", "ACME", quantity=2, price=12)
    keeper.roll_up(END)
    keeper.price("ACME", "2025-01-30", 13)  # leaves a day or two to the rollup
    keeper.add("buy", "2025-01-01", "Broker", "ACME", quantity=1, price=8)
    assert not read_dirty(keeper.db)
    incremental = keeper.derived()
    keeper.rebuild()
    assert incremental == keeper.derived()


def test_a_rollup_that_is_far_behind_is_left_to_who_rolls_up(keeper: Bookkeeper) -> None:
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=5, price=10)
    keeper.add("sell", "2025-01-20", "Broker", "ACME", quantity=2, price=12)
    keeper.roll_up(END)
    keeper.price("ACME", "2024-01-03", 13)  # is in force for a year
    keeper.add("buy", "2024-01-01", "Broker", "ACME", quantity=1, price=8)
    assert read_dirty(keeper.db)[keeper.holding_id("Broker", "ACME")] == day("2024-01-01")
    assert_rebuilt(keeper)
