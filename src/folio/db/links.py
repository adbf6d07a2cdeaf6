"""Transfers of two legs: which departure and which arrivals are one."""

import sqlite3
from typing import NamedTuple

from folio.db.commits import Commit
from folio.db.values import upto

ANSWERS = ("paired", "internal", "left-control", "untracked")


class Link(NamedTuple):
    """What is said of one leg, or of a pair."""

    departure_id: int | None  # None: of an arrival alone
    arrival_id: int | None  # None: of a departure alone
    answer: str  # one of ANSWERS
    id: int
    commit_id: int


def add_link(
    commit: Commit, departure_id: int | None, arrival_id: int | None, answer: str | None
) -> int:
    """Record an answer for a pair, or for one leg alone; None takes it back."""
    return commit.add(
        "transfer_links", departure_id=departure_id, arrival_id=arrival_id, answer=answer
    )


def read_links(db: sqlite3.Connection, known_at: int | None = None) -> list[Link]:
    """The answers in force: the newest of each pair or leg, unless it was taken back.

    A link of a transaction that was reversed is left out, until it is recorded again.
    """
    query = """
        SELECT l.departure_id, l.arrival_id, l.answer, l.id, l.commit_id FROM transfer_links l
        WHERE l.commit_id <= :known_at AND NOT EXISTS (
            SELECT 1 FROM transactions r WHERE r.commit_id <= :known_at
            AND r.reverses IN (l.departure_id, l.arrival_id))
        ORDER BY l.id
    """
    newest: dict[tuple[int | None, int | None], Link] = {}
    for row in db.execute(query, {"known_at": upto(known_at)}):
        newest[row[:2]] = Link(*row)
    return [link for link in newest.values() if link.answer is not None]
