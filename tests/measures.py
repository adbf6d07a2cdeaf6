"""Rates of return and changes of a book in fractions, from the rules alone, over a ``Calculator``.

A day's flow is judged at the border of whatever is looked at: what came from outside, and at the
border of an account or an asset what moved between it and the others, a trade and a swap at what
was paid with its fees.  Fees and what is lost on the way are returns, rewards too.
"""

import datetime as dt
import math
import statistics
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from calculator import BASE, NONE, Calculator, Happened, cents

ONE_DAY = dt.timedelta(days=1)
MONEY = ("GBP", "EUR", "USD")
Where = tuple[str, str]  # an account and an asset
Scope = Callable[[Where], bool]


class Crossed(NamedTuple):
    """What came into a holding (left it, below 0), from another one or (None) from outside."""

    on: dt.date
    where: Where
    other: Where | None
    worth: Fraction  # rounded


class Evening(NamedTuple):
    """A day of a scope."""

    on: dt.date
    value: Fraction
    flow: Fraction
    before: Fraction  # the evening's units before at this day's prices


class Measures:
    """The days of a book from the evening before the first through ``end``."""

    def __init__(
        self, calculator: Calculator, book: list[Happened], first: dt.date, end: dt.date
    ) -> None:
        self.calculator, self.book = calculator, book
        self.rates: dict[tuple[str, dt.date], Fraction] = {}
        self.days = [first - ONE_DAY + ONE_DAY * n for n in range((end - first).days + 2)]
        moved = {one.on for one in book}
        self.units: list[dict[Where, Fraction]] = []
        for day in self.days:
            if not self.units or day in moved:
                calculator.walk(book, day)
                held = {w: sum((lot.units for lot in lots), NONE)
                        for w, lots in calculator.held.items()}  # fmt: skip
                self.units.append({w: units for w, units in held.items() if units})
            else:
                self.units.append(self.units[-1])
        self.crossed = [one for event in book for one in self._crossings(event)]

    def worth(self, units: Fraction, asset: str, day: dt.date) -> Fraction:
        if not units:
            return NONE
        key = asset, day
        if key not in self.rates:
            self.rates[key] = self.calculator.rate(asset, BASE, day)
        return cents(units * self.rates[key])

    def value(self, held: dict[Where, Fraction], day: dt.date, scope: Scope) -> Fraction:
        some = (self.worth(n, where[1], day) for where, n in held.items() if scope(where))
        return sum(some, NONE)

    # -- flows ---------------------------------------------------------------------------

    def _crossings(self, one: Happened) -> Iterable[Crossed]:
        on, here = one.on, (one.account, one.asset)
        if one.kind in ("deposit", "cash_in"):
            yield Crossed(on, here, None, self.worth(one.units, one.asset, on))
        if one.kind == "transfer":
            there, worth = (one.to, one.asset), self.worth(one.units, one.asset, on)
            yield Crossed(on, here, there, -worth)
            yield Crossed(on, there, here, worth)
        if one.kind in ("buy", "sell"):
            sign = 1 if one.kind == "buy" else -1
            gross = cents(one.units * one.price)
            in_kind = one.fee and one.fee_in != one.currency
            paid = gross + (NONE if in_kind else sign * one.fee)
            yield from self._paid(on, here, one.currency, sign * paid)
            if in_kind:
                yield from self._paid(on, here, one.fee_in, one.fee)
        if one.kind == "swap":
            yield from self._swapped(one)

    def _paid(self, on: dt.date, here: Where, money: str, paid: Fraction) -> Iterable[Crossed]:
        """Money, or a fee in kind, that went from one holding of an account into another."""
        worth, other = self.worth(paid, money, on), (here[0], money)
        outside = money in MONEY and here[0] not in self.calculator.cash
        yield Crossed(on, here, None if outside else other, worth)
        if not outside:
            yield Crossed(on, other, here, -worth)

    def _swapped(self, one: Happened) -> Iterable[Crossed]:
        rate, given = self.calculator.rate, (one.account, one.asset)
        got = one.account, one.to
        value = one.units * rate(one.asset, BASE, one.on)
        if one.price:
            value = one.price * rate(one.currency, BASE, one.on)
        if one.asset == BASE:
            value = one.units
        if one.to == BASE:
            value = one.got
        value = cents(value)
        yield Crossed(one.on, given, got, -value)
        yield Crossed(one.on, got, given, value)
        if one.fee:
            bears = got if one.to != BASE else given
            yield from self._paid(one.on, bears, one.fee_in, one.fee)

    # -- days ----------------------------------------------------------------------------

    def evenings(self, scope: Scope) -> list[Evening]:
        """From the evening before anything was there."""
        flows: dict[dt.date, Fraction] = {}
        for one in self.crossed:
            if scope(one.where) and not (one.other and scope(one.other)):
                flows[one.on] = flows.get(one.on, NONE) + one.worth
        first = min((one.on for one in self.crossed if scope(one.where)), default=self.days[-1])
        found = []
        for n, day in enumerate(self.days):
            if day < first - ONE_DAY:
                continue
            value = self.value(self.units[n], day, scope)
            flow = flows.get(day, NONE)
            found.append(Evening(day, value, flow, self._before(day, scope)))
        return found

    def _before(self, day: dt.date, scope: Scope) -> Fraction:
        """What was held the evening before, at the day's prices."""
        n = self.days.index(day)
        eve = self.units[n - 1] if n else {}
        for one in self.book:
            if one.kind == "split" and one.on == day:
                new, old = one.ratio
                eve = {w: u * new / old if w[1] == one.asset else u for w, u in eve.items()}
        return self.value(eve, day, scope)

    # -- what changed --------------------------------------------------------------------

    def change(self, where: Where, since: dt.date) -> dict[str, Fraction]:
        """A holding's value on a day and at the end, and what came in between, by its cause."""
        ends = [self.days.index(since), len(self.days) - 1]
        found = {"came": NONE, "income": NONE, "costs": NONE}
        for name, n in zip(("opening", "closing"), ends, strict=True):
            found[name] = self.value({where: self.units[n].get(where, NONE)}, self.days[n], any)
        for one in self.crossed:
            if one.where == where and one.on > since:
                found["came"] += one.worth
        for event in self.book:
            if event.on > since and event.kind == "reward" and where == (event.account, "COIN"):
                found["income"] += self.worth(event.units, "COIN", event.on)
            if event.on > since and event.lost and where == (event.to, event.asset):
                found["costs"] -= self.worth(event.lost, event.asset, event.on)
        found["currency"] = self.currency(where, since)
        return found

    def currency(self, where: Where, since: dt.date) -> Fraction:
        """What the rates of the currency in which it is quoted at last did to what was there and
        to what moved since, each from its own day on; nothing where what was there was quoted
        in another."""
        money = where[1]
        start = self.units[self.days.index(since)].get(where, NONE)
        if money not in MONEY:
            money = self.calculator.route(where[1], BASE, self.days[-1])[2]
            if start and self.calculator.route(where[1], BASE, since)[2] != money:
                return NONE
        exposed = [(since, self.worth(start, where[1], since))]
        exposed += [(m.on, m.worth) for m in self.crossed if m.where == where and m.on > since]
        for event in self.book:
            if event.on > since and event.kind == "reward" and where == (event.account, "COIN"):
                exposed.append((event.on, self.worth(event.units, "COIN", event.on)))
            if event.on > since and event.lost and where == (event.to, event.asset):
                exposed.append((event.on, -self.worth(event.lost, event.asset, event.on)))
        rate, end = self.calculator.rate, self.days[-1]
        gained = (
            n * (rate(money, BASE, end) / rate(money, BASE, day) - 1) for day, n in exposed if n
        )
        return cents(sum(gained, NONE))

    def currency_part(self, scope: Scope) -> Fraction | None:
        """What rates did to what was held the evening before, on each day that is measured: at
        the day's prices, over the same at the rates of the evening before; linked."""
        end, rate = self.days[-1], self.calculator.rate
        days = self.evenings(scope)
        moneys = {a: a if a in MONEY else self.calculator.route(a, BASE, end)[2]
                  for a in {one.where[1] for one in self.crossed if scope(one.where)}}  # fmt: skip
        whole = Fraction(1)
        for eve, (day, factor) in zip(days, factors(days), strict=False):
            if factor is None or eve.value <= 0:
                continue
            here = still = NONE
            for asset, money in moneys.items():
                worth = self._before(day, lambda w, of=asset: scope(w) and w[1] == of)
                here += worth
                if worth:
                    still += worth * rate(money, BASE, eve.on) / rate(money, BASE, day)
            if here <= 0 or still <= 0:
                return None
            whole *= here / still
        return whole - 1

    # -- an asset beside it --------------------------------------------------------------

    def price(self, asset: str, day: dt.date) -> Fraction:
        """In units of the last day."""
        price = self.calculator.rate(asset, BASE, day)
        for one in self.book:
            if one.kind == "split" and one.asset == asset and one.on > day:
                price = price * one.ratio[1] / one.ratio[0]
        return price

    def benchmark(self, asset: str, days: list[Evening]) -> tuple[Fraction | None, Fraction | None]:
        """What its price did over the days that are measured, from the first to the last, and
        what the same money would be worth in it."""
        rates = [factor for _, factor in factors(days)]
        some = [n for n, factor in enumerate(rates, 1) if factor is not None]
        if not some:
            return None, None
        first = some[0] if days[some[0] - 1].value <= 0 else some[0] - 1  # within a day, or before
        end = self.price(asset, days[-1].on)
        units = sum((day.flow / self.price(asset, day.on) for day in days if day.flow), NONE)
        total = self.price(asset, days[some[-1]].on) / self.price(asset, days[first].on) - 1
        return total, cents(units * end)

    # -- vaults --------------------------------------------------------------------------

    def goal(self, parts: dict[Where, list[tuple[dt.date, Fraction]]]) -> list[Evening]:
        """A vault of parts of holdings, each from its day on, from the first of these days: what
        flows is what crosses into each holding, and what a part more of it was worth before."""

        def part(where: Where, on: dt.date) -> Fraction:
            some = [share for since, share in parts.get(where, []) if since <= on]
            return some[-1] if some else NONE

        found = []
        first = min(since for shares in parts.values() for since, _ in shares)
        for n in range(max(1, (first - self.days[0]).days), len(self.days)):
            day, eve = self.days[n], self.days[n - 1]
            value = flow = NONE
            for where in parts:
                now, then = part(where, day), part(where, eve)
                value += cents(self.worth(self.units[n].get(where, NONE), where[1], day) * now)
                before = self.worth(self.units[n - 1].get(where, NONE), where[1], eve)
                flow += before * (now - then)
                came = (one.worth for one in self.crossed if (one.where, one.on) == (where, day))
                flow += sum(came, NONE) * now
            found.append(Evening(day, value, cents(flow), NONE))
        return found


def reached(days: list[Evening], target: Fraction) -> dt.date | None:
    """The day on which the line through the first day that has anything, a year ago at most, and
    the last one comes to the target."""
    last = days[-1]
    first = next((day for day in days if day.value and (last.on - day.on).days <= 365), last)
    if last.value >= target or last.value <= first.value:
        return last.on if last.value >= target else None
    pace = (last.value - first.value) / (last.on - first.on).days
    return last.on + ONE_DAY * math.ceil((target - last.value) / pace)


def factors(days: list[Evening]) -> list[tuple[dt.date, Fraction | None]]:
    """Each day's 1 + return: what was there before at today's prices over what it was worth, then
    the close over that and what came in; what went out has earned its day."""
    found: list[tuple[dt.date, Fraction | None]] = []
    for eve, day in pairwise(days):
        factor: Fraction | None = None
        if eve.value > 0 and day.flow <= 0:
            factor = (day.value - day.flow) / eve.value
        elif eve.value > 0 and day.before + day.flow > 0:
            factor = day.before / eve.value * day.value / (day.before + day.flow)
        elif eve.value <= 0 and day.flow > 0 and day.before + day.flow > 0:
            factor = day.value / (day.before + day.flow)
        if factor is not None and factor < 0:
            factor = None
        found.append((day.on, factor))
    return found


def time_weighted(days: list[Evening]) -> float | None:
    known = [float(factor) for _, factor in factors(days) if factor is not None]
    return math.prod(known) - 1 if known else None


def drawdown(days: list[Evening]) -> float | None:
    """The deepest fall of the index."""
    if time_weighted(days) is None:
        return None
    level = top = 1.0
    deepest = 0.0
    for _, factor in factors(days):
        level *= 1.0 if factor is None else float(factor)
        top = max(top, level)
        deepest = min(deepest, level / top - 1)
    return deepest


def volatility(days: list[Evening]) -> float | None:
    """Of simple returns of Mondays to Fridays, to which what moved at a weekend belongs, n - 1,
    times the root of 252; a day that nothing was held before has none."""
    rates = []
    pending: float | None = 1.0
    for eve, (day, factor) in zip(days, factors(days), strict=False):
        whole = factor is not None and eve.value > 0 and pending is not None
        pending = (pending or 1.0) * float(factor or 0) if whole else None
        if day.weekday() < 5:
            rates += [pending - 1] if pending is not None else []
            pending = 1.0
    return statistics.stdev(rates) * math.sqrt(252) if len(rates) > 1 else None


def dietz(days: list[Evening]) -> Fraction | None:
    """(end − start − ΣF) ÷ (start + Σ F (CD − D) ÷ CD), D counted from the evening before."""
    whole = (days[-1].on - days[0].on).days
    flows = [((day.on - days[0].on).days, day.flow) for day in days[1:]]
    gain = days[-1].value - days[0].value - sum((flow for _, flow in flows), NONE)
    capital = days[0].value + sum((flow * (whole - at) / whole for at, flow in flows), NONE)
    return gain / capital if capital > 0 else None


def net_present_value(days: list[Evening], per_year: float) -> float:
    """At that rate a year, over the largest of the amounts; 0 at the internal rate of return."""
    amounts = [(days[0].on, -days[0].value), *((d.on, -d.flow) for d in days[1:])]
    amounts.append((days[-1].on, days[-1].value))
    grown = 1 + per_year
    worth = [float(n) * grown ** (-(on - days[0].on).days / 365) for on, n in amounts]
    return math.fsum(worth) / max(map(abs, worth))
