"""Opening a book, and what it is promised.

* ``journal_mode = WAL``: a reader never waits for a writer, and a commit is one write at the end
  of a log, a third of the time that a rollback journal takes.  Where a book lies in a network or
  cloud folder (:mod:`folio.db.file.places`) it is DELETE instead, a rollback journal that is gone
  after each commit: the log needs memory shared by all who write, and two files in step.
* ``synchronous = EXTRA``: a commit is on the disk when the command returns, 0.2 to 0.3 ms.  In
  WAL that is FULL; with a rollback journal the folder is synced too, for a journal that comes
  back after the power went would take the last commit back.
* A timeout of 30 seconds, for an import of a million rows holds the book for some twenty, and many
  short commands at once wait for one another; then the book is busy (exit code 4).  Transactions
  start with BEGIN IMMEDIATE: a deferred one that reads before it writes fails at once when another
  writer was first, whatever the timeout.
* ``foreign_keys``: SQLite leaves them off unless asked.  ``recursive_triggers``: INSERT OR REPLACE
  meets the triggers that guard the facts.
* A book is made with mode 0600; SQLite gives its log, journal and shared memory the book's mode,
  and its temporary files 0600.
* Where the folder cannot be written to, on a disk that is read-only or in a folder of somebody
  else's, a book without a log is read as it lies there (``immutable``): a log is followed with the
  help of a file that cannot be made there.  With a log in which there is anything it is refused.
* On a disk without room for the 32 KB that the log's readers share, a book is opened by one
  program at a time (``locking_mode = EXCLUSIVE``), which needs none: it can still be read.
* SQLite calls back every fiftieth of a second, for Python to see an interrupt, which ends all.
* Nobody opens a book with ``mode=ro`` who may be the last to close it: that would leave the log
  behind, and somebody who then copies the book alone would lose what is in it.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from folio.db.file.places import check_there, place_warning, unbar, unsafe_place
from folio.errors import BookBusy, FolioError

APPLICATION_ID = 0x666F6C69  # "foli"
SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0
_STEPS = 1_000_000
# Before 3.12 the module looks each time anew for what could adapt a None that is written, which
# takes six times as long as to write a number.  It finds this: a function in C, from None to None.
_NOTHING: dict[None, None] = {}
sqlite3.register_adapter(type(None), _NOTHING.get)
_ALIEN = (
    "{path} is not a folio book; name another file with --db, or, if it was one, bring a backup "
    "back with: folio restore FILE --force"
)


def open_book(
    path: Path,
    *,
    named: bool = False,
    timed: bool = False,
    told: Callable[[str], None] = lambda text: None,
) -> sqlite3.Connection:
    """The book at ``path``, of this version's schema.

    ``named``: folio does not find the path by itself; ``timed`` adds up the time spent in it;
    ``told`` gets what the user should know beside.

    Raises:
        FolioError: where there is no book, or it is no book, or a newer one.
        BookBusy: when another process holds it for longer than the timeout.
    """
    check_there(path, named=named)
    unbar(path)
    with translated(path), contextlib.ExitStack() as refused:
        connection = _connect(path, timed=timed)
        refused.enter_context(contextlib.closing(connection))
        version = _check_identity(connection, path)
        if warning := settle_journal(connection, path):
            told(warning)
        if version < SCHEMA_VERSION:
            from folio.db.file.migrations import bring_up

            told(bring_up(connection, path))
        refused.pop_all()  # it is a book: it stays open
    return connection


def lay_out(path: Path) -> sqlite3.Connection:
    """An empty book in the empty file at ``path``; returns it, open."""
    from folio.db.file.migrations import SCHEMA_FILE

    connection = _connect(path)
    try:
        settle_journal(connection, path)
        connection.executescript(
            f"BEGIN IMMEDIATE; {SCHEMA_FILE.read_text('utf-8')};"
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
            "COMMIT"
        )
    except BaseException:
        connection.close()
        raise
    return connection


def settle_journal(connection: sqlite3.Connection, path: Path) -> str | None:
    """Give a book the journal that is safe where it lies; a warning, where it is new there.

    The mode is kept in the file, so whoever carries a book into such a folder is warned once, by
    the first command that can change it.  Who reads or cannot write changes nothing.
    """
    place = unsafe_place(path)
    wanted = "wal" if place is None else "delete"
    if journal_mode(connection) == wanted:
        return None
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute(f"PRAGMA journal_mode = {wanted}")
    except sqlite3.OperationalError:  # others have it open, or it cannot be written
        return None
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
    return None if place is None else place_warning(path, place)


def journal_mode(connection: sqlite3.Connection) -> str:
    """How the book's transactions are kept: ``wal`` or ``delete``."""
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def file_of(connection: sqlite3.Connection) -> Path:
    """Where a book that is open lies; its name need not be UTF-8."""
    kept, connection.text_factory = connection.text_factory, bytes
    try:
        return Path(os.fsdecode(connection.execute("PRAGMA database_list").fetchone()[2]))
    finally:
        connection.text_factory = kept


def committed(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A second connection to the same book: it sees what is committed, and nothing under way.

    With a rollback journal the first keeps in memory what it writes: to put it into the file
    before the end it would wait for the one who reads, which may be this process.
    """
    if journal_mode(connection) != "wal":
        connection.execute("PRAGMA cache_spill = OFF")
    other = _connect(file_of(connection))
    other.execute("PRAGMA query_only = ON")
    return other


def _connect(path: Path, *, timed: bool = False, alone: bool = False) -> sqlite3.Connection:
    """A connection; ``alone`` where nobody else can have one meanwhile."""
    if timed:
        from folio.db.file.timing import TimedConnection

        kind: type[sqlite3.Connection] = TimedConnection
    else:
        kind = sqlite3.Connection
    still = lies_still(path)
    name = f"{path.absolute().as_uri()}?immutable=1" if still else path
    connection = sqlite3.connect(
        name, timeout=BUSY_SECONDS, isolation_level=None, factory=kind, uri=still
    )
    try:
        if alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _prepare(connection)
        be_interruptible(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        if alone or getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_IOERR_SHMSIZE:
            raise
        return _connect(path, timed=timed, alone=True)
    except BaseException:  # it is no database
        connection.close()
        raise
    return connection


def be_interruptible(db: sqlite3.Connection, on_the_way: Callable[[], int] = int) -> None:
    """Let an interrupt end what SQLite runs; ``on_the_way`` is called meanwhile, and returns 0."""

    def go_on() -> int:  # in Python: an interrupt is raised in it, and ends the query
        return on_the_way()

    db.set_progress_handler(go_on, _STEPS)


def lies_still(path: Path) -> bool:
    """Whether a book can only be read as it lies there, for SQLite cannot make a log's files.

    Raises:
        FolioError: where it is not whole without the log that is there.
    """
    if os.access(path.parent, os.W_OK):
        return False
    with contextlib.closing(sqlite3.connect(path)) as probe:
        try:
            probe.execute("PRAGMA schema_version")
            return False
        except sqlite3.DatabaseError as error:
            if error_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                return False  # which whoever opens it will be told
    log = path.with_name(f"{path.name}-wal")
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size:
            raise FolioError(
                f"{path} is in a folder that cannot be written to, and {log.name} holds what was "
                "recorded last; copy both to a folder of yours, and name that copy with --db"
            )
    return True


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA synchronous = EXTRA")
    # A report of 250 holdings reads 3 MB, some of it again; SQLite's own 2 MB would let that go.
    # An import of 100,000 rows takes as long with four times as much, and 26 MB less with this;
    # what SQLite sorts may take as much again.
    connection.execute("PRAGMA cache_size = -8192")


def _check_identity(connection: sqlite3.Connection, path: Path) -> int:
    identity = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if identity != APPLICATION_ID:
        raise FolioError(_ALIEN.format(path=path))
    if version < 1:
        raise FolioError(
            f"{path} says schema {version}, which no folio wrote: another program changed it; "
            "bring a backup back with: folio restore FILE --force"
        )
    if version > SCHEMA_VERSION:
        raise FolioError(
            f"{path} was written by a newer folio (schema {version}, this one knows "
            f"{SCHEMA_VERSION}); upgrade folio to open it"
        )
    return version


@contextlib.contextmanager
def in_order(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """As :func:`translated`, in a book that is open: where its schema is another, that is said."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error_code(error) == sqlite3.SQLITE_ERROR:
            from folio.db.file.migrations import differences

            for fault in differences(connection):
                raise FolioError(f"{path}: {fault}; see: folio doctor") from None
        raise


def error_code(error: Exception) -> int:
    """SQLite's code of an error without its details; 0 where it is Python's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences of folio; what only a fault of folio can cause goes through."""
    try:
        yield
    except sqlite3.Error as error:
        if error_code(error) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from None
        if known := _sentence(error, path):
            raise known from None
        raise


def _sentence(error: sqlite3.Error, path: Path) -> FolioError | None:
    code = error_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return BookBusy(
            f"{path} is locked by another program for more than {BUSY_SECONDS:.0f} seconds; "
            "try again when it has finished"
        )
    if code == sqlite3.SQLITE_CORRUPT or str(error) == "unsupported file format":
        return damaged(path, error)
    text = _ERRORS.get(code)
    if text is None and str(error).startswith("Could not decode to UTF-8"):
        text = "{path} holds a text that is no UTF-8; see: folio verify"
    return None if text is None else FolioError(text.format(path=path, error=error))


_ERRORS = {
    sqlite3.SQLITE_READONLY: (
        "{path}, its folder, or a -wal or -shm beside it is read-only; make them writable, or "
        "copy the book"
    ),
    sqlite3.SQLITE_PERM: "{path} cannot be opened; check its permissions",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened; check its permissions",
    sqlite3.SQLITE_FULL: "the disk that holds {path} is full; nothing was recorded",
    sqlite3.SQLITE_IOERR: (
        "{path} could not be read or written ({error}); nothing was recorded; "
        "check the disk, then: folio verify"
    ),
    sqlite3.SQLITE_NOMEM: "there is too little memory for {path}; nothing was recorded",
    sqlite3.SQLITE_TOOBIG: "a text is too long for {path}; nothing was recorded",
    sqlite3.SQLITE_NOLFS: "{path} is too large for its file system; nothing was recorded",
    sqlite3.SQLITE_NOTADB: _ALIEN,
}


def damaged(path: Path, why: object) -> FolioError:
    """What is said of a file whose pages are not as SQLite wrote them."""
    return FolioError(
        f"{path} is damaged ({why}); see: folio verify, and bring a backup back with: "
        "folio restore FILE"
    )


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One database transaction: all of it, or nothing; one that is stopped says so."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:  # on a full disk SQLite has rolled back by itself
            connection.execute("ROLLBACK")
            if isinstance(error, KeyboardInterrupt):
                raise KeyboardInterrupt("what was under way is undone") from None
        raise


def can_write(connection: sqlite3.Connection) -> bool:
    """Whether a book can be written to, and read beside that, where it lies.

    SQLite says so at the first write.
    """
    if connection.execute("PRAGMA locking_mode").fetchone() == ("exclusive",):
        return False
    try:
        with contextlib.suppress(OnlyTried), writing(connection):
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            raise OnlyTried
    except sqlite3.OperationalError as error:
        if error_code(error) != sqlite3.SQLITE_READONLY:
            raise
        return False
    return True


class OnlyTried(Exception):
    """Rolls back what was only tried."""


@contextlib.contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """One moment of the book, whatever others record meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextlib.contextmanager
def open_copy(path: Path, named: Path | None = None) -> Iterator[sqlite3.Connection]:
    """A copy of a book that nobody else has open, as it is: of any schema up to this one's.

    ``named`` is what the user calls it.  What is tried in it goes to a log where one is safe, not
    to memory; in the end it is one file again.

    Raises:
        FolioError: where it is no book, or a newer one, or damaged.
    """
    with translated(named or path), contextlib.closing(_connect(path)) as connection:
        _check_identity(connection, named or path)
        settle_journal(connection, path)
        yield connection
        connection.execute("PRAGMA journal_mode = DELETE")


@contextlib.contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Inside, nobody else reads or writes a book, and all of it is in its one file.

    Raises:
        BookBusy: where somebody has it open.
        sqlite3.DatabaseError: where it is no database that SQLite can open.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            known = _sentence(error, path)
            if isinstance(known, BookBusy):
                raise known from None
            raise
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
