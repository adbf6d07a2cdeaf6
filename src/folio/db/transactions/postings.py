"""Transactions and their postings: writing them, and reading one's parts."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from folio.db.recording.stated_lines import RUN_OF
from folio.db.values import (
    array_of,
    day_text,
    instant_text,
    optional_day,
    optional_decimal,
    optional_text,
)
from folio.model.named import NamedTuple
from folio.model.numbers import to_text

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit, Value


class NewPosting(NamedTuple):
    """A posting to be written: its columns as they stand in the book."""

    holding_id: int
    role: str
    quantity: str
    price: str | None = None
    price_currency_id: int | None = None
    amount: str | None = None
    amount_currency_id: int | None = None
    mixed: int | None = None  # 1, or None
    acquired_on: str | None = None
    across: int | None = None  # APART, FAR or ABOUT, where it is of several accounts


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
    lots: Sequence[tuple[int, int, Decimal | None]] = ()  # holding, lot (0: its own), units
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
    (
        kind, on, instant, account, source, external_id, revision, content, new_postings,
        related, reverses, new_note, new_action, new_lots, lines,
    ) = new  # fmt: skip
    day = day_text(on)
    at = None if instant is None else instant_text(instant)
    note = new_note or None
    first = _first_revision(commit, new) if revision > 1 else None
    rows, bare, text = _posting_rows(number, day, (kind, at, related, first), new_postings)
    action = _action_row(number, new_action) if new_action else None
    lots: list[list[Value]] = (
        [[number, h, lot or number, optional_text(n)] for h, lot, n in new_lots] if new_lots else []
    )
    quoted = commit.json_text
    # The text of the JSON that is hashed: to encode the same as lists takes four times as long.
    kept = commit.prove_text(
        "transactions",
        f'["transactions",{number},{commit.id},"{kind}","{day}",{_word(at)},'
        f"{account or 'null'},{source},{quoted(external_id)},{revision},"  # no id is 0
        f'"{content.hex()}",{related or "null"},{reverses or "null"},'
        f"{'null' if note is None else quoted(note)},"
        f"[{text}],{commit.as_json(action) if action else '[]'},"
        f"{commit.as_json(list(lots)) if lots else '[]'}]",
    )
    head = (  # what is bytes, the module of SQLite tries to adapt first, in four times the time
        number, commit.id, kind, day, at, account, source, external_id, revision,
        bytearray(content), related, reverses, note, bytearray(kept),
    )  # fmt: skip
    commit.insert_event(head, rows, bare)
    if action:
        commit.insert("corporate_actions", [action])
    if lots:
        commit.insert("lot_choices", lots)
    if lines:
        commit.link((number, *line) for line in lines)
    return number


_Same = tuple[str, str | None, int | None, int | None]  # what all postings of a transaction say


def _posting_rows(
    number: int, day: str, same: _Same, postings: Sequence[NewPosting]
) -> tuple[list[Sequence[object]], list[Sequence[object]], str]:
    """Postings as they are stored, with all columns and with those of BARE, and both as JSON.

    Their texts are words and numbers, in which nothing is to be escaped.
    """
    kind, at, related, first = same
    rows: list[Sequence[object]] = []
    bare: list[Sequence[object]] = []
    texts, said = [], f'"{kind}",{_word(at)},{related or "null"},{first or "null"}'
    for line, posting in enumerate(postings, 1):
        (
            holding, role, units, price, quoted_in, amount, currency, mixed, acquired, across,
        ) = posting  # fmt: skip
        rare = mixed or acquired or first or across
        if price is None and amount is None and not rare:  # mostly
            bare.append((holding, day, number, line, kind, at, related, role, units))
            rest = "null,null,null,null,null,null,null"
        else:
            rows.append((holding, day, number, line, *same, *posting[1:]))
            rest = (
                f'"{price}",{quoted_in},"{amount}",{currency},null,null,null'  # of a trade
                if price and amount and not rare
                else f"{_word(price)},{quoted_in or 'null'},"
                f"{_word(amount)},{currency or 'null'},{mixed or 'null'},{_word(acquired)},"
                f"{across or 'null'}"
            )
        texts.append(f'[{holding},"{day}",{number},{line},{said},"{role}","{units}",{rest}]')
    return rows, bare, ",".join(texts)


def _first_revision(commit: "Commit", new: NewTransaction) -> int:
    commit.flush()
    query = (
        "SELECT id FROM transactions WHERE ifnull(account_id, 0) = ? AND source_id = ? "
        "AND external_id = ? AND revision = 1"
    )
    values = [new.account_id or 0, new.source_id, new.external_id]
    return int(commit.db.execute(query, values).fetchone()[0])


def _word(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'


def _action_row(number: int, action: NewAction) -> "list[Value]":
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
    """The lots that a transaction names: holding, lot, units (None: as many as it takes).

    A lot of 0 is its own, of what it sold short.
    """
    query = (
        "SELECT holding_id, nullif(lot_id, transaction_id), quantity FROM lot_choices "
        "WHERE transaction_id = ? ORDER BY holding_id, lot_id"
    )
    rows = db.execute(query, [transaction])
    return [(holding, lot or 0, optional_decimal(units)) for holding, lot, units in rows]


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
    across: int | None

    @property
    def again(self) -> NewPosting:
        """The same, to be written."""
        return NewPosting(
            self.holding_id,
            self.role,
            to_text(self.quantity),
            optional_text(self.price),
            self.price_currency_id,
            optional_text(self.amount),
            self.amount_currency_id,
            1 if self.mixed else None,
            None if self.acquired_on is None else self.acquired_on.isoformat(),
            self.across,
        )


_POSTING = (
    "holding_id, role, quantity, price, price_currency_id, amount, amount_currency_id, mixed, "
    "acquired_on, across"
)
_ACTION = "asset_id, new_units, old_units, cost_share, to_asset_id"


def postings_of(db: sqlite3.Connection, transaction: int) -> list[Posting]:
    """A transaction's postings, in their order."""
    query = f"SELECT {_POSTING} FROM postings WHERE transaction_id = ? ORDER BY line"
    return [_posting(row) for row in db.execute(query, [transaction])]


def postings_of_each(
    db: sqlite3.Connection, transactions: Iterable[int]
) -> dict[int, list[Posting]]:
    """The postings of some transactions, in their order, by transaction."""
    query = (
        f"SELECT transaction_id, {_POSTING} FROM json_each(?) CROSS JOIN postings "
        "ON transaction_id = value ORDER BY transaction_id, line"
    )
    found: dict[int, list[Posting]] = {}
    for number, *row in db.execute(query, [array_of(transactions)]):
        found.setdefault(number, []).append(_posting(row))
    return found


def _posting(row: Sequence[Any]) -> Posting:
    (
        holding, role, units, price, price_currency, amount, amount_currency, mixed, acquired,
        across,
    ) = row  # fmt: skip
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
        across,
    )


def action_of(db: sqlite3.Connection, transaction: int) -> NewAction | None:
    """A transaction's corporate action."""
    query = f"SELECT {_ACTION} FROM corporate_actions WHERE transaction_id = ?"
    row = db.execute(query, [transaction]).fetchone()
    return None if row is None else _action(row)


def actions_of_each(db: sqlite3.Connection, transactions: Iterable[int]) -> dict[int, NewAction]:
    """The corporate actions of some transactions, by transaction."""
    query = (
        f"SELECT transaction_id, {_ACTION} FROM json_each(?) CROSS JOIN corporate_actions "
        "ON transaction_id = value"
    )
    rows = db.execute(query, [array_of(transactions)])
    return {number: _action(row) for number, *row in rows}


def _action(row: Sequence[Any]) -> NewAction:
    asset, new, old, share, to_asset = row
    ratio = None if new is None else (new, old)
    return NewAction(asset, ratio, None if share is None else Decimal(share), to_asset)


def lines_of(db: sqlite3.Connection, transaction: int) -> list[tuple[int, int]]:
    """The lines of statements that state a transaction: (statement, line)."""
    query = (
        "SELECT p.statement_id, p.line + t.id - p.transaction_id AS line FROM transactions t "
        f"JOIN provenance p ON {RUN_OF} WHERE t.id = ? ORDER BY p.statement_id, line"
    )
    return list(db.execute(query, [transaction]))
