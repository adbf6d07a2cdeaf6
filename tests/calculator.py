"""Gains, costs and values of a book in fractions, from the rules alone: folio's own engine is not
in it.

FIFO lots per account; a cost at the rate of its day, proceeds at that of theirs; every slice, lot
and value rounded half-up to the cent, once.  Rates are the freshest price on or before the day:
the pair's own or over one hub, those of the last seven days first, in the order GBP, USD, EUR.
"""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

BASE, HUBS, FRESH = "GBP", ("GBP", "USD", "EUR"), 7
NONE = Fraction(0)
# Within a day: splits at the open, what comes in, transfers, what goes out (rules 3).
PLACES = {"split": 0, "deposit": 1, "buy": 1, "transfer": 2, "sell": 4}
Cost = list[tuple[Fraction, str, dt.date]]  # amounts, in what, on which day
Leg = tuple[Fraction, dt.date]  # a rate and the day of its older price


class Happened(NamedTuple):
    """One transaction."""

    kind: str
    on: dt.date
    account: str
    asset: str
    units: Fraction = NONE
    price: Fraction = NONE  # of a deposit: what all of it cost
    currency: str = ""
    fee: Fraction = NONE
    fee_in: str = ""
    to: str = ""
    lost: Fraction = NONE  # of a transfer: units that did not arrive
    ratio: tuple[int, int] = (1, 1)


class Held(NamedTuple):
    """Units of one purchase."""

    units: Fraction
    cost: Cost
    acquired: dt.date
    entered: int

    def part(self, units: Fraction) -> "Held":
        share = units / self.units
        cost = [(amount * share, money, day) for amount, money, day in self.cost]
        return self._replace(units=units, cost=cost)


class Sold(NamedTuple):
    """A slice that went."""

    account: str
    asset: str
    acquired: dt.date
    on: dt.date
    units: Fraction
    proceeds: Fraction
    cost: Fraction


def cents(amount: Fraction) -> Fraction:
    """Half-up, away from 0."""
    whole = (abs(amount) * 200 + 1) // 2
    return Fraction(whole if amount >= 0 else -whole, 100)


class Calculator:
    """What is held after some days, and what was sold on them."""

    def __init__(self, quotes: Iterable[tuple[str, str, dt.date, Fraction]]) -> None:
        self.quotes: dict[tuple[str, str], dict[dt.date, Fraction]] = {}
        self.closes = {(asset, quote, day) for asset, quote, day, _ in quotes}
        self.splits: list[Happened] = []
        for asset, quote, day, price in quotes:
            self.quotes.setdefault((asset, quote), {})[day] = price

    def trades(self, book: list[Happened]) -> None:
        """Take in what all of a book says of prices: a trade's own where a day has no close."""
        self.splits = [one for one in book if one.kind == "split"]
        for one in sorted(book, key=lambda one: (one.on, PLACES[one.kind])):
            known = (one.asset, one.currency, one.on) in self.closes
            if one.kind in ("buy", "sell") and not known:
                self.quotes.setdefault((one.asset, one.currency), {})[one.on] = one.price

    def rate(self, asset: str, quote: str, day: dt.date) -> Fraction:
        if asset == quote:
            return Fraction(1)
        own, routes = self._leg(asset, quote, day), []
        if own is not None:
            routes.append(own)
        for hub in HUBS:
            if hub not in (asset, quote):
                one, two = self._leg(asset, hub, day), self._leg(hub, quote, day)
                if one is not None and two is not None:
                    routes.append((one[0] * two[0], min(one[1], two[1])))
        fresh = [route for route in routes if (day - route[1]).days <= FRESH]
        return fresh[0][0] if fresh else max(routes, key=lambda route: route[1])[0]

    def _leg(self, asset: str, quote: str, day: dt.date) -> Leg | None:
        days = [known for known in self.quotes.get((asset, quote), ()) if known <= day]
        if not days:
            return None
        price, last = self.quotes[asset, quote][max(days)], max(days)
        for one in self.splits:
            if one.asset == asset and last < one.on <= day:
                price = price * one.ratio[1] / one.ratio[0]
        return price, last

    def in_base(self, cost: Cost) -> Fraction:
        return sum((n * self.rate(money, BASE, day) for n, money, day in cost), NONE)

    # -- the walk ------------------------------------------------------------------------

    def walk(self, book: list[Happened], until: dt.date) -> None:
        """Everything up to a day, its end included; the list is in the order of entry."""
        self.held: dict[tuple[str, str], list[Held]] = {}
        self.sold: list[Sold] = []
        order = sorted(enumerate(book), key=lambda p: (p[1].on, PLACES[p[1].kind], p[0]))
        for entered, one in order:
            if one.on <= until:
                getattr(self, f"_{one.kind}")(one, entered)

    def _lots(self, account: str, asset: str) -> list[Held]:
        return self.held.setdefault((account, asset), [])

    def _take(self, lots: list[Held], units: Fraction, *, last: bool = False) -> list[Held]:
        """Units of the earliest lots (of the ``last`` ones instead)."""
        taken = []
        for lot in sorted(lots, key=lambda lot: (lot.acquired, lot.entered), reverse=last):
            part = min(units, lot.units)
            if part:
                taken.append(lot.part(part))
                at = next(n for n, other in enumerate(lots) if other is lot)
                lots[at : at + 1] = [lot.part(lot.units - part)] if part < lot.units else []
                units -= part
        assert not units, "more went than was there"
        return taken

    def _went(self, one: Happened, account: str, gone: list[Held], each: Fraction) -> None:
        fetched = NONE  # each slice's proceeds are what it adds to the rounded sum
        for lot in gone:
            more = cents(fetched + each * lot.units) - cents(fetched)
            fetched += each * lot.units
            cost = cents(self.in_base(lot.cost))
            self.sold.append(Sold(account, one.asset, lot.acquired, one.on, lot.units, more, cost))

    def _deposit(self, one: Happened, entered: int) -> None:
        cost = [(one.price, one.currency, one.on)]
        self._lots(one.account, one.asset).append(Held(one.units, cost, one.on, entered))

    def _buy(self, one: Happened, entered: int) -> None:
        cost = [(cents(one.units * one.price), one.currency, one.on)]
        cost += [(one.fee, one.fee_in, one.on)] if one.fee else []
        self._lots(one.account, one.asset).append(Held(one.units, cost, one.on, entered))
        self._pay(one)

    def _sell(self, one: Happened, entered: int) -> None:
        fetched: Cost = [(cents(one.units * one.price), one.currency, one.on)]
        fetched += [(-one.fee, one.fee_in, one.on)] if one.fee else []
        gone = self._take(self._lots(one.account, one.asset), one.units)
        self._went(one, one.account, gone, self.in_base(fetched) / one.units)
        self._pay(one)

    def _pay(self, one: Happened) -> None:
        """A fee in another asset is that asset disposed of, at market."""
        if one.fee and one.fee_in != one.currency:
            fee = one._replace(asset=one.fee_in)
            gone = self._take(self._lots(one.account, one.fee_in), one.fee)
            self._went(fee, one.account, gone, self.rate(one.fee_in, BASE, one.on))

    def _transfer(self, one: Happened, entered: int) -> None:
        """The earliest arrive; what is lost is disposed of at market, where it did not arrive."""
        moved = self._take(self._lots(one.account, one.asset), one.units)
        if one.lost:
            gone = self._take(moved, one.lost, last=True)
            self._went(one, one.to, gone, self.rate(one.asset, BASE, one.on))
        self._lots(one.to, one.asset).extend(moved)

    def _split(self, one: Happened, entered: int) -> None:
        new, old = one.ratio
        for (_, asset), lots in self.held.items():
            if asset == one.asset:
                lots[:] = [lot._replace(units=lot.units * new / old) for lot in lots]
