"""What the fold did, event by event: units in and out, and how each lot came, changed and went.

The fold itself is walked, and its states are compared before and after each event; nothing is
computed here.  A lot is named by its holding and its place, the order in which it was opened.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from folio.model.ledger import Event, Lot, Slice, State

Place = tuple[int, int]  # a holding and the place of one of its lots


class Move(NamedTuple):
    """What an event did to a holding's units."""

    event: Event
    before: Decimal
    after: Decimal


class Change(NamedTuple):
    """What an event did to one lot."""

    event: Event
    before: Lot | None  # None: it opened the lot
    after: Lot | None  # None: nothing is left of it
    step: int  # the event's place in the walk


class Gone(NamedTuple):
    """A slice that went away, with the lot that it was part of."""

    event: Event
    part: Slice
    lot: Lot | None  # as it was right before; None: uncovered, or from another holding
    step: int


class Trace:
    """The history of an asset's holdings and lots."""

    def __init__(self, walk: Iterable[tuple[Event, State, list[Slice]]]) -> None:
        self.changes: dict[Place, list[Change]] = {}
        self.gone: dict[int, list[Gone]] = {}  # by transaction
        self.gone_from: dict[int, list[Gone]] = {}  # by holding, in the order of the walk
        self.changed: dict[int, list[tuple[int, Change]]] = {}  # by transaction: holding, change
        self._step = 0
        self._lots: dict[int, dict[int, Lot]] = {}  # by holding and place, as they stand
        for self._step, (event, state, slices) in enumerate(walk):
            self._take_in(event, state, slices)

    def _take_in(self, event: Event, state: State, slices: list[Slice]) -> None:
        lots = self._lots.setdefault(event.holding_id, {})
        self._note_slices(event, slices, dict(lots))
        now = {lot.place: lot for lot in state.lots}
        for place in [p for p, lot in lots.items() if now.get(p) is not lot]:
            self._note(event, lots.pop(place), now.get(place))
            if place in now:
                lots[place] = now[place]
        for place in now.keys() - lots.keys():
            self._note(event, None, now[place])
            lots[place] = now[place]

    def _note(self, event: Event, before: Lot | None, after: Lot | None) -> None:
        lot = before or after
        if lot is not None and before != after:
            key = (event.holding_id, lot.place)
            change = Change(event, before, after, self._step)
            self.changes.setdefault(key, []).append(change)
            here = (event.holding_id, change)
            self.changed.setdefault(event.transaction_id, []).append(here)

    def _note_slices(self, event: Event, slices: list[Slice], lots: dict[int, Lot]) -> None:
        """The lots from which slices were taken, one after another."""
        for part in slices:
            lot = lots.get(part.place)
            if lot is not None and _same_origin(lot, part):
                cost = None if lot.cost is None or part.cost is None else lot.cost - part.cost
                left = lot._replace(quantity=lot.quantity - part.quantity, cost=cost)
                lots[part.place] = left
            else:
                lot = None
            one = Gone(event, part, lot, self._step)
            self.gone.setdefault(event.transaction_id, []).append(one)
            self.gone_from.setdefault(event.holding_id, []).append(one)


def _same_origin(lot: Lot, part: Slice) -> bool:
    return (lot.opened_by, lot.acquired_on) == (part.opened_by, part.acquired_on)
