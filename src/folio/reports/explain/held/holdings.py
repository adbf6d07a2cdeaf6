"""One holding's figures, and their sums: value, cost, gain, weight, price.

A sum lists every holding asked for; one that is not in the totals is shown beside the others
and counts nothing.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from folio.model.explanation import DEFINITION, Node, defined, made, missing, total
from folio.model.ledger import Lot
from folio.model.numbers import ZERO, divide
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.balances import balance, position, units_of_lots
from folio.reports.explain.rates import rate
from folio.reports.explain.sold.costs import costs_of
from folio.reports.held.holdings import Line
from folio.reports.held.holdings import total as total_of
from folio.reports.query import ratio_places


class Holdings:
    """The holdings of a query, valued; the figures are those of the report."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    @property
    def page(self) -> list[Line]:
        return self.ground.lines

    # -- one holding ---------------------------------------------------------------------

    def balance(self, line: Line) -> Node:
        return balance(self.ground, line.held)._replace(what=self._of("balance", line))

    def balances(self, lines: list[Line]) -> list[Node]:
        """The balances of some holdings; of many each is told when it is looked at."""
        return [
            self.ground.one_of(
                len(lines),
                self._of("balance", line),
                line.held.balance,
                partial(self.balance, line),
                self.ground.symbol(line.holding.asset_id),
            )
            for line in lines
        ]

    def value(self, line: Line) -> Node:
        """Balance × rate, rounded to the currency's minor unit."""
        ground = self.ground
        what = self._of("value", line)
        held = balance(ground, line.held, below=True)
        if not line.held.balance:
            zero = made(what, ground.unit, "same", [_nothing(ground.unit)])
            return zero._replace(children=(*zero.children, held._replace(counted=False)))
        one = rate(ground, line.holding.asset_id, ground.query.currency.id, ground.query.as_of)
        node = made(what, ground.unit, "product", [held, one], rounded_to=ground.teller.places)
        return self._as_reported(node, line.worth.value)

    def cost(self, line: Line) -> Node:
        """The sum of the lots' costs, each at the rate of the day it was acquired."""
        ground, what = self.ground, self._of("cost", line)
        own = [lot for lot in line.held.lots if self.is_own(lot)]
        parts = [self.lot(line, lot) for lot in line.held.lots if not self.is_own(lot)]
        if own:
            parts.append(self.own_money(line, own))
        if line.worth.cost is None:
            known = not line.held.lots
            note = "no lot is known" if known else "the cost of no lot is known"
            return missing(what, ground.unit, note, parts)
        if not parts:
            return made(what, ground.unit, "same", [_nothing(ground.unit)])
        return self._as_reported(total(what, ground.unit, parts), line.worth.cost)

    def is_own(self, lot: Lot) -> bool:
        return lot.currency == self.ground.teller.currency and lot.cost == lot.quantity

    def own_money(self, line: Line, own: list[Lot]) -> Node:
        """Money in the currency of the report: it costs itself, all its lots together.

        So do units of anything else that cost one each.
        """
        ground, holding = self.ground, line.holding
        if holding.asset_id != ground.teller.currency:
            costs = costs_of(ground, holding.id)
            parts = [costs.lot(holding.id, lot) for lot in own]
            node = total("lots that cost one each", ground.unit, parts)
        else:
            node = self.own_units(line, own)
        return made("money", ground.unit, "same", [node], rounded_to=ground.teller.places)

    def own_units(self, line: Line, own: list[Lot]) -> Node:
        """The units that cost themselves."""
        units = sum((lot.quantity for lot in own), ZERO)
        held = position(self.ground, line.held, below=True)
        if held.figure == units:
            return held._replace(what="money costs itself")
        return units_of_lots(self.ground, line.held._replace(lots=own), units)

    def lot(self, line: Line, lot: Lot) -> Node:
        """One lot's cost, in the currency of the report."""
        ground = self.ground
        name = f"lot {lot.opened_by} of {lot.acquired_on}"
        cost = costs_of(ground, line.holding.id).lot(line.holding.id, lot)
        if lot.cost is None or lot.currency is None:
            return missing(name, ground.unit, cost.note)
        return self._in_report(name, cost, lot.currency, lot.acquired_on)

    def _in_report(self, what: str, amount: Node, currency: int, day: str) -> Node:
        node = in_report(self.ground, what, amount, currency, self.ground.day(day))
        return node._replace(what=what) if node.operation != "leaf" else node

    def gain(self, line: Line) -> Node:
        """The value of the units whose cost is known, less that cost."""
        ground, what = self.ground, self._of("gain", line)
        cost = self.cost(line)
        if line.worth.unrealised is None:
            worth = self.value(line)
            lacking = worth if worth.figure is None else cost
            return missing(what, ground.unit, lacking.note or "no cost", [worth, cost])
        parts = [self._known_value(line), cost]
        node = made(what, ground.unit, "difference", parts)
        return self._as_reported(node, line.worth.unrealised)

    def _known_value(self, line: Line) -> Node:
        ground = self.ground
        units = line.held.balance - line.held.unexplained
        known = sum((lot.quantity for lot in line.held.lots if self._counts(lot)), ZERO)
        if known == line.held.balance:
            return self.value(line)
        if not known:
            return _nothing(ground.unit)
        held = balance(ground, line.held, below=True)
        if known == units:
            held = position(ground, line.held)
        else:
            lots = [lot for lot in line.held.lots if self._counts(lot)]
            held = units_of_lots(ground, line.held._replace(lots=lots), known)
        one = rate(ground, line.holding.asset_id, ground.query.currency.id, ground.query.as_of)
        what, places = "value of the units of known cost", ground.teller.places
        return made(what, ground.unit, "product", [held, one], rounded_to=places)

    def _counts(self, lot: Lot) -> bool:
        return self.ground.teller.lot_cost(lot) is not None

    def gain_percent(self, line: Line) -> Node:
        return ratio(self._of("gain", line), self.gain(line), _size(self.cost(line)))

    def unit_cost(self, line: Line) -> Node:
        """What its units cost on average, of those whose cost is known."""
        what = self._of("cost of one", line)
        lots = [lot for lot in line.held.lots if self._counts(lot)]
        known = sum((lot.quantity for lot in lots), ZERO)
        if lots and all(map(self.is_own, lots)):
            return defined(what, 1, self.ground.unit, "money costs itself")
        if not known:
            return missing(what, self.ground.unit, "the cost of no lot is known")
        units = units_of_lots(self.ground, line.held._replace(lots=lots), known)
        parts = [self.cost(line), units]
        return made(what, self.ground.unit, "quotient", parts)

    def weight(self, lines: list[Line], whole: Node) -> Node:
        """The share of the whole that these holdings are."""
        if len(lines) > 1:
            return _share("weight", self.values(), whole)
        line = lines[0]
        if not line.holding.included:
            return missing(self._of("weight", line), "ratio", "it is not in the totals")
        return _share(self._of("weight", line), self.value(line), whole)

    # -- sums ----------------------------------------------------------------------------

    def values(self, what: str = "value") -> Node:
        """The sum of the values of what is held and included."""
        held = [line for line in self.page if line.worth.counts.held]
        return self._sum(what, self.value, held, total_of(self.page).value)

    def costs_of(self, what: str = "cost") -> Node:
        """The sum of the costs; of an emptied holding too, where lots are left."""
        kept = [line for line in self.page if line.worth.counts.held or line.worth.cost]
        return self._sum(what, self.cost, kept, total_of(self.page).cost)

    def gains(self, what: str = "gain") -> Node:
        """The sum of the gains on what is held."""
        kept = [line for line in self.page if line.worth.counts.held or line.worth.unrealised]
        return self._sum(what, self.gain, kept, total_of(self.page).unrealised)

    def gains_percent(self) -> Node:
        """The gain over the cost of what has a known gain."""
        known = [line for line in self.page if line.worth.unrealised is not None]
        cost = self._sum("its cost", self.cost, known, total_of(self.page).gain_cost)
        return _share("gain", self.gains(), cost)

    def _sum(
        self, what: str, figure: Callable[[Line], Node], kept: list[Line], reported: Decimal | None
    ) -> Node:
        """The sum over the holdings of ``kept`` that are in the totals."""
        parts = []
        for line in kept:
            name, reported_as = _REPORTED[figure.__name__]
            known = getattr(line.worth, reported_as)
            tell = partial(figure, line)
            node = self.ground.one_of(len(kept), self._of(name, line), known, tell)
            if not line.holding.included:
                node = node._replace(counted=False, note=_joined(node.note, "not in the totals"))
            parts.append(node)
        node = total(what, self.ground.unit, [*parts, *self._hidden()])
        return self._as_reported(node, reported)

    def _hidden(self) -> list[Node]:
        """What was asked for, and is hidden: named, so that nobody misses it in the sum."""
        return [
            missing(self.ground.name(h), self.ground.unit, "hidden")._replace(counted=False)
            for h in self.ground.hidden()
        ]

    def _as_reported(self, node: Node, reported: Decimal | None) -> Node:
        """The node with the report's own figure."""
        if reported is None:
            return node._replace(figure=None, operation="missing", note=node.note or "unknown")
        return node._replace(figure=reported)

    def _of(self, figure: str, line: Line) -> str:
        return f"{figure} of {self.ground.name(line.holding)}"


# By the method that tells it: its name, and where a holding's valuation has it.
_REPORTED = {
    "value": ("value", "value"),
    "cost": ("cost", "cost"),
    "gain": ("gain", "unrealised"),
}


def ratio(what: str, part: Node, whole: Node) -> Node:
    """A share of a whole, as reports round it; missing where either is, or the whole is 0."""
    if part.figure is None or not whole.figure:
        note = part.note if part.figure is None else f"{whole.what} is 0 or unknown"
        return missing(what, "ratio", note or "unknown", [part, whole])
    places = ratio_places(divide(part.figure, whole.figure))
    return made(what, "ratio", "quotient", [part, whole], rounded_to=places)


def _share(what: str, part: Node, whole: Node) -> Node:
    """A ratio to what is above 0: what debts outweigh has no shares."""
    if whole.figure is not None and whole.figure < ZERO:
        return missing(what, "ratio", f"{whole.what} is below 0", [part, whole])
    return ratio(what, part, whole)


def _size(node: Node) -> Node:
    if node.figure is None or node.figure >= ZERO:
        return node
    return made(f"{node.what}, without its sign", node.unit, "size", [node])


def _nothing(unit: str) -> Node:
    return Node("nothing", ZERO, unit, source=DEFINITION, note="nothing is worth nothing")


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
