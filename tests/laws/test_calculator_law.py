"""Gains in a foreign currency, beside a calculator of its own: see ``calculator.py``.

Bought in EUR, sold in USD, told in GBP, with fees in a third asset, transfers that lose units,
splits, rows entered out of order, and rows entered and undone.
"""

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bookkeeper import Bookkeeper
from calculator import BASE, NONE, Calculator, Happened, cents
from folio.book.selection import Filters
from folio.model.dates import EVER, Period
from folio.model.table import Amount, Cell
from folio.reports.gains import gains
from folio.reports.history import daily
from folio.reports.holdings import holdings
from folio.reports.query import Query

FIRST, END = dt.date(2025, 1, 1), dt.date(2025, 11, 20)
Quotes = list[tuple[str, str, dt.date, Fraction]]


class Inventor:
    """Invents one book: its prices and what happened, in order."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
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
        for day in sorted(self.rng.sample(range(1, 280), 20)):
            self.happen(FIRST + dt.timedelta(day))

    def happen(self, on: dt.date) -> None:
        account = self.rng.choice("AB")
        kind = self.rng.choice(["buy", "buy", "both", "sell", "sell", "transfer", "split"])
        if kind in ("buy", "both"):
            self.trade("buy", on, account, Fraction(self.rng.randint(1, 10**6), 10**4))
        if kind in ("sell", "both") and self.held[account]:
            self.trade("sell", on, account, -self.part(account))
        if kind == "transfer" and self.held[account]:
            self.transfer(on, account, "BA"["AB".index(account)])
        if kind == "split":
            self.split(on)

    def part(self, account: str) -> Fraction:
        """Some or all of what an account has."""
        held = self.held[account]
        share = Fraction(int(held * self.rng.randint(1, 99) * 10**6), 10**8)
        return self.rng.choice([held, share or held, share or held])

    def trade(self, kind: str, on: dt.date, account: str, units: Fraction) -> None:
        currency = self.rng.choice(
            ["EUR", "EUR", "GBP"] if kind == "buy" else ["USD", "USD", "EUR"]
        )
        fee_in = self.rng.choice(["", currency, "COIN"])
        fee = Fraction(self.rng.randint(1, 99), 1000 if fee_in == "COIN" else 100)
        price = Fraction(self.rng.randint(100_000, 500_000), 10_000)
        self.held[account] += units
        self.book.append(
            Happened(kind, on, account, "ACME", abs(units), price, currency,
                     fee if fee_in else NONE, fee_in)
        )  # fmt: skip

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


def record(keeper: Bookkeeper, one: Happened) -> int:
    on, words = one.on.isoformat(), {"quantity": text(one.units)}
    if one.kind == "split":
        return keeper.fact("split", on, "", one.asset, ratio="{}:{}".format(*one.ratio))
    if one.kind == "transfer":
        words |= {"to_account": one.to, "to_quantity": text(one.units - one.lost)}
    else:
        money = "cost" if one.kind == "deposit" else "price"
        words |= {money: text(one.price), "currency": one.currency}
    if one.fee:
        words |= {"fee": text(one.fee), "fee_currency": one.fee_in}
    return keeper.fact(one.kind, on, one.account, one.asset, **words)


def enter(keeper: Bookkeeper, invented: Inventor) -> list[Happened]:
    """Write the book, the prices before or after it; returns it in the order of entry."""
    rng, book = invented.rng, list(invented.book)
    rows = "".join(f"{day},{a},{q},{text(price)}\n" for a, q, day, price in invented.quotes)
    prices_first = rng.random() < 0.5
    if rng.random() < 0.6:
        rng.shuffle(book)
    for account in "AB":
        keeper.account(account, cash=False)
    keeper.asset("ACME")
    keeper.asset("COIN", "crypto")
    if prices_first:
        keeper.prices("date,asset,quote,price\n" + rows, create=True)
    for one in book:
        if one.kind in ("buy", "sell") and rng.random() < 0.2:
            keeper.undo(record(keeper, one._replace(price=one.price / 2)))
        record(keeper, one)
        if rng.random() < 0.1:
            keeper.roll_up(END.isoformat())
    if not prices_first:
        keeper.prices("date,asset,quote,price\n" + rows, create=True)
    keeper.roll_up(END.isoformat())
    return book


def number(cell: Cell) -> Any:
    return Fraction(cell.value) if isinstance(cell, Amount) else cell


@pytest.mark.parametrize("seed", [0, 6, 9, 12, 29, 114])
def test_two_calculators_agree(tmp_path: Path, seed: int) -> None:
    invented = Inventor(seed)
    keeper = Bookkeeper(tmp_path / "book.db", BASE)
    calculator = Calculator(invented.quotes)
    entered = enter(keeper, invented)
    calculator.trades(entered)
    book = keeper.book()
    for day in sorted({one.on for one in invented.rng.sample(invented.book, 4)} | {END}):
        calculator.walk(entered, day)
        query = Query(day, book.base, Filters())
        keys = ("account", "asset", "acquired_on", "disposed_on", "quantity", "proceeds", "cost")
        told = [tuple(number(row[key]) for key in keys) for row in gains(book, query, EVER).rows]
        assert sorted(told) == sorted(tuple(one) for one in calculator.sold)
        held = {
            where: (
                sum((lot.units for lot in lots), NONE),
                sum((cents(calculator.in_base(lot.cost)) for lot in lots), NONE),
            )
            for where, lots in calculator.held.items()
            if lots
        }
        worth = {
            where: cents(units * calculator.rate(where[1], BASE, day))
            for where, (units, _) in held.items()
        }
        shown = {
            (row["account"], row["asset"]): [
                number(row[key]) for key in ("quantity", "cost_basis", "value")
            ]
            for row in holdings(book, query).rows
            if row["asset"] in ("ACME", "COIN")
        }
        assert shown == {where: [*held[where], worth[where]] for where in held}
        (last,) = daily(book, query, Period(day, day))
        realised = sum((one.proceeds - one.cost for one in calculator.sold), NONE)
        costs = sum((cost for _, cost in held.values()), NONE)
        pence = [sum(worth.values(), NONE), costs, realised]
        assert [last.value, last.cost_basis, last.realised] == [n * 100 for n in pence]
    keeper.close()
