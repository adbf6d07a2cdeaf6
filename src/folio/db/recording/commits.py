"""Recording facts, and the chain of commits that proves them.

A row's hash is the SHA-256 of ``[table, column, column, …]`` as compact JSON, its
columns in the schema's order without ``hash`` itself and without what may be updated in
place, bytes in hex.  A transaction's has three more entries, rows by key: its postings, its
corporate action (``[]`` where there is none) and the lots it names.  A commit's hash is the
SHA-256 of ``[id, recorded_at, command, user, hash before, {table: digest}]``, hashes in hex
and the first one before ``""``, where a table's digest is the SHA-256 of its rows' hashes in
the order of their keys.  That takes in whole hashes; the first 8 bytes of each are kept with
the row, by which one that was changed is found and named.

A row of ``provenance`` has no hash: its table's digest is the SHA-256 of ``[transaction,
statement, line, lines]`` after ``[…]``, and it belongs to the commit that recorded the later of
its transaction and its statement.  Rows of a statement are proved by the statement's
``rows_sha256``, over ``[line, text, status, reason]`` after ``[…]``.
"""

import contextlib
import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, TypeAlias

from folio.db.recording.stated_lines import RUN, StatedLines
from folio.db.values import instant_text
from folio.errors import FolioError
from folio.model.digests import sha256

if TYPE_CHECKING:
    from hashlib import _Hash

Value: TypeAlias = "str | int | None | list[Value]"

_COLUMNS = {
    "settings": "id commit_id scope scope_id key value from_day",
    "institutions": "id commit_id name type note",
    "accounts": "id commit_id institution_id name type currency_id note",
    "assets": "id commit_id symbol type market isin precision name note",
    "asset_aliases": "id commit_id asset_id alias_of",
    "holdings": "id commit_id account_id asset_id label note",
    "sources": "id commit_id name split_adjusted",
    "statements": "id commit_id file_name file_sha256 file_bytes source_id profile account_id "
    "rows_read recorded already conflicts held skipped rejected rows_sha256 reading",
    "transfer_links": "id commit_id departure_id arrival_id answer",
    "observations": "id commit_id holding_id day source balance statement_id line note",
    "gap_answers": "id commit_id holding_id from_day to_day answer transaction_id",
    "price_retries": "id commit_id asset_id source_id until_day reason",
    "yield_rules": "id commit_id holding_id name from_day rate_per_year rate_type frequency "
    "pay_day pay_month day_count",
    "vaults": "id commit_id name note",
    "vault_targets": "id commit_id vault_id amount currency_id target_day",
    "vault_shares": "id commit_id vault_id holding_id percent from_day",
    "groups": "id commit_id name note",
    "group_members": "id commit_id group_id account_id holding_id membership",
    "row_answers": "id commit_id statement_id line account_id source_id external_id "
    "transaction_id answer",
    "event_rows": "id commit_id account_id source_id external_id event_id",
    "locks": "id commit_id day undoes",
    "lock_entries": "id commit_id lock_id from_day",
}
# Columns that may be updated in place are left out of the hash.
UPDATABLE = {
    "institutions": {"name", "note"},
    "accounts": {"name", "note"},
    "assets": {"name", "note"},
    "holdings": {"note"},
    "vaults": {"name", "note"},
    "groups": {"name", "note"},
}
COLUMNS = {table: tuple(names.split()) for table, names in _COLUMNS.items()}
HASHED = {
    table: tuple(c for c in names if c not in UPDATABLE.get(table, ()))
    for table, names in COLUMNS.items()
}
_INSERT = {
    table: f"INSERT INTO {table} ({', '.join(names)}, hash) "
    f"VALUES ({', '.join('?' * len(names))}, ?)"
    for table, names in COLUMNS.items()
}
# The columns of a posting that has no others, as most of money: to write the others as NULL would
# take as long again.
BARE = (
    "postings (holding_id, occurred_on, transaction_id, line, kind, occurred_at, "
    "related_asset_id, role, quantity)"
)
KEPT = 8  # bytes of a row's hash, with the row
MANY = 4000  # rows that are written at a time
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
json_text = json.encoder.encode_basestring  # a text as JSON


def row_hash(table: str, values: Sequence[Value]) -> bytes:
    """The SHA-256 of a row, as this module's docstring defines it."""
    return sha256(as_json([table, *values]).encode()).digest()


def rows_sha256(rows: Iterable[tuple[int, str, str, str | None]]) -> str:
    """What a statement keeps of its rows: (line, text, status, reason) by line."""
    running = sha256()
    for row in rows:
        running.update(rows_digested([row]))
    return running.hexdigest()


def rows_digested(rows: Iterable[tuple[int, str, str, str | None]]) -> bytes:
    """What a statement's digest takes in of its rows."""
    texts = [
        f'[{line},{json_text(text)},"{status}",{"null" if why is None else json_text(why)}]'
        for line, text, status, why in rows
    ]
    return "".join(texts).encode()


def links_digested(runs: Iterable[tuple[int, int, int, int]]) -> bytes:
    """What a commit's digest takes in of rows of ``provenance``."""
    return "".join([f"[{t},{s},{n},{count}]" for t, s, n, count in runs]).encode()


def commit_hash(
    number: int,
    recorded_at: str,
    command: str,
    user: str,
    before: bytes,
    digests: dict[str, str],
) -> bytes:
    """A commit's hash over itself, the hash before it and its tables' digests."""
    in_order = {table: digests[table] for table in sorted(digests)}
    head = [number, recorded_at, command, user, before.hex(), in_order]
    return sha256(as_json(head).encode()).digest()


class Commit:
    """The facts of one database transaction, from its first row to its hash.

    Used inside :func:`folio.db.file.connection.writing`.  A commit that records nothing
    leaves no row.
    """

    as_json, json_text = staticmethod(as_json), staticmethod(json_text)

    def __init__(
        self, db: sqlite3.Connection, *, command: str, user: str, now: dt.datetime
    ) -> None:
        last = db.execute(
            "SELECT id, recorded_at, hash FROM commits ORDER BY id DESC LIMIT 1"
        ).fetchone()
        self.db = db
        self.id = 1
        self._before = b""
        self._command = command
        self._user = user
        if last is not None:
            self.id = last[0] + 1
            self._before = last[2]
            after = dt.datetime.fromisoformat(last[1]) + dt.timedelta(microseconds=1)
            now = max(now, after)
        self.recorded_at = instant_text(now)
        self._digests: dict[str, _Hash] = {}
        self._next_ids: dict[str, int] = {}
        self._links: list[tuple[int, StatedLines]] = []  # by statement
        # Rows to be written, by table.
        self._transactions: list[Sequence[object]] = []
        self._postings: list[Sequence[object]] = []
        self._bare: list[Sequence[object]] = []
        self._waiting = {
            "transactions": self._transactions,
            "postings": self._postings,
            BARE: self._bare,
        }
        self._gathers = False

    @property
    def empty(self) -> bool:
        return not (self._digests or self._links)

    @property
    def has_events_alone(self) -> bool:
        """Whether transactions are all that was recorded: every name means what it meant before."""
        return self._digests.keys() <= {"transactions", "postings"}

    def next_id(self, table: str) -> int:
        """The next free id of a table with a sequence of its own."""
        number = self._next_ids.get(table)
        if number is None:
            row = self.db.execute(f"SELECT ifnull(max(id), 0) + 1 FROM {table}").fetchone()
            number = int(row[0])
        self._next_ids[table] = number + 1
        return number

    def prove(self, table: str, values: Sequence[Value]) -> bytes:
        """Take a row into the commit's digest; returns what is kept of its hash.

        A table's rows come in the order of their keys.
        """
        hashed = row_hash(table, values)
        self.digest(table, hashed)
        return hashed[:KEPT]

    def prove_text(self, table: str, text: str) -> bytes:
        """As :meth:`prove`, of a row's JSON that begins with its table."""
        hashed = sha256(text.encode()).digest()
        running = self._digests.get(table)
        if running is None:
            self.digest(table, hashed)
        else:
            running.update(hashed)
        return hashed[:KEPT]

    def digest(self, table: str, hashes: bytes) -> None:
        """Take the hashes of rows into the commit's own, in the order of their keys."""
        running = self._digests.get(table)
        if running is None:
            if not self._digests:
                self._open()
            running = self._digests[table] = sha256()
        running.update(hashes)

    def _open(self) -> None:
        """Write the commit's own row, to which its facts refer; its hash is known at the end.

        Were it written last, SQLite would look through every table for what refers to each
        row that is recorded before it.
        """
        self.db.execute(
            "INSERT INTO commits (id, recorded_at, command, user, hash) "
            "VALUES (?, ?, ?, ?, zeroblob(32))",
            (self.id, self.recorded_at, self._command, self._user),
        )

    @contextlib.contextmanager
    def gathering(self) -> Iterator[None]:
        """Write rows many at a time: inside, they are read only after :meth:`flush`."""
        self._gathers = True
        try:
            yield
            self.flush()
        finally:
            self._gathers = False

    def insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Write rows that were digested; those to which others refer come first."""
        waiting = self._waiting.setdefault(table, [])
        waiting += rows
        if not self._gathers or len(waiting) >= MANY:
            self.flush()

    def insert_event(
        self,
        transaction: Sequence[object],
        postings: Iterable[Sequence[object]],
        bare: Iterable[Sequence[object]],
    ) -> None:
        """As :meth:`insert`, of a transaction and its postings, those of BARE apart."""
        self._transactions.append(transaction)
        self._postings += postings
        self._bare += bare
        if not self._gathers or len(self._transactions) >= MANY:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        for table, rows in self._waiting.items():
            if rows:
                places = ", ".join("?" * len(rows[0]))
                self.db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
                rows.clear()

    def add(self, table: str, **values: Value) -> int:
        """Record one row of a table that numbers its rows; returns its id."""
        number = self.next_id(table)
        row: dict[str, Value] = {"id": number, "commit_id": self.id, **values}
        if table in ("institutions", "accounts", "assets", "holdings", "vaults", "groups"):
            row.setdefault("note", "")
        kept = self.prove(table, list(map(row.get, HASHED[table])))
        try:
            self.db.execute(_INSERT[table], [*map(row.get, COLUMNS[table]), kept])
        except sqlite3.IntegrityError as error:
            if "UNIQUE" not in str(error):
                raise
            named = row.get("name") or row.get("symbol") or "that"
            raise FolioError(
                f"one of the {table} was recorded as {named!r}, whatever it is called now; "
                "choose another name"
            ) from None
        return number

    def link(self, links: Iterable[tuple[int, int, int]]) -> None:
        """Record which lines state which transactions: (transaction, statement, line)."""
        for transaction, statement, line in links:
            if not self._links or self._links[-1][0] != statement:
                self._links.append((statement, StatedLines()))
            self._links[-1][1].add(transaction, line)

    def link_lines(self, statement: int, stated: StatedLines) -> None:
        """Record which lines of a statement state which transactions."""
        if stated:
            self._links.append((statement, stated))

    def _runs(self) -> Iterator[tuple[int, int, int, int]]:
        """The links as rows of ``provenance``."""
        return (
            (first + done, statement, line + done, min(count - done, RUN))
            for statement, stated in self._links
            for first, line, count in stated.runs()
            for done in range(0, count, RUN)
        )

    def _ascend(self) -> bool:
        """Whether each link comes after the one before it, and none twice."""
        return all(
            (one + count - 1, statement, line + count - 1) < after[:3]
            for (one, statement, line, count), after in pairwise(self._runs())
        )

    def write_links(self) -> None:
        """Write which lines state which transactions: once, when all of them are recorded."""
        self.flush()
        if not self._ascend():
            links = {(one, s, line) for s, stated in self._links for one, line in stated}
            self._links = []
            self.link(sorted(links))
        runs = self._runs()
        while rows := list(islice(runs, MANY)):
            self.digest("provenance", links_digested(rows))
            self.db.executemany("INSERT INTO provenance VALUES (?, ?, ?, ?)", rows)
        self._links = []

    def close(self) -> None:
        """Complete the commit's own row.  Nothing may be recorded after."""
        if self.empty:
            return
        self.write_links()
        digests = {table: running.hexdigest() for table, running in self._digests.items()}
        hashed = commit_hash(
            self.id, self.recorded_at, self._command, self._user, self._before, digests
        )
        self.db.execute("UPDATE commits SET hash = ? WHERE id = ?", (hashed, self.id))


def commit_at(db: sqlite3.Connection, instant: dt.datetime) -> int:
    """The last commit recorded by ``instant`` (aware, inclusive); 0 where there was none."""
    row = db.execute(
        "SELECT ifnull(max(id), 0) FROM commits WHERE recorded_at <= ?", [instant_text(instant)]
    ).fetchone()
    return int(row[0])
