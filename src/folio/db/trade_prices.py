"""The prices of trades, and which pairs have a price: derived, for trades can be reversed."""

import datetime as dt
import sqlite3
from collections.abc import Iterable

from folio.db.values import LATEST, PLACE
from folio.model.ledger import EVER


def add_pairs(db: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Note that these pairs have a price."""
    db.executemany(
        "INSERT INTO price_pairs VALUES (?, ?) ON CONFLICT (asset_id, quote_id) DO NOTHING", pairs
    )


def derive_pairs(db: sqlite3.Connection) -> None:
    """Note every pair that was ever priced."""
    db.execute("INSERT INTO price_pairs SELECT DISTINCT asset_id, quote_id FROM prices")


_TRADES = f"""
    SELECT p.occurred_on, p.price, p.price_currency_id, t.id
    FROM holdings h JOIN postings p ON p.holding_id = h.id
    JOIN transactions t ON t.id = p.transaction_id
    WHERE h.asset_id = :asset AND p.occurred_on BETWEEN :since AND :until AND p.role = 'asset'
      AND p.price IS NOT NULL AND p.price_currency_id <> :asset
      AND t.kind IN ('buy', 'sell', 'swap', 'symbol_change')
      AND t.commit_id <= :known_at
      AND NOT EXISTS (SELECT 1 FROM transactions r
                      WHERE r.reverses = t.id AND r.commit_id <= :known_at)
    ORDER BY p.occurred_on,  -- then as they walk: see model.ledger.walk_key
        CASE WHEN t.kind = 'symbol_change' THEN 0 WHEN t.occurred_at IS NOT NULL THEN 3
             WHEN p.quantity < '0' THEN 4 ELSE 1 END, t.occurred_at, {PLACE}
"""


def read_trades(
    db: sqlite3.Connection, asset: int, *, quote: int, known_at: int
) -> list[tuple[str, str]]:
    """The last price of each day at which an asset changed hands for ``quote``."""
    values = {"asset": asset, "since": "", "until": EVER, "known_at": known_at}
    rows = db.execute(_TRADES, values)
    return list({row[0]: row[1] for row in rows if row[2] == quote and row[1] != "0"}.items())


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
    last = {(row[2], row[0]): row for row in db.execute(_TRADES, values) if row[1] != "0"}
    db.executemany(
        "INSERT INTO trade_prices VALUES (?, ?, ?, ?, ?)",
        [(asset, quote, day, row[1], row[3]) for (quote, day), row in last.items()],
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
    after = {key: row[1] for key, row in last.items()}
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def trade_behind(
    db: sqlite3.Connection, pair: tuple[int, int], day: dt.date, known_at: int | None = None
) -> int | None:
    """The transaction whose price is the pair's trade price of a day."""
    if known_at is None:
        query = (
            "SELECT transaction_id FROM trade_prices WHERE asset_id = ? AND quote_id = ? "
            "AND day = ?"
        )
        row = db.execute(query, [*pair, day.isoformat()]).fetchone()
        return None if row is None else int(row[0])
    text = day.isoformat()
    values = {"asset": pair[0], "since": text, "until": text, "known_at": known_at}
    rows = db.execute(_TRADES, values)
    of_day = [row[3] for row in rows if row[2] == pair[1] and row[1] != "0"]
    return of_day[-1] if of_day else None
