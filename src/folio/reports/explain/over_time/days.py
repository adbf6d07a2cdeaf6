"""A row of the history: the sums over included holdings on a day, and what moved in a period."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from folio.book.flows import flows_of, sides_of
from folio.db.values import day_number
from folio.engine.cash_flows import SCOPES, borders_crossed
from folio.errors import FolioError
from folio.model.accounts import Holding
from folio.model.dates import EARLIEST, Period
from folio.model.explanation import (
    DEFINITION,
    Node,
    leaf,
    made,
    missing,
    together,
    total,
    total_of_all,
)
from folio.model.ledger import Event
from folio.model.numbers import ZERO
from folio.model.rollups import HOLDING, DayRow
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.over_time.movements import Movements
from folio.reports.explain.sold.disposals import Disposals
from folio.reports.over_time.history import borders, daily, is_measured
from folio.reports.paid.payers import Crossing, crossing

UNMEASURED = "what had no price until then, or has none since, would look like a gain or a loss"
_ONE_DAY = dt.timedelta(days=1)


class Days:
    """The days of a period, both ends inclusive, as the history has them.

    ``included`` are the holdings that count, if not all that are asked for and in the totals.

    Raises:
        FolioError: for a period that begins after the day asked for.
    """

    def __init__(
        self, ground: Ground, period: Period, included: list[Holding] | None = None
    ) -> None:
        query = ground.query
        if period.start > query.as_of:
            raise FolioError(f"{period.start} is after {query.as_of}; ask for days up to it")
        end = min(period.end, query.as_of)
        self.period = Period(period.start, end)
        self.ground = ground.again(query._replace(as_of=end, exact=False))
        self.movements = Movements(self.ground)
        self._moved_in: dict[int, list[Event]] = {}  # by holding
        if included is None:
            included = [h for h in query.holdings(ground.book) if h.included]
        self.included = included

    @cached_property
    def rows(self) -> list[DayRow]:
        """The rows of the history itself."""
        return daily(self.ground.book, self.ground.query, self.period)

    def row(self) -> Node:
        """Every figure of the row, together."""
        start, end = self.period
        what = f"{end}" if start == end else f"{start} to {end}"
        figures = [
            self.value(),
            self.cost(),
            self.gain(),
            self.realised(),
            self.flow(),
            self.income(),
        ]
        return together(f"the history's row of {what}", figures)

    # -- at the end ----------------------------------------------------------------------

    @cached_property
    def _holdings(self) -> Holdings:
        return Holdings(self.ground)

    @property
    def _last(self) -> DayRow | None:
        return self.rows[-1] if self.rows else None

    def value(self) -> Node:
        """What everything included was worth at the end."""
        return self._told(self._holdings.values(self._on("value")), "value")

    def cost(self) -> Node:
        """What it had cost."""
        return self._told(self._holdings.costs_of(self._on("cost")), "cost_basis")

    def gain(self) -> Node:
        """What was gained and not yet realised."""
        return self._told(self._holdings.gains(self._on("unrealised gain")), "unrealised")

    def realised(self) -> Node:
        """Σ proceeds − cost up to the end; what is unknown adds nothing."""
        everything = Period(EARLIEST, self.period.end)
        node = Disposals(self.ground, everything, self.included).gains()
        return self._told(node._replace(what=self._on("realised gain")), "realised_gain")

    def _on(self, figure: str) -> str:
        return f"{figure} on {self.period.end}"

    def _told(self, node: Node, column: str) -> Node:
        """The node with the figure of the history's row, where there is one."""
        if self._last is None:
            return missing(node.what, node.unit, "nothing was known by then")
        units = getattr(self._last, column)
        if units is None and not self._last.held:
            units = 0
        if units is None:
            return node._replace(figure=None, operation="missing", note=node.note or "unknown")
        return node._replace(figure=self._amount(units))

    def _amount(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-(self.ground.teller.places or 0))

    # -- over the period -----------------------------------------------------------------

    def flow(self) -> Node:
        """What came in from outside, less what went out, at each day's rate."""
        return self._moved("flow", "flow", self.flows_of(self.included))

    def flows_of(self, holdings: list[Holding]) -> list[Node]:
        """What came in and went out of some of them, and what they all paid to others."""
        over = self._borders
        parts = [node for one in holdings for node in self._across(one, over[one.id])]
        payments = [one for one in self._payments() if one.leaves]
        return parts + [self._payment(one, -one.paid.net, one.asset) for one in payments]

    def moved_within(self, holding: Holding) -> Node | None:
        """What others that are included had from a holding, less what it had from them; None where
        that is nothing, or not known."""
        what = f"between {self.ground.name(holding)} and others"
        parts = [
            total(said, self.ground.unit, list(self._across(holding, border)))
            for said, border in (
                ("from outside", self._borders[holding.id]), ("in all", HOLDING)
            )
        ]  # fmt: skip
        node = made(what, self.ground.unit, "difference", parts)
        return node if node.figure else None

    def _across(self, holding: Holding, border: int) -> Iterator[Node]:
        """What came into a holding over a border, and went out."""
        for event in self._events(holding):
            yield from self._flows(holding, event, border)
        yield from (node for _, node in self.movements.appeared(holding, self.period))

    @cached_property
    def _borders(self) -> dict[int, int]:
        return borders(self.ground.book, self.included)

    def income(self) -> Node:
        """What was paid, at each day's rate; what is kept as tax is no part of it."""
        parts = []
        for holding in self.included:
            for event in self._events(holding):
                units = flows_of(self.ground.book, event).income
                if units:
                    parts.append(self.movements.earned(holding, event, units))
                for side in sides_of(self.ground.book, event):
                    node = self.movements.earned_elsewhere(holding, event, side)
                    parts += [] if node is None else [node]
        parts += [self._payment(one, *one.worth) for one in self._payments() if one.earned]
        return self._moved("income", "income", parts)

    def _payments(self) -> list[Crossing]:
        """What was paid between these holdings and those beside them."""
        known = {row.day for row in self.rows}
        found = crossing(self.ground.book, self._borders, *self.period)
        return [one for one in found if day_number(one.paid.day) in known]

    def _payment(self, one: Crossing, amount: Decimal, paid_in: int) -> Node:
        ground, paid = self.ground, one.paid
        kind = paid.kind.replace("_", " ")
        what = f"{kind} of {paid.day}, paid by {ground.symbol(paid.payer)}"
        source = ground.transaction(paid.transaction_id)
        node = leaf("paid", amount, ground.symbol(paid_in), source)
        return in_report(ground, what, node, paid_in, paid.day)._replace(what=what)

    def change(self) -> Node:
        """Value at the end, less the value before, less what flowed in."""
        before = self.ground.again(self.ground.query)
        eve = self.period.start - _ONE_DAY
        start = Days(before, Period(eve, eve))
        what = f"change, {self.period.start} to {self.period.end}"
        earlier = start.value() if start.rows else _nothing_before(eve, self.ground.unit)
        parts = [self.value(), earlier, self.flow()]
        if not is_measured([*start.rows, *self.rows]):
            return missing(what, self.ground.unit, UNMEASURED, parts)
        return made(what, self.ground.unit, "difference", parts)

    def _events(self, holding: Holding) -> list[Event]:
        """What moved a holding in the period."""
        if holding.id not in self._moved_in:
            start, end = self.period
            eve = None if start == dt.date.min else start - _ONE_DAY
            walk = self.ground.book.reader.walk([holding.id], after=eve, until=end.isoformat())
            moved = (e for e in walk if e.moves)
            found = [e for e in moved if e.key[0] <= end.isoformat()]
            self._moved_in[holding.id] = found
        return self._moved_in[holding.id]

    def _flows(self, holding: Holding, event: Event, border: int) -> Iterator[Node]:
        units = getattr(flows_of(self.ground.book, event), SCOPES[border])
        if units and border == HOLDING:
            yield self.movements.traded(holding, event, units)
        elif units:
            yield self.movements.at_market(holding, event, units)
        for side in sides_of(self.ground.book, event):
            if border in borders_crossed(event, side.event):
                yield self.movements.crossed(holding, event, side)

    def _moved(self, what: str, column: str, parts: list[Node]) -> Node:
        """The sum over the days; missing where one day is."""
        start, end = self.period
        what = f"{what} of {end}" if start == end else f"{what}, {start} to {end}"
        node = total_of_all(what, self.ground.unit, parts)
        if node.figure is None:
            return node
        units = [getattr(row, column) for row in self.rows]
        if any(amount is None for amount in units):
            return node._replace(figure=None, operation="missing", note="a day was not measured")
        return node._replace(figure=self._amount(sum(units)))


def _nothing_before(day: dt.date, unit: str) -> Node:
    return Node(f"value on {day}", ZERO, unit, source=DEFINITION, note="nothing was known by then")
