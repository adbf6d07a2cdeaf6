"""What a holding is worth on a day, what it cost, and what it gained.

    value      = balance × rate, rounded half-up to the currency's minor unit
    cost       = Σ over open lots: cost × rate of the day acquired, each rounded
    unrealised = units of known cost × rate, rounded − cost
    realised   = Σ over slices: proceeds × rate of the day disposed, rounded
                 − cost × rate of the day acquired, rounded; the proceeds of one disposal's
                 slices add up to its own, rounded once (:meth:`Teller.proceeds`)

These are the leaves of every report and of the rollup; sums of leaves add up as printed.
Units without a known cost, and units that were observed but never booked, are valued but
left out of the gain, which then is graded partial.  The alternative, counting their whole
value as gain, would show a profit that nobody made.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property
from operator import is_

from folio.engine.grades import Counts
from folio.engine.prices import PriceGraph, Rate
from folio.model.ledger import ESTIMATED, Lot, Slice
from folio.model.named import NamedTuple, from_tuple
from folio.model.numbers import ONE, ZERO, round_money, rounded, rounding
from folio.model.prices import TRADE


class Basis(NamedTuple):
    """Open lots in a report's currency."""

    cost: Decimal | None  # of the units whose cost is known; None when none is
    units: Decimal  # whose cost is known
    complete: bool  # every unit's cost is known
    at_market: bool  # some lot was opened at market value


_BASIS = from_tuple(Basis)


class Valuation(NamedTuple):
    """One holding on one day, in one currency."""

    balance: Decimal
    rate: Rate | None
    value: Decimal | None  # None: there is no price
    cost: Decimal | None
    unrealised: Decimal | None
    counts: Counts


_VALUATION = from_tuple(Valuation)


class Leaves(NamedTuple):
    """What a slice fetched, cost and gained in a report's currency."""

    proceeds: Decimal | None
    cost: Decimal | None
    gain: Decimal | None
    rates: list[Rate]  # on which they rest


_LEAVES = from_tuple(Leaves)


class _Factors(dict[tuple[int, str], Decimal | None]):
    """What one of a currency comes to on a day, each found once: lots ask again and again."""

    def __init__(self, on: Callable[[int, str], Decimal | None]) -> None:
        self._on = on

    def __missing__(self, key: tuple[int, str]) -> Decimal | None:
        factor = self[key] = self._on(*key)
        return factor


class Teller:
    """Turns exact amounts into rounded leaves of one currency.

    They are in units of it, or in its ``parts``-th parts: 100 for cents of a euro.
    """

    def __init__(
        self, graph: PriceGraph, currency: int, places: int | None, *, parts: Decimal = ONE
    ) -> None:
        self.graph = graph
        self.currency = currency
        self.places = places  # None: nothing is rounded
        self._rounding = None if places is None else rounding(places)
        self._parts = parts
        self._rates: dict[tuple[int, str], Rate | None] = {}  # by currency and day
        self._factors = _Factors(self._factor)
        # What a disposal fetched up to its last slice, in which currency, when: and its leaf.
        self._fetched: tuple[object, Decimal | None] = (None, None)

    def convert(self, amount: Decimal, currency: int, day: dt.date) -> Decimal | None:
        """``amount`` in the report's currency at the day's rate, rounded; None without a rate."""
        return self.leaf(amount, currency, day.isoformat())

    @cached_property
    def in_minor_units(self) -> "Teller":
        """The same leaves in the currency's minor unit, as the rollup stores them."""
        return Teller(self.graph, self.currency, 0, parts=ONE.scaleb(self.places or 0))

    def rate(self, currency: int, day: dt.date) -> Rate | None:
        """What one of ``currency`` is worth in the report's on a day."""
        return self.graph.rate(currency, self.currency, day)

    def lot_cost(self, lot: Lot) -> Decimal | None:
        """What a lot cost, at the rate of the day it was acquired."""
        return self.leaf(lot.cost, lot.currency, lot.acquired_on)

    def leaf(self, amount: Decimal | None, currency: int | None, day: str | None) -> Decimal | None:
        """An amount in the report's currency at a day's rate, rounded; None where it is unknown."""
        if amount is None or currency is None or day is None:
            return None
        factor = self._factors[currency, day]
        if factor is None:
            return None
        exact = amount * factor
        return exact if self._rounding is None else rounded(exact, self._rounding)

    def own(self, amount: Decimal) -> Decimal:
        """An amount of the report's currency as a leaf."""
        return round_money(amount * self._parts, self.places)

    def _factor(self, currency: int, day: str) -> Decimal | None:
        """What one of ``currency`` comes to on a day, in that in which leaves are."""
        if currency == self.currency:
            return self._parts
        rate = self._rate_on(currency, day)
        return None if rate is None else rate.rate * self._parts

    def gain(self, part: Slice) -> Decimal | None:
        """What a slice realised: 0 where it realises nothing, None where that is unknown."""
        if not part.realises:
            return ZERO
        proceeds = self.proceeds(part)
        cost = self.leaf(part.cost, part.cost_currency, part.acquired_on)
        return None if proceeds is None or cost is None else proceeds - cost

    def proceeds(self, part: Slice) -> Decimal | None:
        """What a slice fetched: by how much it raises what its disposal fetched, rounded.

        So the slices of a sale add up to what the sale fetched, whichever lots it took.  Of 100.00
        for three units of three lots each fetches 33.33, 33.34 and 33.33.  The alternatives: to
        round each alone (99.99 of 100.00), or to give the cents to the largest remainders, for
        which all slices must be at hand.
        """
        currency, day, before = part.proceeds_currency, part.disposed_on, part.fetched_before
        if before is None or part.proceeds is None:
            return self.leaf(part.proceeds, currency, day)
        fetched, known = self._fetched
        start = known if fetched == (before, currency, day) else self.leaf(before, currency, day)
        so_far = before + part.proceeds
        until = self.leaf(so_far, currency, day)
        self._fetched = (so_far, currency, day), until
        return None if until is None or start is None else until - start

    def leaves(self, part: Slice) -> Leaves:
        """A slice's proceeds at the rate of the day disposed, its cost at that of the day
        acquired, and their difference."""
        proceeds = self.proceeds(part)
        cost = self.leaf(part.cost, part.cost_currency, part.acquired_on)
        gain = None if proceeds is None or cost is None else proceeds - cost
        own = self.currency
        if part.proceeds_currency == own == part.cost_currency:
            return _LEAVES((proceeds, cost, gain, []))
        sold = self._rate_behind(proceeds, part.proceeds_currency, part.disposed_on)
        bought = self._rate_behind(cost, part.cost_currency, part.acquired_on)
        return _LEAVES((proceeds, cost, gain, [r for r in (sold, bought) if r is not None]))

    def _rate_behind(
        self, leaf: Decimal | None, currency: int | None, day: str | None
    ) -> Rate | None:
        """The rate on which a leaf rests; None where none was needed."""
        if leaf is None or currency is None or currency == self.currency or day is None:
            return None
        return self._rate_on(currency, day)

    def _rate_on(self, currency: int, day: str) -> Rate | None:
        """The rate on a day, found once."""
        key = (currency, day)
        if key not in self._rates:
            self._rates[key] = self.rate(currency, dt.date.fromisoformat(day))
        return self._rates[key]

    def effects(
        self, part: Slice, leaves: Leaves, *, is_money: bool
    ) -> tuple[Decimal | None, Decimal | None]:
        """A slice's gain as (price effect, currency effect); their sum is the gain exactly.

            price effect    = proceeds − cost at the rate of the day disposed
            currency effect = cost at the rate of the day disposed
                              − cost at the rate of the day acquired

        So the price effect is the gain in the lot's own currency at the disposal day's rate,
        and the currency effect what the change of the rate did to the money put in.  Money
        has no price but its rate: all it gains (``is_money``) is currency effect.

        Source: "Analytical Return on Investment Calculator", Corporate Finance Institute.
        125 shares bought for 12,500 USD at 0.80 and sold for 15,000 at 0.70 gain 500 EUR:
        2,500 × 0.70 = 1,750 by trading, 12,500 × (0.70 − 0.80) = −1,250 by the currency.  The
        alternative (Fund Manager's manual) converts the gain at the rate bought at, 2,000,
        and charges the rest, the cross term too, to the currency.
        """
        gain, proceeds = leaves.gain, leaves.proceeds
        if gain is None or proceeds is None:
            return None, None
        if is_money:
            return ZERO, gain
        day = dt.date.fromisoformat(part.disposed_on)
        then = self.convert(part.cost or ZERO, part.cost_currency or 0, day)
        return (None, None) if then is None else (proceeds - then, gain - (proceeds - then))


class RunningBasis:
    """The cost of open lots, each a leaf, as they change a few at a time.

    Money in the report's own currency is one leaf: it costs itself, and fractions of a cent
    in its lots must not show as a gain.
    """

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._lots: list[Lot] = []  # that are counted
        # What each of them cost, by its identity: a lot that changes is another one.
        self._leaves: dict[int, Decimal | None] = {}
        self._basis = Basis(None, ZERO, True, False)
        self._cost = self._units = self._own = ZERO
        self._known = self._partial = self._at_market = 0  # lots

    def of(self, lots: Sequence[Lot]) -> Basis:
        """The basis of these lots: those that were not among the last ones are looked at."""
        before, self._lots = self._lots, list(lots)
        gone, come = _changed(before, self._lots)
        if not gone and not come:
            return self._basis
        for lot in gone:
            self._count(lot, self._leaves.pop(id(lot)), -1)
        for lot in come:
            self._leaves[id(lot)] = part = self._teller.lot_cost(lot)
            self._count(lot, part, 1)
        own = self._teller.own(self._own) if self._own else ZERO
        cost = self._cost + own if self._known else None
        units = self._units + self._own
        self._basis = _BASIS((cost, units, not self._partial, bool(self._at_market)))
        return self._basis

    def _count(self, lot: Lot, part: Decimal | None, sign: int) -> None:
        """Take a lot in, or out again (``sign`` −1), with what it cost."""
        _, _, _, units, cost, currency, grade, _ = lot
        own = currency == self._teller.currency and cost == units
        if part is None and not own:
            self._partial += sign
            return
        self._known += sign
        if sign < 0:
            units, part = -units, part and -part
        if own:
            self._own += units
            return
        self._cost += part or ZERO
        self._units += units
        if grade == ESTIMATED:
            self._at_market += sign
        elif grade > ESTIMATED:
            self._partial += sign


def _changed(before: list[Lot], now: list[Lot]) -> tuple[list[Lot], list[Lot]]:
    """The lots that went, and those that came.

    Where the first went first, and came last, those between stay as they are: to see that takes
    a quarter of the time of looking for each one.
    """
    start, first = 0, now[0].place if now else 0
    for lot in before:
        if lot.place == first:
            break
        start += 1
    kept = len(before) - start
    if kept <= len(now) and all(map(is_, before[start + 1 :], now[1:kept])):
        cut = kept > 0 and before[start] is not now[0]
        return before[: start + cut], now[:cut] + now[kept:]
    was, left = set(map(id, before)), set(map(id, now))
    gone = [lot for lot in before if id(lot) not in left]
    return gone, [lot for lot in now if id(lot) not in was]


def basis_of(lots: Sequence[Lot], teller: Teller) -> Basis:
    """The cost of open lots."""
    return RunningBasis(teller).of(lots)


def value(
    balance: Decimal,
    unexplained: Decimal,
    basis: Basis,
    rate: Rate | None,
    day: dt.date,
    *,
    places: int | None,
    interpolated: bool = False,
) -> Valuation:
    """Value a holding: ``balance`` units, of which ``unexplained`` were only observed."""
    worth: Decimal | None = None
    if not balance:
        worth = ZERO  # nothing is worth nothing, without a price
    elif rate is not None:
        worth = round_money(balance * rate.rate, places)
    baseless, cost = is_baseless(basis, unexplained), basis.cost
    if cost is None:
        cost = cost_of(basis, balance, unexplained)
    counts = counted(balance, rate, worth, baseless, basis.at_market, interpolated, day)
    if balance and unexplained:
        counts = counts._replace(unexplained=1)
    if worth is not None and cost is not None and basis.units == balance:
        gain: Decimal | None = worth - cost  # mostly: all units have a cost
    else:
        gain = unrealised(basis.units, cost, rate, places)
    return _VALUATION((balance, rate, worth, cost, gain, counts))


_NOT_HELD, _SOUND = Counts(), Counts(held=1)


def is_baseless(basis: Basis, unexplained: Decimal) -> bool:
    """Whether some of the units have no full cost basis."""
    return not basis.complete or bool(unexplained)


def cost_of(basis: Basis, balance: Decimal, unexplained: Decimal) -> Decimal | None:
    """What a holding cost; nothing did where nothing is held."""
    if basis.cost is None and not balance and not is_baseless(basis, unexplained):
        return ZERO
    return basis.cost


def unrealised(
    units: Decimal, cost: Decimal | None, rate: Rate | None, places: int | None
) -> Decimal | None:
    """The gain on the units whose cost is known; None without a price or a cost."""
    if cost is None:
        return None
    if not units:
        return ZERO - cost
    return None if rate is None else round_money(units * rate.rate, places) - cost


def counted(
    balance: Decimal,
    rate: Rate | None,
    worth: Decimal | None,
    baseless: bool,
    at_market: bool,
    interpolated: bool,
    day: dt.date,
) -> Counts:
    """One holding, or one lot of it, counted with what is wrong with it."""
    if not balance:
        return _NOT_HELD
    doubted = rate is None or rate.estimated or worth is None
    if not (doubted or baseless or at_market or interpolated):
        return _SOUND  # most are: to count what is wrong takes ten times as long
    stale = rate is not None and rate.stale
    routed = rate is not None and rate.routed
    traded = rate is not None and any(leg.granularity == TRADE for leg in rate.legs)
    priceless = worth is None
    return Counts(
        held=1,
        unknown=int(priceless or baseless),
        priceless=int(priceless),
        baseless=int(baseless),
        stale=int(stale),
        routed=int(routed),
        traded=int(traded),
        interpolated=int(interpolated),
        at_market=int(at_market),
        estimated=int(stale or routed or traded or interpolated or at_market),
        oldest_days=(day - rate.day).days if rate is not None and stale else 0,
    )
