"""Every figure of every day of a book in fractions, from the rules alone: folio is not in it.

It has all kinds of transactions, and looks at any choice of holdings: what a day's rows say of
value, cost, gains, flows and income.  Lots go by the method of their day.  Each price has one
route; ``calculator.py`` has several.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache, partial
from typing import NamedTuple

from daybook_seen import NONE, Seen, Where

Scope = Callable[[Where], bool]
TRANSIT = "In transit"
AT_THE_OPEN = "split spin_off merger symbol_change delisting return_of_capital".split()
OPEN, COMES, MOVES, TIMED, GOES = range(5)  # a day's classes
Place = tuple[int, int]  # within a day: a class, and the minute of what has an instant
MONEY = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}  # and its decimal places


def rounded(amount: Fraction, money: str) -> Fraction:
    """Half-up, away from 0, to the minor unit."""
    parts = 10 ** MONEY[money]
    whole = (abs(amount) * parts * 2 + 1) // 2
    return Fraction(whole if amount >= 0 else -whole, parts)


class Happened(NamedTuple):
    """One transaction; what it does not need is left out."""

    kind: str
    on: dt.date
    account: str
    asset: str
    units: Fraction = NONE
    amount: Fraction | None = None  # what was paid, fetched, stated or cost in all, fees apart
    money: str = ""  # in which that is
    fee: Fraction = NONE
    fee_in: str = ""
    tax: Fraction = NONE  # in the money that was paid
    payer: str = ""  # of a dividend or of capital; of a spin-off the parent
    to: str = ""  # the account there; of a swap or a merger the asset; the vault
    got: Fraction = NONE
    arrived: dt.date | None = None  # on a later day; of what is earned, the last one
    acquired: dt.date | None = None  # of an opening
    ratio: tuple[int, int] = (1, 1)  # of what is earned, a month that pays, twice
    share: Fraction = NONE  # of the cost, that goes with the new units; of a holding, in a vault
    short: bool = False
    since: dt.date | None = None  # growth: after an observation; interest: its first day
    method: str = ""  # by which lots go from a day on: of a holding, an account or the book
    at: int = 0  # the minute of its day, where it has an instant

    def place(self, own: int) -> Place:
        """Where a part of it is within its day, by what that does to its holding."""
        return (TIMED if self.at and own != OPEN else own, self.at)


def place(one: Happened) -> Place:
    """Corporate actions, what comes in, transfers, what has an instant, by it, and the rest."""
    if one.kind in AT_THE_OPEN:
        return one.place(OPEN)
    if one.kind.startswith("transfer"):
        return one.place(MOVES)
    goes = one.kind in ("sell", "withdraw", "fee", "tax", "swap", "exchange") or one.units < 0
    return one.place(GOES if goes else COMES)


class Lot(NamedTuple):
    """Units; what is owed is below 0, and its cost too."""

    units: Fraction
    cost: Fraction | None
    money: str
    acquired: dt.date
    came: int
    since: dt.date | None = None  # of a slice at average cost: held from here on

    def part(self, units: Fraction) -> "Lot":
        cost = None if self.cost is None else self.cost * units / self.units
        return self._replace(units=units, cost=cost)


Days = list[tuple[dt.date, Fraction]]  # units by the day since when they are held


def chosen(
    lots: list[Lot], units: Fraction, method: str, unit_cost: Callable[[Lot], Fraction | None]
) -> tuple[list[Lot], list[Lot]]:
    """What so many units take of lots by a method, as far as they go, and what they leave."""
    held = [lot for lot in lots if lot.units > 0]
    whole = sum((lot.units for lot in held), NONE)
    if method == "average" and whole:
        part = min(units / whole, Fraction(1))
        taken = [lot.part(lot.units * part) for lot in held if part]
        left = [lot.part(lot.units * (1 - part)) for lot in held if part < 1]
        return taken, [*(lot for lot in lots if lot.units <= 0), *left]
    ranked = held
    if method == "lifo":
        ranked = sorted(held, key=lambda lot: lot.acquired, reverse=True)
    elif method == "hifo":  # what is not known comes last
        costs = [(unit_cost(lot), lot) for lot in held]
        known = sorted((-cost, n) for n, (cost, _) in enumerate(costs) if cost is not None)
        ranked = [held[n] for _, n in known] + [lot for cost, lot in costs if cost is None]
    taken, rest = [], list(lots)
    for lot in ranked:
        part = min(lot.units, units)
        if part:
            taken.append(lot.part(part))
            units -= part
            at = rest.index(lot)
            rest[at : at + 1] = [lot.part(lot.units - part)] if part < lot.units else []
    return taken, rest


def since(lots: list[Lot]) -> Days:
    days: dict[dt.date, Fraction] = {}
    for lot in lots:
        days[lot.acquired] = days.get(lot.acquired, NONE) + lot.units
    return sorted(days.items())


def laid(lot: Lot, days: Days, *, pooled: bool) -> list[Lot]:
    """A slice over the days of the units that are held longest, which go with it; one that was
    chosen has the units of its own day first."""
    own = next((n for n, (day, _) in enumerate(days) if day == lot.acquired and not pooled), 0)
    slices = []
    while lot.units:
        day, held = days[own]
        part = min(held, lot.units)
        slices.append(lot.part(part)._replace(since=day))
        days[own : own + 1] = [(day, held - part)] if part < held else []
        if part == lot.units:
            break
        lot, own = lot.part(lot.units - part), 0
    return slices


class Gone(NamedTuple):
    """What was realised with a slice: 0 where money is what it was."""

    on: dt.date
    where: Where
    proceeds: tuple[Fraction, Fraction, str]  # of the disposal, before the slice and with it
    cost: Fraction | None
    money: str  # in which it cost that
    acquired: dt.date


class Crossed(NamedTuple):
    """What came into a holding (left it, below 0) from another one, or (None) from outside."""

    on: dt.date
    where: Where
    other: Where | None
    paid: tuple[tuple[Fraction, str], ...]  # amounts, each rounded


class Earned(NamedTuple):
    on: dt.date
    where: Where
    amount: Fraction
    money: str


class Day(NamedTuple):
    """A scope's figures at a day's end, in a currency."""

    on: dt.date
    value: Fraction
    cost: Fraction | None
    gain: Fraction | None
    realised: Fraction
    flow: Fraction
    income: Fraction
    before: Fraction  # the evening's units before at this day's prices


class Leaf(NamedTuple):
    """A holding on a day, each figure rounded."""

    held: bool
    value: Fraction
    cost: Fraction | None
    gain: Fraction | None
    before: Fraction
    appeared: Fraction  # of the flow


class Leaves(NamedTuple):
    """What was rounded of a day."""

    on: dt.date
    holdings: dict[Where, Leaf]
    realised: list[tuple[Where, Fraction]]
    crossed: list[tuple[Fraction, Where, Where | None]]
    earned: list[tuple[Where, Fraction]]


class Prices:
    """What one unit was worth on a day: an asset in its currency, that in euros."""

    def __init__(self, quoted: dict[str, str], quotes: dict[str, dict[dt.date, Fraction]]) -> None:
        self.quoted, self.quotes = quoted, quotes
        self.closes = {asset: set(days) for asset, days in quotes.items()}
        self.traded: dict[str, dict[dt.date, Fraction]] = {}
        self.splits: list[Happened] = []
        self._known: dict[tuple[str, dt.date], Fraction] = {}

    def euros(self, asset: str, day: dt.date) -> Fraction:
        if asset == "EUR":
            return Fraction(1)
        if (asset, day) not in self._known:
            known = self.traded.get(asset, {}) | self.quotes[asset]
            last = max(on for on in known if on <= day)
            price = known[last]
            for one in self.splits:
                if one.asset == asset and last < one.on <= day:
                    price = price * one.ratio[1] / one.ratio[0]
            self._known[asset, day] = price * self.euros(self.quoted[asset], day)
        return self._known[asset, day]

    def rate(self, asset: str, money: str, day: dt.date) -> Fraction:
        return self.euros(asset, day) / self.euros(money, day)


class Daybook:
    """A book's lots day by day, and what moved."""

    def __init__(
        self, prices: Prices, book: Iterable[Happened], cash: set[str], days: list[dt.date]
    ) -> None:
        """The book is in the order of entry."""
        self.prices, self.cash, self.days = prices, cash, days
        self.held: dict[Where, list[Lot]] = {}
        self.evenings: list[dict[Where, list[Lot]]] = []
        self.gone: list[Gone] = []
        self.crossed: list[Crossed] = []
        self.earned: list[Earned] = []
        self.came = 0
        self.fetched: dict[tuple[Where, str], Fraction] = {}  # by the act under way
        self.is_sound = True  # or something moved on, or changed, of which there was too little
        self.under_way: dict[Happened, list[Lot]] = {}
        self.methods: list[Happened] = []
        self.filled: list[Happened] = []  # vaults: ``daybook_vaults.py``
        self.kept: dict[Where, Days] = {}  # of what was ever at average cost: since when, how many
        by_day: dict[dt.date, list[tuple[Place, Callable[[], None]]]] = {}  # by their class
        book, rows = [], list(book)
        seen: dict[Where, dict[dt.date, Fraction]] = {}
        then = [  # what was known when each lock was made
            (one.on, Daybook(prices, rows[:n], cash, days).seen)
            for n, one in enumerate(rows)
            if one.kind == "lock"
        ]
        answers = [one for one in rows if one.kind == "growth"]
        for one in rows:
            if one.kind == "observed":
                seen.setdefault((one.account, one.asset), {})[one.on] = one.units
            elif one.kind == "method":
                self.methods.append(one)
            elif one.kind == "filled":
                self.filled.append(one)
            elif one.kind == "taken back":
                book.remove(one._replace(kind=one.method, method=""))
            elif one.kind not in ("growth", "lock", "earns", "accrue"):
                book.append(one)
        self.splits = prices.splits = [one for one in book if one.kind == "split"]
        self.seen = Seen(days, self.splits)
        self.seen.balances, self.seen.evenings = seen, self.evenings
        prices.traded = {}
        prices._known = {}
        for one in sorted(book, key=place):  # of a day's trades the last one's price counts
            if one.kind in ("buy", "sell") and one.amount is not None:
                prices.traded.setdefault(one.asset, {})[one.on] = one.amount / one.units
        for one in book:
            acts = by_day.setdefault(one.on, [])
            acts.append((place(one), partial(getattr(self, f"_{one.kind}"), one)))
            if one.kind in ("swap", "exchange"):
                acts.append((one.place(COMES), partial(self._come, one)))
            if one.kind in ("buy", "sell"):
                acts += self._payments(one)
            if one.arrived:
                arrivals = by_day.setdefault(one.arrived, [])
                arrivals.append(((MOVES, 0), partial(self._arrive, one)))
        for day, known in then:
            self.seen.lock(day, known)
        if answers:
            without = Daybook(prices, [one for one in rows if one.kind != "growth"], cash, days)
            self.is_sound &= without.is_sound
            for one in answers:
                self._answer(one, without, by_day)
        for day in days:
            for _, act in sorted(by_day.get(day, []), key=lambda placed: placed[0]):
                self.fetched.clear()
                act()
            self.evenings.append({where: list(lots) for where, lots in self.held.items()})
        self.seen.compare()

    # -- what was observed ---------------------------------------------------------------

    def _answer(
        self, one: Happened, without: "Daybook",
        by_day: dict[dt.date, list[tuple[Place, Callable[[], None]]]],
    ) -> None:  # fmt: skip
        """Growth: what the observation shows beyond the one that was before it then."""
        where = one.account, one.asset
        drift = without.seen.gaps().get((where, one.on))
        before = max(
            (day for day in without.seen.offsets.get(where, ()) if day < one.on), default=None
        )
        if drift is None or before is None or before != one.since:
            return
        self.seen.grown.setdefault(where, {})[one.on] = drift / without.seen.units(where, one.on)
        self.seen.growing.setdefault(where, []).append((before, one.on))
        act = partial(self._grow, one.on, where, drift)
        by_day.setdefault(one.on, []).insert(0, ((COMES if drift > 0 else GOES, 0), act))

    def _grow(self, on: dt.date, where: Where, units: Fraction) -> None:
        """A lot that cost nothing; what went of itself leaves smaller lots of the same cost."""
        if units > 0:
            self._add(where, units, NONE, "EUR", on, on)
            return
        lots = self.held.setdefault(where, [])
        there = sum((lot.units for lot in lots if lot.units > 0), NONE)
        if there + units <= 0:
            taken, lacking = self._take(where, -units, on)
            for lot in taken:
                self._fetch(on, where, NONE, "EUR", lot)
            if lacking:
                owed = -lacking if where[1] in MONEY else None
                self._put(where, Lot(-lacking, owed, where[1], on, 0))
            return
        left = (there + units) / there
        lots[:] = [lot._replace(units=lot.units * left) if lot.units > 0 else lot for lot in lots]
        self.kept[where] = [(day, some * left) for day, some in self.kept.get(where, [])]

    # -- lots ----------------------------------------------------------------------------

    def _add(
        self, where: Where, units: Fraction, cost: Fraction | None, money: str, acquired: dt.date,
        on: dt.date, kept_since: dt.date | None = None,
    ) -> None:  # fmt: skip
        """Units that came: they give back first what is owed."""
        lots = self.held.setdefault(where, [])
        for owed in [lot for lot in lots if lot.units < 0]:
            back = min(units, -owed.units)
            if back:
                gone, rest = owed.part(-back), owed.part(owed.units + back)
                spent = None if cost is None else cost * back / units
                lots[lots.index(owed)] = rest
                if spent is not None:
                    self._fetch(on, where, -spent, money, gone)
                cost = None if cost is None or spent is None else cost - spent
                units -= back
        lots[:] = [lot for lot in lots if lot.units]
        if units and (kept_since or self.kept.get(where)):
            days = dict(self.kept.get(where) or since(lots))
            day = kept_since or acquired
            self.kept[where] = sorted((days | {day: days.get(day, NONE) + units}).items())
        if units:
            self._put(where, Lot(units, cost, money, acquired, 0))

    def _put(self, where: Where, lot: Lot) -> None:
        self.came += 1
        lots = self.held.setdefault(where, [])
        lots.append(lot._replace(came=self.came, since=None))
        lots.sort(key=lambda one: (one.acquired, one.came))

    def _method(self, where: Where, on: dt.date) -> str:
        """That of the holding, else its account's, else the book's, else first in, first out."""
        for scope in (where, (where[0], ""), ("", "")):
            said = [x for x in self.methods if (x.account, x.asset) == scope and x.on <= on]
            if said and (method := sorted(said, key=lambda one: one.on)[-1].method):  # the newest
                return method
        return "fifo"

    def _take(
        self, where: Where, units: Fraction, on: dt.date, method: str = ""
    ) -> tuple[list[Lot], Fraction]:
        """Slices that leave, and how many units there are too few."""
        method = method or self._method(where, on)
        own = self.held.setdefault(where, [])
        if method == "average" and not self.kept.get(where):
            self.kept[where] = since([lot for lot in own if lot.units > 0])
        taken, rest = chosen(own, units, method, self._unit_cost)
        own[:] = rest
        if days := self.kept.get(where):
            pooled = method == "average"
            taken = [part for lot in taken for part in laid(lot, days, pooled=pooled)]
            if not own:
                self.kept[where] = []
        return taken, units - sum((lot.units for lot in taken), NONE)

    def _unit_cost(self, lot: Lot) -> Fraction | None:
        """In the base, at the rate of the day acquired."""
        if lot.cost is None:
            return None
        return lot.cost * self.prices.rate(lot.money, "EUR", lot.acquired) / lot.units

    def _realise(
        self, on: dt.date, where: Where, proceeds: tuple[Fraction, Fraction, str], lot: Lot
    ) -> None:
        self.gone.append(Gone(on, where, proceeds, lot.cost, lot.money, lot.acquired))

    def _fetch(self, on: dt.date, where: Where, more: Fraction, money: str, lot: Lot) -> None:
        """Realise what a slice adds to what the act under way fetched in a holding; but money is
        worth itself in each slice."""
        before = NONE if money == where[1] else self.fetched.get((where, money), NONE)
        self.fetched[where, money] = before + more
        self._realise(on, where, (before, before + more, money), lot)

    def _dispose(
        self, on: dt.date, where: Where, units: Fraction, proceeds: Fraction, money: str,
        *, short: bool = False,
    ) -> None:  # fmt: skip
        taken, lacking = self._take(where, units, on)
        for lot in taken:
            self._fetch(on, where, proceeds * lot.units / units, money, lot)
        if lacking:
            owed = -proceeds * lacking / units if short else None
            self._put(where, Lot(-lacking, owed, money, on, 0))

    def _pay(self, on: dt.date, where: Where, units: Fraction) -> None:
        """Money, which costs and fetches itself; what is not there is owed."""
        if units > 0:
            self._add(where, units, units, where[1], on, on)
            return
        taken, lacking = self._take(where, -units, on)
        for lot in taken:
            self._realise(on, where, (NONE, lot.units, where[1]), lot)
        if lacking:
            self._put(where, Lot(-lacking, -lacking, where[1], on, 0))

    def _cost_in(self, one: Happened, sign: int) -> Fraction:
        """What was paid (fetched) with fees, in the money of the trade."""
        assert one.amount is not None
        fee = one.fee * self.prices.rate(one.fee_in, one.money, one.on) if one.fee else NONE
        return one.amount + sign * fee

    # -- what crosses --------------------------------------------------------------------

    def _cross(
        self, on: dt.date, where: Where, other: Where | None, *paid: tuple[Fraction, str]
    ) -> None:
        self.crossed.append(Crossed(on, where, other, paid))
        if other is not None:
            back = tuple((-amount, money) for amount, money in paid)
            self.crossed.append(Crossed(on, other, where, back))

    def _settle(self, on: dt.date, here: Where, amount: Fraction, money: str) -> None:
        """Money of the account for what came into a holding (below 0: went out of it)."""
        till = here[0], money
        if till == here or here[0] not in self.cash:
            self._cross(on, here, None, (amount, money))
            return
        self._cross(on, here, till, (amount, money))
        self._pay(on, till, -amount)

    def _in(self, one: Happened) -> None:
        here = one.account, one.asset
        self._cross(one.on, here, None, (one.units, one.asset))
        if one.asset in MONEY:
            self._pay(one.on, here, one.units)
        else:
            self._add(here, one.units, one.amount, one.money, one.acquired or one.on, one.on)

    _deposit = _opening = _transfer_in = _in

    def _out(self, one: Happened) -> None:
        here = one.account, one.asset
        self._cross(one.on, here, None, (-one.units, one.asset))
        self._remove(one, here)

    def _remove(self, one: Happened, here: Where) -> None:
        """At cost; money that is not there is owed."""
        _, lacking = self._take(here, one.units, one.on)
        if lacking:
            owed = -lacking if one.asset in MONEY else None
            self._put(here, Lot(-lacking, owed, one.asset, one.on, 0))

    _withdraw = _transfer_out = _out

    def _unknown(self, one: Happened) -> None:
        if one.units > 0:
            self._in(one)
        else:
            self._out(one._replace(units=-one.units))

    def _correction(self, one: Happened) -> None:
        here = one.account, one.asset
        self._cross(one.on, here, None, (one.units, one.asset))
        if one.units < 0:
            lots = self.held.setdefault(here, [])
            taken, lots[:] = chosen(lots, -one.units, "average", self._unit_cost)
            gone = sum((lot.units for lot in taken), NONE)
            if (days := self.kept.get(here)) and gone:
                laid(Lot(gone, None, "", one.on, 0), days, pooled=True)
            if lacking := -one.units - gone:
                owed = -lacking if one.asset in MONEY else None
                self._put(here, Lot(-lacking, owed, one.asset, one.on, 0))
            return
        if one.asset in MONEY:
            self._pay(one.on, here, one.units)
            return
        known = [lot for lot in self.held.get(here, []) if lot.units > 0 and lot.cost is not None]
        units = sum((lot.units for lot in known), NONE)
        cost, money = None, ""
        if len({lot.money for lot in known}) == 1:
            cost = sum((lot.cost or NONE for lot in known), NONE) * one.units / units
            money = known[0].money
        self._add(here, one.units, cost, money, one.on, one.on)

    def _buy(self, one: Happened) -> None:
        here = one.account, one.asset
        assert one.amount is not None
        self._add(here, one.units, self._cost_in(one, 1), one.money, one.on, one.on)

    def _sell(self, one: Happened) -> None:
        here = one.account, one.asset
        assert one.amount is not None
        self._dispose(one.on, here, one.units, self._cost_in(one, -1), one.money, short=one.short)

    def _payments(self, one: Happened) -> Iterable[tuple[Place, Callable[[], None]]]:
        """What a trade is paid with, each by what it does to the money, or to the units."""
        assert one.amount is not None
        here, own = (one.account, one.asset), one.fee if one.fee_in == one.money else NONE
        paid = own + (one.amount if one.kind == "buy" else -one.amount)
        till = one.place(GOES if paid > 0 else COMES)
        yield till, partial(self._settle, one.on, here, paid, one.money)
        if one.fee and one.fee_in not in MONEY:
            yield one.place(GOES), partial(self._spend, one)
        elif one.fee and not own:
            yield one.place(GOES), partial(self._settle, one.on, here, one.fee, one.fee_in)

    def _spend(self, one: Happened) -> None:
        """A fee in another asset: that is disposed of at market."""
        spent = one.account, one.fee_in
        self._cross(one.on, (one.account, one.asset), spent, (one.fee, one.fee_in))
        quote = self.prices.quoted[one.fee_in]
        worth = one.fee * self.prices.rate(one.fee_in, quote, one.on)
        self._dispose(one.on, spent, one.fee, worth, quote)

    def _swapped(self, one: Happened) -> tuple[Fraction, str]:
        """What both sides are worth: as stated, else what was given is; of money for money, the
        base money's, else what was given."""
        if one.kind == "exchange":
            return (one.got, one.to) if one.to == "EUR" else (one.units, one.asset)
        if one.amount is not None:
            return one.amount, one.money
        money = self.prices.quoted[one.asset]
        return one.units * self.prices.rate(one.asset, money, one.on), money

    def _swap(self, one: Happened) -> None:
        given, came = (one.account, one.asset), (one.account, one.to)
        paid = self._swapped(one) if one.amount is not None else (one.units, one.asset)
        self._cross(one.on, came, given, paid)
        self._dispose(one.on, given, one.units, *self._swapped(one))

    def _exchange(self, one: Happened) -> None:
        given, came = (one.account, one.asset), (one.account, one.to)
        self._cross(one.on, came, given, self._swapped(one))
        self._dispose(one.on, given, one.units, *self._swapped(one), short=True)

    def _come(self, one: Happened) -> None:
        """What a swap or an exchange brought."""
        self._add((one.account, one.to), one.got, *self._swapped(one), one.on, one.on)

    def _transfer(self, one: Happened) -> None:
        here = one.account, one.asset
        taken, lacking = self._take(here, one.units, one.on)
        self.under_way[one] = sorted(taken, key=lambda lot: (lot.acquired, lot.came))
        self.is_sound &= not lacking
        if one.arrived:
            between = TRANSIT, one.asset
            self._cross(one.on, between, here, (one.units, one.asset))
            self.held.setdefault(between, []).extend(self.under_way[one])
        else:
            self._arrive(one)

    def _arrive(self, one: Happened) -> None:
        """The earliest acquired arrive, at average cost a part of each; what is lost is disposed of
        at market, where it did not."""
        moved, there = self.under_way.pop(one), (one.to, one.asset)
        on = one.arrived or one.on
        if one.arrived:
            self.held[TRANSIT, one.asset] = [
                lot for x, lots in self.under_way.items() if x.asset == one.asset for lot in lots
            ]
        units = sum((lot.units for lot in moved), NONE)
        self.is_sound &= one.got <= units
        other = (TRANSIT if one.arrived else one.account), one.asset
        self._cross(on, there, other, (units, one.asset))
        pooled = self._method((one.account, one.asset), one.on) == "average"
        arrived, lost = chosen(moved, one.got, "average" if pooled else "fifo", self._unit_cost)
        if lost:
            money = one.asset if one.asset in MONEY else self.prices.quoted[one.asset]
            price = self.prices.rate(one.asset, money, on)
            for lot in lost:
                self._fetch(on, there, lot.units * price, money, lot)
        for lot in arrived:
            self._add(there, lot.units, lot.cost, lot.money, lot.acquired, on, lot.since)

    # -- income and costs ----------------------------------------------------------------

    def _dividend(self, one: Happened) -> None:
        """Paid in money by a holding beside it, or not held; what an account does not keep goes
        outside."""
        assert one.amount is not None
        till, payer = (one.account, one.money), (one.account, one.payer)
        net = one.amount - one.tax
        self.earned.append(Earned(one.on, payer, one.amount, one.money))
        if payer != till:
            self._cross(one.on, till, payer, (net, one.money))
        self._keep(one, till, net)

    def _keep(self, one: Happened, till: Where, net: Fraction) -> None:
        if one.account in self.cash and net < 0:  # as a fee is
            self._remove(one._replace(asset=one.money, units=-net), till)
        elif one.account in self.cash:
            self._pay(one.on, till, net)
        else:
            self._cross(one.on, till, None, (-net, one.money))

    def _interest(self, one: Happened) -> None:
        """Of money; what units earn is a reward, and what they cost goes at cost."""
        if one.amount is None and one.units < 0:
            self.earned.append(Earned(one.on, (one.account, one.asset), one.units, one.asset))
            self._remove(one._replace(units=-one.units), (one.account, one.asset))
        elif one.amount is None:
            self._reward(one)
        else:
            self._dividend(one)

    def _return_of_capital(self, one: Happened) -> None:
        assert one.amount is not None
        till, payer = (one.account, one.money), (one.account, one.payer)
        self._cross(one.on, till, payer, (one.amount, one.money))
        self._keep(one, till, one.amount)
        lots = self.held.setdefault(payer, [])  # it was held, if nothing else says so
        there = sum((lot.units for lot in lots if lot.units > 0), NONE)
        for at, lot in enumerate(list(lots)):
            if lot.units <= 0 or lot.cost is None:
                continue
            off = one.amount * lot.units / there
            off *= self.prices.rate(one.money, lot.money, one.on)
            if off > lot.cost:
                over = lot._replace(units=NONE, cost=NONE)
                self._fetch(one.on, payer, off - lot.cost, lot.money, over)
            lots[at] = lot._replace(cost=max(NONE, lot.cost - off))

    def _reward(self, one: Happened) -> None:
        """Units, at what they are stated to be worth, else at market."""
        here, worth, money = (one.account, one.asset), one.amount, one.money
        if worth is None:
            money = self.prices.quoted[one.asset]
            worth = one.units * self.prices.rate(one.asset, money, one.on)
            self.earned.append(Earned(one.on, here, one.units, one.asset))
        else:
            self.earned.append(Earned(one.on, here, worth, money))
        self._add(here, one.units, worth, money, one.on, one.on)

    _airdrop = _stock_dividend = _reward

    def _fee(self, one: Happened) -> None:
        """Of money; of units, which go at cost."""
        here = one.account, one.asset
        if one.asset not in MONEY or one.account in self.cash:
            self._remove(one, here)
        else:
            self._cross(one.on, here, None, (one.units, one.asset))

    _tax = _fee

    # -- corporate actions ---------------------------------------------------------------

    def _split(self, one: Happened) -> None:
        new, old = one.ratio
        for (_, asset), lots in self.held.items():
            if asset == one.asset:
                lots[:] = [lot._replace(units=lot.units * new / old) for lot in lots]
        for other, lots in self.under_way.items():
            if other.asset == one.asset:
                lots[:] = [lot._replace(units=lot.units * new / old) for lot in lots]
        for (account, asset), days in self.kept.items():
            if asset == one.asset:
                self.kept[account, asset] = [(day, some * new / old) for day, some in days]

    def _spin_off(self, one: Happened) -> None:
        parent, child = (one.account, one.payer), (one.account, one.asset)
        self._cross(one.on, child, parent, (one.units, one.asset))
        lots = self.held.get(parent, [])
        self.is_sound &= bool(lots) and lots[0].units > 0
        there = sum((lot.units for lot in lots), NONE)
        new = []
        for at, lot in enumerate(list(lots)):
            part = None if lot.cost is None else lot.cost * one.share
            new.append(lot._replace(units=one.units * lot.units / there, cost=part))
            if lot.cost is not None:
                lots[at] = lot._replace(cost=lot.cost * (1 - one.share))
        if days := [(day, n * one.units / there) for day, n in self.kept.get(parent, [])]:
            new = [part for lot in new for part in laid(lot, days, pooled=True)]
        for lot in new:
            self._add(child, lot.units, lot.cost, lot.money, lot.acquired, one.on, lot.since)

    def _merger(self, one: Happened) -> None:
        """For units, for money, or for both: ``share`` of the cost goes with the units."""
        old, new, cash = (one.account, one.asset), (one.account, one.to), one.amount or NONE
        if one.got:
            self._cross(one.on, new, old, (one.got, one.to))
        if cash:
            self._cross(one.on, (one.account, one.money), old, (cash, one.money))
            self._keep(one, (one.account, one.money), cash)
        taken, lacking = self._take(old, one.units, one.on)
        self.is_sound &= not lacking
        for lot in taken:
            part = lot.units / one.units
            if cash:
                gone = lot.part(lot.units * (1 - one.share)) if one.share < 1 else lot
                if lot.cost is not None:
                    gone = gone._replace(cost=lot.cost * (1 - one.share))
                self._fetch(one.on, old, cash * part, one.money, gone)
            kept = None if lot.cost is None else lot.cost * (one.share if cash else 1)
            if one.got:
                self._add(new, one.got * part, kept, lot.money, lot.acquired, one.on, lot.since)

    _symbol_change = _merger

    def _delisting(self, one: Happened) -> None:
        money = self.prices.quoted[one.asset]
        self._dispose(one.on, (one.account, one.asset), one.units, NONE, money)

    # -- figures -------------------------------------------------------------------------

    def figures(self, scope: Scope, money: str) -> list[Day]:
        """A scope's days, in a currency."""
        found, realised = [], NONE
        for leaves in self.leaves(money):
            own = [one for where, one in leaves.holdings.items() if scope(where)]
            held = any(one.held for one in own)
            # Of what is not held, that it cost nothing says nothing.
            costs = [one.cost for one in own if one.cost is not None and (one.held or one.cost)]
            gains = [one.gain for one in own if one.gain is not None and (one.held or one.gain)]
            realised += sum((amount for where, amount in leaves.realised if scope(where)), NONE)
            flow = sum((one.appeared for one in own), NONE)
            for amount, where, other in leaves.crossed:
                flow += amount if scope(where) and not (other and scope(other)) else NONE
            day = Day(
                leaves.on,
                sum((one.value for one in own), NONE),
                sum(costs, NONE) if costs or not held else None,
                sum(gains, NONE) if gains or not held else None,
                realised,
                flow,
                sum((amount for where, amount in leaves.earned if scope(where)), NONE),
                sum((one.before for one in own), NONE),
            )
            found.append(day)
        return found

    @cache  # noqa: B019  # it is looked at through many scopes, and goes when the test does
    def leaves(self, money: str) -> list[Leaves]:
        """What is rounded of each day."""
        found = []
        for n, day in enumerate(self.days):

            def leaf(amount: Fraction, asset: str, on: dt.date = day) -> Fraction:
                return rounded(amount * self.prices.rate(asset, money, on), money)

            def realised(gone: Gone, leaf: Callable[..., Fraction] = leaf) -> Fraction:
                start, end, fetched = gone.proceeds
                paid = leaf(gone.cost or NONE, gone.money, gone.acquired)
                return leaf(end, fetched) - leaf(start, fetched) - paid

            leaves = Leaves(day, {}, [], [], [])
            before = self.evenings[n - 1] if n else {}
            for where in {**self.evenings[n], **before, **self.seen.balances}:
                leaves.holdings[where] = self._holding(n, where, money, leaf)
            for gone in self.gone:
                if gone.on == day and gone.cost is not None:
                    leaves.realised.append((gone.where, realised(gone)))
            for one in self.crossed:
                if one.on == day:
                    amount = sum((leaf(units, asset) for units, asset in one.paid), NONE)
                    leaves.crossed.append((amount, one.where, one.other))
            for got in self.earned:
                if got.on == day:
                    leaves.earned.append((got.where, leaf(got.amount, got.money)))
            found.append(leaves)
        return found

    def _holding(self, n: int, where: Where, money: str, leaf: Callable[..., Fraction]) -> Leaf:
        day, asset = self.days[n], where[1]
        lots = self.evenings[n].get(where, [])
        units = sum((lot.units for lot in lots), self.seen.unexplained(where, day))
        known = [lot for lot in lots if lot.cost is not None]
        cost = gain = None
        if known:
            itself = [lot for lot in known if asset == money and lot.cost == lot.units]
            others = [lot for lot in known if lot not in itself]
            cost = leaf(sum((lot.units for lot in itself), NONE), asset)  # fractions of a cent
            cost += sum((leaf(x.cost, x.money, x.acquired) for x in others), NONE)
            gain = leaf(sum((lot.units for lot in known), NONE), asset) - cost
        before = NONE
        if n:
            eve = self.days[n - 1]
            earlier = sum((lot.units for lot in self.evenings[n - 1].get(where, [])), NONE)
            earlier += self.seen.unexplained(where, eve)
            then, now = self.seen.units(where, eve), self.seen.units(where, day)
            before = leaf(earlier * now / then, asset)
        # What appeared is worth what is there less what was: each of them is rounded.
        there, came = self.seen.unexplained(where, day), self.seen.appeared(where, day)
        appeared = leaf(there, asset) - leaf(there - came, asset)
        return Leaf(units != 0, leaf(units, asset), cost, gain, before, appeared)
