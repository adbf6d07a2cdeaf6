"""What the other side of a transaction says of an event."""

import sqlite3
from decimal import Decimal

from folio.model.ledger import Event
from folio.model.numbers import ZERO


def counterpart(
    db: sqlite3.Connection, transaction: int, holding: int, *, alone: bool = False
) -> tuple[int, Decimal] | None:
    """The asset on the other side, and its units; what of it was a fee among them.

    None where it has to be ``alone`` and there is more than one on a side: which of them was
    given for which nobody says.
    """
    query = (
        "SELECT p.holding_id, h.asset_id, p.role, p.quantity FROM postings p "
        "JOIN holdings h ON h.id = p.holding_id "
        "WHERE p.transaction_id = ? AND p.role IN ('asset', 'fee', 'tax') ORDER BY p.line"
    )
    rows = [(*row[:3], Decimal(row[3])) for row in db.execute(query, [transaction])]
    traded = [(place, asset, units < ZERO) for place, asset, role, units in rows if role == "asset"]
    goes_out = any(out for place, _, out in traded if place == holding)
    others = [asset for place, asset, out in traded if place != holding and out != goes_out]
    if not others or (alone and len({(asset, out) for _, asset, out in traded}) > 2):
        return None
    other = others[0]
    return other, abs(sum((units for _, asset, _, units in rows if asset == other), ZERO))


def of_exercise(db: sqlite3.Connection, event: Event) -> Event:
    """The option, which says what its shares are, or the shares: they walk just after it, without
    an instant at the end of the day.
    """
    query = (
        "SELECT a.asset_id, a.to_asset_id, h.asset_id FROM corporate_actions a, holdings h "
        "WHERE a.transaction_id = ? AND h.id = ?"
    )
    option, shares, own = db.execute(query, [event.transaction_id, event.holding_id]).fetchone()
    if own not in (option, shares):
        return event  # the money
    day, order, instant, number, _ = event.key
    key = (day, order if instant else 4, instant, number, int(own == shares))
    return event._replace(key=key, counter=(shares, ZERO) if own == option else None)
