"""What a sale would gain by every method, before anything is recorded."""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.book.selection import Filters
from folio.db.recording.since import last_commit
from folio.errors import FolioError
from folio.model.lot_names import parse_lots
from folio.model.table import Amount, Cell, Phrases, Table
from folio.operations.arranging.arrange import set_asset
from folio.reports.query import Query
from folio.reports.sold.what_if import Sale, what_if_sell


def ask(keeper: Bookkeeper, quantity: Any, on: str = "2025-06-30", **more: Any) -> Table:
    book = keeper.book()
    filters = Filters(**more.pop("filters", {}))
    asset = book.catalog.assets[keeper.asset_id("ACME")]
    for key in ("currency", "fee_currency"):
        if key in more:
            more[key] = book.catalog.assets[keeper.asset_id(more[key])]
    units = Decimal(str(quantity))
    if "named" in more:
        more["named"] = parse_lots(more["named"], units)
    return what_if_sell(book, Query(day(on), book.base, filters), Sale(asset, units, **more))


def money(cell: Cell) -> str:
    return f"{cell.value:f}" if isinstance(cell, Amount) else ""


def rows(table: Table) -> list[tuple[Cell, ...]]:
    keys = ("proceeds", "cost", "gain", "short_gain", "long_gain")
    return [(r["method"], r["lots"], *(money(r[key]) for key in keys)) for r in table.rows]


@pytest.fixture
def bought(keeper: Bookkeeper) -> Bookkeeper:
    """10 at 10 (2024-01-10), 10 at 30 (2025-02-10), 10 at 20 (2025-03-10)."""
    keeper.add("buy", "2024-01-10", "Broker", "ACME", quantity=10, price=10)
    keeper.add("buy", "2025-02-10", "Broker", "ACME", quantity=10, price=30)
    keeper.add("buy", "2025-03-10", "Broker", "ACME", quantity=10, price=20)
    return keeper


def test_all_methods_side_by_side(bought: Bookkeeper) -> None:
    """15 at 40 less 6 are 594.

    FIFO: 10 × 10 + 5 × 30 = 250; the 10 of 2024 are long and fetched 396: a gain of 296.
    LIFO: 10 × 20 + 5 × 30 = 350.  HIFO: 10 × 30 + 5 × 20 = 400.  Average: half of each lot,
    50 + 150 + 100 = 300; as FIFO dates them 10 of the 15 are long: 396 − 200 = 196.
    """
    table = ask(bought, 15, price=Decimal(40), fee=Decimal(6))
    assert rows(table) == [
        ("fifo", "1:10,2", "594.00", "250.00", "344.00", "48.00", "296.00"),
        ("lifo", "3:10,2", "594.00", "350.00", "244.00", "244.00", ""),
        ("hifo", "2:10,3", "594.00", "400.00", "194.00", "194.00", ""),
        ("average", "1:5,2:5,3", "594.00", "300.00", "294.00", "98.00", "196.00"),
    ]
    assert [row["in_force"] for row in table.rows] == [True, False, False, False]
    assert table.grade == "full"


def test_named_lots_are_one_more_row(bought: Bookkeeper) -> None:
    """2 at 10 and 3 at 30 cost 110 of 5 × 40 = 200."""
    table = ask(bought, 5, price=Decimal(40), named="1:2,2:3")
    assert rows(table)[-1] == (
        "named",
        "1:2,2",
        "200.00",
        "110.00",
        "90.00",
        "30.00",
        "60.00",
    )
    with pytest.raises(FolioError, match="lot 1 has 10 ACME, not 11"):
        ask(bought, 11, price=Decimal(40), named="1")


def test_nothing_is_recorded(bought: Bookkeeper) -> None:
    before, tables = bought.path.read_bytes(), bought.everything()
    ask(bought, 15, price=Decimal(40))
    ask(bought, 15, "2025-02-15", price=Decimal(40))
    assert bought.path.read_bytes() == before
    assert bought.everything() == tables


def test_the_price_is_the_day_s_with_its_age(bought: Bookkeeper) -> None:
    table = ask(bought, 1)
    assert table.headline == {"at": "20.00 EUR of 2025-03-10, 112 days old"}
    assert table.rows[0]["reasons"] == Phrases(
        ("at a stale price (112 days)", "at a trade's price")
    )
    assert table.grade == "estimated"
    bought.price("ACME", "2025-06-30", "12.5")
    table = ask(bought, 1)
    assert table.headline == {"at": "12.50 EUR of 2025-06-30"}
    assert (money(table.rows[0]["gain"]), table.grade) == ("2.50", "full")


def test_a_price_and_a_fee_in_other_currencies(bought: Bookkeeper) -> None:
    """2 at 50 USD, a fee of 1 GBP: 100 − 1 × 1.25 = 98.75 USD at 0.80 are 79.00 EUR."""
    for code in ("USD", "GBP"):
        bought.asset(code, "currency")
    bought.price("USD", "2025-06-30", "0.80", "EUR")
    bought.price("GBP", "2025-06-30", "1.25", "USD")
    words = {"currency": "USD", "fee": Decimal(1), "fee_currency": "GBP"}
    table = ask(bought, 2, price=Decimal(50), **words)
    assert rows(table)[0][2:5] == ("79.00", "20.00", "59.00")
    bought.price("ACME", "2025-06-30", 40)
    assert ask(bought, 2, currency="USD").headline == {"at": "50.00 USD of 2025-06-30"}


def test_each_account_that_has_the_units(bought: Bookkeeper) -> None:
    bought.add("buy", "2025-03-11", "Wallet", "ACME", quantity=4, price=25)
    words: dict[str, Any] = {"price": Decimal(40)}
    assert [row["account"] for row in ask(bought, 4, **words).rows] == ["Broker"] * 4 + [
        "Wallet"
    ] * 4
    assert {row["account"] for row in ask(bought, 5, **words).rows} == {"Broker"}
    only = ask(bought, 4, filters={"account": ("Wallet",)}, **words)
    assert {money(row["cost"]) for row in only.rows} == {"100.00"}
    with pytest.raises(FolioError, match=r"Broker has 30 ACME, .*Wallet has 4 ACME; see"):
        ask(bought, 31, **words)


def test_a_past_day_sees_what_was_held_then(bought: Bookkeeper) -> None:
    table = ask(bought, 10, "2025-02-01", price=Decimal(40))
    assert {row["lots"] for row in table.rows} == {"1"}
    with pytest.raises(FolioError, match="has 10"):
        ask(bought, 11, "2025-02-01", price=Decimal(40))


def test_what_was_recorded_later_was_not_there(keeper: Bookkeeper) -> None:
    """5 of the 10 at 10 cost 50; with what was recorded after it, of an earlier day, 5 × 30."""
    keeper.add("buy", "2025-03-01", "Broker", "ACME", quantity=10, price=10)
    known_at = last_commit(keeper.db)
    keeper.add("buy", "2025-02-01", "Broker", "ACME", quantity=10, price=30)
    for book, cost in ((keeper.book(known_at=known_at), "50.00"), (keeper.book(), "150.00")):
        sale = Sale(book.catalog.assets[keeper.asset_id("ACME")], Decimal(5), Decimal(40))
        table = what_if_sell(book, Query(day("2025-06-30"), book.base), sale)
        assert rows(table)[0][3] == cost


def test_an_average_s_many_digits_are_not_those_of_a_lot(keeper: Bookkeeper) -> None:
    """A third of 1 and two thirds of 2 are sold, by what --lot takes to 8 places."""
    for on, quantity in (("2025-03-01", 1), ("2025-03-02", 2)):
        keeper.add("buy", on, "Broker", "ACME", quantity=quantity, price=10)
    average = ask(keeper, 1, price=Decimal(10)).rows[3]
    assert (average["method"], average["lots"]) == ("average", "1:0.33333333,2")


def test_without_a_price_it_asks_for_one(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-01", "Broker", "ACME", quantity=1, cost=5)
    with pytest.raises(FolioError, match=r"ACME has no price in EUR .* folio price add ACME PRICE"):
        ask(keeper, 1)


def test_what_was_only_observed_is_uncovered(bought: Bookkeeper) -> None:
    """32 are seen, 30 are explained: 31 can be sold, one of them without a cost."""
    bought.observe("Broker", "ACME", 32, "2025-06-01")
    table = ask(bought, 31, price=Decimal(40))
    assert money(table.rows[0]["uncovered_proceeds"]) == "40.00"
    assert table.rows[0]["grade"] == "partial"


def test_a_reason_of_a_method_is_counted_once(keeper: Bookkeeper) -> None:
    """Over two lots at one stale rate: four methods for one reason, not one of each count."""
    keeper.add("deposit", "2024-01-01", "Broker", "USD", quantity=1000)
    keeper.price("USD", "2024-01-02", "0.9", "EUR")
    for on in ("2024-03-01", "2024-04-02"):
        keeper.add("buy", on, "Broker", "ACME", quantity=5, price=10, currency="USD")
    table = ask(keeper, 7, on="2024-05-02", price=Decimal(12), currency="USD")
    assert table.reasons == ("4 of 4 by a stale rate",)


def test_a_price_of_a_share_in_pence_is_in_pence(keeper: Bookkeeper) -> None:
    """10 at 100 pence cost 10 pounds; at 90 pence they fetch 9, less a fee of 1 pound: 8 GBP,
    which at 1.20 are 9.60 EUR, and 12 at first."""
    keeper.asset("GBP", "currency")
    keeper.write(lambda write: set_asset(write, "ACME", quote_unit="GBX"))
    keeper.price("GBP", "2024-01-10", "1.2")
    keeper.add("buy", "2024-01-10", "Broker", "ACME", quantity=10, price=100)
    table = ask(keeper, 10, "2024-01-12", price=Decimal(90), fee=Decimal(1))
    assert rows(table)[0] == ("fifo", "1", "9.60", "12.00", "-2.40", "-2.40", "")
    assert table.headline["at"] == "0.90 GBP, fee 1"
