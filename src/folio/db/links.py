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


# The revision of a transaction that is in force, as a link's leg; NULL where it was reversed.
_NEWEST = """
    (SELECT n.id FROM transactions o JOIN transactions n
        ON ifnull(n.account_id, 0) = ifnull(o.account_id, 0) AND n.source_id = o.source_id
        AND n.external_id = o.external_id AND n.commit_id <= :known_at AND n.kind <> 'reversal'
     WHERE o.id = l.{leg} AND NOT EXISTS (
         SELECT 1 FROM transactions r WHERE r.reverses = n.id AND r.commit_id <= :known_at))
"""
_LINKS = f"""
    SELECT l.departure_id, l.arrival_id, {_NEWEST.format(leg="departure_id")},
           {_NEWEST.format(leg="arrival_id")}, l.answer, l.id, l.commit_id
    FROM transfer_links l WHERE l.commit_id <= :known_at ORDER BY l.id
"""


def read_links(db: sqlite3.Connection, known_at: int | None = None) -> list[Link]:
    """The answers in force: the newest of each pair or leg, unless it was taken back.

    A link goes with its legs: it is left out while one of them is reversed, and holds for what
    is recorded in its place (an undone undo, an amendment).
    """
    newest: dict[tuple[int | None, int | None], Link] = {}
    for departure, arrival, left, came, *said in db.execute(_LINKS, {"known_at": upto(known_at)}):
        gone = (departure is not None and left is None) or (arrival is not None and came is None)
        if not gone:
            newest[(left, came)] = Link(left, came, *said)
    return [link for link in newest.values() if link.answer is not None]
