"""The book as CSV files, and as typed columns with exact decimals."""

import csv
import os
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.cli.app import run as folio
from folio.db.keeping import duck

LONG = "123456789012345678.123456789012345678"  # 36 digits
LONGER = "1234567890123456789012.5"  # more before the point than DECIMAL(38, 18) holds


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("One")
    keeper.account("Two")
    keeper.asset("ACME")
    keeper.asset("WEI", "crypto")
    keeper.add("deposit", "2025-01-02", "One", "EUR", quantity=1000, note='=HYPERLINK("x")')
    keeper.add("buy", "2025-01-03", "One", "ACME", quantity=3, price="33.33", fee="0.01")
    keeper.add("opening", "2025-01-03", "Two", "WEI", quantity=LONG)
    keeper.observe("One", "ACME", 3, "2025-01-05")
    keeper.price("ACME", "2025-01-06", "34.5")
    keeper.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOLIO_DB", "book.db")
    monkeypatch.setenv("FOLIO_TODAY", "2025-01-31")
    return tmp_path


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_csv_is_a_folder_of_tables(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folio(["export", "csv", "-o", "out"]) == 0
    names = {file.stem for file in (book / "out").iterdir()}
    tables = "transactions postings holdings lots gains prices balances"
    assert names == set(tables.split())
    postings = rows(book / "out" / "postings.csv")
    assert [p["note"] for p in postings if p["note"]] == ['\'=HYPERLINK("x")']
    assert [p["quantity"] for p in postings] == ["1000", "3", "-99.99", "-0.01", LONG]
    assert postings[1]["amount"] == "100"  # 3 × 33.33 and the fee of 0.01
    assert rows(book / "out" / "lots.csv")[0]["cost"] == "100"
    assert oct((book / "out").stat().st_mode)[-3:] == "700"
    assert folio(["export", "csv", "-o", "out"]) == 1
    capsys.readouterr()
    # What it writes, folio reads: it is all there already.
    assert folio(["observe", "--batch", "out/balances.csv"]) == 0
    assert "1 read: 0 recorded, 1 already there" in capsys.readouterr().err
    assert folio(["price", "import", "out/prices.csv"]) == 0
    assert folio(["export", "csv", "-o", "out", "--force", "--account", "Two"]) == 0
    assert [p["account"] for p in rows(book / "out" / "postings.csv")] == ["Two"]


def test_what_a_sheet_would_compute_is_read_back_as_it_was(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folio(["asset", "add", "@ETH", "--type", "other"]) == 0
    assert folio(["observe", "One", "@ETH", "2", "--on", "2025-01-05"]) == 0
    assert folio(["price", "add", "@ETH", "7", "--on", "2025-01-06"]) == 0
    assert folio(["export", "csv", "-o", "out"]) == 0
    assert "'@ETH" in [row["asset"] for row in rows(book / "out" / "balances.csv")]
    capsys.readouterr()
    assert folio(["observe", "--batch", "out/balances.csv", "--create"]) == 0
    assert folio(["price", "import", "out/prices.csv", "--create"]) == 0
    assert "2 read: 0 recorded, 2 already there" in capsys.readouterr().err
    assert folio(["asset", "list", "-O", "json"]) == 0
    assert "'@ETH" not in capsys.readouterr().out  # no asset was made of the cell


def test_into_a_pipe_and_to_standard_output(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the shell hands them over: ``-o >(gzip > book.gz)``, ``-o /dev/stdout | …``, ``-o -``."""
    for words in (["export", "json"], ["export", "beancount"], ["report", "-O", "json"]):
        capsys.readouterr()
        assert folio([*words, "-o", "-"]) == 0
        whole = capsys.readouterr().out
        assert whole
        assert not Path("-").exists()
        out, into = os.pipe()
        with os.fdopen(out, encoding="utf-8") as pipe:
            assert folio([*words, "-o", f"/dev/fd/{into}"]) == 0
            os.close(into)
            assert pipe.read() == whole
    assert folio(["export", "duckdb", "-o", "-"]) == 2


def test_without_a_folder_it_is_the_postings(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folio(["export", "csv", "--as-of", "2025-01-02"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("transaction,date,at,kind,")
    assert len(lines) == 1
    assert folio(["export", "duckdb"]) == 2


def test_decimals_are_exact_in_duckdb_and_parquet(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert folio(["export", "duckdb", "-o", "book.duckdb"]) == 0
    assert folio(["export", "parquet", "-o", "out"]) == 0
    assert "text" not in capsys.readouterr().err
    asked = "SELECT quantity, typeof(quantity) FROM {} WHERE asset = 'WEI'"
    with duckdb.connect("book.duckdb", read_only=True) as db:
        assert db.execute(asked.format("postings")).fetchone() == (Decimal(LONG), "DECIMAL(38,18)")
    with duckdb.connect() as db:
        found = db.execute(asked.format("'out/postings.parquet'")).fetchone()
        assert found == (Decimal(LONG), "DECIMAL(38,18)")
        days = db.execute("SELECT typeof(date) FROM 'out/prices.parquet'").fetchone()
        assert days == ("DATE",)
    assert folio(["export", "duckdb", "-o", "/dev/full"]) == 1
    assert "/dev/full cannot be written: " in capsys.readouterr().err


@pytest.mark.parametrize("write", [duck.write_database, duck.write_parquet])
def test_rows_are_not_held_in_memory(
    tmp_path: Path, write: Callable[[Path, list[duck.Sheet]], list[str]]
) -> None:
    pytest.importorskip("duckdb")
    rows = ([str(number), f"{number}".zfill(6_000)] for number in range(500))
    sheet = duck.Sheet("many", [("number", duck.WHOLE), ("text", duck.TEXT)], rows)
    (folder := tmp_path / "to").mkdir()
    tracemalloc.start()
    try:
        write(folder / "db" if write is duck.write_database else folder, [sheet])
        assert tracemalloc.get_traced_memory()[1] < 1_000_000  # of 3 MB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("form", "name"), [("parquet", "out"), ("duckdb", "all.duckdb")])
def test_what_the_disk_has_no_room_for_is_said_in_our_words(
    book: Path, capsys: pytest.CaptureFixture[str], form: str, name: str
) -> None:
    """And names what was asked for, not the file beside it that was being written."""
    pytest.importorskip("duckdb")
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        assert folio(["export", form, "-o", name]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert capsys.readouterr().err == f"folio: {name} cannot be written: file too large\n"
    assert not [file for file in book.iterdir() if not file.name.startswith("book.db")]


def test_a_longer_amount_makes_its_column_text(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert folio(["add-tx", "opening", LONGER, "WEI", "--account", "One"]) == 0
    assert folio(["export", "duckdb", "-o", "book.duckdb"]) == 0
    assert "postings.quantity" in capsys.readouterr().err
    with duckdb.connect("book.duckdb", read_only=True) as db:
        found = db.execute("SELECT quantity FROM postings WHERE asset = 'WEI' ORDER BY date")
        assert [row[0] for row in found.fetchall()] == [LONG, LONGER]
