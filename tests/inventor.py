"""Invents a book, and writes it down through folio: its prices and what happened, in order."""

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction

from bookkeeper import Bookkeeper
from calculator import BASE, NONE, PLACES, Calculator, Happened
from folio.operations.arranging.lot_methods import set_lot_method

FIRST, END = dt.date(2025, 1, 1), dt.date(2025, 11, 20)
Quotes = list[tuple[str, str, dt.date, Fraction]]


class Inventor:
    """Invents one book; a ``wide`` one has lot methods, money, swaps and rewards too, an ``odd``
    one openings, lots named, splits that do not come out even, and many rows on one day."""

    def __init__(self, seed: int, *, wide: bool = False, odd: bool = False) -> None:
        self.rng = random.Random(seed)
        self.odd, self.commits = odd, list[int]()  # after each row
        self.wide, self.methods, self.cash = wide, dict[str, str](), list[str]()
        if wide:
            chosen = [self.rng.choice(["fifo", "lifo", "hifo"]) for _ in "AB"]
            if self.rng.random() < 0.4:
                chosen = ["average", "average"]
            self.methods = dict(zip("AB", chosen, strict=True))
            self.cash = [account for account in "AB" if self.rng.random() < 0.6]
        self.coins = dict.fromkeys("AB", Fraction(5))
        self.quotes: Quotes = []
        self.book: list[Happened] = []
        self.held = {"A": NONE, "B": NONE}
        for asset, quote, low, every in (
            ("EUR", BASE, 8000, (1, 4, 9)), ("USD", BASE, 7000, (1, 4, 9)),
            ("ACME", "EUR", 200_000, (3, 11)), ("COIN", "USD", 2_000_000, (2, 10)),
        ):  # fmt: skip
            for day in range(0, 300, self.rng.choice(every)):
                price = Fraction(self.rng.randint(low, low * 5 // 4), 10_000)
                self.quotes.append((asset, quote, FIRST + dt.timedelta(day), price))
        for account, cost, currency in (("A", 1200, "USD"), ("B", 1333, "EUR")):
            self.book.append(
                Happened("deposit", FIRST, account, "COIN", Fraction(5), Fraction(cost), currency)
            )
        if odd:
            self.methods = {account: self.rng.choice(["fifo", "lifo", "hifo"]) for account in "AB"}
        for day in sorted(self.rng.sample(range(1, 280), 20)):
            if odd:
                self.happen_oddly(FIRST + dt.timedelta(day))
            else:
                self.happen(FIRST + dt.timedelta(day))

    def happen_oddly(self, on: dt.date) -> None:
        """One to four rows of a day, in the order in which a day is walked."""
        kinds = self.rng.choices(["opening", "buy", "transfer", "sell", "named", "named"], k=4)
        kinds = kinds[: self.rng.randint(1, 4)]
        near = any((on - one.on).days < 8 for one in self.book if one.kind == "split")
        if self.rng.random() < 0.25 and not near:
            new, old = self.rng.choice([(3, 7), (10, 3), (2, 1)])
            self.held = {account: held * new / old for account, held in self.held.items()}
            self.book.append(Happened("split", on, "", "ACME", ratio=(new, old)))
            kinds = []
        for kind in sorted(kinds, key=lambda kind: PLACES.get(kind, PLACES["sell"])):
            account = self.rng.choice("AB")
            if kind == "opening":
                self.open(on, account)
            elif kind == "buy":
                self.trade("buy", on, account, Fraction(self.rng.randint(1, 10**6), 10**4))
            elif self.held[account] > 1 and kind == "transfer":
                self.transfer(on, account, "BA"["AB".index(account)])
            elif self.held[account] > 1:
                self.trade("sell", on, account, -self.part(account), named=kind == "named")

    def open(self, on: dt.date, account: str) -> None:
        units, known = Fraction(self.rng.randint(1, 10**6), 10**4), self.rng.random() < 0.7
        acquired = FIRST + dt.timedelta(self.rng.randint(0, (on - FIRST).days))
        self.held[account] += units
        one = Happened("opening", on, account, "ACME", units)
        cost = Fraction(self.rng.randint(1, 10**6), 100)
        self.book.append(
            one._replace(price=cost, currency="USD", acquired=acquired) if known else one
        )

    def lots(self, account: str, on: dt.date, units: Fraction) -> tuple[tuple[int, Fraction], ...]:
        """Some lots of so many units in all, by the rows that brought them."""
        calculator = Calculator(self.quotes, self.methods)
        calculator.trades(self.book)
        calculator.walk(self.book, on)
        there: dict[int, Fraction] = {}
        for lot in calculator.held.get((account, "ACME"), []):
            there[lot.row] = there.get(lot.row, NONE) + Fraction(int(lot.units * 10**6), 10**6)
        chosen: list[tuple[int, Fraction]] = []
        for row in self.rng.sample(sorted(there), len(there)):
            part = min(units, there[row])
            units -= part
            chosen += [(row, part)] if part else []
        return tuple(sorted(chosen)) if not units else ()

    def happen(self, on: dt.date) -> None:
        account = self.rng.choice("AB")
        kinds = ["buy", "buy", "both", "sell", "sell", "transfer", "split"]
        if self.wide:
            kinds += ["swap", "swap", "reward", "money"]
        kind = self.rng.choice(kinds)
        if kind in ("buy", "both"):
            self.trade("buy", on, account, Fraction(self.rng.randint(1, 10**6), 10**4))
        if kind in ("sell", "both") and self.held[account]:
            self.trade("sell", on, account, -self.part(account))
        if kind == "transfer" and self.held[account]:
            self.transfer(on, account, "BA"["AB".index(account)])
        if kind == "split":
            self.split(on)
        if kind == "swap" and self.held[account]:
            self.swap(on, account)
        if kind == "reward":
            units = Fraction(self.rng.randint(1, 10**6), 10**6)
            self.coins[account] += units
            self.book.append(Happened("reward", on, account, "COIN", units))
        if kind == "money" and self.cash:
            cents = Fraction(self.rng.randint(1, 10**6), 100)
            account, money = self.rng.choice(self.cash), self.rng.choice(["EUR", "USD"])
            self.book.append(Happened("cash_in", on, account, money, cents))

    def part(self, account: str) -> Fraction:
        """Some or all of what an account has; never all of what may be an endless fraction."""
        held = self.held[account]
        if self.odd:
            return Fraction(int(held * self.rng.randint(1, 99) * 10**4), 10**6)
        share = Fraction(int(held * self.rng.randint(1, 99) * 10**6), 10**8)
        return self.rng.choice([held, share or held, share or held])

    def trade(
        self, kind: str, on: dt.date, account: str, units: Fraction, *, named: bool = False
    ) -> None:
        currency = self.rng.choice(
            ["EUR", "EUR", "GBP"] if kind == "buy" else ["USD", "USD", "EUR"]
        )
        fee_in = self.rng.choice(["", currency, "COIN"])
        fee = Fraction(self.rng.randint(1, 99), 1000 if fee_in == "COIN" else 100)
        price = Fraction(self.rng.randint(100_000, 500_000), 10_000)
        lots = self.lots(account, on, -units) if named else ()
        self.held[account] += units
        self.book.append(
            Happened(kind, on, account, "ACME", abs(units), price, currency,
                     fee if fee_in else NONE, fee_in, named=lots)
        )  # fmt: skip

    def swap(self, on: dt.date, account: str) -> None:
        """For coins at a stated value or at market; for base money; or base money for units."""
        given, got = self.part(account), Fraction(self.rng.randint(1, 10**5), 10**4)
        fee_in = self.rng.choice(["", "COIN"])
        fee = Fraction(self.rng.randint(1, 99), 1000) if fee_in else NONE
        way = self.rng.choice(["coin", "stated", "sale", "purchase"])
        stated = Fraction(self.rng.randint(1, 10**5), 100) if way == "stated" else NONE
        one = Happened("swap", on, account, "ACME", given, stated, "USD" if stated else "", fee,
                       fee_in, to="COIN", got=got)  # fmt: skip
        if way == "sale":
            one = one._replace(to=BASE, got=Fraction(int(got * 100) + 1, 100))
        if way == "purchase":
            paid = Fraction(self.rng.randint(1, 10**5), 100)
            one = one._replace(asset=BASE, units=paid, to="ACME", got=got)
            self.held[account] += got
        else:
            self.held[account] -= given
        if one.to == "COIN":  # a fee in it is fewer that came in
            one = one._replace(fee=NONE, fee_in="")
        self.book.append(one)

    def transfer(self, on: dt.date, account: str, to: str) -> None:
        units = self.part(account)
        lost = self.rng.choice([NONE, Fraction(1, 1000)]) if units > 1 else NONE
        self.held[account] -= units
        self.held[to] += units - lost
        self.book.append(Happened("transfer", on, account, "ACME", units, to=to, lost=lost))

    def split(self, on: dt.date) -> None:
        """Not within days of another, with which it could be one event; and it comes out even."""
        new, old = self.rng.choice([(2, 1), (5, 1), (5, 2), (1, 2)])
        near = any((on - one.on).days < 8 for one in self.book if one.kind == "split")
        after = {account: held * new / old for account, held in self.held.items()}
        if not near and all((units * 10**12).denominator == 1 for units in after.values()):
            self.held = after
            self.book.append(Happened("split", on, "", "ACME", ratio=(new, old)))


def text(number: Fraction) -> str:
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


def record(keeper: Bookkeeper, one: Happened, numbers: list[int]) -> int:
    on, words = one.on.isoformat(), {"quantity": text(one.units)}
    if one.kind == "split":
        return keeper.fact("split", on, "", one.asset, ratio="{}:{}".format(*one.ratio))
    if one.kind == "transfer":
        words |= {"to_account": one.to, "to_quantity": text(one.units - one.lost)}
    elif one.kind == "cash_in":
        return keeper.fact("deposit", on, one.account, one.asset, **words)
    elif one.kind == "swap":
        words |= {"to_asset": one.to, "to_quantity": text(one.got)}
        words |= {"amount": text(one.price), "currency": one.currency} if one.price else {}
    elif one.kind != "reward":
        money = "cost" if one.kind in ("deposit", "opening") else "price"
        if one.currency:
            words |= {money: text(one.price), "currency": one.currency}
    if one.fee:
        words |= {"fee": text(one.fee), "fee_currency": one.fee_in}
    if one.acquired:
        words["acquired_on"] = one.acquired.isoformat()
    if one.named:
        words["lot"] = ",".join(f"{numbers[row]}:{text(units)}" for row, units in one.named)
    return keeper.fact(one.kind, on, one.account, one.asset, **words)


def enter(keeper: Bookkeeper, invented: Inventor) -> list[Happened]:
    """Write the book, the prices before or after it; returns it in the order of entry."""
    rng, book = invented.rng, list(invented.book)
    rows = "".join(f"{day},{a},{q},{text(price)}\n" for a, q, day, price in invented.quotes)
    prices_first = rng.random() < 0.5 or invented.odd
    if rng.random() < 0.6 and not invented.odd:
        rng.shuffle(book)
    for account in "AB":
        number = keeper.account(account, cash=account in invented.cash)
        if account in invented.methods:
            scope, method = ("account", number), invented.methods[account]
            keeper.write(lambda write, s=scope, m=method: set_lot_method(write, s, m, None))
    keeper.asset("ACME")
    keeper.asset("COIN", "crypto")
    if prices_first:
        keeper.prices("date,asset,quote,price\n" + rows, create=True)
    numbers: list[int] = []
    for one in book:
        if one.kind in ("buy", "sell") and rng.random() < 0.2:
            keeper.undo(record(keeper, one._replace(price=one.price / 2), numbers))
        numbers.append(record(keeper, one, numbers))
        invented.commits += keeper.db.execute("SELECT max(id) FROM commits").fetchone()
        if rng.random() < 0.1:
            keeper.roll_up(END.isoformat())
    if not prices_first:
        keeper.prices("date,asset,quote,price\n" + rows, create=True)
    keeper.roll_up(END.isoformat())
    return book
