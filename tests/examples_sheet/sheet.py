"""The figures of the example portfolio, worked out without folio.

A second opinion: it reads `examples/` with the csv module, counts with fractions, and follows
the rules of the figures, not folio's code.  Written for being checked, so every step is small:
statements → events → lots → figures.  `python -m tests.examples_sheet.sheet`, run from the top
of the project, prints the figures; with `--write` it records them as `expected.json` and
`expected.csv`.  `sheet.md` works four holdings by hand.

Conventions, where the rules leave room:

* The base currency is worth itself: euros have no lots, their cost is their value.
* What the broker states as Total is the cost or the proceeds, fees inside.
* A trade at the exchange costs the euros spent plus the fee, and brings them less the fee.
* A reward opens a lot at its market value of that day, in the currency the asset is quoted in.
* Coins that leave for a wallet outside the book, and the network fee in coins, leave at cost,
  first in first out, and realise nothing.
* A dividend's income is what was paid out plus the tax withheld, each rounded by itself.
* Money is rounded half up to cents at the leaves only: one holding's value, one open lot's cost,
  one slice's proceeds and cost, one receipt's income.  Totals add leaves.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .statements import BANK, BROKER, EXCHANGE, Event, Prices, all_events

HERE = Path(__file__).resolve().parent
LAST_DAY = date(2025, 6, 30)
VAULTS = {  # as in examples/setup.sh: shares of the bank's cash
    "Emergency fund": {"target": "9000.00", "percent": "30"},
    "House deposit": {"target": "40000.00", "percent": "60"},
}


@dataclass
class Lot:
    opened_on: date
    opened: Fraction
    cost: Fraction  # of all that was opened, never rounded
    currency: str
    left: Fraction

    def cost_of(self, quantity: Fraction) -> Fraction:
        return self.cost * quantity / self.opened


@dataclass(frozen=True)
class Slice:
    """A part of a lot that was sold."""

    account: str
    asset: str
    acquired_on: date
    disposed_on: date
    quantity: Fraction
    proceeds: Fraction
    cost: Fraction


@dataclass
class Book:
    """What a walk over the events up to a day leaves behind."""

    cash: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    lots: dict[tuple[str, str], list[Lot]] = field(default_factory=lambda: defaultdict(list))
    slices: list[Slice] = field(default_factory=list)
    income: list[dict[str, Any]] = field(default_factory=list)


# -- numbers -------------------------------------------------------------------------


def cents(amount: Fraction) -> Fraction:
    """Half up, away from zero: 0.005 → 0.01, -0.005 → -0.01."""
    whole = (abs(amount) * 200 + 1) // 2
    return Fraction(whole if amount >= 0 else -whole, 100)


def money(amount: Fraction) -> str:
    hundredths = amount * 100
    assert hundredths.denominator == 1, f"{amount} is not whole cents"
    return f"{Decimal(int(hundredths)).scaleb(-2):.2f}"


def exact(number: Fraction) -> str:
    """A finite decimal, without trailing zeros; a periodic one to 12 places."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):.12f}"
    return text.rstrip("0").rstrip(".")


# -- events → lots -------------------------------------------------------------------


def walk(events: Iterable[Event], prices: Prices, until: date) -> Book:
    book = Book()
    for event in events:
        if event.day <= until:
            book.cash[event.account] += event.euros
            apply(event, book, prices)
    return book


def apply(event: Event, book: Book, prices: Prices) -> None:
    lots, n = book.lots[event.account, event.asset] if event.asset else [], event.quantity
    if event.kind == "buy":
        lots.append(Lot(event.day, n, -event.euros, "EUR", n))
    elif event.kind == "reward":
        quote = prices.quote[event.asset]
        worth = n * prices.close(event.asset, event.day)
        lots.append(Lot(event.day, n, worth, quote, n))
        receipt(book, event, prices.to_euros(worth, quote, event.day))
    elif event.kind in ("sell", "leave"):
        gone = Fraction(0)
        for lot, taken in first_in_first_out(lots, n):
            before, gone = gone, gone + taken
            if event.kind == "sell":
                cost = prices.to_euros(lot.cost_of(taken), lot.currency, lot.opened_on)
                book.slices.append(
                    Slice(
                        event.account,
                        event.asset,
                        lot.opened_on,
                        event.day,
                        taken,
                        cents(event.euros * gone / n) - cents(event.euros * before / n),
                        cents(cost),
                    )
                )
    elif event.kind in ("dividend", "interest"):
        tax = prices.to_euros(event.withheld, event.withheld_currency or "EUR", event.day)
        receipt(book, event, event.euros, tax)


def receipt(book: Book, event: Event, net: Fraction, tax: Fraction = Fraction(0)) -> None:
    net, tax = cents(net), cents(tax)
    row = {"on": event.day, "kind": event.kind, "account": event.account}
    row |= {"asset": event.asset or "EUR", "net": net, "withheld": tax, "gross": net + tax}
    book.income.append(row)


def first_in_first_out(lots: list[Lot], wanted: Fraction) -> Iterator[tuple[Lot, Fraction]]:
    for lot in lots:
        taken = min(lot.left, wanted)
        if taken:
            lot.left -= taken
            wanted -= taken
            yield lot, taken
    assert wanted == 0, f"{wanted} more than there is"


# -- lots → figures ------------------------------------------------------------------


def holdings(book: Book, prices: Prices, day: date) -> list[dict[str, Any]]:
    found = []
    for (account, asset), lots in book.lots.items():
        n = sum((lot.left for lot in lots), Fraction(0))
        costs = [
            cents(prices.to_euros(lot.cost_of(lot.left), lot.currency, lot.opened_on))
            for lot in lots
            if lot.left
        ]
        sold = [s for s in book.slices if (s.account, s.asset) == (account, asset)]
        realised = sum((s.proceeds - s.cost for s in sold), Fraction(0))
        value, cost = cents(n * prices.in_euros(asset, day)), sum(costs, Fraction(0))
        found.append(figures(account, asset, n, value, cost, realised))
    for account, cash in book.cash.items():
        found.append(figures(account, "EUR", cash, cents(cash), cents(cash), Fraction(0)))
    return sorted(found, key=lambda row: (row["account"], row["asset"]))


def figures(
    account: str, asset: str, n: Fraction, value: Fraction, cost: Fraction, realised: Fraction
) -> dict[str, Any]:
    row: dict[str, Any] = {"account": account, "asset": asset, "quantity": n, "value": value}
    return row | {
        "cost_basis": cost,
        "unrealised_gain": value - cost,
        "realised_gain": realised,
    }


def totals(found: list[dict[str, Any]]) -> dict[str, Fraction]:
    names = ("value", "cost_basis", "unrealised_gain", "realised_gain")
    sums = {name: sum((row[name] for row in found), Fraction(0)) for name in names}
    cash = sum((row["value"] for row in found if row["asset"] == "EUR"), Fraction(0))
    return sums | {"cash": cash}


def open_lots(book: Book, prices: Prices) -> Iterator[dict[str, str]]:
    for (account, asset), lots in sorted(book.lots.items()):
        for lot in lots:
            if lot.left:
                left = lot.cost_of(lot.left)
                yield {
                    "account": account,
                    "asset": asset,
                    "acquired_on": lot.opened_on.isoformat(),
                    "opened": exact(lot.opened),
                    "quantity": exact(lot.left),
                    "opened_at_cost": exact(lot.cost),
                    "cost_left": exact(left),
                    "currency": lot.currency,
                    "cost_basis": money(cents(prices.to_euros(left, lot.currency, lot.opened_on))),
                }


def disposals(book: Book) -> Iterator[dict[str, str]]:
    for s in book.slices:
        yield {
            "account": s.account,
            "asset": s.asset,
            "acquired_on": s.acquired_on.isoformat(),
            "disposed_on": s.disposed_on.isoformat(),
            "quantity": exact(s.quantity),
            "proceeds": money(s.proceeds),
            "cost": money(s.cost),
            "gain": money(s.proceeds - s.cost),
            "days_held": str((s.disposed_on - s.acquired_on).days),
        }


def month_ends() -> Iterator[date]:
    first = date(2022, 1, 1)
    while first <= LAST_DAY:
        following = (first + timedelta(days=31)).replace(day=1)
        yield following - timedelta(days=1)
        first = following


def history(events: list[Event], prices: Prices) -> Iterator[dict[str, str]]:
    for day in month_ends():
        book = walk(events, prices, day)
        found = holdings(book, prices, day)
        row = {"date": day.isoformat()} | texts(totals(found))
        row["income"] = money(sum((r["gross"] for r in book.income), Fraction(0)))  # so far
        for account in (BANK, BROKER, EXCHANGE):
            mine = [r["value"] for r in found if r["account"] == account]
            row[account] = money(sum(mine, Fraction(0)))
        yield row


def by(rows_: Iterable[tuple[str, Fraction]]) -> dict[str, str]:
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for key, amount in rows_:
        sums[key] += amount
    return {key: money(amount) for key, amount in sorted(sums.items())}


def texts(row: dict[str, Any]) -> dict[str, str]:
    """Quantities exact, days as dates, everything else in cents."""
    kept = {}
    for key, cell in row.items():
        if isinstance(cell, Fraction):
            kept[key] = exact(cell) if key == "quantity" else money(cell)
        else:
            kept[key] = str(cell)
    return kept


def vaults(bank_cash: Fraction) -> list[dict[str, str]]:
    found = []
    for name, vault in VAULTS.items():
        current = cents(cents(bank_cash) * Fraction(vault["percent"]) / 100)
        found.append({"vault": name, **vault, "current": money(current)})
    return found


def work_out() -> dict[str, Any]:
    events, prices = all_events(), Prices()
    book = walk(events, prices, LAST_DAY)
    found = holdings(book, prices, LAST_DAY)
    longterm = sum((r["value"] for r in found if r["account"] == BROKER), Fraction(0))
    income = book.income
    return {
        "as_of": LAST_DAY.isoformat(),
        "currency": "EUR",
        "holdings": [texts(row) for row in found],
        "totals": texts(totals(found)),
        "lots": list(open_lots(book, prices)),
        "disposals": list(disposals(book)),
        "realised_by_year": by((str(s.disposed_on.year), s.proceeds - s.cost) for s in book.slices),
        "income": [texts(row) for row in income],
        "income_by_kind": by((row["kind"], row["gross"]) for row in income),
        "income_net_by_kind": by((row["kind"], row["net"]) for row in income),
        "withheld_by_asset": by((r["asset"], r["withheld"]) for r in income if r["withheld"]),
        "vaults": vaults(book.cash[BANK]),
        "groups": {"longterm": money(longterm)},
        "history": list(history(events, prices)),
    }


# -- recorded ------------------------------------------------------------------------

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def load_expected() -> dict[str, Any]:
    """The recorded figures; every number a Decimal, days and names as text."""

    def parsed(cell: Any) -> Any:
        if isinstance(cell, dict):
            return {key: parsed(inner) for key, inner in cell.items()}
        if isinstance(cell, list):
            return [parsed(inner) for inner in cell]
        return Decimal(cell) if NUMBER.fullmatch(cell) else cell

    loaded: dict[str, Any] = parsed(json.loads((HERE / "expected.json").read_text("utf-8")))
    return loaded


def flat(sheet: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """One figure a line: table, row, field, value."""
    for table, body in sheet.items():
        if isinstance(body, str):
            yield table, "", "", body
        elif isinstance(body, dict):
            yield from ((table, "", key, cell) for key, cell in body.items())
        else:
            for number, row in enumerate(body, start=1):
                yield from ((table, str(number), key, cell) for key, cell in row.items())


def write() -> None:
    sheet = work_out()
    (HERE / "expected.json").write_text(json.dumps(sheet, indent=1) + "\n", encoding="utf-8")
    with (HERE / "expected.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("table", "row", "field", "value"))
        table.writerows(flat(sheet))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        print(json.dumps(work_out(), indent=1))
