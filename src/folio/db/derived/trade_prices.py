"""The prices of trades, and which pairs have a price: derived, for trades can be reversed.

The price of a trade is the one that was stated, to the digit; where none was, or where its cash
contradicts it (a bond's in percent, a contract's for a part of it:
:mod:`folio.db.derived.mispriced`), what was paid for a unit: the money of the transaction, fees and
taxes apart, ÷ the units.  So a holding of an exchange that lists what came and what went, and no
prices, is worth what it last changed hands for, and the figure is graded estimated as any of a
trade's is.  Of coins for coins, and of money in several currencies, nothing is worked out.  What is
money itself has rates, and no price of a trade.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from folio.db.transactions.walked import COUNTS, WALKS_AT
from folio.db.values import LATEST
from folio.model.ledger import EVER
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO, divide, to_text


def add_pairs(db: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Note that these pairs have a price."""
    db.executemany(
        "INSERT INTO price_pairs VALUES (?, ?) ON CONFLICT (asset_id, quote_id) DO NOTHING", pairs
    )


def derive_pairs(db: sqlite3.Connection) -> None:
    """Note every pair that was ever priced."""
    db.execute("INSERT INTO price_pairs SELECT DISTINCT asset_id, quote_id FROM prices")


_TRADES = f"""
    SELECT p.occurred_on, p.price_currency_id, p.price, p.transaction_id,
           p.price IS NULL OR p.transaction_id IN mispriced
    FROM holdings h JOIN postings p ON p.holding_id = h.id
    WHERE (SELECT type FROM assets WHERE id = :asset) <> 'currency'
      AND h.asset_id = :asset AND p.occurred_on BETWEEN :since AND :until AND p.role = 'asset'
      AND CASE WHEN p.price IS NULL THEN p.kind IN ('buy', 'sell', 'swap')
          ELSE p.kind IN ('buy', 'sell', 'swap', 'symbol_change')
               AND p.price_currency_id <> :asset END
      AND {COUNTS}
    ORDER BY p.occurred_on,  -- then as they walk: see model.ledger.walk_key
        CASE WHEN p.kind = 'symbol_change' THEN 0 WHEN p.occurred_at IS NOT NULL THEN 3
             WHEN p.quantity < '0' THEN 4 ELSE 1 END, p.occurred_at, {WALKS_AT}
"""


_MOVED = """
    SELECT h.asset_id, p.quantity, p.role, a.type = 'currency'
    FROM postings p JOIN holdings h ON h.id = p.holding_id JOIN assets a ON a.id = h.asset_id
    WHERE p.transaction_id = ? AND p.role IN ('asset', 'cash')
"""


class _Trade(NamedTuple):
    day: str
    quote: int
    price: str
    transaction_id: int
    worked_out: int  # 1: from the money paid: none was stated, or the money says otherwise


_TRADE = partial(tuple.__new__, _Trade)  # from a tuple, in a third of the time


def _trades(db: sqlite3.Connection, values: Mapping[str, object]) -> Iterator[_Trade]:
    """What an asset changed hands for, in the order of the walk; nothing for nothing."""
    for row in db.execute(_TRADES, values):
        one = _TRADE(row)
        if one.worked_out:
            moved = db.execute(_MOVED, [one.transaction_id])
            quote, price = _worked_out(values["asset"], moved.fetchall())
            one = one._replace(quote=quote, price=price)
        if one.price != "0":
            yield one


def _worked_out(asset: object, moved: Sequence[tuple[int, str, str, int]]) -> tuple[int, str]:
    """The currency that was paid for units, and how much for one; "0" where that is not known.

    ``moved`` is what the transaction did: to which asset, how many units, in which role, and
    whether that is money.
    """
    units = sum((Decimal(n) for own, n, role, _ in moved if own == asset and role == "asset"), ZERO)
    paid = {quote: is_money for quote, _, _, is_money in moved if quote != asset}
    amount = sum((Decimal(n) for quote, n, _, _ in moved if quote != asset), ZERO)
    if len(paid) != 1 or not all(paid.values()) or units * amount >= ZERO:
        return 0, "0"
    return min(paid), to_text(divide(-amount, units))


def read_trades(
    db: sqlite3.Connection, asset: int, *, quote: int, known_at: int
) -> list[tuple[str, str]]:
    """The last price of each day at which an asset changed hands for ``quote``."""
    values = {"asset": asset, "since": "", "until": EVER, "known_at": known_at}
    return list({one.day: one.price for one in _trades(db, values) if one.quote == quote}.items())


def derive_trade_prices(
    db: sqlite3.Connection, asset: int, since: str = "", until: str = EVER
) -> set[tuple[int, str]]:
    """Compute the asset's trade prices again, from the day ``since`` through ``until``.

    Returns what changed: of which quote, on which day.
    """
    before = {
        (row[0], row[1]): row[2]
        for quote in db.execute("SELECT quote_id FROM price_pairs WHERE asset_id = ?", [asset])
        for row in db.execute(
            "DELETE FROM trade_prices WHERE asset_id = ? AND quote_id = ? AND day BETWEEN ? AND ? "
            "RETURNING quote_id, day, price",
            [asset, *quote, since, until],
        )
    }
    values = {"asset": asset, "since": since, "until": until, "known_at": LATEST}
    last = {(one.quote, one.day): one for one in _trades(db, values)}
    db.executemany(
        "INSERT INTO trade_prices VALUES (?, ?, ?, ?, ?, ?)",
        [(asset, quote, day, *one[2:]) for (quote, day), one in last.items()],
    )
    add_pairs(db, {(asset, quote) for quote, _ in last})
    db.execute(
        "DELETE FROM price_pairs WHERE asset_id = :asset "
        "AND NOT EXISTS (SELECT 1 FROM prices p WHERE p.asset_id = price_pairs.asset_id "
        "AND p.quote_id = price_pairs.quote_id) "
        "AND NOT EXISTS (SELECT 1 FROM trade_prices t WHERE t.asset_id = price_pairs.asset_id "
        "AND t.quote_id = price_pairs.quote_id)",
        {"asset": asset},
    )
    after = {key: one.price for key, one in last.items()}
    return {key for key, _ in before.items() ^ after.items()}


def trade_behind(
    db: sqlite3.Connection,
    pairs: Iterable[tuple[int, int]],
    day: dt.date,
    known_at: int | None,
) -> tuple[int, bool] | None:
    """The transaction whose price is a pair's of a day, and whether that was worked out.

    ``pairs`` are all the ids by which the pair is known: the first that has one counts.
    """
    found = (_trade_behind(db, pair, day, known_at) for pair in pairs)
    return next((trade for trade in found if trade is not None), None)


def _trade_behind(
    db: sqlite3.Connection, pair: tuple[int, int], day: dt.date, known_at: int | None
) -> tuple[int, bool] | None:
    if known_at is None:
        query = (
            "SELECT transaction_id, worked_out FROM trade_prices "
            "WHERE asset_id = ? AND quote_id = ? AND day = ?"
        )
        row = db.execute(query, [*pair, day.isoformat()]).fetchone()
        return None if row is None else (int(row[0]), bool(row[1]))
    text = day.isoformat()
    values = {"asset": pair[0], "since": text, "until": text, "known_at": known_at}
    of_day = [one for one in _trades(db, values) if one.quote == pair[1]]
    return (of_day[-1].transaction_id, bool(of_day[-1].worked_out)) if of_day else None
