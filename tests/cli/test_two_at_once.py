"""Several programs at one book: all succeed or say that it is busy, and nothing is lost or doubled.

Real processes, each with a Python of its own, as cron and a person would start them.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.book import Book
from folio.cli.app import run as cli
from folio.db.file.connection import open_book
from folio.model.table import Table
from folio.operations.keeping.verify import faults

Running = subprocess.Popen[str]


IMPATIENT = (  # who waits for one second, not for thirty
    "from folio.db.file import connection; connection.BUSY_SECONDS = 1; "
    "from folio.cli.start import main; main()"
)


def start(book: Path, *words: str, as_: tuple[str, str] = ("-m", "folio")) -> Running:
    environment = os.environ | {"FOLIO_DB": str(book), "FOLIO_TODAY": "2025-06-30"}
    return subprocess.Popen(
        [sys.executable, *as_, *words],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(running: Running) -> tuple[int, str]:
    out, error = running.communicate(timeout=120)
    return running.returncode, out + error


def run(book: Path, *words: str) -> str:
    code, text = ended(start(book, *words))
    assert code == 0, text
    return text


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("several") / "book.db"
    run(path, "init", "--currency", "EUR", "--timezone", "Europe/Berlin")
    run(path, "account", "add", "Bank", "--type", "checking", "--cash")
    run(path, "rollup")
    return path


@contextlib.contextmanager
def opened(book: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_book(book)) as db:
        yield db


def deposits(book: Path) -> list[str]:
    with opened(book) as db:
        query = "SELECT quantity FROM postings ORDER BY length(quantity), quantity"
        return [quantity for (quantity,) in db.execute(query)]


def transactions(book: Path) -> int:
    with opened(book) as db:
        return int(db.execute("SELECT count(*) FROM transactions").fetchone()[0])


def test_ten_record_at_once_while_others_read_and_roll_up(book: Path) -> None:
    writers = [
        start(book, "add-tx", "deposit", str(n), "EUR", "--account", "bank", "--on", "2025-01-02")
        for n in range(1, 11)
    ]
    others = [start(book, "report"), start(book, "rollup"), start(book, "verify")]
    results = [ended(one) for one in writers]
    assert {code for code, _ in results} <= {0, 4}, results
    done = [str(n) for n, (code, _) in enumerate(results, 1) if code == 0]
    assert deposits(book) == done
    assert [ended(one)[0] for one in others] == [0, 0, 0]
    with opened(book) as db:
        assert list(faults(db)) == []
        commits = [n for (n,) in db.execute("SELECT id FROM commits ORDER BY id")]
        assert commits == list(range(1, len(commits) + 1))


def test_one_statement_imported_by_two(book: Path) -> None:
    """Both succeed, and every row is there once."""
    before = transactions(book)
    example = Path(__file__).parents[2] / "examples" / "statements"
    statement = str(example / "wise_EUR_2022-01-01_2025-06-30.csv")
    results = [ended(one) for one in [start(book, "import", statement, "--create") for _ in "ab"]]
    assert [code for code, _ in results] == [0, 0], results
    assert sorted(" 63 already there" in text for _, text in results) == [False, True]
    assert transactions(book) == before + 63
    with opened(book) as db:
        assert list(faults(db)) == []


def test_who_waits_too_long_is_told_so(book: Path) -> None:
    before = deposits(book)
    with opened(book) as db:
        db.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        words = ("add-tx", "deposit", "11", "EUR", "--account", "bank", "--on", "2025-01-02")
        writer, reader = start(book, *words, as_=("-c", IMPATIENT)), start(book, "report")
        assert ended(reader)[0] == 0
        code, text = ended(writer)
        assert code == 4, text
        assert "is locked by another program for more than 1 seconds" in text
        assert time.monotonic() - begun >= 1
        db.execute("ROLLBACK")
    assert deposits(book) == before


def test_one_that_is_killed_leaves_the_book_to_the_next(book: Path) -> None:
    """Killed with rows written and not committed; the next command finds the book as it was."""
    before = deposits(book)
    script = (
        "import sys, time; from pathlib import Path;"
        "from folio.db.file.connection import open_book;"
        f"db = open_book(Path({str(book)!r})); db.execute('PRAGMA cache_size = 1');"
        "db.execute('BEGIN IMMEDIATE'); db.execute('DELETE FROM lots');"
        "db.execute('CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n LIMIT 20000) SELECT i, hex(zeroblob(50)) FROM n');"
        "print('written', flush=True); time.sleep(60)"
    )
    writer = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "written\n"
    assert book.with_name("book.db-wal").stat().st_size > 1_000_000
    writer.kill()
    writer.communicate()
    assert "verified up to commit" in run(book, "verify")
    assert deposits(book) == before
    assert sorted(path.name for path in book.parent.glob("book.db*")) == ["book.db"]


def test_a_listing_is_of_one_moment(keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def register(book: Book, *_: object, **__: object) -> Table:
        query = "SELECT count(*) FROM transactions"
        for quantity in (100, 200):
            seen.append(book.db.execute(query).fetchone()[0])
            keeper.add("deposit", "2025-01-02", "Broker", "EUR", quantity=quantity)
        return Table("register", "Transactions", (), [])

    monkeypatch.setattr("folio.reports.recorded.register.register", register)
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    assert cli(["register"]) == 0
    assert seen == [0, 0]
