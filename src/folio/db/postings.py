"""Transactions and their postings: writing them, and reading them as events.

A transaction that was reversed, and its reversal, leave the walk: readers of events
never see them.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from folio.db.commits import Commit, Value, row_hash
from folio.db.values import instant_text, optional_day, optional_decimal, optional_text
from folio.model.ledger import Event, walk_key
from folio.model.numbers import ZERO, to_text

# A commit that no book reaches: everything is known.
LATEST = 2**62


def upto(known_at: int | None) -> int:
    """The last commit that counts: ``known_at``, or none too late where that is None."""
    return LATEST if known_at is None else known_at


class NewPosting(NamedTuple):
    """A posting to be written."""

    holding_id: int
    role: str
    quantity: Decimal
    price: Decimal | None = None
    price_currency_id: int | None = None
    amount: Decimal | None = None
    amount_currency_id: int | None = None
    mixed: bool = False
    acquired_on: dt.date | None = None


class NewTransaction(NamedTuple):
    """A transaction to be written."""

    kind: str
    occurred_on: dt.date
    occurred_at: dt.datetime | None
    account_id: int | None
    source_id: int
    external_id: str
    revision: int
    content: bytes
    postings: Sequence[NewPosting]
    related_asset_id: int | None = None
    reverses: int | None = None
    note: str = ""
    action: "NewAction | None" = None
    lots: Sequence[tuple[int, int, Decimal | None]] = ()  # holding, lot, units
    lines: Sequence[tuple[int, int]] = ()  # statement, line


class NewAction(NamedTuple):
    """What a corporate action does to an asset."""

    asset_id: int
    ratio: tuple[int, int] | None = None  # new units for old
    cost_share: Decimal | None = None
    to_asset_id: int | None = None


def add_transaction(commit: Commit, new: NewTransaction) -> int:
    """Record a transaction with everything that belongs to it; returns its id."""
    number = commit.next_id("transactions")
    head: list[Value] = [
        number,
        commit.id,
        new.kind,
        new.occurred_on.isoformat(),
        None if new.occurred_at is None else instant_text(new.occurred_at),
        new.account_id,
        new.source_id,
        new.external_id,
        new.revision,
        new.content.hex(),
        new.related_asset_id,
        new.reverses,
        new.note or None,
    ]
    postings = [_posting_row(number, new, i, p) for i, p in enumerate(new.postings, 1)]
    action = _action_row(number, new.action)
    lots: list[list[Value]] = [[number, h, lot, optional_text(n)] for h, lot, n in new.lots]
    hashed = row_hash("transactions", [*head, postings, action, lots])  # type: ignore[list-item]
    commit.digest("transactions", hashed)
    head[9] = new.content  # type: ignore[call-overload]
    run = commit.db.execute
    run(f"INSERT INTO transactions VALUES ({', '.join('?' * 14)})", [*head, hashed])
    commit.db.executemany(f"INSERT INTO postings VALUES ({', '.join('?' * 12)})", postings)
    if action:
        run("INSERT INTO corporate_actions VALUES (?, ?, ?, ?, ?, ?)", action)
    if lots:
        commit.db.executemany("INSERT INTO lot_choices VALUES (?, ?, ?, ?)", lots)
    if new.lines:
        commit.link((number, *line) for line in new.lines)
    return number


def _posting_row(number: int, new: NewTransaction, line: int, p: NewPosting) -> list[Value]:
    return [
        p.holding_id,
        new.occurred_on.isoformat(),
        number,
        line,
        p.role,
        to_text(p.quantity),
        optional_text(p.price),
        p.price_currency_id,
        optional_text(p.amount),
        p.amount_currency_id,
        1 if p.mixed else None,
        None if p.acquired_on is None else p.acquired_on.isoformat(),
    ]


def _action_row(number: int, action: NewAction | None) -> list[Value]:
    if action is None:
        return []
    new_units, old_units = action.ratio or (None, None)
    return [
        number,
        action.asset_id,
        new_units,
        old_units,
        optional_text(action.cost_share),
        action.to_asset_id,
    ]


# -- reading as events -------------------------------------------------------------------

_NOT_REVERSED = """
    t.kind <> 'reversal' AND t.commit_id <= :known_at
    AND NOT EXISTS (SELECT 1 FROM transactions r
                    WHERE r.reverses = t.id AND r.commit_id <= :known_at)
"""
# A later revision (an undone undo, an amendment) keeps the place of the first in the walk.
PLACE = """
    CASE WHEN t.revision = 1 THEN t.id ELSE
        (SELECT f.id FROM transactions f WHERE ifnull(f.account_id, 0) = ifnull(t.account_id, 0)
         AND f.source_id = t.source_id AND f.external_id = t.external_id AND f.revision = 1) END
"""
_EVENTS = f"""
    SELECT p.holding_id, p.transaction_id, t.kind, p.occurred_on, t.occurred_at, p.role,
           p.quantity, p.amount, p.amount_currency_id, p.mixed, p.acquired_on,
           t.related_asset_id, {PLACE}
    FROM postings p JOIN transactions t ON t.id = p.transaction_id
    WHERE p.holding_id = :holding AND p.occurred_on >= :since AND {_NOT_REVERSED}
    ORDER BY p.occurred_on, p.transaction_id, p.line
"""


def read_events(
    db: sqlite3.Connection,
    holding_id: int,
    *,
    since: str = "",
    known_at: int | None = None,
) -> list[Event]:
    """A holding's events from the day ``since`` (inclusive) on, in walk order; splits apart."""
    rows = db.execute(_EVENTS, {"holding": holding_id, "since": since, "known_at": upto(known_at)})
    chosen = _chosen_lots(db, holding_id, known_at)
    events = []
    for transaction, group in groupby(rows, key=lambda row: row[1]):
        event = _event(db, list(group))
        if transaction in chosen:
            event = event._replace(lots=tuple(chosen[transaction]))
        events.append(event)
    events.sort(key=lambda event: event.key)
    return events


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
        event = event._replace(fees=_other_fees(db, transaction, currency, kind))
    if kind == "swap" and amount is None and gross:  # a fee alone has no other side
        event = event._replace(counter=_counterpart(db, transaction, holding))
    return event


def _other_fees(
    db: sqlite3.Connection, transaction: int, currency: int | None, kind: str
) -> tuple[tuple[Decimal, int], ...]:
    """Fees and taxes in something else than the amount; of a swap, than its two sides too."""
    query = (
        "SELECT p.quantity, h.asset_id, p.role FROM postings p "
        "JOIN holdings h ON h.id = p.holding_id WHERE p.transaction_id = ? ORDER BY p.line"
    )
    rows = list(db.execute(query, [transaction]))
    left_out = {currency}
    if kind == "swap":
        left_out |= {asset for _, asset, role in rows if role == "asset"}
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


def _chosen_lots(
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


def lots_named(db: sqlite3.Connection, transaction: int) -> list[tuple[int, int, Decimal | None]]:
    """The lots that a transaction names: holding, lot, units (None: as many as it takes)."""
    query = (
        "SELECT holding_id, lot_id, quantity FROM lot_choices WHERE transaction_id = ? "
        "ORDER BY holding_id, lot_id"
    )
    rows = db.execute(query, [transaction])
    return [(holding, lot, optional_decimal(units)) for holding, lot, units in rows]


_SPLITS = f"""
    SELECT t.occurred_on, a.new_units, a.old_units, t.id
    FROM corporate_actions a JOIN transactions t ON t.id = a.transaction_id
    WHERE a.asset_id = :asset AND a.new_units IS NOT NULL AND t.kind = 'split' AND {_NOT_REVERSED}
    ORDER BY t.occurred_on, t.id
"""


class Split(NamedTuple):
    """A split in force: ``new`` units for ``old`` at the open of ``day``."""

    day: dt.date
    new: int
    old: int
    transaction_id: int  # of its first witness

    @property
    def ratio(self) -> tuple[int, int]:
        return (self.new, self.old)


def read_splits(db: sqlite3.Connection, asset_id: int, known_at: int | None = None) -> list[Split]:
    """An asset's splits by day.  Equal ratios within 7 days are one event, on its first day."""
    splits: list[Split] = []
    rows = db.execute(_SPLITS, {"asset": asset_id, "known_at": upto(known_at)})
    for text, new, old, transaction in rows:
        day = dt.date.fromisoformat(text)
        witnessed = any((s.new, s.old) == (new, old) and (day - s.day).days <= 7 for s in splits)
        if not witnessed:
            splits.append(Split(day, new, old, transaction))
    return splits


# -- looking up --------------------------------------------------------------------------


def find_transaction(
    db: sqlite3.Connection, account_id: int | None, source_id: int, external_id: str
) -> tuple[int, int, bytes, bool] | None:
    """The newest revision of a row: (id, revision, content, whether it is reversed)."""
    query = (
        "SELECT t.id, t.revision, t.content, EXISTS (SELECT 1 FROM transactions r "
        "WHERE r.reverses = t.id) FROM transactions t WHERE ifnull(t.account_id, 0) = ? "
        "AND t.source_id = ? AND t.external_id = ? ORDER BY t.revision DESC LIMIT 1"
    )
    row = db.execute(query, [account_id or 0, source_id, external_id]).fetchone()
    return None if row is None else (row[0], row[1], row[2], bool(row[3]))


def has_transactions(db: sqlite3.Connection, account_id: int) -> bool:
    """Whether anything happened in an account."""
    query = "SELECT EXISTS (SELECT 1 FROM transactions WHERE ifnull(account_id, 0) = ?)"
    return bool(db.execute(query, [account_id]).fetchone()[0])


def has_other_sources(db: sqlite3.Connection, account_id: int, source_id: int) -> bool:
    """Whether an account has transactions from another source than this one."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM transactions WHERE ifnull(account_id, 0) = ? "
        "AND source_id <> ? AND kind <> 'reversal')"
    )
    return bool(db.execute(query, [account_id, source_id]).fetchone()[0])


def probable_twins(
    db: sqlite3.Connection,
    holding_id: int,
    quantity: Decimal,
    kind: str,
    day: dt.date,
    identity: tuple[int, str],
) -> list[int]:
    """Transactions of another source with this kind and quantity, within 3 days, nearest first.

    ``identity`` is the source and external id of the row that is compared; what the user said
    to be the same as another row is left out.
    """
    query = (
        "SELECT t.id FROM postings p JOIN transactions t ON t.id = p.transaction_id "
        "WHERE p.holding_id = ? AND p.occurred_on BETWEEN ? AND ? AND p.quantity = ? "
        "AND t.kind = ? AND t.source_id <> ? "
        "AND NOT EXISTS (SELECT 1 FROM transactions r WHERE r.reverses = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM row_answers a WHERE a.transaction_id = t.id "
        "AND a.answer = 'same' AND NOT (a.source_id = ? AND a.external_id = ?)) "
        "ORDER BY abs(julianday(t.occurred_on) - julianday(?)), t.id"
    )
    near = dt.timedelta(days=3)
    values = [holding_id, (day - near).isoformat(), (day + near).isoformat(), to_text(quantity)]
    rows = db.execute(query, [*values, kind, identity[0], *identity, day.isoformat()])
    return [row[0] for row in rows]


class Recorded(NamedTuple):
    """A transaction as it stands in the book."""

    id: int
    commit_id: int
    kind: str
    occurred_on: dt.date
    occurred_at: dt.datetime | None
    account_id: int | None
    source_id: int
    external_id: str
    revision: int
    content: bytes
    related_asset_id: int | None
    reverses: int | None
    note: str
    reversed_by: int | None


_RECORDED = (
    "SELECT t.id, t.commit_id, t.kind, t.occurred_on, t.occurred_at, t.account_id, t.source_id, "
    "t.external_id, t.revision, t.content, t.related_asset_id, t.reverses, ifnull(t.note, ''), "
    "(SELECT r.id FROM transactions r WHERE r.reverses = t.id AND r.commit_id <= :known_at) "
    "FROM transactions t "
)


def _recorded(row: tuple) -> Recorded:  # type: ignore[type-arg]
    values = list(row)
    values[3] = dt.date.fromisoformat(values[3])
    if values[4] is not None:
        values[4] = dt.datetime.fromisoformat(values[4])
    return Recorded(*values)


def get_transaction(db: sqlite3.Connection, number: int) -> Recorded | None:
    """The transaction with this id."""
    query = _RECORDED + "WHERE t.id = :id"
    row = db.execute(query, {"id": number, "known_at": LATEST}).fetchone()
    return None if row is None else _recorded(row)


class Posting(NamedTuple):
    """A posting as it stands in the book."""

    holding_id: int
    role: str
    quantity: Decimal
    price: Decimal | None
    price_currency_id: int | None
    amount: Decimal | None
    amount_currency_id: int | None
    mixed: bool
    acquired_on: dt.date | None


def postings_of(db: sqlite3.Connection, transaction: int) -> list[Posting]:
    """A transaction's postings, in their order."""
    query = (
        "SELECT holding_id, role, quantity, price, price_currency_id, amount, "
        "amount_currency_id, mixed, acquired_on FROM postings WHERE transaction_id = ? "
        "ORDER BY line"
    )
    return [_posting(row) for row in db.execute(query, [transaction])]


def _posting(row: tuple) -> Posting:  # type: ignore[type-arg]
    holding, role, units, price, price_currency, amount, amount_currency, mixed, acquired = row
    return Posting(
        holding,
        role,
        Decimal(units),
        optional_decimal(price),
        price_currency,
        optional_decimal(amount),
        amount_currency,
        bool(mixed),
        optional_day(acquired),
    )


def action_of(db: sqlite3.Connection, transaction: int) -> NewAction | None:
    """A transaction's corporate action."""
    query = (
        "SELECT asset_id, new_units, old_units, cost_share, to_asset_id FROM corporate_actions "
        "WHERE transaction_id = ?"
    )
    row = db.execute(query, [transaction]).fetchone()
    if row is None:
        return None
    asset, new, old, share, to_asset = row
    ratio = None if new is None else (new, old)
    return NewAction(asset, ratio, None if share is None else Decimal(share), to_asset)


def lines_of(db: sqlite3.Connection, transaction: int) -> list[tuple[int, int]]:
    """The lines of statements that state a transaction: (statement, line)."""
    query = (
        "SELECT statement_id, line FROM provenance WHERE transaction_id = ? "
        "ORDER BY statement_id, line"
    )
    return list(db.execute(query, [transaction]))


def walk_transactions(
    db: sqlite3.Connection,
    *,
    known_at: int | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    account_ids: Iterable[int] | None = None,
    kinds: Iterable[str] | None = None,
    newest_first: bool = False,
) -> Iterator[Recorded]:
    """Transactions by day and sequence, reversed ones among them; bounds are inclusive."""
    conditions = ["t.commit_id <= :known_at"]
    values: dict[str, str | int | None] = {"known_at": upto(known_at)}
    if since is not None:
        conditions.append("t.occurred_on >= :since")
        values["since"] = since.isoformat()
    if until is not None:
        conditions.append("t.occurred_on <= :until")
        values["until"] = until.isoformat()
    if account_ids is not None:
        conditions.append(f"t.account_id IN ({', '.join(map(str, account_ids))})")
    if kinds is not None:
        names = sorted(kinds)
        values |= {f"kind{i}": name for i, name in enumerate(names)}
        conditions.append(f"t.kind IN ({', '.join(f':kind{i}' for i in range(len(names)))})")
    way = "DESC" if newest_first else "ASC"
    query = f"{_RECORDED} WHERE {' AND '.join(conditions)} ORDER BY t.occurred_on {way}, t.id {way}"
    for row in db.execute(query, values):
        yield _recorded(row)
