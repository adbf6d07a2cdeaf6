"""Transactions read as events, in walk order, for the folds.

A transaction that was reversed, and its reversal, leave the walk: readers of events
never see them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, groupby, islice
from operator import attrgetter, itemgetter
from typing import Any

from folio.db.transactions.splits import NOT_REVERSED as _NOT_REVERSED
from folio.db.transactions.splits import of_assets
from folio.db.transactions.walked import COUNTS, WALKS_AT
from folio.db.values import LATEST, PLACE, listed, optional_decimal, upto
from folio.model.ledger import ABOUT, EVER, Event, WalkKey, walk_key
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ZERO
from folio.model.transactions import PAYMENTS

_EVENTS = f"""
    SELECT p.holding_id, p.transaction_id, p.kind, p.occurred_on, p.occurred_at, p.role,
           p.quantity, p.amount, p.amount_currency_id, p.mixed, p.acquired_on,
           p.related_asset_id, p.across, {WALKS_AT}
    FROM postings p
    WHERE {{where}} AND {COUNTS}
    ORDER BY p.occurred_on, p.transaction_id, p.holding_id, p.line
"""
_OF_HOLDING = _EVENTS.format(
    where="p.holding_id = :holding AND p.occurred_on BETWEEN :since AND :until"
)
# The plus sign keeps SQLite from the holding's own postings, of which there may be many more.
_OF_COMMAND = _EVENTS.format(
    where="p.transaction_id BETWEEN :first AND :last AND +p.holding_id = :holding"
)
_OF_TRANSACTIONS = _EVENTS.format(where="p.transaction_id IN (TRANSACTIONS)")
_AT_ONCE = 4096  # transactions in one query
_TOGETHER = 256  # events, or what their last day has


def read_events(
    db: sqlite3.Connection,
    holding_id: int,
    *,
    since: str = "",
    until: str = EVER,
    known_at: int | None = None,
) -> list[Event]:
    """A holding's events from ``since`` to ``until`` (inclusive), in walk order; splits apart."""
    return list(chain.from_iterable(stream_events(db, holding_id, since, until, known_at)))


def stream_events(
    db: sqlite3.Connection,
    holding_id: int,
    since: str = "",
    until: str = EVER,
    known_at: int | None = None,
) -> Iterator[list[Event]]:
    """The same, some whole days at a time, read as they are asked for."""
    asked = {"holding": holding_id, "since": since, "until": until, "known_at": upto(known_at)}
    rows = db.execute(_OF_HOLDING, asked)
    events = _events(db, rows, chosen_lots(db, holding_id, known_at), known_at)
    if paid := read_payments(db, holding_id, since, until, known_at):
        yield sorted([*chain.from_iterable(events), *paid], key=_PLACE)
        return
    yield from events


def moved_on(
    db: sqlite3.Connection, holding_id: int, day: str, known_at: int | None
) -> list[Event]:
    """What moved a holding on a day, in walk order; see :func:`read_payments` for what did not."""
    asked = {"holding": holding_id, "since": day, "until": day, "known_at": upto(known_at)}
    chosen = chosen_lots(db, holding_id, known_at)
    return list(chain.from_iterable(_events(db, db.execute(_OF_HOLDING, asked), chosen, known_at)))


def events_between(db: sqlite3.Connection, holding_id: int, first: int, last: int) -> list[Event]:
    """What the transactions from ``first`` through ``last`` did to a holding, in walk order."""
    rows = db.execute(
        _OF_COMMAND, {"holding": holding_id, "first": first, "last": last, "known_at": LATEST}
    )
    events = chain.from_iterable(_events(db, rows, chosen_lots(db, holding_id, None), None))
    paid = [one for one in read_payments(db, holding_id) if first <= one.transaction_id <= last]
    return sorted([*events, *paid], key=_PLACE) if paid else list(events)


def _events(
    db: sqlite3.Connection,
    rows: Iterable[tuple[Any, ...]],
    chosen: Mapping[int, list[tuple[int, Decimal | None]]],
    known_at: int | None,
) -> Iterator[list[Event]]:
    """The events of a holding's rows, which come by day and transaction: some days at a time."""
    events: list[Event] = []
    spread: list[int] = []  # transactions that are about the holding, and of other accounts
    group: list[tuple[Any, ...]] = []  # of one transaction: most are alone
    for row in chain(rows, [_NO_ROW]):
        if group:
            first = group[0]
            if row[1] == first[1]:
                group.append(row)
                continue
            event = _event(db, group)
            if chosen and event.transaction_id in chosen:
                event = event._replace(lots=tuple(chosen[event.transaction_id]))
            events.append(event)
            if event.across == ABOUT:
                spread.append(event.transaction_id)
            if len(events) >= _TOGETHER and row[3] != first[3]:
                yield _whole(db, events, spread, known_at)
                events, spread = [], []
        group = [row]
    if events:
        yield _whole(db, events, spread, known_at)


def _whole(
    db: sqlite3.Connection, events: list[Event], spread: list[int], known_at: int | None
) -> list[Event]:
    """Events in walk order, those of transactions that are ``spread`` with their other sides."""
    if spread:
        events = _told(events, _parts_of(db, spread, known_at))
    events.sort(key=_PLACE)
    return events


def _told(events: Sequence[Event], parts: Mapping[int, Iterable[Event]]) -> list[Event]:
    """Events, those that a transaction is about with its sides, of its ``parts``."""
    return [with_sides(e, parts[e.transaction_id]) if e.across == ABOUT else e for e in events]


def with_sides(event: Event, parts: Iterable[Event]) -> Event:
    """What a transaction is about, with those of its parts that are in other accounts."""
    return event._replace(across=ABOUT, sides=tuple([one for one in parts if one.is_apart]))


_NO_ROW = (None,) * 4  # of no transaction, and of no day
_PLACE = attrgetter("key")


_COSTS = f"""
    SELECT 1 FROM postings p
    WHERE p.holding_id = :holding AND p.amount IS NOT NULL AND {COUNTS}
    UNION ALL
    SELECT 1 FROM lot_choices c JOIN transactions t ON t.id = c.transaction_id
    WHERE c.holding_id = :holding AND {_NOT_REVERSED}
    LIMIT 1
"""


def has_costs(db: sqlite3.Connection, holding_id: int, known_at: int | None) -> bool:
    """Whether some event of a holding states what units cost or fetched, or which lots go."""
    values = {"holding": holding_id, "known_at": upto(known_at)}
    return db.execute(_COSTS, values).fetchone() is not None


def moved_with(db: sqlite3.Connection, holding_id: int, since: str, until: str) -> set[int]:
    """The holdings that share with one a transaction that may have moved lots between them.

    Those of some days are looked at, both inclusive, reversed ones too; links are told apart.
    """
    query = """
        SELECT DISTINCT o.holding_id FROM postings p
        JOIN postings o ON o.transaction_id = p.transaction_id
        WHERE p.holding_id = ? AND p.occurred_on BETWEEN ? AND ?
          AND p.kind IN ('transfer', 'merger', 'symbol_change', 'exercise')
    """
    return {row[0] for row in db.execute(query, [holding_id, since, until])}


def events_of(
    db: sqlite3.Connection,
    transactions: Iterable[int],
    known_at: int | None = None,
) -> dict[int, list[Event]]:
    """What transactions did to each of their holdings; those that were reversed are left out."""
    found = _parts_of(db, transactions, known_at)
    for number, events in found.items():
        if any(one.across for one in events):
            found[number] = [*_told(events, {number: events}), *_payer(db, events)]
    return found


def _parts_of(
    db: sqlite3.Connection, transactions: Iterable[int], known_at: int | None
) -> dict[int, list[Event]]:
    """The same, no part with the others."""
    found: dict[int, list[Event]] = {}
    numbers = iter(sorted(transactions))
    while some := list(islice(numbers, _AT_ONCE)):
        query = _OF_TRANSACTIONS.replace("TRANSACTIONS", listed(some))
        rows = db.execute(query, {"known_at": upto(known_at)})
        for (number, _), group in groupby(rows, key=itemgetter(1, 0)):
            found.setdefault(number, []).append(_event(db, list(group)))
    return found


_PAYER = """
    SELECT h.id FROM transactions t
    JOIN holdings h ON h.account_id = t.account_id AND h.asset_id = t.related_asset_id
    WHERE t.id = ? AND h.label = ''
"""


def _payer(db: sqlite3.Connection, events: Sequence[Event]) -> list[Event]:
    """What a payment into another account did to the holding that made it: it moved nothing there,
    and is what the transaction is about."""
    first = events[0]
    if first.kind not in PAYMENTS or first.related_asset is None:
        return []
    day, _, instant, number, _ = first.key
    key = walk_key(day, instant or None, first.kind, False, number)
    event = Event(key, 0, first.transaction_id, first.kind, ZERO)
    event = with_sides(event._replace(related_asset=first.related_asset), events)
    found = db.execute(_PAYER, [first.transaction_id])
    return [event._replace(holding_id=holding) for (holding,) in found]


_PAYMENTS = f"""
    SELECT DISTINCT p.transaction_id
    FROM holdings h
    JOIN postings p ON p.related_asset_id = h.asset_id
        AND p.related_asset_id IS NOT NULL AND p.across IS NOT NULL
    JOIN transactions t ON t.id = p.transaction_id AND t.account_id = h.account_id
    WHERE h.id = :holding AND h.label = '' AND p.occurred_on BETWEEN :since AND :until AND {COUNTS}
"""


def read_payments(
    db: sqlite3.Connection,
    holding_id: int,
    since: str = "",
    until: str = EVER,
    known_at: int | None = None,
) -> list[Event]:
    """What a holding paid into other accounts, in walk order: events that moved nothing in it."""
    asked = {"holding": holding_id, "since": since, "until": until, "known_at": upto(known_at)}
    numbers = [number for (number,) in db.execute(_PAYMENTS, asked)]
    if not numbers:
        return []
    found = chain.from_iterable(events_of(db, numbers, known_at).values())
    own = (one for one in found if one.holding_id == holding_id and one.sides and not one.quantity)
    return sorted(own, key=_PLACE)


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
    db: sqlite3.Connection, asset_ids: Iterable[int], known_at: int | None
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


_EVENT = from_tuple(Event)


def _event(db: sqlite3.Connection, rows: list[tuple]) -> Event:  # type: ignore[type-arg]
    (
        holding, transaction, kind, day, instant, role, units, cost, currency, mixed,
        acquired_on, payer, across, place,
    ) = rows[0]  # fmt: skip
    quantity = Decimal(units)
    gross = quantity if role == "asset" or role == "cash" else ZERO
    external = quantity if role == "external" else ZERO
    amount = None if cost is None else Decimal(cost)
    for _, _, _, _, _, role, units, cost, cost_currency, is_mixed, acquired, _, mark, _ in rows[1:]:
        number = Decimal(units)
        quantity += number
        if role == "asset" or role == "cash":
            gross += number
        elif role == "external":
            external += number
        if cost is not None:
            amount, currency = Decimal(cost), cost_currency
        mixed = mixed or is_mixed
        acquired_on = acquired or acquired_on
        across = across or mark
    key = walk_key(day, instant, kind, quantity > ZERO, place)
    transit = transaction if kind == "transfer" and gross else None
    event: Event = _EVENT(
        (
            key, holding, transaction, kind, quantity, amount, currency, (), acquired_on, (),
            None, None, None, transit, True, None, None, external, gross, payer, 1, ZERO,
            across or 0, (),
        )
    )  # fmt: skip
    if mixed:
        event = event._replace(fees=_other_fees(db, transaction, currency))
    return _completed(db, event) if kind in _OF_TWO_SIDES else event


_OF_TWO_SIDES = frozenset(("swap", "split", "merger", "symbol_change", "exercise"))


def _completed(db: sqlite3.Connection, event: Event) -> Event:
    """An event with what the other side of its transaction says of it."""
    from folio.db.transactions.other_sides import counterpart, of_exercise

    kind, transaction, holding = event.kind, event.transaction_id, event.holding_id
    if kind == "swap" and event.amount is None and event.gross:  # a fee alone has no other side
        return event._replace(counter=counterpart(db, transaction, holding, alone=True))
    if kind == "split":  # what a fraction leaves over goes after the split
        return event._replace(key=(*event.key[:4], 2))
    if kind in ("merger", "symbol_change") and event.gross:
        share = _cost_share(db, transaction) if event.gross < ZERO else None
        return event._replace(counter=counterpart(db, transaction, holding), share=share)
    return of_exercise(db, event) if kind == "exercise" else event


def _other_fees(
    db: sqlite3.Connection, transaction: int, currency: int | None
) -> tuple[tuple[Decimal, int], ...]:
    """Fees and taxes in something else than the amount and what was traded.

    Of what was traded, a fee is fewer units in or more out, for the same amount; money that was
    given for it costs what it is.
    """
    query = (
        "SELECT p.quantity, h.asset_id, p.role, a.type = 'currency' FROM postings p "
        "JOIN holdings h ON h.id = p.holding_id JOIN assets a ON a.id = h.asset_id "
        "WHERE p.transaction_id = ? ORDER BY p.line"
    )
    rows = [(Decimal(row[0]), *row[1:]) for row in db.execute(query, [transaction])]
    left_out = {currency} | {
        asset
        for units, asset, role, is_money in rows
        if role == "asset" and (units > ZERO or not is_money)
    }
    return tuple(
        (-units, asset)
        for units, asset, role, _ in rows
        if role in ("fee", "tax") and asset not in left_out
    )


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
