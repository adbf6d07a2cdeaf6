"""Trades of exchanges, and Revolut's statement until 2020, in older layouts and other languages.

Rows are written in the formats' wording; figures are worked by hand beside them.
"""

import zoneinfo
from pathlib import Path

import pytest

from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from folio.model.transactions import Draft
from importing import PROFILES

UTC = zoneinfo.ZoneInfo("UTC")


def read(tmp_path: Path, profile: str, *lines: str) -> Statement:
    path = tmp_path / "statement.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert [found.name for found in find_profiles(path, PROFILES)] == [profile]
    return read_statement(path, PROFILES[profile], UTC)


def moved(draft: Draft) -> list[tuple[str, str]]:
    return [(str(leg.asset), to_text(leg.quantity)) for leg in draft.legs]


def test_trades_of_binance_before_2021_name_their_coins_in_the_pair(tmp_path: Path) -> None:
    """Amounts are before the fee: 123 XLM came, and 0.123 of them were the fee."""
    first, second = read(
        tmp_path,
        "binance_trades",
        "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin",
        "2018-10-24 02:06:18,BTCUSDT,SELL,6000,0.5,3000,3,USDT",
        "2018-01-20 16:59:59,XLMETH,BUY,0.00012345,123,0.01518435,0.123,XLM",
    ).drafts
    assert moved(first) == [("XLM", "123"), ("ETH", "-0.01518435"), ("XLM", "-0.123")]
    assert moved(second) == [("BTC", "-0.5"), ("USDT", "3000"), ("USDT", "-3")]


def test_a_trade_of_binance_whose_coins_are_not_those_of_its_pair_is_bad(tmp_path: Path) -> None:
    (row,) = read(
        tmp_path,
        "binance_trades",
        "Date(UTC),Pair,Side,Price,Executed,Amount,Fee",
        "2021-06-07 16:36:56,BTCUSDT,SELL,2,1.0ETH,2USDT,0.01BNB",
    ).rows
    assert row.status == BAD


@pytest.mark.parametrize(
    ("day", "left", "balance"),
    [
        ("29 окт. 2020 г.", "132,00", "3 724,59"),
        ("2020 Oct 29", "132.00", "3,724.59"),
        ("29 oct. 2020", "132.00", "3,724.59"),
        ("29 de out de 2020", "132,00", "3.724,59"),
    ],
)
def test_revolut_until_2020_with_days_of_several_languages(
    tmp_path: Path, day: str, left: str, balance: str
) -> None:
    statement = read(
        tmp_path,
        "revolut_2019",
        "Completed Date;Reference;Paid Out (EUR);Paid In (EUR);Exchange Out;Exchange In; "
        "Balance (EUR);Exchange Rate;Category",
        f"{day};Goopti B V;{left} ;;;;{balance} ; ;Transport",
    )
    (draft,) = statement.drafts
    assert (str(draft.occurred_on), moved(draft)) == ("2020-10-29", [("EUR", "-132")])
    assert [str(stated.balance) for stated in statement.balances] == ["3724.59"]
