"""The price of a trade where none was stated: what was paid for a unit."""

import pytest

from bookkeeper import Bookkeeper

BROKER = "Broker"  # tracks its cash


@pytest.fixture
def book(keeper: Bookkeeper) -> Bookkeeper:
    keeper.asset("BTC", "crypto")
    keeper.asset("ETH", "crypto")
    keeper.fact("deposit", "2025-01-01", BROKER, "EUR", quantity=1000)
    keeper.fact("deposit", "2025-01-01", BROKER, "ETH", quantity=3)
    return keeper


def prices(book: Bookkeeper, asset: str) -> list[str]:
    """``DAY QUOTE PRICE``, by day; with ~ where it was worked out."""
    rows = book.db.execute(
        "SELECT day, quote_id, price, worked_out FROM trade_prices WHERE asset_id = ? "
        "ORDER BY day, price",
        [book.asset_id(asset)],
    )
    symbols = dict(book.db.execute("SELECT id, symbol FROM assets"))
    return [f"{day} {symbols[quote]} {'~' * out}{price}" for day, quote, price, out in rows]


def test_fees_are_no_part_of_it(book: Bookkeeper) -> None:
    """460 and a fee of 1.30 for 0.01; then 450 for 0.01, less a fee of 2."""
    book.add("buy", "2025-01-02", BROKER, "BTC", quantity="0.01", amount=460, fee="1.30")
    book.add("sell", "2025-01-03", BROKER, "BTC", quantity="0.01", amount=450, fee=2)
    assert prices(book, "BTC") == ["2025-01-02 EUR ~46000", "2025-01-03 EUR ~45000"]


def test_money_given_and_got_in_a_swap(book: Bookkeeper) -> None:
    """100 EUR for 0.002 BTC; then 0.001 BTC for 60 EUR."""
    book.fact("swap", "2025-01-02", BROKER, "EUR", quantity=100, to_asset="BTC",
              to_quantity="0.002")  # fmt: skip
    book.fact("swap", "2025-01-03", BROKER, "BTC", quantity="0.001", to_asset="EUR", to_quantity=60)
    assert prices(book, "BTC") == ["2025-01-02 EUR ~50000", "2025-01-03 EUR ~60000"]
    assert prices(book, "EUR") == []


def test_a_price_that_its_cash_contradicts_is_none_of_the_unit(book: Bookkeeper) -> None:
    """500 nominal at 98 (percent) for 490, then at 101 for 505: 0.98 and 1.01 are paid for one."""
    book.add("buy", "2025-01-02", BROKER, "BTC", quantity=500, price=98, amount=490, fee=2)
    book.add("sell", "2025-01-03", BROKER, "BTC", quantity=500, price=101, amount=505)
    assert prices(book, "BTC") == ["2025-01-02 EUR ~0.98", "2025-01-03 EUR ~1.01"]
    derived = prices(book, "BTC")
    book.rebuild()
    assert prices(book, "BTC") == derived


def test_of_coins_for_coins_nothing_is_worked_out(book: Bookkeeper) -> None:
    book.fact("swap", "2025-01-02", BROKER, "ETH", quantity=1, to_asset="BTC", to_quantity="0.04")
    assert prices(book, "BTC") == prices(book, "ETH") == []


def test_what_was_stated_stays_as_it_was(book: Bookkeeper) -> None:
    """Of one day the last trade's counts, be its price stated or worked out."""
    book.add("buy", "2025-01-02", BROKER, "BTC", quantity="0.003", price="33333.3")
    assert prices(book, "BTC") == ["2025-01-02 EUR 33333.3"]
    last = book.add("buy", "2025-01-02", BROKER, "BTC", quantity="0.003", amount=100)
    third = "33333." + "3" * 45  # 50 digits
    assert prices(book, "BTC") == [f"2025-01-02 EUR ~{third}"]
    book.undo(last)
    assert prices(book, "BTC") == ["2025-01-02 EUR 33333.3"]
