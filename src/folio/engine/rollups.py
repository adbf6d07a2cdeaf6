"""The daily rollup of one holding: its leaves on every day, in the base currency.

Rows are integers in the currency's minor unit.  Between two events a value can only
change when its price, its rate or an observation does, so each stretch of equal days is
worked out once.  Flows are valued at the day's market rate, trades at their amount; income in
units at what it was stated to be worth, which is what its lot cost too, else at market.

What was only observed is a flow, across every border, on the day it appears: the whole on
the first day of a holding, and between two observations each day its share.  It has no
cost and is no gain; as a return it would be one that nobody made.  Growth is a return: the
gap that is answered so is no flow.

On a day on which something moved, or grew, a row says besides what the evening's units before
are worth at the day's own price, which a return is measured by: of an account in which something
else flows on that day, what grew came after the flow, as interest does.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from folio.engine.cash_flows import borders_crossed, crossing, earned_apart
from folio.engine.courses import Course, Span
from folio.engine.valuation import Basis, RunningBasis, Teller, cost_of, is_baseless
from folio.model.ledger import Event, Money, Slice, State
from folio.model.numbers import ONE, ZERO, divide, whole
from folio.model.rollups import ACCOUNT, HOLDING, INSTITUTION, Run

if TYPE_CHECKING:
    from folio.engine.cash_flows import Flows, Side
    from folio.engine.reconciliation import Drift

EPOCH = dt.date(1970, 1, 1).toordinal()
_TRADES = frozenset({"buy", "sell", "swap"})
_EXCHANGES = frozenset({"merger", "symbol_change"})
_MOVED = {HOLDING: 0, ACCOUNT: 2, INSTITUTION: 3}  # the places of flows in what moved on a day


@lru_cache(maxsize=16_384)
def ordinal(day: str) -> int:
    """A day's number; the holdings of an asset ask for the same days."""
    return dt.date.fromisoformat(day).toordinal()


class HoldingDays:
    """Follows one holding through its events and writes a row for each day, in runs.

    Rows start with its first evidence: its first event, or ``seen``, the day of its first
    observation; they are asked for from ``since`` on.
    """

    def __init__(
        self,
        *,
        since: dt.date,
        drift: "Drift",
        splits: Callable[[dt.date], tuple[int, int, dt.date]],
        teller: Teller,
        course: Course,
        seen: dt.date = dt.date.max,
    ) -> None:
        self.drift = drift
        self.splits = splits  # new units for old up to a day, and the next split's day
        self.teller = teller
        self._leaves = teller.in_minor_units
        self.course = course  # of the holding's asset in the teller's currency
        self._parts = ONE.scaleb(teller.places or 0)  # minor units in one of the currency
        self._start = seen.toordinal()
        self._next = self._start  # the first day not yet written
        self._since = since.toordinal()
        self._quantity = ZERO
        self._basis = Basis(None, ZERO, True, False)  # in minor units
        self._lots: State | None = None
        self._running = RunningBasis(self._leaves)
        self._realised = ZERO  # in minor units
        self._gainless = 0  # slices whose gain is not known
        # The flow, the income, the flows at wider borders; None: nothing moved.
        self._moved: list[int | None] | None = None
        self._opening: Decimal | None = None  # units before a day's first event
        self._unsplit = 0  # the day of the next split, as far as one was asked for

    def apply(
        self,
        event: Event,
        state: State,
        slices: list[Slice],
        flows: "Flows",
        sides: Sequence["Side"] = (),
    ) -> None:
        """Take in an event of a day whose earlier days were written.

        ``sides`` are the parts of its transaction that crossed between accounts.
        """
        if self._opening is None:
            self._opening = self._quantity
        self.pass_by(event, state, slices)
        if not event.moves:
            return
        self._move(event, flows)
        for side in sides:
            self._cross(event, side)

    def pass_by(self, event: Event, state: State, slices: list[Slice]) -> None:
        """Take in what an event of a day before ``since`` left; what it moved nobody asks for."""
        if self._next == self._start:
            self._begin(event)
        self._quantity = state.quantity
        self._lots = state
        for part in slices:
            gain = self._leaves.gain(part)
            if gain is None:
                self._gainless += 1
            else:
                self._realised += gain

    def _begin(self, event: Event) -> None:
        """Nothing is known of the holding before its first event; capital is returned of what is
        held."""
        if not event.needs_lots:
            self._start = self._next = min(self._start, ordinal(event.key[0]))

    def _move(self, event: Event, crossed: "Flows") -> None:
        portfolio, institution, account, holding, income = crossed
        day = ordinal(event.key[0])
        paid = traded(event, holding, self.course.asset, self.teller)
        flow = self._paid(event, paid) if paid else self._worth(holding, day)
        if self._moved is None:
            self._moved = [flow, 0, 0, 0, 0]
        else:
            self._add(0, flow)
        if income:
            self._add(1, self._income(event, income, day))
        if account or institution or portfolio:
            for place, units in ((2, account), (3, institution), (4, portfolio)):
                same = units == holding and not paid
                self._add(place, flow if same else self._worth(units, day))

    def _cross(self, event: Event, side: "Side") -> None:
        amount = self._paid(side.event, brought(side.event, side.asset, self.teller))
        signed = None if amount is None else side.sign * amount
        for border in borders_crossed(event, side.event):
            self._add(_MOVED[border], signed)
        if side.sign < 0 and (income := earned_elsewhere(side)):
            self._add(1, self._paid(side.event, [income]))

    def _income(self, event: Event, units: Decimal, day: int) -> int | None:
        stated = earned(event, units)
        return self._worth(units, day) if stated is None else self._paid(event, [stated])

    def _paid(self, event: Event, amounts: list[Money]) -> int | None:
        """Amounts of an event's day, each rounded; None where one has no rate."""
        whole = 0
        for one in amounts:
            leaf = self._leaves.leaf(*one, event.key[0])
            if leaf is None:
                return None
            whole += int(leaf)
        return whole

    def _add(self, place: int, amount: int | None) -> None:
        """Add to what moved on the day; what is not known makes the sum unknown."""
        if self._moved is None:
            self._moved = [0] * 5
        was = self._moved[place]
        self._moved[place] = None if was is None or amount is None else was + amount

    def _worth(self, units: Decimal, day: int) -> int | None:
        if not units:
            return 0
        rate = self.course.on(day)
        return None if rate is None else whole(units * self._parts * rate)

    def days(self, end: dt.date) -> list[Run]:
        """The rows of the days before ``end`` that were not written yet."""
        runs: list[Run] = []
        last = end.toordinal()
        if self._next < self._since:  # nobody asks for the days before
            self._next = min(last, self._since)
            self._moved = self._opening = None
        if self._next < last and self._lots is not None:
            self._basis = self._running.of(self._lots.lots)
        while self._next < last:
            runs += self._stretch(self._next, last)
            self._moved = self._opening = None
        return runs

    def go_on(self, evening: dt.date) -> None:
        """Say that there was evidence by ``evening``, of whose state :meth:`resume` is told."""
        self._start = self._next = evening.toordinal()

    def resume(
        self, state: State, realised: int, gainless: int, basis: Basis | None = None
    ) -> None:
        """Go on from ``state``, as it was on the evening before ``since``.

        ``realised`` (in minor units) and ``gainless`` (of slices) are those of that evening;
        with the ``basis`` of its lots these are not asked.
        """
        if basis is None:
            self._lots = state
        else:
            self._basis = basis
        self._quantity = state.quantity
        self._realised = Decimal(realised)
        self._gainless = gainless

    def _stretch(self, day: int, end: int) -> list[Run]:
        """The rows of the days from ``day`` on, as long as the same units are held; at most up
        to ``end`` (exclusive)."""
        until = end
        extra = seen = ZERO  # observed beyond the ledger: on this day, and the evening before
        interpolated = False
        if self.drift:
            until = min(until, self.drift.constant_until(day) or until)
            interpolated = self.drift.interpolated(day)
            new, old, next_split = self.splits(dt.date.fromordinal(day))
            extra = self.drift.offset(day, new, old)
            if day > self._start:
                seen = self.drift.offset(day - 1, new, old)
            until = min(until, next_split.toordinal())
            if extra != seen:
                if day == self._start or not self.drift.grows(day):
                    self._restate(extra, seen, day)
                elif self._moved is None:
                    self._moved = [0] * 5
        self._next = until
        return self._runs(day, until, extra, seen, interpolated)

    def _restate(self, extra: Decimal, seen: Decimal, day: int) -> None:
        """Count as a flow what was observed beyond the ledger, and was not the evening before.

        It is the difference of two worths, each rounded: were it rounded itself, a straight line
        of 0.164 EUR a day would flow as 0.16, and the rest would look like a gain.
        """
        now, then = self._worth(extra, day), self._worth(seen, day)
        amount = None if now is None or then is None else now - then
        for place in (0, 2, 3, 4):  # which is no income
            self._add(place, amount)

    def _before(self, seen: Decimal, day: int) -> int | None:
        """What was held the evening before, in units of this day and at its price."""
        booked = self._quantity if self._opening is None else self._split(self._opening, day)
        return self._worth(booked + seen, day)

    def _split(self, units: Decimal, day: int) -> Decimal:
        """Units of the evening before in those of a day: what left a holding before the day's
        split of it was there on that evening, though nothing of it was split."""
        if not units or day < self._unsplit:
            return units
        one, two, split = self.splits(dt.date.fromordinal(day - 1))
        self._unsplit = split.toordinal()
        if day < self._unsplit:
            return units
        new, old, _ = self.splits(dt.date.fromordinal(day))
        return divide(units * new * two, Decimal(old * one))

    def _runs(
        self, first: int, until: int, extra: Decimal, seen: Decimal, interpolated: bool
    ) -> list[Run]:
        """The rows of days on which ``extra`` units are held beyond the ledger's; ``seen`` were
        on the evening before.

        They are equal but for the price, and for the first, on which something may have moved.
        """
        basis, balance = self._basis, self._quantity + extra if extra else self._quantity
        spans: list[Span] = [(first, until, None, 0)]
        if balance or basis.units:
            spans = self.course.spans(first, until)
        cost = cost_of(basis, balance, extra)
        spent = None if cost is None else int(cost)
        held = baseless = doubtful = 0
        if balance:
            held, baseless = 1, int(is_baseless(basis, extra))
            doubtful = int(interpolated or basis.at_market)
        known = balance if basis.units == balance else basis.units  # units whose cost is known
        parts, known_parts = balance * self._parts, known * self._parts
        realised, gainless = int(self._realised), self._gainless
        moved = self._moved
        runs: list[Run] = []
        for day, end, rate, estimated in spans:
            value = gain = None
            if not balance:
                value = 0  # nothing is worth nothing
            elif rate is not None:
                value = whole(parts * rate)
            if spent is not None:
                if known is balance:
                    gain = None if value is None else value - spent
                elif not known:
                    gain = -spent
                elif rate is not None:
                    gain = whole(known_parts * rate) - spent
            priceless, doubt = int(value is None), (estimated | doubtful) & held
            start = day - EPOCH
            if moved is not None:
                flow, income, account, institution, portfolio = moved
                runs.append(
                    (
                        start, value, spent, realised, gain, flow, income, held,
                        priceless | baseless, priceless, baseless, doubt, account, institution,
                        portfolio, self._before(seen, day), gainless, start,
                    )
                )  # fmt: skip
                start += 1
                moved = None
            last = end - EPOCH - 1
            if start <= last:
                runs.append(
                    (
                        start, value, spent, realised, gain, 0, 0, held, priceless | baseless,
                        priceless, baseless, doubt, 0, 0, 0, None, gainless, last,
                    )
                )  # fmt: skip
        return runs


def traded(event: Event, units: Decimal, asset: int, teller: Teller) -> list[Money]:
    """What ``units`` of an asset were traded for, as the flow across the border of their holding.

    Each amount in what it was paid: what a lot cost, or what was fetched (negative), with the
    fees in something else, which are as much out of the holdings beside it.  Both sides of a swap
    have one value, as for lots: the money's, else what is stated, else the market's of the units
    given; where those have no price, of the units received.  Shares given up in a merger are worth
    what came for them, units at market and money, so that what it made of them is their return;
    where those have no price, the shares given up are at market, and so is what came for them
    alone.  Empty where the units are at market.
    """
    if not units or not (event.kind in _TRADES or event.kind in _EXCHANGES):
        return []
    if event.kind in _EXCHANGES:
        return _exchanged(event, units, asset, teller)
    if event.amount is not None:
        paid = event.amount if units > ZERO else -event.amount  # or less, where fees exceed it
        return [(paid, event.currency or 0), *event.fees]
    if event.counter is None or asset in teller.graph.market.currencies:
        return []
    own, other = (units, asset), _counter(event, units)
    given, received = (other, own) if units > ZERO else (own, other)
    return [given if _has_price(given, event, teller) else received, *event.fees]


def _exchanged(event: Event, units: Decimal, asset: int, teller: Teller) -> list[Money]:
    """The same of what is given up for another company's units, for money, or for both."""
    money = [] if event.amount is None else [(-event.amount, event.currency or 0)]
    if event.counter is None:
        return money
    other = _counter(event, units)
    if units < ZERO:
        return [other, *money] if _has_price(other, event, teller) else []
    return [] if _has_price((units, asset), event, teller) else [other]


def _counter(event: Event, units: Decimal) -> Money:
    """What stands against units: as many of the other asset, with their sign."""
    asset, quantity = event.counter or (0, ZERO)
    return quantity.copy_sign(units), asset


def _has_price(one: Money, event: Event, teller: Teller) -> bool:
    return teller.rate(one[1], dt.date.fromisoformat(event.key[0])) is not None


def brought(event: Event, asset: int, teller: Teller) -> list[Money]:
    """What a part of a transaction is worth that crossed between accounts, on its day.

    Of an exchange what it was given for, or what was given for it; of income what it was stated to
    be worth; the rest in units of the ``asset``, at market.
    """
    units = crossing(event)
    if paid := traded(event, units, asset, teller):
        return paid
    stated = earned(event, earned_apart(event))
    if stated is not None:
        return [stated, (units - event.gross, asset)]
    return [(units, asset)]


def earned_elsewhere(side: "Side") -> Money | None:
    """What a part of a transaction in another account was of the payer's income."""
    units = earned_apart(side.event)
    return (earned(side.event, units) or (units, side.asset)) if units else None


class Stated(Protocol):
    """Income as an event, or as what a payer paid into a holding beside it."""

    @property
    def amount(self) -> Decimal | None: ...
    @property
    def currency(self) -> int | None: ...


def earned(event: Stated, units: Decimal) -> Money | None:
    """What income in units was stated to be worth, negative where it is taken back; None: at
    market."""
    if not units or event.amount is None:
        return None
    return abs(event.amount).copy_sign(units), event.currency or 0
