"""The lots that transactions name, and which of them lack what was named."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from decimal import Decimal

from folio.db.transactions.events import chosen_lots
from folio.db.values import day_number, upto
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO


class Lacking(NamedTuple):
    """A lot that has fewer units than a transaction names."""

    transaction: int
    day: str
    lot: int
    asked: Decimal
    units: Decimal  # that it lacks


_NAMING = """
    SELECT t.occurred_on, p.quantity FROM transactions t
    JOIN postings p ON p.transaction_id = t.id AND p.holding_id = ? AND p.role = 'asset'
    WHERE t.id = ? AND p.quantity LIKE '-%'
    AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id)
"""


def lacking(
    db: sqlite3.Connection, holding_id: int, members: Iterable[int]
) -> dict[tuple[int, int], Lacking]:
    """By transaction and lot: the named lots of a holding that lacked units when sold.

    ``members`` are the holding and those that are read as it.
    """
    found: dict[tuple[int, int], Lacking] = {}
    chosen = [(m, c) for m in members for c in chosen_lots(db, m, None).items()]
    for member, (transaction, named) in chosen:
        row = db.execute(_NAMING, [member, transaction]).fetchone()
        if row is None:
            continue  # it was undone
        day, sold = row[0], -Decimal(row[1])
        for lot, units in named:
            if lot == transaction:
                continue  # what is not there is sold short
            asked = sold if units is None else units
            lack = asked - _taken(db, holding_id, day, transaction, lot)
            if lack > ZERO:
                found[transaction, lot] = Lacking(transaction, day, lot, asked, lack)
    return found


def _taken(
    db: sqlite3.Connection, holding_id: int, day: str, transaction: int, lot: int
) -> Decimal:
    query = (
        "SELECT quantity FROM disposals WHERE holding_id = ? AND disposed_on = ? "
        "AND transaction_id = ? AND opened_by = ? AND place <> 0"
    )
    number = day_number(dt.date.fromisoformat(day))
    rows = db.execute(query, [holding_id, number, transaction, lot])
    return sum((Decimal(row[0]) for row in rows), ZERO)


def short_ones(db: sqlite3.Connection, known_at: int | None) -> set[tuple[int, int]]:
    """The transactions that say that they sell short, or end that, each with its holding."""
    rows = db.execute(
        "SELECT c.transaction_id, c.holding_id FROM lot_choices c "
        "JOIN transactions t ON t.id = c.transaction_id "
        "WHERE c.lot_id = c.transaction_id AND t.commit_id <= ?",
        [upto(known_at)],
    )
    return set(rows)


def holdings_naming_lots(db: sqlite3.Connection) -> list[int]:
    """The holdings of which some transaction names lots."""
    rows = db.execute("SELECT DISTINCT holding_id FROM lot_choices ORDER BY holding_id")
    return [row[0] for row in rows]
