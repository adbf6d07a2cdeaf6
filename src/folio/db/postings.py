"""Transactions and their postings: writing them, and reading one's parts."""

import datetime as dt
import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from folio.db.values import instant_text, optional_day, optional_decimal, optional_text
from folio.model.numbers import to_text

if TYPE_CHECKING:
    from folio.db.commits import Commit, Value


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


def add_transaction(commit: "Commit", new: NewTransaction) -> int:
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
    kept = commit.prove("transactions", [*head, postings, action, lots])  # type: ignore[list-item]
    head[9] = new.content  # type: ignore[call-overload]
    commit.insert("transactions", [[*head, kept]])
    commit.insert("postings", postings)
    if action:
        commit.insert("corporate_actions", [action])
    if lots:
        commit.insert("lot_choices", lots)
    if new.lines:
        commit.link((number, *line) for line in new.lines)
    return number


def _posting_row(number: int, new: NewTransaction, line: int, p: NewPosting) -> "list[Value]":
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


def _action_row(number: int, action: NewAction | None) -> "list[Value]":
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


def lots_named(db: sqlite3.Connection, transaction: int) -> list[tuple[int, int, Decimal | None]]:
    """The lots that a transaction names: holding, lot, units (None: as many as it takes)."""
    query = (
        "SELECT holding_id, lot_id, quantity FROM lot_choices WHERE transaction_id = ? "
        "ORDER BY holding_id, lot_id"
    )
    rows = db.execute(query, [transaction])
    return [(holding, lot, optional_decimal(units)) for holding, lot, units in rows]


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
