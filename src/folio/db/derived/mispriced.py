"""Trades whose price and quantity do not make their cash: derived, for few of many are."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from folio.db.transactions.splits import NOT_REVERSED
from folio.db.values import upto
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.model.trade_amounts import differs


class Mispriced(NamedTuple):
    """One of them; units and amounts are unsigned, these in the price's own currency."""

    transaction: int
    holding_id: int
    units: Decimal
    worth: Decimal  # quantity × price
    amount: Decimal
    currency: int


# The difference is a sieve alone: in floats, and finer than the tolerance.
_FOUND = """
    SELECT t.id, p.quantity, p.price, c.quantity, p.holding_id, p.price_currency_id
    FROM {cash}
    CROSS JOIN postings p ON p.transaction_id = c.transaction_id AND p.role = 'asset'
        AND p.price_currency_id = h.asset_id
        AND abs(abs(p.quantity * p.price) - abs(c.quantity)) > 0.01
    CROSS JOIN transactions t ON t.id = c.transaction_id
    WHERE t.kind IN ('buy', 'sell') AND {which}
    ORDER BY t.occurred_on, t.id, c.holding_id, c.line, p.holding_id, p.line
"""
# Of all trades the cash is read as it lies, together; of a few, as they name it.
_ALL = "holdings h CROSS JOIN postings c ON c.holding_id = h.id AND c.role = 'cash'"
_OF = """{few} n CROSS JOIN postings c ON c.transaction_id = n.id AND c.role = 'cash'
    CROSS JOIN holdings h ON h.id = c.holding_id"""
_NOTED = _FOUND.format(
    cash=_OF.format(few="mispriced"), which=f"t.occurred_on <= :until AND {NOT_REVERSED}"
)
_NEW = {
    True: _FOUND.format(cash=_OF.format(few="transactions"), which="n.id >= :first"),
    False: _FOUND.format(cash=_ALL, which="c.transaction_id >= :first"),
}


def mispriced(db: sqlite3.Connection, until: str, known_at: int | None) -> Iterator[Mispriced]:
    """Trades through a day whose price and cash differ by more than rounding, by day."""
    return _read(db, _NOTED, {"until": until, "known_at": upto(known_at)})


def note_mispriced(db: sqlite3.Connection, first: int = 0, *, few: bool = False) -> None:
    """Note which of the transactions from ``first`` (inclusive) on are such trades.

    What a transaction says is never changed, so none of them is looked at again.
    """
    found = [(one.transaction,) for one in _read(db, _NEW[few], {"first": first})]
    db.executemany("INSERT INTO mispriced VALUES (?)", found)


def _read(
    db: sqlite3.Connection, query: str, values: Mapping[str, str | int]
) -> Iterator[Mispriced]:
    with closing(db.execute(query, values)) as rows:
        for number, group in groupby(rows, key=itemgetter(0)):
            parts = [(Decimal(units), Decimal(price), *rest) for _, units, price, *rest in group]
            units = abs(sum((part[0] for part in parts), ZERO))
            worth = abs(sum((part[0] * part[1] for part in parts), ZERO))
            cash, holding, currency = parts[0][2:]
            if differs(worth, amount := abs(Decimal(cash))):
                yield Mispriced(number, holding, units, worth, amount, currency)
