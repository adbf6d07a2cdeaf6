"""What an import leaves open: probable duplicates, conflicts, rejected rows; and undoing."""

import datetime as dt
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import did
from folio.book import Book
from folio.db.statements.exclusions import exclusions
from folio.db.statements.statements import unsettled_rows
from folio.errors import FolioError, UnknownStatement, UsageError
from folio.importers import Profile, parse_profile
from folio.importers.language.catalogue import Catalogue
from folio.model.dates import Period
from folio.model.table import Amount
from folio.operations.importing.exclude_rows import include_row
from folio.operations.importing.import_files import import_files
from folio.operations.importing.import_statement import Summary
from folio.operations.importing.read_files import Choices
from folio.operations.importing.settle_rows import answer_row, retry_import
from folio.operations.importing.undo_import import undo_import
from folio.operations.transactions.add_transactions import add_transaction
from folio.operations.transactions.amend import amend_transaction
from folio.operations.transactions.undo import undo_transaction
from folio.reports.attention.status import status
from folio.reports.query import Query
from folio.reports.recorded.register import register
from importing import PROFILES, WHO, facts, kinds, ledger, load, new_book, totals

GENERIC = "date,account,institution,kind,asset,quantity,price,currency,fee,external_id"
TODAY = dt.date(2024, 6, 1)
ALL_TIME = Period(dt.date(2000, 1, 1), TODAY)
DAYS = ["2024-01-01,a,B,deposit,EUR,1000,,EUR,,in"]


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    book = new_book(tmp_path)
    load(book, written(tmp_path, "start.csv", *DAYS))
    return book


def written(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([GENERIC, *rows]) + "\n", "utf-8")
    return path


def by_hand(db: sqlite3.Connection, day: str, quantity: str = "10", **more: str) -> int:
    words = {"kind": "buy", "on": day, "account": "B/a", "asset": "VWCE", "quantity": quantity}
    words |= {"price": "2", "currency": "EUR"} | more
    added = did(db, WHO, add_transaction, words, today=TODAY, create=True)
    return added.outcomes[0].transaction_id


def waiting(db: sqlite3.Connection) -> list[tuple[str, str]]:
    return [(f"{row.statement_id}:{row.line}", row.status) for row in unsettled_rows(db)]


def findings(db: sqlite3.Connection) -> list[tuple[object, object]]:
    book = Book(db)
    rows = status(book, Query(TODAY, book.base)).rows
    return [(row["kind"], row["about"]) for row in rows if "price" not in str(row["kind"])]


BOUGHT = "2024-02-02,a,B,buy,VWCE,10,2,EUR,,b1"
OTHER = "2024-03-02,a,B,buy,VWCE,1,2,EUR,,b2"


# -- probably there from another source --------------------------------------------------


@pytest.mark.parametrize("day", ["2024-01-30", "2024-02-02", "2024-02-05"])
def test_a_trade_typed_by_hand_is_held_back(
    tmp_path: Path, db: sqlite3.Connection, day: str
) -> None:
    twin = by_hand(db, day)
    summary = load(db, written(tmp_path, "1.csv", BOUGHT, OTHER))
    assert (summary.recorded, summary.held) == (1, 1)
    assert totals(db)["VWCE"] == "11"
    assert waiting(db) == [("2:2", "held")]
    assert findings(db) == [("probable duplicate", "import 2:2")]
    assert unsettled_rows(db)[0].reason == f"probably transaction {twin}"


@pytest.mark.parametrize("day", ["2024-01-29", "2024-02-06"])
def test_four_days_are_another_trade(tmp_path: Path, db: sqlite3.Connection, day: str) -> None:
    by_hand(db, day)
    assert load(db, written(tmp_path, "1.csv", BOUGHT)).recorded == 1


@pytest.mark.parametrize(
    ("answer", "total", "new"), [("same", "10", 0), ("different", "20", 1), ("ignored", "10", 0)]
)
def test_an_answer_settles_it_for_every_file(
    tmp_path: Path, db: sqlite3.Connection, answer: str, total: str, new: int
) -> None:
    by_hand(db, "2024-02-02")
    first = written(tmp_path, "1.csv", BOUGHT)
    later = written(tmp_path, "2.csv", BOUGHT, "2024-05-01,a,B,withdraw,EUR,1,,EUR,,w")
    load(db, first)
    assert load(db, later).held == 1
    assert waiting(db) == [("2:2", "held")]  # once, though two files state it
    assert did(db, WHO, answer_row, "2:2", answer, PROFILES) == new
    assert waiting(db) == []
    assert totals(db)["VWCE"] == total
    third = written(tmp_path, "3.csv", BOUGHT, "2024-05-02,a,B,withdraw,EUR,1,,EUR,,w2")
    summary = load(db, third)
    assert (summary.recorded, summary.held) == (1, 0)
    assert (summary.already, summary.skipped) == ((0, 1) if answer == "ignored" else (1, 0))
    before = facts(db)
    for path in (first, later, third):
        assert load(db, path).statement_id is None
    assert facts(db) == before
    assert waiting(db) == []
    with pytest.raises(UsageError, match="does not wait for an answer"):
        did(db, WHO, answer_row, "2:2", answer, PROFILES)


SAVED = "date,account,institution,kind,asset,quantity,price,currency,fee"
KEPT = ["2024-02-01,a,B,deposit,EUR,500,,EUR,", "2024-02-05,a,B,buy,VWCE,10,2,EUR,1"]
RESTATED = [  # of the second of these rows: other words, digits, days, and what is another event
    ("2024-02-05,a,B,buy,VWCE,10,2.1,EUR,1", "held"),
    ("2024-02-06,a,B,buy,VWCE,10,2.1,EUR,1", "held"),
    ("2024-02-07,a,B,buy,VWCE,10,2.1,EUR,1", "recorded"),
    ("2024-02-05,a,B,sell,VWCE,10,2.1,EUR,1", "recorded"),
    ("2024-02-05,a,B,buy,ACME,10,2.1,EUR,1", "recorded"),
    ("2024-02-05,a,B,buy,VWCE,7,2.1,EUR,1", "recorded"),
]


@pytest.mark.parametrize(("row", "status"), RESTATED)
@pytest.mark.parametrize("size", [1 << 20, 0])
def test_a_row_that_its_source_restates_is_held_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, status: str, size: int
) -> None:
    """Where the file covers its day and has it otherwise; also of a file read in pieces."""
    monkeypatch.setattr("folio.operations.importing.read_files.LONG", size)
    db = new_book(tmp_path)
    load(db, saved(tmp_path, "1.csv", *KEPT))
    last = "2024-02-09,a,B,withdraw,EUR,3,,EUR,"
    again = load(db, saved(tmp_path, "2.csv", KEPT[0], row, last))
    assert (again.already, getattr(again, status)) == (1, 1 + (status == "recorded"))
    # Beside the row itself it is another one, and so it is where the file begins later.
    db = new_book(tmp_path / "beside")
    load(db, saved(tmp_path, "1.csv", *KEPT))
    assert load(db, saved(tmp_path, "3.csv", *KEPT, row, last)).held == 0
    db = new_book(tmp_path / "later")
    load(db, saved(tmp_path, "1.csv", *KEPT))
    assert load(db, saved(tmp_path, "4.csv", row.replace("-05", "-06"), last)).held == 0


def saved(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([SAVED, *sorted(rows)]) + "\n", "utf-8")
    return path


def test_one_transaction_is_the_twin_of_one_row(tmp_path: Path, db: sqlite3.Connection) -> None:
    by_hand(db, "2024-02-02")
    again = BOUGHT.replace("b1", "b3")
    summary = load(db, written(tmp_path, "1.csv", BOUGHT, again))
    assert (summary.recorded, summary.held) == (1, 1)
    did(db, WHO, answer_row, "2:2", "same", PROFILES)
    # Nor is it the twin of a third row in a later file.
    third = BOUGHT.replace("b1", "b4")
    assert load(db, written(tmp_path, "2.csv", third)).recorded == 1


def test_two_transactions_are_the_twins_of_two_rows(tmp_path: Path, db: sqlite3.Connection) -> None:
    twins = {by_hand(db, "2024-02-02"), by_hand(db, "2024-02-02")}
    again = BOUGHT.replace("b1", "b3")
    assert load(db, written(tmp_path, "1.csv", BOUGHT, again)).held == 2
    assert {row.transaction_id for row in unsettled_rows(db)} == twins


def test_a_row_to_leave_out_stays_out_when_its_twin_is_undone(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    twin = by_hand(db, "2024-02-02")
    load(db, written(tmp_path, "1.csv", BOUGHT))
    did(db, WHO, undo_transaction, twin)
    assert did(db, WHO, answer_row, "2:2", "ignored", PROFILES) == 0
    assert "buy" not in kinds(db)


def test_answers_that_do_not_fit(tmp_path: Path, db: sqlite3.Connection) -> None:
    load(db, written(tmp_path, "1.csv", DAYS[0].replace("1000", "999")))
    assert waiting(db) == [("2:2", "conflict")]
    for row, answer, message in (
        ("2:2", "perhaps", "is no answer"),
        ("2-2", "same", "is not IMPORT:LINE"),
        ("2:3", "same", "does not wait"),
        ("2:2", "same", "row 2:2 is a conflict; answer ignored, or import it with --supersede"),
    ):
        with pytest.raises(UsageError, match=message):
            did(db, WHO, answer_row, row, answer, PROFILES)


# -- conflicts ---------------------------------------------------------------------------


def test_a_conflict_that_is_ignored_stays_ignored(tmp_path: Path, db: sqlite3.Connection) -> None:
    changed = DAYS[0].replace("1000", "999")
    load(db, written(tmp_path, "1.csv", changed))
    did(db, WHO, answer_row, "2:2", "ignored", PROFILES)
    summary = load(db, written(tmp_path, "2.csv", changed, OTHER))
    assert (summary.recorded, summary.conflicts, summary.skipped) == (1, 0, 1)
    assert waiting(db) == []


def test_a_conflict_is_settled_by_supersede(tmp_path: Path, db: sqlite3.Connection) -> None:
    changed = DAYS[0].replace("1000", "999")
    load(db, written(tmp_path, "1.csv", changed))
    load(db, written(tmp_path, "2.csv", changed, OTHER), supersede=True)
    assert waiting(db) == []
    assert totals(db)["EUR"] == "997"


def test_what_was_amended_meets_its_statement_as_a_conflict(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    load(db, written(tmp_path, "1.csv", BOUGHT))
    did(db, WHO, amend_transaction, 2, {"quantity": "9"}, today=TODAY)
    summary = load(db, written(tmp_path, "2.csv", BOUGHT, OTHER))
    assert (summary.conflicts, summary.recorded) == (1, 1)
    assert totals(db)["VWCE"] == "10"  # 9 and 1


# -- undo --------------------------------------------------------------------------------


def test_an_import_of_balances_alone_can_be_undone(tmp_path: Path) -> None:
    db = new_book(tmp_path)
    head = "Date,Details,Amount,Balance\n"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    # Without a running balance on the first day; the other export has it.
    first.write_text(head + "01/02/2024,Regular Deposit,100,\n")
    second.write_text(head + "01/02/2024,Regular Deposit,100,130\n")
    load(db, first)
    number = load(db, second).statement_id
    assert number == 2
    balances = "SELECT day, balance FROM observations ORDER BY id"
    assert db.execute(balances).fetchall() == [("2024-02-01", "130")]
    assert [kind for kind, _ in findings(db)] == ["gap"]
    undone = did(db, WHO, undo_import, 2)
    assert (undone.imported.file_name, *undone[1:4]) == ("2.csv", 0, 0, 1)
    assert findings(db) == []
    assert db.execute(balances).fetchall()[1:] == [("2024-02-01", None)]
    assert totals(db) == {"GBP": "100"}
    with pytest.raises(FolioError, match="nothing of import 2 is left to undo"):
        did(db, WHO, undo_import, 2)
    load(db, second)
    assert db.execute(balances).fetchall()[2:] == [("2024-02-01", "130")]


def test_what_an_undone_import_had_superseded_counts_again(tmp_path: Path) -> None:
    """One statement says 100 and a balance of 130, the next of the same id 120 and 150."""
    db = new_book(tmp_path)
    head = "Date,Details,Amount,Balance\n"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(head + "01/02/2024,Regular Deposit,100,130\n")
    second.write_text(head + "01/02/2024,Regular Deposit,100,150\n")
    load(db, first)
    load(db, second, supersede=True)
    said = "SELECT balance, statement_id, line FROM observations ORDER BY id DESC LIMIT 1"
    assert db.execute(said).fetchone() == ("150", 2, 2)
    did(db, WHO, undo_import, 2)
    assert db.execute(said).fetchone() == ("130", 1, 2)
    assert did(db, WHO, undo_import, 1).reversed == 1  # takes back what counted again, too
    assert db.execute(said).fetchone() == (None, None, None)


def test_rows_that_an_undone_import_had_superseded_count_again(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    before = ledger(db)
    changed = written(tmp_path, "2.csv", DAYS[0].replace("1000", "999"), OTHER)
    for number in (2, 3):  # and once more, after it was undone
        load(db, changed, supersede=True)
        assert totals(db)["EUR"] == "997"
        undone = did(db, WHO, undo_import, number)
        assert (undone.reversed, undone.again) == (2, 1)
        assert ledger(db) == before
    assert did(db, WHO, undo_import, 1).reversed == 1
    assert ledger(db) == []


def test_a_retry_that_superseded_is_undone_with_its_import(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    """The second file waits with a conflict, is recorded in place of the first, and undone."""
    load(db, written(tmp_path, "2.csv", DAYS[0].replace("1000", "999")))
    did(db, WHO, retry_import, 2, PROFILES, supersede=True)
    assert totals(db)["EUR"] == "999"
    undone = did(db, WHO, undo_import, 2)
    assert (undone.reversed, undone.again) == (1, 1)
    assert totals(db)["EUR"] == "1000"


def test_the_name_of_a_statement_leads_nowhere(tmp_path: Path, db: sqlite3.Connection) -> None:
    """A book of somebody else may call its statement what it likes: nothing is written there."""
    load(db, written(tmp_path, "2.csv", DAYS[0].replace("1000", "999")))
    outside = tmp_path / "outside.csv"
    outside.write_text("mine")
    db.execute("DROP TRIGGER statements_are_never_changed")
    for name in (str(outside), "../" * 20 + str(outside)[1:], "..", "a/../..", ""):
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("UPDATE statements SET file_name = ? WHERE id = 2", [name])
        did(db, WHO, retry_import, 2, PROFILES)
        assert outside.read_text() == "mine"


def test_undo_takes_back_only_what_this_import_recorded(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    first = load(db, written(tmp_path, "1.csv", BOUGHT))
    load(db, written(tmp_path, "2.csv", BOUGHT, OTHER))
    did(db, WHO, undo_import, 3)
    assert totals(db)["VWCE"] == "10"
    did(db, WHO, undo_import, first.statement_id or 0)
    assert kinds(db) == {"deposit": 1}
    # The second file states it too, and brings it back as the next revision.
    assert load(db, tmp_path / "2.csv").recorded == 2
    assert totals(db)["VWCE"] == "11"
    assert db.execute("SELECT max(revision) FROM transactions").fetchone() == (2,)


def test_what_was_undone_alone_comes_back_with_its_file(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    path = written(tmp_path, "1.csv", BOUGHT, OTHER)
    load(db, path)
    did(db, WHO, undo_transaction, 2)
    summary = load(db, path)
    assert (summary.recorded, summary.already) == (1, 1)
    assert totals(db)["VWCE"] == "11"


# -- rows that are left out --------------------------------------------------------------


def test_a_recorded_row_is_left_out_of_every_later_file(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    load(db, written(tmp_path, "1.csv", BOUGHT, OTHER))
    before = ledger(db)
    assert did(db, WHO, answer_row, "2:2", "ignored", PROFILES) == 0
    assert kinds(db) == {"deposit": 1, "buy": 1}
    for name in ("1.csv", "2.csv"):  # the same file, and one that overlaps
        later = BOUGHT.replace("2024-02-02", "2024-05-05").replace("b1", "b9")
        path = written(tmp_path, name, BOUGHT, OTHER, *([later] if name == "2.csv" else []))
        summary = load(db, path)
        assert (summary.recorded, summary.skipped) == (1 if name == "2.csv" else 0, 1)
    did(db, WHO, undo_import, 3)
    assert [(*one.row[:2], one.status) for one in exclusions(db)] == [(2, 2, "recorded")]
    with pytest.raises(UsageError, match="does not wait"):
        did(db, WHO, answer_row, "2:2", "ignored", PROFILES)
    assert did(db, WHO, include_row, "2:2") == 1
    assert ledger(db) == before
    assert exclusions(db) == []
    assert load(db, written(tmp_path, "3.csv", BOUGHT)).already == 1
    with pytest.raises(FolioError, match="row 2:2 is not left out; see: folio import exclusions"):
        did(db, WHO, include_row, "2:2")


def test_what_waited_waits_again(tmp_path: Path, db: sqlite3.Connection) -> None:
    load(db, written(tmp_path, "1.csv", DAYS[0].replace("1000", "999")))
    did(db, WHO, answer_row, "2:2", "ignored", PROFILES)
    assert waiting(db) == []
    assert did(db, WHO, include_row, "2:2") == 0
    assert waiting(db) == [("2:2", "conflict")]
    did(db, WHO, answer_row, "2:2", "ignored", PROFILES)
    assert waiting(db) == []


def test_a_row_that_was_undone_is_left_out(tmp_path: Path, db: sqlite3.Connection) -> None:
    """Undone alone it comes back with every file that offers it; named by its first import, the
    revision of a later one is meant."""
    load(db, written(tmp_path, "1.csv", BOUGHT, OTHER))
    did(db, WHO, undo_transaction, 2)
    assert load(db, written(tmp_path, "2.csv", BOUGHT)).recorded == 1
    assert did(db, WHO, answer_row, "2:2", "ignored", PROFILES) == 0
    assert kinds(db) == {"deposit": 1, "buy": 1}
    assert did(db, WHO, include_row, "2:2") == 1
    did(db, WHO, undo_transaction, max(transactions(db)))
    did(db, WHO, answer_row, "2:2", "ignored", PROFILES)
    assert load(db, written(tmp_path, "3.csv", BOUGHT)).skipped == 1
    assert kinds(db) == {"deposit": 1, "buy": 1}


def transactions(db: sqlite3.Connection) -> list[int]:
    return [row[0] for row in db.execute("SELECT id FROM transactions")]


def test_a_row_that_cannot_be_read_is_left_out_by_its_text(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    bad = BOUGHT.replace("2024-02-02", "32 May")
    load(db, written(tmp_path, "1.csv", bad, OTHER), skip_bad=True)
    did(db, WHO, answer_row, "2:2", "ignored", PROFILES)
    summary = load(db, written(tmp_path, "2.csv", bad, OTHER, BOUGHT))  # and not --skip-bad
    assert (summary.recorded, summary.already, summary.skipped) == (1, 1, 1)
    did(db, WHO, include_row, "2:2")
    with pytest.raises(FolioError, match="1 of 2 rows cannot be read"):
        load(db, written(tmp_path, "3.csv", bad, OTHER))


# -- rejected rows, and reading again ----------------------------------------------------

BANK = """
name = "bank"
title = "A bank"
institution = "Bank"
institution_type = "bank"
account_type = "checking"
tracks_cash = true
note = "text"

[header]
require = ["Day", "Text", "Amount"]

[date]
column = ["Day"]
formats = ["%d.%m.%Y"]

[texts]
text = "Text"

[amounts]
amount = "Amount"

[identity]
fields = ["day", "text", "amount"]

[legs]
cash = [{ role = "cash", currency = "'EUR'", quantity = "amount" }]

[[rules]]
when = { text = ["Salary"] }
kind = "deposit"
legs = "cash"
"""
MORE = """
[[rules]]
when = { text = ["Rent"] }
kind = "withdraw"
legs = "cash"

[[rules]]
when = { text = ["Hello"] }
skip = "says hello"
"""


def bank(text: str) -> dict[str, Profile]:
    return {"bank": parse_profile(text, "bank")}


def test_rejected_rows_are_read_again_when_the_profile_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = new_book(tmp_path)
    monkeypatch.setattr("importing.PROFILES", Catalogue(bank(BANK), {}))
    path = tmp_path / "bank.csv"
    path.write_bytes(
        b"Day,Text,Amount\r\n01.02.2024,Salary,100.5\r\n02.02.2024,Rent,-40\r\n"
        b"03.02.2024,Hello,0\r\n04.02.2024,What,1\r\n"
    )
    with pytest.raises(FolioError, match="3 of 4 rows cannot be read"):
        load(db, path)
    first = load(db, path, skip_bad=True)
    assert (first.recorded, first.rejected) == (1, 3)
    assert waiting(db) == [("1:3", "rejected"), ("1:4", "rejected"), ("1:5", "rejected")]

    before = facts(db)
    did(db, WHO, retry_import, 1, bank(BANK))
    assert facts(db) == before  # the profile is as it was

    summary = did(db, WHO, retry_import, 1, bank(BANK + MORE))
    assert totals(db) == {"EUR": "60.5"}
    assert len(summary.transactions) == 1
    assert waiting(db) == [("1:5", "rejected")]
    before = facts(db)
    did(db, WHO, retry_import, 1, bank(BANK + MORE))
    assert facts(db) == before

    assert did(db, WHO, answer_row, "1:5", "ignored", bank(BANK)) == 0
    assert waiting(db) == []
    did(db, WHO, undo_import, 1)
    assert ledger(db) == []


def test_a_profile_that_reads_otherwise_replaces_only_on_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = new_book(tmp_path)
    by_kind = BANK.replace('fields = ["day", "text",', 'fields = ["day", "kind",')
    monkeypatch.setattr("importing.PROFILES", Catalogue(bank(by_kind), {}))
    path = tmp_path / "bank.csv"
    path.write_text("Day,Text,Amount\n01.02.2024,Salary,100\n")
    load(db, path)
    other = bank(by_kind.replace('kind = "deposit"', 'kind = "interest"'))
    before = facts(db)
    did(db, WHO, retry_import, 1, other)
    assert facts(db) == before
    did(db, WHO, retry_import, 1, other, supersede=True)
    assert kinds(db) == {"interest": 1}
    assert totals(db) == {"EUR": "100"}
    assert did(db, WHO, retry_import, 1, other, supersede=True).transactions == ()


def test_a_retry_of_nothing(db: sqlite3.Connection) -> None:
    with pytest.raises(FolioError, match="there is no import 9"):
        did(db, WHO, retry_import, 9, PROFILES)
    with pytest.raises(FolioError, match="the profile 'generic' of import 1 is gone"):
        did(db, WHO, retry_import, 1, {})


def test_the_status_names_a_command_that_settles_a_conflict(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    load(db, written(tmp_path, "1.csv", DAYS[0].replace("1000", "999")))
    book = Book(db)
    (row,) = [r for r in status(book, Query(TODAY, book.base)).rows if r["kind"] == "conflict"]
    assert str(row["settle"]).startswith("folio import retry 2 --supersede")
    did(db, WHO, retry_import, 2, PROFILES, supersede=True)
    assert waiting(db) == []
    assert totals(db)["EUR"] == "999"


KRAKEN = "txid,refid,time,type,subtype,aclass,asset,amount,fee,balance"


def test_fees_in_two_coins_are_no_sum(tmp_path: Path, db: sqlite3.Connection) -> None:
    path = tmp_path / "ledgers.csv"
    path.write_text(
        f"{KRAKEN}\n"
        "L4,R3,2024-01-03 08:00:00,trade,,currency,XXBT,-0.01,0.00001,0.1\n"
        "L5,R3,2024-01-03 08:00:00,trade,,currency,XETH,0.15,0.0003,0.1497\n",
        encoding="utf-8",
    )
    (swap,) = load(db, path).transactions
    book = Book(db)
    row = next(r for r in register(book, Query(TODAY, book.base), ALL_TIME).rows if r["id"] == swap)
    assert (row["fee"], row["fee_currency"]) == (Amount(Decimal("0.0003")), "ETH")
    with pytest.raises(FolioError, match="more parts than words"):
        did(db, WHO, amend_transaction, swap, {"quantity": "9"}, today=TODAY)


def load_twins(folder: Path, db: sqlite3.Connection) -> Summary:
    """The account statement and the transactions of a broker tell the same two trades."""
    days = ("2024-02-01", "2024-03-01")
    for day in days:
        by_hand(db, day)
    rows = [f"{day},a,B,buy,VWCE,10,5,EUR,,{day}" for day in days]
    return load(db, written(folder, "twins.csv", *rows))


def test_every_row_that_was_held_back_is_answered_at_once(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    summary = load_twins(tmp_path, db)
    assert (summary.held, summary.recorded) == (2, 0)
    before = totals(db)
    assert did(db, WHO, answer_row, str(summary.statement_id), "same", PROFILES) == 0
    assert (totals(db), unsettled_rows(db)) == (before, [])
    with pytest.raises(UsageError, match="has no row that was held back; see: folio status"):
        did(db, WHO, answer_row, str(summary.statement_id), "same", PROFILES)


def test_every_row_that_was_held_back_is_recorded_at_once(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    summary = load_twins(tmp_path, db)
    assert did(db, WHO, answer_row, str(summary.statement_id), "different", PROFILES) == 2
    assert (totals(db)["VWCE"], unsettled_rows(db)) == ("40", [])


@pytest.mark.parametrize("said", ["--set 'date=%m/%d/%Y %H:%M'", "'--set=date=%m/%d/%Y %H:%M'"])
def test_how_a_file_is_written_is_not_said_again(
    tmp_path: Path, db: sqlite3.Connection, said: str
) -> None:
    """3/4 could be in March or in April: who said it when the file came in has said it."""
    path = tmp_path / "ledgers.csv"
    path.write_text(
        "txid;refid;time;type;subtype;aclass;asset;wallet;amount;fee;balance\n"
        "L1;R1;03/04/2025 10:00;deposit;;currency;ZEUR;spot;12.50;0;12.50\n"
        "L2;R2;03/05/2025 10:00;deposit;;currency;ZEUR;spot;1x.50;0;22.50\n",
        "utf-8",
    )
    who = WHO._replace(command=f"folio import ledgers.csv --skip-bad {said}")
    choices = Choices(create=True, skip_bad=True, written={"date": "%m/%d/%Y %H:%M"})
    (first,) = import_files(db, who, [path], PROFILES, choices)
    assert (first.recorded, first.rejected) == (1, 1)
    again = did(db, WHO, retry_import, first.statement_id or 0, PROFILES)
    assert (again.recorded, again.already, again.rejected) == (0, 1, 1)
    assert [row[1] for row in ledger(db) if row[4] == "Kraken"] == ["2025-03-04"]


def test_an_account_tells_how_a_list_without_a_header_is_read(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    bare = BANK.replace('require = ["Day", "Text", "Amount"]', "numbered = 3")
    for name, place in (("Day", "1"), ("Text", "2"), ("Amount", "3")):
        bare = bare.replace(f'"{name}"', f'"{place}"')
    profiles = Catalogue(bank(bare + MORE.replace("Rent", "Shop")), {})

    def imported(name: str, day: str, **choices: object) -> Summary:
        path = tmp_path / name
        path.write_text(f"{day}.01.2025,Shop,-5.00\n{day}.01.2025,Salary,7.00\n", "utf-8")
        chosen = Choices(create=True)._replace(**choices)
        return import_files(db, WHO, [path], profiles, chosen)[0]

    with pytest.raises(UnknownStatement, match="whose it is with --profile bank"):
        imported("january.csv", "30", account="Bank/Giro")
    assert imported("january.csv", "30", account="Bank/Giro", profile="bank").notes == ()
    february = imported("february.csv", "31", account="Bank/Giro")
    assert (february.profile, february.recorded) == ("bank", 2)
    assert february.notes == (
        "it has no header, and is read as bank, as january.csv of this account was",
    )
    for account in (None, "Bank/Other"):  # nobody said whose it is, or none was read before
        with pytest.raises(UnknownStatement):
            imported("march.csv", "29", account=account)
