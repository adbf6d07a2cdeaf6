"""Numbers whose sign contradicts those around them: a correction is not booked as what it corrects.

What must come out was worked out by hand.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from mapped import UTC, given, read

from folio.errors import FolioError
from folio.importers import load_profiles, parse_profile, read_statement
from folio.importers.mapping.proposal import propose
from folio.importers.mapping.table import find_table
from folio.importers.mapping.writing import profile_text
from folio.model.numbers import to_text
from folio.model.statements import BAD, Statement
from importing import load_all, new_book

PROFILES = load_profiles(None)
CITI = "Status,Date,Description,Debit,Credit,Member Name\n"
LIST = "Date,Action,Ticker,Quantity,Price,Fee,Total\n"
BOUGHT = LIST + "2025-03-01,Buy,VWCE,10,100.00,1.50,1001.50\n"


def bad(statement: Statement) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in statement.rows if row.status == BAD]


def by(name: str, path: Path, text: str) -> Statement:
    path.write_text(text, "utf-8")
    return read_statement(path, PROFILES[name], ZoneInfo("UTC"))


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_column_of_one_sign_says_one_thing(sign: str, tmp_path: Path) -> None:
    """Citi writes what was spent without a sign; an export that has one says the same."""
    rows = f"Cleared,12/30/2025,Shop,{sign}31.00,,A\nCleared,12/29/2025,Shop,{sign}5.50,,A\n"
    statement = by("citi", tmp_path / "citi.csv", CITI + rows)
    assert [to_text(leg.quantity) for d in statement.drafts for leg in d.legs] == ["-5.5", "-31"]


def test_a_row_of_the_other_sign_is_refused(tmp_path: Path) -> None:
    """Nobody says whether -31.00 of what was spent was spent, too, or given back."""
    rows = "Cleared,12/30/2025,Shop,31.00,,A\nCleared,12/29/2025,Shop,-31.00,,A\n"
    statement = by("citi", tmp_path / "citi.csv", CITI + rows)
    assert len(statement.drafts) == 1
    assert bad(statement) == [
        (
            3,
            "its debit is -31, and that of line 2 has another sign: does it take back what others "
            "say?",
        )
    ]


def test_a_purchase_that_is_taken_back_is_no_second_one(tmp_path: Path) -> None:
    """-10 shares for -1,001.50 take the first row back."""
    text = BOUGHT + "2025-03-02,Buy,VWCE,-10,100.00,-1.50,-1001.50\n"
    words = ("set:currency=EUR", "set:fee=inside")
    path = tmp_path / "file.csv"
    path.write_text(BOUGHT, "utf-8")
    made = profile_text("mine", propose(find_table(path), given(*words)))
    path.write_text(text, "utf-8")
    statement = read_statement(path, parse_profile(made, "mine"), UTC)
    assert [line for line, _ in bad(statement)] == [3]


def test_a_fee_that_is_given_back_is_not_charged_again(tmp_path: Path) -> None:
    text = BOUGHT + "2025-03-02,Buy,VWCE,1,100.00,-0.50,99.50\n"
    statement = read(tmp_path, text, "set:currency=EUR", "set:fee=inside")
    assert [reason.partition(",")[0] for _, reason in bad(statement)] == ["its fee is -0.5"]
    assert len(statement.drafts) == 1


def test_a_column_of_fees_that_no_profile_reads_is_told(tmp_path: Path) -> None:
    """N26 has none; whether -10.00 has the 0.50 in it, nobody says."""
    text = (Path(__file__).parent / "n26" / "sample.csv").read_text("utf-8")
    header, first, second, *_ = text.splitlines()
    fees = f'{header},"Fee"\n{first},"0.00"\n{second},"0.50"\n'
    statement = by("n26", tmp_path / "n26.csv", fees)
    assert statement.notes[0] == (
        "the profile does not read the column 'fee', which has '0.50' at line 3: what is not in "
        "the amounts is left out"
    )
    assert len(statement.drafts) == 2
    without = by("n26", tmp_path / "n26.csv", fees.replace('"0.50"', '"0.00"'))
    assert [note for note in without.notes if "fee" in note] == []


def test_a_column_of_currencies_that_no_profile_reads_is_heeded(tmp_path: Path) -> None:
    """N26 keeps euros: a row that says that it is in dollars is not booked as one in euros."""
    text = (Path(__file__).parent / "n26" / "sample.csv").read_text("utf-8")
    header, first, second, third, *_ = text.splitlines()
    rows = f'{header},"Currency"\n{first},"EUR"\n{second},"USD"\n{third},""\n'
    statement = by("n26", tmp_path / "n26.csv", rows)
    assert bad(statement) == [(3, "its currency is USD, and the profile reads it as EUR")]
    assert len(statement.drafts) == 2


def test_a_row_of_the_other_sign_is_refused_where_all_others_are_known(tmp_path: Path) -> None:
    """The rows that an earlier file had are not read again, but for the first of them."""
    db = new_book(tmp_path)
    path = tmp_path / "citi.csv"
    rows = "Cleared,12/29/2025,Thanks,,50.00,A\nCleared,12/30/2025,Shop,31.00,,A\n"
    rows += "Cleared,12/30/2025,Thanks,,20.00,A\n"
    path.write_text(CITI + rows, "utf-8")
    load_all(db, [path])
    path.write_text(f"{CITI}{rows}Cleared,12/31/2025,Shop,-31.00,,A\n", "utf-8")
    with pytest.raises(FolioError, match="line 5: its debit is -31, and that of line 3 has"):
        load_all(db, [path])


def test_what_goes_may_have_a_minus_beside_what_comes(tmp_path: Path) -> None:
    """Of sales alone all are negative; that purchases are not contradicts nothing."""
    header = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
    rows = '"09/20/2024","Sell","AAA","ALPHA","-5","$10.00","","$50.00"\n'
    rows += '"09/19/2024","Buy","AAA","ALPHA","10","$9.00","","-$90.00"\n'
    statement = by("schwab", tmp_path / "schwab.csv", header + rows)
    assert bad(statement) == []
    assert [[to_text(leg.quantity) for leg in d.legs] for d in statement.drafts] == [
        ["10", "-90"],
        ["-5", "50"],
    ]
