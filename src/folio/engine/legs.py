"""The legs of a linked transfer as the events that are walked: a departure and its arrivals.

They walk as one ``transfer``, and an arrival's place is the later of its own and just after its
departure; departures never move.  Where some arrive on a later day the units are under way in a
holding of their own, whose events are made here: nothing was posted to it.
"""

from collections.abc import Sequence
from decimal import Decimal

from folio.engine.splits import scaled
from folio.model.ledger import Event, WalkKey
from folio.model.numbers import ZERO

Splits = Sequence[tuple[str, int, int]]  # day, new units, old units


def transfer(
    leaving: Event, coming: Sequence[Event], between: int | None, splits: Splits = ()
) -> tuple[list[Event], list[Event]]:
    """A departure and its arrivals as one transfer, and the events of the holding ``between``,
    whose units are split on their way by what of ``splits`` falls there."""
    after = (*leaving.key[:4], 1)
    placed = [leg._replace(key=max(leg.key, after)) for leg in coming]
    placed.sort(key=lambda leg: leg.key)
    if between is None or placed[-1].key[0] == leaving.key[0]:
        return _direct(leaving, placed), []
    return _by_way_of(between, leaving, placed, splits)


def _direct(leaving: Event, coming: Sequence[Event]) -> list[Event]:
    """A departure and its arrivals of the same day.

    Those that walk just after the departure do so one after another: the last one is told what
    was lost, and they may be at different holdings.
    """
    number, last = leaving.transaction_id, len(coming) - 1
    sent = leaving._replace(kind="transfer", transit=number, other_end=coming[0].holding_id)
    lost = -leaving.gross - sum((leg.gross for leg in coming), ZERO)
    arrived = [
        leg._replace(
            key=(*leg.key[:4], 1 + index),
            kind="transfer",
            transit=number,
            arrives_last=index == last,
            other_end=leaving.holding_id,
            lost=lost if index == last else ZERO,
        )
        for index, leg in enumerate(coming)
    ]
    return [sent, *arrived]


def _by_way_of(
    between: int, leaving: Event, coming: Sequence[Event], splits: Splits
) -> tuple[list[Event], list[Event]]:
    """A departure and its arrivals, and what they do to the holding in between."""
    departure = number = leaving.transaction_id
    left, unspent = -leaving.quantity, -leaving.gross  # with what fees took of it, and without
    since = leaving.key[0]
    sent = leaving._replace(kind="transfer", transit=number, other_end=between)
    legs = [sent]
    start: WalkKey = (*leaving.key[:4], 1)
    under_way = [_moved(between, start, number, left, departure, leaving.holding_id)]
    for index, leg in enumerate(coming):
        last = index == len(coming) - 1
        left, unspent = (_split(units, splits, since, leg.key[0]) for units in (left, unspent))
        since = leg.key[0]
        part = left if last else min(left, leg.quantity)
        left, unspent = left - part, unspent - leg.gross
        number = leg.transaction_id
        step = 2 if leg.key[:4] == leaving.key[:4] else 0  # after it came under way
        key: WalkKey = (*leg.key[:4], step)
        if part:
            under_way.append(_moved(between, key, number, -part, departure, leg.holding_id))
        arrived = leg._replace(
            kind="transfer", transit=number, other_end=between, lost=unspent if last else ZERO
        )
        legs.append(arrived._replace(key=(*leg.key[:4], step + 1)))
    return legs, under_way


def _split(units: Decimal, splits: Splits, after: str, until: str) -> Decimal:
    """Units after the splits in (after, until], each at the open of its day."""
    for day, new, old in splits:
        if after < day <= until:
            units = scaled(units, new, old)
    return units


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
