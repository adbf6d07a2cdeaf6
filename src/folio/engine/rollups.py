"""The daily rollup of one holding: its leaves on every day, in the base currency.

Rows are integers in the currency's minor unit.  Between two events a value can only
change when its price, its rate or an observation does, so each stretch of equal days is
worked out once.  Flows are valued at the day's market rate, trades at their amount.

What was only observed is a flow, across every border, on the day it appears: the whole on
the first day of a holding, and between two observations each day its share.  It has no
cost and is no gain; as a return it would be one that nobody made.  Growth is a return: the
gap that is answered so is no flow.

On a day on which something moved a row says besides what the evening's units before are
worth at the day's own price, which a return is measured by.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from folio.engine.cash_flows import Flows
from folio.engine.reconciliation import Drift
from folio.engine.valuation import Basis, Teller, Valuation, basis_of, value
from folio.model.ledger import Event, Money, Slice, State
from folio.model.numbers import ZERO
from folio.model.rollups import DayRow

EPOCH = dt.date(1970, 1, 1).toordinal()
_TRADES = frozenset({"buy", "sell", "swap"})
_DAY_ROW = partial(tuple.__new__, DayRow)  # from a tuple, in half the time of ``_make``
_FLOWS = ("flow", "flow_account", "flow_institution", "flow_portfolio")


class HoldingDays:
    """Follows one holding through its events and writes a row for each day.

    ``start`` is the day of its first evidence; rows are yielded from ``since`` on.
    """

    def __init__(
        self,
        *,
        asset_id: int,
        start: dt.date,
        since: dt.date,
        drift: Drift,
        splits: Callable[[dt.date], tuple[int, int, dt.date]],
        teller: Teller,
    ) -> None:
        self.asset_id = asset_id
        self.drift = drift
        self.splits = splits  # new units for old up to a day, and the next split's day
        self.teller = teller
        self._scale = teller.places or 0
        self._next = start  # the first day not yet written
        self._since = since
        self._quantity = ZERO
        self._basis = Basis(None, ZERO, True, False)
        self._lots: State | None = None
        self._realised = ZERO
        self._gainless = 0  # slices whose gain is not known
        self._moved: dict[str, Decimal | None] = {}
        self._start = start
        self._opening: Decimal | None = None  # units before a day's first movement

    def apply(self, event: Event, state: State, slices: list[Slice], flows: Flows) -> None:
        """Take in an event of a day whose earlier days were written."""
        if not event.on_lots_alone and self._opening is None:
            self._opening = self._quantity
        self.pass_by(state, slices)
        if not event.on_lots_alone:
            self._move(event, flows)

    def pass_by(self, state: State, slices: list[Slice]) -> None:
        """Take in what an event of a day before ``since`` left; what it moved nobody asks for."""
        self._quantity = state.quantity
        self._lots = state
        for part in slices:
            gain = self.teller.gain(part)
            self._realised += gain or ZERO
            self._gainless += gain is None

    def _move(self, event: Event, flows: Flows) -> None:
        day = dt.date.fromisoformat(event.key[0])
        at_market = {
            "flow_portfolio": flows.portfolio,
            "flow_institution": flows.institution,
            "flow_account": flows.account,
            "income": flows.income,
        }
        for name, units in at_market.items():
            self._add(name, self._worth(units, day))
        stated = traded(event, flows.holding)
        if stated is None:
            self._add("flow", self._worth(flows.holding, day))
        else:
            self._add("flow", self.teller.convert(*stated, day))

    def _add(self, name: str, amount: Decimal | None) -> None:
        before = self._moved.get(name, ZERO)
        self._moved[name] = None if before is None or amount is None else before + amount

    def _worth(self, units: Decimal, day: dt.date) -> Decimal | None:
        return self.teller.convert(units, self.asset_id, day) if units else ZERO

    def days(self, end: dt.date) -> list[DayRow]:
        """The rows of the days before ``end`` that were not written yet."""
        rows: list[DayRow] = []
        if self._next < self._since:  # nobody asks for the days before
            self._next = min(end, self._since)
            self._moved, self._opening = {}, None
        if self._next < end and self._lots is not None:
            self._basis = basis_of(self._lots.lots, self.teller)
        while self._next < end:
            first = self._next
            worth, before, until = self._stretch(first, end)
            self._next = until
            rows += self._rows(worth, before, first, until)
            self._moved, self._opening = {}, None
        return rows

    def resume(self, state: State, realised: int, gainless: int) -> None:
        """Go on from the stored ``state``, which nothing changes from ``since`` on.

        ``realised`` (in minor units) and ``gainless`` (of slices) are those of the evening before.
        """
        self._lots = state
        self._quantity = state.quantity
        self._realised = Decimal(realised).scaleb(-self._scale)
        self._gainless = gainless

    def _stretch(self, day: dt.date, end: dt.date) -> tuple[Valuation, Decimal | None, dt.date]:
        """The valuation on ``day``, what it was before that day's movements (None where nothing
        moved), and the day (exclusive) until which the valuation holds."""
        number = day.toordinal()
        rate, until = self.teller.graph.rate_until(self.asset_id, self.teller.currency, day)
        until = min(until, end)
        steady = self.drift.constant_until(number)
        if steady is not None:
            until = min(until, dt.date.fromordinal(steady))
        extra = seen = ZERO  # observed beyond the ledger: on this day, and the evening before
        if self.drift:
            new, old, next_split = self.splits(day)
            extra = self.drift.offset(number, new, old)
            flow = extra
            if day > self._start:
                seen = self.drift.offset(number - 1, new, old)
                flow = self.drift.flow(number, new, old)
            until = min(until, next_split)
            self._restate(flow, day)
        worth = value(
            self._quantity + extra,
            extra,
            self._basis,
            rate,
            day,
            places=self.teller.places,
            interpolated=self.drift.interpolated(number),
        )
        return worth, self._before(seen, day), until

    def _restate(self, units: Decimal, day: dt.date) -> None:
        """Count as a flow what was observed beyond the ledger, and was not the evening before."""
        if units:
            for border in _FLOWS:
                self._add(border, self._worth(units, day))

    def _before(self, seen: Decimal, day: dt.date) -> Decimal | None:
        """What was held the evening before, at this day's price, where something moved."""
        if not self._moved:
            return None
        booked = self._quantity if self._opening is None else self._opening
        return self._worth(booked + seen, day)

    def _rows(
        self, worth: Valuation, before: Decimal | None, first: dt.date, until: dt.date
    ) -> list[DayRow]:
        """The rows of a stretch: equal but for its first day, on which something may have moved."""
        counts, units, start = worth.counts, self._units, first.toordinal() - EPOCH
        still = DayRow(
            start,
            units(worth.value),
            units(worth.cost),
            units(self._realised) or 0,
            units(worth.unrealised),
            0,
            0,
            counts.held,
            counts.priceless,
            counts.baseless,
            counts.estimated,
            0,
            0,
            0,
            None,
            self._gainless,
        )
        rows = []
        if self._moved:
            moved = still._replace(
                before=units(before),
                income=units(self._moved.get("income", ZERO)),
                flow=units(self._moved.get("flow", ZERO)),
                flow_account=units(self._moved.get("flow_account", ZERO)),
                flow_institution=units(self._moved.get("flow_institution", ZERO)),
                flow_portfolio=units(self._moved.get("flow_portfolio", ZERO)),
            )
            rows.append(moved)
            start += 1
        same = still[1:]
        end = until.toordinal() - EPOCH
        rows += map(_DAY_ROW, ((number, *same) for number in range(start, end)))
        return rows

    def _units(self, amount: Decimal | None) -> int | None:
        """An amount in minor units."""
        return None if amount is None else int(amount.scaleb(self._scale))


def traded(event: Event, units: Decimal) -> Money | None:
    """The amount of a trade, as the flow across the border of its holding; None: at market."""
    if not units or event.kind not in _TRADES or event.amount is None:
        return None
    return (event.amount if units > ZERO else -event.amount), event.currency or 0
