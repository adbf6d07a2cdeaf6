"""Which accounts and assets a file of Portfolio Performance names.

A cash account and a portfolio of one name that belong together become one account that holds
both; any other two of one name are told apart by the beginning of their ids.  The program has no
types of securities: one that is classified as such, a coin of CoinGecko and what calls itself an
ETF have theirs, the others are of the type ``other``.
"""

import re
from collections import Counter

from folio.importers.files.safe_xml import Node
from folio.importers.formats.portfolio_performance.markup import Document
from folio.model.assets import ISO_4217, AssetRef, currency_ref, is_isin
from folio.model.quote_units import QUOTE_UNITS
from folio.model.transactions import AccountRef

PROGRAM = "Portfolio Performance"
ACCOUNTS = frozenset("account accountFrom accountTo referenceAccount".split())
PORTFOLIOS = frozenset("portfolio portfolioFrom portfolioTo".split())
_ETF = re.compile(r"\bETF\b", re.IGNORECASE)
_CLASSES = {
    "stock": "stock",
    "aktie": "stock",
    "etf": "etf",
    "exchange traded fund (etf)": "etf",
    "fund": "fund",
    "equity fund": "fund",
    "aktienfonds": "fund",
    "bond": "bond",
    "anleihe": "bond",
}
_TYPE_TAXONOMIES = ("security-type", "type of security", "wertpapierart")


class Names:
    """The accounts and the assets of a file."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.accounts = self._listed("accounts", "account", ACCOUNTS)
        self.portfolios = self._listed("portfolios", "portfolio", PORTFOLIOS)
        self.securities = self._listed("securities", "security", frozenset({"security"}))
        self.joined: set[int] = set()  # cash accounts that are one with their portfolio
        self._places = self._named_places()
        self._types = self._classified()
        self._assets = self._named_assets()

    def _listed(self, list_of: str, tag: str, tags: frozenset[str]) -> list[Node]:
        """The listed ones, then those that stand only where they are used."""
        listed = self.document.root.child(list_of)
        found: dict[int, Node] = {}
        for node in [] if listed is None else listed.all(tag):
            meant = self.document.meant(node)
            if meant is not None:
                found[id(meant)] = meant
        for node in self.document.root.walk():
            if node.tag in tags and node.children and node.child("uuid") is not None:
                found.setdefault(id(node), node)
        return list(found.values())

    # -- accounts ------------------------------------------------------------------------

    def _named_places(self) -> dict[int, AccountRef]:
        names = Counter(self._name(node).casefold() for node in self.accounts)
        portfolios = Counter(self._name(node).casefold() for node in self.portfolios)
        places: dict[int, AccountRef] = {}
        for node in self.portfolios:
            own = self.document.field(node, "referenceAccount")
            name = self._name(node)
            pair = own is not None and self._name(own).casefold() == name.casefold()
            once = names[name.casefold()] <= 1 and portfolios[name.casefold()] == 1
            if own is not None and pair and once:
                self.joined.add(id(own))
                places[id(own)] = AccountRef(name, PROGRAM, "brokerage", "other")
            elif not once or names[name.casefold()]:
                name = self._told_apart(node)
            places[id(node)] = AccountRef(name, PROGRAM, "brokerage", "other")
        for node in self.accounts:
            name = self._name(node)
            if names[name.casefold()] > 1:
                name = self._told_apart(node)
            places.setdefault(id(node), AccountRef(name, PROGRAM, "checking", "other"))
        return places

    def _name(self, node: Node) -> str:
        name = "".join(c for c in self.document.value(node, "name") if c.isprintable()).strip()
        return name or node.tag

    def _told_apart(self, node: Node) -> str:
        return f"{self._name(node)} ({self.document.value(node, 'uuid')[:8] or node.line})"

    def place(self, node: Node | None) -> AccountRef | None:
        return None if node is None else self._places.get(id(node))

    def key(self, node: Node | None) -> str:
        """What an account's transactions have before their ids, whatever it is called."""
        return f"account/{self.document.value(node, 'uuid')}"

    # -- assets --------------------------------------------------------------------------

    def _classified(self) -> dict[int, str]:
        found: dict[int, str] = {}
        taxonomies = self.document.root.child("taxonomies")
        for taxonomy in [] if taxonomies is None else taxonomies.all("taxonomy"):
            said = {
                self.document.value(taxonomy, tag).casefold() for tag in ("id", "name", "source")
            }
            if not said & set(_TYPE_TAXONOMIES):
                continue
            for node in taxonomy.walk():
                if node.tag != "investmentVehicle" or node.parent is None:
                    continue
                owner = node.parent.parent and node.parent.parent.parent
                kind = owner and self._class(owner)
                security = self.document.meant(node)
                if kind and security is not None:
                    found[id(security)] = kind
        return found

    def _class(self, classification: Node) -> str | None:
        words = (self.document.value(classification, tag) for tag in ("key", "id", "name"))
        return next((_CLASSES[w.casefold()] for w in words if w.casefold() in _CLASSES), None)

    def _named_assets(self) -> dict[int, AssetRef]:
        assets: dict[int, AssetRef] = {}
        taken: dict[tuple[str, str], str | None] = {}
        for node in self.securities:
            value = self.document.value
            name = value(node, "name") or None
            isin = value(node, "isin").upper()
            isin = isin if is_isin(isin) else ""
            symbol = value(node, "tickerSymbol") or isin or value(node, "wkn") or name or "?"
            symbol = "".join(c for c in symbol if c.isprintable()).replace(":", "-")
            market = ""
            key = symbol.casefold(), market
            if key in taken and (not isin or taken[key] != isin):
                market = isin or value(node, "uuid")[:8] or str(node.line)
            taken.setdefault((symbol.casefold(), market), isin or None)
            assets[id(node)] = AssetRef(
                symbol, self._type(node, name or ""), market, isin or None, name
            )
        return assets

    def _type(self, node: Node, name: str) -> str:
        if id(node) in self._types:
            return self._types[id(node)]
        feeds = {p.attributes.get("name", "") for p in node.all("property")}
        if self.document.value(node, "feed") == "COINGECKO" or "COINGECKOCOINID" in feeds:
            return "crypto"
        return "etf" if _ETF.search(name) else "other"

    def asset(self, node: Node | None) -> AssetRef | None:
        return None if node is None else self._assets.get(id(node))

    def is_rate(self, node: Node) -> bool:
        """Whether a security is what one currency is in another."""
        return bool(self.document.value(node, "targetCurrencyCode"))

    def priced(self, node: Node) -> tuple[AssetRef | None, str]:
        """What a security's prices are of, and in; "" where in none that folio knows."""
        tag = "targetCurrencyCode" if self.is_rate(node) else "currencyCode"
        own, code = self.document.value(node, "currencyCode"), self.document.value(node, tag)
        asset = self.asset(node)
        if self.is_rate(node):
            asset = currency_ref(own) if own in ISO_4217 and own != code else None
        return asset, code if code in ISO_4217 or code in QUOTE_UNITS else ""
