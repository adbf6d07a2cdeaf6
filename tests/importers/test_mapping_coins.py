"""Unknown files of exchanges, where some trades are paid in coins: worked out by hand."""

from pathlib import Path

import pytest
from mapped import UTC, questions, read, said

from folio.errors import FolioError
from folio.importers import parse_profile, read_statement
from folio.importers.language.expressions import bind, parse
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.proposed import Given
from folio.importers.mapping.table import find_table
from folio.importers.mapping.teaching import new_words, told_before
from folio.importers.mapping.writing import profile_text
from folio.model.numbers import parse_plain

# 0.5 × 40000 = 20000; 2 × 0.05 = 0.1; 1 × 0.06 = 0.06; 100 × 1.08 = 108.
ROWS = (
    "2024-01-02 10:00:00,Buy,{},0.5,40000,20000{},20,EUR\n"
    "2024-01-03 10:00:00,Buy,{},2,0.05,0.1{},0.0001,BTC\n"
    "2024-01-04 10:00:00,Sell,{},1,0.06,0.06{},0.002,BNB\n"
    "2024-01-05 10:00:00,Sell,{},100,1.08,108{},0.1,USDT\n"
)
NAMED = "Date,Type,Coin,Amount,Price,Total,Currency,Fee,Fee Currency\n" + ROWS.format(
    "BTC", ",EUR", "ETH", ",BTC", "ETH", ",BTC", "EUR", ",USDT"
)
MOVED = [
    "2024-01-02 buy asset BTC 0.5, cash EUR -20000, fee EUR -20",
    "2024-01-03 swap asset ETH 2, asset BTC -0.1, fee BTC -0.0001",
    "2024-01-04 swap asset ETH -1, asset BTC 0.06, fee BNB -0.002",
    "2024-01-05 buy cash EUR -100, asset USDT 108, fee USDT -0.1",
]


def of_pairs(between: str, called: str = "Pair") -> str:
    pairs = [pair.replace(" ", between) for pair in ("BTC EUR", "ETH BTC", "ETH BTC", "EUR USDT")]
    cells = [cell for pair in pairs for cell in (pair, "")]
    return f"Date,Type,{called},Amount,Price,Total,Fee,Fee Coin\n" + ROWS.format(*cells)


@pytest.mark.parametrize(
    "text",
    [NAMED, of_pairs("/"), of_pairs("-", "Symbol"), of_pairs("_", "Market"), of_pairs("")],
    ids=["currency", "slash", "hyphen", "market", "joined"],
)
def test_a_trade_that_is_paid_in_a_coin_is_an_exchange(tmp_path: Path, text: str) -> None:
    assert said(read(tmp_path, text)) == MOVED


def test_its_coins_are_coins(tmp_path: Path) -> None:
    legs = [leg for draft in read(tmp_path, NAMED).drafts for leg in draft.legs]
    types = {leg.asset.symbol: leg.asset.type for leg in legs}
    coins = dict.fromkeys(["BTC", "ETH", "BNB", "USDT"], "crypto")
    assert types == {**coins, "EUR": "currency"}


def test_xbt_is_bitcoin(tmp_path: Path) -> None:
    assert said(read(tmp_path, NAMED.replace("BTC", "XBT"))) == MOVED


def test_what_was_bought_in_a_list_of_units_alone_came(tmp_path: Path) -> None:
    text = (
        "Date,Type,Coin,Amount\n2025-01-31,Buy,BTC,0.01\n2025-02-01,Sell,BTC,0.002\n"
        "2025-02-02,Transfer,BTC,-0.005\n"
    )
    told = ("column:quantity=Amount",)
    assert questions(tmp_path, text, *told) == ["--column 'amount='"]
    assert said(read(tmp_path, text, *told, "column:amount=")) == [
        "2025-01-31 deposit asset BTC 0.01",
        "2025-02-01 withdraw asset BTC -0.002",
        "2025-02-02 transfer_out asset BTC -0.005",
    ]


def test_a_pair_that_may_be_two_is_refused(tmp_path: Path) -> None:
    text = of_pairs("").replace("BTCEUR", "BNBUSD")
    with pytest.raises(FolioError, match="'BNBUSD' of 'Pair' may be BN/BUSD or BNB/USD"):
        questions(tmp_path, text)


def test_shares_that_end_as_a_currency_does_are_no_pairs(tmp_path: Path) -> None:
    text = "Date,Type,Symbol,Qty,Price,Total,Currency\n2024-01-02,Buy,AEUR,2,5,10,EUR\n"
    assert said(read(tmp_path, text)) == ["2024-01-02 buy asset AEUR 2, cash EUR -10"]


# 0.01 × 90000 = 900, and 0.00999 × 90000 = 899.10.
@pytest.mark.parametrize(("bought", "asked"), [("0.01", []), ("0.00999", ["--column 'fee='"])])
def test_a_fee_in_what_was_bought(tmp_path: Path, bought: str, asked: list[str]) -> None:
    """It is beside the units whose price is the amount; units after it have it in them."""
    text = (
        "Date,Type,Asset,Quantity,Price,Total,Currency,Fee,Fee Currency\n"
        f"2024-12-31,buy,BTC,{bought},90000,900,EUR,0.00001,BTC\n"
    )
    assert questions(tmp_path, text) == asked
    if not asked:
        assert said(read(tmp_path, text)) == [
            "2024-12-31 buy asset BTC 0.01, cash EUR -900, fee BTC -0.00001"
        ]


def test_what_is_paid_in_coins_without_an_amount_has_their_places(tmp_path: Path) -> None:
    """0.35 × 0.035411 = 0.01239385, and of euros 0.35 × 1000.01 = 350.0035."""
    text = (
        "Date,Side,Coin,Quantity,Price,Currency\n"
        "2024-12-30,buy,ETH,0.35,0.035411,BTC\n2024-12-31,buy,ETH,0.35,1000.01,EUR\n"
    )
    assert said(read(tmp_path, text)) == [
        "2024-12-30 swap asset ETH 0.35, asset BTC -0.01239385",
        "2024-12-31 buy asset ETH 0.35, cash EUR -350",
    ]


@pytest.mark.parametrize(
    ("currency", "rounded"), [("BTC", "0.01239385"), ("EUR", "0.01"), ("JPY", "0")]
)
def test_a_product_is_rounded_to_the_places_of_its_unit(currency: str, rounded: str) -> None:
    read_it = bind(
        parse("round(x, unit)"), lambda name: lambda row: parse_plain("0.012393854"),
        lambda name: lambda row: currency,
    )  # fmt: skip
    assert read_it(None) == parse_plain(rounded)


def test_what_was_told_before_of_trades_stays(tmp_path: Path) -> None:
    """A later month with a new word is learned beside trades that are exchanges."""
    path = tmp_path / "file.csv"
    path.write_text(NAMED, "utf-8")
    made = profile_text("mine", propose(find_table(path), Given({}, {"cash": "yes"}, {})))
    path.write_text(NAMED + "2024-02-01 10:00:00,Staking,ETH,0.01,,,,,\n", "utf-8")
    profile = parse_profile(made, "mine")
    before = told_before(profile, find_table(path), Given({}, {}, {}))
    assert before is not None
    assert {word: before.kinds[word] for word in ("Buy", "Sell")} == {"Buy": "buy", "Sell": "sell"}
    assert new_words(profile, propose(find_table(path), before)) == {"Staking": "reward"}


OWN = """
name = "mine"
title = "Mine"
institution = "Mine"
institution_type = "broker"
account_type = "exchange"
tracks_cash = true
[header]
require = ["Day", "Side", "Coin", "Units", "Paid", "Currency"]
[date]
column = ["Day"]
formats = ["%Y-%m-%d"]
[texts]
side = "Side"
coin = "Coin"
currency = "Currency"
[amounts]
units = "Units"
paid = "Paid"
[assets.coin]
symbol = "coin"
[[rules]]
when = { side = "buy" }
kind = "buy"
legs = [
    { role = "asset", asset = "coin", quantity = "units" },
    { role = "cash", currency = "currency", quantity = "-paid" },
]
[identity]
fields = ["day", "coin", "units", "paid"]
"""


def test_a_purchase_of_ones_own_profile_that_a_coin_pays_is_an_exchange(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Day,Side,Coin,Units,Paid,Currency\n2024-01-03,buy,ETH,2,0.1,BTC\n")
    found = read_statement(path, parse_profile(OWN, "mine"), UTC)
    assert said(found) == ["2024-01-03 swap asset ETH 2, asset BTC -0.1"]
