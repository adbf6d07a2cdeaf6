"""Gains, costs and values of a book in fractions, from the rules alone: folio's own engine is not
in it.

Lots per account, by its method; a cost at the rate of its day, proceeds at that of theirs; every
lot, cost and value rounded half-up to the cent, once, and the proceeds of a disposal's slices so
that they add up.  Rates are the freshest price on or before the day: the pair's own or over one
hub, those of the last seven days first, in the order GBP, USD, EUR; else the one whose oldest
price is freshest, then whose next one is.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Context, Decimal
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple, TypeVar

BASE, HUBS, FRESH = "GBP", ("GBP", "USD", "EUR"), 7
NONE = Fraction(0)
ONE_DAY = dt.timedelta(days=1)
# Within a day: splits at the open, what comes in, transfers, what goes out (rules 3).
PLACES = {
    "split": 0,
    "deposit": 1,
    "opening": 1,
    "buy": 1,
    "reward": 1,
    "cash_in": 1,
    "transfer": 2,
    "sell": 4,
    "swap": 4,
}
Cost = list[tuple[Fraction, str, dt.date]]  # amounts, in what, on which day
Leg = tuple[Fraction, dt.date]  # a rate and the day of its older price
T = TypeVar("T")


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
    to: str = ""  # the account there; of a swap: the asset
    got: Fraction = NONE  # of a swap: units that came
    lost: Fraction = NONE  # of a transfer: units that did not arrive
    ratio: tuple[int, int] = (1, 1)
    acquired: dt.date | None = None  # of an opening; without a currency its cost is not known
    named: tuple[tuple[int, Fraction], ...] = ()  # lots sold: the how-manieth row's, units


class Held(NamedTuple):
    """Units of one purchase."""

    units: Fraction
    cost: Cost
    acquired: dt.date
    entered: int  # the how-manieth that came
    since: dt.date | None = None  # of a slice at average cost: held from here on
    row: int = -1  # the how-manieth row of the book brought it

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
    cost: Fraction | None


def cents(amount: Fraction) -> Fraction:
    """Half-up, away from 0."""
    whole = (abs(amount) * 200 + 1) // 2
    return Fraction(whole if amount >= 0 else -whole, 100)


class Calculator:
    """What is held after some days, and what was sold on them."""

    def __init__(
        self,
        quotes: Iterable[tuple[str, str, dt.date, Fraction]],
        methods: dict[str, str] | None = None,
        cash: Iterable[str] = (),
    ) -> None:
        self.methods = methods or {}  # by account; else the first in goes first
        self.cash = set(cash)  # accounts that keep their money
        self.quotes: dict[tuple[str, str], dict[dt.date, Fraction]] = {}
        self.closes = {(asset, quote, day) for asset, quote, day, _ in quotes}
        self.splits: list[Happened] = []
        for asset, quote, day, price in quotes:
            self.quotes.setdefault((asset, quote), {})[day] = price

    def trades(self, book: list[Happened]) -> None:
        """Take in what all of a book says of prices: a trade's own where a day has no close."""
        self.splits = [one for one in book if one.kind == "split"]
        traded = []  # day, place in it, the how-manieth, asset, currency, price
        for entered, one in enumerate(book):
            place = one.on, PLACES[one.kind], entered
            if one.kind in ("buy", "sell"):
                traded.append((*place, one.asset, one.currency, one.price))
            elif one.kind == "swap" and (one.asset in HUBS) != (one.to in HUBS):  # for money
                if one.to in HUBS:
                    traded.append((*place, one.asset, one.to, one.got / one.units))
                else:
                    bought = one.on, PLACES["buy"], entered
                    traded.append((*bought, one.to, one.asset, one.units / one.got))
        for day, _, _, asset, currency, price in sorted(traded):
            if (asset, currency, day) not in self.closes:
                self.quotes.setdefault((asset, currency), {})[day] = price

    def rate(self, asset: str, quote: str, day: dt.date) -> Fraction:
        return self.route(asset, quote, day)[0]

    def route(self, asset: str, quote: str, day: dt.date) -> tuple[Fraction, dt.date, str]:
        """The rate, the day of its oldest price, and the currency of the asset's own price."""
        if asset == quote:
            return Fraction(1), day, asset
        own, routes = self._leg(asset, quote, day), []
        if own is not None:
            routes.append((*own, quote, [own[1], dt.date.max]))
        for hub in HUBS:
            if hub not in (asset, quote):
                one, two = self._leg(asset, hub, day), self._leg(hub, quote, day)
                if one is not None and two is not None:
                    days = sorted((one[1], two[1]))
                    routes.append((one[0] * two[0], days[0], hub, [*days, dt.date.max]))
        fresh = [route for route in routes if (day - route[1]).days <= FRESH]
        return (fresh[0] if fresh else max(routes, key=lambda route: route[3]))[:3]

    def _leg(self, asset: str, quote: str, day: dt.date) -> Leg | None:
        days = [known for known in self.quotes.get((asset, quote), ()) if known <= day]
        if not days:
            return None
        price, last = self.quotes[asset, quote][max(days)], max(days)
        for one in self.splits:
            if one.asset == asset and last < one.on <= day:
                price = price * one.ratio[1] / one.ratio[0]
        return price, last

    def cost(self, lot: Held) -> Fraction | None:
        """In pence; None where it is not known."""
        return cents(self.in_base(lot.cost)) if lot.cost else None

    def in_base(self, cost: Cost) -> Fraction:
        return sum((n * self.rate(money, BASE, day) for n, money, day in cost), NONE)

    # -- the walk ------------------------------------------------------------------------

    def walk(self, book: list[Happened], until: dt.date) -> None:
        """Everything up to a day, its end included; the list is in the order of entry."""
        self.held: dict[tuple[str, str], list[Held]] = {}
        self.days: dict[tuple[str, str], list[tuple[dt.date, Fraction]]] = {}  # at average cost
        self.sold: list[Sold] = []
        self.moves: list[tuple[dt.date, int, int, str, str, Fraction]] = []  # of money
        order = sorted(enumerate(book), key=lambda p: (p[1].on, PLACES[p[1].kind], p[0]))
        for entered, one in order:
            if one.on <= until:
                getattr(self, f"_{one.kind}")(one, entered)
        for day, _, _, account, money, units in sorted(self.moves):
            self._move_money(account, money, units, day)

    def _open(self, account: str, asset: str, lot: Held) -> None:
        """Put a lot behind those that came before it, and note how long its units are held."""
        where = account, asset
        self.came = getattr(self, "came", 0) + 1
        self.held.setdefault(where, []).append(lot._replace(entered=self.came, since=None))
        days = dict(self.days.get(where, []))
        since = lot.since or lot.acquired
        days[since] = days.get(since, NONE) + lot.units
        self.days[where] = sorted(days.items())

    def _take(
        self,
        account: str,
        asset: str,
        units: Fraction,
        named: tuple[tuple[int, Fraction], ...] = (),
    ) -> list[Held]:
        """Units that leave an account: of the lots that are named, else by its method."""
        method = self.methods.get(account, "fifo")
        lots, days = self.held.setdefault((account, asset), []), self.days.get((account, asset), [])
        taken = [part for row, some in named for part in self._chosen(lots, some, "row", row)]
        if not named:
            taken = self._chosen(lots, units, method)
        return laid(taken, days) if method == "average" else taken

    def _chosen(self, lots: list[Held], units: Fraction, method: str, row: int = -1) -> list[Held]:
        """Take units out of lots: in proportion, or one lot after the other."""
        lots.sort(key=lambda lot: (lot.acquired, lot.entered))
        whole = sum((lot.units for lot in lots), NONE)
        assert units <= whole, "more went than was there"
        if method == "average":
            taken = [lot.part(lot.units * units / whole) for lot in lots]
            lots[:] = [lot.part(lot.units * (1 - units / whole)) for lot in lots if units < whole]
            return taken
        ordered = list(lots)
        if method == "lifo":
            ordered.sort(key=lambda lot: lot.acquired, reverse=True)
        elif method == "hifo":  # what is not known comes last
            ordered.sort(key=lambda lot: -self.in_base(lot.cost) / lot.units if lot.cost else 1)
        elif method == "row":
            ordered = [lot for lot in lots if lot.row == row]
        elif method == "last":  # of what was sent
            ordered.reverse()
        taken = []
        for lot in ordered:
            part = min(units, lot.units)
            if part:
                taken.append(lot.part(part))
                at = next(n for n, other in enumerate(lots) if other is lot)
                lots[at : at + 1] = [lot.part(lot.units - part)] if part < lot.units else []
                units -= part
        return taken

    def _went(self, one: Happened, account: str, gone: list[Held], each: Fraction) -> None:
        fetched = NONE  # each slice's proceeds are what it adds to the rounded sum
        for lot in gone:
            more = cents(fetched + each * lot.units) - cents(fetched)
            fetched += each * lot.units
            cost, since = self.cost(lot), lot.since or lot.acquired
            self.sold.append(Sold(account, one.asset, since, one.on, lot.units, more, cost))

    def _deposit(self, one: Happened, entered: int) -> None:
        cost = [(one.price, one.currency, one.on)]
        self._open(one.account, one.asset, Held(one.units, cost, one.on, entered))

    def _opening(self, one: Happened, entered: int) -> None:
        acquired = one.acquired or one.on
        cost = [(one.price, one.currency, acquired)] if one.currency else []
        self._open(one.account, one.asset, Held(one.units, cost, acquired, entered, row=entered))

    def _cash_in(self, one: Happened, entered: int) -> None:
        self.moves.append((one.on, 1, entered, one.account, one.asset, one.units))

    def _reward(self, one: Happened, entered: int) -> None:
        """At market."""
        cost = [(one.units * self.rate(one.asset, BASE, one.on), BASE, one.on)]
        self._open(one.account, one.asset, Held(one.units, cost, one.on, entered))

    def _buy(self, one: Happened, entered: int) -> None:
        gross = cents(one.units * one.price)
        cost = [(gross, one.currency, one.on)]
        cost += [(one.fee, one.fee_in, one.on)] if one.fee else []
        lot = Held(one.units, cost, one.on, entered, row=entered)
        self._open(one.account, one.asset, lot)
        self._pay(one, -gross, entered)

    def _sell(self, one: Happened, entered: int) -> None:
        gross = cents(one.units * one.price)
        fetched: Cost = [(gross, one.currency, one.on)]
        fetched += [(-one.fee, one.fee_in, one.on)] if one.fee else []
        gone = self._take(one.account, one.asset, one.units, one.named)
        self._went(one, one.account, gone, self.in_base(fetched) / one.units)
        self._pay(one, gross, entered)

    def _pay(self, one: Happened, gross: Fraction, entered: int) -> None:
        """Money of an account that keeps it; a fee in another asset is that asset disposed of, at
        market."""
        in_kind = one.fee and one.fee_in != one.currency
        money = gross - (NONE if in_kind else one.fee)
        if one.account in self.cash and money:
            self.moves.append(
                (one.on, 1 if money > 0 else 4, entered, one.account, one.currency, money)
            )
        if in_kind:
            fee = one._replace(asset=one.fee_in)
            gone = self._take(one.account, one.fee_in, one.fee)
            self._went(fee, one.account, gone, self.rate(one.fee_in, BASE, one.on))

    def _swap(self, one: Happened, entered: int) -> None:
        """Both sides have one value: base money's own, else as stated, else what was given has."""
        value = self.in_base([(one.price, one.currency, one.on)]) if one.price else NONE
        for units, asset in ((one.got, one.to), (one.units, one.asset)):
            value = units if asset == BASE else value
        value = value or one.units * self.rate(one.asset, BASE, one.on)
        fee = one.fee * self.rate(one.fee_in, BASE, one.on) if one.fee else NONE
        if one.asset == BASE:
            self.moves.append((one.on, 4, entered, one.account, BASE, -one.units))
        else:
            gone = self._take(one.account, one.asset, one.units)
            less = fee if one.to == BASE else NONE  # a sale
            self._went(one, one.account, gone, (value - less) / one.units)
        if one.to == BASE:
            self.moves.append((one.on, 1, entered, one.account, BASE, one.got))
        else:
            cost = [(value + fee, BASE, one.on)]
            self._open(one.account, one.to, Held(one.got, cost, one.on, entered))
        self._pay(one._replace(currency=""), NONE, entered)

    def _transfer(self, one: Happened, entered: int) -> None:
        """The earliest arrive; what is lost is disposed of at market, where it did not arrive."""
        moved = self._take(one.account, one.asset, one.units)
        moved.sort(key=lambda lot: (lot.acquired, lot.entered))
        pooled = self.methods.get(one.account) == "average"
        if one.lost:
            gone = self._chosen(moved, one.lost, "average" if pooled else "last")
            gone.sort(key=lambda lot: (lot.acquired, lot.entered))
            self._went(one, one.to, gone, self.rate(one.asset, BASE, one.on))
        for lot in moved:
            self._open(one.to, one.asset, lot)

    def _split(self, one: Happened, entered: int) -> None:
        new, old = one.ratio
        for (account, asset), lots in self.held.items():
            if asset == one.asset:
                lots[:] = [lot._replace(units=lot.units * new / old) for lot in lots]
                days = self.days[account, asset]
                days[:] = [(day, units * new / old) for day, units in days]

    def _move_money(self, account: str, money: str, units: Fraction, day: dt.date) -> None:
        """Money costs and fetches itself, at the day's rate; what is not there is owed."""
        lots = self.held.setdefault((account, money), [])
        owed = [lot for lot in lots if lot.units < 0]
        if units > 0:
            for lot in owed:
                back = min(units, -lot.units)
                part = lot.part(-back)
                lots[:] = [
                    *(x for x in lots if x is not lot),
                    *([lot.part(lot.units + back)] if back < -lot.units else []),
                ]
                self._money_went(account, money, part, -back, day)
                units -= back
            if units:
                self._open(account, money, Held(units, [(units, money, day)], day, 0))
            return
        there = sum((lot.units for lot in lots if lot.units > 0), NONE)
        gone = min(there, -units)
        for lot in self._take(account, money, gone) if gone else []:
            self._money_went(account, money, lot, lot.units, day)
        if gone < -units:
            short = units + gone
            self._open(account, money, Held(short, [(short, money, day)], day, 0))
            self.days[account, money] = []

    def _money_went(
        self, account: str, money: str, lot: Held, units: Fraction, day: dt.date
    ) -> None:
        proceeds = cents(units * self.rate(money, BASE, day))
        cost, since = cents(self.in_base(lot.cost)), lot.since or lot.acquired
        self.sold.append(Sold(account, money, since, day, units, proceeds, cost))


def laid(taken: list[Held], days: list[tuple[dt.date, Fraction]]) -> list[Held]:
    """Slices at average cost over the days of the units that came first, which go with them."""
    slices = []
    for lot in taken:
        while lot.units:
            day, held = days[0]
            part = min(held, lot.units)
            slices.append(lot.part(part)._replace(since=day))
            days[:1] = [(day, held - part)] if part < held else []
            if part == lot.units:
                break
            lot = lot.part(lot.units - part)
    return slices


EVER = dt.date(2999, 12, 31)
Told = list[tuple[dt.date, dt.date, T]]  # first and last day, and what holds on them


def told_for(told: Told[T], first: dt.date, until: dt.date | None, what: T, nothing: T) -> Told[T]:
    """What holds day by day when something is said from a day on.

    It holds until a day, from which on it is as it was; or as long as what it takes the place of.
    """
    later = [begins for begins, _, _ in told if begins > first]
    free = min(later, default=EVER + ONE_DAY) - ONE_DAY  # the last day of which nothing is said
    last = until or next((ends for begins, ends, _ in told if begins <= first <= ends), free)
    after = [(max(begins, last + ONE_DAY), ends, old) for begins, ends, old in told if ends > last]
    if until and not any(begins == until + ONE_DAY for begins, _, _ in after):
        ends = min((begins for begins, _, _ in after), default=EVER + ONE_DAY) - ONE_DAY
        after.append((until + ONE_DAY, ends, nothing))
    kept = [(begins, min(ends, first - ONE_DAY), old) for begins, ends, old in told
            if begins < first]  # fmt: skip
    found: Told[T] = []
    for begins, ends, said in sorted([*kept, (first, last, what), *after], key=itemgetter(0)):
        if found and found[-1][1:] == (begins - ONE_DAY, said):
            begins = found.pop()[0]
        found.append((begins, ends, said))
    return found


def part_of_year(
    day_count: str, on: dt.date, payments: int, pays: Callable[[dt.date], bool]
) -> Fraction:
    """A day's part of a year (rules 9); of ``nominal`` days, that of its payment's span."""
    if day_count == "actual/365":
        return Fraction(1, 365)
    if day_count == "actual/actual":
        return Fraction(1, 366 if calendar.isleap(on.year) else 365)
    if day_count == "30/360":
        one, other = (
            (day.year * 12 + day.month) * 30 + min(day.day, 30) for day in (on, on + ONE_DAY)
        )
        return Fraction(other - one, 360)
    due, before = on, on - ONE_DAY
    while not pays(due):
        due += ONE_DAY
    while not pays(before):
        before -= ONE_DAY
    return Fraction(1, (due - before).days * payments)


def nominal_rate(effective: Fraction, payments: int) -> Fraction:
    """The rate a year of which so many payments, each earning with the next, make another."""
    wide = Context(prec=60)
    grown = 1 + wide.divide(Decimal(effective.numerator), Decimal(effective.denominator))
    return (Fraction(wide.power(grown, wide.divide(1, payments))) - 1) * payments
