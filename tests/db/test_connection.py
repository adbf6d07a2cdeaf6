"""What a book is promised when it is opened, and what is said where that cannot be kept."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bookkeeper import Bookkeeper
from empty_book import create_book
from folio.db.file import connection, places
from folio.db.file.connection import (
    journal_mode,
    open_book,
    reading,
    translated,
    writing,
)
from folio.db.file.files import new_file, unfinished
from folio.db.file.glance import glance
from folio.db.file.places import network_of, synced_by
from folio.errors import BookBusy, FolioError
from folio.operations.keeping.heal import heal
from folio.operations.keeping.verify import faults


def test_the_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # other tests do not wait for the disk
    with contextlib.closing(create_book(tmp_path / "book.db")) as db:
        asked = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout"
            )
        }  # fmt: skip
        assert asked == {
            "journal_mode": "wal",
            "synchronous": 3,  # EXTRA
            "foreign_keys": 1,
            "recursive_triggers": 1,
            "busy_timeout": 30000,
        }
        db.execute("CREATE TABLE t (x)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        assert modes == {"book.db": 0o600, "book.db-wal": 0o600, "book.db-shm": 0o600}


def test_an_open_mask_opens_no_file(tmp_path: Path) -> None:
    """Not the book, not its log, not the journal of a book in a cloud's folder."""
    before = os.umask(0)
    try:
        (tmp_path / "Dropbox").mkdir()
        for path in (tmp_path / "book.db", tmp_path / "Dropbox" / "book.db"):
            with contextlib.closing(create_book(path)) as db:
                db.execute("PRAGMA cache_size = 1")
                db.execute("BEGIN IMMEDIATE")
                db.execute("CREATE TABLE t (x)")
                found = [one for one in path.parent.iterdir() if one.is_file()]
                assert len(found) >= 2
                assert {one.stat().st_mode & 0o077 for one in found} == {0}
    finally:
        os.umask(before)


# -- errors of SQLite ----------------------------------------------------------------------


def failed(code: int, text: str) -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (sqlite3.SQLITE_BUSY, "database is locked", "is locked by another program"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked", "is locked by another program"),
        (sqlite3.SQLITE_PROTOCOL, "locking protocol", "is locked by another program"),
        (sqlite3.SQLITE_FULL, "database or disk is full", "is full; nothing was recorded"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "attempt to write a readonly database", "read-only"),
        (sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error", r"disk I/O error.*nothing was recorded"),
        (sqlite3.SQLITE_CANTOPEN, "unable to open database file", "check its permissions"),
        (sqlite3.SQLITE_CORRUPT, "database disk image is malformed", "folio restore FILE"),
        (sqlite3.SQLITE_ERROR, "unsupported file format", "folio restore FILE"),
        (sqlite3.SQLITE_NOTADB, "file is not a database", "is not a folio book"),
        (sqlite3.SQLITE_NOMEM, "out of memory", "too little memory"),
    ],
)
def test_an_error_of_sqlite_is_a_sentence(code: int, text: str, said: str) -> None:
    with pytest.raises(FolioError, match=said) as refused, translated(Path("book.db")):
        raise failed(code, text)
    assert refused.value.exit_code == (4 if "locked by" in said else 1)
    assert isinstance(refused.value, BookBusy) == ("locked by" in said)


def test_what_only_folio_can_cause_goes_through() -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such column"), translated(Path("b.db")):
        raise failed(sqlite3.SQLITE_ERROR, "no such column: x")


def test_an_interrupt_ends_what_sqlite_runs(keeper: Bookkeeper) -> None:
    """Python would wait for the end of it."""
    signal = pytest.importorskip("signal")
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000000)"
    start = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt), connection.translated(keeper.path):
            keeper.db.execute(f"{numbers} SELECT max(i) FROM n")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.process_time() - start < 1  # all of it takes many times as long


def test_a_full_disk_leaves_the_book_as_it_was(keeper: Bookkeeper) -> None:
    """SQLite rolls back by itself; that there is nothing left to roll back is not what is said."""
    keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1)
    before = keeper.everything()
    (pages,) = keeper.db.execute("PRAGMA page_count").fetchone()
    keeper.db.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with translated(keeper.path), writing(keeper.db):
            keeper.db.execute("DELETE FROM lots")
            keeper.db.execute("CREATE TABLE filler AS SELECT hex(zeroblob(9999999)) AS text")

    with pytest.raises(FolioError, match="is full; nothing was recorded"):
        fill()
    assert not keeper.db.in_transaction
    assert keeper.everything() == before
    assert list(faults(keeper.db)) == []


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """The kernel refuses each write beyond 400 kB, as a quota does: a sentence, and all is well."""
    path = tmp_path / "book.db"
    create_book(path).close()
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000));"
        "from pathlib import Path;"
        "from folio.db.file.connection import open_book, writing, translated;"
        "path = Path(sys.argv[1]);\n"
        "with translated(path):\n"
        "    db = open_book(path)\n"
        "    db.execute('PRAGMA cache_size = 1')\n"
        "    with writing(db):\n"
        "        db.execute('CREATE TABLE filler AS SELECT hex(zeroblob(999999)) AS text')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "FolioError" in ended.stderr
    with contextlib.closing(open_book(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'filler'").fetchone()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_book_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    create_book(path).close()
    path.chmod(0o400)
    with (
        pytest.raises(FolioError, match="read-only"),
        translated(path),
        contextlib.closing(open_book(path)) as db,
        writing(db),
    ):
        db.execute("DELETE FROM lots")


# -- made whole or not at all --------------------------------------------------------------


def test_a_book_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "book.db"

    def half() -> None:
        with new_file(path) as aside:
            aside.write_text("half")
            assert unfinished(path.parent, path.name) == []  # its maker is at work
            assert aside.stat().st_mode & 0o777 == 0o600
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert list(path.parent.iterdir()) == []


def test_what_a_killed_program_left_is_found(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    create_book(path).close()
    script = (
        "import os, sys; from pathlib import Path; from folio.db.file.files import filling;"
        "made = filling(Path(sys.argv[1])); made.__enter__(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    (left,) = unfinished(path.parent, path.name)
    assert left.name.startswith(".book.db.new-")
    with contextlib.closing(open_book(path)) as db:
        repaired, rest = heal(db, path)
    assert ([one.kind for one in repaired], rest) == (["file"], [])
    assert [one.name for one in tmp_path.iterdir()] == ["book.db"]


def test_two_that_make_one_book(tmp_path: Path) -> None:
    """The second finds it there when it is done, and leaves it as it is."""
    path = tmp_path / "book.db"

    def second() -> None:
        with new_file(path) as aside:
            aside.write_text("second")
            path.write_text("first")

    with pytest.raises(FolioError, match="is there already"):
        second()
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


# -- places --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "program"),
    [
        ("/h/a/Dropbox/money", "Dropbox"),
        ("/h/a/Dropbox (Personal)", "Dropbox (Personal)"),
        ("/c/u/a/OneDrive - Company/x", "OneDrive - Company"),
        ("/c/a/Google Drive", "Google Drive"),
        ("/a/Library/Mobile Documents/com~apple~CloudDocs", "Mobile Documents"),
        ("/a/Library/CloudStorage/GoogleDrive-a@b.c/My Drive", "CloudStorage"),
        ("/h/a/nextcloud", "nextcloud"),
    ],
)
def test_a_folder_of_a_cloud_is_known_by_its_name(folder: str, program: str) -> None:
    assert program in str(synced_by(Path(folder)))


@pytest.mark.parametrize("folder", ["/h/a/dropbox-exports", "/h/a/my-onedrive", "/srv"])
def test_other_folders_are_not(folder: str) -> None:
    assert synced_by(Path(folder)) is None


def test_a_folder_of_a_cloud_is_known_by_what_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert synced_by(tmp_path / "a" / "b") is None
    (tmp_path / "a" / ".stfolder").mkdir()
    assert "Syncthing" in str(synced_by(tmp_path / "a" / "b"))


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /mnt nfs4 rw 0 0
/dev/sdb1 /mnt/disk ext4 rw 0 0
//nas/money /mnt/with\\040blank cifs rw 0 0
me@host: /mnt/far fuse.sshfs rw 0 0
/dev/sdc1 /mnt/stick fuseblk rw 0 0
C:\\134 /mnt/c 9p rw 0 0
lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0
""".splitlines()


@pytest.mark.parametrize(
    ("folder", "system"),
    [
        ("/h/a", None),
        ("/mnt", "nfs4"),
        ("/mnt/other", "nfs4"),
        ("/mnt/disk/a", None),
        ("/mnt/with blank/a", "cifs"),
        ("/mnt/far", "fuse.sshfs"),
        ("/mnt/stick", None),
        ("/mnt/c/u", "9p"),
        ("/mnt/cellar", "nfs4"),
        ("/var/lib/lxcfs", None),
    ],
)
def test_a_network_folder_is_known_by_its_mount(folder: str, system: str | None) -> None:
    found = network_of(Path(folder), MOUNTS)
    assert found == (None if system is None else f"a network folder ({system})")


def test_who_carries_a_book_into_such_a_folder_is_warned_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There it has a rollback journal, which works as well, and back at home the log again."""
    keeper = Bookkeeper(tmp_path / "book.db")
    keeper.account("Bank", institution="Bank")
    told: list[str] = []
    keeper.close()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nnas:/x {tmp_path} nfs rw 0 0\n")
    with monkeypatch.context() as there:
        there.setattr(places, "_MOUNTS", mounts)
        for _ in range(2):
            with contextlib.closing(open_book(keeper.path, told=told.append)) as db:
                assert journal_mode(db) == "delete"
                assert db.execute("PRAGMA busy_timeout").fetchone() == (30000,)
        assert len(told) == 1
        assert "a network folder (nfs)" in told[0]
        keeper.db = open_book(keeper.path)
        keeper.add("deposit", "2025-01-01", "Bank", "EUR", quantity=1)
        keeper.roll_up("2025-01-20")
        assert list(faults(keeper.db)) == []
        keeper.close()
        assert [path.name for path in tmp_path.glob("book.db*")] == ["book.db"]
    with contextlib.closing(open_book(keeper.path, told=told.append)) as db:
        assert journal_mode(db) == "wal"
    assert len(told) == 1


def test_one_moment_is_read_while_others_write(keeper: Bookkeeper) -> None:
    other = connection.committed(keeper.db)
    with reading(other):
        before = other.execute("SELECT count(*) FROM postings").fetchone()
        keeper.add("deposit", "2025-01-01", "Broker", "EUR", quantity=1)
        assert other.execute("SELECT count(*) FROM postings").fetchone() == before
    assert other.execute("SELECT count(*) FROM postings").fetchone() != before


def test_a_glance_leaves_nothing_behind(tmp_path: Path) -> None:
    """It cannot write and makes no book, and the last to close takes the log in."""
    path = tmp_path / "book.db"
    with pytest.raises(sqlite3.Error):
        glance(path)
    with contextlib.closing(create_book(path)) as db:
        seen = glance(path)
        db.execute("CREATE TABLE t (x)")
    assert path.with_name("book.db-wal").stat().st_size > 0
    with contextlib.closing(seen), pytest.raises(sqlite3.OperationalError, match="readonly"):
        seen.execute("DROP TABLE t")
    assert list(tmp_path.iterdir()) == [path]
