"""A book where nothing can be written: on a disk that is read-only or full, in others' folders."""

import contextlib
import ctypes
import os
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from folio.cli import app as door

_OVERRIDES = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: root may write anywhere
_VERSION = 0x20080522

if not hasattr(os, "geteuid"):
    pytest.skip("folders have no modes here", allow_module_level=True)


@contextlib.contextmanager
def bound_by_modes() -> Iterator[None]:
    """Inside, modes count for root as for anybody (capabilities(7))."""
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    own = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    if not hasattr(libc, "capget") or libc.capget(header, own):
        pytest.skip("root may write anywhere here")
    less = (ctypes.c_uint32 * 6)(*own)
    less[0] &= ~_OVERRIDES
    assert not libc.capset(header, less)
    try:
        yield
    finally:
        assert not libc.capset(header, own)


@pytest.fixture
def book(keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A book in a folder that cannot be written to, nor can it."""
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=100)
    keeper.roll_up("2025-01-20")
    keeper.close()
    folder = keeper.path.parent / "fixed é #1?"
    folder.mkdir()
    path = keeper.path.rename(folder / "book.db")
    path.chmod(0o400)
    monkeypatch.setenv("FOLIO_DB", str(path))
    monkeypatch.setenv("FOLIO_TODAY", "2025-01-20")
    folder.chmod(0o555)
    with bound_by_modes():
        if not os.geteuid():  # or it would ask for what root is permitted to take
            monkeypatch.setattr(os, "access", partial(os.access, effective_ids=True))
        yield path
    folder.chmod(0o755)


def run(words: str) -> int:
    return door.run(words.split())


def test_what_reads_a_book_needs_no_folder_to_write_to(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ("report", "report history", "register", "config list", "verify", "doctor"):
        assert run(words) == 0, capsys.readouterr().err
    assert "100.00" in capsys.readouterr().out
    assert run(f"backup {tmp_path}/kept") == 0
    assert run("backup") == 1
    assert "name another folder: folio backup FOLDER" in capsys.readouterr().err
    assert run(f"export json -o {tmp_path}/book.json") == 0
    capsys.readouterr()
    for words in ("add-tx deposit 1 EUR --account Broker", "rollup", "lock 2024", "rebuild"):
        assert run(words) == 1
        assert "is read-only; make them writable, or copy the book" in capsys.readouterr().err
    assert os.listdir(book.parent) == ["book.db"]


def test_a_book_that_was_read_while_it_was_read_only_can_be_written_again(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite gives what it puts beside a book the book's mode, and cannot take it away then."""
    book.parent.chmod(0o755)
    assert run("report") == 0
    assert run("add-tx deposit 1 EUR --account Broker") == 1
    book.chmod(0o600)
    assert run("add-tx deposit 1 EUR --account Broker") == 0, capsys.readouterr().err
    assert os.listdir(book.parent) == ["book.db"]


def test_a_log_that_cannot_be_followed_is_not_passed_over(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was recorded last would be missing from every figure, and nobody would say so."""
    book.parent.chmod(0o755)
    book.chmod(0o600)
    with contextlib.closing(sqlite3.connect(book)) as db:
        db.execute("PRAGMA user_version = 1")
        log = book.with_name("book.db-wal")
        kept = log.read_bytes()
    log.write_bytes(kept)
    book.chmod(0o400)
    book.parent.chmod(0o555)
    assert kept
    assert run("report") == 1
    assert "book.db-wal holds what was recorded last; copy both" in capsys.readouterr().err


def test_a_book_on_a_full_disk_can_be_read(
    keeper: Bookkeeper, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file can grow past 8 KB inside: SQLite says the same where there is no room."""
    resource = pytest.importorskip("resource")
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=100)
    keeper.roll_up("2025-01-20")
    keeper.close()
    monkeypatch.setenv("FOLIO_DB", str(keeper.path))
    monkeypatch.setenv("FOLIO_TODAY", "2025-01-20")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        codes = [run(words) for words in ("report", "register", "sql --views")]
        refused = run("add-tx deposit 1 EUR --account Broker")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said = capsys.readouterr()
    assert codes == [0, 0, 0], said.err
    assert "100.00" in said.out
    assert refused == 1
    assert run("verify") == 0
