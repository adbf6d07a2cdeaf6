"""One day of a return: what the evening's holdings were worth at the day's own prices, and what
flowed in.

A holding without a price is left out while it has none, and comes in with a flow on the first
day that has one (:mod:`folio.reports.earned.return_days`).
"""

import datetime as dt

from folio.book.snapshot import Held, snapshot
from folio.db.values import day_number
from folio.model.accounts import Holding
from folio.model.dates import Period
from folio.model.explanation import Node, made, missing, total
from folio.model.numbers import ONE
from folio.model.rollups import DAY, LAST, DayRow, first_row
from folio.reports.earned.return_days import Tracks, is_left_out
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.balances import balance
from folio.reports.explain.over_time.days import Days
from folio.reports.explain.rates import rate, split_factor

_ONE_DAY = dt.timedelta(days=1)


class Morning:
    """A day, told holding by holding."""

    def __init__(self, ground: Ground, tracks: Tracks, day: dt.date) -> None:
        self.day = day
        self.tracks = tracks
        self.ground = ground.again(ground.query._replace(as_of=day, exact=False))
        self.evening = ground.again(ground.query._replace(as_of=day - _ONE_DAY, exact=False))
        self._held: dict[int, Held] | None = None

    def before(self, what: str, holdings: list[Holding]) -> Node:
        """What was held the evening before, at this day's prices."""
        parts = [
            self._before(holding)
            for holding in holdings
            if (row := self._row(holding, self.day)) is not None
            and not (row.priceless or self._absent(holding))
            and (row.value if row.before is None else row.before)
        ]
        return total(what, self.ground.unit, parts)

    def flows(self, what: str) -> Node:
        """What came in from outside on the day, and what came in with its first price."""
        left_out = [h for h in self.tracks.holdings if self._left_out(h)]
        priced = [h for h in self.tracks.holdings if h not in left_out]
        days = Days(self.ground, Period(self.day, self.day))
        parts = days.flows_of(priced)
        for holding in left_out:
            came = days.moved_within(holding)
            parts += [] if came is None else [came._replace(note="it has no price")]
        for holding in priced:
            if self._absent(holding):
                node = self._before(holding)
                parts.append(node._replace(note="left out while it had no price"))
        return total(what, self.ground.unit, parts)

    def _row(self, holding: Holding, day: dt.date) -> DayRow | None:
        number = day_number(day)
        runs = self.tracks.runs_of(holding.id)
        return next((first_row(r) for r in runs if r[DAY] <= number <= r[LAST]), None)

    def _priceless(self, holding: Holding, day: dt.date) -> bool:
        row = self._row(holding, day)
        return row is not None and bool(row.priceless)

    def _left_out(self, holding: Holding) -> bool:
        row = self._row(holding, self.day)
        return row is not None and is_left_out(row, absent=self._absent(holding))

    def _absent(self, holding: Holding) -> bool:
        """Whether it was left out the evening before, for want of a price."""
        return self._priceless(holding, self.day - _ONE_DAY)

    def _before(self, holding: Holding) -> Node:
        """The units of the evening, in units of this day, at its price."""
        ground, name = self.ground, self.ground.name(holding)
        unit = ground.symbol(holding.asset_id)
        held = self._of_evening(holding)
        if held is None:
            return missing(name, ground.unit, "it was not held the evening before")
        units = balance(self.evening, held)
        factor, _ = ground.book.prices.split_factor(
            holding.asset_id, self.evening.query.as_of, self.day
        )
        if factor != ONE:
            ratio = split_factor(
                ground, holding.asset_id, self.evening.query.as_of, self.day, factor
            )
            units = made("after the split", unit, "product", [units, ratio])
        price = rate(ground, holding.asset_id, ground.query.currency.id, self.day)
        places = ground.teller.places
        return made(name, ground.unit, "product", [units, price], rounded_to=places)

    def _of_evening(self, holding: Holding) -> Held | None:
        if self._held is None:
            found = snapshot(self.ground.book, self.evening.query.as_of, self.tracks.holdings)
            self._held = {held.holding.id: held for held in found}
        return self._held.get(holding.id)
