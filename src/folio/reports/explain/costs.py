"""What lots cost and what slices fetched: from the transaction that opened the lot.

    cost of a lot   = what it cost when it was opened − what left with each slice
    cost of a slice = cost of the lot before × units taken ÷ units before
    proceeds        = the transaction's amount × units of the slice ÷ units sold

Each step is tried against the fold's own figure; what the fold did otherwise (the remainder that
the last slice takes, an adjustment) is told as it did it, with the transaction that caused it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from folio.model.explanation import Node, leaf, made, missing, total
from folio.model.ledger import Event, Lot, Slice
from folio.model.numbers import ZERO
from folio.reports.explain.amounts import amount_of, at_market, with_fees
from folio.reports.explain.ground import Ground, day_of
from folio.reports.explain.trace import Change, Gone, Place, Trace


class Costs:
    """The costs of one asset's lots and slices, each in the lot's own currency."""

    def __init__(self, ground: Ground, asset: int) -> None:
        self.ground = ground
        self.asset = asset
        self.unit = ground.symbol(asset)
        self.trace: Trace = ground.trace(asset)

    # -- lots ----------------------------------------------------------------------------

    def lot(self, holding: int, lot: Lot) -> Node:
        """What is left of a lot's cost."""
        place = (holding, lot.place)
        node = self._cost_after(place, self.trace.changes.get(place, []))
        return self._checked(node, lot.cost, lot.currency, lot.opened_by, "cost of the lot")

    def _cost_after(self, place: Place, changes: Sequence[Change]) -> Node:
        """A lot's cost after some of its changes, the first of which opened it."""
        opened = changes[0]
        assert opened.after is not None
        start = self._opened(opened.event, opened.after)
        later = [self._changed(change) for change in changes[1:]]
        if start.figure is None or not later:
            return start
        return total("cost of the lot", start.unit, [start, *later])

    def _changed(self, change: Change) -> Node:
        """What an event did to a lot's cost; one that changes its units alone counts nothing."""
        event, before, after = change.event, change.before, change.after
        assert before is not None
        left = ZERO if after is None else after.quantity
        units = f"{_text(before.quantity)} → {_text(left)} {self.unit}"
        what = f"{event.kind.replace('_', ' ')} of {day_of(event)}"
        cost = ZERO if after is None else after.cost
        source = self.ground.transaction(event.transaction_id)
        if cost is None or before.cost is None:
            return missing(what, self._money(before.currency), "the cost is unknown")
        node = leaf(what, cost - before.cost, self._money(before.currency), source, units)
        return node if node.figure else node._replace(counted=False)

    # -- opening -------------------------------------------------------------------------

    def _opened(self, event: Event, lot: Lot) -> Node:
        """What a lot cost when it was opened."""
        what = f"{event.kind.replace('_', ' ')} of {_text(lot.quantity)} {self.unit}"
        what = f"{what} on {day_of(event)}"
        if lot.cost is None:
            number = event.transaction_id
            note = (
                f"transaction {number} states no cost; say it with: folio amend {number} --cost …"
            )
            return missing(what, "", note)
        found = self._came(event, lot) or self._bought(event, lot)
        if found is not None:
            return found._replace(what=what)
        source = self.ground.transaction(event.transaction_id)
        return leaf(what, lot.cost, self._money(lot.currency), source, _why(event))

    def _bought(self, event: Event, lot: Lot) -> Node | None:
        """The transaction's amount with its fees, or the market value of what came in."""
        if event.amount is not None:
            paid = with_fees(self.ground, event, amount_of(self.ground, event), "cost")
        else:
            paid = at_market(self.ground, self.asset, event)
        if paid is None or paid.figure is None or lot.cost is None:
            return None
        if paid.unit != self._money(lot.currency):
            return None
        if paid.figure == lot.cost:
            return paid
        if abs(lot.quantity) >= abs(event.quantity):
            return None
        source = self.ground.transaction(event.transaction_id)
        rest = leaf("to units that were owed", lot.cost - paid.figure, paid.unit, source)
        return total("cost", paid.unit, [paid, rest])

    def _came(self, event: Event, lot: Lot) -> Node | None:
        """The cost that units carried with them, from another holding or another company."""
        unit = self._money(lot.currency)
        for node, quantity in self._departed(event, lot):
            if node.figure == lot.cost:
                return made("came", unit, "same", [node])
            source = self.ground.transaction(event.transaction_id)
            arrived = leaf("units that arrived", lot.quantity, self.unit, source)
            left = leaf("units that left", quantity, self.unit, source)
            share = made("came", unit, "share", [node, arrived, left])
            if share.figure == lot.cost:
                return share
        return None

    def _departed(self, event: Event, lot: Lot) -> Iterator[tuple[Node, Decimal]]:
        """What left elsewhere by the same event, of the same origin: its cost and its units."""
        departure = event.transit or event.transaction_id
        for one in self.trace.gone.get(departure, []):
            part = one.part
            origin = (part.opened_by, part.acquired_on, part.cost_currency)
            same = origin == (lot.opened_by, lot.acquired_on, lot.currency)
            if same and part.holding_id != event.holding_id and part.quantity:
                yield self._at(part.holding_id).slice_cost(one), part.quantity
        for holding, change in self.trace.changed.get(departure, []):
            before = change.before
            if change.event.kind != "apportion" or before is None or change.after is None:
                continue
            if (before.opened_by, before.acquired_on) == (lot.opened_by, lot.acquired_on):
                yield self._at(holding)._apportioned(holding, change), before.quantity

    def _apportioned(self, holding: int, change: Change) -> Node:
        """The part of a lot's cost that went over to a spin-off."""
        assert change.before is not None and change.after is not None
        place = (holding, change.before.place)
        earlier = [c for c in self.trace.changes[place] if c.step < change.step]
        before = self._cost_after(place, earlier)
        source = self.ground.transaction(change.event.transaction_id)
        what = f"left with {self.unit}"
        if change.after.cost is None:
            return missing(what, before.unit, "the cost is unknown")
        left = leaf(what, change.after.cost, before.unit, source)
        return made(f"cost that left {self.unit}", before.unit, "difference", [before, left])

    def _at(self, holding: int) -> "Costs":
        """The costs of the asset of another holding of the family."""
        asset = self.ground.book.catalog.holdings[holding].asset_id
        return self if asset == self.asset else Costs(self.ground, asset)

    # -- slices --------------------------------------------------------------------------

    def slice_cost(self, one: Gone) -> Node:
        """What a slice cost, in its lot's own currency."""
        part, lot = one.part, one.lot
        what = f"cost of {_text(part.quantity)} {self.unit}"
        if part.cost is None:
            return missing(what, "", _no_cost(part))
        unit = self._money(part.cost_currency)
        source = self.ground.transaction(part.transaction_id)
        if lot is None:
            carried = self._came(one.event, _as_lot(part))
            return carried or leaf(what, part.cost, unit, source, _why(one.event))
        before = self._cost_before(one)
        node = before
        if part.quantity != lot.quantity:
            taken = leaf("units that went", part.quantity, self.unit, source)
            node = made(what, unit, "share", [before, taken, self._units_before(one)])
        return self._checked(node, part.cost, part.cost_currency, part.transaction_id, what)

    def _cost_before(self, one: Gone) -> Node:
        assert one.lot is not None
        place, changes = self._changes_before(one)
        if not changes:
            return missing("cost of the lot", "", "its opening was not seen")
        node = self._cost_after(place, changes)
        part = self._earlier(one)
        if not part:
            return node
        source = self.ground.transaction(one.part.transaction_id)
        taken = [
            leaf("taken just before", -(p.part.cost or ZERO), node.unit, source) for p in part
        ]
        return total("cost of the lot", node.unit, [node, *taken])

    def units(self, place: Place) -> Node:
        """The units that are left of a lot."""
        return self._units_after(self.trace.changes.get(place, []))

    def _units_before(self, one: Gone) -> Node:
        """The units of a slice's lot right before it was taken."""
        source = self.ground.transaction(one.part.transaction_id)
        taken = [
            leaf("taken just before", -earlier.part.quantity, self.unit, source)
            for earlier in self._earlier(one)
        ]
        node = self._units_after(self._changes_before(one)[1])
        return total(node.what, self.unit, [*node.children, *taken]) if taken else node

    def _units_after(self, changes: Sequence[Change]) -> Node:
        parts = []
        for change in changes:
            was = ZERO if change.before is None else change.before.quantity
            now = ZERO if change.after is None else change.after.quantity
            what = f"{change.event.kind.replace('_', ' ')} of {day_of(change.event)}"
            source = self.ground.transaction(change.event.transaction_id)
            if now != was:
                parts.append(leaf(what, now - was, self.unit, source))
        return total("units of the lot", self.unit, parts)

    def _changes_before(self, one: Gone) -> tuple[Place, list[Change]]:
        place = (one.part.holding_id, one.part.place)
        changes = self.trace.changes.get(place, [])
        return place, [c for c in changes if c.step < one.step]

    def _earlier(self, one: Gone) -> list[Gone]:
        """Slices that the same event took from the same lot before this one."""
        of_event = [g for g in self.trace.gone[one.part.transaction_id] if g.step == one.step]
        before = of_event[: next(i for i, g in enumerate(of_event) if g is one)]
        return [g for g in before if g.part.place == one.part.place and g.lot is not None]

    def proceeds(self, one: Gone) -> Node:
        """What a slice fetched, in the currency of the sale."""
        part = one.part
        what = f"proceeds of {_text(part.quantity)} {self.unit}"
        if part.proceeds is None:
            return missing(what, "", "nobody says what it fetched, and it had no price")
        unit = self._money(part.proceeds_currency)
        node = self._share_of_sale(one, what, unit)
        return self._checked(
            node, part.proceeds, part.proceeds_currency, part.transaction_id, what
        )

    def _share_of_sale(self, one: Gone, what: str, unit: str) -> Node | None:
        part, event = one.part, one.event
        if part.proceeds_currency == self.asset:
            return None  # money fetches itself
        whole = self._sale(event)
        if whole is None or whole.figure is None:
            return None
        sold = -event.quantity
        if part.quantity == sold:
            return whole
        source = self.ground.transaction(event.transaction_id)
        taken = leaf("units of the lot", part.quantity, self.unit, source)
        of = leaf("units sold", sold, self.unit, source)
        share = made(what, unit, "share", [whole, taken, of])
        if share.figure == part.proceeds:
            return share
        others = [
            leaf(f"proceeds of lot {g.part.opened_by}", -(g.part.proceeds or ZERO), unit, source)
            for g in self.trace.gone[part.transaction_id]
            if g is not one and g.step == one.step
        ]
        return total(what, unit, [whole, *others], note="the last slice takes the rest")

    def _sale(self, event: Event) -> Node | None:
        if event.amount is None:
            return at_market(self.ground, self.asset, event)
        amount = amount_of(self.ground, event)
        if event.kind == "swap":  # its fee joins the cost of what came in
            return amount
        return with_fees(self.ground, event, amount, "proceeds")

    # -- what the fold says --------------------------------------------------------------

    def _money(self, currency: int | None) -> str:
        return "" if currency is None else self.ground.symbol(currency)

    def _checked(
        self, node: Node | None, figure: Decimal | None, currency: int | None,
        transaction: int, what: str,
    ) -> Node:  # fmt: skip
        """The arithmetic where it gives the fold's figure; else the figure with its transaction."""
        unit = self._money(currency)
        if node is not None and node.figure == figure and (figure is None or node.unit == unit):
            return node
        if figure is None:
            return missing(what, unit, "the cost is unknown")
        return leaf(what, figure, unit, self.ground.transaction(transaction))


def _as_lot(part: Slice) -> Lot:
    """A slice as the lot that it is the whole of."""
    opened_by, acquired = part.opened_by or 0, part.acquired_on or ""
    return Lot(0, opened_by, acquired, part.quantity, part.cost, part.cost_currency, part.grade)


def _no_cost(part: Slice) -> str:
    if part.place == 0:
        return "uncovered: sold more than was recorded"
    return f"the cost of the lot that transaction {part.opened_by} opened is unknown"


def _why(event: Event) -> str:
    return {"correction": "at average cost", "transfer": "as it came with the transfer"}.get(
        event.kind, ""
    )


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"
