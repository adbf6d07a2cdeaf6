"""The schema file, and the way from each released schema to this one.

A fresh book is made from ``schema.sql``.  A book of an older release is brought up by the steps
below, all of them in one database transaction: it comes out as a fresh book's schema has it, with
every reference whole, or as it was before.  A backup is made first, beside it, and stays.

``PRAGMA user_version`` says which schema a book has; it changes with the last step, in the same
transaction.  A step gets a :class:`sqlite_utils.Database`: its ``transform`` drops a table's
triggers without a word, so what a step leaves behind is compared with the schema file.
"""

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from folio.db.file.files import keep, new_file
from folio.errors import FolioError

if TYPE_CHECKING:
    from sqlite_utils import Database

_BESIDE = Path(__file__).parents[2] / "schema.sql"  # in a wheel
SCHEMA_FILE = _BESIDE if _BESIDE.exists() else Path(__file__).parents[4] / "schema.sql"
BACKUPS = "backups"  # the folder beside a book

Step: TypeAlias = "Callable[[Database], None]"
# From which schema each step leads to the next one: {1: add_…, 2: …}.
STEPS: Mapping[int, Step] = {}


_OF_A_STEP = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH)


def schema_version(db: sqlite3.Connection) -> int:
    """The schema that a book has."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def bring_up(
    db: sqlite3.Connection,
    path: Path,
    *,
    steps: Mapping[int, Step] = STEPS,
    schema: str | None = None,
) -> str:
    """Bring a book of an older release up to this schema; says so, and where the backup is.

    Raises:
        FolioError: where a step or the backup fails; the book is as it was.
    """
    old = schema_version(db)
    kept = _backed_up(db, path, old)
    try:
        migrate(db, steps, schema)
    except (sqlite3.Error, ValueError) as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF not in _OF_A_STEP:
            raise  # busy, a full disk
        raise FolioError(
            f"{path} could not be brought up from schema {old} ({error}); it is as it was, with a "
            f"copy in {kept}; use the folio that wrote it, and report this"
        ) from None
    return f"brought {path} up from schema {old} to {schema_version(db)}; as it was: {kept}"


def _backed_up(db: sqlite3.Connection, path: Path, version: int) -> Path:
    """A copy of the book as it is, whole and on the disk.

    Raises:
        FolioError: where the copy is not whole.
    """
    stamp = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    for number in range(1, 1000):
        again = "" if number == 1 else f"-{number}"
        name = f"{path.stem}-{stamp:%Y%m%d-%H%M%S}Z-schema-{version}{again}.db"
        if not (path.parent / BACKUPS / name).exists():
            break
    kept = path.parent / BACKUPS / name
    with new_file(kept) as aside:
        copy_book(db, aside)
        with contextlib.closing(sqlite3.connect(aside)) as copy:
            if found := page_faults(copy):
                raise FolioError(
                    f"the copy is damaged ({found[0]}); nothing was kept; see: folio verify"
                )
    return kept


def copy_book(db: sqlite3.Connection, path: Path) -> None:
    """Copy one moment of a book into the empty file ``path``; to check it is for who keeps it.

    The whole is copied in one step: in several, each write of another program starts it anew.
    """
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file
    keep(path)


def migrate(db: sqlite3.Connection, steps: Mapping[int, Step], schema: str | None) -> None:
    """Take every step from the book's schema on, all or none.

    ``schema`` is what the last one leads to; the schema file's text, where it is None.

    Raises:
        ValueError: where what comes out is not the schema, or refers to what is not there.
    """
    from sqlite_utils import Database

    db.execute("PRAGMA foreign_keys = OFF")  # a table that is made anew is gone for a moment
    db.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(db)  # another process may have been first
        while version in steps:
            steps[version](Database(db))
            version += 1
            db.execute(f"PRAGMA user_version = {version}")
        _check(db, schema)
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.execute("PRAGMA foreign_keys = ON")


def _check(db: sqlite3.Connection, schema: str | None) -> None:
    for fault in differences(db, schema):
        raise ValueError(str(fault))
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        raise ValueError(f"{table} row {row} refers to a row of {parent} that is not there")


# Type, name, the table it belongs to, and its SQL.
Thing: TypeAlias = tuple[str, str, str, str]
_THINGS = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
)


def things(db: sqlite3.Connection) -> dict[tuple[str, str], Thing]:
    """Tables, indexes, views and triggers by type and name, in the order of their making."""
    return {(row[0], row[1]): row for row in db.execute(_THINGS)}


def wanted_things(schema: str | None = None) -> dict[tuple[str, str], Thing]:
    """The same of a fresh book."""
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(SCHEMA_FILE.read_text("utf-8") if schema is None else schema)
        return things(fresh)


class Difference(NamedTuple):
    """Something of the schema that is not as a fresh book has it."""

    kind: str  # table, index, view or trigger
    name: str
    table: str  # that it belongs to
    wanted: str | None  # its SQL in a fresh book; None: it is not folio's
    missing: bool

    def __str__(self) -> str:
        if self.wanted is None:
            return (
                f"the {self.kind} {self.name} on {self.table} is not folio's, and may change what "
                "is recorded"
            )
        guard = f": {self.table} is not guarded" if self.kind == "trigger" else ""
        state = "missing" if self.missing else "changed"
        return f"the {self.kind} {self.name} is {state}{guard}"


def differences(db: sqlite3.Connection, schema: str | None = None) -> Iterator[Difference]:
    """How a book's schema differs from a fresh one's, in the order in which that is made.

    Tables, views and indexes that somebody added are theirs, and do no harm; on a table of folio
    a trigger can, and an index that refuses rows: a unique one, or one of an expression.
    """
    there, wanted = things(db), wanted_things(schema)
    for key, (kind, name, table, sql) in wanted.items():
        if key not in there or _plain(there[key][3]) != _plain(sql):
            yield Difference(kind, name, table, sql, key not in there)
    own = {name for kind, name in wanted if kind in ("table", "view")}
    for key, (kind, name, table, sql) in there.items():
        if key not in wanted and table in own and (kind == "trigger" or _may_refuse(kind, sql)):
            yield Difference(kind, name, table, None, False)


def _may_refuse(kind: str, sql: str) -> bool:
    """Whether it is an index that not every row of its table can have."""
    if kind != "index":
        return False
    plain = sql.upper()
    return plain.split()[1] == "UNIQUE" or plain.count("(") > 1 or " WHERE " in plain


def _plain(sql: str) -> str:
    """A definition without what differs after a step: quotes around names, blanks, comments."""
    import re

    bare = re.sub(r"--[^\n]*", " ", sql)
    return re.sub(r'\s+|"', "", bare)


def page_faults(db: sqlite3.Connection) -> list[str]:
    """What its check finds, one line each, a hundred texts at most; empty where all is well."""
    found = [line for (text,) in db.execute("PRAGMA integrity_check") for line in text.splitlines()]
    return [line for line in found if line != "ok" and not line.startswith("*** in database")]
