"""Each day's movements of plain money, added up as they are read.

What moved alike on a day is one event with the units of all of it, which takes a third of the
time: of most cash there are many rows a day.  What crossed a border is rounded event by event,
and of whole minor units nothing is; so a day with a fraction of one among its rows, and one with
a kind whose events each have a border, or a place, of their own, is read event by event.  So is
the last one, which says where the walk has come to.
"""

import datetime as dt
import sqlite3
from collections.abc import Container, Iterable, Iterator
from decimal import Decimal
from typing import Any

from folio.db.transactions.events import moved_on
from folio.db.transactions.walked import COUNTS
from folio.db.values import LATEST, upto
from folio.model.ledger import ABOUT, AT_THE_OPEN, Event
from folio.model.numbers import ZERO

_ROWS = f"""
    SELECT p.occurred_on, p.transaction_id, p.kind, p.related_asset_id, p.role, p.quantity,
           p.across
    FROM postings p
    WHERE p.holding_id = :holding AND p.occurred_on BETWEEN :since AND :until AND {COUNTS}
    ORDER BY p.occurred_on, p.transaction_id, p.holding_id, p.line
"""
_ALONE = AT_THE_OPEN | {"transfer"}  # kinds
_TOGETHER = 256  # events, or what their last day has


class _Sum:
    """What moved alike on a day."""

    __slots__ = ("external", "gross", "last", "transactions", "units")

    def __init__(self) -> None:
        self.units = self.gross = self.external = ZERO  # as of Event
        self.transactions = self.last = 0  # how many, and the last of them


_What = tuple[str, int | None, int | None]  # a kind, who paid, and whether it is apart


def stream_sums(
    db: sqlite3.Connection,
    holding_id: int,
    days: tuple[str, str],
    known_at: int | None,
    *,
    places: int,
    apart: Container[int],
) -> Iterator[list[Event]]:
    """A holding's days between two, both inclusive, some at a time: in any order within a day.

    ``places`` are those of a minor unit; the transactions ``apart`` are left out, and so is what
    moved nothing: what the holding paid into other accounts.
    """
    told: list[Event] = []
    since, until = days
    asked = {"holding": holding_id, "since": since, "until": until, "known_at": upto(known_at)}
    for day, parts in _days(db.execute(_ROWS, asked), apart):
        if parts is None or not all(_adds_up(what, part, places) for what, part in parts):
            events = moved_on(db, holding_id, day, known_at)
            told += [event for event in events if event.transaction_id not in apart]
        else:
            told += [_event(holding_id, day, *part) for part in parts]
        if len(told) >= _TOGETHER:
            yield told
            told = []
    if told:
        yield told


def last_moved(db: sqlite3.Connection, holding_id: int, before: dt.date) -> dt.date | None:
    """The last day before another on which something moved a holding."""
    query = f"""
        SELECT p.occurred_on FROM postings p
        WHERE p.holding_id = :holding AND p.occurred_on < :before AND {COUNTS}
        ORDER BY p.occurred_on DESC LIMIT 1
    """
    asked = {"holding": holding_id, "before": before.isoformat(), "known_at": LATEST}
    row = db.execute(query, asked).fetchone()
    return None if row is None else dt.date.fromisoformat(row[0])


def _days(
    rows: Iterable[tuple[Any, ...]], apart: Container[int]
) -> Iterator[tuple[str, list[tuple[_What, _Sum]] | None]]:
    """Each day with what moved on it; of the last one, that it is the last (None)."""
    today = ""
    parts: dict[_What, _Sum] = {}
    part = _Sum()
    for day, number, kind, payer, role, text, across in rows:
        if number in apart:
            continue
        if day != today:
            if parts:
                yield today, list(parts.items())
            today, parts = day, {}
        if role != "external" or number != part.last:  # that is with what it stands against
            what = kind, payer, across
            if what not in parts:
                parts[what] = _Sum()
            part = parts[what]
        units = Decimal(text)
        part.units += units
        if role == "cash" or role == "asset":
            part.gross += units
        elif role == "external":
            part.external += units
        if number != part.last:
            part.transactions += 1
            part.last = number
    if parts:
        yield today, None


def _adds_up(what: _What, part: _Sum, places: int) -> bool:
    kind, _, across = what
    if kind in _ALONE or across == ABOUT:
        return False
    # A sum has as many decimal places as what has most of them, and amounts end in no zero.
    return int(part.units.as_tuple().exponent) >= -places


def _event(holding_id: int, day: str, what: _What, part: _Sum) -> Event:
    kind, payer, across = what
    return Event(
        (day, 1, "", part.last, 0),
        holding_id,
        part.last,
        kind,
        part.units,
        external=part.external,
        gross=part.gross,
        related_asset=payer,
        transactions=part.transactions,
        across=across or 0,
    )
