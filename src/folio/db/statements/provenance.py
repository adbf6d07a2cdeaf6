"""Where facts come from: the lines of statements, and the commits that recorded them."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from folio.db.recording.stated_lines import RUN_OF
from folio.db.values import upto

StatedLine = tuple[str, int, str]  # file, line, text


def lines_stating(
    db: sqlite3.Connection, transaction: int, known_at: int | None
) -> list[StatedLine]:
    """The lines of statements that state a transaction, as they stood in their files."""
    query = (
        "SELECT s.file_name, r.line, r.text FROM transactions t "
        f"JOIN provenance p ON {RUN_OF} JOIN statements s ON s.id = p.statement_id "
        "JOIN statement_rows r ON r.statement_id = p.statement_id "
        "AND r.line = p.line + t.id - p.transaction_id "
        "WHERE t.id = ? AND s.commit_id <= ? ORDER BY p.statement_id, r.line"
    )
    return list(db.execute(query, [transaction, upto(known_at)]))


class Seen(NamedTuple):
    """Where an observation was seen."""

    commit_id: int
    note: str | None
    file: str | None  # with the next two: the line of the statement that prints it
    line: int | None
    text: str | None


def where_observed(db: sqlite3.Connection, observation: int) -> Seen:
    """Who recorded an observation, and the line of the statement that prints it."""
    query = (
        "SELECT o.commit_id, o.note, s.file_name, o.line, r.text FROM observations o "
        "LEFT JOIN statements s ON s.id = o.statement_id "
        "LEFT JOIN statement_rows r ON r.statement_id = o.statement_id AND r.line = o.line "
        "WHERE o.id = ?"
    )
    return Seen(*db.execute(query, [observation]).fetchone())


class Quoted(NamedTuple):
    """The row of a price in force."""

    price: str  # as its source states it
    source: str
    commit_id: int
    reason: str | None
    restates: bool  # its source restates history after a split


def price_row(
    db: sqlite3.Connection,
    pairs: Iterable[tuple[int, int]],
    day: dt.date,
    granularity: int,
    known_at: int | None,
) -> Quoted | None:
    """The row of a price of a day: the newest of each source, then the one recorded last.

    ``pairs`` are the names of one pair, where assets were merged.
    """
    query = (
        "SELECT p.instant, p.source_id, p.price, s.name, p.commit_id, p.reason, s.split_adjusted "
        "FROM prices p JOIN sources s ON s.id = p.source_id WHERE p.asset_id = ? "
        "AND p.quote_id = ? AND p.day = ? AND p.granularity = ? AND p.commit_id <= ? "
        "ORDER BY p.commit_id"
    )
    standing = []
    for pair in pairs:
        values = [*pair, day.isoformat(), granularity, upto(known_at)]
        said = {row[:2]: row[2:] for row in db.execute(query, values)}
        standing += [(key[0], r[2], key[1], r) for key, r in said.items() if r[0] is not None]
    if not standing:
        return None
    price, source, commit, reason, restates = max(standing)[3]
    return Quoted(price, source, commit, reason, bool(restates))


def share_commit(
    db: sqlite3.Connection,
    vault: int,
    members: Sequence[int],
    day: dt.date,
    known_at: int | None,
) -> tuple[int, dt.date] | None:
    """The commit that said which share of a holding fills a vault, and from which day on.

    ``members`` are the holding and those that are read as it.
    """
    query = (
        "SELECT commit_id, from_day FROM vault_shares WHERE vault_id = ? AND from_day <= ? "
        f"AND commit_id <= ? AND holding_id IN ({', '.join('?' * len(members))}) "
        "ORDER BY from_day DESC, id DESC LIMIT 1"
    )
    row = db.execute(query, [vault, day.isoformat(), upto(known_at), *members]).fetchone()
    return None if row is None else (row[0], dt.date.fromisoformat(row[1]))


def target_commit(db: sqlite3.Connection, vault: int, known_at: int | None) -> int | None:
    """The commit that said a vault's target."""
    query = (
        "SELECT commit_id FROM vault_targets WHERE vault_id = ? AND commit_id <= ? "
        "ORDER BY id DESC LIMIT 1"
    )
    row = db.execute(query, [vault, upto(known_at)]).fetchone()
    return None if row is None else int(row[0])


def recorded_on(db: sqlite3.Connection, commit: int) -> dt.date:
    """The day (UTC) on which a commit was recorded."""
    row = db.execute("SELECT recorded_at FROM commits WHERE id = ?", [commit]).fetchone()
    return dt.date.fromisoformat(row[0][:10])
