"""Vaults as the book knows them: each goal with what fills it, by day."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from folio.book import Book
from folio.db.arrangements.vaults import Vault, find_vault, read_vaults, vault_shares
from folio.engine.vaults import Changes, share_on
from folio.errors import UnknownName, near
from folio.model.shell_words import shell_word


class Filled(NamedTuple):
    """A vault and the dated percentages of holdings that fill it."""

    vault: Vault
    changes: Mapping[int, Changes]  # by holding

    def shares(self, day: dt.date) -> dict[int, Decimal]:
        """Which percentage of which holding fills it on a day."""
        found = {holding: share_on(changes, day) for holding, changes in self.changes.items()}
        return {holding: percent for holding, percent in found.items() if percent}


def filled_vaults(book: Book) -> list[Filled]:
    """The open vaults, by name."""
    vaults = read_vaults(book.db, book.known_at)
    return [Filled(vault, vault_shares(book.catalog, vault.id)) for vault in vaults]


def filled_vault(book: Book, name: str) -> Filled:
    """The open vault of this name.

    Raises:
        UnknownName: when there is none.
    """
    for filled in filled_vaults(book):
        if filled.vault.name.casefold() == name.casefold():
            return filled
    if find_vault(book.db, name) is not None:
        raise UnknownName(
            f"the vault {name!r} is not open; say --known-at a day on which it was, or open it "
            f"again with: folio vault add {shell_word(name)} --target NUMBER"
        )
    hint = near(name, [filled.vault.name for filled in filled_vaults(book)])
    raise UnknownName(f"there is no vault {name!r}{hint}; see: folio vault list")
