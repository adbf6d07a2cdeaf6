"""Gaps between observations and the ledger, and what the user said of them."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from folio.db.values import optional_day, upto
from folio.model.gaps import Gap
from folio.model.named import NamedTuple
from folio.model.numbers import to_text

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


def replace_gaps(db: sqlite3.Connection, holding_id: int, gaps: Sequence[Gap]) -> None:
    """Replace what is stored of a holding's gaps."""
    db.execute("DELETE FROM gaps WHERE holding_id = ?", [holding_id])
    db.executemany(
        "INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                holding_id,
                gap.until.isoformat(),
                None if gap.since is None else gap.since.isoformat(),
                to_text(gap.expected),
                to_text(gap.observed),
                gap.observation_id,
            )
            for gap in gaps
        ],
    )


def read_gaps(
    db: sqlite3.Connection, holding_ids: Iterable[int] | None = None
) -> dict[int, list[Gap]]:
    """The gaps with a drift, answered or not, by holding and day."""
    query = "SELECT holding_id, from_day, to_day, expected, observed, observation_id FROM gaps"
    if holding_ids is not None:
        query += f" WHERE holding_id IN ({', '.join(str(int(h)) for h in holding_ids)})"
    gaps: dict[int, list[Gap]] = {}
    for holding, since, until, expected, observed, number in db.execute(
        f"{query} ORDER BY holding_id, to_day"
    ):
        end = dt.date.fromisoformat(until)
        gap = Gap(optional_day(since), end, Decimal(expected), Decimal(observed), number)
        gaps.setdefault(holding, []).append(gap)
    return gaps


class Answer(NamedTuple):
    """What the user said of the days (since, until] of a holding."""

    holding_id: int
    since: dt.date | None  # exclusive; None: before all evidence
    until: dt.date  # inclusive
    answer: str  # one of folio.model.gaps.ANSWERS
    transaction_id: int | None  # that it recorded, in its revision in force
    stated_id: int | None  # that it recorded, in the revision that the answer names

    def is_of(self, gap: Gap) -> bool:
        """Whether it was given to these days; others around them are another question."""
        return (self.since, self.until) == (gap.since, gap.until)


def add_answer(
    commit: "Commit",
    holding_id: int,
    days: tuple[dt.date | None, dt.date],
    answer: str | None,
    transaction_id: int | None = None,
) -> int:
    """Record an answer for the days (since, until]; None takes it back."""
    since, until = days
    return commit.add(
        "gap_answers",
        holding_id=holding_id,
        from_day=None if since is None else since.isoformat(),
        to_day=until.isoformat(),
        answer=answer,
        transaction_id=transaction_id,
    )


# The newest row of a key; and of its transaction the revision that nothing reverses.
_ANSWERS = """
    SELECT a.holding_id, a.from_day, a.to_day, a.answer, a.transaction_id,
           (SELECT n.id FROM transactions o JOIN transactions n
            ON ifnull(n.account_id, 0) = ifnull(o.account_id, 0) AND n.source_id = o.source_id
            AND n.external_id = o.external_id
            WHERE o.id = a.transaction_id AND n.kind <> 'reversal' AND n.commit_id <= :known_at
            AND NOT EXISTS (SELECT 1 FROM transactions r
                            WHERE r.reverses = n.id AND r.commit_id <= :known_at))
    FROM gap_answers a WHERE a.commit_id <= :known_at AND a.id = (
        SELECT max(b.id) FROM gap_answers b
        WHERE b.commit_id <= :known_at AND b.holding_id = a.holding_id
        AND b.from_day IS a.from_day AND b.to_day = a.to_day
        AND b.transaction_id IS a.transaction_id)
    AND a.answer IS NOT NULL ORDER BY a.id
"""


def read_answers(db: sqlite3.Connection, known_at: int | None = None) -> list[Answer]:
    """The answers in force, oldest first.

    One whose transaction was undone is not; recorded again, it is.
    """
    answers = []
    for holding, since, until, answer, stated, current in db.execute(
        _ANSWERS, {"known_at": upto(known_at)}
    ):
        if stated is None or current is not None:
            end = dt.date.fromisoformat(until)
            answers.append(Answer(holding, optional_day(since), end, answer, current, stated))
    return answers


def open_legs(
    db: sqlite3.Connection,
    holding_ids: Sequence[int],
    first: dt.date,
    last: dt.date,
    known_at: int | None,
) -> list[tuple[int, str, dt.date, int, Decimal]]:
    """What came from or went to nowhere in these holdings, both days inclusive, by day.

    Each is (transaction, kind, day, holding, quantity); legs that are linked are left out.
    """
    query = (
        "SELECT p.transaction_id, t.kind, p.occurred_on, p.holding_id, p.quantity "
        "FROM postings p JOIN transactions t ON t.id = p.transaction_id "
        f"WHERE p.holding_id IN ({', '.join(str(int(h)) for h in holding_ids)}) "
        "AND p.occurred_on BETWEEN :first AND :last AND p.role IN ('asset', 'cash') "
        "AND t.kind IN ('deposit', 'withdraw', 'transfer_in', 'transfer_out') "
        "AND t.commit_id <= :known_at AND NOT EXISTS (SELECT 1 FROM transactions r "
        "WHERE r.reverses = t.id AND r.commit_id <= :known_at) "
        "ORDER BY p.occurred_on, p.transaction_id, p.line"
    )
    bounds = {"first": first.isoformat(), "last": last.isoformat(), "known_at": upto(known_at)}
    from folio.db.transactions.links import read_links

    linked = {n for link in read_links(db, known_at) for n in link[:2]}
    return [
        (number, kind, dt.date.fromisoformat(day), holding, Decimal(units))
        for number, kind, day, holding, units in db.execute(query, bounds)
        if number not in linked
    ]
