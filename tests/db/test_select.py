"""Questions in SQL: everything is read, nothing is written, nothing runs on for ever."""

import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.db.file.connection import open_book
from folio.db.queries.select import add_decimals, ask, views
from folio.errors import FolioError, UsageError
from interruptible import INTERRUPTIBLE

EVER = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize(
    "question",
    [
        "DELETE FROM commits",
        "INSERT INTO dirty VALUES (1, 1)",
        "INSERT INTO dirty VALUES (1, 1) RETURNING 1",
        "WITH x AS (SELECT 1) UPDATE dirty SET from_day = 1",
        "DROP TABLE dirty",
        "DROP VIEW v1_lots",
        "CREATE TEMP TABLE x (a)",
        "CREATE TEMP TRIGGER x AFTER INSERT ON dirty BEGIN SELECT 1; END",
        "ATTACH 'other.db' AS other",
        "DETACH main",
        "VACUUM",
        "VACUUM INTO 'other.db'",
        "BEGIN IMMEDIATE",
        "SAVEPOINT x",
        "REINDEX",
        "ANALYZE",
        "PRAGMA user_version = 7",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA wal_checkpoint",
        "SELECT * FROM pragma_query_only",
        "SELECT load_extension('x')",
    ],
)
def test_whatever_writes_is_refused(
    question: str, keeper: Bookkeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=1000)
    before = keeper.everything()
    db = open_book(keeper.path)
    with pytest.raises(FolioError, match=r"folio sql (only reads|takes a SELECT)"):
        ask(db, question)
    db.close()
    assert keeper.everything() == before
    assert not (tmp_path / "other.db").exists()


def test_each_guard_is_enough_by_itself(keeper: Bookkeeper) -> None:
    """The connection refuses to write when the authorizer has gone."""
    db = open_book(keeper.path)
    ask(db, "SELECT 1")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM dirty")
    db.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "there is no question"),
        (" -- nothing\n;", "there is no question"),
        ("SELECT 1; SELECT 2", "takes one SELECT at a time"),
        ("SELEC 1", 'not understood: near "SELEC"'),
        ("SELECT (", "not complete"),
        ("SELECT * FROM nope", "there is no table 'nope'; see: folio sql --views"),
        ("SELECT nope FROM v1_lots", "there is no column 'nope'; see: folio sql --views"),
        ("SELECT decimal_sum('many')", "no number"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(keeper: Bookkeeper, question: str, said: str) -> None:
    with pytest.raises(FolioError, match=said.replace("(", r"\(")) as caught:
        ask(keeper.db, question)
    assert "\n" not in str(caught.value)


def test_what_only_shows_is_let_through(keeper: Bookkeeper) -> None:
    assert len(ask(keeper.db, "PRAGMA table_info(v1_lots)").rows) == 10
    assert ask(keeper.db, "EXPLAIN QUERY PLAN SELECT * FROM v1_lots").rows
    assert ask(keeper.db, "SELECT count(*) FROM v1_daily").rolled_up
    assert not ask(keeper.db, "SELECT count(*) FROM v1_lots").rolled_up


def test_lists_in_json_are_taken_apart(keeper: Bookkeeper) -> None:
    assert ask(keeper.db, "SELECT value FROM json_each('[1, \"a\"]')").rows == [(1,), ("a",)]


def test_a_question_ends_at_its_time_and_the_book_stays_open(keeper: Bookkeeper) -> None:
    begun = time.monotonic()
    with pytest.raises(FolioError, match=r"longer than 0\.2 seconds"):
        ask(keeper.db, EVER, seconds=0.2)
    assert time.monotonic() - begun < 5
    assert ask(keeper.db, "SELECT 1 AS one", seconds=5).rows == [(1,)]


def test_a_question_ends_at_an_interrupt(keeper: Bookkeeper) -> None:
    """Quietly, with 130, like every command."""
    *python, code = INTERRUPTIBLE
    # A busy machine is slow to load them.
    loaded = "import folio.cli.app, folio.reports.recorded.sql; print(flush=True)"
    asking = subprocess.Popen(
        [*python, f"{loaded}; {code}", "sql", EVER],
        env={**os.environ, "FOLIO_DB": str(keeper.path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert asking.stdout is not None
        assert asking.stdout.readline() == "\n"
        time.sleep(0.5)
        asking.send_signal(signal.SIGINT)
        out, err = asking.communicate(timeout=20)
    finally:
        asking.kill()
    assert (asking.returncode, out, err) == (130, "", "\n")


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("decimal_add('0.1', '0.2')", "0.3"),
        ("decimal_sub('1', '0.90')", "0.1"),
        ("decimal_mul('0.000000000000000001', '3')", "0.000000000000000003"),
        ("decimal_mul('12345678901234567890', '12345678901234567890')",
         "152415787532388367501905199875019052100"),
        ("decimal_add(1, 2)", "3"),
        ("decimal_add('1', NULL)", None),
        ("(SELECT decimal_sum(NULL))", None),
        ("'9' < '10' COLLATE decimal", 1),
        ("'-10' < '-9.5' COLLATE decimal", 1),
        ("'1.0' = '1' COLLATE decimal", 1),
        ("'10' < 'a' COLLATE decimal", 1),
    ],
)  # fmt: skip
def test_decimals_are_exact(expression: str, answer: object) -> None:
    """152415787532388367501905199875019052100 is the square as bc(1) works it out."""
    db = sqlite3.connect(":memory:")
    add_decimals(db)
    assert db.execute(f"SELECT {expression}").fetchone() == (answer,)
    db.close()


def test_every_column_of_every_view_is_explained(keeper: Bookkeeper) -> None:
    explained = {view.name: view for view in views(keeper.db)}
    assert len(explained) >= 15
    for name, view in explained.items():
        columns = [row[1] for row in keeper.db.execute(f"PRAGMA table_info({name})")]
        assert [column for column, _ in view.columns] == columns
        assert view.meaning.endswith(".")
        assert all(meaning for _, meaning in view.columns)


def test_usage_errors_have_their_exit_code(keeper: Bookkeeper) -> None:
    with pytest.raises(UsageError):
        ask(keeper.db, "SELEC")
