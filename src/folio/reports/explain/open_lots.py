"""One open lot, as the list of lots shows it."""

from collections.abc import Callable
from decimal import Decimal

from folio.errors import UnknownName
from folio.model.explanation import Node, leaf, made, missing, together, total
from folio.model.ledger import Lot
from folio.model.table import Amount
from folio.reports.explain.costs import Costs
from folio.reports.explain.ground import Ground
from folio.reports.explain.holdings import Holdings
from folio.reports.explain.rates import rate
from folio.reports.holdings import Line
from folio.reports.lots import rows_of


class OpenLots:
    """The open lots that one transaction opened."""

    def __init__(self, ground: Ground, opened_by: int) -> None:
        self.ground = ground
        self.holdings = Holdings(ground)
        found = [
            (line, lot)
            for line in self.holdings.page
            for lot in line.held.lots
            if lot.opened_by == opened_by
        ]
        # Money that costs itself is one row, without a number, in the list of lots.
        self.found = [(line, lot) for line, lot in found if not self.holdings.is_own(lot)] or found
        if not self.found:
            raise UnknownName(
                f"transaction {opened_by} opened no lot that is still open; see: folio report lots"
            )

    def _all(self, what: str, figure: Callable[[Line, Lot], Node]) -> Node:
        parts = [figure(line, lot) for line, lot in self.found]
        if len({part.unit for part in parts}) > 1:
            return together(what, parts)
        return parts[0] if len(parts) == 1 else total(what, parts[0].unit, parts)

    def units(self) -> Node:
        """The units that are left of it."""
        return self._all("units", self._units)

    def cost(self) -> Node:
        """What is left of its cost, in the currency of the report."""
        return self._all("cost", self.holdings.lot)

    def value(self) -> Node:
        """What its units are worth."""
        return self._all("value", self._value)

    def gain(self) -> Node:
        """Its value, less its cost."""
        return self._all("gain", self._gain)

    def unit_cost(self) -> Node:
        """What one unit of it cost, in the lot's own currency; of several parts each its own."""
        parts = [self._unit_cost(line, lot) for line, lot in self.found]
        return parts[0] if len(parts) == 1 else together("unit cost", parts)

    def own_cost(self) -> Node:
        """What is left of its cost, in its own currency."""
        return self._all("cost", self._own_cost)

    def _own_cost(self, line: Line, lot: Lot) -> Node:
        return Costs(self.ground, line.holding.asset_id).lot(line.holding.id, lot)

    def days_held(self) -> Node:
        """How long ago it was acquired."""
        line, lot = self.found[0]
        day, acquired = self.ground.query.as_of, self.ground.day(lot.acquired_on)
        source = self.ground.transaction(lot.opened_by)
        name = f"days held, lot {lot.opened_by} of {self.ground.name(line.holding)}"
        return leaf(name, Decimal((day - acquired).days), "days", source, f"{acquired} to {day}")

    def _units(self, line: Line, lot: Lot) -> Node:
        return Costs(self.ground, line.holding.asset_id).units((line.holding.id, lot.place))

    def _unit_cost(self, line: Line, lot: Lot) -> Node:
        costs = Costs(self.ground, line.holding.asset_id)
        cost = costs.lot(line.holding.id, lot)
        parts = [cost, self._units(line, lot)]
        return made("unit cost", cost.unit, "quotient", parts)

    def _value(self, line: Line, lot: Lot) -> Node:
        """Units × rate; the last lot of a holding has the cents that rounding each leaves over."""
        ground = self.ground
        asset, currency = line.holding.asset_id, ground.query.currency.id
        units = self._units(line, lot)
        one = rate(ground, asset, currency, ground.query.as_of)
        name = f"value of lot {lot.opened_by} of {lot.acquired_on}"
        node = made(name, ground.unit, "product", [units, one], rounded_to=ground.teller.places)
        shown = self._shown(line, lot)
        if shown is None:
            return missing(name, ground.unit, one.note or "its cost is unknown", [units, one])
        if node.figure is None or node.figure == shown.value:
            return node
        source = ground.transaction(lot.opened_by)
        over = leaf("left over from rounding each lot", shown.value - node.figure, ground.unit,
                    source, "so that the lots sum to the holding")  # fmt: skip
        return total(name, ground.unit, [node, over])

    def _shown(self, line: Line, lot: Lot) -> Amount | None:
        """The value that the list of lots shows."""
        rows = rows_of(self.ground.book, self.ground.query, line)
        own = [one for one in line.held.lots if not self.holdings.is_own(one)]
        place = own.index(lot) if lot in own else len(rows) - 1
        cell = rows[place][0]["value"]
        return cell if isinstance(cell, Amount) else None

    def _gain(self, line: Line, lot: Lot) -> Node:
        name = f"gain of lot {lot.opened_by} of {lot.acquired_on}"
        parts = [self._value(line, lot), self.holdings.lot(line, lot)]
        return made(name, self.ground.unit, "difference", parts)
