"""Transactions read as events, in walk order, for the folds.

A transaction that was reversed, and its reversal, leave the walk: readers of events
never see them.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby, islice
from typing import NamedTuple

from folio.db.splits import NOT_REVERSED as _NOT_REVERSED
from folio.db.splits import of_assets
from folio.db.values import PLACE, listed, optional_decimal, upto
from folio.model.ledger import Event, WalkKey, walk_key
from folio.model.numbers import ZERO

_EVENTS = f"""
    SELECT p.holding_id, p.transaction_id, t.kind, p.occurred_on, t.occurred_at, p.role,
           p.quantity, p.amount, p.amount_currency_id, p.mixed, p.acquired_on,
           t.related_asset_id, {PLACE}
    FROM postings p JOIN transactions t ON t.id = p.transaction_id
    WHERE {{where}} AND {_NOT_REVERSED}
    ORDER BY p.occurred_on, p.transaction_id, p.holding_id, p.line
"""
_OF_HOLDING = _EVENTS.format(
    where="p.holding_id = :holding AND p.occurred_on BETWEEN :since AND :until"
)
_OF_TRANSACTIONS = _EVENTS.format(where="p.transaction_id IN (TRANSACTIONS)")
_AT_ONCE = 4096  # transactions in one query


def read_events(
    db: sqlite3.Connection,
    holding_id: int,
    *,
    since: str = "",
    until: str = "9999-12-31",
    known_at: int | None = None,
) -> list[Event]:
    """A holding's events from ``since`` to ``until`` (inclusive), in walk order; splits apart."""
    days = {"since": since, "until": until}
    rows = db.execute(_OF_HOLDING, {"holding": holding_id, **days, "known_at": upto(known_at)})
    chosen = chosen_lots(db, holding_id, known_at)
    events = []
    for transaction, group in groupby(rows, key=lambda row: row[1]):
        event = _event(db, list(group))
        if transaction in chosen:
            event = event._replace(lots=tuple(chosen[transaction]))
        events.append(event)
    events.sort(key=lambda event: event.key)
    return events


def events_of(
    db: sqlite3.Connection, transactions: Iterable[int], known_at: int | None = None
) -> dict[int, list[Event]]:
    """What transactions did to each of their holdings; those that were reversed are left out."""
    found: dict[int, list[Event]] = {}
    numbers = iter(sorted(transactions))
    while some := list(islice(numbers, _AT_ONCE)):
        query = _OF_TRANSACTIONS.replace("TRANSACTIONS", listed(some))
        rows = db.execute(query, {"known_at": upto(known_at)})
        for (number, _), group in groupby(rows, key=lambda row: (row[1], row[0])):
            found.setdefault(number, []).append(_event(db, list(group)))
    return found


def _cost_share(db: sqlite3.Connection, transaction: int) -> Decimal | None:
    query = "SELECT cost_share FROM corporate_actions WHERE transaction_id = ?"
    row = db.execute(query, [transaction]).fetchone()
    return None if row is None else optional_decimal(row[0])


_ACTIONS = f"""
    SELECT t.id, t.kind, t.occurred_on, t.occurred_at, t.account_id, a.to_asset_id, a.cost_share,
           {PLACE}
    FROM corporate_actions a JOIN transactions t ON t.id = a.transaction_id
    WHERE a.asset_id = :asset AND t.kind IN ('spin_off', 'return_of_capital')
          AND {_NOT_REVERSED}
"""


class Action(NamedTuple):
    """A spin-off or a return of capital, at the company that made it."""

    key: WalkKey
    transaction_id: int
    kind: str
    account_id: int
    to_asset_id: int | None
    cost_share: Decimal | None


def read_actions(
    db: sqlite3.Connection, asset_ids: Iterable[int], known_at: int | None = None
) -> list[Action]:
    """The spin-offs and returns of capital of an asset, by all its ids, in walk order."""
    rows = sorted(of_assets(db, _ACTIONS, asset_ids, known_at), key=lambda row: (row[2], row[0]))
    return [
        Action(
            walk_key(day, instant, kind, False, place),
            transaction,
            kind,
            account,
            to_asset,
            optional_decimal(share),
        )
        for transaction, kind, day, instant, account, to_asset, share, place in rows
    ]


def joined_assets(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """The pairs of assets that some corporate action joins."""
    query = (
        "SELECT DISTINCT asset_id, to_asset_id FROM corporate_actions "
        "WHERE to_asset_id IS NOT NULL AND to_asset_id <> asset_id"
    )
    return list(db.execute(query))


def _event(db: sqlite3.Connection, rows: list[tuple]) -> Event:  # type: ignore[type-arg]
    holding, transaction, kind, day, instant = rows[0][:5]
    quantity, external, gross = ZERO, ZERO, ZERO
    amount = currency = acquired_on = None
    mixed = False
    for _, _, _, _, _, role, units, cost, cost_currency, is_mixed, acquired, _, _ in rows:
        number = Decimal(units)
        quantity += number
        if role == "external":
            external += number
        elif role in ("asset", "cash"):
            gross += number
        if cost is not None:
            amount, currency = Decimal(cost), cost_currency
        mixed = mixed or bool(is_mixed)
        acquired_on = acquired or acquired_on
    event = Event(
        walk_key(day, instant, kind, quantity > ZERO, rows[0][12]),
        holding,
        transaction,
        kind,
        quantity,
        amount,
        currency,
        acquired_on=acquired_on,
        external=external,
        gross=gross,
        related_asset=rows[0][11],
    )
    if mixed:
        event = event._replace(fees=_other_fees(db, transaction, currency))
    if kind == "swap" and amount is None and gross:  # a fee alone has no other side
        event = event._replace(counter=_counterpart(db, transaction, holding))
    elif kind == "split":  # what a fraction leaves over goes after the split
        event = event._replace(key=(*event.key[:4], 2))
    elif kind == "transfer" and gross:
        event = event._replace(transit=transaction)
    elif kind in ("merger", "symbol_change") and gross < ZERO:
        counter = _counterpart(db, transaction, holding)
        event = event._replace(counter=counter, share=_cost_share(db, transaction))
    return event


def _other_fees(
    db: sqlite3.Connection, transaction: int, currency: int | None
) -> tuple[tuple[Decimal, int], ...]:
    """Fees and taxes in something else than the amount and what was traded.

    Of what was traded, a fee is fewer units in or more out, for the same amount.
    """
    query = (
        "SELECT p.quantity, h.asset_id, p.role FROM postings p "
        "JOIN holdings h ON h.id = p.holding_id WHERE p.transaction_id = ? ORDER BY p.line"
    )
    rows = list(db.execute(query, [transaction]))
    left_out = {currency, *(asset for _, asset, role in rows if role == "asset")}
    return tuple(
        (-Decimal(units), asset)
        for units, asset, role in rows
        if role in ("fee", "tax") and asset not in left_out
    )


def _counterpart(
    db: sqlite3.Connection, transaction: int, holding: int
) -> tuple[int, Decimal] | None:
    query = (
        "SELECT h.asset_id, p.quantity FROM postings p JOIN holdings h ON h.id = p.holding_id "
        "WHERE p.transaction_id = ? AND p.role = 'asset' AND p.holding_id <> ? ORDER BY p.line"
    )
    row = db.execute(query, [transaction, holding]).fetchone()
    return None if row is None else (row[0], abs(Decimal(row[1])))


def chosen_lots(
    db: sqlite3.Connection, holding: int, known_at: int | None
) -> dict[int, list[tuple[int, Decimal | None]]]:
    """The lots that transactions name: each by the last revision of what opened it."""
    query = """
        SELECT c.transaction_id, c.quantity,
               (SELECT n.id FROM transactions n
                WHERE ifnull(n.account_id, 0) = ifnull(o.account_id, 0)
                AND n.source_id = o.source_id AND n.external_id = o.external_id
                AND n.kind <> 'reversal' AND n.commit_id <= ?
                ORDER BY n.revision DESC LIMIT 1)
        FROM lot_choices c JOIN transactions o ON o.id = c.lot_id
        WHERE c.holding_id = ? ORDER BY c.lot_id
    """
    chosen: dict[int, list[tuple[int, Decimal | None]]] = {}
    for transaction, units, lot in db.execute(query, [upto(known_at), holding]):
        chosen.setdefault(transaction, []).append((lot, None if units is None else Decimal(units)))
    return chosen


class Paid(NamedTuple):
    """What a transaction says that an asset paid into a holding."""

    day: dt.date
    kind: str
    account_id: int
    payer: int  # the asset
    holding_id: int  # into which it was paid
    gross: Decimal  # units of that holding's asset, fees and taxes apart
    net: Decimal
    transaction_id: int


def read_paid(
    db: sqlite3.Connection,
    payers: Iterable[int],
    kinds: Iterable[str],
    *,
    since: dt.date,
    until: dt.date,
    known_at: int | None = None,
) -> list[Paid]:
    """What these assets paid, both days inclusive, by day."""
    query = f"""
        SELECT t.id, p.holding_id, t.occurred_on, t.kind, t.account_id, t.related_asset_id,
               p.role, p.quantity
        FROM transactions t JOIN postings p ON p.transaction_id = t.id
        WHERE t.related_asset_id IN ({", ".join(str(int(n)) for n in payers)})
          AND t.kind IN ({", ".join(f"'{kind}'" for kind in kinds)})
          AND t.account_id IS NOT NULL AND p.role <> 'external'
          AND t.occurred_on BETWEEN :since AND :until AND {_NOT_REVERSED}
        ORDER BY t.occurred_on, t.id, p.holding_id
    """
    bounds = {"since": since.isoformat(), "until": until.isoformat(), "known_at": upto(known_at)}
    found = []
    for (number, holding), group in groupby(db.execute(query, bounds), key=lambda row: row[:2]):
        rows = list(group)
        _, _, text, kind, account, payer, _, _ = rows[0]
        gross = sum((Decimal(r[7]) for r in rows if r[6] in ("asset", "cash")), ZERO)
        net = sum((Decimal(r[7]) for r in rows), ZERO)
        day = dt.date.fromisoformat(text)
        found.append(Paid(day, kind, account, payer, holding, gross, net, number))
    return found
