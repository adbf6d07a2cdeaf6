"""Statements that come as JSON: the objects of a list are rows, their keys columns."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from folio.errors import FolioError
from folio.importers import find_profiles, read_statement
from folio.importers.files.json_file import read_json
from folio.importers.mapping.table import find_table
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from importing import PROFILES, ledger, load, new_book

NEW_YORK = ZoneInfo("America/New_York")


def read(path: Path, said: object, indent: int | None = 2) -> Statement:
    path.write_text(json.dumps(said, indent=indent), "utf-8")
    (profile,) = find_profiles(path, PROFILES)
    statement = read_statement(path, profile, NEW_YORK)
    assert [row for row in statement.rows if row.status == BAD] == []
    return statement


def moved(statement: Statement) -> list[str]:
    return [
        " ".join([draft.kind, *(f"{to_text(leg.quantity)} {leg.asset}" for leg in draft.legs)])
        for draft in statement.drafts
    ]


BROKERAGE = {
    "FromDate": "01/01/2024",
    "ToDate": "12/31/2024",
    "TotalTransactionsAmount": "-$405.00",
    "PendingTransactions": [{"Date": "12/31/2024", "Action": "Buy"}],
    "BrokerageTransactions": [
        {
            "Date": "03/04/2024",
            "Action": "Sell",
            "Symbol": "EXM",
            "Description": "EXAMPLE INC",
            "Quantity": "1",
            "Price": "$100.00",
            "Fees & Comm": "$0.01",
            "Amount": "$99.99",
        },
        {
            "Date": "03/01/2024",
            "Action": "Buy",
            "Symbol": "EXM",
            "Description": "EXAMPLE INC",
            "Quantity": "5",
            "Price": "$101.00",
            "Fees & Comm": "",
            "Amount": "-$505.00",
        },
    ],
}


@pytest.mark.parametrize("indent", [None, 4])
def test_a_broker_says_in_json_what_it_says_in_csv(indent: int | None, tmp_path: Path) -> None:
    found = read(tmp_path / "history.json", BROKERAGE, indent)
    assert found.profile == "schwab"
    assert moved(found) == ["buy 5 EXM -505 USD", "sell -1 EXM 100 USD -0.01 USD"]
    assert len({row.line for row in found.rows}) == 2
    assert found.rows[0].text.startswith("{")
    assert '"Sell"' in found.rows[0].text
    db = new_book(tmp_path)
    first = load(db, tmp_path / "history.json")
    before = ledger(db)
    header = "Date,Action,Symbol,Description,Quantity,Price,Fees & Comm,Amount\n"
    rows = [",".join(one.values()) for one in BROKERAGE["BrokerageTransactions"]]  # type: ignore[attr-defined]
    (tmp_path / "history.csv").write_text(header + "\n".join(rows) + "\n")
    again = load(db, tmp_path / "history.csv")
    assert (first.recorded, again.recorded, again.already) == (2, 0, 2)
    assert ledger(db) == before


def test_details_within_a_record_are_cells_of_it(tmp_path: Path) -> None:
    """Of 200 shares bought 50 were withheld; both layouts of Schwab's equity awards."""
    bought = {
        "Date": "02/27/2024",
        "Action": "Deposit",
        "Symbol": "EXM",
        "Quantity": "200",
        "Description": "ESPP",
        "FeesAndCommissions": None,
        "DisbursementElection": None,
        "Amount": None,
        "TransactionDetails": [
            {"Details": {"PurchaseFairMarketValue": "$177.00", "NetSharesDeposited": "150"}}
        ],
    }
    newer = read(tmp_path / "new.json", {"FromDate": "01/01/2024", "Transactions": [bought]})
    assert (newer.profile, moved(newer)) == ("schwab_awards", ["deposit 150 EXM"])
    assert newer.drafts[0].legs[0].cost == 26550
    sold = {
        "typeName": "ShareSaleViewModel",
        "eventDate": "11/16/2022",
        "action": "Sale",
        "symbol": "EXM",
        "quantity": "12.5",
        "description": "Share Sale",
        "totalCommissionsAndFees": "$0.50",
        "disbursementElection": None,
        "amountSortValue": 2574.5,
        "amount": "$2,574.50",
        "transactionDetails": [{"type": "RS", "shares": "3.7", "salePrice": "$206.00"}],
    }
    older = read(tmp_path / "old.json", {"transactions": [sold]})
    assert moved(older) == ["sell -12.5 EXM 2575 USD -0.5 USD"]


def test_a_profile_is_not_made_from_json(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    path.write_text('[{"day": "2024-03-01"}]')
    with pytest.raises(FolioError, match="save its records as CSV"):
        find_table(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": [{"b": 1}', "cannot be read as JSON"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1}', "JSON without a list of records"),
        ('{"PendingTransactions": [{"a": 1}]}', "JSON without a list of records"),
        ("[]", "JSON without a list of records"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('[{"a": 1}] more', "more follows"),
    ],
)
def test_what_is_no_table_is_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(FolioError, match=says):
        read_json(path)
