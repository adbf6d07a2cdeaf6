"""Why a figure is graded as it is: each reason with the holdings that cause it."""

from collections.abc import Callable

from folio.engine.grades import Counts, grade, reasons
from folio.model.explanation import Node, made, missing, together
from folio.model.ledger import ESTIMATED, FULL
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.balances import balance
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.rates import rate
from folio.reports.held.holdings import Line, total

_Cause = Callable[["Grading", Line], Node]


class Grading:
    """The grade of a query's total, and what keeps it from being better."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.holdings = Holdings(ground)

    def grade(self) -> Node:
        """The grade, and under each reason the holdings that it counts."""
        counts = total(self.holdings.page).counts
        found = [
            made(words, "", "count", [cause(self, line) for line in self._with(field)])
            for field, words, cause in _REASONS
            if getattr(counts, field)
        ]
        counted = self.holdings.balances(self._with("held"))
        parts = [made("holdings counted", "", "count", counted), *found]
        told = ", ".join(reasons(counts))
        return together(f"grade: {grade(counts)}", parts, note=told)

    def _with(self, field: str) -> list[Line]:
        """The included holdings that one of the counts counts."""
        return [
            line
            for line in self.holdings.page
            if line.holding.included and getattr(line.worth.counts, field)
        ]

    # -- what a holding lacks ------------------------------------------------------------

    def price(self, line: Line) -> Node:
        """Its rate, or why there is none."""
        ground = self.ground
        node = rate(ground, line.holding.asset_id, ground.query.currency.id, ground.query.as_of)
        return node._replace(what=f"{ground.name(line.holding)}: {node.what}")

    def basis(self, line: Line) -> Node:
        """Its lots without a full cost, and what was observed beyond the ledger."""
        ground, name = self.ground, self.ground.name(line.holding)
        parts = [
            self._lot(line, lot.place)
            for lot in line.held.lots
            if lot.grade > ESTIMATED or ground.teller.lot_cost(lot) is None
        ]
        if line.held.unexplained:
            parts.append(balance(ground, line.held))
        if not line.held.lots and not line.held.unexplained:
            return missing(name, ground.unit, "no lot is known")
        return together(name, parts)

    def market(self, line: Line) -> Node:
        """Its lots that were opened at market value."""
        name = self.ground.name(line.holding)
        lots = [lot for lot in line.held.lots if lot.grade == ESTIMATED]
        return together(name, [self._lot(line, lot.place) for lot in lots])

    def between(self, line: Line) -> Node:
        """Its balance, on a straight line between two observations."""
        return balance(self.ground, line.held)._replace(what=self.ground.name(line.holding))

    def _lot(self, line: Line, place: int) -> Node:
        lot = next(lot for lot in line.held.lots if lot.place == place)
        node = self.holdings.lot(line, lot)
        grade = {FULL: "full", ESTIMATED: "estimated"}.get(lot.grade, "partial")
        return node._replace(note=f"{grade}; {node.note}" if node.note else grade)


_REASONS: tuple[tuple[str, str, _Cause], ...] = (
    ("priceless", "without a price", Grading.price),
    ("baseless", "without a full cost basis", Grading.basis),
    ("stale", "at a stale price", Grading.price),
    ("routed", "by a routed rate", Grading.price),
    ("traded", "at a trade's price", Grading.price),
    ("interpolated", "interpolated", Grading.between),
    ("at_market", "with lots opened at market value", Grading.market),
)
assert {field for field, _, _ in _REASONS} <= set(Counts._fields)
