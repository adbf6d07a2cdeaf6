"""Verifying a book: its structure, its chain of commits, and what is derived from it."""

import re
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from folio.db.derived.rollup import TABLES, read_dirty, rollup_until
from folio.db.file.connection import (
    OnlyTried,
    can_write,
    committed,
    damaged,
    error_code,
    open_copy,
    reading,
    writing,
)
from folio.db.file.migrations import copy_book
from folio.db.keeping.proof import (
    DERIVED,
    chain_faults,
    columns_of,
    derived_rows,
    hash_of,
    structure_faults,
)
from folio.db.queries.select import open_to_read
from folio.errors import FolioError, UsageError
from folio.operations.deriving.roll_up import rebuild_within
from folio.operations.watching import Watch, unwatched

# What says nothing of the book.
_OF_THE_MACHINE = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
)  # fmt: skip
_HEAD = re.compile(r"(\d{1,18})-([0-9a-f]*)", re.ASCII)


def faults(
    db: sqlite3.Connection, expect: str | None = None, watch: Watch = unwatched
) -> Generator[str, None, None]:
    """What does not fit, in sentences; ``expect`` is a head that was kept elsewhere.

    ``watch`` is told how far it is.

    Nothing is changed: what is derived is computed again in a transaction that is rolled back, or,
    where the book cannot be written to, in a copy.

    Raises:
        UsageError: where ``expect`` is no head.
    """
    sound = True
    for fault in fact_faults(db, expect, watch):
        sound = False
        yield fault
    yield from _derived_faults(db, watch, sound=sound)


def first_fault(db: sqlite3.Connection, watch: Watch = unwatched) -> str | None:
    """The first of them, None where all fits."""
    with closing(faults(db, watch=watch)) as found:
        return next(found, None)


def damage(book: Path) -> FolioError | None:
    """Why a book cannot be read as it should; None where all of it fits, or none is there.

    What was read from a damaged one may be anything, and lead to any error.
    """
    if not book.is_file():
        return None
    try:
        with closing(open_to_read(book)) as db:
            found = next(fact_faults(db), None)
    except sqlite3.DatabaseError as error:
        found = str(error)
    return None if found is None else damaged(book, found.removeprefix("the file is damaged: "))


def fact_faults(
    db: sqlite3.Connection,
    expect: str | None = None,
    watch: Watch = unwatched,
    *,
    pages: Sequence[str] | None = None,
) -> Iterator[str]:
    """What does not fit in the file, its schema and its facts, of one moment.

    ``pages`` is what is wrong in the file's pages, where that was looked at already.
    """
    with reading(db):
        try:
            watch("checking the file", 0, 0)
            yield from structure_faults(db, pages)
            watch("checking every fact", 0, 0)
            yield from chain_faults(db)
        except (sqlite3.DatabaseError, TypeError, ValueError) as error:
            if error_code(error) in _OF_THE_MACHINE:
                raise
            yield f"the file is damaged, or a value in it is of no kind that folio writes: {error}"
            return
        if expect is not None:
            yield from _missing_head(db, *parse_head(expect))


def parse_head(text: str) -> tuple[int, str]:
    """The number of a commit and its hash, as ``folio verify --head`` prints them.

    Raises:
        UsageError: for anything else.
    """
    match = _HEAD.fullmatch(text.strip().lower())
    if match is None or len(match[2]) != (64 if int(match[1]) else 0):
        raise UsageError(f"{text!r} is no head as folio verify --head prints it: 12-3fa9…")
    return int(match[1]), match[2]


def _missing_head(db: sqlite3.Connection, number: int, hashed: str) -> Iterator[str]:
    row = hash_of(db, number) if number else ""
    if row is None:
        yield f"commit {number} is not there: the book is shorter than when its head was kept"
    elif row != hashed:
        yield f"commit {number} has another hash than the head that was kept"


def derived_faults(db: sqlite3.Connection, watch: Watch = unwatched) -> Iterator[str]:
    """Derived rows that are not what the facts give; days known to be out of date apart.

    What is stored is read beside what was computed, row by row: a big book's rows would fill
    the memory.
    """
    if not can_write(db):
        with TemporaryDirectory() as folder:
            copy_book(db, copy := Path(folder) / "copy.db")
            with open_copy(copy) as other:
                yield from derived_faults(other, watch)
        return
    found: list[str] = []
    with suppress(OnlyTried), closing(committed(db)) as stored, writing(db):
        stale = bool(read_dirty(db)) or rollup_until(db) is None
        rebuild_within(db, watch)
        for done, table in enumerate(DERIVED):
            watch("comparing what is stored", done, len(DERIVED))
            if stale and table in TABLES:
                continue
            with (
                closing(derived_rows(stored, table)) as old,
                closing(derived_rows(db, table)) as new,
            ):
                pairs = zip_longest(old, new)
                differing = next(((was, now) for was, now in pairs if was != now), None)
            if differing is not None:
                found.append(_in_words(table, columns_of(db, table), *differing))
        raise OnlyTried
    yield from found


_Row = tuple[object, ...]


def _in_words(
    table: str, columns: list[tuple[str, bool]], was: _Row | None, now: _Row | None
) -> str:
    """How the first row that differs does; None where one side has ended.

    >>> print(_in_words("lots", [("id", True), ("cost", False)], (1, "5"), (1, "7")))
    lots, id 1: cost is 5, and the facts give 7
    """
    names = [name for name, _ in columns]

    def key(row: _Row) -> str:
        there = zip(columns, row, strict=True)
        return ", ".join(f"{name} {value}" for (name, of_key), value in there if of_key)

    if was is None and now is not None:
        return f"{table}, {key(now)}: the facts give this row, and it is missing"
    if was is None or now is None:
        return f"{table}, {key(was or ())}: the facts give no such row"
    if key(was) != key(now):
        return f"{table}: the facts give a row of {key(now)}, and one of {key(was)} is there"
    differ = [
        f"{name} is {old}, and the facts give {new}"
        for name, old, new in zip(names, was, now, strict=True)
        if old != new
    ]
    return f"{table}, {key(now)}: {'; '.join(differ)}"


def _derived_faults(db: sqlite3.Connection, watch: Watch, *, sound: bool) -> Iterator[str]:
    try:
        yield from derived_faults(db, watch)
    except Exception as error:
        if sound or error_code(error) in _OF_THE_MACHINE:
            raise
        yield f"what is derived cannot be checked beside that ({type(error).__name__}: {error})"
