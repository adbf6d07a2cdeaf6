"""Opening a book.

Journal mode WAL with ``synchronous=FULL``: a commit is on the disk when the command
returns, and a reader never waits for a writer.  ``recursive_triggers`` makes
INSERT OR REPLACE meet the triggers that guard the facts.  Transactions are started
explicitly with BEGIN IMMEDIATE, because a deferred one that reads before it writes
fails at once when another writer was first, whatever the timeout.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from folio.errors import BookBusy, FolioError

APPLICATION_ID = 0x666F6C69  # "foli"
SCHEMA_VERSION = 1
BUSY_SECONDS = 5.0
LARGE = 2000  # pages of 4096 bytes: less is not worth packing
_ALIEN = "{path} is not a folio book; name another file with --db, or make one with: folio init"


def open_book(path: Path, *, bulk: bool = False, timed: bool = False) -> sqlite3.Connection:
    """The book at ``path``, of this version's schema.

    ``bulk`` gives it a larger page cache, for imports and rebuilds; ``timed`` adds up the time
    spent in it.

    Raises:
        FolioError: where there is no book, or it is no book, or a newer one.
        BookBusy: when another process holds it for longer than five seconds.
    """
    if path.is_dir():
        raise FolioError(f"{path} is a folder; name a file with --db")
    if not path.exists():
        raise FolioError(f"there is no book at {path}; make one with: folio init")
    with translated(path), contextlib.ExitStack() as refused:
        connection = _connect(path, bulk=bulk, timed=timed)
        refused.enter_context(contextlib.closing(connection))
        version = _check_identity(connection, path)
        refused.pop_all()  # it is a book: it stays open
    if version < SCHEMA_VERSION:
        from folio.db.migrations import migrate

        migrate(connection)
    return connection


def create_book(path: Path) -> sqlite3.Connection:
    """An empty book at ``path``, readable by its owner alone.

    Raises:
        FolioError: where a file is already there or the folder cannot be written.
    """
    from folio.db.migrations import SCHEMA_FILE

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise FolioError(f"{path} is there already; name another file with --db") from None
    except OSError as error:
        raise FolioError(f"{path} cannot be written: {error.strerror}") from None
    connection = _connect(path, bulk=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(
        f"BEGIN IMMEDIATE; {SCHEMA_FILE.read_text('utf-8')};"
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
        "COMMIT"
    )
    return connection


def committed(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A second connection to the same book: it sees what is committed, and nothing under way."""
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    other = _connect(path, bulk=False)
    other.execute("PRAGMA query_only = ON")
    return other


def _connect(path: Path, *, bulk: bool, timed: bool = False) -> sqlite3.Connection:
    if timed:
        from folio.db.timing import TimedConnection

        kind: type[sqlite3.Connection] = TimedConnection
    else:
        kind = sqlite3.Connection
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, factory=kind)
    try:
        _prepare(connection, bulk=bulk)
    except BaseException:  # it is no database
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, *, bulk: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if bulk:
        connection.execute("PRAGMA cache_size = -32768")


def _check_identity(connection: sqlite3.Connection, path: Path) -> int:
    identity = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if identity != APPLICATION_ID:
        raise FolioError(_ALIEN.format(path=path))
    if version > SCHEMA_VERSION:
        raise FolioError(
            f"{path} was written by a newer folio (schema {version}, this one knows "
            f"{SCHEMA_VERSION}); upgrade folio to open it"
        )
    return version


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences of folio."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise BookBusy(
                f"{path} is locked by another program for more than {BUSY_SECONDS:.0f} seconds; "
                "try again when it has finished"
            ) from None
        if "readonly" in text or "read-only" in text:
            raise FolioError(
                f"{path} or its folder is read-only; make both writable, or copy the book"
            ) from None
        if "unable to open" in text:
            raise FolioError(f"{path} cannot be opened; check its permissions") from None
        if "disk I/O error" in text:
            raise FolioError(
                f"the disk that holds {path} failed to read or write; nothing was recorded: "
                "see to the disk, then check the book with: folio verify"
            ) from None
        if "full" in text:
            raise FolioError(f"the disk that holds {path} is full; nothing was recorded") from None
        raise
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise FolioError(_ALIEN.format(path=path)) from None
        raise


@contextlib.contextmanager
def packing(connection: sqlite3.Connection) -> Iterator[None]:
    """Pack the file after what made it more than twice as large.

    Rows that come in between others leave pages half empty and a holding's rows apart: of
    100,000 transactions imported at once a tenth of the file, packed in 4 µs each.
    """
    before = _pages(connection)
    yield
    if _pages(connection) > max(2 * before, LARGE):
        with contextlib.suppress(sqlite3.OperationalError):  # no room, or others write: as it is
            (cached,) = connection.execute("PRAGMA cache_size").fetchone()
            connection.execute("PRAGMA cache_size = -2048")  # it walks through the file but once
            try:
                connection.execute("VACUUM")
            finally:
                connection.execute(f"PRAGMA cache_size = {cached}")


def _pages(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_count").fetchone()[0])


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One database transaction: all of it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a disk that failed has ended it
            connection.execute("ROLLBACK")
        raise
