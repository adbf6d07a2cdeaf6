"""Proving the facts: every row against its hash, every commit against its chain.

The hashes are those of :mod:`folio.db.recording.commits`; what does not fit is named, the first
row of each fault.
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from folio.db.derived import rollup
from folio.db.derived.positions import TABLES
from folio.db.file.migrations import SCHEMA_FILE, differences, page_faults
from folio.db.recording.commits import (
    HASHED,
    KEPT,
    UPDATABLE,
    Value,
    commit_hash,
    links_digested,
    row_hash,
    rows_sha256,
)
from folio.db.recording.stated_lines import IN_RUN
from folio.db.values import PLACE

_ORDERED = {
    "prices": (
        "SELECT commit_id, hash, asset_id, quote_id, day, granularity, instant, commit_id, "
        "source_id, price, open, high, low, volume, reason, undoes FROM prices "
        "ORDER BY commit_id, asset_id, quote_id, day, granularity, instant, source_id"
    ),
}


def chain_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Sentences that name rows which were changed, removed, added or reordered."""
    digests: dict[int, dict[str, str]] = {}
    for table, rows in _tables(db):
        for commit, group in groupby(rows, key=lambda row: row[0]):
            running = hashlib.sha256()
            for _, key, stored, computed in group:
                if stored != computed[:KEPT]:
                    yield f"{table} {key} was changed after it was recorded"
                running.update(computed)
            digests.setdefault(commit, {})[table] = running.hexdigest()
    yield from _statement_rows(db)
    yield from _commits(db, digests)
    for table, names in UPDATABLE.items():  # no hash is over them: they are texts, or this fails
        for _ in db.execute(f"SELECT {', '.join(sorted(names))} FROM {table}"):
            pass


def _statement_rows(db: sqlite3.Connection) -> Iterator[str]:
    stated = dict(db.execute("SELECT id, rows_sha256 FROM statements"))
    query = (
        "SELECT line, text, status, reason FROM statement_rows WHERE statement_id = ? ORDER BY 1"
    )
    for number, sha256 in stated.items():
        if rows_sha256(db.execute(query, [number])) != sha256:
            yield (
                f"statement {number} does not fit its statement_rows: one of them was changed, "
                "removed or added after it was recorded"
            )
    for (number,) in db.execute("SELECT DISTINCT statement_id FROM statement_rows"):
        if number not in stated:
            yield f"statement_rows of statement {number} are there, but the statement is not"


# Commit, key, what is kept of the hash, and what the commit's digest takes in.
_Row = tuple[int, str, bytes, bytes]


def _tables(db: sqlite3.Connection) -> Iterator[tuple[str, Iterator[_Row]]]:
    for table in HASHED:
        yield table, _numbered(db, table)
    for table, query in _ORDERED.items():
        yield table, _ordered(db, table, query)
    yield "transactions", _transactions(db)
    yield "provenance", _provenance(db)


def _numbered(db: sqlite3.Connection, table: str) -> Iterator[_Row]:
    columns = ", ".join(HASHED[table])
    for hashed, number, commit, *rest in db.execute(
        f"SELECT hash, {columns} FROM {table} ORDER BY commit_id, id"
    ):
        yield commit, f"row {number}", hashed, row_hash(table, [number, commit, *rest])


def _ordered(db: sqlite3.Connection, table: str, query: str) -> Iterator[_Row]:
    for commit, hashed, *values in db.execute(query):
        key = ":".join(map(str, values[:3]))
        yield commit, f"row {key}", hashed, row_hash(table, values)


def _transactions(db: sqlite3.Connection) -> Iterator[_Row]:
    query = (
        "SELECT id, commit_id, kind, occurred_on, occurred_at, account_id, source_id, "
        "external_id, revision, lower(hex(content)), related_asset_id, reverses, note, hash "
        "FROM transactions ORDER BY id"  # and so by commit: else one of them does not fit
    )
    postings_of = _beside(db, "postings", "line")
    action_of = _beside(db, "corporate_actions", "1")
    lots_of = _beside(db, "lot_choices", "holding_id, lot_id")
    for *head, hashed in db.execute(query):
        number = head[0]
        action = action_of(number)
        values = [*head, postings_of(number), action[0] if action else [], lots_of(number)]
        yield head[1], str(number), hashed, row_hash("transactions", values)


def _beside(db: sqlite3.Connection, table: str, order: str) -> Callable[[int], list[Value]]:
    """What a table has of each transaction; they are asked for in their order."""
    rows = db.execute(f"SELECT transaction_id, * FROM {table} ORDER BY transaction_id, {order}")
    groups = groupby(rows, key=itemgetter(0))
    waiting = next(groups, None)

    def of(number: int) -> list[Value]:
        nonlocal waiting
        while waiting is not None and waiting[0] < number:  # of a transaction that is gone
            waiting = next(groups, None)
        if waiting is None or waiting[0] > number:
            return []
        found: list[Value] = [list(row[1:]) for row in waiting[1]]
        waiting = next(groups, None)
        return found

    return of


def _provenance(db: sqlite3.Connection) -> Iterator[_Row]:
    query = (
        "SELECT max(t.commit_id, s.commit_id), p.transaction_id, p.statement_id, p.line, p.lines "
        "FROM provenance p JOIN transactions t ON t.id = p.transaction_id "
        "JOIN statements s ON s.id = p.statement_id ORDER BY 1, 2, 3, 4"
    )
    for commit, *run in db.execute(query):
        computed = links_digested([(run[0], run[1], run[2], run[3])])
        yield commit, ":".join(map(str, run[:3])), computed[:KEPT], computed


def _commits(db: sqlite3.Connection, digests: dict[int, dict[str, str]]) -> Iterator[str]:
    before, expected, last = b"", 1, ""
    for number, recorded_at, command, user, stored in db.execute(
        "SELECT id, recorded_at, command, user, hash FROM commits ORDER BY id"
    ):
        if number != expected:
            yield f"commit {expected} was removed: {number} follows {expected - 1}"
        if recorded_at <= last:
            yield f"commit {number} is not later than the one before it"
        found = digests.pop(number, {})
        computed = commit_hash(number, recorded_at, command, user, before, found)
        if computed != stored:
            yield (
                f"commit {number} ({command}) does not fit: it, a row of it or a commit before "
                "it was changed, removed or added"
            )
        before, expected, last = stored, number + 1, recorded_at
    for number in sorted(digests):
        yield f"rows of commit {number} are there, but the commit is not"


def head(db: sqlite3.Connection) -> str:
    """The last commit's number and hash, to be kept elsewhere: ``12-3fa9…``."""
    row = db.execute("SELECT id, hash FROM commits ORDER BY id DESC LIMIT 1").fetchone()
    return "0-" if row is None else f"{row[0]}-{row[1].hex()}"


def hash_of(db: sqlite3.Connection, number: int) -> str | None:
    """A commit's hash in hexadecimal, or None where there is no such commit."""
    row = db.execute("SELECT hash FROM commits WHERE id = ?", [number]).fetchone()
    return None if row is None else row[0].hex()


def schema_faults(db: sqlite3.Connection) -> Iterator[str]:
    """What is not as the schema file has it: tables, indexes, views, guards, and the kinds."""
    yield from map(str, differences(db))
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(SCHEMA_FILE.read_text("utf-8"))
        query = "SELECT kind, meaning FROM kinds ORDER BY kind"
        if list(db.execute(query)) != list(fresh.execute(query)):
            yield "kinds was changed after the book was made"


def structure_faults(db: sqlite3.Connection, pages: Sequence[str] | None = None) -> Iterator[str]:
    """What SQLite itself finds wrong, broken references, and postings unlike their transaction.

    ``pages`` is what is wrong in its pages, where that was looked at already.
    """
    yield from schema_faults(db)
    for text in page_faults(db) if pages is None else pages:
        yield f"the file is damaged: {text}"
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"{table} row {row} refers to a row of {parent} that is not there"
    yield from _broken_runs(db)
    for (number,) in db.execute(
        "SELECT DISTINCT p.transaction_id FROM postings p "
        "JOIN transactions t ON t.id = p.transaction_id "
        "WHERE (p.occurred_on, p.kind, p.occurred_at, p.related_asset_id, p.first_id) IS NOT "
        f"(t.occurred_on, t.kind, t.occurred_at, t.related_asset_id, nullif({PLACE}, t.id))"
    ):
        yield f"a posting of transaction {number} has another day than it, or is of another kind"


def _broken_runs(db: sqlite3.Connection) -> Iterator[str]:
    """Runs of lines that go beyond what is there, of which a reference shows the first alone."""
    query = (
        "SELECT p.transaction_id, p.statement_id, p.line FROM provenance p WHERE p.lines <> "
        f"(SELECT count(*) FROM transactions t WHERE {IN_RUN}) OR p.lines <> "
        "(SELECT count(*) FROM statement_rows r WHERE r.statement_id = p.statement_id "
        "AND r.line BETWEEN p.line AND p.line + p.lines - 1)"
    )
    for transaction, statement, line in db.execute(query):
        yield (
            f"the run of provenance from line {line} of statement {statement}, transaction "
            f"{transaction}, goes on beyond what is there"
        )


DERIVED = (*TABLES, *rollup.TABLES)


def columns_of(db: sqlite3.Connection, table: str) -> list[tuple[str, bool]]:
    """A table's columns in their order, those apart that SQLite makes of others, and whether each
    is of its key."""
    return [(row[1], bool(row[5])) for row in db.execute(f"PRAGMA table_info({table})")]


def derived_rows(db: sqlite3.Connection, table: str) -> Generator[tuple[object, ...], None, None]:
    """A derived table's rows in the order of their keys."""
    columns = columns_of(db, table)
    names, keys = [name for name, _ in columns], [name for name, of_key in columns if of_key]
    yield from db.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {', '.join(keys)}")
