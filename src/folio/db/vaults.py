"""Vaults, their targets and what fills them."""

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import NamedTuple

from folio.db.values import upto


class Vault(NamedTuple):
    """A goal, as it is in force."""

    id: int
    name: str
    amount: Decimal  # the target
    currency_id: int
    target_day: dt.date | None


def read_vaults(db: sqlite3.Connection, known_at: int | None = None) -> list[Vault]:
    """The vaults with a target, by name."""
    query = (
        "SELECT v.id, v.name, t.amount, t.currency_id, t.target_day FROM vaults v "
        "JOIN vault_targets t ON t.vault_id = v.id WHERE t.commit_id <= ? ORDER BY t.id"
    )
    said = {row[0]: row for row in db.execute(query, [upto(known_at)])}
    vaults = [
        Vault(i, name, Decimal(amount), currency, day and dt.date.fromisoformat(day))
        for i, name, amount, currency, day in said.values()
        if amount is not None
    ]
    return sorted(vaults, key=lambda vault: vault.name.casefold())


def vault_shares(
    db: sqlite3.Connection, vault_id: int, day: dt.date, known_at: int | None = None
) -> dict[int, Decimal]:
    """Which percentage of which holding fills a vault on a day."""
    query = (
        "SELECT holding_id, percent FROM vault_shares WHERE vault_id = ? AND from_day <= ? "
        "AND commit_id <= ? ORDER BY from_day, id"
    )
    said = dict(db.execute(query, [vault_id, day.isoformat(), upto(known_at)]))
    return {holding: Decimal(p) for holding, p in said.items() if p is not None}


def find_vault(db: sqlite3.Connection, name: str) -> int | None:
    """The id of the vault with this name, in any case."""
    row = db.execute("SELECT id FROM vaults WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])
