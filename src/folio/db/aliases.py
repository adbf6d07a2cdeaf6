"""Assets found to be one: read through, never rewritten.

The ledger keeps what it was told.  Readers ask here which asset another one is read as, and
which ones are read as it.
"""

import sqlite3
from typing import TYPE_CHECKING

from folio.db.values import upto

if TYPE_CHECKING:
    from folio.db.commits import Commit


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
