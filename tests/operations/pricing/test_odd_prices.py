"""A point that slipped, a quantity without its point, pence for pounds: recorded, and told.

VWCE closed at 118.50 EUR on 2025-03-05, a euro is 1.10 USD: 20 times that is 2370 EUR, a
twentieth 5.925 EUR, and 130.35 USD is as much as the close.
"""

from decimal import Decimal
from typing import Any

import pytest

from bookkeeper import Bookkeeper, day
from folio.errors import UsageError
from folio.operations.pricing.prices_by_hand import add_price
from folio.operations.reconciling.observe import observe_all, take_back_balance
from folio.operations.transactions.add_transactions import add_transaction

TOLD = " EUR on 2025-03-06 is about {} the price of VWCE, 118.5 EUR on 2025-03-05"


@pytest.fixture
def priced(keeper: Bookkeeper) -> Bookkeeper:
    keeper.asset("VWCE", "etf")
    keeper.asset("BTC", "crypto")
    keeper.asset("USD", "currency")
    for asset, price in (("VWCE", "118.5"), ("USD", "0.909090909"), ("BTC", "59250")):
        keeper.price(asset, "2025-03-05", price)
    keeper.add("deposit", "2025-03-04", "Broker", "VWCE", quantity=9999, cost=1)
    return keeper


def notes(keeper: Bookkeeper, kind: str = "buy", on: str = "2025-03-06", **words: Any) -> list[str]:
    said = {"kind": kind, "on": on, "account": "Broker", "asset": "VWCE", "quantity": "10"}
    force = words.pop("force", False)
    said |= {key: str(value) for key, value in words.items()}
    return keeper.do(add_transaction, said, today=keeper.today, force=force).notes


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"price": "11850"}, "11850" + TOLD.format("100 times")),  # a slipped point
        ({"price": "2370"}, "2370" + TOLD.format("20 times")),
        ({"price": "2369.99"}, None),
        ({"price": "5.925"}, "5.925" + TOLD.format("1/20 of")),
        ({"price": "5.93"}, None),
        # 1234 for 12.34: what was paid tells
        ({"quantity": "1234", "amount": "1462.29"}, "1.185" + TOLD.format("1/100 of")),
        ({"kind": "sell", "price": "1.185"}, "1.185" + TOLD.format("1/100 of")),
        ({"price": "130.35", "currency": "USD"}, None),
        ({"price": "118.5", "amount": "1185", "fee": "900"}, None),  # a fee is no price
        # a price in percent, say, which the cash does not follow: the cash counts
        ({"price": "11850", "amount": "1185"}, None),
        # 500 VWCE are a BTC
        ({"kind": "swap", "quantity": "500", "to_asset": "BTC", "to_quantity": "1"}, None),
        ({"price": "11850", "on": "2025-03-14"}, None),  # the last price is old: who knows
        ({"price": "11850", "on": "2025-03-04"}, None),  # and none is known
        ({"price": "11850", "force": True}, None),
    ],
)
def test_a_trade_far_from_the_price_of_the_day_is_told(
    priced: Bookkeeper, words: dict[str, Any], told: str | None
) -> None:
    said = notes(priced, **words)
    if told is not None:
        told += "; where that is wrong: folio undo 2"
    assert said == ([] if told is None else [told])
    assert priced.db.execute("SELECT count(*) FROM transactions").fetchone() == (2,)


def test_coins_for_units_are_measured_by_both_prices(priced: Bookkeeper) -> None:
    """500 units are worth a coin: 50,000 units for one pay a hundredth of a coin's price."""
    priced.price("BTC", "2025-03-06", "59250")
    (said,) = notes(priced, "swap", quantity="9999", to_asset="BTC", to_quantity="999.9")
    assert said.startswith("0.1 BTC on 2025-03-06 is about 50 times the price of VWCE, 0.002 BTC")


def test_a_split_between_is_no_slip(priced: Bookkeeper) -> None:
    """100 new for one: 118.50 becomes 1.185, and the former price is a hundredfold."""
    priced.add("split", "2025-03-06", asset="VWCE", ratio="100:1")
    assert notes(priced, price="1.19") == []
    assert notes(priced, price="118.5") != []


def test_a_batch_tells_three_and_counts_the_others(priced: Bookkeeper) -> None:
    rows = "".join(f"buy,2025-03-06,Broker,VWCE,1,{11850 + n}\n" for n in range(5))
    added = priced.batch(f"kind,on,account,asset,quantity,price\n{rows}")
    assert [note[:11] for note in added.notes[:3]] == [f"line {n}: 118" for n in (2, 3, 4)]
    assert added.notes[0].endswith("; where that is wrong: folio undo 2")
    assert added.notes[3:] == ["and 2 more are as far from theirs"]


def test_what_is_amended_is_no_measure_of_itself(priced: Bookkeeper) -> None:
    """A wrong price is the last one known of its day; the right one is not told, a wrong one is."""
    from folio.operations.transactions.amend import amend_transaction

    told: list[str] = []
    number = priced.add("buy", "2025-03-06", "Broker", "VWCE", quantity=10, price="11850")
    for price in ("118.6", "1.186"):
        number = priced.do(
            amend_transaction, number, {"price": price}, today=priced.today, told=told.append
        )
    assert told == ["1.186" + TOLD.format("1/100 of")]


def test_a_price_by_hand_is_told_and_its_correction_is_not(priced: Bookkeeper) -> None:
    def odd(price: str, **more: Any) -> str | None:
        stated = priced.do(add_price, "VWCE", day("2025-03-06"), Decimal(price), **more)
        return stated.odd

    assert odd("11850") == "11850" + TOLD.format("100 times")
    assert odd("118.6", reason="a point slipped") is None


def test_a_price_file_is_measured_by_itself(priced: Bookkeeper) -> None:
    """Either side of a slip is near the other; the first day is measured by the book."""
    days = ("06,11850", "07,119", "08,1.19", "09,119.5", "28,12", "29,12.1")
    rows = "".join(f"2025-03-{row.replace(',', ',VWCE,EUR,')}\n" for row in days)
    counts = priced.prices(f"date,asset,quote,price\n{rows}")
    assert counts.recorded == 6
    assert counts.odds == (
        "11850" + TOLD.format("100 times"),
        "1.19 EUR on 2025-03-08 is about 1/100 of the price of VWCE, 119 EUR on 2025-03-07",
    )


@pytest.mark.parametrize(
    ("balance", "told"),
    [
        ("1234", "about 100 times"),  # for 12.34
        ("0.1234", "about 1/100 of"),
        ("246.8", "about 20 times"),
        ("246.79", None),
        ("0", None),  # all of it went: no slip
        ("-1234", None),
    ],
)
def test_a_balance_far_from_the_ledger_is_told(
    keeper: Bookkeeper, balance: str, told: str | None
) -> None:
    keeper.add("deposit", "2025-03-04", "Broker", "ACME", quantity="12.34", cost=1)
    words = {"account": "Broker", "asset": "ACME", "balance": balance, "on": "2025-03-05"}
    rows = f"account,asset,balance,on\nBroker,ACME,{balance},2025-03-05\n"
    for said in (words, rows):
        seen = keeper.do(observe_all, said, today=keeper.today)
        ledger = f"{told} the 12.34 that the ledger leads to"
        text = f"North/Broker ACME: {balance} on 2025-03-05 is {ledger}"
        assert seen.odds == ([] if told is None else [text])
        keeper.do(take_back_balance, "Broker", "ACME", day=day("2025-03-05"), source="user-entered")


def test_percent_of_a_bond_that_were_taken_for_its_price_are_told(keeper: Bookkeeper) -> None:
    """98.5 % of a nominal amount of 10,000 are 9,850; a bond's price is about that years later.

    99.2 / 0.985 = 100.7; a share's price of then tells nothing.
    """
    keeper.asset("BUND", "bond")
    keeper.asset("SHARE")
    for asset, price in (("BUND", "98.5%"), ("SHARE", "0.985")):
        keeper.add("buy", "2020-02-03", "Broker", asset, quantity=10_000, price=price)
    assert keeper.quantity("Broker", "EUR") == Decimal(-19_700)
    for asset, told in (("BUND", True), ("SHARE", False)):
        stated = keeper.do(add_price, asset, day("2024-12-30"), Decimal("99.2"))
        assert (stated.odd is not None) == told
    assert keeper.do(add_price, "BUND", day("2024-12-31"), "99.2%").price == Decimal("0.992")
    for words in ({"price": "99%"}, {"price": "98.5%", "kind": "sell"}):
        with pytest.raises(UsageError, match="of a bond's nominal amount, and SHARE is no bond"):
            notes(keeper, asset="SHARE", **words)
