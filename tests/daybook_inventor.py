"""Invents books of every kind of transaction for ``daybook.py``, and writes them down."""

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from daybook import MONEY, TRANSIT, Daybook, Happened, Prices, rounded
from daybook_interest import gives_way, paid
from daybook_seen import NONE, ONE_DAY, Where
from folio.db.arrangements.settings import BOOK
from folio.errors import FolioError
from folio.model.accounts import Account, Holding
from folio.model.numbers import divide
from folio.operations.arranging.arrange import add_vault, fill_vault, get_vault
from folio.operations.arranging.lock import lock_book
from folio.operations.arranging.lot_methods import set_lot_method
from folio.operations.interest.accrue import accrue
from folio.operations.interest.yields import Stated, set_rule, stop_rule
from folio.operations.names import holding_for

FIRST, DAYS = dt.date(2024, 12, 27), 60
QUOTED = {
    "USD": "EUR",
    "JPY": "EUR",
    "KWD": "EUR",
    "ACME": "USD",
    "BETA": "EUR",
    "COIN": "USD",
    "NEW": "JPY",
}
LOW = {"USD": 8000, "JPY": 55, "KWD": 28_000, "ACME": 500_000, "BETA": 900,
       "COIN": 9_000_000, "NEW": 20_000_000}  # fmt: skip
ACCOUNTS = {"A": "North", "B": "North", "C": "South"}
VAULTS = {"Roof": "EUR", "Boat": "USD"}
SHARES = ("ACME", "BETA", "COIN", "NEW")
KINDS = (
    "buy buy buy sell sell short deposit money withdraw opening swap exchange transfer transfer "
    "transfer away came dividend dividend interest capital reward airdrop stock fee tax spend "
    "split spin_off merger takeover renamed delisting correction unknown"
).split()

NO_INSTANT = "split observed method filled earns accrue".split()


class Inventor:
    """Invents one book; one of ``many`` rows has up to three on a day, and in another balances were
    ``seen``, of which the answers to gaps are invented as it is entered; in one of several
    ``methods`` lots go by each of them; one is ``locked`` as it is entered; one has ``vaults``, in
    one holdings pay ``interest``, and one has rows with ``instants``."""

    def __init__(
        self, seed: int, *, many: bool = False, seen: bool = False, methods: bool = False,
        locked: bool = False, vaults: bool = False, interest: bool = False, instants: bool = False,
    ) -> None:  # fmt: skip
        self.rng = random.Random(seed)
        self.seen, self.locked, self.interest = seen, locked, interest
        self.answered: set[tuple[Where, dt.date]] = set()  # gaps, by their ends
        kinds = KINDS + ["observed"] * 8 * seen + ["method"] * 6 * methods
        kinds += ["filled"] * 8 * vaults + ["earns", "accrue", "late"] * 6 * interest
        self.days = [FIRST + dt.timedelta(n) for n in range(DAYS)]
        self.cash = {name for name in ACCOUNTS if self.rng.random() < 0.6}
        quotes = {asset: self.quotes(asset) for asset in QUOTED}
        self.prices = Prices(QUOTED, quotes)
        self.book: list[Happened] = []
        self.now = self.daybook(self.book, self.days[0])
        for day in self.days[1:-4]:
            for _ in range(self.rng.randint(1, 3) if many else self.rng.random() < 0.7):
                self.now = self.daybook(self.book, day)
                book = list(self.book)
                found = getattr(self, f"_{self.rng.choice(kinds)}")(day, self.rng.choice("ABC"))
                if instants and found is not None and found.kind not in NO_INSTANT:
                    found = found._replace(at=self.rng.choice([0, 540, 600, 600, 1020]))
                if found is not None and self.daybook([*self.book, found], day).is_sound:
                    book = [*self.book, found]
                self.book = book

    def daybook(self, book: list[Happened], until: dt.date | None = None) -> Daybook:
        """What is known by these rows of the days up to one."""
        days = [day for day in self.days if until is None or day <= until]
        return Daybook(self.prices, book, self.cash, days)

    def quotes(self, asset: str) -> dict[dt.date, Fraction]:
        low = LOW[asset]
        every = self.rng.choice((1, 2, 5))
        return {
            day: Fraction(self.rng.randint(low, low * 5 // 4), 10_000) for day in self.days[::every]
        }

    def some(self, top: int, over: int = 1) -> Fraction:
        return Fraction(self.rng.randint(1, top), over)

    def money(self) -> str:
        return self.rng.choice(("EUR", "USD", "JPY"))

    def paid(self, money: str) -> Fraction:
        return max(rounded(self.some(10**6, 1000), money), Fraction(1))

    def held(self, account: str) -> list[tuple[str, Fraction]]:
        """Shares in an account and how many, as far as they are decimals."""
        found = []
        for (where, asset), lots in self.now.held.items():
            units = sum((lot.units for lot in lots), NONE)
            whole = all(lot.units > 0 for lot in lots) and (units * 10**12).denominator == 1
            if where == account and asset not in MONEY and units and whole:
                found.append((asset, units))
        return found

    def part(self, units: Fraction) -> Fraction:
        share = Fraction(int(units * self.rng.randint(1, 99) * 10**4), 10**6)
        return self.rng.choice([units, share or units, share or units])

    def near(self, on: dt.date, asset: str) -> bool:
        return any(abs((on - x.on).days) < 9 for x in self.book if x.kind == "split")

    # -- what happens --------------------------------------------------------------------

    def _trade(self, kind: str, on: dt.date, account: str, asset: str, units: Fraction,
               *, short: bool = False) -> Happened:  # fmt: skip
        money = QUOTED[asset]
        price = self.prices.rate(asset, money, on) * self.rng.randint(90, 110) / 100
        amount = max(rounded(units * price, money), Fraction(1))
        fee_in = self.rng.choice(("", money, "EUR", "COIN"))
        coins = dict(self.held(account)).get("COIN", NONE)
        if fee_in == "COIN" and (coins < Fraction(1, 10) or asset == "COIN"):
            fee_in = ""
        fee = Fraction(self.rng.randint(1, 9), 100) if fee_in == "COIN" else Fraction(2)
        fee = fee if fee_in else NONE
        return Happened(kind, on, account, asset, units, amount, money, fee, fee_in, short=short)

    def _buy(self, on: dt.date, account: str) -> Happened:
        return self._trade("buy", on, account, self.rng.choice(SHARES), self.some(10**5, 10**4))

    def _sell(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        asset, units = self.rng.choice(held)
        return self._trade("sell", on, account, asset, self.part(units))

    def _short(self, on: dt.date, account: str) -> Happened:
        """More than there is: what is owed is bought back one day, or not."""
        asset = self.rng.choice(SHARES)
        units = dict(self.held(account)).get(asset, NONE) + self.some(10**5, 10**4)
        return self._trade("sell", on, account, asset, units, short=True)

    def _deposit(self, on: dt.date, account: str) -> Happened:
        one = Happened("deposit", on, account, self.rng.choice(SHARES), self.some(10**5, 10**4))
        money = self.money()
        return self.rng.choice([one, one._replace(amount=self.paid(money), money=money)])

    def _opening(self, on: dt.date, account: str) -> Happened:
        one = self._deposit(on, account)._replace(kind="opening")
        known = one.amount is not None
        return one._replace(acquired=self.rng.choice(self.now.days)) if known else one

    def _money(self, on: dt.date, account: str) -> Happened | None:
        if account not in self.cash:
            return None
        money = self.money()
        return Happened("deposit", on, account, money, self.paid(money))

    def _withdraw(self, on: dt.date, account: str, kind: str = "withdraw") -> Happened | None:
        held = self.held(account)
        if not held or self.rng.random() < 0.4:
            one = self._money(on, account)
            return one._replace(kind=kind) if one else None
        asset, units = self.rng.choice(held)
        return Happened(kind, on, account, asset, self.part(units))

    def _away(self, on: dt.date, account: str) -> Happened | None:
        """A leg that nothing fits."""
        return self._withdraw(on, account, "transfer_out")

    def _came(self, on: dt.date, account: str) -> Happened:
        units = self.some(9, 1) * 10**5 + self.some(10**5, 10**5)
        return Happened("transfer_in", on, account, "BETA", units)

    def _swap(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        asset, units = self.rng.choice(held)
        to = self.rng.choice([name for name in SHARES if name != asset])
        one = Happened("swap", on, account, asset, self.part(units), to=to,
                       got=self.some(10**5, 10**4))  # fmt: skip
        money = self.money()
        return self.rng.choice([one, one._replace(amount=self.paid(money), money=money)])

    def _exchange(self, on: dt.date, account: str) -> Happened | None:
        if account not in self.cash:
            return None
        one, other = self.rng.sample(("EUR", "USD", "JPY"), 2)
        return Happened("exchange", on, account, one, self.paid(one), to=other,
                        got=self.paid(other))  # fmt: skip

    def _transfer(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        asset, units = self.rng.choice(held)
        units = self.part(units)
        lost = self.rng.choice([NONE, NONE, Fraction(int(units * 10**4), 10**6)])
        to = self.rng.choice([name for name in ACCOUNTS if name != account])
        later = self.rng.choice([None, on + dt.timedelta(2)])
        return Happened("transfer", on, account, asset, units, to=to, got=units - lost,
                        arrived=later)  # fmt: skip

    def _dividend(self, on: dt.date, account: str) -> Happened | None:
        held, money = self.held(account), self.money()
        if not held:
            return None
        amount = self.paid(money)
        tax = self.rng.choice([NONE, rounded(amount / 5, money)])
        asset, _ = self.rng.choice(held)
        return Happened("dividend", on, account, "", amount=amount, money=money, tax=tax,
                        payer=asset)  # fmt: skip

    def _interest(self, on: dt.date, account: str) -> Happened:
        money = self.money()
        return Happened("interest", on, account, money, amount=self.paid(money), money=money,
                        payer=money)  # fmt: skip

    def _capital(self, on: dt.date, account: str) -> Happened | None:
        one = self._dividend(on, account)
        return one and one._replace(kind="return_of_capital", tax=NONE)

    def _reward(self, on: dt.date, account: str, kind: str = "reward") -> Happened:
        one = Happened(kind, on, account, self.rng.choice(SHARES), self.some(10**5, 10**4))
        money = self.money()
        stated = one._replace(amount=self.paid(money), money=money)
        return self.rng.choice([one, stated if kind == "reward" else one])

    def _airdrop(self, on: dt.date, account: str) -> Happened:
        return self._reward(on, account, "airdrop")

    def _stock(self, on: dt.date, account: str) -> Happened:
        return self._reward(on, account, "stock_dividend")

    def _fee(self, on: dt.date, account: str, kind: str = "fee") -> Happened:
        money = self.money()
        return Happened(kind, on, account, money, self.paid(money))

    def _tax(self, on: dt.date, account: str) -> Happened:
        return self._fee(on, account, "tax")

    def _spend(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        asset, units = self.rng.choice(held)
        return Happened("fee", on, account, asset, self.part(units))

    def _split(self, on: dt.date, account: str) -> Happened | None:
        asset, ratio = self.rng.choice(SHARES), self.rng.choice([(2, 1), (5, 2), (1, 2), (7, 5)])
        if self.near(on, asset) or self.near(on + dt.timedelta(3), asset):
            return None
        for n, one in enumerate(self.book):  # what is on its way arrives after it
            if one.arrived and one.asset == asset and one.on < on <= one.arrived:
                self.book[n] = one._replace(got=one.got * ratio[0] / ratio[1])
        return Happened("split", on, "", asset, ratio=ratio)

    def _spin_off(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        parent, _ = self.rng.choice(held)
        child = self.rng.choice([name for name in SHARES if name != parent])
        return Happened("spin_off", on, account, child, self.some(10**5, 10**4), payer=parent,
                        share=self.some(99, 100))  # fmt: skip

    def _merger(self, on: dt.date, account: str, *, cash: bool = False) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        old, units = self.rng.choice(held)
        new = self.rng.choice([name for name in SHARES if name != old])
        one = Happened("merger", on, account, old, units, to=new, got=self.some(10**5, 10**4),
                       share=Fraction(1))  # fmt: skip
        if self.rng.random() < 0.5 and not cash:
            return one
        money = self.money()
        one = one._replace(amount=self.paid(money), money=money, share=self.some(99, 100))
        return one._replace(to="", got=NONE, share=NONE) if cash else one

    def _takeover(self, on: dt.date, account: str) -> Happened | None:
        return self._merger(on, account, cash=True)

    def _renamed(self, on: dt.date, account: str) -> Happened | None:
        one = self._merger(on, account, cash=False)
        return one and one._replace(kind="symbol_change", got=one.units, amount=None, money="",
                                    share=Fraction(1))  # fmt: skip

    def _delisting(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        asset, units = self.rng.choice(held)
        return Happened("delisting", on, account, asset, units)

    def _correction(self, on: dt.date, account: str) -> Happened | None:
        held = self.held(account)
        if not held:
            return None
        asset, units = self.rng.choice(held)
        part = Fraction(int(units * 10**4), 10**5)
        units = self.rng.choice([part, -part])
        return Happened("correction", on, account, asset, units) if part else None

    def _unknown(self, on: dt.date, account: str) -> Happened | None:
        one = self._correction(on, account)
        return one and one._replace(kind="unknown")

    def _method(self, on: dt.date, account: str) -> Happened:
        method = self.rng.choice(["average", "average", "hifo", "lifo", "fifo", ""])
        since = on - ONE_DAY * self.rng.choice([0, 0, 0, 9])
        where = self.rng.choice([(account, ""), ("", ""), *self.now.held])
        where = (account, "") if where[0] == TRANSIT else where
        return Happened("method", since, *where, method=method)

    def _filled(self, on: dt.date, account: str) -> Happened:
        """A part of a holding fills a vault, or does so no more."""
        wheres = [where for where in self.now.held if where[0] == account]
        where = self.rng.choice([*wheres, (account, self.rng.choice(SHARES))])
        since = on + ONE_DAY * self.rng.choice([-9, -1, 0, 0, 0, 5])
        share = self.rng.choice([NONE, Fraction(1), Fraction(1), self.some(10**4, 10**4)])
        return Happened("filled", since, *where, to=self.rng.choice(list(VAULTS)), share=share)

    def _earns(self, on: dt.date, account: str) -> Happened:
        """What a holding earns from a day on; the day, the week or the month is the same."""
        asset = self.rng.choice(("EUR", "USD", "JPY", "COIN"))
        since = on + ONE_DAY * self.rng.choice([-20, -3, 0, 0, 0, 5])
        until = since + ONE_DAY * self.rng.randint(0, 20) if self.rng.random() < 0.3 else None
        frequency = self.rng.choice(("daily", "weekdays", "weekly", "monthly", "monthly",
                                     "quarterly", "yearly"))  # fmt: skip
        paid = {"daily": ("",), "weekdays": ("",), "weekly": (1, 3, 7)}
        month = self.rng.randint(1, 12)
        count = self.rng.choice(["actual/365", "actual/actual", "30/360", "nominal"])
        rate = self.rng.choice(("0", "0.01", "0.12", "-0.005", "0.9"))
        return Happened("earns", since, account, asset, share=Fraction(rate), arrived=until,
                        method=self.rng.choice(("nominal", "effective", "")), to=frequency,
                        payer=str(self.rng.choice(paid.get(frequency, (1, 15, 30, 31)))),
                        money=count, ratio=(month, month))  # fmt: skip

    def _late(self, on: dt.date, account: str) -> Happened | None:
        """The bank's own word, of a few days ago, for something that earns."""
        wheres = [(x.account, x.asset) for x in self.book if x.kind == "earns" and x.method]
        if not wheres:
            return None
        account, asset = self.rng.choice(wheres)
        on = max(on - ONE_DAY * self.rng.randint(0, 9), self.days[1])
        if asset not in MONEY:
            return Happened("reward", on, account, asset, self.some(10**5, 10**4))
        return self._interest(on, account)._replace(asset=asset, money=asset, payer=asset,
                                                    amount=self.paid(asset))  # fmt: skip

    def _accrue(self, on: dt.date, account: str) -> Happened:
        return Happened("accrue", on, "", "")

    def _observed(self, on: dt.date, account: str) -> Happened | None:
        """A balance that may be what is known, a little more or less, or something else."""
        wheres = [
            where
            for where, lots in self.now.held.items()
            if lots and where[0] == account and all(lot.units > 0 for lot in lots)
        ]
        wheres += [where for where in self.now.seen.balances if where[0] == account]
        if not wheres or self.rng.random() < 0.2:
            wheres = [(account, self.rng.choice(SHARES))]
        where = self.rng.choice(wheres)
        if on in self.now.seen.balances.get(where, ()):
            return None
        known = self.now.seen.booked(where, on)
        units = known * self.rng.choice((1, 1, Fraction(99, 100), Fraction(103, 100), 2, 0))
        units = units or self.some(9 * 10**4, 10**4)
        return Happened("observed", on, *where, Fraction(int(units * 10**6), 10**6))


def text(number: Fraction) -> str:
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


def words(one: Happened) -> dict[str, Any]:
    said: dict[str, Any] = {"quantity": text(one.units)} if one.units else {}
    if one.amount is not None:
        key = "cost" if one.kind in ("deposit", "opening", "reward") else "amount"
        said |= {key: text(one.amount), "currency": one.money}
    if one.fee:
        said |= {"fee": text(one.fee), "fee_currency": one.fee_in}
    if one.tax:
        said["tax"] = text(one.tax)
    if one.share and (one.amount is not None or one.kind == "spin_off") and one.share < 1:
        said["cost_share"] = f"{text(one.share * 100)}%"
    if one.kind == "transfer":
        said |= {"to_account": one.to, "to_quantity": text(one.got)}
    elif one.to:
        said |= {"to_asset": one.to, "to_quantity": text(one.got)}
    if one.payer and one.kind != "interest":
        said["related_asset"] = one.payer
    if one.acquired:
        said["acquired_on"] = one.acquired.isoformat()
    if one.short:
        said["lot"] = "short"
    if one.at:
        said["at"] = f"{one.on}T{one.at // 60:02}:{one.at % 60:02}:00Z"
    if one.kind == "split":
        said = {"ratio": "{}:{}".format(*one.ratio)}
    return said


def record(keeper: Bookkeeper, one: Happened) -> list[int]:
    """The transactions that state it."""
    on, said = one.on.isoformat(), words(one)
    if one.kind == "observed":
        keeper.observe(one.account, one.asset, text(one.units), on)
        return []
    if one.kind == "method":
        choose(keeper, one)
        return []
    if one.kind == "filled":
        fill(keeper, one)
        return []
    if one.kind == "earns":
        say(keeper, one)
        return []
    kind = {"exchange": "swap"}.get(one.kind, one.kind)
    if one.arrived:
        when = {"at": said["at"]} if one.at else {}
        left = keeper.fact(
            "transfer_out", on, one.account, one.asset, quantity=text(one.units), **when
        )
        came = keeper.fact(
            "transfer_in", one.arrived.isoformat(), one.to, one.asset, quantity=text(one.got)
        )
        if left in keeper.open_legs():
            keeper.pair(left, came)
        return [left, came]
    if kind in ("dividend", "return_of_capital"):
        if kind == "return_of_capital":
            said.pop("related_asset")
            return [keeper.fact(kind, on, one.account, one.payer, **said)]
        return [keeper.fact(kind, on, one.account, **said)]
    if kind == "interest":
        said["quantity"] = said.pop("amount")
        said.pop("currency")
        return [keeper.fact(kind, on, one.account, one.money, **said)]
    return [keeper.fact(kind, on, one.account, one.asset, **said)]


def choose(keeper: Bookkeeper, one: Happened) -> None:
    """A lot method of the book, an account or a holding."""
    scope = BOOK
    if one.asset:
        scope = ("holding", holding(keeper, one).id)
    elif one.account:
        scope = ("account", account(keeper, one).id)
    keeper.do(set_lot_method, scope, one.method or None, one.on)


def fill(keeper: Bookkeeper, one: Happened) -> None:
    """The percentage of a holding that fills a vault."""
    of, percent = holding(keeper, one), Decimal(text(one.share * 100))
    keeper.write(lambda write: fill_vault(write, get_vault(write, one.to).id, of, percent, one.on))


def say(keeper: Bookkeeper, one: Happened) -> None:
    """What a holding earns from a day on, if anything."""
    of = holding(keeper, one)
    if not one.method:
        keeper.do(stop_rule, of, last_day=one.on - ONE_DAY)
        return
    rate, pays = Decimal(text(one.share)), one.payer or None
    month = one.ratio[0] if one.to in ("quarterly", "yearly") else None
    stated = Stated(rate, one.method, one.to, pays, month, one.money)
    keeper.do(set_rule, of, stated, from_day=one.on, until=one.arrived)


def accrues(
    keeper: Bookkeeper, invented: Inventor, rows: list[Happened], until: dt.date
) -> list[Happened]:
    """Book what is due by a day, and return it."""
    wheres = sorted({(one.account, one.asset) for one in rows if one.kind == "earns"})
    found = [one for where in wheres for one in paid(invented.daybook, rows, where, until)]
    if not invented.daybook([*rows, *found]).is_sound:  # what it costs was moved on
        return []
    catalog = keeper.book().catalog
    told = []
    locked = max((row.on for row in rows if row.kind == "lock"), default=dt.date.min)
    if any(one.on <= locked for one in found):
        with pytest.raises(FolioError, match="the book is locked"):
            keeper.do(accrue, until=until)
        return []
    for booking in keeper.do(accrue, until=until).bookings:
        of, payment = catalog.holdings[booking.payment.rule.holding_id], booking.payment
        where = catalog.accounts[of.account_id].name, catalog.assets[of.asset_id].symbol
        told.append((payment.due, *where, Fraction(payment.expected)))
    assert sorted(told) == sorted((one.on, one.account, one.asset, one.units) for one in found)
    return found


def account(keeper: Bookkeeper, one: Happened) -> Account:
    accounts = keeper.book().catalog.accounts.values()
    return next(account for account in accounts if account.name == one.account)


def holding(keeper: Bookkeeper, one: Happened) -> Holding:
    """Of which nothing may be there yet."""
    asset = keeper.book().catalog.assets[keeper.asset_id(one.asset)]
    return keeper.do(holding_for, account(keeper, one), asset)


def begin(keeper: Bookkeeper, invented: Inventor) -> None:
    for name, institution in ACCOUNTS.items():
        keeper.account(name, institution=institution, cash=name in invented.cash)
    for asset in SHARES:
        keeper.asset(asset, "crypto" if asset == "COIN" else "stock")
    for money in ("USD", "JPY", "KWD"):
        keeper.asset(money, "currency")
    rows = "".join(
        f"{day},{asset},{QUOTED[asset]},{text(price)}\n"
        for asset, days in invented.prices.quotes.items()
        for day, price in days.items()
    )
    keeper.prices("date,asset,quote,price\n" + rows)
    for name, money in VAULTS.items():
        keeper.write(
            lambda write, name=name, money=money: add_vault(
                write, name, target=Decimal(10**4), currency=write.catalog.currency(money), by=None
            )
        )


def enter(
    keeper: Bookkeeper, invented: Inventor, rng: random.Random
) -> tuple[list[Happened], list[int]]:
    """Write the book, some rows after later ones and some undone before they are written again;
    returns it in the order of entry, with the answers to gaps, and the commit after each row."""
    rows = list(invented.book)
    for _ in range(len(rows) // 4):
        one = rows.pop(rng.randrange(len(rows)))
        needs = one.kind in ("dividend", "return_of_capital", "spin_off")  # who paid must be there
        rows.insert(rng.randint(rows_before(rows, one), len(rows)) if needs else
                    rng.randint(0, len(rows)), one)  # fmt: skip
    if not invented.daybook(
        rows
    ).is_sound:  # of a day's transfers one moves on what another brought
        rows = list(invented.book)
    entered: list[Happened] = []
    commits: list[int] = []

    def note(one: Happened) -> None:
        entered.append(one)
        commits.extend(keeper.db.execute("SELECT max(id) FROM commits").fetchone())

    locked = dt.date.min
    locks = sorted(rng.sample(range(len(rows)), 2)) if invented.locked else []
    for at, one in enumerate(rows):
        if at in locks and (day := one.on - ONE_DAY * 4) > locked:
            locked = day
            keeper.do(lock_book, locked, today=keeper.today)
            note(Happened("lock", locked, "", ""))
        if (invented.locked or invented.interest) and not invented.daybook(
            [*entered, one]
        ).is_sound:
            continue  # it moves on what was refused, or may be
        try:
            if rng.random() < 0.15 and one.kind in ("buy", "deposit", "fee", "dividend", "reward"):
                for number in record(keeper, one._replace(units=one.units * 2)):
                    keeper.undo(number)
                if instead := gives_way(entered, one):
                    note(instead._replace(kind="taken back", method=instead.kind))
            if one.kind == "accrue":
                for booked in accrues(keeper, invented, entered, one.on):
                    note(booked)
                continue
            record(keeper, one)
        except FolioError as refused:
            idle = one.kind == "earns" and not one.method  # nothing was said that it ends
            if not idle and (one.on > locked or "the book is locked" not in str(refused)):
                raise
            continue
        if instead := gives_way(entered, one):
            note(instead._replace(kind="taken back", method=instead.kind))
        note(one)
        if invented.seen and rng.random() < 0.5:
            for answered in answer(keeper, invented, entered, rows[at + 1 :], rng):
                note(answered)
        if rng.random() < 0.1:
            keeper.roll_up(invented.days[-1].isoformat())
    if invented.interest:
        for booked in accrues(keeper, invented, entered, invented.days[-1]):
            note(booked)
    return entered, commits


def answer(
    keeper: Bookkeeper, invented: Inventor, entered: list[Happened], later: list[Happened],
    rng: random.Random,
) -> list[Happened]:  # fmt: skip
    """Answer one of the gaps that a book has so far; returns what that makes happen."""
    daybook = invented.daybook(entered)
    locked = max((row.on for row in entered if row.kind == "lock"), default=dt.date.min)
    found = [gap for gap in sorted(daybook.seen.gaps().items()) if gap[0] not in invented.answered]
    if not found or not daybook.is_sound:
        return []
    (where, until), drift = rng.choice(found)
    told = [gap for gap in keeper.gaps(*where) if gap.until == until]
    assert [gap.drift for gap in told] == [as_told(drift)], (where, until, drift)
    number, since = told[0].observation_id, told[0].since
    begun = daybook.seen.begun(where)
    if since is None:
        on = begun - ONE_DAY
        word = "opening" if drift > 0 else "unknown"
    else:
        on = since + ONE_DAY * rng.randint(1, (until - since).days)
        word = rng.choice(("growth", "growth", "flow", "correction", "unknown"))
    units = drift * daybook.seen.units(where, on) / daybook.seen.units(where, until)
    if (units * 10**12).denominator > 1 and word not in ("growth", "unknown"):
        return []
    kind = {"flow": "deposit" if drift > 0 else "withdraw"}.get(word, word)
    size = abs(units) if word == "flow" else units
    one = Happened(kind, on, *where, size)
    if word == "growth":
        one = Happened(word, until, *where, since=since)
    if not invented.daybook([*entered, one, *later]).is_sound:
        return []
    invented.answered.add((where, until))
    try:
        keeper.answer(number, word, on=on if word in ("flow", "correction") else None)
    except FolioError as refused:
        if on > locked or "the book is locked" not in str(refused):
            raise
        return []
    return [] if word == "unknown" else [one]


def as_told(units: Fraction) -> Decimal:
    """A number of units to 50 digits."""
    return divide(Decimal(units.numerator), Decimal(units.denominator))


def rows_before(rows: list[Happened], one: Happened) -> int:
    """The place behind all rows of earlier days."""
    return max((n + 1 for n, other in enumerate(rows) if other.on < one.on), default=0)
