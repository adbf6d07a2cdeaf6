"""Transfers of two legs: which departure and which arrivals are one.

The newest row of a key (a pair, or one leg alone) counts.  A link goes with its legs: it is
out of force while one of them is reversed, and holds for what is recorded in its place (an
undone undo, an amendment).  The links of one departure hold together: while one of its
arrivals is reversed none of them is in force, for what is lost on the way can only be judged
by all that arrived.
"""

import sqlite3
from array import array
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from folio.db.values import array_of, upto
from folio.model.ledger import EVER
from folio.model.named import NamedTuple

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit

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

    departure_id: int | None  # the revision that is in force, else the one that was named
    arrival_id: int | None
    answer: str | None  # None: taken back
    id: int
    commit_id: int
    gone: bool  # one of its legs is reversed
    departure: int | None  # its first revision: what all of them have in common

    def is_former_of(self, legs: Container[int | None]) -> bool:
        """Whether one of these legs has an answer here that was not taken back."""
        return self.answer is not None and (self.departure_id in legs or self.arrival_id in legs)


def add_link(
    commit: "Commit", departure_id: int | None, arrival_id: int | None, answer: str | None
) -> int:
    """Record an answer for a pair, or for one leg alone; None takes it back."""
    return commit.add(
        "transfer_links", departure_id=departure_id, arrival_id=arrival_id, answer=answer
    )


# Of the revisions of a link's leg, as n; what never was reversed, and is a first one, is the only.
_REVISIONS = """
    (SELECT CASE WHEN o.revision = 1
        AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = o.id) THEN o.id
        ELSE (SELECT {column} FROM transactions n
              WHERE ifnull(n.account_id, 0) = ifnull(o.account_id, 0)
              AND n.source_id = o.source_id AND n.external_id = o.external_id
              AND n.commit_id <= :known_at AND n.kind <> 'reversal' {condition}) END
     FROM transactions o WHERE o.id = l.{leg})
"""
_NOT_REVERSED = """
    AND NOT EXISTS (SELECT 1 FROM transactions r
                    WHERE r.reverses = n.id AND r.commit_id <= :known_at)
"""
_FIRST = {"column": "min(n.id)", "condition": ""}
_NOW = {"column": "n.id", "condition": _NOT_REVERSED}


# Of nearly every leg there is one revision alone, and nothing is to be looked up.
_LEG = """
    CASE WHEN {leg}.revision = 1 AND {leg}_undone.id IS NULL THEN {leg}.id ELSE {others} END
"""
_DEPARTURE, _ARRIVAL = (
    [
        _LEG.format(leg=leg, others=_REVISIONS.format(leg=f"{leg}_id", **revision))
        for revision in (_FIRST, _NOW)
    ]
    for leg in ("departure", "arrival")
)
_SAID = f"""
    SELECT {_DEPARTURE[0]}, {_ARRIVAL[0]}, {_DEPARTURE[1]}, {_ARRIVAL[1]},
           l.departure_id, l.arrival_id, l.answer, l.id, l.commit_id
    FROM transfer_links l
    LEFT JOIN transactions departure ON departure.id = l.departure_id
    LEFT JOIN transactions departure_undone ON departure_undone.reverses = l.departure_id
    LEFT JOIN transactions arrival ON arrival.id = l.arrival_id
    LEFT JOIN transactions arrival_undone ON arrival_undone.reverses = l.arrival_id
    WHERE l.commit_id <= :known_at AND {{about}} ORDER BY l.id
"""


def read_links(db: sqlite3.Connection, known_at: int | None) -> list[Link]:
    """The answers in force: the newest of each pair or leg, unless it was taken back."""
    return in_force(_read(db, "1", known_at))


def links_of(db: sqlite3.Connection, leg: int, known_at: int | None = None) -> list[Link]:
    """The answers in force for a leg, with the other arrivals of its departure."""
    return in_force(said_of(db, [leg], known_at))


def has_links(db: sqlite3.Connection, day: str) -> bool:
    """Whether anything that happened on a day is the leg of a link."""
    found = db.execute("SELECT id FROM transactions WHERE occurred_on = ?", [day]).fetchall()
    return bool(in_force(said_of(db, [number for (number,) in found])))


def any_links(db: sqlite3.Connection) -> bool:
    """Whether anything was ever said of a transfer."""
    return db.execute("SELECT 1 FROM transfer_links LIMIT 1").fetchone() is not None


def newest_facts(db: sqlite3.Connection) -> tuple[int | None, int | None]:
    """The last row of what is said of transfers, and the last transaction."""
    query = "SELECT (SELECT max(id) FROM transfer_links), (SELECT max(id) FROM transactions)"
    link, transaction = db.execute(query).fetchone()
    return link, transaction


# Whether a link names a leg.
_NAMED = """
    (EXISTS (SELECT 1 FROM transfer_links l WHERE l.departure_id = {leg})
     OR EXISTS (SELECT 1 FROM transfer_links l WHERE l.arrival_id = {leg}))
"""


# Else no transaction has a later revision, and none is looked up.
_ANY_REVERSED = "EXISTS (SELECT 1 FROM transactions WHERE reverses IS NOT NULL)"
_A_LEG = "p.kind IN ('transfer_in', 'transfer_out', 'deposit', 'withdraw')"  # of what is linked
# Whether a link names a former revision of what a posting is of.
_FORMERLY_NAMED = f"""
    p.first_id IS NOT NULL AND EXISTS
    (SELECT 1 FROM transactions t JOIN transactions o
     ON ifnull(o.account_id, 0) = ifnull(t.account_id, 0) AND o.source_id = t.source_id
     AND o.external_id = t.external_id AND o.revision < t.revision
     WHERE t.id = p.transaction_id AND {_NAMED.format(leg="o.id")})
"""
# The later revisions of all that links name.
_RECORDED_AGAIN = f"""
    SELECT n.id FROM transfer_links l JOIN transactions o ON o.id IN (l.departure_id, l.arrival_id)
    JOIN transactions n ON ifnull(n.account_id, 0) = ifnull(o.account_id, 0)
    AND n.source_id = o.source_id AND n.external_id = o.external_id AND n.revision > o.revision
    WHERE {_ANY_REVERSED} AND EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = o.id)
"""


def linked_in(
    db: sqlite3.Connection, holding_ids: Iterable[int], since: str = "", until: str = EVER
) -> set[int]:
    """The transactions of these holdings on some days, both inclusive, that links name: as they
    are, or as they were before they were reversed and recorded again.

    The holdings' own postings are looked through, not the links.
    """
    query = (
        "SELECT p.transaction_id FROM postings p WHERE p.holding_id = ? "
        "AND p.occurred_on BETWEEN ? AND ? "
        f"AND (({_A_LEG} AND {_NAMED.format(leg='p.transaction_id')}) OR ({_FORMERLY_NAMED}))"
    )
    return {row[0] for holding in holding_ids for row in db.execute(query, [holding, since, until])}


def linked_by_holding(db: sqlite3.Connection) -> dict[int, Sequence[int]]:
    """The same of all days, of every holding: the links are looked through."""
    query = (
        "SELECT p.holding_id, p.transaction_id FROM (SELECT departure_id AS leg "
        f"FROM transfer_links UNION SELECT arrival_id FROM transfer_links UNION {_RECORDED_AGAIN}) "
        "CROSS JOIN postings p ON p.transaction_id = leg"
    )
    found: dict[int, array[int]] = {}  # a quarter of what lists would take
    for holding, leg in db.execute(query):
        found.setdefault(holding, array("q")).append(leg)
    return dict(found)


def said_of(db: sqlite3.Connection, legs: Iterable[int], known_at: int | None = None) -> list[Said]:
    """The newest row of each key of these legs and of the other arrivals of their departures."""
    if not any_links(db):
        return []
    own = _revisions(db, legs)
    left = f"SELECT departure_id FROM transfer_links WHERE arrival_id IN {_listed('own')}"
    departures = {row[0] for row in db.execute(left, {"own": array_of(own)})} - {None}
    listed = {"own": own, "left": [*own, *_revisions(db, departures)]}
    about = f"(l.departure_id IN {_listed('left')} OR l.arrival_id IN {_listed('own')})"
    return _read(db, about, known_at, **{name: array_of(ids) for name, ids in listed.items()})


def taken_apart(
    db: sqlite3.Connection, legs: Iterable[int], known_at: int | None
) -> dict[int, set[int]]:
    """The legs that were one transfer with each of these until somebody said otherwise."""
    wanted = list(legs)
    apart: dict[int, set[int]] = {leg: set() for leg in wanted}
    for said in said_of(db, wanted, known_at):
        departure, arrival = said[:2]
        if said.answer is None and departure is not None and arrival is not None:
            for leg, other in ((departure, arrival), (arrival, departure)):
                if leg in apart and leg != other:
                    apart[leg].add(other)
    return apart


def _listed(name: str) -> str:
    """The numbers of a value that :func:`array_of` made."""
    return f"(SELECT value FROM json_each(:{name}))"


def _revisions(db: sqlite3.Connection, numbers: Iterable[int]) -> list[int]:
    """All the revisions of these transactions, themselves among them.

    A first one has others only where it was reversed.
    """
    query = (
        "SELECT t.id FROM transactions o JOIN transactions t "
        "ON ifnull(t.account_id, 0) = ifnull(o.account_id, 0) AND t.source_id = o.source_id "
        f"AND t.external_id = o.external_id WHERE o.id IN {_listed('numbers')} "
        "AND (o.revision > 1 OR EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = o.id))"
    )
    own = list(numbers)
    return [*{*own, *(row[0] for row in db.execute(query, {"numbers": array_of(own)}))}]


def _read(db: sqlite3.Connection, about: str, known_at: int | None, **values: str) -> list[Said]:
    newest: dict[tuple[int | None, int | None], Said] = {}
    for row in db.execute(_SAID.format(about=about), {"known_at": upto(known_at), **values}):
        first, came_first, left, came, departure, arrival, *said = row
        gone = (departure is not None and left is None) or (arrival is not None and came is None)
        ends = (left or departure, came or arrival)
        newest[(first, came_first)] = Said._make((*ends, *said, gone, first))
    return list(newest.values())


def in_force(said: list[Said]) -> list[Link]:
    """The answers among what is said that hold."""
    broken = {one.departure for one in said if one.answer is not None and one.gone}
    return [
        Link(one.departure_id, one.arrival_id, one.answer, one.id, one.commit_id)
        for one in said
        if one.answer is not None
        and not one.gone
        and (one.departure is None or one.departure not in broken)
    ]
