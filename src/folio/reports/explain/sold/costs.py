"""What lots cost and what slices fetched: from the transaction that opened the lot.

    cost of a lot   = what it cost when it was opened − what left with each slice
    cost of a slice = cost of the lot before × units taken ÷ units before
    proceeds        = the transaction's amount × units of the slice ÷ units sold

Each step is tried against the fold's own figure; what the fold did otherwise (the remainder that
the last slice takes, an adjustment) is told as it did it, with the transaction that caused it.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain

from folio.engine.grades import uncovered
from folio.model.explanation import Node, leaf, made, missing, total
from folio.model.ledger import Event, Lot, Slice
from folio.model.numbers import ZERO
from folio.model.transactions import INCOME_KINDS
from folio.reports.explain.amounts import amount_of, at_market, converted, with_fees
from folio.reports.explain.ground import Ground, day_of, name_of, plain
from folio.reports.explain.sold.actions import told_by_action
from folio.reports.explain.trace import Change, Gone, Place, Trace

MARKET_KINDS = INCOME_KINDS | {"fee", "tax", "swap"}  # opened at the day's market value


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
        place = self._place(holding, lot)
        node = self.cost_after(place, self.trace.changes.get(place, []))
        return self.checked(node, lot.cost, lot.currency, lot.opened_by, "cost of the lot")

    def _place(self, holding: int, lot: Lot) -> Place:
        """The lot's place in the walk: money's open lots may have been numbered from an evening."""
        place = (holding, lot.place)
        for one in chain([place], (key for key in self.trace.changes if key[0] == holding)):
            changes = self.trace.changes.get(one)
            after = changes[-1].after if changes else None
            if after is not None and after._replace(place=lot.place) == lot:
                return one
        return place

    def cost_after(self, place: Place, changes: Sequence[Change]) -> Node:
        """A lot's cost after some of its changes, the first of which opened it."""
        opened = changes[0]
        assert opened.after is not None
        start = self._opened(opened.event, opened.after)
        later = [self._left(place[0], change) for change in changes[1:]]
        if start.figure is None or not later:
            return start
        return made("cost of the lot", start.unit, "difference", [start, *later])

    def _left(self, holding: int, change: Change) -> Node:
        """The cost that left a lot by an event; one that changes its units alone counts nothing."""
        event, before, after = change.event, change.before, change.after
        assert before is not None
        left = ZERO if after is None else after.quantity
        cost = ZERO if after is None else after.cost
        what, unit = name_of(event), self.money(before.currency)
        if cost is None or before.cost is None:
            return missing(what, unit, "the cost is unknown")
        place = (holding, before.place)
        earlier = [c for c in self.trace.changes[place] if c.step < change.step]
        by_action = told_by_action(
            self.ground, self.asset, change, lambda: self.cost_after(place, earlier)
        )
        if by_action is not None and by_action.figure == before.cost - cost:
            return by_action
        source = self.ground.transaction(event.transaction_id)
        units = f"{plain(before.quantity)} → {plain(left)} {self.unit}"
        node = leaf(what, before.cost - cost, unit, source, units)
        if not node.figure:
            return node._replace(counted=False)
        share = self._share_gone(what, change)
        return share if share.figure == node.figure else node

    def _share_gone(self, what: str, change: Change) -> Node:
        """The share of a lot's cost that goes with units of it; what it was is told above."""
        event, before = change.event, change.before
        assert before is not None
        left = ZERO if change.after is None else change.after.quantity
        source, unit = self.ground.transaction(event.transaction_id), self.money(before.currency)
        opened = self.ground.transaction(before.opened_by)
        whole = leaf("cost of the lot before", before.cost or ZERO, unit, opened)
        if not left:
            return whole._replace(what=what)
        gone = leaf("units that went", before.quantity - left, self.unit, source)
        had = leaf("units of the lot before", before.quantity, self.unit, opened)
        return made(what, unit, "share", [whole, gone, had])

    # -- opening -------------------------------------------------------------------------

    def _opened(self, event: Event, lot: Lot) -> Node:
        """What a lot cost when it was opened."""
        what = f"{event.kind.replace('_', ' ')} of {plain(lot.quantity)} {self.unit}"
        what = f"{what} on {day_of(event)}"
        if lot.cost is None:
            return missing(what, "", _unknown(event, lot))
        found = self._came(event, lot) or self._bought(event, lot)
        if found is not None:
            return found._replace(what=what)
        source = self.ground.transaction(event.transaction_id)
        return leaf(what, lot.cost, self.money(lot.currency), source, _why(event))

    def _bought(self, event: Event, lot: Lot) -> Node | None:
        """The transaction's amount with its fees, or the market value of what came in."""
        paid: Node | None
        if event.amount is not None:
            paid = with_fees(self.ground, event, amount_of(self.ground, event), "cost")
            paid = self.with_premium(event, paid, "cost")
        else:
            paid = at_market(self.ground, self.asset, event)
            if paid is not None and event.kind == "swap":
                asset = self.asset if event.counter is None else event.counter[0]
                into = self.ground.book.market_price(asset, event.key[0])
                event = event._replace(currency=None if into is None else into[1])
                paid = with_fees(self.ground, event, paid, "cost")
        if paid is None or paid.figure is None or lot.cost is None:
            return None
        if paid.unit != self.money(lot.currency):
            return None
        if paid.figure == lot.cost:
            return paid
        if abs(lot.quantity) >= abs(event.quantity):
            return None
        source = self.ground.transaction(event.transaction_id)
        rest = leaf("to units that were owed", lot.cost - paid.figure, paid.unit, source)
        return total("cost", paid.unit, [paid, rest])

    def with_premium(self, event: Event, amount: Node, what: str) -> Node:
        """An amount with what the options cost, or fetched, that ended in a trade of shares."""
        if event.kind != "exercise" or event.currency is None:
            return amount
        parts = []
        for one in self.trace.gone.get(event.transaction_id, []):
            currency = one.part.cost_currency
            if one.part.holding_id == event.holding_id or currency is None:
                continue
            cost = costs_of(self.ground, one.part.holding_id).slice_cost(one)
            pair = (currency, event.currency)
            parts.append(converted(self.ground, "premium", cost, pair, day_of(event)))
        if event.quantity > ZERO or not parts:
            return total(what, amount.unit, [amount, *parts]) if parts else amount
        return made(what, amount.unit, "difference", [amount, *parts])

    def _came(self, event: Event, lot: Lot) -> Node | None:
        """The cost that units carried with them, from another holding or another company."""
        unit = self.money(lot.currency)
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
                yield costs_of(self.ground, part.holding_id).slice_cost(one), part.quantity
        for holding, change in self.trace.changed.get(departure, []):
            before = change.before
            if change.event.kind != "apportion" or before is None or change.after is None:
                continue
            if (before.opened_by, before.acquired_on) == (lot.opened_by, lot.acquired_on):
                parent = costs_of(self.ground, holding)
                yield parent._left(holding, change), before.quantity

    # -- slices --------------------------------------------------------------------------

    def slice_cost(self, one: Gone) -> Node:
        """What a slice cost, in its lot's own currency."""
        part, lot = one.part, one.lot
        what = f"cost of {plain(part.quantity)} {self.unit}"
        if part.cost is None:
            return missing(what, "", _no_cost(part))
        unit = self.money(part.cost_currency)
        source = self.ground.transaction(part.transaction_id)
        if lot is None:
            carried = self._came(one.event, _as_lot(part))
            return carried or leaf(what, part.cost, unit, source, _why(one.event))
        once = self._sliced(one, what, unit)
        node = once if once.figure == part.cost else self._sliced_twice(one, what, unit)
        return self.checked(node, part.cost, part.cost_currency, part.transaction_id, what)

    def _sliced(self, one: Gone, what: str, unit: str) -> Node:
        """The slice's share of what its lot cost."""
        assert one.lot is not None
        before = self._less(self._cost_before(one), self._earlier(one), lambda p: p.cost)
        if one.part.quantity == one.lot.quantity:
            return before
        units = self._less(self._units_before(one), self._earlier(one), lambda p: p.quantity)
        source = self.ground.transaction(one.part.transaction_id)
        taken = leaf("units that went", one.part.quantity, self.unit, source)
        return made(what, unit, "share", [before, taken, units])

    def _sliced_twice(self, one: Gone, what: str, unit: str) -> Node:
        """A share of what went from the lot, where that was divided by how long it was held."""
        group = self._of_lot(one)
        assert group[0].lot is not None
        units = sum((g.part.quantity for g in group), ZERO)
        source = self.ground.transaction(one.part.transaction_id)
        whole = self._cost_before(one)
        if units != group[0].lot.quantity:
            taken = leaf("units that went", units, self.unit, source)
            parts = [whole, taken, self._units_before(one)]
            whole = made("cost of what went", unit, "share", parts)
        earlier = self._earlier(one)
        whole = self._less(whole, earlier, lambda p: p.cost)
        units -= sum((g.part.quantity for g in earlier), ZERO)
        if one.part.quantity == units:
            return whole
        parts = [
            leaf("units held as long", one.part.quantity, self.unit, source),
            leaf("units that went", units, self.unit, source),
        ]
        return made(what, unit, "share", [whole, *parts])

    def _less(
        self, node: Node, earlier: list[Gone], figure: Callable[[Slice], Decimal | None]
    ) -> Node:
        """What was left after the slices that the same event took before."""
        taken = [
            leaf("taken just before", figure(g.part) or ZERO, node.unit,
                 self.ground.transaction(g.part.transaction_id))
            for g in earlier
        ]  # fmt: skip
        return made(node.what, node.unit, "difference", [node, *taken]) if taken else node

    def _cost_before(self, one: Gone) -> Node:
        """What the lot cost right before the event."""
        place, changes = self._changes_before(one)
        if not changes:
            return missing("cost of the lot", "", "its opening was not seen")
        return self.cost_after(place, changes)

    def units(self, holding: int, lot: Lot) -> Node:
        """The units that are left of a lot."""
        return self._units_after(self.trace.changes.get(self._place(holding, lot), []))

    def _units_before(self, one: Gone) -> Node:
        """The units of a slice's lot right before the event."""
        return self._units_after(self._changes_before(one)[1])

    def _units_after(self, changes: Sequence[Change]) -> Node:
        parts = []
        for change in changes:
            was = ZERO if change.before is None else change.before.quantity
            now = ZERO if change.after is None else change.after.quantity
            what = name_of(change.event)
            source = self.ground.transaction(change.event.transaction_id)
            if now != was:
                parts.append(leaf(what, now - was, self.unit, source))
        return total("units of the lot", self.unit, parts)

    def _changes_before(self, one: Gone) -> tuple[Place, list[Change]]:
        place = (one.part.holding_id, one.part.place)
        changes = self.trace.changes.get(place, [])
        return place, [c for c in changes if c.step < one.step]

    def _of_lot(self, one: Gone) -> list[Gone]:
        """The slices that the same event took from the same lot."""
        return [
            g
            for g in self.trace.gone[one.part.transaction_id]
            if g.step == one.step and g.part.place == one.part.place and g.lot is not None
        ]

    def _earlier(self, one: Gone) -> list[Gone]:
        """Those of them that it took before this one."""
        group = self._of_lot(one)
        return group[: next(i for i, g in enumerate(group) if g is one)]

    # -- what the fold says --------------------------------------------------------------

    def money(self, currency: int | None) -> str:
        return "" if currency is None else self.ground.symbol(currency)

    def checked(
        self, node: Node | None, figure: Decimal | None, currency: int | None,
        transaction: int, what: str,
    ) -> Node:  # fmt: skip
        """The arithmetic where it gives the fold's figure; else the figure with its transaction."""
        unit = self.money(currency)
        if node is not None and node.figure == figure and (figure is None or node.unit == unit):
            return node
        if figure is None:
            return missing(what, unit, "the cost is unknown")
        return leaf(what, figure, unit, self.ground.transaction(transaction))


def costs_of(ground: Ground, holding: int) -> Costs:
    """The costs of the asset of a holding."""
    return Costs(ground, ground.book.catalog.holdings[holding].asset_id)


def _as_lot(part: Slice) -> Lot:
    """A slice as the lot that it is the whole of."""
    opened_by, acquired = part.opened_by or 0, part.acquired_on or ""
    return Lot(0, opened_by, acquired, part.quantity, part.cost, part.cost_currency, part.grade)


def _unknown(event: Event, lot: Lot) -> str:
    """Why nobody knows what a lot cost, and what would settle it."""
    number = event.transaction_id
    if lot.quantity < ZERO:
        return f"owed: transaction {number} took out more than was there"
    if lot.opened_by != number:
        return f"unknown where the units come from, which is transaction {lot.opened_by}"
    if event.kind in MARKET_KINDS:
        return f"it has no price on {event.key[0]}"
    return f"transaction {number} states no cost; say it with: folio amend {number} --cost …"


def _no_cost(part: Slice) -> str:
    if part.place == 0:
        return uncovered(part)
    return f"the cost of the lot that transaction {part.opened_by} opened is unknown"


def _why(event: Event) -> str:
    return {"correction": "at average cost", "transfer": "as it came with the transfer"}.get(
        event.kind, ""
    )
