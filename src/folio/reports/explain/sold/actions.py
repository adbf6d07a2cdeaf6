"""What corporate actions took from the cost of a lot, by the law of the engine's own module.

Its arithmetic is told where it gives what the fold did; where it does not (the remainder that
the last lot takes, a cost that the payment exceeds), the caller tells the figure alone.
"""

from collections.abc import Callable
from decimal import Decimal

from folio.model.explanation import Node, defined, leaf, made, total
from folio.model.ledger import Event, Lot
from folio.model.numbers import ONE, ZERO
from folio.reports.explain.amounts import converted
from folio.reports.explain.ground import Ground, day_of, name_of
from folio.reports.explain.rates import rate
from folio.reports.explain.trace import Change


def told_by_action(
    ground: Ground, asset: int, change: Change, cost_before: Callable[[], Node]
) -> Node | None:
    """The cost that a spin-off or a return of capital took from a lot; None for anything else.

    ``cost_before`` tells what the lot cost right before.
    """
    if change.event.kind == "apportion":
        return _apportioned(ground, asset, change, cost_before)
    if change.event.kind == "reduce":
        return _reduced(ground, asset, change)
    return None


def _lots_before(ground: Ground, asset: int, event: Event) -> list[Lot]:
    """The lots that an action changed, as they were."""
    changed = ground.trace(asset).changed[event.transaction_id]
    return [c.before for _, c in changed if c.event is event and c.before is not None]


def _apportioned(
    ground: Ground, asset: int, change: Change, cost_before: Callable[[], Node]
) -> Node | None:
    """The cost of the lot × the share that went to the new company's units."""
    share = _share(ground, asset, change.event)
    if share is None:
        return None
    cost, name = cost_before(), name_of(change.event)
    return made(name, cost.unit, "share", [cost, share, defined("the whole", ONE)])


def _share(ground: Ground, asset: int, event: Event) -> Node | None:
    what = "share of the cost that moves"
    source = ground.transaction(event.transaction_id)
    if event.share is not None:
        return leaf(what, event.share, "", source, "as stated")
    lots = _lots_before(ground, asset, event)
    if event.amount is not None and event.currency is not None:
        unit = ground.symbol(event.currency)
        parts = [_cost_in(ground, lot, event.currency) for lot in lots]
        stated = leaf("cost of the new units", event.amount, unit, source, "as stated")
        return made(what, "", "quotient", [stated, total("cost of the lots", unit, parts)])
    if event.counter is None:
        return None
    held = sum((lot.quantity for lot in lots if lot.quantity > ZERO), ZERO)
    old = _worth(ground, event, asset, held)
    new = _worth(ground, event, *event.counter)
    if old is None or new is None:
        return None
    return made(what, "", "quotient", [new, total("both companies", new.unit, [old, new])])


def _cost_in(ground: Ground, lot: Lot, currency: int) -> Node:
    unit = "" if lot.currency is None else ground.symbol(lot.currency)
    source = ground.transaction(lot.opened_by)
    cost = leaf(f"cost of lot {lot.opened_by}", lot.cost or ZERO, unit, source)
    pair = (lot.currency or 0, currency)
    return converted(ground, cost.what, cost, pair, ground.day(lot.acquired_on))


def _worth(ground: Ground, event: Event, asset: int, units: Decimal) -> Node | None:
    """The market value of some units on the day, in the base currency."""
    found = ground.book.market_price(asset, event.key[0])
    if found is None:
        return None
    base = ground.book.base
    source = ground.transaction(event.transaction_id)
    parts = [
        leaf("units", units, ground.symbol(asset), source),
        rate(ground, asset, found[1], day_of(event)),
        rate(ground, found[1], base.id, day_of(event)),
    ]
    return made(f"value of {ground.symbol(asset)}", base.key, "product", parts)


def _reduced(ground: Ground, asset: int, change: Change) -> Node | None:
    """The lot's part of the payment, by its units, at the day's rate."""
    event, before = change.event, change.before
    if before is None or before.currency is None or event.amount is None or event.currency is None:
        return None
    source, of_asset = ground.transaction(event.transaction_id), ground.symbol(asset)
    held = sum((lot.quantity for lot in _lots_before(ground, asset, event)), ZERO)
    paid = leaf("payment", event.amount, ground.symbol(event.currency), source)
    part = paid
    if held != before.quantity:
        units = leaf("units of the lot", before.quantity, of_asset, source)
        parts = [paid, units, leaf("units in all", held, of_asset, source)]
        part = made("part of the lot", paid.unit, "share", parts)
    pair = (event.currency, before.currency)
    node = converted(ground, name_of(event), part, pair, day_of(event))
    return node._replace(what=name_of(event))
