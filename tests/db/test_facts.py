"""Facts are appended, kept exactly, and proved by a chain."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from decimal import Decimal, FloatOperation
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import DERIVED, Bookkeeper, day, did
from empty_book import create_book
from folio.db.arrangements.groups import tag
from folio.db.arrangements.vaults import read_vaults
from folio.db.file.connection import open_book
from folio.db.keeping.proof import chain_faults, schema_faults
from folio.db.recording.commits import rows_sha256
from folio.db.statements.event_rows import Whose, add_event_row
from folio.db.statements.rows_on_their_way import RowsOnTheirWay
from folio.db.statements.statements import StatementRow
from folio.errors import FolioError
from folio.model.assets import AssetRef
from folio.model.numbers import parse_plain, to_text
from folio.model.transactions import AccountRef, Draft, Leg
from folio.operations.arranging.arrange import add_vault, fill_vault
from folio.operations.arranging.lock import lock_book
from folio.operations.arranging.shown import add_group
from folio.operations.pricing.prices_by_hand import add_price
from folio.operations.recording import Recording
from folio.operations.transactions.record import Recorder

# In place updates are for these alone: no figure depends on them.
UPDATABLE = {
    "institutions": {"name", "note"},
    "accounts": {"name", "note"},
    "assets": {"name", "note"},
    "holdings": {"note"},
    "vaults": {"name", "note"},
    "groups": {"name", "note"},
}


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def facts(db: sqlite3.Connection) -> list[str]:
    """Every table that is no derived one."""
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [n for (n,) in names if n not in DERIVED and not n.startswith("sqlite_")]


def whole_book(path: Path) -> Bookkeeper:
    """A book with rows in every table, facts and derived; to be closed."""
    keeper = Bookkeeper(path)
    keeper.account("Broker", institution="North")
    keeper.account("Wallet", institution="South", kind="wallet", cash=False)
    keeper.asset("ACME", "stock")
    keeper.asset("COIN", "crypto")
    fill(keeper)
    keeper.roll_up("2025-01-20")
    return keeper


def fill(keeper: Bookkeeper) -> None:
    """Record at least one row in every fact table."""
    bought = keeper.add("buy", "2025-01-02", "Broker", "ACME", quantity=9, price=5, note="first")
    sold = {"quantity": 1, "price": 6, "amount": 5, "lot": bought, "tax": 1}
    keeper.add("sell", "2025-01-03", "Broker", "ACME", **sold)
    keeper.add("split", "2025-01-04", asset="ACME", ratio="2:1")
    keeper.add("dividend", "2025-01-05", "Broker", amount="1.10", related_asset="ACME")
    keeper.undo(keeper.add("fee", "2025-01-05", "Broker", amount=1))
    keeper.price("ACME", "2025-01-05", 3)
    keeper.price("ACME", "2025-01-05", 4)
    keeper.prices("date,asset,quote,price,source\n2025-01-05,COIN,EUR,2,b\n2025-01-05,COIN,EUR,1,a")
    keeper.observe("Broker", "ACME", 16, "2025-01-06")
    keeper.observe("Broker", "ACME", 17, "2025-01-06", supersede=True)
    holding = keeper.holding_id("Broker", "ACME")

    def arrange(write: Recording) -> None:
        add = write.commit.add
        base, acme = write.catalog.base, keeper.asset_id("ACME")
        add_vault(write, "Roof", target=Decimal(9), currency=base, by=None)
        held = write.catalog.holdings[holding]
        fill_vault(write, read_vaults(write.db)[0].id, held, Decimal(50), day("2025-01-06"))
        tag(write.commit, add_group(write, "Core"), "member", account_id=held.account_id)
        add("asset_aliases", asset_id=acme, alias_of=keeper.asset_id("COIN"))
        add("asset_aliases", asset_id=acme, alias_of=None)
        add("transfer_links", departure_id=bought, arrival_id=None, answer="untracked")
        add("gap_answers", holding_id=holding, to_day="2025-01-06", answer="unknown")
        add("price_retries", asset_id=acme, until_day="2025-02-01", reason="none")
        add(
            "yield_rules",
            holding_id=holding,
            name="rule",
            rate_per_year="0.03",
            rate_type="nominal",
            frequency="monthly",
            pay_day=31,
            pay_month=12,
            day_count="actual/365",
            from_day="2025-01-01",
        )

    keeper.write(arrange)

    def statement(write: Recording) -> None:
        rows = [(2, 'é,"1"', "recorded", None), (3, "x", "skipped", "a total")]
        number = write.commit.add(
            "statements",
            rows_sha256=rows_sha256(rows),
            file_name="a.csv",
            file_sha256="0" * 64,
            file_bytes=1,
            source_id=write.source("profile"),
            profile="profile",
            rows_read=2,
            recorded=1,
            already=0,
            conflicts=0,
            skipped=1,
            held=0,
            rejected=0,
        )
        kept = RowsOnTheirWay(write.commit)
        kept.add([StatementRow(*row) for row in rows])
        kept.write(number)
        write.commit.add(
            "row_answers", statement_id=number, line=3, transaction_id=bought, answer="same"
        )
        add_event_row(write.commit, Whose(None, write.source("profile")), "a row", "an event")
        legs = (Leg("asset", AssetRef("ACME"), Decimal(1)),)
        draft = Draft("deposit", day("2025-01-07"), AccountRef("Wallet"), legs, note="süß")
        Recorder(write, "profile").record(draft, ((number, 2),))

    keeper.write(statement)
    keeper.do(lock_book, day("2025-01-05"), today=keeper.today)
    late = keeper.who._replace(into_lock=True)
    did(keeper.db, late, add_price, "ACME", day("2025-01-04"), Decimal(3))


@pytest.fixture
def full(keeper: Bookkeeper) -> Bookkeeper:
    """A book with at least one row in every fact table."""
    fill(keeper)
    return keeper


def test_every_fact_table_is_tried(full: Bookkeeper) -> None:
    empty = [t for t in facts(full.db) if not full.db.execute(f"SELECT 1 FROM {t}").fetchone()]
    assert empty == []


def test_facts_are_never_removed_or_changed(full: Bookkeeper) -> None:
    for table in facts(full.db):
        with pytest.raises(sqlite3.IntegrityError, match="never removed"):
            full.db.execute(f"DELETE FROM {table}")
        for column in columns(full.db, table):
            change = f"UPDATE {table} SET {column} = {column}"
            if column in UPDATABLE.get(table, ()):
                full.db.execute(change)
                continue
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                full.db.execute(change)


def test_replacing_is_removing(full: Bookkeeper) -> None:
    for table in facts(full.db):
        with pytest.raises(sqlite3.IntegrityError, match="never removed"):
            full.db.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs the sqlite3 command")
def test_the_shell_of_sqlite_cannot_either(full: Bookkeeper) -> None:
    before = full.everything()
    for table in facts(full.db):
        column = next(c for c in columns(full.db, table) if c not in UPDATABLE.get(table, ()))
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            done = subprocess.run(
                ["sqlite3", str(full.path), change], capture_output=True, text=True, check=False
            )
            assert done.returncode, change
            assert "never" in done.stderr, change
    assert full.everything() == before


# -- the chain ---------------------------------------------------------------------------


def as_json(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def proof(values: list[Any]) -> bytes:
    return hashlib.sha256(as_json(values)).digest()


def transaction_row(db: sqlite3.Connection, row: dict[str, Any], names: list[str]) -> list[Any]:
    """A transaction with its postings, its action and its named lots."""
    head = [v.hex() if isinstance(v, bytes) else v for v in (row[n] for n in names)]

    def rows(query: str) -> list[list[Any]]:
        return [list(found) for found in db.execute(query, [row["id"]])]

    postings = rows("SELECT * FROM postings WHERE transaction_id = ? ORDER BY line")
    actions = rows("SELECT * FROM corporate_actions WHERE transaction_id = ?")
    lots = rows("SELECT * FROM lot_choices WHERE transaction_id = ? ORDER BY holding_id, lot_id")
    return [*head, postings, actions[0] if actions else [], lots]


KEYS = {
    "prices": "asset_id, quote_id, day, granularity, instant, commit_id, source_id",
}
NESTED = {"postings", "corporate_actions", "lot_choices"}


def verify(db: sqlite3.Connection) -> list[str]:
    """What does not fit, from the definition in ``folio.db.recording.commits`` alone."""
    faults = []
    before = ""
    tables = [t for t in facts(db) if t not in NESTED | {"commits", "kinds", "statement_rows"}]
    for number, stated in db.execute("SELECT id, rows_sha256 FROM statements"):
        query = (
            "SELECT line, text, status, reason FROM statement_rows WHERE statement_id = ? "
            "ORDER BY line"
        )
        if (
            hashlib.sha256(b"".join(map(as_json, db.execute(query, [number])))).hexdigest()
            != stated
        ):
            faults.append(f"statement_rows of {number}")
    for number, recorded_at, command, user, stated in list(
        db.execute("SELECT id, recorded_at, command, user, hash FROM commits ORDER BY id")
    ):
        digests = {}
        for table in sorted(tables):
            hashed = b""
            for row in rows_of(db, table, number):
                names = [n for n in row if n not in UPDATABLE.get(table, set()) | {"hash"}]
                values = [row[n] for n in names]
                if table == "transactions":
                    values = transaction_row(db, row, names)
                found = as_json(values) if table == "provenance" else proof([table, *values])
                if found[:8] != row.get("hash", found[:8]):
                    faults.append(f"{table} {values[0]}")
                hashed += found
            if hashed:
                digests[table] = hashlib.sha256(hashed).hexdigest()
        whole = [number, recorded_at, command, user, before, digests]
        if proof(whole) != stated:
            faults.append(f"commit {number}")
        before = stated.hex()
    return faults


def rows_of(db: sqlite3.Connection, table: str, commit: int) -> list[dict[str, Any]]:
    names = columns(db, table)
    source = f"SELECT t.* FROM {table} t WHERE t.commit_id = ? ORDER BY {KEYS.get(table, 'id')}"
    if table == "provenance":
        source = (
            "SELECT p.* FROM provenance p JOIN transactions t ON t.id = p.transaction_id "
            "JOIN statements s ON s.id = p.statement_id WHERE max(t.commit_id, s.commit_id) = ? "
            "ORDER BY p.transaction_id, p.statement_id, p.line"
        )
    return [dict(zip(names, row, strict=True)) for row in db.execute(source, [commit])]


def test_the_chain_holds(full: Bookkeeper) -> None:
    assert verify(full.db) == []
    assert full.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert full.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE postings SET quantity = '8' WHERE quantity = '9'", "transactions"),
        ("UPDATE prices SET price = '5' WHERE price = '4'", "prices"),
        ("UPDATE observations SET balance = '1' WHERE id = 1", "observations"),
        ("DELETE FROM lot_choices", "transactions"),
        ("DELETE FROM settings WHERE id = 2", "commit 1"),
        ("UPDATE commits SET user = 'other' WHERE id = 3", "commit 3"),
        ("UPDATE statement_rows SET text = 'y' WHERE line = 3", "statement_rows"),
    ],
)
def test_tampering_shows(full: Bookkeeper, change: str, fault: str) -> None:
    guards = full.db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in guards:
        full.db.execute(f"DROP TRIGGER {name}")
    full.db.execute(change)
    assert any(found.startswith(fault) for found in verify(full.db))


def unguarded(db: sqlite3.Connection) -> None:
    """Take every guard away, as somebody at the file would."""
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("PRAGMA ignore_check_constraints = ON")


def last_row(db: sqlite3.Connection, table: str) -> str:
    """A condition that only a table's last row meets."""
    keys = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[5]]
    last = ", ".join(f"{key} DESC" for key in keys)
    key = ", ".join(keys)
    return f"({key}) = (SELECT {key} FROM {table} ORDER BY {last} LIMIT 1)"


def test_verify_finds_every_column_that_is_changed(full: Bookkeeper) -> None:
    """Of every fact table, each column in turn, to something else and to NULL."""
    db = full.db
    unguarded(db)
    assert list(chain_faults(db)) == []
    unseen = []
    for table in facts(db):
        where = last_row(db, table)
        named = {"provenance": "commit", "commits": "commit"}.get(table, table)
        named = "transactions" if table in NESTED else named
        for _, column, kind, strict, _, key in db.execute(f"PRAGMA table_info({table})").fetchall():
            other = f"ifnull({column}, 0) + 7777" if kind == "INTEGER" else f"{column} || '7'"
            other = "zeroblob(32)" if kind == "BLOB" else f"ifnull({other}, '7')"
            for value in (other, *(() if strict or key else ("NULL",))):
                if column in UPDATABLE.get(table, ()):
                    continue
                db.execute("SAVEPOINT before")
                change = f"UPDATE {table} SET {column} = {value} WHERE {where}"
                db.execute(f"{change} AND {column} IS NOT {value}")
                changed = db.execute("SELECT changes()").fetchone() == (1,)
                found = (f for looked in (chain_faults, schema_faults) for f in looked(db))
                if changed and not any(named in f for f in found if "the trigger" not in f):
                    unseen.append((table, column, value))
                db.execute("ROLLBACK TO before")
                db.execute("RELEASE before")
    assert unseen == []


def test_verify_finds_every_row_that_is_removed(full: Bookkeeper) -> None:
    unguarded(full.db)
    for table in set(facts(full.db)) - {"commits", "kinds"}:
        full.db.execute("SAVEPOINT before")
        full.db.execute(f"DELETE FROM {table} WHERE {last_row(full.db, table)}")
        assert any("does not fit" in fault for fault in chain_faults(full.db)), table
        full.db.execute("ROLLBACK TO before")
        full.db.execute("RELEASE before")


def test_verify_finds_every_guard_that_is_gone(full: Bookkeeper) -> None:
    assert list(schema_faults(full.db)) == []
    names = full.db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert len(names) == 2 * len(facts(full.db))
    for (name,) in names:
        full.db.execute("SAVEPOINT before")
        full.db.execute(f"DROP TRIGGER {name}")
        (fault,) = schema_faults(full.db)
        assert fault.startswith(f"the trigger {name} is missing")
        full.db.execute("ROLLBACK TO before")
        full.db.execute("RELEASE before")


def test_names_may_change_under_the_chain(full: Bookkeeper) -> None:
    full.db.execute("UPDATE accounts SET name = 'Other' WHERE name = 'Broker'")
    assert verify(full.db) == []


def test_commits_are_numbered_and_their_clock_never_goes_back(keeper: Bookkeeper) -> None:
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1)
    keeper.now -= keeper.now - keeper.now.replace(year=2001)
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1)
    rows = keeper.db.execute("SELECT id, recorded_at FROM commits ORDER BY id").fetchall()
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    assert [at for _, at in rows] == sorted({at for _, at in rows})
    assert rows[-1][1].startswith("2025-01-20")  # a microsecond after the one before


# -- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "123456789012345678.123456789012345678",  # 36 digits, 18 places
        "999999999999999999999999999999999999",
        "0.000000000000000001",
        "100.1",
        "1000000",
    ],
)
def test_decimals_survive_a_round_trip(keeper: Bookkeeper, number: str) -> None:
    keeper.add("deposit", "2025-01-01", "Broker", "COIN", quantity=number)
    stored = keeper.db.execute("SELECT typeof(quantity), quantity FROM postings").fetchone()
    assert stored == ("text", number)
    assert keeper.quantity("Broker", "COIN") == Decimal(number)
    keeper.add("deposit", "2025-01-01", "Broker", "COIN", quantity="0.000000000000000001")
    assert keeper.quantity("Broker", "COIN") == Decimal(number) + Decimal("1e-18")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("+1.50", "1.5"), ("007", "7"), ("1.000", "1"), ("-0.0", "0"), (".5", "0.5"), ("1e3", None)],
)
def test_text_is_canonical(written: str, canonical: str | None) -> None:
    if canonical is None:
        assert to_text(Decimal(written)) == "1000"
        with pytest.raises(FolioError, match="exponent"):
            parse_plain(written)
    else:
        assert to_text(parse_plain(written)) == canonical


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "1,5", "1 000", "1" * 41, "0." + "0" * 30 + "1"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(FolioError, match="number"):
        parse_plain(text)


def test_floats_are_trapped() -> None:
    half = 0.5
    with pytest.raises(FloatOperation):
        Decimal(half)
    with pytest.raises(FloatOperation):
        assert Decimal("0.5") < half


# -- the schema --------------------------------------------------------------------------


def test_every_table_is_strict(keeper: Bookkeeper) -> None:
    tables = keeper.db.execute("PRAGMA table_list").fetchall()
    loose = [t[1] for t in tables if t[2] == "table" and not t[5] and "sqlite_" not in t[1]]
    assert loose == []


@pytest.mark.parametrize(
    "row",
    [
        "INSERT INTO commits VALUES (99, 'x', 'x', 'x', x'00')",  # a short hash
        "INSERT INTO settings VALUES (99, 1, 'world', 0, 'k', 'v', NULL, x'00')",
        "INSERT INTO settings VALUES (99, 1, 'book', 'zero', 'k', 'v', NULL, x'00')",
        "INSERT INTO institutions VALUES (99, 1, 'I', 'shop', '', x'00')",
        "INSERT INTO institutions VALUES (99, 1, 'NORTH', 'bank', '', x'00')",  # the same name
        "INSERT INTO assets VALUES (99, 1, '', 'stock', '', NULL, 2, '', '', x'00')",
        "INSERT INTO assets VALUES (99, 1, 'A', 'stock', '', 'X', 2, '', '', x'00')",
        "INSERT INTO assets VALUES (99, 1, 'A', 'stock', '', NULL, 19, '', '', x'00')",
        "INSERT INTO assets VALUES (99, 1, 'ACME', 'stock', '', NULL, 2, '', '', x'00')",
        "INSERT INTO prices VALUES (2, 2, '2025-01-01', 2, '', 1, 1, '1', 0, 0, 0, 0, '', "
        "NULL, x'00')",
        "INSERT INTO prices VALUES (2, 1, '2025-01-01', 3, '', 1, 1, '1', 0, 0, 0, 0, '', "
        "NULL, x'00')",
        "INSERT INTO prices VALUES (2, 1, '1.1.2025', 2, '', 1, 1, '1', 0, 0, 0, 0, '', "
        "NULL, x'00')",
        "INSERT INTO prices VALUES (2, 1, '2025-01-01', 2, '', 1, 1, '-1', 0, 0, 0, 0, '', "
        "NULL, x'00')",
        "INSERT INTO postings VALUES (1, '2025-01-01', 1, 9, 'buy', NULL, NULL, NULL, "
        "'asset', '0', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO postings VALUES (1, '2025-01-01', 1, 9, 'buy', NULL, NULL, NULL, "
        "'asset', '1e3', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO postings VALUES (1, '2025-01-01', 1, 9, 'buy', NULL, NULL, NULL, "
        "'asset', '1-1', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO postings VALUES (1, '2025-01-01', 1, 9, 'buy', NULL, NULL, NULL, "
        "'gift', '1', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO postings VALUES (1, '2025-01-01', 1, 9, 'buy', NULL, NULL, NULL, "
        "'asset', '1', '2', NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO postings VALUES (1, '2025-01-01', 1, 9, 'buy', NULL, NULL, NULL, "
        "'asset', '1', NULL, NULL, NULL, NULL, NULL, NULL, 4)",
        "INSERT INTO corporate_actions VALUES (1, 2, 2, NULL, NULL, NULL)",
        "INSERT INTO corporate_actions VALUES (1, 2, 0, 1, NULL, NULL)",
        "INSERT INTO observations VALUES (9, 1, 1, '2025-01-01', 'rumour', '1', 0, 0, '', x'00')",
        "INSERT INTO asset_aliases VALUES (9, 1, 2, 2, x'00')",
        "INSERT INTO group_members VALUES (9, 1, 1, 1, 1, 'member', x'00')",
        "INSERT INTO transactions VALUES (9, 1, 'reversal', '2025-01-01', NULL, 1, 1, 'x', 1, "
        "x'00', NULL, NULL, NULL, x'00')",
        "INSERT INTO transactions VALUES (9, 1, 'buy', '2025-1-1', NULL, 1, 1, 'x', 1, x'00', "
        "NULL, NULL, NULL, x'00')",
        "INSERT INTO transactions VALUES (9, 1, 'buy', '2025-01-01', NULL, 1, 1, '', 1, x'00', "
        "NULL, NULL, NULL, x'00')",
    ],
)
def test_the_database_itself_refuses(keeper: Bookkeeper, row: str) -> None:
    """Foreign keys are off here, so that each row fails on its own fault."""
    keeper.db.execute("PRAGMA foreign_keys = OFF")
    with pytest.raises(sqlite3.IntegrityError):
        keeper.db.execute(row)


def test_a_file_that_is_no_book(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database at all, but long enough to look at" * 40)
    with pytest.raises(FolioError, match="not a folio book"):
        open_book(other)
    with pytest.raises(FolioError, match="folio init"):
        open_book(tmp_path / "none.db")
    book = create_book(tmp_path / "book.db")
    assert (tmp_path / "book.db").stat().st_mode & 0o777 == 0o600
    book.execute("PRAGMA user_version = 99")
    with pytest.raises(FolioError, match="newer folio"):
        open_book(tmp_path / "book.db")
