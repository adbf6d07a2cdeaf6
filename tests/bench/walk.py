"""The walk of the invented history: who buys, sells, moves and pays what, day by day.

2010 to 2024, working days, twelve accounts at six institutions.  Nothing is ever sold,
moved or withdrawn beyond what is held.  The draws come in a fixed order from one random
stream, so that a seed and a number of transactions always give the same history.
"""

import datetime as dt
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from market import DAYS, ISO, START, Asset, Market

T = TypeVar("T")


class Account(NamedTuple):
    name: str
    institution: str
    peer: str  # what the journals of hledger, ledger and beancount call it
    currency: str
    universe: str | None  # what it trades; None: cash alone
    weight: int


ACCOUNTS = [
    Account("northbank-checking", "Northbank", "Assets:Northbank:Checking", "USD", None, 6),
    Account("northbank-savings", "Northbank", "Assets:Northbank:Savings", "USD", None, 2),
    Account("meridian-current", "Meridian", "Assets:Meridian:Current", "EUR", None, 3),
    Account("harbour-current", "Harbour", "Assets:Harbour:Current", "GBP", None, 3),
    Account("atlas-taxable", "Atlas", "Assets:Atlas:Taxable", "USD", "USD", 8),
    Account("atlas-ira", "Atlas", "Assets:Atlas:Ira", "USD", "USD", 4),
    Account("atlas-roth", "Atlas", "Assets:Atlas:Roth", "USD", "USD", 3),
    Account("meridian-depot", "Meridian", "Assets:Meridian:Depot", "EUR", "EUR", 6),
    Account("harbour-isa", "Harbour", "Assets:Harbour:Isa", "GBP", "GBP", 4),
    Account("harbour-sipp", "Harbour", "Assets:Harbour:Sipp", "GBP", "GBP", 2),
    Account("coinport-spot", "Coinport", "Assets:Coinport:Spot", "USD", "CRYPTO", 5),
    Account("coldwallet-vault", "Coldwallet", "Assets:Coldwallet:Vault", "USD", "CRYPTO", 0),
]
CHECKING, SAVINGS, IRA, ROTH, SPOT, VAULT = 0, 1, 5, 6, 10, 11
BANK_OF = {"USD": CHECKING, "EUR": 2, "GBP": 3}

# Cumulative shares of the kinds drawn; a draw that is impossible becomes a deposit.
KINDS = [
    ("buy", 0.42),
    ("sell", 0.62),
    ("dividend", 0.75),
    ("deposit", 0.81),
    ("withdraw", 0.86),
    ("fee", 0.89),
    ("interest", 0.93),
    ("transfer", 1.01),
]
DEPOSIT_NOTES = ("Salary", "Salary", "Standing order", "Bonus", "Refund", "Gift")
WITHDRAW_NOTES = ("Rent", "Groceries", "Travel", "Utilities", "Cash machine", "Insurance")


class Trade(NamedTuple):
    """A buy or a sale: gross and fee are cents of the account's currency."""

    date: str
    id: str
    account: Account
    kind: str
    asset: Asset
    units: int
    price: int  # ticks
    gross: int
    fee: int
    day: int  # counted from START


class Cash(NamedTuple):
    """Cash that comes or goes; ``asset`` is the currency, or who paid a dividend."""

    date: str
    id: str
    account: Account
    kind: str
    asset: str
    cents: int
    note: str
    other: str  # the journals' other account
    incoming: bool


class Transfer(NamedTuple):
    """Cash (asset None, units are cents) or units of an asset from one account to another."""

    date: str
    id: str
    source: Account
    target: Account
    asset: Asset | None
    units: int
    price: int  # ticks on that day, for information
    kind: str = "transfer"


Event = Trade | Cash | Transfer


class Walk:
    """The state of every account, and one event after another."""

    def __init__(self, market: Market, seed: int) -> None:
        self.rng = random.Random(f"tx-{seed}")
        self.draw = self.rng.random
        self.by_name = {asset.name: asset for asset in market.assets}
        self.universe = universes(market)
        self.cash = [0] * len(ACCOUNTS)  # cents
        self.held: list[dict[str, int]] = [{} for _ in ACCOUNTS]  # units
        # The same names as a list, with each name's place: for a random choice at once.
        self.names: list[list[str]] = [[] for _ in ACCOUNTS]
        self.places: list[dict[str, int]] = [{} for _ in ACCOUNTS]
        self.any = [i for i, account in enumerate(ACCOUNTS) for _ in range(account.weight)]
        self.investing = [i for i in self.any if ACCOUNTS[i].universe]
        self.week_of = [bisect_right(market.days, day) - 1 for day in range(DAYS)]
        self.day, self.date, self.id = 0, "", ""
        self.ways = {
            "buy": self._buy,
            "sell": self._sell,
            "dividend": self._dividend,
            "withdraw": self._withdraw,
            "fee": self._fee,
            "interest": self._interest,
            "transfer": self._transfer,
        }

    def events(self, count: int) -> Iterator[Event]:
        days = [d for d in range(DAYS - 1) if (START + dt.timedelta(d)).weekday() < 5]
        for number in range(count):
            self.day = days[number * len(days) // count]
            self.date, self.id = ISO[self.day], f"E{number:08d}"
            drawn = self.draw()
            kind = next(kind for kind, limit in KINDS if drawn < limit)
            way = self.ways.get(kind)
            yield (way() if way else None) or self._deposit()

    def positions(self) -> int:
        """How many holdings are not empty."""
        return sum(map(len, self.held)) + sum(1 for cents in self.cash if cents)

    # -- kinds: an event, or None where it is impossible -----------------------------------

    def _buy(self) -> Trade | None:
        i = self._choose(self.investing)
        if self.cash[i] < 20000:
            return None
        pool = self.universe[i]
        asset = pool[int(len(pool) * self.draw() * self.draw())]
        price = self._market(asset)
        units = int(self.cash[i] * (0.03 + 0.25 * self.draw())) * asset.per_cent // price
        if units <= 0:
            return None
        gross, price = asset.gross(units, price)
        fee = gross // 400 if asset.is_coin else self._commission()
        if gross <= 0 or gross + fee > self.cash[i]:
            return None
        self.cash[i] -= gross + fee
        self._gain(i, asset, units)
        return self._trade(i, "buy", asset, units, price, gross, fee)

    def _sell(self) -> Trade | None:
        i = self._choose(self.investing)
        if not self.names[i]:
            return None
        asset = self.by_name[self._choose(self.names[i])]
        have = self.held[i][asset.name]
        units = have if self.draw() < 0.05 else max(1, int(have * (0.03 + 0.3 * self.draw())))
        price = self._market(asset)
        gross, price = asset.gross(units, price)
        if gross < 100:  # dust: close the position instead
            units = have
            gross, price = asset.gross(units, price)
        if gross <= 0:
            return None
        fee = gross // 400 if asset.is_coin else self._commission(gross // 2)
        self.cash[i] += gross - fee
        self._lose(i, asset, units)
        return self._trade(i, "sell", asset, units, price, gross, fee)

    def _trade(
        self, i: int, kind: str, asset: Asset, units: int, price: int, gross: int, fee: int
    ) -> Trade:
        return Trade(
            self.date, self.id, ACCOUNTS[i], kind, asset, units, price, gross, fee, self.day
        )

    def _dividend(self) -> Cash | None:
        i = self._choose(self.investing)
        if not self.names[i]:
            return None
        asset = self.by_name[self._choose(self.names[i])]
        price = asset.prices[self.week_of[self.day]]
        value = self.held[i][asset.name] * price // asset.per_cent
        cents = int(value * (0.002 + 0.008 * self.draw()))
        if cents <= 0:
            return None
        other = "Income:Dividends"
        return self._pay(i, "dividend", cents, f"Dividend {asset.name}", other, asset=asset.name)

    def _withdraw(self) -> Cash | None:
        i = self._choose(self.any)
        if self.cash[i] <= 10000:
            return None
        cents = int(self.cash[i] * (0.01 + 0.14 * self.draw()))
        note = self._choose(WITHDRAW_NOTES)
        return self._pay(i, "withdraw", cents, note, "Expenses:External", incoming=False)

    def _fee(self) -> Cash | None:
        i = self._choose(self.any)
        if self.cash[i] <= 2000:
            return None
        cents = 50 + int(self.draw() * 1450)
        return self._pay(i, "fee", cents, "Service fee", "Expenses:Fees", incoming=False)

    def _interest(self) -> Cash | None:
        i = self._choose(self.any)
        if self.cash[i] <= 20000:
            return None
        cents = int(self.cash[i] * (0.0001 + 0.0015 * self.draw())) + 1
        return self._pay(i, "interest", cents, "Interest", "Income:Interest")

    def _deposit(self) -> Cash:
        i = self._choose(self.any)
        cents = 20000 + int(self.draw() * 480000)
        return self._pay(i, "deposit", cents, self._choose(DEPOSIT_NOTES), "Income:External")

    def _pay(
        self,
        i: int,
        kind: str,
        cents: int,
        note: str,
        other: str,
        *,
        asset: str | None = None,
        incoming: bool = True,
    ) -> Cash:
        self.cash[i] += cents if incoming else -cents
        account = ACCOUNTS[i]
        named = asset or account.currency
        return Cash(self.date, self.id, account, kind, named, cents, note, other, incoming)

    def _transfer(self) -> Transfer | None:
        drawn = self.draw()
        return self._move_cash() if drawn < 0.7 else self._move_in_kind(drawn > 0.92)

    def _move_cash(self) -> Transfer | None:
        """Between a bank account and a broker or the savings."""
        target = self._choose(self.any)
        source = BANK_OF[ACCOUNTS[target].currency]
        if source == target == CHECKING:
            source = SAVINGS
        if self.draw() < 0.2:
            source, target = target, source
        if source == target or self.cash[source] <= 10000:
            return None
        cents = int(self.cash[source] * (0.05 + 0.5 * self.draw()))
        self.cash[source] -= cents
        self.cash[target] += cents
        return Transfer(
            self.date, self.id, ACCOUNTS[source], ACCOUNTS[target], None, cents, price=1
        )

    def _move_in_kind(self, converts: bool) -> Transfer | None:
        """Coins to the vault and back, or securities from the IRA to the Roth account."""
        if converts:
            source, target = IRA, ROTH
        else:
            source, target = (SPOT, VAULT) if self.draw() < 0.8 else (VAULT, SPOT)
        if not self.names[source]:
            return None
        asset = self.by_name[self._choose(self.names[source])]
        units = max(1, int(self.held[source][asset.name] * (0.05 + 0.45 * self.draw())))
        self._lose(source, asset, units)
        self._gain(target, asset, units)
        price = asset.prices[self.week_of[self.day]]
        return Transfer(self.date, self.id, ACCOUNTS[source], ACCOUNTS[target], asset, units, price)

    # -- what the kinds share --------------------------------------------------------------

    def _choose(self, among: Sequence[T]) -> T:
        return among[int(self.draw() * len(among))]

    def _market(self, asset: Asset) -> int:
        """A price within 1.5 % of the week's, in ticks."""
        price = asset.prices[self.week_of[self.day]]
        return max(1, int(price * (0.985 + 0.03 * self.draw()) + 0.5))

    def _commission(self, most: int | None = None) -> int:
        if self.draw() < 0.4:
            return 0
        fee = 100 + int(self.draw() * 900)
        return fee if most is None else min(most, fee)

    def _gain(self, i: int, asset: Asset, units: int) -> None:
        if asset.name not in self.held[i]:
            self.places[i][asset.name] = len(self.names[i])
            self.names[i].append(asset.name)
        self.held[i][asset.name] = self.held[i].get(asset.name, 0) + units

    def _lose(self, i: int, asset: Asset, units: int) -> None:
        left = self.held[i][asset.name] - units
        if left < 0:
            raise AssertionError(f"{ACCOUNTS[i].name} has too little {asset.name}")
        if left:
            self.held[i][asset.name] = left
            return
        del self.held[i][asset.name]
        place, last = self.places[i].pop(asset.name), self.names[i].pop()
        if last != asset.name:
            self.names[i][place] = last
            self.places[i][last] = place


def universes(market: Market) -> list[list[Asset]]:
    """What each account trades."""
    found: dict[str | None, list[Asset]] = {}
    for asset in market.assets:
        found.setdefault("CRYPTO" if asset.is_coin else asset.quote, []).append(asset)
    return [found.get(account.universe, []) for account in ACCOUNTS]
