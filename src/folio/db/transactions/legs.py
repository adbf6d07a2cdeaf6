"""The legs of transfers, each a transaction of its own: what waits for its other end, and the
deposits and withdrawals that may be one."""

import datetime as dt
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from folio.db.values import array_of, listed, upto

if TYPE_CHECKING:
    from folio.model.transfers import TransferLeg

# The same words as in the index transfer_legs, which is used for them.
_WAITS = "(t.kind = 'transfer_in' OR t.kind = 'transfer_out')"
_STANDS_ALONE = "t.kind IN ('deposit', 'withdraw')"


def _read(
    db: sqlite3.Connection, condition: str, known_at: int | None, **values: str | int
) -> "list[TransferLeg]":
    query = f"""
        SELECT t.id, t.kind, p.occurred_on, t.occurred_at, p.holding_id, h.asset_id, p.quantity,
               t.external_id, ifnull(t.note, '')
        FROM transactions t JOIN postings p ON p.transaction_id = t.id
        JOIN holdings h ON h.id = p.holding_id
        WHERE {condition} AND p.role IN ('asset', 'cash') AND t.commit_id <= :known_at
        AND NOT EXISTS (SELECT 1 FROM transactions r
                        WHERE r.reverses = t.id AND r.commit_id <= :known_at)
        ORDER BY p.occurred_on, t.id, p.line DESC
    """
    rows = db.execute(query, {"known_at": upto(known_at), **values})
    return list({row[0]: _leg(row) for row in rows}.values())  # the first line of each


def _leg(row: tuple) -> "TransferLeg":  # type: ignore[type-arg]
    from folio.model.transfers import TransferLeg  # mostly there are none

    number, kind, day, instant, holding, asset, units, external_id, note = row
    return TransferLeg(
        number,
        kind,
        dt.date.fromisoformat(day),
        None if instant is None else dt.datetime.fromisoformat(instant),
        holding,
        asset,
        abs(Decimal(units)),
        f"{external_id} {note}",
    )


def waiting_legs(
    db: sqlite3.Connection,
    known_at: int | None,
    *,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
) -> "list[TransferLeg]":
    """Every departure and arrival that is not reversed, by day (both inclusive) and sequence."""
    days = {"since": since.isoformat(), "until": until.isoformat()}
    return _read(db, f"{_WAITS} AND t.occurred_on BETWEEN :since AND :until", known_at, **days)


def numbers_of_waiting(db: sqlite3.Connection) -> "array[int]":
    """The departures and arrivals, reversed ones among them."""
    query = f"SELECT t.id FROM transactions t WHERE {_WAITS}"
    return array("q", (row[0] for row in db.execute(query)))


def waiting_among(
    db: sqlite3.Connection, numbers: Iterable[int], known_at: int | None
) -> "list[TransferLeg]":
    """Those of some departures and arrivals that are not reversed, by day and sequence."""
    condition = "t.id IN (SELECT value FROM json_each(:numbers))"
    return _read(db, condition, known_at, numbers=array_of(numbers))


def deposits_and_withdrawals(db: sqlite3.Connection, known_at: int | None) -> "list[TransferLeg]":
    """Every deposit and withdrawal that is not reversed, by day and sequence."""
    return _read(db, f"+{_STANDS_ALONE}", known_at)


def waiting_since(db: sqlite3.Connection, first: int) -> "array[int]":
    """The departures and arrivals among the transactions from ``first`` (inclusive) on, by day.

    Reversed ones may be among them.
    """
    # The plus signs keep SQLite from the indexes of all days: it reads these transactions alone.
    query = (
        f"SELECT t.id FROM transactions t WHERE t.id >= ? AND +{_WAITS} ORDER BY +t.occurred_on, 1"
    )
    return array("q", (row[0] for row in db.execute(query, [first])))


def days_of(db: sqlite3.Connection, transactions: Iterable[int]) -> tuple[dt.date, dt.date]:
    """The first and the last day of some transactions."""
    query = (
        "SELECT min(occurred_on), max(occurred_on) FROM transactions "
        f"WHERE id IN ({listed(transactions)})"
    )
    first, last = db.execute(query).fetchone()
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last)


def legs_again(db: sqlite3.Connection, first: int) -> list[int]:
    """The legs that were recorded again from the transaction ``first`` (inclusive) on, by day.

    A deposit or withdrawal is among them: it may have been linked.
    """
    condition = f"t.id >= :first AND t.revision > 1 AND (+{_WAITS} OR {_STANDS_ALONE})"
    return [leg.transaction_id for leg in _read(db, condition, None, first=first)]


def has_new_legs(db: sqlite3.Connection, first: int) -> bool:
    """Whether any transaction from ``first`` on may have to be linked."""
    return bool(waiting_since(db, first) or legs_again(db, first))


def get_legs(
    db: sqlite3.Connection, numbers: Iterable[int], known_at: int | None
) -> "list[TransferLeg]":
    """The legs with these numbers; not those that can be none, or are reversed."""
    condition = (
        f"t.id IN (SELECT value FROM json_each(:numbers)) AND (+{_WAITS} OR {_STANDS_ALONE})"
    )
    return _read(db, condition, known_at, numbers=array_of(numbers))


def legs_at(
    db: sqlite3.Connection,
    holding_ids: Iterable[int],
    kinds: Sequence[str],
    since: dt.date,
    until: dt.date,
    known_at: int | None,
) -> "list[TransferLeg]":
    """The legs of these kinds at some holdings, between two days (both inclusive)."""
    holdings = ", ".join(str(int(number)) for number in holding_ids)
    named = {f"kind{index}": kind for index, kind in enumerate(kinds)}
    condition = (
        f"p.holding_id IN ({holdings}) AND p.occurred_on BETWEEN :since AND :until "
        f"AND p.kind IN ({', '.join(f':{name}' for name in named)})"
    )
    days = {"since": since.isoformat(), "until": until.isoformat()}
    return _read(db, condition, known_at, **named, **days)
