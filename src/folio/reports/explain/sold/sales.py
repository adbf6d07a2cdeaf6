"""What slices fetched: their share of what a sale, a merger or a loss on the way brought."""

from folio.model.explanation import Node, leaf, made, missing
from folio.model.ledger import Event
from folio.model.numbers import ZERO
from folio.reports.explain.amounts import amount_of, at_market, with_fees
from folio.reports.explain.ground import day_of, plain
from folio.reports.explain.rates import rate
from folio.reports.explain.sold.costs import Costs
from folio.reports.explain.trace import Gone


def proceeds(costs: Costs, one: Gone) -> Node:
    """What a slice fetched, in the currency of the sale."""
    part = one.part
    what = f"proceeds of {plain(part.quantity)} {costs.unit}"
    if part.proceeds is None:
        return missing(what, "", "nobody says what it fetched, and it had no price")
    unit = costs.money(part.proceeds_currency)
    node = _share(costs, one, what, unit)
    return costs.checked(node, part.proceeds, part.proceeds_currency, part.transaction_id, what)


def _share(costs: Costs, one: Gone, what: str, unit: str) -> Node | None:
    """The slice's share of the whole; None where the fold did something else."""
    event = one.event
    if one.part.proceeds_currency == costs.asset:
        return None  # money fetches itself
    if event.quantity > ZERO:
        return _lost(costs, one, what, unit)
    whole = _sale(costs, event)
    if whole is None or whole.figure is None or not event.quantity:
        return None
    if one.part.quantity == -event.quantity:
        return whole
    units = one.part.quantity if event.counter is None or one.lot is None else one.lot.quantity
    source = costs.ground.transaction(event.transaction_id)
    taken = leaf("units of the lot", units, costs.unit, source)
    of = leaf("units in all", -event.quantity, costs.unit, source)
    share = made(what, unit, "share", [whole, taken, of])
    if share.figure == one.part.proceeds:
        return share
    return _rest(costs, one, what, whole)


def _rest(costs: Costs, one: Gone, what: str, whole: Node) -> Node:
    """What the others leave of the whole, which the last slice takes."""
    source = costs.ground.transaction(one.part.transaction_id)
    others = [
        leaf(f"proceeds of lot {g.part.opened_by}", g.part.proceeds, whole.unit, source)
        for g in costs.trace.gone[one.part.transaction_id]
        if g is not one and g.step == one.step and g.part.proceeds is not None
    ]
    return made(what, whole.unit, "difference", [whole, *others])


def _lost(costs: Costs, one: Gone, what: str, unit: str) -> Node | None:
    """Units that were lost on the way, at the market value of the day."""
    currency = one.part.proceeds_currency
    if currency is None or one.event.kind != "transfer":
        return None
    source = costs.ground.transaction(one.event.transaction_id)
    units = leaf("units lost on the way", one.part.quantity, costs.unit, source)
    price = rate(costs.ground, costs.asset, currency, day_of(one.event))
    return made(what, unit, "product", [units, price])


def _sale(costs: Costs, event: Event) -> Node | None:
    """What all the units of an event fetched."""
    ground = costs.ground
    if event.amount is None:
        return at_market(ground, costs.asset, event)
    paid = with_fees(ground, event, amount_of(ground, event), "proceeds")
    return costs.with_premium(event, paid, "proceeds")
