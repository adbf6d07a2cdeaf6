"""Assets found to be one: read through, never rewritten; and those that became others.

The ledger keeps what it was told.  Readers ask here which asset another one is read as, and
which ones are read as it.
"""

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING

from folio.db.values import upto

if TYPE_CHECKING:
    from folio.db.recording.commits import Commit


class Aliases:
    """Which assets are read as which, as known at a commit."""

    def __init__(self, alias_of: dict[int, int] | None = None) -> None:
        self._alias_of = alias_of or {}
        self._members: dict[int, list[int]] = {}
        for asset in self._alias_of:
            self._members.setdefault(self.canonical(asset), []).append(asset)

    def __bool__(self) -> bool:
        return bool(self._alias_of)

    def __contains__(self, asset: int) -> bool:
        return asset in self._alias_of

    def canonical(self, asset: int) -> int:
        """The asset that this one is read as; itself where it was not merged."""
        while asset in self._alias_of:
            asset = self._alias_of[asset]
        return asset

    def members(self, asset: int) -> list[int]:
        """The asset, and those that are read as it."""
        return [asset, *self._members.get(asset, ())]


def read_aliases(db: sqlite3.Connection, known_at: int | None = None) -> Aliases:
    """The merges in force."""
    query = "SELECT asset_id, alias_of FROM asset_aliases WHERE commit_id <= ? ORDER BY id"
    said = dict(db.execute(query, [upto(known_at)]))
    return Aliases({asset: into for asset, into in said.items() if into is not None})


def add_alias(commit: "Commit", asset_id: int, alias_of: int | None) -> None:
    """Say that an asset is read as another; None takes it back."""
    commit.add("asset_aliases", asset_id=asset_id, alias_of=alias_of)


_FIRST_KNOWN = """
    WITH RECURSIVE merged (id) AS (
        SELECT :asset UNION
        SELECT a.asset_id FROM asset_aliases a JOIN merged m ON a.alias_of = m.id
    ), own (id) AS (SELECT h.id FROM holdings h JOIN merged m ON h.asset_id = m.id)
    SELECT t.occurred_on FROM own JOIN postings p ON p.holding_id = own.id
        JOIN transactions t ON t.id = p.transaction_id
    UNION SELECT t.occurred_on FROM transactions t JOIN merged m ON t.related_asset_id = m.id
    UNION SELECT t.occurred_on FROM corporate_actions c
        JOIN merged m ON m.id IN (c.asset_id, c.to_asset_id)
        JOIN transactions t ON t.id = c.transaction_id
    UNION SELECT p.day FROM prices p JOIN merged m ON m.id IN (p.asset_id, p.quote_id)
    UNION SELECT y.from_day FROM yield_rules y JOIN own ON own.id = y.holding_id
    UNION SELECT v.from_day FROM vault_shares v JOIN own ON own.id = v.holding_id
    UNION SELECT '0001-01-01' FROM observations o JOIN own ON own.id = o.holding_id
    ORDER BY 1 LIMIT 1
"""


def first_known(db: sqlite3.Connection, asset: int) -> dt.date:
    """The first day of which anything was ever said of an asset, or of one once read as it.

    Balances that were observed say something of every day before.  The last day of all where
    nothing was said.
    """
    row = db.execute(_FIRST_KNOWN, {"asset": asset}).fetchone()
    return dt.date.max if row is None else dt.date.fromisoformat(row[0])


def joined_assets(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """The pairs of assets that some corporate action joins."""
    query = (
        "SELECT DISTINCT asset_id, to_asset_id FROM corporate_actions "
        "WHERE to_asset_id IS NOT NULL AND to_asset_id <> asset_id"
    )
    return list(db.execute(query))
