"""The example statements and prices, read into events, without folio."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
BROKER, BANK, EXCHANGE = "trading212", "wise", "kraken"
COINS = {"XXBT": "BTC", "XETH": "ETH", "ZEUR": "EUR"}


@dataclass(frozen=True)
class Event:
    """One line of a statement, or the two lines of a trade, in euros as stated."""

    day: date
    time: str
    account: str
    kind: str  # buy, sell, dividend, interest, reward, leave, cash
    euros: Fraction  # what it does to the account's cash
    asset: str = ""
    quantity: Fraction = Fraction(0)  # unsigned
    withheld: Fraction = Fraction(0)
    withheld_currency: str = ""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def overlapping(paths: Iterable[Path]) -> Iterator[dict[str, str]]:
    """The rows of several exports: what one file repeats of another counts once."""
    seen: Counter[tuple[str, ...]] = Counter()
    for path in sorted(paths):
        here: Counter[tuple[str, ...]] = Counter()
        for row in rows(path):
            key = tuple(row.values())
            here[key] += 1
            if here[key] > seen[key]:
                yield row
        seen |= here


def broker_events() -> Iterator[Event]:
    kinds = {"Deposit": "cash", "Withdrawal": "cash", "Interest on cash": "interest"}
    for row in overlapping((EXAMPLES / "statements").glob("trading212_*.csv")):
        action, total = row["Action"], Fraction(row["Total"])
        kind = kinds.get(action) or {"buy": "buy", "sell": "sell"}.get(action.split()[-1])
        kind = kind or ("dividend" if action.startswith("Dividend") else "")
        assert kind, f"unknown action {action}"
        assert row["Currency (Total)"] == "EUR"
        yield Event(
            day=date.fromisoformat(row["Time"][:10]),
            time=row["Time"][11:],
            account=BROKER,
            kind=kind,
            euros=-total if kind == "buy" else total,
            asset=row["Ticker"],
            quantity=Fraction(row["No. of shares"] or 0),
            withheld=Fraction(row["Withholding tax"] or 0),
            withheld_currency=row["Currency (Withholding tax)"],
        )


def bank_events() -> Iterator[Event]:
    for path in (EXAMPLES / "statements").glob("wise_*.csv"):
        for row in rows(path):
            day, month, year = row["Date"].split("-")
            on = date(int(year), int(month), int(day))
            yield Event(on, "", BANK, "cash", Fraction(row["Amount"]))  # the fee is inside


def exchange_events() -> Iterator[Event]:
    trades: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path in (EXAMPLES / "statements").glob("kraken_*.csv"):
        for row in rows(path):
            if not row["txid"]:
                continue  # the pending copy of a row
            if row["type"] == "trade":
                trades[row["refid"]].append(row)
            else:
                yield single(row)
    for legs in trades.values():
        yield trade(legs)


def single(row: dict[str, str]) -> Event:
    asset, change = COINS[row["asset"]], Fraction(row["amount"]) - Fraction(row["fee"])
    day, time = date.fromisoformat(row["time"][:10]), row["time"][11:]
    if asset == "EUR":
        return Event(day, time, EXCHANGE, "cash", change)
    kind = {"staking": "reward", "withdrawal": "leave"}[row["type"]]
    return Event(day, time, EXCHANGE, kind, Fraction(0), asset, abs(change))


def trade(legs: list[dict[str, str]]) -> Event:
    (euro,) = [leg for leg in legs if leg["asset"] == "ZEUR"]
    (coin,) = [leg for leg in legs if leg["asset"] != "ZEUR"]
    assert Fraction(coin["fee"]) == 0
    quantity = Fraction(coin["amount"])
    return Event(
        day=date.fromisoformat(coin["time"][:10]),
        time=coin["time"][11:],
        account=EXCHANGE,
        kind="buy" if quantity > 0 else "sell",
        euros=Fraction(euro["amount"]) - Fraction(euro["fee"]),
        asset=COINS[coin["asset"]],
        quantity=abs(quantity),
    )


def all_events() -> list[Event]:
    events = [*broker_events(), *bank_events(), *exchange_events()]
    return sorted(events, key=lambda e: (e.day, e.time))


class Prices:
    def __init__(self) -> None:
        self.closes: dict[str, dict[date, Fraction]] = defaultdict(dict)
        self.quote: dict[str, str] = {}
        for row in rows(EXAMPLES / "prices.csv"):
            asset = row["asset"]
            assert self.quote.setdefault(asset, row["quote"]) == row["quote"]
            self.closes[asset][date.fromisoformat(row["date"])] = Fraction(row["price"])

    def close(self, asset: str, day: date) -> Fraction:
        """The latest on or before the day, in the asset's own currency."""
        return self.closes[asset][max(d for d in self.closes[asset] if d <= day)]

    def to_euros(self, amount: Fraction, currency: str, day: date) -> Fraction:
        return amount if currency == "EUR" else amount / self.close("EUR", day)

    def in_euros(self, asset: str, day: date) -> Fraction:
        return self.to_euros(self.close(asset, day), self.quote[asset], day)
