"""Somebody at the file: what was changed, removed, put in or moved is found and named.

The book is closed, changed with SQLite alone, every guard out of the way and put back, and
verified by a fresh connection, with the head that was kept and without it.
"""

import contextlib
import datetime as dt
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from test_facts import facts, whole_book

from bookkeeper import DERIVED, evenings_every
from folio.db.file.connection import in_order, open_book
from folio.db.keeping.proof import head
from folio.db.recording.commits import HASHED, commit_hash, row_hash
from folio.errors import FolioError, UsageError
from folio.operations.deriving.roll_up import rebuild
from folio.operations.keeping.bring_back import bring_back
from folio.operations.keeping.heal import heal
from folio.operations.keeping.verify import faults, parse_head

NOON = dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module", autouse=True)
def _each_evening() -> Iterator[None]:
    with evenings_every(1):
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with rows in every table, facts and derived."""
    path = tmp_path_factory.mktemp("whole") / "book.db"
    whole_book(path).close()
    return path


@contextlib.contextmanager
def at_the_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who puts every guard out of the way, and back when done."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        guards = db.execute(
            "SELECT tbl_name, sql, name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for _, _, name in guards:
            db.execute(f"DROP TRIGGER {name}")
        yield db
        there = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        for table, sql, _ in guards:
            if table in there:
                db.execute(sql)


def found(path: Path, expect: str | None = None) -> list[str]:
    with contextlib.closing(open_book(path)) as db:
        return list(faults(db, expect))


def tail(db: sqlite3.Connection) -> None:
    """Take the last commit away with everything that it recorded."""
    (last,) = db.execute("SELECT max(id) FROM commits").fetchone()
    for table in facts(db):
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        if "commit_id" in columns:
            db.execute(f"DELETE FROM {table} WHERE commit_id = ?", [last])
    db.execute("DELETE FROM commits WHERE id = ?", [last])


def forged(db: sqlite3.Connection) -> None:
    """Change a fact of the last commit, and compute its hash and the commit's as folio does."""
    (last,) = db.execute("SELECT max(id) FROM commits").fetchone()
    db.execute("UPDATE prices SET price = '4' WHERE commit_id = ?", [last])
    tables = {}
    for table, columns in HASHED.items():
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE commit_id = ?"
        if row := db.execute(query, [last]).fetchone():
            tables[table] = row
    names = "asset_id, quote_id, day, granularity, instant, commit_id, source_id, price, open, "
    price = db.execute(
        f"SELECT {names} high, low, volume, reason, undoes FROM prices WHERE commit_id = ?", [last]
    ).fetchone()
    hashes = {t: row_hash(t, row) for t, row in {**tables, "prices": price}.items()}
    db.execute("UPDATE prices SET hash = ? WHERE commit_id = ?", [hashes["prices"][:8], last])
    digests = {t: hashlib.sha256(h).hexdigest() for t, h in hashes.items()}
    at, command, user = db.execute(
        "SELECT recorded_at, command, user FROM commits WHERE id = ?", [last]
    ).fetchone()
    (before,) = db.execute("SELECT hash FROM commits WHERE id = ?", [last - 1]).fetchone()
    new = commit_hash(last, at, command, user, before, digests)
    db.execute("UPDATE commits SET hash = ? WHERE id = ?", [new, last])


def swapped(table: str, columns: str, one: str, other: str) -> Callable[[sqlite3.Connection], None]:
    """Exchange what two rows say, their keys apart."""

    def change(db: sqlite3.Connection) -> None:
        query = f"SELECT {columns} FROM {table} WHERE "
        first, second = (db.execute(query + where).fetchone() for where in (one, other))
        assert first != second
        places = ", ".join(f"{name.strip()} = ?" for name in columns.split(","))
        db.execute(f"UPDATE {table} SET {places} WHERE {one}", second)
        db.execute(f"UPDATE {table} SET {places} WHERE {other}", first)

    return change


class Tampering(NamedTuple):
    name: str
    change: str | Callable[[sqlite3.Connection], None]
    named: str  # in what verify says


TAMPERINGS = (
    Tampering(
        "a quantity changed",
        "UPDATE postings SET quantity = '8' WHERE quantity = '9'",
        "transactions 1 was changed",
    ),
    Tampering(
        "a day changed in both places",
        "UPDATE transactions SET occurred_on = '2025-01-03' WHERE id = 1;"
        "UPDATE postings SET occurred_on = '2025-01-03' WHERE transaction_id = 1",
        "transactions 1 was changed",
    ),
    Tampering(
        "a kind changed at a posting alone",
        "UPDATE postings SET kind = 'deposit' WHERE transaction_id = 1 AND role = 'cash'",
        "a posting of transaction 1 has another day than it, or is of another kind",
    ),
    Tampering(
        "a posting removed", "DELETE FROM postings WHERE transaction_id = 2 AND role = 'cash'",
        "transactions 2 was changed",
    ),
    Tampering(
        "a posting put in",
        "INSERT INTO postings SELECT holding_id, occurred_on, transaction_id, 9, kind, "
        "occurred_at, related_asset_id, first_id, role, '1', price, price_currency_id, amount, "
        "amount_currency_id, mixed, acquired_on, across FROM postings "
        "WHERE transaction_id = 1 AND role = 'asset'",
        "transactions 1 was changed",
    ),
    Tampering(
        "postings exchanged",
        "UPDATE postings SET transaction_id = 99 WHERE transaction_id = 1;"
        "UPDATE postings SET transaction_id = 1, occurred_on = '2025-01-02' "
        "WHERE transaction_id = 2;"
        "UPDATE postings SET transaction_id = 2, occurred_on = '2025-01-03' "
        "WHERE transaction_id = 99",
        "transactions 1 was changed",
    ),
    Tampering(
        "a transaction removed with all that is its own",
        "DELETE FROM postings WHERE transaction_id = 5; DELETE FROM transactions WHERE id = 5",
        "does not fit",
    ),
    Tampering(
        "a note of a transaction put in", "UPDATE transactions SET note = 'gift' WHERE id = 2",
        "transactions 2 was changed",
    ),
    Tampering(
        "a price changed",
        "UPDATE prices SET price = '5' WHERE price = '4'",
        "prices row 2:1:2025-01-05 was changed",
    ),
    Tampering("a price removed", "DELETE FROM prices WHERE price = '4'", "does not fit"),
    Tampering(
        "prices exchanged",
        swapped("prices", "price", "source_id = (SELECT id FROM sources WHERE name = 'a')",
                "source_id = (SELECT id FROM sources WHERE name = 'b')"),
        "prices row 3:1:2025-01-05 was changed",
    ),
    Tampering(
        "a balance changed", "UPDATE observations SET balance = '1' WHERE id = 1",
        "observations row 1 was changed",
    ),
    Tampering(
        "observations exchanged, hashes and all",
        swapped("observations", "commit_id, balance, hash", "id = 1", "id = 2"),
        "observations row 1 was changed",
    ),
    Tampering(
        "a setting put in",
        "INSERT INTO settings SELECT 99, commit_id, scope, scope_id, 'lot_method', 'lifo', NULL, "
        "hash FROM settings WHERE id = 1",
        "settings row 99 was changed",
    ),
    Tampering(
        "a line of a statement changed", "UPDATE statement_rows SET text = 'y' WHERE line = 3",
        "statement_rows",
    ),
    Tampering(
        "the lines of a statement exchanged",
        swapped("statement_rows", "text", "line = 2", "line = 3"),
        "statement 1 does not fit its statement_rows",
    ),
    Tampering(
        "the way from a line to its transaction removed", "DELETE FROM provenance", "does not fit"
    ),
    Tampering(
        "a run of lines made longer", "UPDATE provenance SET lines = 64",
        "goes on beyond what is there",
    ),
    Tampering(
        "a commit renamed", "UPDATE commits SET user = 'other' WHERE id = 3",
        "commit 3 (test) does not fit",
    ),
    Tampering(
        "two commits exchanged",
        swapped("commits", "command, user, hash", "id = 3", "id = 4"),
        "commit 3",
    ),
    Tampering(
        "a commit in the middle removed, its rows left",
        "DELETE FROM commits WHERE id = 4",
        "commit 4 was removed: 5 follows 3",
    ),
    Tampering(
        "a commit put in front of others",
        "INSERT INTO commits SELECT 999, '2999-01-01T00:00:00.000000Z', command, user, hash "
        "FROM commits WHERE id = 1",
        "commit 999",
    ),
    Tampering(
        "commits moved to another clock",
        "UPDATE commits SET recorded_at = '1999' || substr(recorded_at, 5) WHERE id = 6",
        "commit 6 is not later than the one before it",
    ),
    Tampering(
        "a lock loosened", "UPDATE locks SET day = '2024-01-01'", "locks row 1 was changed"
    ),
    Tampering("the meaning of a kind changed", "UPDATE kinds SET meaning = 'x' WHERE kind = 'buy'",
              "kinds was changed"),
    Tampering(
        "a table of facts without its rules",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, "
        "'CHECK (percent', 'CHECK (1 OR percent') || ' ' WHERE name = 'x';"
        "ALTER TABLE observations ADD COLUMN mood TEXT",
        "the table observations is changed",
    ),
    Tampering(
        "a trigger of somebody else's",
        "CREATE TRIGGER quietly AFTER INSERT ON postings BEGIN DELETE FROM gaps; END",
        "the trigger quietly on postings is not folio's",
    ),
    Tampering(
        "a trigger of somebody else's that fails",
        "CREATE TRIGGER quietly AFTER INSERT ON lots BEGIN UPDATE lots SET cost = absent; END",
        "the trigger quietly on lots is not folio's",
    ),
    Tampering(
        "an index that refuses rows", "CREATE UNIQUE INDEX mine ON sources (split_adjusted, id)",
        "the index mine on sources is not folio's",
    ),
    Tampering(
        "an index that fails for some rows", "CREATE INDEX mine ON transactions (abs(note))",
        "the index mine on transactions is not folio's",
    ),
    Tampering(
        "a name that is no text",
        "UPDATE institutions SET name = CAST(x'ff41' AS TEXT) WHERE id = 1",
        "of no kind that folio writes: Could not decode to UTF-8 column 'name'",
    ),
    Tampering("a table dropped", "DROP TABLE vault_shares", "the table vault_shares is missing"),
    Tampering(
        "the ids of two transactions exchanged, postings and all",
        "PRAGMA foreign_keys = OFF;"
        + ";".join(
            f"UPDATE transactions SET id = {new} WHERE id = {old};"
            f"UPDATE postings SET transaction_id = {new} WHERE transaction_id = {old}"
            for old, new in ((1, -1), (2, 1), (-1, 2))
        ),
        "transactions 1 was changed",
    ),
    Tampering(
        "a statement's own hash changed", "UPDATE statements SET file_sha256 = '0'",
        "statements row 1 was changed",
    ),
    Tampering(
        "an index dropped", "DROP INDEX postings_by_transaction",
        "the index postings_by_transaction is missing",
    ),
    Tampering(
        "a view that tells something else",
        "DROP VIEW coverage; CREATE VIEW coverage AS SELECT * FROM positions WHERE 0",
        "the view coverage is changed",
    ),
    Tampering("a position changed", "UPDATE positions SET quantity = '7'",
              "holding_id 1: quantity is 7, and the facts give "),
    Tampering("a lot changed", "UPDATE lots SET cost = '1'", "cost is 1, and the facts give "),
    Tampering("a lot removed", "DELETE FROM lots", ": the facts give this row"),
    Tampering("a gain changed", "UPDATE disposals SET cost = '1'", ": cost is 1, and the facts"),
    Tampering(
        "a day of the rollup changed",
        "UPDATE daily_runs SET value = value + 1 WHERE scope = 0",
        "daily_runs, scope ",
    ),
    Tampering(
        "a value that is no number", "UPDATE postings SET quantity = '0x9' WHERE quantity = '9'",
        "transactions 1 was changed",
    ),
)  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.name.replace(" ", "-"))
def test_a_tampering_is_named(whole: Path, tmp_path: Path, tampering: Tampering) -> None:
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with at_the_file(path) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        if isinstance(tampering.change, str):
            db.executescript(tampering.change)
        else:
            tampering.change(db)
    said = found(path)
    assert any(tampering.named in fault for fault in said), said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("PRAGMA user_version = 0", "says schema 0, which no folio wrote"),
        ("PRAGMA user_version = -1", "says schema -1, which no folio wrote"),
        ("PRAGMA user_version = 9", r"newer folio \(schema 9"),
        ("PRAGMA application_id = 0", "is not a folio book.*folio restore FILE --force"),
        ("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE postings(' "
         "WHERE name = 'postings'", "is damaged .*folio restore FILE"),
    ],
)  # fmt: skip
def test_what_is_no_book_of_this_schema_is_not_opened(
    whole: Path, tmp_path: Path, change: str, says: str
) -> None:
    """Neither as a book, nor as a backup that is brought back; nothing is made beside it."""
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(change)
        db.execute("PRAGMA journal_mode = DELETE")
    with pytest.raises(FolioError, match=says):
        open_book(path)
    with pytest.raises(FolioError, match=says):
        bring_back(path, tmp_path / "back.db", NOON)
    assert [one.name for one in tmp_path.iterdir()] == ["book.db"]


def test_a_command_on_another_schema_says_what_is_missing(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DROP TABLE vault_shares")
    for book, refused, says in (
        (path, FolioError, "the table vault_shares is missing; see: folio doctor"),
        (whole, sqlite3.OperationalError, "no such table: vault_sharez"),
    ):
        query = f"SELECT * FROM {'vault_shares' if book is path else 'vault_sharez'}"
        with (
            contextlib.closing(open_book(book)) as db,
            pytest.raises(refused, match=says),
            in_order(db, book),
        ):
            db.execute(query)


def test_a_head_of_another_book_does_not_hold(whole: Path) -> None:
    """A commit of the same number, and one beyond the end."""
    last = int(head_of(whole).partition("-")[0])
    (fault,) = found(whole, f"{last}-{'0' * 64}")
    assert "another hash" in fault
    (fault,) = found(whole, f"{last + 1}-{'0' * 64}")
    assert "is not there" in fault


def head_of(path: Path) -> str:
    with contextlib.closing(open_book(path)) as db:
        return head(db)


def test_a_whole_book_has_no_fault(whole: Path) -> None:
    assert found(whole) == []


@pytest.mark.parametrize("change", [tail, forged])
def test_only_a_kept_head_shows_a_last_commit_that_is_gone_or_forged(
    whole: Path, tmp_path: Path, change: Callable[[sqlite3.Connection], None]
) -> None:
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with contextlib.closing(open_book(path)) as db:
        kept = head(db)
        older = f"{3}-{db.execute('SELECT hash FROM commits WHERE id = 3').fetchone()[0].hex()}"
    with at_the_file(path) as db:
        change(db)
    with contextlib.closing(open_book(path)) as db:
        heal(db, path)
    assert found(path) == []
    assert found(path, older) == []
    (fault,) = found(path, kept)
    number = kept.partition("-")[0]
    assert fault.startswith(
        f"commit {number} is not there" if change is tail else f"commit {number} has another hash"
    )


@pytest.mark.parametrize("text", ["", "12", "12-", "x-00", f"12-{'g' * 64}", f"0-{'0' * 64}"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no head"):
        parse_head(text)


# -- the doctor ----------------------------------------------------------------------------

REPAIRED = (
    "DROP TRIGGER postings_are_never_removed",
    "DROP TRIGGER commits_are_never_changed; CREATE TRIGGER commits_are_never_changed "
    "BEFORE UPDATE ON commits WHEN 0 BEGIN SELECT 1; END",
    "CREATE TRIGGER quietly AFTER INSERT ON postings BEGIN DELETE FROM gaps; END",
    """CREATE TRIGGER "it's ""quoted""; --" AFTER INSERT ON lots BEGIN SELECT 1; END""",
    "CREATE UNIQUE INDEX mine ON sources (split_adjusted, id)",
    "DROP INDEX postings_by_transaction",
    "DROP INDEX postings_by_transaction; CREATE INDEX postings_by_transaction ON postings (line)",
    "DROP VIEW v1_holdings",
    "DROP TABLE lots",
    "DROP TABLE positions; CREATE TABLE positions (holding_id INTEGER)",
    "DROP TABLE daily_runs",
    *(
        f"DELETE FROM {table}"
        for table in DERIVED
        if table not in ("dirty", "rollup_state", "evenings")
    ),  # a small book has none
    "UPDATE lots SET cost = '1'; UPDATE positions SET quantity = '7', plain = 1 - plain",
)


def recorded(db: sqlite3.Connection) -> dict[str, list[object]]:
    return {t: sorted(db.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for t in facts(db)}


@pytest.mark.parametrize("change", REPAIRED)
def test_the_doctor_repairs_what_is_no_fact(whole: Path, tmp_path: Path, change: str) -> None:
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    path.chmod(0o644)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        before = recorded(db)
        db.execute("PRAGMA foreign_keys = OFF")
        db.executescript(change)
    with contextlib.closing(open_book(path)) as db:
        repaired, left = heal(db, path)
        assert left == []
        assert {one.kind for one in repaired} >= {"file"}
        assert len(repaired) >= 2, repaired
        assert recorded(db) == before
        assert list(faults(db)) == []
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("table", ["price_pairs", "trade_prices", "positions", "lots"])
def test_to_rebuild_once_is_enough(whole: Path, tmp_path: Path, table: str) -> None:
    """What is computed reads only facts and what was computed before it, never what was stored."""
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with contextlib.closing(open_book(path)) as db:
        db.execute(f"DELETE FROM {table}")
        rebuild(db)
        assert list(faults(db)) == []


def test_the_doctor_sorts_a_broken_index_again(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")  # an index that leaves rows out, unnoticed
        query = "SELECT sql FROM sqlite_master WHERE name = 'transactions_by_day'"
        (sql,) = db.execute(query).fetchone()
        db.execute("DROP INDEX transactions_by_day")
        db.execute(f"{sql} WHERE id > 3")
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'transactions_by_day'", [sql])
    with contextlib.closing(open_book(path)) as db:
        assert any("index transactions_by_day" in fault for fault in faults(db))
        repaired, left = heal(db, path)
        assert {one.kind for one in repaired} == {"index"} or {"file", "index"} == {
            one.kind for one in repaired
        }
        assert left == []
        assert list(faults(db)) == []


def test_the_doctor_leaves_facts_alone(whole: Path, tmp_path: Path) -> None:
    """A fact that does not fit stays as it is, and nothing is computed from it."""
    path = tmp_path / "book.db"
    shutil.copyfile(whole, path)
    with at_the_file(path) as db:
        db.execute("UPDATE observations SET balance = '1' WHERE id = 1")
        db.execute("DELETE FROM lots")
        before = recorded(db)
    with contextlib.closing(open_book(path)) as db:
        repaired, left = heal(db, path)
        assert [one.kind for one in repaired if one.kind != "file"] == []
        assert {one.kind for one in left} == {"fact"}
        assert recorded(db) == before
        assert db.execute("SELECT count(*) FROM lots").fetchone() == (0,)
