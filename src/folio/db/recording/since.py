"""What was recorded since a commit, table by table.

Ids grow with commits, so the first row after a commit is looked for from the newest one back:
what it takes depends on what is new, not on the length of the ledger.
"""

import sqlite3
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from folio.db.values import upto

# The columns after id and commit_id, by table.
_COLUMNS = {
    "transactions": "kind, occurred_on, reverses",
    "observations": "holding_id, day, source, balance",
    "settings": "scope, scope_id, key, value, from_day",
    "transfer_links": "departure_id, arrival_id, answer",
    "gap_answers": "holding_id, from_day, to_day, answer",
    "asset_aliases": "asset_id, alias_of",
    "group_members": "group_id, account_id, holding_id, membership",
    "vault_targets": "(SELECT name FROM vaults v WHERE v.id = vault_id), amount, currency_id, "
    "target_day",
    "vault_shares": "(SELECT name FROM vaults v WHERE v.id = vault_id), holding_id, percent, "
    "from_day",
    "yield_rules": "holding_id, name, from_day, rate_per_year, frequency",
    "locks": "day, undoes",
}
TABLES = tuple(_COLUMNS)


def rows_since(
    db: sqlite3.Connection, table: str, after: int, until: int
) -> Iterator[tuple[Any, ...]]:
    """Rows (id, commit, …) of the commits in (after, until], oldest first."""
    query = (
        f"SELECT id, commit_id, {_COLUMNS[table]} FROM {table} WHERE id > ifnull("
        f"(SELECT id FROM {table} WHERE commit_id <= ? ORDER BY id DESC LIMIT 1), 0) ORDER BY id"
    )
    return takewhile(lambda row: row[1] <= until, db.execute(query, [after]))


def prices_since(db: sqlite3.Connection, after: int, until: int) -> Iterator[tuple[Any, ...]]:
    """Prices of the commits in (after, until]: commit, asset, quote, day, price, reason, source."""
    query = (
        "SELECT p.commit_id, p.asset_id, p.quote_id, p.day, p.price, p.reason, s.name "
        "FROM prices p JOIN sources s ON s.id = p.source_id "
        "WHERE p.commit_id > ? AND p.commit_id <= ? ORDER BY p.commit_id, p.day"
    )
    yield from db.execute(query, [after, until])


class Made(NamedTuple):
    """A commit: when, by whom, and the command that asked for it."""

    recorded_at: str
    user: str
    command: str


def commits_between(db: sqlite3.Connection, after: int, until: int) -> dict[int, Made]:
    """The commits in (after, until]."""
    query = "SELECT id, recorded_at, user, command FROM commits WHERE id > ? AND id <= ?"
    return {number: Made(*made) for number, *made in db.execute(query, [after, until])}


def last_commit(db: sqlite3.Connection) -> int:
    """The newest commit; 0 where there is none."""
    return int(db.execute("SELECT ifnull(max(id), 0) FROM commits").fetchone()[0])


def seen_after(db: sqlite3.Connection, holding: int, day: str, known_at: int | None) -> bool:
    """Whether anything was ever observed of a holding after a day."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM observations "
        "WHERE holding_id = ? AND day > ? AND commit_id <= ?)"
    )
    return bool(db.execute(query, [holding, day, upto(known_at)]).fetchone()[0])
