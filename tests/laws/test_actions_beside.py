"""Corporate actions one after another, and lot methods that change in mid-life, beside a walk of
its own over lots in fractions, from the rules alone: folio's engine is not in it.

All in one currency, so that nothing is rounded but what a report rounds.
"""

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bookkeeper import Bookkeeper
from calculator import cents
from folio.book.selection import Filters
from folio.model.dates import EVER
from folio.model.table import Amount
from folio.operations.arranging.lot_methods import set_lot_method
from folio.reports.held.lots import lots as open_lots
from folio.reports.query import Query
from folio.reports.sold.gains import gains

FIRST, END = dt.date(2021, 1, 4), dt.date(2025, 11, 20)
A = "Broker"


class Held(NamedTuple):
    units: Fraction
    cost: Fraction
    day: dt.date
    entered: int


class Gone(NamedTuple):
    asset: str
    on: dt.date
    acquired: dt.date | None  # None: by average cost
    units: Fraction
    proceeds: Fraction
    cost: Fraction


class Walk:
    """Lots of one account by asset, and what was disposed of."""

    def __init__(self) -> None:
        self.held: dict[str, list[Held]] = {}
        self.gone: list[Gone] = []
        self.method = "fifo"
        self.entered = 0

    def units(self, asset: str) -> Fraction:
        return sum((lot.units for lot in self.held.get(asset, [])), Fraction(0))

    def open(self, asset: str, units: Fraction, cost: Fraction, day: dt.date) -> None:
        self.entered += 1
        lots = self.held.setdefault(asset, [])
        lots.append(Held(units, cost, day, self.entered))
        lots.sort(key=lambda lot: (lot.day, lot.entered))

    def take(self, asset: str, units: Fraction) -> list[Held]:
        lots = self.held[asset]
        if self.method == "average":
            share = units / self.units(asset)
            taken = [lot._replace(units=lot.units * share, cost=lot.cost * share) for lot in lots]
            self.held[asset] = [
                lot._replace(units=lot.units * (1 - share), cost=lot.cost * (1 - share))
                for lot in lots
                if share != 1
            ]
            return taken
        ranks: dict[str, Any] = {
            "fifo": lambda lot: (lot.day, lot.entered),
            "lifo": lambda lot: (-lot.day.toordinal(), lot.entered),
            "hifo": lambda lot: (-lot.cost / lot.units, lot.day, lot.entered),
        }
        taken, left = [], []
        for lot in sorted(lots, key=ranks[self.method]):
            part = min(units, lot.units)
            units -= part
            cost = lot.cost * part / lot.units
            taken += [lot._replace(units=part, cost=cost)] if part else []
            rest = lot._replace(units=lot.units - part, cost=lot.cost - cost)
            left += [rest] if rest.units else []
        self.held[asset] = sorted(left, key=lambda lot: (lot.day, lot.entered))
        return taken

    def dispose(self, asset: str, on: dt.date, units: Fraction, proceeds: Fraction) -> None:
        for lot in self.take(asset, units):
            self._went(asset, on, lot, lot.units, proceeds * lot.units / units, lot.cost)

    def _went(
        self, asset: str, on: dt.date, lot: Held, units: Fraction, proceeds: Fraction,
        cost: Fraction,
    ) -> None:  # fmt: skip
        day = None if self.method == "average" else lot.day
        self.gone.append(Gone(asset, on, day, units, proceeds, cost))

    def split(self, asset: str, new: int, old: int) -> None:
        self.held[asset] = [
            lot._replace(units=lot.units * new / old) for lot in self.held.get(asset, [])
        ]

    def spin_off(self, parent: str, child: str, units: Fraction, share: Fraction) -> None:
        whole = self.units(parent)
        for lot in self.held[parent]:
            self.open(child, units * lot.units / whole, lot.cost * share, lot.day)
        self.held[parent] = [lot._replace(cost=lot.cost * (1 - share)) for lot in self.held[parent]]

    def exchange(
        self, old: str, new: str, on: dt.date, units: Fraction, cash: Fraction, share: Fraction
    ) -> None:
        """All of the old: ``share`` of the cost goes with the new units, the rest with cash."""
        whole = self.units(old)
        for lot in self.held[old]:
            part = lot.units / whole
            if cash:
                rest = 1 - share
                self._went(old, on, lot, lot.units * rest, cash * part, lot.cost * rest)
            self.open(new, units * part, lot.cost * share, lot.day)
        self.held[old] = []

    def give_back(self, asset: str, on: dt.date, amount: Fraction) -> None:
        whole = self.units(asset)
        left = []
        for lot in self.held[asset]:
            off = amount * lot.units / whole
            if off > lot.cost:
                self._went(asset, on, lot, Fraction(0), off - lot.cost, Fraction(0))
            left.append(lot._replace(cost=max(Fraction(0), lot.cost - off)))
        self.held[asset] = left


def text(number: Fraction) -> str:
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


class Inventor:
    """Invents what happens to one company and to those it becomes, and writes it down."""

    def __init__(self, seed: int, keeper: Bookkeeper) -> None:
        self.rng, self.keeper, self.walk = random.Random(seed), keeper, Walk()
        self.number = 0
        self.alive = [self.new_name()]
        self.averaged = False
        self.account = keeper.account(A, cash=False)
        day = FIRST
        self.buy(day)
        for _ in range(28):
            day += dt.timedelta(self.rng.randint(8, 60))
            self.happen(day)

    def new_name(self) -> str:
        self.number += 1
        name = f"CO{self.number}"
        self.keeper.asset(name)
        return name

    def tell(self, kind: str, on: dt.date, asset: str, **words: Any) -> None:
        said = {k: text(v) if isinstance(v, Fraction) else v for k, v in words.items()}
        self.keeper.add(kind, on.isoformat(), A, asset, **said)

    def some(self, top: int, over: int) -> Fraction:
        return Fraction(self.rng.randint(1, top), over)

    def buy(self, on: dt.date) -> None:
        asset = self.rng.choice(self.alive)
        units, price, fee = self.some(500, 1), self.some(9000, 100), self.some(999, 100)
        self.tell("buy", on, asset, quantity=units, price=price, fee=fee)
        self.walk.open(asset, units, units * price + fee, on)

    def happen(self, on: dt.date) -> None:
        kinds = (
            "buy buy sell sell sell split spin merger mixed cash capital stock symbol option method"
        )
        kind = self.rng.choice(kinds.split())
        asset = self.rng.choice(self.alive)
        held = self.walk.units(asset)
        if kind == "buy" or not held:
            self.buy(on)
        elif kind == "method":
            self.change_method(on)
        else:
            getattr(self, kind)(on, asset, held)

    def change_method(self, on: dt.date) -> None:
        method = self.rng.choice(["fifo", "lifo", "hifo", "average"])
        self.walk.method = method
        self.averaged |= method == "average"
        scope = ("account", self.account)
        self.keeper.write(lambda write: set_lot_method(write, scope, method, on))

    def sell(self, on: dt.date, asset: str, held: Fraction) -> None:
        part = Fraction(int(held * self.rng.randint(5, 99) * 10**4), 10**6)
        units = self.rng.choice([part, part, held]) if (held * 10**15).denominator == 1 else part
        price, fee = self.some(9000, 100), self.some(99, 100)
        self.tell("sell", on, asset, quantity=units, price=price, fee=fee)
        self.walk.dispose(asset, on, units, cents(units * price) - fee)

    def split(self, on: dt.date, asset: str, held: Fraction) -> None:
        new, old = self.rng.choice([(2, 1), (3, 1), (5, 2), (1, 2), (7, 5), (1, 4)])
        self.keeper.add("split", on.isoformat(), "", asset, ratio=f"{new}:{old}")
        self.walk.split(asset, new, old)

    def spin(self, on: dt.date, asset: str, held: Fraction) -> None:
        child, units, share = self.new_name(), self.some(90, 1), self.some(999, 1000)
        self.tell("spin_off", on, child, quantity=units, related_asset=asset,
                  cost_share=f"{text(share * 100)}%")  # fmt: skip
        self.walk.spin_off(asset, child, units, share)
        self.alive.append(child)

    def _becomes(self, asset: str) -> str:
        """A new company, or one of which there are units already."""
        others = [name for name in self.alive if name != asset]
        new = self.rng.choice(others) if others and self.rng.random() < 0.4 else self.new_name()
        self.alive = [*(name for name in self.alive if name not in (asset, new)), new]
        return new

    def whole(self, held: Fraction) -> bool:
        return (held * 10**18).denominator == 1

    def merger(self, on: dt.date, asset: str, held: Fraction) -> None:
        if self.whole(held):
            new, units = self._becomes(asset), self.some(900, 1)
            self.tell("merger", on, asset, quantity=held, to_asset=new, to_quantity=units)
            self.walk.exchange(asset, new, on, units, Fraction(0), Fraction(1))

    def mixed(self, on: dt.date, asset: str, held: Fraction) -> None:
        if self.whole(held):
            new, units, cash = self._becomes(asset), self.some(900, 1), self.some(90000, 100)
            share = self.some(999, 1000)
            self.tell("merger", on, asset, quantity=held, to_asset=new, to_quantity=units,
                      amount=cash, cost_share=f"{text(share * 100)}%")  # fmt: skip
            self.walk.exchange(asset, new, on, units, cash, share)

    def cash(self, on: dt.date, asset: str, held: Fraction) -> None:
        if self.whole(held) and len(self.alive) > 1:
            cash = self.some(90000, 100)
            self.tell("merger", on, asset, quantity=held, amount=cash)
            self.walk.dispose(asset, on, held, cash)
            self.alive.remove(asset)

    def capital(self, on: dt.date, asset: str, held: Fraction) -> None:
        amount = self.some(90000, 100)
        self.tell("return_of_capital", on, asset, amount=amount)
        self.walk.give_back(asset, on, amount)

    def stock(self, on: dt.date, asset: str, held: Fraction) -> None:
        units, cost = self.some(90, 10), self.rng.choice([Fraction(0), self.some(9999, 100)])
        self.tell("stock_dividend", on, asset, quantity=units, cost=cost)
        self.walk.open(asset, units, cost, on)

    def symbol(self, on: dt.date, asset: str, held: Fraction) -> None:
        if self.whole(held):
            new = self.new_name()
            self.alive = [*(name for name in self.alive if name != asset), new]
            self.tell("symbol_change", on, asset, quantity=held, to_asset=new)
            self.walk.exchange(asset, new, on, held, Fraction(0), Fraction(1))

    def option(self, on: dt.date, asset: str, held: Fraction) -> None:
        """A call or a put, held or written, of which some are exercised the day after."""
        name, whole = self.new_name(), self.rng.randint(1, 9)
        written, brings = self.rng.random() < 0.5, self.rng.random() < 0.5
        premium, fee, after = self.some(9000, 100), self.some(999, 100), on + dt.timedelta(1)
        words = {"lot": "short"} if written else {}
        kind, sign = ("sell", -1) if written else ("buy", 1)
        self.tell(kind, on, name, quantity=Fraction(whole), amount=premium, **words)
        ended, paid = self.rng.randint(1, whole), premium + self.some(90000, 100)
        part = Fraction(int(held * self.rng.randint(5, 99) * 10**4), 10**6)
        units = self.some(900, 10) if brings else part
        self.tell("exercise", after, name, quantity=Fraction(sign * ended), to_asset=asset,
                  to_quantity=units if brings else -units, amount=paid, fee=fee)  # fmt: skip
        carried = sign * premium * ended / whole
        if brings:
            self.walk.open(asset, units, paid + fee + carried, after)
        else:
            self.walk.dispose(asset, after, units, paid - fee - carried)
        if ended < whole:
            left = Fraction(sign * (whole - ended))
            self.walk.open(name, left, premium * left / whole, on)


def near(number: Decimal | Fraction) -> Fraction:
    return Fraction(round(Fraction(number) * 10**12), 10**12)


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_of_its_own_agrees(tmp_path: Path, seed: int) -> None:
    keeper = Bookkeeper(tmp_path / "book.db")
    invented = Inventor(seed, keeper)
    query = Query(END, keeper.book().base, Filters(), exact=True)

    def told(row: dict[str, Any], key: str) -> Any:
        cell = row[key]
        return near(cell.value) if isinstance(cell, Amount) else cell

    mine: dict[Any, list[Fraction]] = {}
    for one in invented.walk.gone:
        sums = mine.setdefault((one.asset, one.on), [Fraction(0)] * 3)
        for n, part in enumerate((one.units, one.proceeds, one.cost)):
            sums[n] += part
    his: dict[Any, list[Fraction]] = {}
    for row in gains(keeper.book(), query, EVER).rows:
        sums = his.setdefault((row["asset"], row["disposed_on"]), [Fraction(0)] * 3)
        for n, key in enumerate(("quantity", "proceeds", "cost")):
            sums[n] += Fraction(row[key].value)
    assert {k: list(map(near, v)) for k, v in his.items()} == {
        k: list(map(near, v)) for k, v in mine.items()
    }
    rows = open_lots(keeper.book(), query).rows
    told_lots = [
        (row["asset"], row["acquired_on"], told(row, "quantity"), told(row, "cost_basis"))
        for row in rows
    ]
    held = [
        (asset, lot.day, near(lot.units), near(lot.cost))
        for asset, some in invented.walk.held.items()
        for lot in some
    ]
    if invented.averaged:  # a pool's lots are shown by the days of the first units in
        assert summed(told_lots) == summed(held)
    else:
        assert sorted(told_lots) == sorted(held)
    keeper.close()


def summed(lots: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Units and cost by asset."""
    sums: dict[str, list[Any]] = {}
    for asset, _, units, cost in lots:
        mine = sums.setdefault(asset, [0, 0])
        sums[asset] = [mine[0] + units, mine[1] + cost]
    return {k: [round(float(x), 9) for x in v] for k, v in sums.items()}
