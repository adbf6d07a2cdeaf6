"""The legs of a linked transfer as the events that are walked: a departure and its arrivals.

They walk as one ``transfer``, and an arrival's place is the later of its own and just after its
departure; departures never move.  Where some arrive on a later day the units are under way in a
holding of their own, whose events are made here: nothing was posted to it.
"""

from collections.abc import Sequence
from decimal import Decimal

from folio.model.ledger import Event, WalkKey


def transfer(
    leaving: Event, coming: Sequence[Event], between: int | None
) -> tuple[list[Event], list[Event]]:
    """A departure and its arrivals as one transfer, and the events of the holding ``between``."""
    after = (*leaving.key[:4], 1)
    placed = [leg._replace(key=max(leg.key, after)) for leg in coming]
    placed.sort(key=lambda leg: leg.key)
    if between is None or placed[-1].key[0] == leaving.key[0]:
        return _direct(leaving, placed), []
    return _by_way_of(between, leaving, placed)


def _direct(leaving: Event, coming: Sequence[Event]) -> list[Event]:
    """A departure and its arrivals of the same day.

    Those that walk just after the departure do so one after another: the last one is told what
    was lost, and they may be at different holdings.
    """
    number, last = leaving.transaction_id, len(coming) - 1
    sent = leaving._replace(kind="transfer", transit=number, other_end=coming[0].holding_id)
    arrived = [
        leg._replace(
            key=(*leg.key[:4], 1 + index),
            kind="transfer",
            transit=number,
            arrives_last=index == last,
            other_end=leaving.holding_id,
        )
        for index, leg in enumerate(coming)
    ]
    return [sent, *arrived]


def _by_way_of(
    between: int, leaving: Event, coming: Sequence[Event]
) -> tuple[list[Event], list[Event]]:
    """A departure and its arrivals, and what they do to the holding in between."""
    departure = number = leaving.transaction_id
    left = -leaving.quantity
    sent = leaving._replace(kind="transfer", transit=number, other_end=between)
    legs = [sent]
    start: WalkKey = (*leaving.key[:4], 1)
    under_way = [_moved(between, start, number, left, departure, leaving.holding_id)]
    for index, leg in enumerate(coming):
        last = index == len(coming) - 1
        part = left if last else min(left, leg.quantity)
        left -= part
        number = leg.transaction_id
        step = 2 if leg.key[:4] == leaving.key[:4] else 0  # after it came under way
        key: WalkKey = (*leg.key[:4], step)
        if part:
            under_way.append(_moved(between, key, number, -part, departure, leg.holding_id))
        arrived = leg._replace(kind="transfer", transit=number, other_end=between)
        legs.append(arrived._replace(key=(*leg.key[:4], step + 1)))
    return legs, under_way


def _moved(
    holding: int, key: WalkKey, transaction: int, units: Decimal, departure: int, other_end: int
) -> Event:
    return Event(
        key,
        holding,
        transaction,
        "transfer",
        units,
        gross=units,
        transit=transaction,
        other_end=other_end,
        departure=departure,
    )
