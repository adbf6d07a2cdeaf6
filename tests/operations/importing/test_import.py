"""One import: all of it or nothing, into the right account, and nothing twice."""

import datetime as dt
import hashlib
import itertools
import sqlite3
from pathlib import Path

import pytest

from bookkeeper import did
from folio.db.arrangements.catalog import Catalog
from folio.db.recording.stated_lines import RUN_OF
from folio.errors import BadRows, FolioError
from folio.model.transactions import parse_account_ref
from folio.operations.arranging.arrange import set_account
from folio.operations.importing.import_files import import_files
from folio.operations.importing.read_files import Choices
from folio.operations.importing.undo_import import undo_import
from folio.operations.names import add_account
from folio.operations.recording import recording
from importing import (
    PROFILES,
    WHO,
    commits,
    facts,
    kinds,
    ledger,
    load,
    load_all,
    new_book,
    reassembled,
    totals,
)

GENERIC = "date,account,institution,kind,asset,quantity,price,currency,fee,external_id"
VANGUARD = "Date,Details,Amount,Balance"


@pytest.fixture
def db(tmp_path: Path) -> sqlite3.Connection:
    return new_book(tmp_path)


def statement(folder: Path, name: str, header: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def generic(folder: Path, name: str, *rows: str) -> Path:
    return statement(folder, name, GENERIC, *rows)


def vanguard(folder: Path, name: str, *rows: str) -> Path:
    return statement(folder, name, VANGUARD, *rows)


def account(db: sqlite3.Connection, name: str, cash: bool | None = None) -> None:
    with recording(db, WHO) as write:
        made = add_account(write, parse_account_ref(name), tracks_cash=bool(cash))
        if cash is False:
            set_account(write, made.key, tracks_cash=False)


def accounts(db: sqlite3.Connection) -> list[str]:
    return sorted(account.key for account in Catalog(db).accounts.values())


# -- all or nothing ----------------------------------------------------------------------


def test_a_fault_in_the_second_file_leaves_the_book_byte_for_byte(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    good = generic(tmp_path, "good.csv", "2024-01-02,a,B,deposit,EUR,5,,EUR,,1")
    bad = generic(tmp_path, "bad.csv", "2024-01-02,a,B,deposit,EUR,five,,EUR,,2")
    odd = generic(tmp_path, "odd.csv", "2024-01-02,a,B,buy,NEW,1,2,EUR,,3")
    load(db, good)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = hashlib.sha256((tmp_path / "folio.db").read_bytes()).digest()
    more = generic(tmp_path, "more.csv", "2024-01-03,a,B,deposit,EUR,6,,EUR,,4")
    with pytest.raises(BadRows, match=r"bad\.csv: 1 of 1 rows cannot be read.*\n  line 2: "):
        load(db, more, bad)
    with pytest.raises(BadRows, match="there is no asset 'NEW'"):
        load(db, more, odd, create=False)
    with pytest.raises(FolioError, match="there is no file"):
        load(db, more, tmp_path / "gone.csv")
    db.close()
    assert hashlib.sha256((tmp_path / "folio.db").read_bytes()).digest() == before


def test_a_dry_run_shows_what_would_be_recorded_and_changes_nothing(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    path = vanguard(
        tmp_path,
        "cash.csv",
        "01/02/2024,Regular Deposit,100,100",
        "02/02/2024,Bought 2 Some Fund (SOME),-40,60",
    )
    before = facts(db)
    seen: list[tuple[object, ...]] = []

    def preview(book: sqlite3.Connection, new: list[int]) -> None:
        assert len(new) == 2
        seen.extend(ledger(book))

    choices = Choices(create=True, dry_run=True)
    (tried,) = import_files(db, WHO, [path], PROFILES, choices, preview)
    assert facts(db) == before
    done = load(db, path)
    assert ledger(db) == seen
    assert done._replace(transactions=()) == tried._replace(transactions=())


def test_unknown_assets_are_listed_with_their_lines(tmp_path: Path, db: sqlite3.Connection) -> None:
    account(db, "B/a", cash=True)
    path = generic(
        tmp_path,
        "new.csv",
        "2024-01-02,a,B,buy,AAA,1,2,EUR,,",
        "2024-01-03,a,B,buy,BBB,1,2,EUR,,",
        "2024-01-04,a,B,buy,BBB,1,2,EUR,,",
    )
    before = facts(db)
    with pytest.raises(BadRows) as refused:
        load(db, path, create=False)
    lines = str(refused.value).split("\n")[1:]
    assert [line.split(";")[0].strip() for line in lines] == [
        "line 2: there is no asset 'AAA'",
        "line 3: there is no asset 'BBB'",
    ]
    assert facts(db) == before


# -- where it goes -----------------------------------------------------------------------

PAID_IN = "01/02/2024,Regular Deposit,100,100"


def test_without_an_account_it_asks(tmp_path: Path, db: sqlite3.Connection) -> None:
    path = vanguard(tmp_path, "cash.csv", PAID_IN)
    with pytest.raises(FolioError, match=r"say --account NAME, or --create to make one named"):
        load(db, path, create=False)
    assert accounts(db) == []


def test_create_makes_an_account_named_after_the_institution(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    summary = load(db, vanguard(tmp_path, "cash.csv", PAID_IN))
    (made,) = Catalog(db).accounts.values()
    assert (made.name, made.institution, made.type) == ("Vanguard UK", "Vanguard UK", "brokerage")
    assert summary.account == made.key
    with recording(db, WHO) as write:
        assert write.catalog.tracks_cash(made, WHO.now.date())


@pytest.mark.parametrize("create", [True, False])
def test_the_only_account_at_the_institution_is_meant(
    tmp_path: Path, db: sqlite3.Connection, create: bool
) -> None:
    account(db, "Vanguard UK/ISA", cash=True)
    load(db, vanguard(tmp_path, "cash.csv", PAID_IN), create=create)
    assert accounts(db) == ["Vanguard UK/ISA"]


@pytest.mark.parametrize("create", [True, False])
def test_several_accounts_at_the_institution_are_a_question(
    tmp_path: Path, db: sqlite3.Connection, create: bool
) -> None:
    account(db, "Vanguard UK/ISA")
    account(db, "Vanguard UK/SIPP")
    path = vanguard(tmp_path, "cash.csv", PAID_IN)
    with pytest.raises(FolioError, match="say --account 'Vanguard UK/ISA' or --account 'Vanguard"):
        load(db, path, create=create)
    load(db, path, create=False, account="SIPP")
    assert totals(db) == {"GBP": "100"}
    # The same file again goes where it went, and into the other account where that is said.
    assert load(db, path, create=False, account="vanguarduk/sipp").already == 1
    assert load(db, path, create=False, account="ISA").recorded == 1


def test_an_account_that_is_named_and_not_there(tmp_path: Path, db: sqlite3.Connection) -> None:
    path = vanguard(tmp_path, "cash.csv", PAID_IN)
    with pytest.raises(FolioError, match="there is no account 'Vanguard UK/mine'"):
        load(db, path, create=False, account="mine")
    load(db, path, account="mine")
    assert accounts(db) == ["Vanguard UK/mine"]


def test_an_account_that_was_just_added_tracks_the_cash_of_its_statement(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    account(db, "Vanguard UK/ISA")
    rows = (PAID_IN, "02/02/2024,Bought 2 Some Fund (SOME),-40,60")
    summary = load(db, vanguard(tmp_path, "cash.csv", *rows))
    assert totals(db) == {"GBP": "60", "SOME": "2"}
    assert not totals(db, ["external"])
    assert summary.notes == ()


def test_an_account_that_tracks_no_cash_keeps_none_and_says_so(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    account(db, "Vanguard UK/ISA", cash=False)
    path = vanguard(tmp_path, "cash.csv", "02/02/2024,Bought 2 Some Fund (SOME),-40,60")
    summary = load(db, path)
    assert totals(db) == {"GBP": "0", "SOME": "2"}
    assert any("does not track cash" in note for note in summary.notes)


def test_an_account_that_tracks_cash_later_says_from_when(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    account(db, "Vanguard UK/ISA", cash=False)
    with recording(db, WHO) as write:
        set_account(write, "ISA", tracks_cash=True, from_day=dt.date(2024, 3, 1))
    path = vanguard(tmp_path, "cash.csv", "02/02/2024,Bought 2 Some Fund (SOME),-40,60")
    (note,) = load(db, path).notes
    assert note == (
        "Vanguard UK/ISA tracks cash from 2024-03-01 on, and this statement has it before; to keep "
        "it from the first row on: folio account set 'Vanguard UK/ISA' --cash --from 2024-02-02"
    )


def test_rows_go_by_what_held_of_their_account_on_their_day(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    """Its cash is kept from the second day on, and it closed on the third."""
    account(db, "Bank/Depot", cash=False)
    days = [dt.date(2025, 1, day) for day in (2, 3, 4, 5)]
    with recording(db, WHO) as write:
        set_account(write, "Depot", tracks_cash=True, from_day=days[1])
        set_account(write, "Depot", status="closed", closed_on=days[2])
    rows = [f"{day},Depot,Bank,buy,ACME,1,10,EUR,0,{day.day}" for day in days]
    with pytest.raises(BadRows, match=r"(?s)line 5: .*was closed on 2025-01-04"):
        load(db, generic(tmp_path, "late.csv", *rows))
    load(db, generic(tmp_path, "all.csv", *rows[:3]))
    assert totals(db) == {"ACME": "3", "EUR": "-20"}
    assert totals(db, ["external"]) == {"EUR": "10"}


def test_a_name_that_a_later_asset_has_too_is_looked_up_again(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    names = ("ACME:XETR", "acme", "ACME:XNAS", "acme")
    rows = [f"2025-01-0{n},Depot,Bank,buy,{x},1,10,EUR,0,{n}" for n, x in enumerate(names, 1)]
    with pytest.raises(BadRows, match="line 5: several assets are called acme"):
        load(db, generic(tmp_path, "two.csv", *rows))
    load(db, generic(tmp_path, "one.csv", *rows[:3]))
    assert totals(db, ["asset"]) == {"ACME:XETR": "2", "ACME:XNAS": "1"}


# -- nothing twice -----------------------------------------------------------------------


def test_files_and_their_order(tmp_path: Path) -> None:
    rows = [f"2024-01-{day:02},a,B,deposit,EUR,{day},,EUR,,d{day}" for day in range(1, 10)]
    files = [
        generic(tmp_path, "1.csv", *rows[:4]),
        generic(tmp_path, "2.csv", *rows[3:7]),
        vanguard(tmp_path, "3.csv", PAID_IN),
        generic(tmp_path, "4.csv", *rows[6:]),
    ]
    books = []
    for number, order in enumerate(itertools.permutations(files)):
        folder = tmp_path / str(number)
        folder.mkdir()
        db = new_book(folder)
        summaries = load_all(db, order)
        assert [one.path for one in summaries] == list(order)
        assert sum(len(one.transactions) for one in summaries) == 10
        assert commits(db) == 2  # the book's own, and this one
        books.append(ledger(db))
        db.close()
    assert all(book == books[0] for book in books)


def test_the_same_file_twice_in_one_command(tmp_path: Path, db: sqlite3.Connection) -> None:
    path = vanguard(tmp_path, "cash.csv", PAID_IN, PAID_IN.replace(",100,100", ",7,107"))
    first, second = load_all(db, [path, path])
    assert (first.recorded, second.recorded, second.already) == (2, 0, 2)
    assert second.statement_id is None


def test_every_line_of_the_file_is_kept(tmp_path: Path, db: sqlite3.Connection) -> None:
    lines = [
        "Something above,the table",
        "",
        VANGUARD,
        PAID_IN,
        "",
        ' 02/02/2024 ,"Regular Deposit, of ""A""", 1.00 ,"101"',
        '03/02/2024,"Regular Deposit',
        'over two lines",2,103',
        "Balance,,,103",
        "  ",
        "what is this",
    ]
    path = tmp_path / "odd.csv"
    path.write_bytes("\r\n".join(lines).encode())
    number = load(db, path, skip_bad=True).statement_id
    assert number is not None
    assert reassembled(db, number) == [line for line in lines if line.strip()]
    query = "SELECT line, status FROM statement_rows WHERE statement_id = ? ORDER BY line"
    assert db.execute(query, [number]).fetchall() == [
        (1, "skipped"),
        (2, "skipped"),
        (3, "skipped"),
        (4, "recorded"),
        (6, "recorded"),
        (7, "recorded"),
        (9, "skipped"),
        (11, "rejected"),
    ]


def test_a_changed_row_is_a_conflict_until_it_is_superseded(
    tmp_path: Path, db: sqlite3.Connection
) -> None:
    load(db, generic(tmp_path, "1.csv", "2024-01-02,a,B,deposit,EUR,5,,EUR,,x"))
    other = generic(
        tmp_path,
        "2.csv",
        "2024-01-02,a,B,deposit,EUR,6,,EUR,,x",
        "2024-01-03,a,B,deposit,EUR,1,,EUR,,y",
    )
    summary = load(db, other)
    assert (summary.recorded, summary.conflicts) == (1, 1)
    assert totals(db) == {"EUR": "6"}  # 5 and 1
    assert load(db, other).statement_id is None
    summary = load(db, other, supersede=True)
    assert (summary.recorded, summary.already) == (1, 1)
    assert totals(db) == {"EUR": "7"}
    # The old row and where it stands are kept.
    query = (
        "SELECT t.id, t.revision, p.statement_id, p.line + t.id - p.transaction_id "
        f"FROM transactions t JOIN provenance p ON {RUN_OF} WHERE t.external_id = 'x' ORDER BY 1, 3"
    )
    assert db.execute(query).fetchall() == [(1, 1, 1, 2), (4, 2, 3, 2)]
    assert kinds(db) == {"deposit": 2}


def test_balances(tmp_path: Path, db: sqlite3.Connection) -> None:
    load(db, vanguard(tmp_path, "1.csv", PAID_IN, "02/02/2024,Regular Deposit,5,105"))
    query = "SELECT day, balance FROM observations ORDER BY id"
    assert db.execute(query).fetchall() == [("2024-02-02", "105")]
    # A later statement of the same day with another balance is a note, and supersedes on word.
    other = vanguard(tmp_path, "2.csv", "02/02/2024,Regular Deposit,5,106")
    summary = load(db, other)
    assert any("another statement says 105 GBP" in note for note in summary.notes)
    assert len(db.execute(query).fetchall()) == 1
    load(db, other, supersede=True)
    assert db.execute(query).fetchall()[1:] == [("2024-02-02", "106")]
    unexplained = "SELECT unexplained FROM positions WHERE unexplained <> '0'"
    assert db.execute(unexplained).fetchall() == [("1",)]


def test_a_split_by_its_units(tmp_path: Path, db: sqlite3.Connection) -> None:
    header = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
    path = statement(
        tmp_path,
        "schwab.csv",
        header,
        '"03/01/2024","Stock Split","AAA","ALPHA","60","","",""',
        '"02/01/2024","Stock Split","AAA","ALPHA","10","","",""',
        '"01/02/2024","Buy","AAA","ALPHA","10","$1.00","","-$10.00"',
    )
    load(db, path)
    ratios = "SELECT new_units, old_units FROM corporate_actions ORDER BY transaction_id"
    assert db.execute(ratios).fetchall() == [(2, 1), (4, 1)]
    assert db.execute("SELECT quantity FROM lots WHERE quantity <> '-10'").fetchall() == [("80",)]
    assert load(db, path, supersede=True).already == 3


def test_a_split_backwards_and_one_without_a_past(tmp_path: Path, db: sqlite3.Connection) -> None:
    header = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
    bought = '"01/02/2024","Buy","AAA","ALPHA","30","$1.00","","-$30.00"'
    split = '"03/01/2024","Stock Split","AAA","ALPHA","-20","","",""'
    path = statement(tmp_path, "2.csv", header, split)
    summary = load(db, path)
    assert kinds(db) == {"correction": 1}
    assert any("--supersede" in note for note in summary.notes)
    load(db, statement(tmp_path, "1.csv", header, bought))
    assert totals(db) == {"AAA": "10", "USD": "-30"}
    load(db, path, supersede=True)
    assert kinds(db) == {"buy": 1, "split": 1}
    assert db.execute("SELECT new_units, old_units FROM corporate_actions").fetchall() == [(1, 3)]
    assert db.execute("SELECT quantity, cost FROM lots WHERE cost = '30'").fetchall() == [
        ("10", "30")
    ]


def test_a_statement_that_went_into_another_account_is_told(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    """Of four rows the first three are in the first account, and one alone is no sign of it."""
    rows = [f"0{n}/01/2024,Interest {n},{n}.50," for n in (1, 2, 3, 4)]
    account(db, "One")
    account(db, "Two's")
    load(db, vanguard(tmp_path, "a.csv", *rows[:3]), account="One")
    told = load(db, vanguard(tmp_path, "b.csv", *rows), account="Two's")
    assert [note for note in told.notes if "too" in note] == [
        "3 of its 4 new rows are in One, too; if it is that account: folio import undo 2, "
        "and then folio import FILE --account One"
    ]
    did(db, WHO, undo_import, 2)
    more = [f"{10 + n}/01/2024,Interest {n},{n}.50," for n in (1, 2)]
    told = load(db, vanguard(tmp_path, "c.csv", rows[0], *more), account="Two's")
    assert [note for note in told.notes if "too" in note] == []
    did(db, WHO, undo_import, 1)
    did(db, WHO, undo_import, 3)
    told = load(db, vanguard(tmp_path, "d.csv", *rows), account="One")
    assert [note for note in told.notes if "too" in note] == []  # what was undone is nowhere
