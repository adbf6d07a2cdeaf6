"""Transfers: lots leave one holding and arrive in another with their cost and their days.

A departure puts its lots on the way, under the number that it shares with its arrivals;
each arrival takes what it brings, the earliest acquired first.  What is left when the last
one has arrived was lost (a network fee in kind): disposed of at market where a price is
known, else its cost stays with the units that arrived.  Nothing is lost silently.
"""

from typing import TYPE_CHECKING

from folio.engine.lots import METHODS, take
from folio.model.ledger import ESTIMATED, FULL, PARTIAL, Event, Lot, State

if TYPE_CHECKING:
    from folio.engine.fold import Fold


def depart(fold: "Fold", event: Event, state: State) -> None:
    """Lots leave a holding; those of a fee in something else are used up."""
    taken, short = fold.take(event, state)
    for lot in taken:
        fold.add_slice(event, state, lot, None, None, realises=False)
    fold.owe(event, state, short)
    if event.transit is None:
        return
    asset, is_currency = fold.asset_id, fold.is_currency
    if short:
        cost = (short, asset, FULL) if is_currency else (None, None, PARTIAL)
        taken.append(Lot(0, event.transaction_id, event.key[0], short, *cost))
    fold.under_way.setdefault((event.transit, asset), []).extend(taken)


def arrive(fold: "Fold", event: Event, state: State) -> None:
    """Lots come into a holding, as they left the other."""
    asset, is_currency = fold.asset_id, fold.is_currency
    way = (event.transit or event.transaction_id, asset)
    moved = fold.under_way.get(way, [])
    arriving, lacking = take(moved, event.quantity, METHODS["fifo"], fold.unit_cost)
    if event.arrives_last:
        fold.under_way.pop(way, None)
        if moved:
            arriving = _lose(fold, event, state, moved, arriving)
    for lot in arriving:
        fold.settle(event, state, lot)
    if lacking:
        cost = (lacking, asset, FULL) if is_currency else (None, None, PARTIAL)
        fold.add_lot(event._replace(quantity=lacking), state, *cost)


def _lose(
    fold: "Fold", event: Event, state: State, lost: list[Lot], arriving: list[Lot]
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
    fold: "Fold", event: Event, state: State, lost: Lot, arriving: list[Lot]
) -> list[Lot]:
    """The cost of lost units stays with the last that arrived at a cost in its currency."""
    for index in range(len(arriving) - 1, -1, -1):
        lot = arriving[index]
        if lost.cost is not None and lot.cost is not None and lot.currency == lost.currency:
            grown = lot._replace(cost=lot.cost + lost.cost)
            return [*arriving[:index], grown, *arriving[index + 1 :]]
    fold.add_slice(event, state, lost, None, None, realises=False, grade=PARTIAL)
    return arriving
