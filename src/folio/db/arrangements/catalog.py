"""The names of the book: institutions, accounts, assets and holdings.

There are hundreds of them, not millions, so a command loads them all at once.
"""

import datetime as dt
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from folio.db.arrangements.aliases import Aliases, read_aliases
from folio.db.arrangements.settings import Settings, load_settings
from folio.db.values import upto
from folio.errors import FolioError
from folio.model.accounts import Account, Holding, Institution
from folio.model.assets import Asset
from folio.model.named import from_tuple

if TYPE_CHECKING:
    from folio.model.transactions import AccountRef

T = TypeVar("T")
_HOLDING = from_tuple(Holding)


def _squashed(name: str) -> str:
    """A name without case, blanks and punctuation: ``trading212`` finds ``Trading 212``.

    A number without the zeros before it, which a spreadsheet leaves out.
    """
    plain = "".join(c for c in name.casefold() if c.isalnum())
    return plain.lstrip("0") if plain.isdecimal() else plain


def _note(
    account: Account, index: dict[str, list[Account]], same: Callable[[str], str], *, at: bool
) -> None:
    """Note an account in an index of names; ``at``: by its institution's and its own too."""
    names = [account.name, f"{account.institution}/{account.name}"] if at else [account.name]
    for name in {same(name) for name in names}:
        index[name].append(account)


class ReadThrough(dict[int, T]):
    """What is in force by id; the id of something merged finds what it was merged into."""

    def __init__(self, known: dict[int, T], merged: dict[int, int]) -> None:
        super().__init__(known)
        for number in merged:
            self.pop(number, None)
        self.merged = merged  # into which other

    def __missing__(self, number: int) -> T:
        return self[self.merged[number]]


class Catalog:
    """Everything that has a name, as known at a commit."""

    def __init__(self, db: sqlite3.Connection, known_at: int | None = None) -> None:
        self.db = db
        self.known_at = known_at
        self._limit = upto(known_at)

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.db, self.known_at)

    @cached_property
    def base(self) -> Asset:
        """The book's base currency."""
        return self.currency(self.settings.book("base_currency"))

    def currency(self, code: str) -> Asset:
        """The currency of the book with this code.

        Raises:
            KeyError: when the book has never met it.
        """
        return next(a for a in self.assets.values() if a.is_currency and a.symbol == code)

    @cached_property
    def institutions(self) -> dict[int, Institution]:
        query = "SELECT id, name, type FROM institutions WHERE commit_id <= ?"
        return {row[0]: Institution(*row) for row in self.db.execute(query, [self._limit])}

    @cached_property
    def accounts(self) -> dict[int, Account]:
        query = (
            "SELECT a.id, a.institution_id, i.name, a.name, a.type, a.currency_id, a.note "
            "FROM accounts a JOIN institutions i ON i.id = a.institution_id WHERE a.commit_id <= ?"
        )
        return {row[0]: Account(*row) for row in self.db.execute(query, [self._limit])}

    def accounts_named(self, ref: "AccountRef") -> list[Account]:
        """The accounts that a reference may mean, in any case; else without blanks and points.

        A name with slashes may be cut at any of them: ``A/B Bank/Giro``.
        """
        for same in (str.casefold, _squashed):
            found = self._called(same, ref.name)
            if ref.institution is not None:
                found = [a for a in found if same(a.institution) == same(ref.institution)]
            if found:
                return found
        return self._called(str.casefold, str(ref), at=True)

    def _called(self, same: Callable[[str], str], name: str, *, at: bool = False) -> list[Account]:
        """The accounts of the same name, or also ``at`` an institution; each way has its index."""
        index = self._by_name.get((same, at))
        if index is None:
            index = self._by_name[same, at] = defaultdict(list)
            for account in self.accounts.values():
                _note(account, index, same, at=at)
        return index.get(same(name), [])

    def add_account(self, account: Account) -> None:
        """Take in an account that was just recorded."""
        self.accounts[account.id] = account
        for (same, at), index in self._by_name.items():
            _note(account, index, same, at=at)

    @cached_property
    def _by_name(self) -> dict[tuple[Callable[[str], str], bool], dict[str, list[Account]]]:
        return {}

    @cached_property
    def aliases(self) -> Aliases:
        return read_aliases(self.db, self.known_at)

    @cached_property
    def assets(self) -> ReadThrough[Asset]:
        """The assets, those that were merged into another left out."""
        merged = {a: self.aliases.canonical(a) for a in self.every_asset if a in self.aliases}
        return ReadThrough(self.every_asset, merged)

    @cached_property
    def every_asset(self) -> dict[int, Asset]:
        """The assets, those that were merged among them."""
        query = (
            "SELECT id, symbol, type, market, isin, precision, name FROM assets "
            "WHERE commit_id <= ?"
        )
        changed = self.settings.scopes("asset")  # few: the rest is as it was recorded
        found = {
            row[0]: self._asset(*row) if row[0] in changed else Asset(*row)
            for row in self.db.execute(query, [self._limit])
        }
        return found | self._namesakes(found.values())

    def _namesakes(self, assets: Collection[Asset]) -> dict[int, Asset]:
        """Those of these assets that have one: what is merged is none of what is not."""
        every = Counter(asset.symbol.casefold() for asset in assets)
        if len(every) == every.total():  # in most books
            return {}
        alone = Counter(a.symbol.casefold() for a in assets if a.id not in self.aliases)
        return {
            asset.id: asset._replace(has_namesake=True)
            for asset in assets
            if (every if asset.id in self.aliases else alone)[asset.symbol.casefold()] > 1
        }

    def assets_called(self, symbol: str) -> list[Asset]:
        """The assets with this symbol in any case, those that were merged among them."""
        return [self.every_asset[number] for number in self._by_symbol.get(symbol.casefold(), ())]

    def asset_of(self, isin: str) -> Asset | None:
        """The asset, merged or not, that has this ISIN now."""
        number = self._by_isin.get(isin)
        return None if number is None else self.every_asset[number]

    def add_asset(self, asset: Asset) -> None:
        """Take in an asset that was just recorded, or that has another ISIN."""
        was = self.every_asset.get(asset.id)
        if was is None:
            self._by_symbol[asset.symbol.casefold()].append(asset.id)
        elif was.isin is not None:
            self._by_isin.pop(was.isin, None)
        if asset.isin is not None:
            self._by_isin[asset.isin] = asset.id
        self.every_asset[asset.id] = self.assets[asset.id] = asset
        for number, one in self._namesakes(self.assets_called(asset.symbol)).items():
            self.every_asset[number] = one
            if number in self.assets:
                self.assets[number] = one

    @cached_property
    def _by_symbol(self) -> dict[str, list[int]]:
        index = defaultdict(list)
        for asset in self.every_asset.values():
            index[asset.symbol.casefold()].append(asset.id)
        return index

    @cached_property
    def _by_isin(self) -> dict[str, int]:
        return {a.isin: a.id for a in self.every_asset.values() if a.isin is not None}

    @cached_property
    def former_isins(self) -> dict[str, int]:
        """The asset of every ISIN that was stated of it since one was taken away, the present
        ones among them."""
        query = (
            "SELECT 0, isin, id FROM assets WHERE isin IS NOT NULL AND commit_id <= :limit "
            "UNION ALL SELECT id, value, scope_id FROM settings WHERE scope = 'asset' "
            "AND key = 'isin' AND value IS NOT NULL AND commit_id <= :limit ORDER BY 1"
        )
        found: dict[str, int] = {}
        for _, isin, asset in self.db.execute(query, {"limit": self._limit}):
            if isin:
                found[isin] = asset
            else:
                found = {other: owner for other, owner in found.items() if owner != asset}
        return found

    def stood_with_isin(self, isin: str | None) -> bool:
        """Whether an asset was made with it, whatever was said of that since."""
        query = "SELECT 1 FROM assets WHERE isin = ?"
        return self.db.execute(query, [isin]).fetchone() is not None

    def with_isin(self, isin: str) -> int | None:
        """The asset that has this ISIN, else the one that had it before."""
        owner = self.asset_of(isin)
        return self.former_isins.get(isin) if owner is None else owner.id

    def _asset(
        self, number: int, symbol: str, kind: str, market: str, isin: str, places: int, name: str
    ) -> Asset:
        def now(key: str) -> str | None:
            return self.settings.get(("asset", number), key)

        precision = now("precision")
        return Asset(
            number,
            now("symbol") or symbol,
            now("type") or kind,
            now("market") or market,
            isin if (said := now("isin")) is None else said or None,
            places if precision is None else int(precision),
            name,
            now("quote_unit"),
        )

    def tracks_cash(self, account: Account, day: dt.date) -> bool:
        """Whether the account's cash is in the ledger on a day.

        Without a choice it is where cash is what the account is for.
        """
        said = self.settings.get(("account", account.id), "tracks_cash", day)
        if said is not None:
            return said == "yes"
        return account.type in ("checking", "savings", "credit-card", "loan")

    def stated_currency(self, account: Account, day: dt.date | None = None) -> str | None:
        """The currency that somebody said the account is in, on a day or now."""
        said = self.settings.get(("account", account.id), "currency", day)
        own = self.assets.get(account.currency_id or 0)
        return said or (None if own is None else own.symbol)

    def money_of(self, account: Account) -> list[str]:
        """The currencies that the account has had, by their codes."""
        held = {h.asset_id for h in self.holdings.values() if h.account_id == account.id}
        return sorted(self.assets[a].symbol for a in held if self.assets[a].is_currency)

    def currency_of(self, account: Account, day: dt.date | None = None) -> str | None:
        """What an amount without a currency means in an account: what was said of it, else the
        book's currency; None where the account has had other money alone so far.
        """
        stated, base = self.stated_currency(account, day), self.base.symbol
        if stated is not None:
            return stated
        money = self.money_of(account)
        return base if not money or base in money else None

    @cached_property
    def holdings(self) -> ReadThrough[Holding]:
        """The holdings; those of a merged asset are read as the other asset's beside them."""
        query = "SELECT id, account_id, asset_id, label, note FROM holdings WHERE commit_id <= ?"
        hidden = self.settings.flagged("holding", "hidden")
        inactive = self.settings.flagged("holding", "inactive")
        known = {
            row[0]: _HOLDING((*row, row[0] in hidden, row[0] in inactive))
            for row in self.db.execute(query, [self._limit])
        }
        return ReadThrough(known, self._merged_holdings(known) if self.aliases else {})

    def _merged_holdings(self, known: dict[int, Holding]) -> dict[int, int]:
        by_key = {(h.account_id, h.asset_id, h.label.casefold()): h.id for h in known.values()}
        return {
            h.id: by_key[(h.account_id, self.aliases.canonical(h.asset_id), h.label.casefold())]
            for h in known.values()
            if h.asset_id in self.aliases
        }

    def members(self, holding_id: int) -> list[int]:
        """The holding, and those that are read as it."""
        merged = self.holdings.merged.items()
        return [holding_id, *(number for number, into in merged if into == holding_id)]

    @cached_property
    def places(self) -> dict[int, int]:
        """Each holding's place on a page: by institution, account, and money after the rest."""

        accounts = {
            a.id: (a.institution.casefold(), a.name.casefold()) for a in self.accounts.values()
        }
        assets = {a.id: (a.is_currency, a.symbol.casefold()) for a in self.assets.values()}
        ordered = sorted(
            [
                (accounts[account], assets[asset], label.casefold(), place, number)
                for place, (number, account, asset, label, *_) in enumerate(self.holdings.values())
            ]
        )
        return {line[-1]: place for place, line in enumerate(ordered)}

    @cached_property
    def groups(self) -> dict[int, str]:
        query = "SELECT id, name FROM groups WHERE commit_id <= ? ORDER BY name"
        return dict(self.db.execute(query, [self._limit]))

    @cached_property
    def has_vaults(self) -> bool:
        """Whether any vault was ever made."""
        query = "SELECT EXISTS (SELECT 1 FROM vaults WHERE commit_id <= ?)"
        return bool(self.db.execute(query, [self._limit]).fetchone()[0])

    def holding_of(self, account_id: int, asset_id: int, label: str = "") -> Holding | None:
        """The holding with this key, if the book has it."""
        asset_id = self.aliases.canonical(asset_id)
        return self._by_key.get((account_id, asset_id, label.casefold()))

    def add_holding(self, holding: Holding) -> None:
        """Take in a holding that was just recorded."""
        self._by_key[(holding.account_id, holding.asset_id, holding.label.casefold())] = holding
        self.holdings[holding.id] = holding
        self.__dict__.pop("places", None)

    @cached_property
    def _by_key(self) -> dict[tuple[int, int, str], Holding]:
        return {(h.account_id, h.asset_id, h.label.casefold()): h for h in self.holdings.values()}

    def describe(self, holding: Holding) -> str:
        """``Institution/Account ASSET [label]``, for messages."""
        account = self.accounts[holding.account_id]
        label = f" [{holding.label}]" if holding.label else ""
        return f"{account.key} {self.assets[holding.asset_id].key}{label}"


def rename(db: sqlite3.Connection, table: str, number: int, column: str, text: str) -> None:
    """Change a name or a note in place: no figure depends on it.

    Raises:
        FolioError: when the name is taken.
    """
    try:
        db.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", [text, number])
    except sqlite3.IntegrityError:
        raise FolioError(f"the name {text!r} is taken already; choose another") from None
