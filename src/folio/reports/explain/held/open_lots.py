"""Open lots, as the list of lots shows them: one of them, those without a number, or all."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from folio.errors import UnknownName
from folio.model.explanation import (
    Node,
    defined,
    leaf,
    made,
    missing,
    together,
    total,
    total_or_one,
)
from folio.model.ledger import Lot
from folio.model.numbers import ZERO
from folio.model.table import Amount
from folio.reports.explain.amounts import in_report
from folio.reports.explain.ground import Ground
from folio.reports.explain.held.holdings import Holdings
from folio.reports.explain.rates import rate
from folio.reports.explain.sold.costs import costs_of
from folio.reports.held.holdings import Line
from folio.reports.held.lots import rows_of

ALL, NONE = "all", "none"  # lots; those alone that no transaction opened, which have no number


class Listed(NamedTuple):
    """A row of the list of lots: a lot, or money that costs itself, which is one row."""

    line: Line
    lots: list[Lot]  # one, unless it is money that costs itself
    place: int  # in the holding's rows
    is_own: bool


class OpenLots:
    """The open lots that one transaction opened; or ``ALL``, or ``NONE``."""

    def __init__(self, ground: Ground, asked: int | str) -> None:
        self.ground = ground
        self.holdings = Holdings(ground)
        listed = [one for line in self.holdings.page for one in self._rows(line)]
        self.found = [one for one in listed if _is_asked(one, asked)]
        if not self.found:  # money that costs itself, of which a number names a part
            self.found = [
                one._replace(lots=[lot], is_own=False)
                for one in listed
                for lot in one.lots
                if lot.opened_by == asked
            ]
        if not self.found:
            numbered = f"transaction {asked} opened no lot that is still open"
            said = numbered if isinstance(asked, int) else "there is no such lot"
            raise UnknownName(f"{said}; see: folio report lots")

    def _rows(self, line: Line) -> list[Listed]:
        """The holding's rows, in the order of the list of lots."""
        own = [lot for lot in line.held.lots if self.holdings.is_own(lot)]
        others = [lot for lot in line.held.lots if not self.holdings.is_own(lot)]
        rows = [Listed(line, [lot], place, is_own=False) for place, lot in enumerate(others)]
        return rows + ([Listed(line, own, len(rows), is_own=True)] if own else [])

    def _all(self, what: str, figure: Callable[[Listed], Node]) -> Node:
        parts = []
        for one in self.found:
            node = figure(one)
            if not one.line.holding.included and len(self.found) > 1:
                node = node._replace(counted=False, note="not in the totals")
            parts.append(node)
        if len({part.unit for part in parts}) > 1:
            return together(what, parts)
        return total_or_one(what, parts[0].unit, parts)

    def units(self) -> Node:
        """The units that are left of it."""
        return self._all("units", self._units)

    def cost(self) -> Node:
        """What is left of its cost, in the currency of the report."""
        return self._all("cost", self._cost)

    def value(self) -> Node:
        """What its units are worth."""
        return self._all("value", self._value)

    def gain(self) -> Node:
        """Its value, less its cost."""
        return self._all("gain", self._gain)

    def effects(self, *, of_currency: bool) -> Node:
        """What the price made of the gain, or what the currency made of it."""
        if of_currency:
            return self._all("currency effect", self._currency_effect)
        return self._all("price effect", self._price_effect)

    def unit_cost(self) -> Node:
        """What one unit of it cost, in the lot's own currency; of several parts each its own."""
        parts = [self._unit_cost(one) for one in self.found]
        return parts[0] if len(parts) == 1 else together("unit cost", parts)

    def own_cost(self) -> Node:
        """What is left of its cost, in its own currency."""
        return self._all("cost", self._own_cost)

    def days_held(self) -> Node:
        """How long ago it was acquired."""
        parts = [self._days_held(one) for one in self.found]
        return parts[0] if len(parts) == 1 else together("days held", parts)

    # -- one row -------------------------------------------------------------------------

    def _name(self, one: Listed) -> str:
        if one.is_own:
            return f"{self.ground.name(one.line.holding)}, which costs itself"
        return f"lot {one.lots[0].opened_by} of {one.lots[0].acquired_on}"

    def _own_cost(self, one: Listed) -> Node:
        if one.is_own:
            (unrounded,) = self.holdings.own_money(one.line, one.lots).children
            return unrounded
        return costs_of(self.ground, one.line.holding.id).lot(one.line.holding.id, one.lots[0])

    def _cost(self, one: Listed) -> Node:
        if one.is_own:
            return self.holdings.own_money(one.line, one.lots)
        return self.holdings.lot(one.line, one.lots[0])

    def _days_held(self, one: Listed) -> Node:
        name = f"days held, {self._name(one)}"
        if one.is_own:
            return missing(name, "days", "money that costs itself has no day of its own")
        lot, day = one.lots[0], self.ground.query.as_of
        name += f" of {self.ground.name(one.line.holding)}"
        acquired, source = self.ground.day(lot.acquired_on), self.ground.transaction(lot.opened_by)
        return leaf(name, Decimal((day - acquired).days), "days", source, f"{acquired} to {day}")

    def _units(self, one: Listed) -> Node:
        if one.is_own:
            return self.holdings.own_units(one.line, one.lots)
        holding = one.line.holding.id
        return costs_of(self.ground, holding).units(holding, one.lots[0])

    def _unit_cost(self, one: Listed) -> Node:
        cost = self._own_cost(one)
        return made("unit cost", cost.unit, "quotient", [cost, self._units(one)])

    def _value(self, one: Listed) -> Node:
        """Units × rate; the last lot of a holding has the cents that rounding each leaves over."""
        ground = self.ground
        asset, currency = one.line.holding.asset_id, ground.query.currency.id
        units = self._units(one)
        price = rate(ground, asset, currency, ground.query.as_of)
        name = f"value of {self._name(one)}"
        node = made(name, ground.unit, "product", [units, price], rounded_to=ground.teller.places)
        shown = self._shown(one)
        if shown is None:
            return missing(name, ground.unit, price.note or "its cost is unknown", [units, price])
        if node.figure is None or node.figure == shown.value:
            return node
        source = ground.transaction(one.lots[-1].opened_by)
        over = leaf("left over from rounding each lot", shown.value - node.figure, ground.unit,
                    source, "so that the lots sum to the holding")  # fmt: skip
        return total(name, ground.unit, [node, over])

    def _shown(self, one: Listed) -> Amount | None:
        """The value that the list of lots shows."""
        rows = rows_of(self.ground.book, self.ground.query, one.line)
        cell = rows[one.place][0]["value"]
        return cell if isinstance(cell, Amount) else None

    def _gain(self, one: Listed) -> Node:
        return self._less(f"gain of {self._name(one)}", self._value(one), self._cost(one))

    def _price_effect(self, one: Listed) -> Node:
        """Its value, less its cost at the rate of the day."""
        what = f"price effect of {self._name(one)}"
        if self.ground.is_money(one.line.holding.id):
            return defined(what, ZERO, self.ground.unit, "money has no price but its rate")
        return self._less(what, self._value(one), self._cost_now(one))

    def _currency_effect(self, one: Listed) -> Node:
        """Its cost at the rate of the day, less that at the rate of the day acquired.

        It is a part of the gain: without one there is none.
        """
        gain = self._gain(one)
        if gain.figure is None or self.ground.is_money(one.line.holding.id):
            return gain
        what = f"currency effect of {self._name(one)}"
        return self._less(what, self._cost_now(one), self._cost(one))

    def _cost_now(self, one: Listed) -> Node:
        ground, currency = self.ground, one.lots[0].currency
        cost = self._own_cost(one)
        if one.is_own or cost.figure is None or currency is None:
            return cost
        what = "cost at the rate of the day"
        return in_report(ground, what, cost, currency, ground.query.as_of)

    def _less(self, what: str, more: Node, less: Node) -> Node:
        return made(what, self.ground.unit, "difference", [more, less])


def _is_asked(one: Listed, asked: int | str) -> bool:
    """Whether a row is asked for, by the number that it has in the list."""
    number = None if one.is_own or one.lots[0].opened_by < 0 else one.lots[0].opened_by
    return asked == ALL or number == (None if asked == NONE else asked)
