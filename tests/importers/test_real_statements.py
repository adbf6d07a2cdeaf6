"""Statements as institutions wrote them, from the folder that FOLIO_SAMPLES names."""

import os
import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest

from folio.importers import find_profiles, load_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement

FOLDER = os.environ.get("FOLIO_SAMPLES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="FOLIO_SAMPLES is not set")
PROFILES = load_profiles(None)

# file: profile, rows, cash, some holdings, fees, taxes
TRUTH: dict[str, tuple[str, int, dict[str, str], dict[str, str], dict[str, str], dict[str, str]]]
TRUTH = {
    "trading212_csv/2020_from_2020-09-11_to_2021-04-02.csv": (
        "trading212",
        8,
        {"GBP": "33391.3", "USD": "0"},
        {"VNRG": "1", "NVDA": "1", "GME": "0"},
        {},
        {"USD": "-0.02"},
    ),
    "trading212_csv/2024_transactions.csv": (
        "trading212",
        7,
        {"GBP": "1758.05", "USD": "0"},
        {"FOO": "0"},
        {"GBP": "-9.42"},
        {"USD": "-0.02", "GBP": "0.75"},
    ),
    "schwab_csv/brokerage_2023.csv": (
        "schwab",
        7,
        {"USD": "1019826.86"},
        {"FOO": "0", "BAR": "0", "QUX": "0"},
        {"USD": "-6.23"},
        {},
    ),
    "vanguard_uk_csv/cash_report.csv": (
        "vanguard_uk",
        19,
        {"GBP": "23.59"},
        {
            "FOO": "1550",
            "BAR": "293",
            "Emerging Markets Stock Index Fund - Accumulation": "6.77",
            "U.S. Equity Index Fund - Accumulation": "0.9232",
        },
        {"GBP": "-27.96"},
        {},
    ),
    "coinbase_csv/tax_report_2019_preamble.csv": (
        "coinbase",
        16,
        {"USD": "-4205.23"},
        {"BTC": "0.00694214", "ETH": "0", "LTC": "7.82768791"},
        {},
        {},
    ),
    "coinbase_csv/ids_symbols_2025.csv": (
        "coinbase",
        8,
        {"EUR": "-70", "USD": "-70"},
        # 0.17305191 ETH2 came from a conversion and 0.180914809326 left as ether.
        {
            "BTC": "-0.00029567",
            "ETH": "0.007923387238",
            "ETH2": "-0.007862899326",
            "XRP": "156.145683",
        },
        {"EUR": "-2.99", "USD": "-2.99"},
        {},
    ),
    "coinbase_csv/convert_2023_preamble.csv": (
        "coinbase",
        1,
        {},
        {"ETH": "-0.00087766", "USDC": "1.629352"},
        {},
        {},
    ),
    "coinbase_edge_csv/reward_2025_bom_preamble.csv": (
        "coinbase",
        1,
        {},
        {"USDC": "0.002727"},
        {},
        {},
    ),
    "kraken_ledgers_csv/ledgers_staking_pending.csv": (
        "kraken_ledgers",
        8,
        {},
        {"USDC": "1001.12345678"},
        {},
        {},
    ),
    # The sum of the column Change, coin by coin.
    "binance_csv/statement_uabean.csv": (
        "binance",
        56,
        {"USD": "-2.32669747", "UAH": "-26485.93494646"},
        {
            "BUSD": "-914.92887491",
            "BTC": "0.02034238",
            "USDT": "-1025.63279121",
            "BNB": "0.0164155",
            "MATIC": "-532.88177249",
            "LDBUSD": "1000",
            "ETHW": "0.29976",
            "TRX": "-0.08712345",
            "ETH": "-0.000058",
            "SOL": "0.03",
            "POL": "150",
            "USDC": "-1300",
            "FDUSD": "80",
        },
        {},
        {},
    ),
    # The sums of the columns Amount and Fee.
    "gemini_csv/gemini_wide.csv": (
        "gemini",
        6,
        {"USD": "366.61"},
        {"BTC": "0.17472814", "ETH": "0", "ZEC": "0"},
        {"USD": "-4.05"},
        {},
    ),
    # The sum of the column Amount (EUR).
    "n26_csv/en_multiple.csv": ("n26", 3, {"EUR": "-111.36"}, {}, {}, {}),
    "wise_csv/personal_new_format_eur.csv": (
        "wise",
        4,
        {"EUR": "-290.5"},
        {},
        {"EUR": "-1.6"},
        {},
    ),
    "wise_csv/personal_old_format_eur.csv": (
        "wise",
        4,
        {"EUR": "-594.72"},
        {},
        {"EUR": "-2.57"},
        {},
    ),
}


def read(name: str) -> Statement:
    path = Path(FOLDER) / name
    (profile,) = find_profiles(path, PROFILES)
    return read_statement(path, profile, zoneinfo.ZoneInfo("Europe/London"))


def sums(statement: Statement, *, currencies: bool, role: str = "") -> dict[str, str]:
    totals: dict[str, Decimal] = {}
    for draft in statement.drafts:
        for leg in draft.legs:
            if (leg.asset.type == "currency") == currencies and role in ("", leg.role):
                totals[leg.asset.symbol] = totals.get(leg.asset.symbol, Decimal(0)) + leg.quantity
    return {symbol: to_text(total) for symbol, total in totals.items()}


@pytest.mark.parametrize("name", TRUTH)
def test_the_figures_come_out(name: str) -> None:
    profile, rows, cash, holdings, fees, taxes = TRUTH[name]
    statement = read(name)
    assert (statement.profile, len(statement.rows)) == (profile, rows)
    assert [row for row in statement.rows if row.status == BAD] == []
    assert sums(statement, currencies=True) == cash
    assert sums(statement, currencies=False) == holdings
    assert sums(statement, currencies=True, role="fee") == fees
    assert sums(statement, currencies=True, role="tax") == taxes


def test_a_reversed_dividend_and_every_running_balance() -> None:
    statement = read("vanguard_uk_csv/cash_report.csv")
    paid = [d.legs[0].quantity for d in statement.drafts if d.kind == "dividend"]
    assert sum(q for q in paid if q > 0) == Decimal("567.49")
    assert sum(q for q in paid if q < 0) == Decimal("-170.83")
    assert [to_text(stated.balance) for stated in statement.balances] == ["23.59"]
    assert not any("balance" in note for note in statement.notes)


def test_every_corporate_action_is_booked() -> None:
    statement = read("schwab_csv/reinvest_corporate_actions.csv")
    assert [row.text[:18] for row in statement.rows if row.status != "booked"] == [
        "Transactions Total"
    ]
    assert len(statement.rows) == 119 + 1
    assert not [draft for draft in statement.drafts if draft.kind == "unknown"]
    (split,) = [draft for draft in statement.drafts if draft.kind == "split" and not draft.legs]
    assert (str(split.related_asset), split.added, split.ratio) == ("AVGO", Decimal(9), None)
    (merger, conversion) = [draft for draft in statement.drafts if draft.kind == "merger"]
    assert [to_text(leg.quantity) for leg in merger.legs] == ["50", "-50"]
    assert [to_text(leg.quantity) for leg in conversion.legs] == ["34", "-344"]


def test_pending_copies_record_nothing() -> None:
    statement = read("kraken_ledgers_csv/ledgers_staking_pending.csv")
    assert [row.reason for row in statement.rows if row.status == "skipped"].count(
        "the pending copy of a row"
    ) == 4
    rewards = [draft.legs[0].quantity for draft in statement.drafts if draft.kind == "reward"]
    assert rewards == [Decimal("1.12345678")]


def test_two_rows_of_one_id_are_two_bookings() -> None:
    statement = read("coinbase_csv/ids_symbols_2025.csv")
    bought = [draft.external_id for draft in statement.drafts if draft.kind == "buy"]
    assert len(set(bought)) == 2
