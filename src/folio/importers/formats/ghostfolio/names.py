"""Which accounts and assets a Ghostfolio export names.

An asset is known to Ghostfolio by its data source and its symbol there; one that the user made
(source MANUAL) has a random symbol, so it goes by its name here.
"""

from typing import Any

from folio.importers.formats.ghostfolio.markup import objects, text
from folio.model.assets import AssetRef, is_isin
from folio.model.transactions import AccountRef

PROGRAM = "Ghostfolio"
Key = tuple[str, str]  # data source and symbol
_TYPES = {
    "CRYPTOCURRENCY": "crypto",
    "ETF": "etf",
    "MUTUALFUND": "fund",
    "STOCK": "stock",
    "BOND": "bond",
    "COMMODITY": "commodity",
    "PRECIOUS_METAL": "commodity",
    "PRIVATE_EQUITY": "private-company",
    "REAL_ESTATE": "real-estate",
    "COLLECTIBLE": "other",
    "FIXED_INCOME": "bond",
    "EQUITY": "stock",
}


class Names:
    """The accounts and the assets of an export."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.accounts = objects(said, "accounts")
        self.platforms = {text(one, "id"): text(one, "name") for one in objects(said, "platforms")}
        self.profiles = {_key(one): one for one in objects(said, "assetProfiles")}
        self._places: dict[str, AccountRef] = {}
        self._assets: dict[Key, AssetRef] = {}
        taken: set[tuple[str, str]] = set()
        for one in self.accounts:
            ref = self._place(one)
            if (ref.name.casefold(), ref.institution or "") in taken:
                ref = ref._replace(name=f"{ref.name} ({text(one, 'id')[:8]})")
            taken.add((ref.name.casefold(), ref.institution or ""))
            self._places[text(one, "id")] = ref

    def _place(self, account: dict[str, Any]) -> AccountRef:
        platform = self.platforms.get(text(account, "platformId"))
        kind = "broker" if platform else "other"
        name = text(account, "name") or text(account, "id")[:8] or PROGRAM
        return AccountRef(name, platform or PROGRAM, "brokerage", kind)

    def place(self, account_id: str) -> AccountRef | None:
        """The account of this id; of none, one of the program's name; None when it is unknown."""
        if not account_id:
            return AccountRef(PROGRAM, PROGRAM, "brokerage", "other")
        return self._places.get(account_id)

    def named(self, activity: dict[str, Any]) -> str:
        """What an activity is about, in words."""
        key = _key(activity)
        return text(self.profiles.get(key, {}), "name") or key[1]

    def asset(self, said: dict[str, Any]) -> AssetRef | None:
        """The asset of an activity or of a profile."""
        key = _key(said)
        if not key[1]:
            return None
        found = self._assets.get(key)
        if found is None:
            found = self._assets[key] = self._made(key)
        return found

    def _made(self, key: Key) -> AssetRef:
        source, code = key
        profile = self.profiles.get(key, {})
        name = text(profile, "name")
        symbol = (name if source == "MANUAL" else "") or code
        symbol = symbol.replace(":", "-")
        isin = text(profile, "isin").upper() or code
        kinds = (text(profile, "assetSubClass"), text(profile, "assetClass"))
        kind = next((_TYPES[one] for one in kinds if one in _TYPES), "other")
        kind = "crypto" if source == "COINGECKO" else kind
        clash = any(a.symbol.casefold() == symbol.casefold() for a in self._assets.values())
        market = f"{source}-{code[:8]}" if clash else ""
        return AssetRef(symbol, kind, market, isin if is_isin(isin) else None, name or None)


def _key(said: dict[str, Any]) -> Key:
    profile = said.get("SymbolProfile")  # of the oldest exports
    inner = profile if isinstance(profile, dict) else {}
    source = text(said, "dataSource") or text(inner, "dataSource")
    return source, text(said, "symbol") or text(inner, "symbol")
