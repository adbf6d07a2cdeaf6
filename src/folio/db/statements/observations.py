"""Observed balances: what a source says a holding held at the end of a day."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from folio.db.values import optional_text, upto
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit

# At equal days the first of these counts.
SOURCES = ("statement-close", "sync", "user-entered", "screenshot", "manual-correction")


class Observation(NamedTuple):
    """The balance that counts for a day."""

    day: dt.date
    balance: Decimal
    source: str
    id: int


def add_observation(
    commit: "Commit",
    holding_id: int,
    day: dt.date,
    source: str,
    balance: Decimal | None,
    *,
    line: tuple[int, int] | None = None,
    note: str | None = None,
) -> int:
    """Record a balance at the end of ``day``; None takes back what the source said."""
    statement, number = line or (None, None)
    return commit.add(
        "observations",
        holding_id=holding_id,
        day=day.isoformat(),
        source=source,
        balance=optional_text(balance),
        statement_id=statement,
        line=number,
        note=note,
    )


def balance_said(
    db: sqlite3.Connection, holding_id: int, day: dt.date, source: str
) -> Decimal | None:
    """What this source said before for this holding and day; None when nothing."""
    query = (
        "SELECT balance FROM observations WHERE holding_id = ? AND day = ? AND source = ? "
        "ORDER BY id DESC LIMIT 1"
    )
    row = db.execute(query, [holding_id, day.isoformat(), source]).fetchone()
    return None if row is None or row[0] is None else Decimal(row[0])


def closes_of(db: sqlite3.Connection, holding_id: int) -> dict[dt.date, Decimal]:
    """The balances at the ends of days that statements say of a holding."""
    query = (
        "SELECT day, balance FROM observations WHERE holding_id = ? "
        "AND source = 'statement-close' ORDER BY id"
    )
    said = dict(db.execute(query, [holding_id]))
    return {dt.date.fromisoformat(day): Decimal(n) for day, n in said.items() if n is not None}


def closes_moved_since(db: sqlite3.Connection, holding_id: int, first: int) -> list[dt.date]:
    """The days of which statements say a holding's balance and that have transactions from
    ``first`` (inclusive) on, the newest day first."""
    query = (
        "SELECT DISTINCT o.day FROM observations o JOIN postings p "
        "ON p.holding_id = o.holding_id AND p.occurred_on = o.day "
        "WHERE o.holding_id = ? AND o.source = 'statement-close' AND p.transaction_id >= ? "
        "ORDER BY o.day DESC"
    )
    return [dt.date.fromisoformat(day) for (day,) in db.execute(query, [holding_id, first])]


def moved_on(db: sqlite3.Connection, holding_id: int, day: dt.date) -> list[tuple[int, Decimal]]:
    """The transactions of a holding's day, and by how many units; reversals among them."""
    query = "SELECT transaction_id, quantity FROM postings WHERE holding_id = ? AND occurred_on = ?"
    return [(number, Decimal(n)) for number, n in db.execute(query, [holding_id, day.isoformat()])]


def moved_after(db: sqlite3.Connection, holding_id: int, day: dt.date, until: dt.date) -> Decimal:
    """By how much a holding changed after ``day``, through ``until``."""
    query = (
        "SELECT quantity FROM postings "
        "WHERE holding_id = ? AND occurred_on > ? AND occurred_on <= ?"
    )
    values = [holding_id, day.isoformat(), until.isoformat()]
    return sum((Decimal(n) for (n,) in db.execute(query, values)), ZERO)


def balance_below(
    db: sqlite3.Connection, holding_id: int, day: dt.date, source: str, statement_id: int
) -> tuple[Decimal, tuple[int, int] | None] | None:
    """What this source had said before a statement did, and in which line of which other one."""
    query = (
        "SELECT balance, statement_id, line FROM observations WHERE holding_id = :holding "
        "AND day = :day AND source = :source AND id < (SELECT min(id) FROM observations "
        "WHERE holding_id = :holding AND day = :day AND source = :source "
        "AND statement_id = :statement) ORDER BY id DESC LIMIT 1"
    )
    values = {"holding": holding_id, "day": day.isoformat(), "source": source}
    row = db.execute(query, {**values, "statement": statement_id}).fetchone()
    if row is None or row[0] is None:
        return None
    return Decimal(row[0]), None if row[1] is None else (row[1], row[2])


def observed_on(db: sqlite3.Connection, number: int) -> tuple[int, dt.date] | None:
    """The holding and the day of an observation, whether or not it is in force."""
    query = "SELECT holding_id, day FROM observations WHERE id = ?"
    row = db.execute(query, [number]).fetchone()
    return None if row is None else (row[0], dt.date.fromisoformat(row[1]))


def read_observations(
    db: sqlite3.Connection, holding_ids: Iterable[int], known_at: int | None
) -> list[Observation]:
    """A holding's observations in force, by all its ids, one a day, by day."""
    said: dict[tuple[int, str, str], tuple[str | None, int]] = {}
    query = (
        "SELECT day, source, balance, id FROM observations WHERE holding_id = ? "
        "AND commit_id <= ? ORDER BY id"
    )
    for holding in holding_ids:
        for day, source, balance, number in db.execute(query, [holding, upto(known_at)]):
            said[(holding, day, source)] = (balance, number)
    best: dict[str, tuple[int, str, str, int]] = {}
    for (_, day, source), (balance, number) in said.items():
        if balance is not None:
            rank = (SOURCES.index(source), balance, source, number)
            best[day] = min(best.get(day, rank), rank)
    return [
        Observation(dt.date.fromisoformat(day), Decimal(best[day][1]), *best[day][2:])
        for day in sorted(best)
    ]


def ever_negative(db: sqlite3.Connection) -> set[int]:
    """The holdings of which somebody ever said that they were below zero."""
    query = "SELECT DISTINCT holding_id FROM observations WHERE balance LIKE '-%'"
    return {row[0] for row in db.execute(query)}
