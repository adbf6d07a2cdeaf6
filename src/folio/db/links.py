"""Transfers of two legs: which departure and which arrivals are one.

The newest row of a key (a pair, or one leg alone) counts.  The links of one departure hold
together: where one of its legs was reversed, none of them is in force, for what arrives
elsewhere can only be judged by all that left.
"""

import sqlite3
from collections.abc import Iterable
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

    @property
    def legs(self) -> list[int]:
        """The transactions that it is about."""
        return [leg for leg in (self.departure_id, self.arrival_id) if leg is not None]

    @property
    def pairs(self) -> bool:
        """Whether it makes one transfer of two legs."""
        return self.departure_id is not None and self.arrival_id is not None


class Said(NamedTuple):
    """The newest row of a key, in force or not."""

    departure_id: int | None
    arrival_id: int | None
    answer: str | None  # None: taken back
    id: int
    commit_id: int
    reversed: bool  # one of its legs is


def add_link(
    commit: Commit, departure_id: int | None, arrival_id: int | None, answer: str | None
) -> int:
    """Record an answer for a pair, or for one leg alone; None takes it back."""
    return commit.add(
        "transfer_links", departure_id=departure_id, arrival_id=arrival_id, answer=answer
    )


_SAID = """
    SELECT l.departure_id, l.arrival_id, l.answer, l.id, l.commit_id,
           EXISTS (SELECT 1 FROM transactions r WHERE r.commit_id <= :known_at
                   AND r.reverses IN (l.departure_id, l.arrival_id))
    FROM transfer_links l WHERE l.commit_id <= :known_at {condition} ORDER BY l.id
"""
# Those of a leg, and of every other arrival of its departures.
_ABOUT = """
    AND (l.arrival_id = :leg OR l.departure_id = :leg OR l.departure_id IN
         (SELECT o.departure_id FROM transfer_links o WHERE o.arrival_id = :leg))
"""


def read_links(db: sqlite3.Connection, known_at: int | None = None) -> list[Link]:
    """The answers in force: the newest of each pair or leg, unless it was taken back.

    A link of a transaction that was reversed is left out.
    """
    rows = db.execute(_SAID.format(condition=""), {"known_at": upto(known_at)})
    return _in_force(_newest(rows))


def links_of(db: sqlite3.Connection, leg: int, known_at: int | None = None) -> list[Link]:
    """The answers in force for a leg, with the other arrivals of its departure."""
    return _in_force(said_of(db, leg, known_at))


def said_of(db: sqlite3.Connection, leg: int, known_at: int | None = None) -> list[Said]:
    """The newest row of each key of a leg and of the other arrivals of its departures."""
    values = {"known_at": upto(known_at), "leg": leg}
    return _newest(db.execute(_SAID.format(condition=_ABOUT), values))


def taken_apart(db: sqlite3.Connection, leg: int) -> set[int]:
    """The legs that were one transfer with this one until somebody said otherwise."""
    return {
        other
        for said in said_of(db, leg)
        if said.answer is None and leg in (said.departure_id, said.arrival_id)
        for other in (said.departure_id, said.arrival_id)
        if other not in (leg, None)
    }


def _newest(rows: Iterable[tuple]) -> list[Said]:  # type: ignore[type-arg]
    said: dict[tuple[int | None, int | None], Said] = {}
    for row in rows:
        said[row[:2]] = Said._make((*row[:5], bool(row[5])))
    return list(said.values())


def _in_force(said: list[Said]) -> list[Link]:
    broken = {s.departure_id for s in said if s.answer is not None and s.reversed}
    return [
        Link(s.departure_id, s.arrival_id, s.answer, s.id, s.commit_id)
        for s in said
        if s.answer is not None
        and not s.reversed
        and (s.departure_id is None or s.departure_id not in broken)
    ]
