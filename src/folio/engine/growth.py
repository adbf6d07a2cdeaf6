"""Growth: units that came, or went, of themselves between two observations.

Where the user says so of a gap, its drift is return: no transaction, no flow.  On the gap's last
day the units that came open a lot of cost zero, so that their whole value is gain; units that
went shrink every lot in proportion and leave its cost, so that what is left carries the loss.
Opening the lot at market value, as a reward that is recorded does, would need a day on which the
units came, and nobody knows it.

Worked example: 10 units for 1000, and 10.4 observed a year later: 0.4 units of cost 0, and with
each at 110 a gain of 1144 − 1000.  The event names the gap where others name a transaction, by a
negative number.

>>> import datetime as dt
>>> from decimal import Decimal
>>> gap = Gap(dt.date(2025, 1, 1), dt.date(2026, 1, 1), Decimal(10), Decimal("10.4"), 7)
>>> event = growth(3, gap)
>>> event.key, event.transaction_id, str(event.quantity)
(('2026-01-01', 1, '', -7, 1), -7, '0.4')
"""

from folio.engine.effects import Effects
from folio.engine.lots import rescale_held, resized
from folio.model.gaps import GROWTH, Gap
from folio.model.ledger import FULL, Event, State, walk_key
from folio.model.numbers import ZERO


def growth(holding_id: int, gap: Gap) -> Event:
    """The event of a gap that is answered so."""
    number = -gap.observation_id
    key = walk_key(gap.until.isoformat(), None, GROWTH, gap.drift > ZERO, number)
    return Event(key, holding_id, number, GROWTH, gap.drift)


# -- as the fold applies it --------------------------------------------------------------


def grow(fold: Effects, event: Event, state: State) -> None:
    """Units that came: a lot that cost nothing."""
    fold.add_lot(event, state, ZERO, fold.terms.base, FULL)


def shrink(fold: Effects, event: Event, state: State) -> None:
    """Units that went: smaller lots of the same cost; where nothing is left, a loss."""
    held = [lot for lot in state.lots if lot.quantity > ZERO]
    left = sum((lot.quantity for lot in held), ZERO) + event.quantity
    if left <= ZERO:
        taken, short = fold.take(event, state)
        for lot in taken:
            fold.add_slice(event, state, lot, ZERO, fold.terms.base)
        fold.owe(event, state, short)
        return
    smaller = iter(resized(held, left))
    state.lots[:] = [next(smaller) if lot.quantity > ZERO else lot for lot in state.lots]
    state.held = rescale_held(state.held, left)
