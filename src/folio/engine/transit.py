"""Transfers: lots leave one holding and arrive in another with their cost and their days.

A departure puts its lots on the way, under the number that it shares with its arrivals; each
arrival takes what it brings, the earliest acquired first, or from every lot in proportion where
the departure went at average cost.  What is left when the last one has arrived was lost (a
network fee in kind): disposed of at market where a price is known, else its cost stays with the
units that arrived.  Nothing is lost silently.  So a loss is borne by the last acquired of the lots
that were sent, whatever the method that chose them, and at average cost by all of them: what
arrives keeps the oldest days, as a sale by the first in would have it.

Between two days the lots are in the holding in transit, where those of every departure stay
apart: pooled there, two transfers under way at once would exchange their lots.
"""

from folio.engine.effects import Effects, OnTheWay
from folio.engine.lots import METHODS, Order, insert, take
from folio.model.ledger import ESTIMATED, FULL, PARTIAL, Event, Lot, State
from folio.model.numbers import ZERO


def depart(fold: Effects, event: Event, state: State) -> None:
    """Lots leave a holding; those of a fee in something else are used up."""
    if event.departure is not None:
        taken, order = _take_own(fold, event, state)
        short = -event.quantity - sum((lot.quantity for lot in taken), ZERO)
    else:
        taken, short = fold.take(event, state)
        taken.sort(key=lambda lot: (lot.acquired_on, lot.place))
        pooled = METHODS[fold.terms.method(event.holding_id, event.key[0])] is None
        order = None if pooled else METHODS["fifo"]
    for lot in taken:
        fold.add_slice(event, state, lot, None, None, realises=False)
    fold.owe(event, state, short)
    if event.transit is None:
        return
    asset, is_currency = fold.asset_id, fold.is_currency
    if short:
        cost = (short, asset, FULL) if is_currency else (None, None, PARTIAL)
        taken.append(Lot(0, event.transaction_id, event.key[0], short, *cost))
    fold.under_way[event.transit, asset] = OnTheWay(taken, order)


def _take_own(fold: Effects, event: Event, state: State) -> tuple[list[Lot], Order | None]:
    """Of a holding in transit, lots of the event's own departure."""
    places, order = fold.in_transit[event.departure or 0, fold.asset_id]
    own = [lot for lot in state.lots if lot.place in places]
    others = [lot for lot in state.lots if lot.place not in places]
    taken, _ = take(own, -event.quantity, order, fold.unit_cost)
    state.lots[:] = others
    for lot in own:
        insert(state.lots, lot)
    return taken, order


def arrive(fold: Effects, event: Event, state: State) -> None:
    """Lots come into a holding, as they left the other."""
    asset, is_currency = fold.asset_id, fold.is_currency
    way = (event.transit or event.transaction_id, asset)
    moved, order = fold.under_way.get(way) or OnTheWay([], METHODS["fifo"])
    arriving, lacking = take(moved, event.quantity, order, fold.unit_cost)
    if event.arrives_last:
        fold.under_way.pop(way, None)
        if moved:
            arriving = _lose(fold, event, state, moved, arriving)
    if event.departure is not None:
        fold.in_transit[event.departure, asset] = (_keep_apart(state, arriving), order)
        return
    for lot in arriving:
        fold.settle(event, state, lot)
    if lacking:
        cost = (lacking, asset, FULL) if is_currency else (None, None, PARTIAL)
        fold.add_lot(event._replace(quantity=lacking), state, *cost)


def _keep_apart(state: State, arriving: list[Lot]) -> set[int]:
    """Put lots into a holding in transit; returns the places that are theirs."""
    places = set()
    for lot in arriving:
        state.opened += 1
        state.basis = max(state.basis, lot.grade)
        insert(state.lots, lot._replace(place=state.opened))
        places.add(state.opened)
    return places


def _lose(
    fold: Effects, event: Event, state: State, lost: list[Lot], arriving: list[Lot]
) -> list[Lot]:
    price = fold.price(fold.asset_id, event.key[0])
    if price is not None:
        for lot in lost:
            fold.add_slice(event, state, lot, lot.quantity * price[0], price[1], grade=ESTIMATED)
        return arriving
    for lot in lost:
        arriving = _keep_cost(fold, event, state, lot, arriving)
    return arriving


def _keep_cost(
    fold: Effects, event: Event, state: State, lost: Lot, arriving: list[Lot]
) -> list[Lot]:
    """The cost of lost units stays with the last that arrived at a cost in its currency."""
    for index in range(len(arriving) - 1, -1, -1):
        lot = arriving[index]
        if lost.cost is not None and lot.cost is not None and lot.currency == lost.currency:
            grown = lot._replace(cost=lot.cost + lost.cost)
            return [*arriving[:index], grown, *arriving[index + 1 :]]
    fold.add_slice(event, state, lost, None, None, realises=False, grade=PARTIAL)
    return arriving
