"""Vaults, their targets and what fills them."""

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import NamedTuple

from folio.db.arrangements.catalog import Catalog
from folio.db.values import optional_day, optional_decimal, upto


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
        Vault(i, name, Decimal(amount), currency, optional_day(day))
        for i, name, amount, currency, day in said.values()
        if amount is not None
    ]
    return sorted(vaults, key=lambda vault: vault.name.casefold())


def vault_shares(
    catalog: Catalog, vault_id: int
) -> dict[int, list[tuple[dt.date, Decimal | None]]]:
    """What fills a vault: for each holding its percentages by the day from which they apply.

    Of several rows for one day the newest counts, those of holdings that are read as another one
    among them; None is no share.
    """
    query = (
        "SELECT holding_id, from_day, percent FROM vault_shares WHERE vault_id = ? "
        "AND commit_id <= ? ORDER BY id"
    )
    said: dict[int, dict[dt.date, Decimal | None]] = {}
    for number, day, percent in catalog.db.execute(query, [vault_id, upto(catalog.known_at)]):
        holding = catalog.holdings[number].id
        said.setdefault(holding, {})[dt.date.fromisoformat(day)] = optional_decimal(percent)
    return {holding: sorted(changes.items()) for holding, changes in said.items()}


def find_vault(db: sqlite3.Connection, name: str) -> int | None:
    """The id of the vault with this name, in any case."""
    row = db.execute("SELECT id FROM vaults WHERE name = ?", [name]).fetchone()
    return None if row is None else int(row[0])
