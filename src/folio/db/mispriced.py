"""Trades whose price and quantity do not make their cash."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from folio.db.splits import NOT_REVERSED
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


# From the cash on: it lies together, and what is left of the rest is few.  The difference is a
# sieve alone: in floats, and finer than the tolerance.
_TRADES = f"""
    SELECT t.id, p.quantity, p.price, c.quantity, p.holding_id, p.price_currency_id
    FROM holdings h
    CROSS JOIN postings c ON c.holding_id = h.id AND c.role = 'cash' AND c.occurred_on <= :until
    CROSS JOIN postings p ON p.transaction_id = c.transaction_id AND p.role = 'asset'
        AND p.price_currency_id = h.asset_id
        AND abs(abs(p.quantity * p.price) - abs(c.quantity)) > 0.01
    CROSS JOIN transactions t ON t.id = c.transaction_id
    WHERE t.kind IN ('buy', 'sell') AND {NOT_REVERSED}
    ORDER BY t.occurred_on, t.id, c.holding_id, c.line, p.holding_id, p.line
"""


def mispriced(db: sqlite3.Connection, until: str, known_at: int | None) -> Iterator[Mispriced]:
    """Trades through a day whose price and cash differ by more than rounding, by day."""
    rows = db.execute(_TRADES, {"until": until, "known_at": upto(known_at)})
    for number, group in groupby(rows, key=itemgetter(0)):
        parts = [(Decimal(units), Decimal(price), *rest) for _, units, price, *rest in group]
        units = abs(sum((part[0] for part in parts), ZERO))
        worth = abs(sum((part[0] * part[1] for part in parts), ZERO))
        cash, holding, currency = parts[0][2:]
        if differs(worth, amount := abs(Decimal(cash))):
            yield Mispriced(number, holding, units, worth, amount, currency)
