"""Statements as institutions wrote them, from the folder that FOLIO_SAMPLES names."""

import os
import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest
from real_truths import TRUTH

from folio.importers import find_profiles, load_profiles, read_statement
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement

FOLDER = os.environ.get("FOLIO_SAMPLES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="FOLIO_SAMPLES is not set")
PROFILES = load_profiles(None)


def read(name: str) -> Statement:
    path = Path(FOLDER) / name
    (profile,) = find_profiles(path, PROFILES)
    return read_statement(path, profile, zoneinfo.ZoneInfo("Europe/London"))


def sums(statement: Statement, *, currencies: bool | None = None, role: str = "") -> dict[str, str]:
    totals: dict[str, Decimal] = {}
    for draft in statement.drafts:
        for leg in draft.legs:
            is_wanted = currencies in (None, leg.asset.type == "currency")
            if is_wanted and role in ("", leg.role):
                totals[leg.asset.symbol] = totals.get(leg.asset.symbol, Decimal(0)) + leg.quantity
    return {symbol: to_text(total) for symbol, total in totals.items()}


@pytest.mark.parametrize("name", TRUTH)
def test_the_figures_come_out(name: str) -> None:
    truth = TRUTH[name]
    statement = read(name)
    assert (statement.profile, len(statement.rows)) == (truth.profile, truth.rows)
    assert [row for row in statement.rows if row.status == BAD] == []
    assert sums(statement, currencies=True) == truth.cash
    assert sums(statement, currencies=False) == truth.holdings
    assert sums(statement, role="fee") == truth.fees
    assert sums(statement, role="tax") == truth.taxes


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
