"""Rows of the shapes that other programs are tested with, and what these say the rows move.

The rows are invented.  Known from the tests of rotki (CoinTracking, Crypto.com, Nexo, Coinbase
Pro), Portfolio Performance (Trade Republic), beancount-import (Schwab, Schwab Bank), bank2ynab
(Commerzbank), capital-gains-calculator (Sharesight), uabean (monobank), Export-To-Ghostfolio (BUX,
Bitvavo, Revolut, Trade Republic), Banana (PostFinance, UBS, Zürcher Kantonalbank),
GhostfolioSidekick (Coinbase, Nexo, Trade Republic, Trading 212) and of programs that read what
German banks export.
"""

import zoneinfo
from pathlib import Path
from typing import NamedTuple

import pytest

from folio.importers import find_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, SKIPPED
from folio.model.transactions import Draft
from importing import PROFILES, currencies, load, new_book, paid

UTC = zoneinfo.ZoneInfo("UTC")
FOLDER = Path(__file__).parent / "others"


class Shape(NamedTuple):
    profile: str
    moves: list[str]  # by each event, oldest first
    skipped: int = 0
    balances: tuple[str, ...] | None = None
    gaps: int = 0  # notes on balances that do not follow


SHAPES = {
    # Of 30 + 0.5 MCO the 30 were staked: what was swapped stands twice in the file.
    "crypto_com_mco": Shape(
        "crypto_com",
        ["swap -30.5 MCO 823.5 CRO"],
        skipped=5,
    ),
    "crypto_com_dust": Shape(
        "crypto_com",
        ["swap 90.5 CRO -0.6 UNI -0.4 DOT"],
    ),
    # The worth to 32 places: 18 of them count.
    "crypto_com_places": Shape(
        "crypto_com",
        [
            "reward 5 CRO for 0.406471640251690251 EUR",
            "transfer_out -1 BTC",
            "transfer_in 1.02 BTC",
            "deposit 15.3 CRO",
        ],
        skipped=1,
    ),
    "nexo_loan": Shape(
        "nexo",
        ["withdraw -70 GBPX", "withdraw -0.17 USDC", "sell -20 EURX 20 EUR", "withdraw -20 EUR"],
        skipped=4,
    ),
    "coinbase_pro_capitals": Shape(
        "coinbase_pro",
        ["transfer_in 2.5 BTC", "swap 30 ETH -1.5 BTC -0.003 BTC"],
    ),
    # What a warrant brought comes days after its units went; gifts are from and to other people.
    "trade_republic_gifts": Shape(
        "trade_republic",
        ["sell -300 DE000A0A0A00 0.3 EUR", "withdraw -51 EUR", "deposit 26 EUR", "reward 6 EUR"],
    ),
    "schwab_bank_criterion": Shape(
        "schwab_bank",
        ["deposit 100 USD", "deposit 3 USD"],
        skipped=2,
    ),
    "schwab_settled": Shape(
        "schwab",
        [
            "sell -1 SMAL 04/30/2020 84.00 P 1200 USD -5 USD",
            "delisting 1 SMAL 04/30/2020 184.00 C",
            "buy 1 SMAL 04/30/2020 124.00 P -2200 USD -10 USD",
        ],
        skipped=1,
    ),
    # A bill is priced for a hundred of its face value, and falls due in two rows.
    "schwab_bills": Shape(
        "schwab",
        [
            "buy 10000 912797HX0 -9870 USD",
            "sell -1000 912797JR4 990 USD -1 USD",
            "merger 5 XYZ -10 003ABC205",
            "fee -5 USD",
            "sell -10000 912797HX0 10000 USD",
        ],
        skipped=1,
    ),
    # What a contract brought and cost is money; the contract itself is not held.
    "bybit_derivatives": Shape(
        "bybit",
        [
            "transfer_in 0.1 BTC",
            "transfer_in 500 USDT",
            "swap 424.04 USDT -0.01 BTC",
            "fee -2.4 USDT",
            "reward 97.54 USDT",
            "fee -0.41 USDT",
        ],
    ),
    # 60 before and 49 after 10 were withdrawn: the fee is beside them.
    "okx_staking": Shape(
        "okx_funding",
        [
            "transfer_in 100 USDT",
            "transfer_out -40 USDT",
            "transfer_out -10 USDT -1 USDT",
            "reward 0.5 USDT",
            "transfer_out -9.5 USDT",
        ],
        balances=("40 USDT 2023-01-05",),
    ),
    # The units beside a dividend are those that earned it: 1994.99 + 5.01 − 912.35.
    "ii_units": Shape(
        "interactive_investor",
        ["deposit 1994.99 GBP", "dividend 5.01 GBP", "buy 10 VWRL -912.35 GBP"],
        balances=("1087.65 GBP 2024-01-31",),
    ),
    # A share that is listed in two currencies is journalled from one to the other.
    "questrade_journal": Shape(
        "questrade",
        ["buy 100 DLR.TO -1350 CAD -4.95 CAD", "symbol_change 100 DLR.U.TO -100 DLR.TO"],
    ),
    # Two contracts at 1.25 for a hundred shares each and 1.30 are 251.30.
    "etrade_options": Shape(
        "etrade",
        [
            "sell -1 PUT SPY 01/17/24 400 100 USD -0.65 USD",
            "buy 2 CALL AAPL 01/19/24 180 -250 USD -1.3 USD",
            "sell -2 CALL AAPL 01/19/24 180 300 USD -1.31 USD",
            "delisting 1 PUT SPY 01/17/24 400",
            "fee -5 USD",
        ],
    ),
    # One fund becomes another, with what it cost.
    "vanguard_us_conversion": Shape(
        "vanguard_us",
        ["buy 10 VTSMX -450 USD", "merger 5 VTSAX -10 VTSMX", "dividend 33 USD"],
    ),
    # 480 arrive of a sale whose fee was 4.80, for 480 can be withdrawn.
    "bitpanda_2025": Shape(
        "bitpanda",
        [
            "buy 0.25 Gold -25 EUR",
            "buy 0.0005 BTC -49.5 EUR -0.5 EUR",
            "sell -0.005 BTC 484.8 EUR -4.8 EUR",
            "withdraw -480 EUR",
        ],
    ),
    # What went has a minus, in a column of its own; the signed column is blank.
    "deutsche_bank_2014": Shape("deutsche_bank", ["deposit 1380 EUR", "withdraw -43 EUR"]),
    # Its balances are those of the days of the payments, not of their bookings.
    "ubs_2022": Shape(
        "ubs",
        ["withdraw -100 CHF", "withdraw -20 CHF", "deposit 500 CHF", "withdraw -30 CHF"],
        balances=("1350 CHF 2022-10-06",),
    ),
    # What is not booked yet is in them: none of them is what is booked.
    "ubs_2022_pending": Shape(
        "ubs",
        [
            "withdraw -100 CHF",
            "withdraw -20 CHF",
            "withdraw -30 CHF",
            "deposit 500 CHF",
            "withdraw -45 CHF",
        ],
        skipped=1,
        balances=(),
        gaps=1,
    ),
    "postfinance_french": Shape(
        "postfinance",
        ["deposit 250 CHF", "withdraw -100 CHF"],
        skipped=4,
    ),
    "zkb_2023": Shape(
        "zkb",
        ["deposit 1200 CHF", "withdraw -8 CHF"],
        balances=("1292 CHF 2023-06-02",),
    ),
    # What is paid before a private fund's order is carried out brings nothing yet.
    "trade_republic_maturity": Shape(
        "trade_republic",
        ["sell -49.5 XS0000000009 49.5 EUR", "unknown -50 EUR"],
    ),
    "trading212_rights": Shape("trading212", ["buy 10 AVTX -55 EUR"]),
    "nexo_dual": Shape(
        "nexo",
        ["interest 0.00002 BTC for 1.7 USD", "swap -900.5 USDC 0.01 BTC"],
        skipped=2,
    ),
    "coinbase_exponents": Shape(
        "coinbase",
        ["transfer_in 0.00000002 ETH", "reward 0.00003205 ETH2"],
    ),
    "bux_2020": Shape(
        "bux", ["deposit 500 EUR", "deposit 10 EUR"], balances=("510 EUR 2021-01-19",)
    ),
    # A fee is in the amount of a withdrawal, but where it is more than that.
    "bitvavo_fee": Shape(
        "bitvavo", ["transfer_out -0.011 ETH", "transfer_out -0.01 ETH -0.001 ETH"]
    ),
    "revolut_stocks_mixed": Shape(
        "revolut_stocks", ["buy 0.56217674 EXM -50 EUR", "buy 0.76672417 EXM -20 EUR"]
    ),
    # 10,799 beside 0,104341 is no ten thousand.
    "pytr_mixed": Shape(
        "trade_republic_pytr",
        ["sell -0.104341 IE00B3RBWM25 10.799 EUR", "buy 0.2989 IE00B3RBWM25 -24.999996 EUR"],
    ),
    # Eight for one: a claim on the new shares comes and goes before they do.
    "merrill_split": Shape("merrill", ["buy 3 EXM -600 USD", "split"], skipped=2),
    "monobank_ukrainian": Shape(
        "monobank",
        ["interest 19.32 UAH", "withdraw -180 UAH", "withdraw -431.09 UAH", "reward 37.38 UAH"],
        balances=("1316.07 UAH 2024-05-11",),
    ),
    "schwab_awards": Shape(
        "schwab_awards",
        [
            "deposit 20.5 EXM for 2173 USD",
            "dividend 8 USD",
            "tax -2.4 USD",
            "sell -14.4 EXM 1985.76 USD -0.02 USD",
            "transfer_out -1000 USD",
        ],
        skipped=1,
    ),
    # The portfolio's own currency is named nowhere.
    "sharesight_currency": Shape(
        "sharesight", ["buy 0.1 BTC -2262.49 ¤", "sell -0.04 BTC 1532.66 ¤"]
    ),
    "sharesight_income": Shape(
        "sharesight",
        ["dividend 5 USD -0.75 USD", "dividend 3.5 ¤ -0.5 ¤"],
        skipped=9,
    ),
    # What is blank is a minus sign; a fee in the coin that leaves is inside of what left.
    "cointracking_blanks": Shape(
        "cointracking",
        [
            "interest 0.01 ETH",
            "withdraw -0.5 LTC",
            "deposit 0.001 BTC",
            "transfer_out -0.001267 ETH -0.0001 ETH",
        ],
    ),
    "cointracking_german": Shape(
        "cointracking",
        ["reward 3 TRX", "buy 100 TRX -4.95 EUR -0.05 EUR", "transfer_out -12.5 TRX"],
    ),
    "cointracking_values": Shape("cointracking", ["deposit 820 EUR", "buy 0.5 ETH -820 EUR"]),
    "commerzbank_2018": Shape("commerzbank", ["withdraw -1017.22 EUR"]),
    # Payments with their minus signs, as the balances say; a redemption without units is not known.
    "aj_bell_minus": Shape(
        "aj_bell",
        [
            "deposit 1160.36 GBP",
            "reward 0.76 GBP",
            "sell -500 0.25% EXAMPLE GILT 500 GBP",
            "unknown 1000 GBP",
            "dividend 31 GBP",
            "buy 10 EXAMPLE INC -1354.99 GBP",
            "fee -6.77 GBP",
            "interest 1.23 GBP",
            "fee -4.99 GBP",
        ],
        skipped=1,
        balances=("4796.24 GBP 2026-06-30",),
    ),
    # Shares that are taken out of margin are paid: 100 at 798.3 yen, and 55 for it.
    "sbi_margin": Shape(
        "sbi",
        [
            "buy 100 9999 -79830 JPY -55 JPY",
            "sell -40 9999 32000 JPY",
            "buy 10000 見本ファンド -10000 JPY",
            "dividend 120 見本ファンド for 120 JPY",
            "buy 100 278A -150000 JPY",
        ],
        skipped=1,
    ),
    "rakuten_margin": Shape(
        "rakuten_jp", ["buy 100 2222 -9000 JPY -12 JPY", "buy 5 2222 -475 JPY"]
    ),
    # What comes of a fission and what is deleted are units, however short their names are cut.
    "nordnet_cut": Shape(
        "nordnet",
        [
            "deposit 998.5 NOK",
            "interest 1.5 NOK",
            "unknown -10 NO0010000011",
            "unknown -0.5 NO0010000003",
            "unknown 25 NO0010000003",
        ],
    ),
    # 36.92 + 16.40 = 53.32: the tax of 2.89 is not in what came.
    "bux_taxed": Shape(
        "bux",
        ["fee -2.99 EUR", "dividend 19.29 EUR -2.89 EUR", "dividend 1.5 EUR"],
        balances=("54.82 EUR 2023-05-06",),
    ),
}


def said(draft: Draft) -> str:
    legs = [f"{to_text(leg.quantity)} {leg.asset}" for leg in draft.legs]
    costs = [f"for {to_text(leg.cost)} {leg.cost_currency}" for leg in draft.legs if leg.cost]
    return " ".join([draft.kind, *legs, *costs])


def test_every_file_is_told_of() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_what_rows_of_others_move(name: str) -> None:
    shape = SHAPES[name]
    path = FOLDER / f"{name}.csv"
    (profile,) = find_profiles(path, PROFILES)
    statement = read_statement(path, profile, UTC)
    assert statement.profile == shape.profile
    assert [row for row in statement.rows if row.status == BAD] == []
    assert [said(draft) for draft in statement.drafts] == shape.moves
    assert sum(row.status == SKIPPED for row in statement.rows) == shape.skipped
    held = [f"{to_text(one.balance)} {one.asset} {one.day}" for one in statement.balances]
    assert shape.balances in (None, tuple(held))
    assert sum("does not follow" in note for note in statement.notes) == shape.gaps


def test_money_that_no_column_names_is_the_books_own(tmp_path: Path) -> None:
    db = new_book(tmp_path, currency="GBP")
    load(db, FOLDER / "sharesight_currency.csv")
    assert paid(db, "buy") == ["-2262.49"]
    assert currencies(db) >= {"GBP"}
    assert "¤" not in currencies(db)
