"""Questions in SQL: whoever asks can read everything and write nothing.

Three guards, each enough by itself: the connection is ``query_only``; an authorizer refuses
whatever is no reading, such as PRAGMA, ATTACH and temporary tables; and only one statement is
run.  SQLite calls back every so many steps, which is when an interrupt or the time limit ends
a question that does not end by itself.

Decimals are text, and SQLite's own arithmetic on them would be binary.  The connection has
functions that are exact, named like those of SQLite's decimal extension:

>>> import sqlite3
>>> db = sqlite3.connect(":memory:")
>>> add_decimals(db)
>>> db.execute("SELECT decimal_sum(x) FROM (SELECT '0.1' AS x UNION ALL SELECT '0.2')").fetchone()
('0.3',)
>>> db.execute("SELECT decimal_mul('1.10', '3'), decimal_sub('0.3', '0.10')").fetchone()
('3.3', '0.2')
>>> db.execute("SELECT '9' < '10', '9' < '10' COLLATE decimal").fetchone()
(0, 1)
>>> db.close()
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from folio.db.file.connection import be_interruptible, lies_still
from folio.errors import FolioError, UsageError
from folio.model.numbers import EXACT, ZERO, to_text

Value = str | int | float | bytes | None
_STEPS = 20_000  # of SQLite's machine between two looks at the clock
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN = {"load_extension", "fts3_tokenizer", "writefile", "readfile", "edit"}
_SHOWING = {"table_info", "table_xinfo", "table_list", "index_list", "index_info"}
_TABLES_OF_JSON = ("json_each", "json_tree")
_COLUMN = re.compile(r'^\s*\(?\s*"?(\w+)"?,?\s+--\s+(.*)$')


class Answer(NamedTuple):
    """What a question in SQL found."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    rolled_up: bool  # whether it read the daily figures


class View(NamedTuple):
    """A view that is to be relied on, with its columns and what they mean."""

    name: str
    meaning: str
    columns: tuple[tuple[str, str], ...]


def ask(db: sqlite3.Connection, question: str, *, seconds: float | None = None) -> Answer:
    """The rows that one SELECT finds, in at most so many seconds.

    Raises:
        UsageError: where it is none, or there are several.
        FolioError: where it writes, is not understood, or takes longer than it may.
    """
    if not _without_comments(question).rstrip("; \n\t"):
        raise UsageError("there is no question; such as: folio sql 'SELECT * FROM v1_holdings'")
    add_decimals(db)
    read: set[str] = set()
    clock = _Clock(seconds)
    for name in _TABLES_OF_JSON:  # a virtual table is made at its first use
        db.execute(f"SELECT 1 FROM {name}('[]')")
    db.execute("PRAGMA query_only = ON")
    db.set_authorizer(_guard(read))
    db.set_progress_handler(clock.tick, _STEPS)
    try:
        cursor = db.execute(question)
        columns = tuple(column[0] for column in cursor.description)
        return Answer(columns, cursor.fetchall(), "daily_runs" in read)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise clock.explained(error) from None
    finally:
        be_interruptible(db)
        db.set_authorizer(None)


def _without_comments(question: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?(\*/|$)", " ", question, flags=re.DOTALL)


def _guard(read: set[str]) -> Callable[..., int]:
    """An authorizer that lets through what reads, and notes which tables are read."""

    def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and first:
            read.add(first)
        allowed = action in _READING
        if action == sqlite3.SQLITE_FUNCTION:
            allowed = (second or "").lower() not in _FORBIDDEN
        if action == sqlite3.SQLITE_PRAGMA:
            allowed = (first or "").lower() in _SHOWING  # whose argument is a table
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return authorize


class _Clock:
    """Ends what takes too long, and hands on the user's interrupt."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds
        self._late = self._interrupted = False

    def tick(self) -> int:
        """What SQLite calls; anything but 0 ends the question."""
        try:
            self._late = self._end is not None and time.monotonic() > self._end
        except KeyboardInterrupt:  # SQLite would take it for an error of its own
            self._interrupted = True
        return int(self._late or self._interrupted)

    def explained(self, error: Exception) -> BaseException:
        """The error as a sentence."""
        if self._interrupted or ("interrupted" in str(error) and not self._late):
            return KeyboardInterrupt()
        if self._late:
            return FolioError(
                f"the question took longer than {self.seconds:g} seconds; "
                "ask for less, or allow more with --seconds"
            )
        return _refused(str(error))


def _refused(text: str) -> FolioError:
    if "one statement at a time" in text:
        return UsageError("folio sql takes one SELECT at a time")
    if "authoriz" in text or "readonly" in text or "prohibited" in text:
        return FolioError("folio sql only reads; the book is changed by folio's other commands")
    if missing := re.fullmatch(r"no such table: (.*)", text):
        return FolioError(f"there is no table {missing[1]!r}; see: folio sql --views")
    if missing := re.fullmatch(r"no such column: (.*)", text):
        return FolioError(f"there is no column {missing[1]!r}; see: folio sql --views")
    if text.startswith("user-defined"):
        return FolioError("a decimal function met a value that is no number")
    if text == "incomplete input":
        return UsageError("the SELECT is not complete")
    return UsageError(f"the SELECT is not understood: {text}")


def views(db: sqlite3.Connection) -> Iterator[View]:
    """The views whose columns are kept, as the book itself explains them."""
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'view' AND name GLOB 'v[0-9]*_*' "
        "ORDER BY rowid"
    )
    for name, text in db.execute(query):
        head, *lines = text.partition(" AS\n")[0].splitlines()
        columns = [(found[1], found[2]) for line in lines if (found := _COLUMN.match(line))]
        yield View(name, head.partition(" -- ")[2], tuple(columns))


def tables_and_views(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """(table or view, name) of all there are."""
    query = "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid"
    return [(str(kind), str(name)) for kind, name in db.execute(query)]


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection, for any thread, on which SQLite itself refuses whatever would change the book.

    It is not opened as immutable, which would leave out what is in the write-ahead log yet, but
    for a book that lies still.
    """
    how = "immutable=1" if lies_still(path) else "mode=ro"
    uri = f"{path.resolve().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    add_decimals(connection)
    return connection


# -- decimals ----------------------------------------------------------------------------------


def add_decimals(db: sqlite3.Connection) -> None:
    """Give a connection exact functions over decimals, and an order by their size."""
    for name, work in {
        "decimal_add": EXACT.add,
        "decimal_sub": EXACT.subtract,
        "decimal_mul": EXACT.multiply,
    }.items():
        db.create_function(name, 2, _of_two(work), deterministic=True)
    db.create_aggregate("decimal_sum", 1, _Sum)  # type: ignore[arg-type]  # its answer may be None
    db.create_collation("decimal", _compared)


def _of_two(work: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Value, Value], str | None]:
    def function(one: Value, other: Value) -> str | None:
        if one is None or other is None:
            return None
        return to_text(work(_decimal(one), _decimal(other)))

    return function


class _Sum:
    """The sum of what is not NULL; NULL where there is nothing, as of SQLite's own."""

    def __init__(self) -> None:
        self.total = ZERO
        self.found = False

    def step(self, value: Value) -> None:
        if value is not None:
            self.total = EXACT.add(self.total, _decimal(value))
            self.found = True

    def finalize(self) -> str | None:
        return to_text(self.total) if self.found else None


def _decimal(value: Value) -> Decimal:
    """A number of SQLite's as a decimal; a float by its shortest text."""
    return Decimal(value.decode() if isinstance(value, bytes) else str(value))


def _compared(one: str, other: str) -> int:
    """-1, 0 or 1, by size; what is no number comes after all numbers, by its letters."""
    first, second = _rank(one), _rank(other)
    return (first > second) - (first < second)


def _rank(text: str) -> tuple[bool, Decimal, str]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return True, ZERO, text
    return (False, number, "") if number.is_finite() else (True, ZERO, text)
