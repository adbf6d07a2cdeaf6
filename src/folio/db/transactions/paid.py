"""What assets paid into holdings, by what transactions say of it."""

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from folio.db.transactions.splits import NOT_REVERSED
from folio.db.values import listed, upto
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO


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
    amount: Decimal | None  # what units were stated to be worth, and in which currency
    currency: int | None


_PAID = f"""
    SELECT t.id, p.holding_id, t.occurred_on, t.kind, t.account_id, t.related_asset_id,
           p.role, p.quantity, p.amount, p.amount_currency_id, p.line
    FROM transactions t JOIN postings p ON p.transaction_id = t.id
    WHERE t.account_id IS NOT NULL AND p.role <> 'external'
      AND p.occurred_on BETWEEN :since AND :until AND {NOT_REVERSED}
"""


def read_paid(
    db: sqlite3.Connection,
    payers: Iterable[int],
    receivers: Iterable[int],
    kinds: Collection[str],
    *,
    since: dt.date,
    until: dt.date,
    known_at: int | None = None,
) -> list[Paid]:
    """What these assets paid, and any into these holdings, both days inclusive, by day."""
    # What is paid into a holding is among its own postings, which lie together.
    query = f"""
        {_PAID} AND t.related_asset_id IN ({listed(payers)})
        UNION {_PAID} AND +t.related_asset_id IS NOT NULL AND p.holding_id IN ({listed(receivers)})
        ORDER BY 3, 1, 2, 11
    """
    bounds = {"since": since.isoformat(), "until": until.isoformat(), "known_at": upto(known_at)}
    found = []
    for (number, holding), group in groupby(db.execute(query, bounds), key=itemgetter(0, 1)):
        rows = list(group)
        _, _, text, kind, account, payer, *_ = rows[0]
        if kind not in kinds:
            continue
        gross = sum((Decimal(r[7]) for r in rows if r[6] in ("asset", "cash")), ZERO)
        net = sum((Decimal(r[7]) for r in rows), ZERO)
        day = dt.date.fromisoformat(text)
        worth = [(Decimal(r[8]), r[9]) for r in rows if r[8] is not None]
        amount = sum((part for part, _ in worth), ZERO) if worth else None
        currency = worth[0][1] if worth else None
        found.append(Paid(day, kind, account, payer, holding, gross, net, number, amount, currency))
    return found
