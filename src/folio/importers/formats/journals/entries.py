"""A double-entry journal of another program, before it is taken to mean anything for folio."""

import datetime as dt
import re
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from folio.importers.cells.amounts import CURRENCY_SIGNS, CURRENCY_WORDS
from folio.model.assets import ASSET_TYPES, ISO_4217, AssetRef, is_isin, unit_ref
from folio.model.numbers import ZERO
from folio.model.transactions import AccountRef

ASSET = re.compile(r"assets?(:|$)", re.IGNORECASE)
LIABILITY = re.compile(r"(debts?|liabilit(y|ies))(:|$)", re.IGNORECASE)
_EQUITY = re.compile(r"equity(:|$)", re.IGNORECASE)
# Codes that nobody has for the symbol of a share; others, such as ALL and BND, are well known ones.
_MONEY = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR JPY KRW MXN NOK NZD PLN SEK SGD THB TRY "
    "TWD USD ZAR".split()
)
_PUT = frozenset({"deposit", "withdraw", "opening", "correction"})
_CARD = re.compile(r"card|credit|visa|amex|mastercard", re.IGNORECASE)


class Unit(NamedTuple):
    """One posting: units of a commodity into an account, and of which lot."""

    account: str
    units: Decimal  # signed
    commodity: str
    cost: Decimal | None = None  # of all these units, unsigned
    cost_in: str = ""
    acquired_on: dt.date | None = None
    label: str = ""  # by which the lot is known, beside its cost and day
    has_lot: bool = False  # it states of which lot it is
    price: Decimal | None = None  # of one unit
    price_in: str = ""
    linked: bool = False  # its price is what was exchanged for it: a conversion
    worth: Decimal | None = None  # what all of them were exchanged for, unsigned
    passing: bool = False  # money that came from outside and went, or came and went there

    @property
    def has_cost(self) -> bool:
        """Whether it is known what they cost, or were exchanged for."""
        return self.cost is not None or self.linked


class Event(NamedTuple):
    """One transaction."""

    line: int
    day: dt.date
    title: str
    kind: str  # as folio wrote it; "" where it did not
    id: str  # as folio wrote it
    payer: str
    units: tuple[Unit, ...]
    ratio: str = ""  # of a split, as folio wrote it
    worth: Decimal | None = None  # of a swap, apart from its fees, as folio wrote it
    short: bool = False  # it sells short, or ends that, as folio wrote it
    paid_by: str = ""  # the account of the payer, where another one was paid
    costs: tuple[tuple[str, Decimal, str], ...] = ()  # of a trade, as folio wrote it


class Stated(NamedTuple):
    """A balance at the end of a day."""

    line: int
    account: str
    commodity: str
    balance: Decimal
    day: dt.date
    with_below: bool = True  # it counts what is in accounts below this one


class Priced(NamedTuple):
    line: int
    commodity: str
    price: Decimal
    quote: str
    day: dt.date


class Peer(NamedTuple):
    """A journal as it was read."""

    program: str
    events: list[Event]  # in the order of the days
    balances: list[Stated]
    prices: list[Priced]
    accounts: dict[str, dict[str, str]]  # what is said of them
    commodities: dict[str, dict[str, str]]
    assets: re.Pattern[str] = ASSET  # accounts that hold something
    liabilities: re.Pattern[str] = LIABILITY


class PeerNames:
    """The journal's accounts and commodities as folio calls them."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._accounts: dict[str, tuple[AccountRef, str]] = {}
        self._assets: dict[str, AssetRef] = {}

    def is_inside(self, account: str) -> bool:
        """Whether the account holds something; income, expenses and equity do not."""
        return bool(self.peer.assets.match(account) or self.peer.liabilities.match(account))

    def asset(self, commodity: str) -> AssetRef:
        found = self._assets.get(commodity)
        if found is None:
            found = self._assets[commodity] = self._asset(commodity)
        return found

    def _asset(self, commodity: str) -> AssetRef:
        said = self.peer.commodities.get(commodity, {})
        symbol = said.get("symbol") or sign_of(commodity)
        kind = said.get("asset-type")
        if kind not in ASSET_TYPES:
            kind = "currency" if symbol in ISO_4217 and not said.get("market") else None
        isin = said.get("isin") or (commodity if is_isin(commodity) else None)
        name = said.get("name") or None
        if commodity in self.securities:
            return unit_ref(symbol, None, "", isin, name)
        return AssetRef(symbol, kind, said.get("market", ""), isin, name)

    def holding(self, account: str, commodity: str) -> tuple[AccountRef, str]:
        """The account and the label of a journal's account."""
        key = f"{account}\0{commodity}"
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = self._holding(account, commodity)
        return found

    def _holding(self, account: str, commodity: str) -> tuple[AccountRef, str]:
        said = self.peer.accounts.get(account, {})
        if said.get("account") and said.get("institution"):
            ref = AccountRef(
                said["account"],
                said["institution"],
                said.get("account-type"),
                said.get("institution-type"),
                self._tracking.get((said["institution"], said["account"])),
            )
            return ref, said.get("label", "")
        parts = self._parts(account, commodity)
        kind = "brokerage"
        if self.peer.liabilities.match(account):
            kind = "credit-card" if _CARD.search(account) else "loan"
        elif self.asset(commodity).type == "currency" and parts not in self._invests:
            kind = "checking"
        name = ":".join(parts[1:]) or parts[0]
        if kind in ("credit-card", "loan") and tuple(map(str.casefold, parts)) in self._owned:
            name = f"{name} ({account.partition(':')[0]})"  # what is owed is another account
        return AccountRef(name, parts[0], kind), ""

    @cached_property
    def _tracking(self) -> dict[tuple[str, str], bool]:
        """Whether accounts track their cash, as folio wrote of each thing that they hold.

        Money that stays of a trade, of income or of a cost is tracked all the same.
        """
        found: dict[tuple[str, str], bool] = {}
        for account, said in self.peer.accounts.items():
            if said.get("account") and said.get("institution") and said.get("cash"):
                key = said["institution"], said["account"]
                tracks = said["cash"] == "yes" or account in self._earning
                found[key] = found.get(key, False) or tracks
        return found

    @cached_property
    def _earning(self) -> set[str]:
        """The journal's accounts in which money stays that nobody just put in or took out."""
        found = set[str]()
        for event in self.peer.events:
            sums: dict[tuple[str, str], Decimal] = {}
            for unit in event.units if event.kind not in _PUT else ():
                if self.asset(unit.commodity).type == "currency":
                    key = unit.account, unit.commodity
                    sums[key] = sums.get(key, ZERO) + unit.units
            found |= {account for (account, _), units in sums.items() if units}
        return found

    def _parts(self, account: str, commodity: str) -> tuple[str, ...]:
        """The institution and the account's name, in parts, without what is held there."""
        parts = tuple(account.split(":")[1:]) or (account,)
        symbols = {commodity.casefold(), self.asset(commodity).symbol.casefold(), "cash"}
        return parts[:-1] if len(parts) > 1 and parts[-1].casefold() in symbols else parts

    @cached_property
    def securities(self) -> frozenset[str]:
        """Commodities with a currency's code that are bought as securities are.

        They come in at a cost, and nothing is paid, earned, spent or priced in them.
        """
        told = {of for of, said in self.peer.commodities.items() if "asset-type" in said}
        codes = ISO_4217 - _MONEY - told
        units = [u for event in self.peer.events for u in event.units]
        paid = {code for u in units for code in (u.cost_in, u.price_in)}
        bought = set[str]()
        for unit in units:
            if unit.commodity not in codes:
                continue
            if self.is_inside(unit.account):
                bought |= {unit.commodity} if unit.units > ZERO and unit.has_cost else set()
            elif not _EQUITY.match(unit.account):
                paid.add(unit.commodity)
        return frozenset(bought - paid)

    @cached_property
    def _owned(self) -> set[tuple[str, ...]]:
        """The accounts that are assets, whatever the case of their letters."""
        units = (u for event in self.peer.events for u in event.units)
        return {
            tuple(map(str.casefold, self._parts(u.account, u.commodity)))
            for u in units
            if self.is_inside(u.account) and not self.peer.liabilities.match(u.account)
        }

    @cached_property
    def _invests(self) -> set[tuple[str, ...]]:
        """The accounts that hold something with a cost."""
        units = (u for event in self.peer.events for u in event.units)
        return {self._parts(u.account, u.commodity) for u in units if self.costs(u)}

    def costs(self, unit: Unit) -> bool:
        """Whether units came at a cost: of money, what was exchanged for it is none."""
        money = unit.linked and self.asset(unit.commodity).type == "currency"
        return unit.has_cost and (unit.units > ZERO or not unit.linked) and not money


def sign_of(commodity: str) -> str:
    """The code of a currency that is written with its sign or word, else the commodity itself.

    >>> sign_of("₹"), sign_of("zł"), sign_of("kr"), sign_of("AAPL")
    ('INR', 'PLN', 'kr', 'AAPL')
    """
    return CURRENCY_SIGNS.get(commodity) or CURRENCY_WORDS.get(commodity.casefold(), commodity)


def ended(day: dt.date) -> dt.date:
    """The day at whose end a balance holds that is stated for the start of ``day``."""
    return day - dt.timedelta(days=1)
