"""Money in the book's base currency: it costs itself, so nothing rests on its lots.

What a unit of the base currency cost, and what it fetches, is one unit on any day.  So long as
no source says otherwise, its lots differ in nothing but their days, which matter only to a
report in another currency.  Such *plain* money is stored as one sum: an event counts wherever
it falls, a back-dated one too, and nothing is folded again.  A report in another currency
folds its lots when it asks for them.

A rebuild counts the *sum* of a day's alike events (:mod:`folio.db.transactions.money_days`).

The alternative, lots and slices of all money, makes a purchase of five years ago rewrite every
later slice of its account's cash: of a million transactions, some hundred thousand.

>>> state = State()
>>> for day, units in (("2025-03-01", 100), ("2025-01-01", -30)):
...     count(Event((day, 1, "", 1, 1), 1, 1, "deposit", Decimal(units)), state, 5, ONE)
>>> str(state.quantity), state.first_day, state.last_day, str(state.lots[0].cost)
('70', '2025-01-01', '2025-03-01', '70')
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from folio.model.assets import Asset
from folio.model.gaps import GROWTH
from folio.model.ledger import FULL, Event, Lot, State, Step
from folio.model.numbers import ONE, ZERO


def is_plain(event: Event) -> bool:
    """Whether an event of money in the base currency leaves all of it at its own cost."""
    return event.amount is None and not event.lots and event.kind != GROWTH


def walk(events: Iterable[Event], states: dict[int, State], base: Asset) -> Iterator[Step]:
    """Count plain events, in any order; as a fold, but that nothing goes from any lot."""
    unit = ONE.scaleb(-base.precision)
    for event in events:
        state = states.get(event.holding_id)
        if state is None:
            state = states[event.holding_id] = State()
        count(event, state, base.id, unit)
        yield event, state, []


def count(event: Event, state: State, base: int, unit: Decimal) -> None:
    """Take one plain event into what a holding of ``base`` comes to; ``unit`` is its smallest."""
    day = event.key[0]
    state.plain = True
    state.whole = (state.whole or not state.events) and not event.quantity % unit
    state.quantity += event.quantity
    state.events += event.transactions
    state.opened = 1
    state.first_day = min(state.first_day or day, day)
    state.last_day = max(state.last_day, day)
    state.last_key = max(state.last_key or event.key, event.key)
    _in_one_lot(state, base)


def uncount(event: Event, state: State, base: int) -> bool:
    """Take an event out again; False where only the events that are left say what is then.

    They do so of whether there never was a fraction.  Of the first and the last of them
    :func:`ends_with` is told.
    """
    if not state.whole or state.events <= 1:
        return False
    state.quantity -= event.quantity
    state.events -= 1
    _in_one_lot(state, base)
    return True


def begins_with(event: Event, state: State, base: int) -> None:
    """Say which is a holding's first event, where the one that was has been taken out."""
    state.first_day = event.key[0]
    _in_one_lot(state, base)


def ends_with(event: Event, state: State) -> None:
    """Say which is a holding's last event, where the one that was has been taken out."""
    state.last_day, state.last_key = event.key[0], event.key


def without(state: State, later: Iterable[Event], base: int) -> State:
    """What a holding came to before later events: how much, and nothing else of the state."""
    before = State()
    before.plain, before.whole = state.plain, state.whole
    before.first_day = state.first_day
    before.quantity = state.quantity - sum((event.quantity for event in later), ZERO)
    _in_one_lot(before, base)
    return before


def _in_one_lot(state: State, base: int) -> None:
    units: Decimal = state.quantity
    state.lots = [Lot(1, 0, state.first_day, units, units, base, FULL)] if units else []
