"""Statements that were imported, and their rows as they stood in the file."""

import datetime as dt
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from folio.db.recording.stated_lines import IN_RUN, RUN_OF, RUN_WITH
from folio.db.values import upto
from folio.model.statements import RawRow

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


class Imported(NamedTuple):
    """An imported statement file."""

    id: int
    recorded_at: str
    commit_id: int
    file_name: str
    file_sha256: str
    profile: str
    account_id: int | None
    rows_read: int
    recorded: int
    already: int
    conflicts: int
    held: int
    skipped: int
    rejected: int


_IMPORTED = (
    "SELECT s.id, c.recorded_at, s.commit_id, s.file_name, s.file_sha256, s.profile, s.account_id, "
    "s.rows_read, s.recorded, s.already, s.conflicts, s.held, s.skipped, s.rejected "
    "FROM statements s LEFT JOIN commits c ON c.id = s.commit_id "
)


def get_statement(
    db: sqlite3.Connection, number: int, known_at: int | None = None
) -> Imported | None:
    """The import with this number."""
    query = _IMPORTED + "WHERE s.id = ? AND s.commit_id <= ?"
    row = db.execute(query, [number, upto(known_at)]).fetchone()
    return None if row is None else Imported(*row)


def statement_source(db: sqlite3.Connection, number: int) -> int | None:
    """The source of an import's rows; None where there is no such import."""
    row = db.execute("SELECT source_id FROM statements WHERE id = ?", [number]).fetchone()
    return None if row is None else int(row[0])


def statement_command(db: sqlite3.Connection, number: int) -> str:
    """The command that imported it, as typed; "" where there is no such import."""
    query = "SELECT c.command FROM statements s JOIN commits c ON c.id = s.commit_id WHERE s.id = ?"
    row = db.execute(query, [number]).fetchone()
    return "" if row is None else str(row[0])


def all_statements(db: sqlite3.Connection, known_at: int | None) -> list[Imported]:
    """Every import, oldest first."""
    query = _IMPORTED + "WHERE s.commit_id <= ? ORDER BY s.id"
    return [Imported(*row) for row in db.execute(query, [upto(known_at)])]


class StatementRow(NamedTuple):
    """A row of a statement, to be written."""

    line: int
    text: str
    status: str
    reason: str | None


def read_rows(db: sqlite3.Connection, statement_id: int) -> Iterator[StatementRow]:
    """A statement's rows, by line."""
    query = (
        "SELECT line, text, status, reason FROM statement_rows WHERE statement_id = ? ORDER BY line"
    )
    return (StatementRow(*row) for row in db.execute(query, [statement_id]))


def also_stated(db: sqlite3.Connection, statement_id: int) -> list[tuple[str, int]]:
    """Other files that state rows which this import recorded, with how many of them."""
    query = """
        SELECT s.file_name, count(*) FROM statements s
        JOIN statements own ON own.source_id = s.source_id AND own.id <> s.id
        JOIN statement_rows r ON r.statement_id = s.id AND r.status = 'already'
        WHERE own.id = :id AND r.text IN (
            SELECT text FROM statement_rows WHERE statement_id = :id AND status = 'recorded')
        GROUP BY s.id ORDER BY s.id
    """
    return [(str(name), int(rows)) for name, rows in db.execute(query, {"id": statement_id})]


def statement_transactions(db: sqlite3.Connection, statement_id: int) -> "array[int]":
    """The transactions that an import recorded, in its own commit or again after an undo.

    Those that were there already belong to the import that recorded them.
    """
    query = (
        f"SELECT DISTINCT t.id FROM provenance p CROSS JOIN transactions t ON {IN_RUN} "
        "JOIN statements s ON s.id = p.statement_id "
        "WHERE p.statement_id = ? AND t.commit_id >= s.commit_id ORDER BY t.id"
    )
    return array("q", (row[0] for row in db.execute(query, [statement_id])))


def undone_of(db: sqlite3.Connection, statement_id: int, known_at: int | None) -> int:
    """How many of these transactions are undone: few are, and only they are looked through."""
    query = (
        "SELECT count(DISTINCT t.id) FROM transactions r "
        "CROSS JOIN transactions t ON t.id = r.reverses "
        f"JOIN provenance p ON {RUN_OF} JOIN statements s ON s.id = p.statement_id "
        "WHERE r.reverses IS NOT NULL AND r.commit_id <= :known_at AND p.statement_id = :id "
        "AND t.commit_id >= s.commit_id"
    )
    return int(db.execute(query, {"id": statement_id, "known_at": upto(known_at)}).fetchone()[0])


def statement_balances(db: sqlite3.Connection, statement_id: int) -> list[tuple[int, dt.date]]:
    """The holdings and days of the balances that a statement printed and that are in force."""
    query = (
        "SELECT o.holding_id, o.day FROM observations o WHERE o.statement_id = ? AND NOT EXISTS "
        "(SELECT 1 FROM observations n WHERE n.holding_id = o.holding_id AND n.day = o.day "
        "AND n.source = o.source AND n.id > o.id) ORDER BY o.id"
    )
    rows = db.execute(query, [statement_id])
    return [(holding, dt.date.fromisoformat(day)) for holding, day in rows]


def recorded_lines(
    db: sqlite3.Connection, statement_id: int, known_at: int | None = None
) -> Iterator[tuple[int, list[int]]]:
    """The transactions that each line of a statement states, by line."""
    query = (
        f"SELECT p.line + t.id - p.transaction_id AS line, t.id FROM provenance p "
        f"CROSS JOIN transactions t ON {IN_RUN} "
        "WHERE p.statement_id = ? AND t.commit_id <= ? ORDER BY line, t.id"
    )
    rows = db.execute(query, [statement_id, upto(known_at)])
    for line, some in groupby(rows, key=itemgetter(0)):
        yield line, [transaction for _, transaction in some]


def pockets_kept(db: sqlite3.Connection, source_id: int) -> list[tuple[int, str]]:
    """The statements of a source that keep some, and of whose transactions not all are undone."""
    query = (
        "SELECT s.id, s.reading FROM statements s WHERE s.source_id = ? AND s.reading LIKE '[%' "
        "AND EXISTS (SELECT 1 FROM provenance p "
        f"CROSS JOIN transactions t ON {IN_RUN} WHERE p.statement_id = s.id "
        "AND NOT EXISTS (SELECT 1 FROM transactions u WHERE u.reverses = t.id)) ORDER BY s.id"
    )
    rows = db.execute(query, [source_id])
    return [(int(number), str(text)) for number, text in rows]


def account_profiles(db: sqlite3.Connection, account_id: int) -> list[tuple[str, str]]:
    """The profiles that files of an account were read by, each with its last file; newest first."""
    query = "SELECT profile, file_name FROM statements WHERE account_id = ? ORDER BY id DESC"
    found: dict[str, str] = {}
    for profile, name in db.execute(query, [account_id]):
        found.setdefault(str(profile), str(name))
    return list(found.items())


def known_file(db: sqlite3.Connection, sha256: str, profile: str | None) -> list[Imported]:
    """Imports of a file with this content, read by this profile; None: by any."""
    query = _IMPORTED + (
        "WHERE s.file_sha256 = :sha256 AND s.profile = ifnull(:profile, s.profile) ORDER BY s.id"
    )
    rows = db.execute(query, {"sha256": sha256, "profile": profile})
    return [Imported(*row) for row in rows]


def is_whole(db: sqlite3.Connection, imported: Imported) -> bool:
    """Whether everything that an import offered is in the book, and none of it undone."""
    if imported.conflicts or imported.held or imported.rejected:
        return False
    query = (
        "SELECT EXISTS (SELECT 1 FROM provenance p JOIN transactions r ON r.reverses IS NOT NULL "
        "AND r.reverses BETWEEN p.transaction_id AND p.transaction_id + p.lines - 1 "
        "WHERE p.statement_id = :statement) "
        "OR EXISTS (SELECT 1 FROM observations o JOIN observations n ON n.holding_id = "
        "o.holding_id AND n.day = o.day AND n.source = o.source AND n.id > o.id "
        "WHERE o.statement_id = :statement AND n.balance IS NULL)"
    )
    return not db.execute(query, {"statement": imported.id}).fetchone()[0]


class Asked(NamedTuple):
    """A row that the user is asked about, with the identity under which other files state it."""

    statement_id: int
    line: int
    account_id: int | None = None  # with the next two: its identity; None where it is unknown
    source_id: int | None = None
    external_id: str | None = None
    transaction_id: int | None = None  # that it recorded, or was compared with


def add_row_answer(commit: "Commit", row: Asked, answer: str | None) -> None:
    """Record what the user says of a row; None: it waits for an answer."""
    commit.add("row_answers", **row._asdict(), answer=answer)


class Unsettled(NamedTuple):
    """A row that was not recorded and that nobody has answered."""

    statement_id: int
    line: int
    status: str  # conflict, held, rejected or skipped (it is not understood)
    reason: str
    text: str
    account_id: int | None  # with the next two: its identity; None where it could not be read
    source_id: int | None
    external_id: str | None
    transaction_id: int | None  # that it was compared with

    @property
    def asked(self) -> Asked:
        identity = (self.account_id, self.source_id, self.external_id)
        return Asked(self.statement_id, self.line, *identity, self.transaction_id)


# The rows of statements that have some to be settled, and those that were asked about: CROSS JOIN
# keeps SQLite from looking through the rows of every statement for them.
_WAITING = f"""
    SELECT s.statement_id, s.line,
           CASE WHEN w.id IS NULL OR s.status <> 'rejected' THEN s.status
                WHEN x.source_id = w.source_id AND x.external_id = w.external_id THEN 'conflict'
                ELSE 'held' END,
           CASE WHEN w.id IS NULL OR s.status <> 'rejected' THEN ifnull(s.reason, '')
                ELSE 'compare it with transaction ' || x.id END,
           s.text, w.account_id, w.source_id, w.external_id, w.transaction_id
    FROM statements f CROSS JOIN statement_rows s ON s.statement_id = f.id
    LEFT JOIN row_answers w ON w.id = (
        SELECT max(id) FROM row_answers
        WHERE statement_id = s.statement_id AND line = s.line AND answer IS NULL
        AND commit_id <= :known_at)
    LEFT JOIN transactions x ON x.id = w.transaction_id
    WHERE f.commit_id <= :known_at AND f.conflicts + f.held + f.rejected > 0
    AND s.status IN ('conflict', 'held', 'rejected')
    AND NOT EXISTS (SELECT 1 FROM provenance p
                    JOIN transactions t ON t.id = p.transaction_id + s.line - p.line
                    WHERE {RUN_WITH.format("s")} AND t.commit_id <= :known_at)
    AND (SELECT a.answer FROM row_answers a
         WHERE a.statement_id = s.statement_id AND a.line = s.line AND a.commit_id <= :known_at
         ORDER BY a.id DESC LIMIT 1) IS NULL
    AND (SELECT a.answer FROM row_answers a
         WHERE a.source_id = w.source_id AND a.external_id = w.external_id
         AND ifnull(a.account_id, 0) = ifnull(w.account_id, 0) AND a.commit_id <= :known_at
         ORDER BY a.id DESC LIMIT 1) IS NULL
    AND NOT EXISTS (SELECT 1 FROM transactions t
                    WHERE ifnull(t.account_id, 0) = ifnull(w.account_id, 0)
                    AND t.source_id = w.source_id AND t.external_id = w.external_id
                    AND t.commit_id > w.commit_id AND t.commit_id <= :known_at
                    AND NOT EXISTS (SELECT 1 FROM transactions r
                                    WHERE r.reverses = t.id AND r.commit_id <= :known_at))
    UNION ALL
    SELECT s.statement_id, s.line, s.status, s.reason, s.text, f.account_id, NULL, NULL, NULL
    FROM row_answers w CROSS JOIN statements f ON f.id = w.statement_id
    CROSS JOIN statement_rows s ON s.statement_id = w.statement_id AND s.line = w.line
    WHERE w.answer IS NULL AND w.commit_id <= :known_at AND s.status = 'skipped'
    AND NOT EXISTS (SELECT 1 FROM row_answers n
                    WHERE n.statement_id = w.statement_id AND n.line = w.line AND n.id > w.id
                    AND n.commit_id <= :known_at)
    AND NOT EXISTS (SELECT 1 FROM provenance p
                    JOIN transactions t ON t.id = p.transaction_id + s.line - p.line
                    WHERE {RUN_WITH.format("s")} AND t.commit_id <= :known_at)
    ORDER BY 1, 2
"""


def unasked(db: sqlite3.Connection, profile: str, rows: Sequence[RawRow]) -> list[int]:
    """The lines of those rows, not understood, that no file of a profile had."""
    if not rows:
        return []
    query = """
        SELECT s.text FROM row_answers w JOIN statements f ON f.id = w.statement_id
        JOIN statement_rows s ON s.statement_id = w.statement_id AND s.line = w.line
        WHERE f.profile = ? AND s.status = 'skipped'
    """
    known = {row[0] for row in db.execute(query, [profile])}
    return [row.line for row in rows if row.text not in known]


def unsettled_rows(db: sqlite3.Connection, known_at: int | None = None) -> list[Unsettled]:
    """Conflicts, held and rejected rows, and those that are not understood, without an answer and
    without a transaction.

    A row that several statements state is listed once.
    """
    found: dict[object, Unsettled] = {}
    for row in map(Unsettled._make, db.execute(_WAITING, {"known_at": upto(known_at)})):
        identity: object = (row.account_id, row.source_id, row.external_id)
        found.setdefault(identity if row.external_id else row[:2], row)
    return list(found.values())


def answer_to(
    db: sqlite3.Connection, account_id: int | None, source_id: int, external_id: str
) -> str | None:
    """What the user said of a row with this identity, unless that was taken back."""
    query = (
        "SELECT answer FROM row_answers WHERE source_id = ? AND external_id = ? "
        "AND ifnull(account_id, 0) = ? ORDER BY id DESC LIMIT 1"
    )
    row = db.execute(query, [source_id, external_id, account_id or 0]).fetchone()
    return None if row is None else row[0]
