"""Lot methods by scope and day, and sales that name their lots."""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.db.derived.rollup import read_dirty
from folio.db.transactions.postings import postings_of
from folio.errors import FolioError, UsageError
from folio.operations.arranging.arrange import set_setting
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.attention.status import status
from folio.reports.held.names import accounts, holdings, settings
from folio.reports.query import Query

TODAY = "2025-12-31"


@pytest.fixture
def bought(keeper: Bookkeeper) -> Bookkeeper:
    """At both places 10 at 10 (1, 2), 10 at 30 (3, 4), 10 at 20 (5, 6) and 10 at 5 (7, 8)."""
    for month, price in ((1, 10), (2, 30), (3, 20), (4, 5)):
        for place in ("Broker", "Wallet"):
            on = f"2025-0{month}-10"
            keeper.add("buy", on, place, "ACME", quantity=10, price=price)
    return keeper


def sell(keeper: Bookkeeper, on: str, quantity: Any, where: str = "Broker", **more: Any) -> int:
    return keeper.add("sell", on, where, "ACME", quantity=quantity, price=40, **more)


def method(keeper: Bookkeeper, scope: str, name: str | None, since: str | None = None) -> None:
    numbers = {
        "book": 0,
        "account": 1,  # the broker
        "holding": keeper.holding_id("Broker", "ACME"),
    }
    first = None if since is None else day(since)
    of = (scope, numbers[scope])
    keeper.write(lambda write: set_lot_method(write, of, name, first))


def costs(keeper: Bookkeeper, where: str = "Broker") -> list[int]:
    return [int(part.cost or -1) for part in keeper.disposals(where, "ACME")]


def held_since(keeper: Bookkeeper, on: str) -> dict[str, int]:
    """The units that were sold on a day, by the day from which on they were held."""
    units: dict[str, Decimal] = {}
    for part in keeper.disposals("Broker", "ACME"):
        if part.disposed_on == on:
            since = part.held_since or part.acquired_on
            units[since] = units.get(since, Decimal(0)) + part.quantity
    return {since: int(round(n, 20)) for since, n in units.items()}


# -- methods -----------------------------------------------------------------------------


def test_lots_bought_at_one_price_are_alike_after_a_split_that_does_not_come_out_even(
    keeper: Bookkeeper,
) -> None:
    """5 and 5 are 1.666… and 1.666… of which the second has a digit less: the first one goes."""
    account = keeper.book().catalog.accounts
    (broker,) = [n for n, one in account.items() if one.name == "Broker"]
    keeper.write(lambda write: set_lot_method(write, ("account", broker), "hifo"))
    for bought in ("2024-01-02", "2024-01-03"):
        keeper.add("buy", bought, "Broker", "ACME", quantity=5, price=10)
    keeper.add("split", "2024-02-01", "", "ACME", ratio="1:3")
    keeper.add("sell", "2024-03-01", "Broker", "ACME", quantity=1, price=40)
    assert [part.acquired_on for part in keeper.disposals("Broker", "ACME")] == ["2024-01-02"]


def test_the_narrowest_scope_counts(bought: Bookkeeper) -> None:
    """One unit each: FIFO 10, HIFO 30, LIFO 5, the average of all 16.25."""
    for place in ("Broker", "Wallet"):
        sell(bought, "2025-06-01", 1, place)
    assert (costs(bought), costs(bought, "Wallet")) == ([10], [10])
    method(bought, "book", "hifo")
    assert (costs(bought), costs(bought, "Wallet")) == ([30], [30])
    method(bought, "account", "lifo")
    assert (costs(bought), costs(bought, "Wallet")) == ([5], [30])
    method(bought, "holding", "average")
    parts = bought.disposals("Broker", "ACME")
    assert sum((part.cost or Decimal(0) for part in parts), Decimal(0)) == Decimal("16.25")
    for scope in ("holding", "account", "book"):
        method(bought, scope, None)
    assert (costs(bought), costs(bought, "Wallet")) == ([10], [10])


def test_a_change_applies_from_its_day_on(bought: Bookkeeper) -> None:
    for on in ("2025-06-01", "2025-07-01", "2025-08-01"):
        sell(bought, on, 1)
    method(bought, "account", "hifo", "2025-07-01")
    assert costs(bought) == [10, 30, 30]
    method(bought, "account", "lifo", "2025-08-01")
    assert costs(bought) == [10, 30, 5]
    method(bought, "account", None, "2025-07-01")  # the book's again until August
    assert costs(bought) == [10, 10, 5]
    method(bought, "account", "average")  # before any dated one
    method(bought, "account", "fifo", "2025-07-01")
    assert len(costs(bought)) == 6  # a quarter of each of the four lots, then one, then one
    assert costs(bought)[-2:] == [10, 5]


def test_days_before_a_change_stay_as_they_are(bought: Bookkeeper) -> None:
    sell(bought, "2025-06-01", 1)
    sell(bought, "2025-08-01", 1)
    bought.roll_up("2025-09-01")
    method(bought, "account", "hifo", "2025-07-15")
    assert not read_dirty(bought.db)  # the days were left by the fold
    incremental = bought.derived()
    bought.rebuild()
    assert bought.derived() == incremental


def test_a_method_follows_a_transfer(bought: Bookkeeper) -> None:
    """The source's method chooses what moves: its dearest units arrive."""
    bought.add("transfer", "2025-06-01", "Broker", "ACME", quantity=10, to_account="Wallet")
    method(bought, "account", "hifo", "2025-05-01")
    method(bought, "book", "hifo", "2025-06-15")
    sell(bought, "2025-07-01", 20, "Wallet")
    assert sum(costs(bought, "Wallet")) == 600  # 10 of its own at 30, and 10 that came


def test_what_is_in_force_is_listed(bought: Bookkeeper) -> None:
    method(bought, "book", "hifo", "2025-07-01")
    method(bought, "account", "average", "2025-03-01")
    method(bought, "holding", "lifo")
    book = bought.book()
    query = Query(day(TODAY), book.base)
    found = [
        tuple(str(row[key] or "") for key in ("of", "value", "since", "until"))
        for row in settings(book, query).rows
        if row["setting"] == "lot_method"
    ]
    assert found == [
        ("", "fifo", "", "2025-06-30"),
        ("", "hifo", "2025-07-01", ""),
        ("North/Broker", "average", "2025-03-01", ""),
        ("North/Broker ACME", "lifo", "", ""),
    ]
    said = {row["account"]: row for row in accounts(book, query).rows}
    assert said["Broker"]["lot_method"] == "average"
    assert said["Broker"]["lot_method_since"] == day("2025-03-01")
    assert said["Wallet"]["lot_method"] is None
    early = accounts(book, query._replace(as_of=day("2025-02-01")))
    assert {row["lot_method"] for row in early.rows} == {None}
    assert [r["lot_method"] for r in holdings(book, query).rows if r["lot_method"]] == ["lifo"]


def test_settings_without_days_take_none(keeper: Bookkeeper) -> None:
    with pytest.raises(UsageError, match="holds always"):
        keeper.write(
            lambda write: set_setting(write, ("book", 0), "stale_days", "5", day("2025-01-01"))
        )
    with pytest.raises(UsageError, match="no lot method"):
        keeper.write(lambda write: set_setting(write, ("book", 0), "lot_method", "specific"))


# -- named lots --------------------------------------------------------------------------


def taken(keeper: Bookkeeper, number: int, where: str = "Broker") -> list[tuple[int, str]]:
    """(lot, units) of a sale."""
    parts = keeper.disposals(where, "ACME")
    return [(p.opened_by or 0, f"{p.quantity:f}") for p in parts if p.transaction_id == number]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("5", [(5, "7.5")]),
        ("3:5,5:2.5", [(3, "5"), (5, "2.5")]),
        ("5:2.5, 3", [(3, "5"), (5, "2.5")]),  # the one without units takes the rest
        ("7:7.5", [(7, "7.5")]),
    ],
)
def test_lots_are_named_with_their_units(
    bought: Bookkeeper, named: str, expected: list[tuple[int, str]]
) -> None:
    number = sell(bought, "2025-06-01", "7.5", lot=named)
    assert taken(bought, number) == expected
    again = bought.undo(bought.undo(number))
    assert taken(bought, again) == expected
    amended = bought.amend(again, price=41)
    assert taken(bought, amended) == expected
    assert taken(bought, bought.amend(amended, lot="1")) == [(1, "7.5")]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("3:5", "the lots named are of 5 units, not of 7.5"),
        ("3:5,5:5", "the lots named are of 10 units, not of 7.5"),
        ("3:7.5,5", "the lots named are of 7.5 units, not of 7.5"),
        ("3,5", "lots 3 and 5 have no units; say them, such as 3:5"),
        ("3:4,3:3.5", "names a transaction twice"),
        ("3:0,5", "lot '3:0' is of no units"),
        ("3:-1,5", "lot '3:-1' is of no units"),
        ("x", "lot 'x' is not a transaction's number; folio lots lists them"),
        ("3:x", "quantity of lot 3 'x' is not a plain number"),
        ("4", "transaction 4 opened no lot of ACME there; folio lots lists them"),
        ("99", "transaction 99 opened no lot of ACME there"),
    ],
)
def test_lots_that_cannot_be_meant_are_refused(bought: Bookkeeper, named: str, said: str) -> None:
    before = bought.everything()
    with pytest.raises(UsageError) as refused:
        sell(bought, "2025-06-01", "7.5", lot=named)
    assert said in str(refused.value)
    assert bought.everything() == before


def test_more_than_a_lot_has_is_refused(bought: Bookkeeper) -> None:
    sell(bought, "2025-05-01", 4, lot=3)
    with pytest.raises(FolioError, match=r"lot 3 has 6 ACME on 2025-06-01, not 7; .*--lot 3:6,…"):
        sell(bought, "2025-06-01", 7, lot=3)
    with pytest.raises(FolioError, match="lot 7 has 0 ACME on 2025-04-01, not 1"):
        sell(bought, "2025-04-01", 1, lot=7)  # bought later
    rows = (
        '{"kind": "sell", "on": "2025-06-01", "account": "Broker", "asset": "ACME", '
        '"quantity": "7", "price": "1", "lot": "3:6,5:1"}'
    )
    (outcome,) = bought.batch(rows).outcomes
    assert taken(bought, outcome.transaction_id) == [(3, "6"), (5, "1")]


def test_a_lot_that_was_promised_is_not_sold_before(bought: Bookkeeper) -> None:
    promised = sell(bought, "2025-06-01", 10, lot=1)
    with pytest.raises(FolioError, match=f"then lot 1 has 5 .* transaction {promised} names 10"):
        sell(bought, "2025-05-01", 5)  # first in first out would take it
    with pytest.raises(FolioError, match=f"then the lot has 8 .* transaction {promised} names 10"):
        bought.amend(1, quantity=8)
    sell(bought, "2025-05-01", 5, lot=3)
    bought.amend(1, price=11)  # the lot is known by its new number
    assert costs(bought) == [150, 110]


def test_a_method_does_not_take_back_a_promise(bought: Bookkeeper) -> None:
    """FIFO took lot 1; the dearest first would take lot 3, which a later sale names."""
    sell(bought, "2025-05-01", 10)
    promised = sell(bought, "2025-06-01", 10, lot=3)
    with pytest.raises(FolioError, match=f"then lot 3 has 0 .* transaction {promised} names 10"):
        method(bought, "account", "hifo")
    method(bought, "account", "hifo", "2025-05-02")
    assert costs(bought) == [100, 300]


def test_a_lot_that_came_by_transfer(bought: Bookkeeper) -> None:
    words = {"quantity": 10, "to_account": "Wallet", "lot": 5}
    bought.add("transfer", "2025-05-01", "Broker", "ACME", **words)
    number = sell(bought, "2025-06-01", 8, "Wallet", lot=5)
    assert taken(bought, number, "Wallet") == [(5, "8")]
    with pytest.raises(FolioError, match="lot 5 has 2"):
        sell(bought, "2025-06-02", 3, "Wallet", lot="5:3")
    with pytest.raises(FolioError, match="lot 5 has 0"):
        sell(bought, "2025-06-02", 3, "Broker", lot="5:3")


def test_what_a_statement_names_in_vain_is_a_finding(bought: Bookkeeper) -> None:
    words = {"quantity": 12, "price": 40, "lot": 3}
    number = bought.fact("sell", "2025-06-01", "Broker", "ACME", **words)
    assert taken(bought, number) == [(3, "10"), (1, "2")]
    book = bought.book()
    found = [r for r in status(book, Query(day(TODAY), book.base)).rows if r["kind"] == "named lot"]
    assert [(row["what"], row["settle"]) for row in found] == [
        (
            f"transaction {number} names 12 ACME of lot 3, which had 10; the method chose the rest",
            f"folio amend {number} --lot …, see: folio lots ACME",
        )
    ]
    bought.amend(number, lot="3:10,1")
    book = bought.book()
    rows = status(book, Query(day(TODAY), book.base)).rows
    assert not [row for row in rows if row["kind"] == "named lot"]


def test_undoing_what_opened_a_named_lot_is_a_finding(bought: Bookkeeper) -> None:
    sell(bought, "2025-06-01", 10, lot=3)
    bought.undo(3)
    book = bought.book()
    rows = status(book, Query(day(TODAY), book.base)).rows
    assert [row["kind"] for row in rows if "lot" in str(row["kind"])] == ["named lot"]


def test_lots_chosen_after_an_average_keep_their_own_day(keeper: Bookkeeper) -> None:
    """The average of 2023 drew on the lots of January and February; that of March 2024 is whole,
    and last in first out sells it: held for a month, not since 2023."""
    method_of_book = ("book", 0)
    for name, since in (("average", None), ("lifo", day("2024-03-01"))):
        keeper.write(lambda w, n=name, s=since: set_lot_method(w, method_of_book, n, s))
    keeper.add("buy", "2023-01-02", "Broker", "ACME", quantity=10, price=10)
    keeper.add("buy", "2023-02-01", "Broker", "ACME", quantity=10, price=20)
    sell(keeper, "2023-05-01", 15)
    keeper.add("buy", "2024-03-01", "Broker", "ACME", quantity=10, price=30)
    sell(keeper, "2024-04-01", 12)
    assert held_since(keeper, "2024-04-01") == {"2024-03-01": 10, "2023-02-01": 2}


def test_an_average_draws_on_the_days_that_one_before_left(keeper: Bookkeeper) -> None:
    """By hand, the units of January, February and June: 10, 5, 10; 5 sold: 5, 5, 10; shrunk to
    16 of 20: 4, 4, 8; 6 sold: 0, 2, 8.  With 6 of May 2024, 12 more are 2, 8 and 2 of those."""
    keeper.write(lambda write: set_lot_method(write, ("book", 0), "average"))
    for on, quantity in (("2023-01-02", 10), ("2023-02-01", 5), ("2023-06-01", 10)):
        keeper.add("buy", on, "Broker", "ACME", quantity=quantity, price=10)
    sell(keeper, "2023-07-01", 5)
    assert held_since(keeper, "2023-07-01") == {"2023-01-02": 5}
    keeper.observe("Broker", "ACME", 20, "2023-08-01")
    keeper.observe("Broker", "ACME", 16, "2023-12-31")
    keeper.answer(2, "growth")
    sell(keeper, "2024-03-01", 6)
    assert held_since(keeper, "2024-03-01") == {"2023-01-02": 4, "2023-02-01": 2}
    keeper.add("buy", "2024-05-01", "Broker", "ACME", quantity=6, price=10)
    sell(keeper, "2024-06-01", 12)
    assert held_since(keeper, "2024-06-01") == {"2023-02-01": 2, "2023-06-01": 8, "2024-05-01": 2}


def test_an_average_after_chosen_lots_draws_on_what_they_left(keeper: Bookkeeper) -> None:
    """By hand: 2 of 10 go at average cost, then 4 of March last in first out: 8 and 6 are left,
    and with 10 of June an average of 16 takes 8, 6 and 2."""
    keeper.add("buy", "2023-01-02", "Broker", "ACME", quantity=10, price=10)
    for name, since in (("average", None), ("lifo", "2024-03-01"), ("average", "2025-01-01")):
        method(keeper, "book", name, since)
    sell(keeper, "2023-05-01", 2)
    keeper.add("buy", "2024-03-01", "Broker", "ACME", quantity=10, price=10)
    sell(keeper, "2024-04-01", 4)
    keeper.add("buy", "2024-06-01", "Broker", "ACME", quantity=10, price=10)
    sell(keeper, "2025-01-02", 16)
    assert held_since(keeper, "2025-01-02") == {"2023-01-02": 8, "2024-03-01": 6, "2024-06-01": 2}


# -- fees in other assets ----------------------------------------------------------------


def test_a_fee_in_what_was_traded_is_units_not_money(keeper: Bookkeeper) -> None:
    """By hand: 1,000 paid for 10, of which the exchange kept 0.1: 9.9 cost 1,000.  Of 5.1 that
    went out, 0.1 were the fee, and 500 came in for all of them."""
    fee = {"fee": "0.1", "fee_currency": "ACME"}
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=10, price=100, **fee)
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "ACME")] == [
        (Decimal("9.9"), 1000)
    ]
    keeper.add("sell", "2024-02-01", "Broker", "ACME", quantity=5, price=100, **fee)
    sold = keeper.disposals("Broker", "ACME")
    assert [(part.quantity, part.proceeds) for part in sold] == [(Decimal("5.1"), 500)]


def test_the_fee_of_a_swap_in_what_was_given_joins_the_cost(keeper: Bookkeeper) -> None:
    """By hand: 100 EUR and a fee of 2 are gone for 1 coin, which cost 102, as if bought.  Of 1.1
    that went out, 0.1 were the fee: at 200 each 220 are gone for 3 others, and they cost 220.
    Where 95 USD are agreed on for 100 CHF, at 0.8 EUR a dollar, a fee of 1.60 EUR is 2 USD."""
    keeper.asset("GOT")
    fee = {"fee": 2, "fee_currency": "EUR"}
    to = {"to_asset": "COIN", "to_quantity": 1}
    keeper.add("swap", "2024-02-01", "Broker", "EUR", quantity=100, **to, **fee)
    assert [lot.cost for lot in keeper.lots("Broker", "COIN")] == [102]
    keeper.price("COIN", "2024-02-02", 200)
    keeper.add("deposit", "2024-02-02", "Broker", "COIN", quantity=1, cost=200)
    fee = {"fee": "0.1", "fee_currency": "COIN"}
    to = {"to_asset": "GOT", "to_quantity": 3}
    keeper.add("swap", "2024-02-02", "Broker", "COIN", quantity=1, **to, **fee)
    gone = keeper.disposals("Broker", "COIN")
    assert sum(part.proceeds for part in gone if part.proceeds) == 220
    assert [lot.cost for lot in keeper.lots("Broker", "GOT")] == [220]
    keeper.add("deposit", "2024-02-03", "Broker", "USD", quantity=1)
    keeper.add("deposit", "2024-02-03", "Broker", "CHF", quantity=100)
    keeper.price("USD", "2024-02-03", "0.8")
    fee = {"fee": "1.6", "fee_currency": "EUR", "amount": 95, "currency": "USD"}
    keeper.add("swap", "2024-02-03", "Broker", "CHF", quantity=100, **to, **fee)
    assert [lot.cost for lot in keeper.lots("Broker", "GOT")] == [220, 97]


def test_the_fee_of_a_swap_for_money_is_less_of_it(keeper: Bookkeeper) -> None:
    """By hand: 2 that cost 80 go for 100 EUR less 3: 97 were fetched, and 97 EUR cost 97."""
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=80)
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=2, price=40)
    to = {"to_asset": "EUR", "to_quantity": 100, "fee": 3, "fee_currency": "EUR"}
    keeper.add("swap", "2024-02-01", "Broker", "ACME", quantity=2, **to)
    (sold,) = keeper.disposals("Broker", "ACME")
    assert (sold.proceeds, sold.cost) == (97, 80)
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "EUR")] == [(97, 97)]


def swap(
    keeper: Bookkeeper, on: str, asset: str, units: Any, to: str, got: Any, **more: Any
) -> int:
    words = {"quantity": units, "to_asset": to, "to_quantity": got, **more}
    return keeper.fact("swap", on, "Broker", asset, **words)


def test_base_money_in_a_swap_is_worth_itself(keeper: Bookkeeper) -> None:
    """By hand: 125 USD that cost 100 EUR go for 110 EUR: 10 are gained, whatever the market says
    of the day.  55 USD that are not there go for 50 EUR, and are given back for 44: 6 are gained.
    2 that cost 80 go for 100 EUR, and 1 of a third asset at 7: 93 were fetched, and the 100 EUR
    cost themselves."""
    keeper.asset("FEE")
    keeper.price("FEE", "2024-01-01", 7)
    keeper.add("deposit", "2024-01-01", "Broker", "EUR", quantity=180)
    swap(keeper, "2024-01-02", "EUR", 100, "USD", 125)
    keeper.price("USD", "2024-02-01", "0.7")
    swap(keeper, "2024-02-01", "USD", 125, "EUR", 110)
    swap(keeper, "2024-02-02", "USD", 55, "EUR", 50)
    swap(keeper, "2024-02-03", "EUR", 44, "USD", 55)
    gone = [(one.proceeds, one.cost) for one in keeper.disposals("Broker", "USD")]
    assert gone == [(110, 100), (-44, -50)]
    keeper.add("buy", "2024-03-01", "Broker", "ACME", quantity=2, price=40)
    swap(keeper, "2024-03-02", "ACME", 2, "EUR", 100, fee=1, fee_currency="FEE")
    assert [(one.proceeds, one.cost) for one in keeper.disposals("Broker", "ACME")] == [(93, 80)]
    assert [(lot.quantity, lot.cost) for lot in keeper.lots("Broker", "EUR")] == [(216, 216)]


@pytest.mark.parametrize(
    ("gave", "got", "more"),
    [
        ("EUR", "USD", {}),
        ("USD", "EUR", {"fee": 2, "fee_currency": "EUR"}),
        ("USD", "CHF", {"fee": 2, "fee_currency": "CHF"}),
        ("USD", "CHF", {"fee": 2, "fee_currency": "CHF", "amount": 70, "currency": "CHF"}),
        ("COIN", "USD", {"fee": 2, "fee_currency": "USD"}),
        ("COIN", "USD", {"fee": 1, "fee_currency": "ACME", "amount": 9, "currency": "EUR"}),
        ("COIN", "ACME", {"fee": 1, "fee_currency": "COIN", "amount": 9, "currency": "USD"}),
        ("COIN", "ACME", {"acquired_on": "2023-01-01"}),
    ],
)
def test_what_a_swap_was_worth_is_said_again(
    keeper: Bookkeeper, gave: str, got: str, more: dict[str, Any]
) -> None:
    """An amendment of the note alone records the same postings."""
    for asset in ("EUR", "USD", "ACME", "COIN"):
        keeper.add("deposit", "2024-01-01", "Broker", asset, quantity=100)
    number = swap(keeper, "2024-02-01", gave, 50, got, 40, **more)
    again = keeper.amend(number, note="told")
    assert postings_of(keeper.db, again) == postings_of(keeper.db, number)


def test_the_third_asset_fee_of_a_swap_at_market_joins_the_cost(keeper: Bookkeeper) -> None:
    """By hand: 2 at 50 go for 4 others, and 3 of a third asset at 7: 100 + 21; the third is
    disposed of for its 21."""
    for symbol in ("GOT", "FEE"):
        keeper.asset(symbol)
    keeper.add("buy", "2024-01-02", "Broker", "ACME", quantity=2, price=40)
    keeper.add("buy", "2024-01-02", "Broker", "FEE", quantity=5, price=6)
    keeper.price("ACME", "2024-02-01", 50)
    keeper.price("FEE", "2024-02-01", 7)
    got = {"to_asset": "GOT", "to_quantity": 4, "fee": 3, "fee_currency": "FEE"}
    keeper.add("swap", "2024-02-01", "Broker", "ACME", quantity=2, **got)
    assert [lot.cost for lot in keeper.lots("Broker", "GOT")] == [121]
    assert [part.proceeds for part in keeper.disposals("Broker", "ACME")] == [100]
    assert [part.proceeds for part in keeper.disposals("Broker", "FEE")] == [21]


def test_a_split_that_is_not_even_leaves_nothing_behind(keeper: Bookkeeper) -> None:
    """1 unit of January and 3 of February at average cost, split 7 for 3, then all sold.

    7/3 are kept as 2.333333333333333333 and 28/3 as 9.333333333333333333, so February is exactly
    7: two slices of their own days that cost 10 and 60, and none of 1e-18 between them; what is
    bought next starts clean.
    """
    keeper.write(lambda write: set_lot_method(write, ("book", 0), "average", None))
    keeper.add("buy", "2025-01-10", "Broker", "ACME", quantity=1, price=10)
    keeper.add("buy", "2025-02-10", "Broker", "ACME", quantity=3, price=20)
    keeper.add("split", "2025-03-10", asset="ACME", ratio="7:3")
    sell(keeper, "2025-04-10", "9.333333333333333333")
    keeper.add("buy", "2025-05-10", "Broker", "ACME", quantity=3, price=5)
    sell(keeper, "2025-06-10", 3)
    gone = [
        (part.acquired_on, str(part.quantity), part.cost)
        for part in keeper.disposals("Broker", "ACME")
    ]
    assert gone == [
        ("2025-01-10", "2.333333333333333333", 10),
        ("2025-02-10", "7", 60),
        ("2025-05-10", "3", 15),
    ]
    assert keeper.lots("Broker", "ACME") == []


def test_units_that_cost_something_do_not_vanish_in_a_split(keeper: Bookkeeper) -> None:
    """Of 1e-18 and 2e-18, 1 for 3, the first alone would round to nothing, and its cost of 5
    would hang on no unit: the lots stay in proportion, and all of it goes with the last sale."""
    for on, units, cost in (("2025-01-10", 1, 5), ("2025-01-11", 2, 8)):
        said = f"0.{units:018d}"
        keeper.add("buy", on, "Broker", "ACME", quantity=said, amount=cost)
    keeper.add("split", "2025-03-10", asset="ACME", ratio="1:3")
    assert keeper.quantity("Broker", "ACME") == Decimal("1e-18")
    assert all(lot.quantity > 0 for lot in keeper.lots("Broker", "ACME"))
    keeper.add("sell", "2025-04-10", "Broker", "ACME", quantity=f"{Decimal('1e-18'):f}", amount=20)
    assert sum(part.cost or 0 for part in keeper.disposals("Broker", "ACME")) == 13
    assert keeper.lots("Broker", "ACME") == []


def test_what_was_covered_late_is_told(keeper: Bookkeeper) -> None:
    """3 are sold of 1, and 5 come the day after: none is owed, and the gain on 2 nobody knows."""
    keeper.add("buy", "2025-01-10", "Wallet", "ACME", quantity=1, price=10)
    number = keeper.fact("sell", "2025-02-10", "Wallet", "ACME", quantity=3, price=12)

    def found() -> list[tuple[str, str]]:
        book = keeper.book()
        rows = status(book, Query(day(TODAY), book.base)).rows
        return [(str(r["kind"]), str(r["what"])) for r in rows if "ACME" in str(r["about"])]

    assert [kind for kind, _ in found()] == ["negative balance", "stale price"]
    keeper.add("buy", "2025-02-11", "Wallet", "ACME", quantity=5, price=10)
    assert found()[0] == (
        "covered late",
        "2 ACME went on 2025-02-10 before they came in (transaction 2): "
        "what they gained is not known",
    )
    keeper.amend(number, on="2025-02-12")
    assert [kind for kind, _ in found()] == ["stale price"]


def test_equal_unit_costs_are_a_tie_after_a_sale(keeper: Bookkeeper) -> None:
    """3 for 1 EUR on two days, of which 1 of the later goes: of 50 digits, what is left of that
    lot costs more a unit, and would go first.  Ties go to the earliest acquired (rules 8)."""
    keeper.write(lambda write: set_lot_method(write, ("book", 0), "hifo", None))
    for on in ("2025-01-10", "2025-01-11"):
        keeper.add("buy", on, "Broker", "ACME", quantity=3, amount=1)
    sell(keeper, "2025-02-10", 1, lot=2)
    sell(keeper, "2025-02-11", 3)
    gone = [part.acquired_on for part in keeper.disposals("Broker", "ACME")]
    assert gone == ["2025-01-11", "2025-01-10"]
