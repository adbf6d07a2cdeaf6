"""Which days are locked, and what was let into them."""

from folio.book import Book
from folio.db.arrangements.locks import all_locks, read_entries
from folio.db.recording.since import commits_between
from folio.db.values import upto
from folio.model.table import Cell, Column, Table
from folio.reports.query import Query

COLUMNS = (
    Column("id", "Lock", "number"),
    Column("through", "Through", "day"),
    Column("recorded_at", "Locked (UTC)", "instant", optional=1),
    Column("user", "By", optional=2),
    Column("entries", "Let in", "count"),
    Column("undone_at", "Taken back (UTC)", "instant", optional=3),
)
ENTRY_COLUMNS = (
    Column("lock", "Lock", "number"),
    Column("commit", "Commit", "number"),
    Column("from", "Changed from", "day"),
    Column("recorded_at", "Recorded (UTC)", "instant"),
    Column("user", "By", optional=1),
    Column("command", "Command"),
)


def locks(book: Book, query: Query) -> Table:
    """Every lock in the order of recording, and below them what was recorded into them."""
    made = commits_between(book.db, 0, upto(book.known_at))
    entries = read_entries(book.db, book.known_at)
    rows: list[dict[str, Cell]] = [
        {
            "id": lock.id,
            "through": lock.day,
            "recorded_at": made[lock.commit_id].recorded_at,
            "user": made[lock.commit_id].user,
            "entries": sum(entry.lock_id == lock.id for entry in entries) or None,
            "undone_at": None if gone is None else made[gone].recorded_at,
        }
        for lock, gone in all_locks(book.db, book.known_at)
    ]
    let_in: list[dict[str, Cell]] = [
        {
            "lock": entry.lock_id,
            "commit": entry.commit_id,
            "from": entry.from_day,
            "recorded_at": made[entry.commit_id].recorded_at,
            "user": made[entry.commit_id].user,
            "command": made[entry.commit_id].command,
        }
        for entry in entries
    ]
    below = Table("lock-entries", "Let in with --into-lock", ENTRY_COLUMNS, let_in)
    return Table(
        "locks",
        "Locks",
        COLUMNS,
        rows,
        **query.told(),
        children=(below,) if let_in else (),
        empty="nothing is locked; lock a year with: folio lock YEAR",
    )
