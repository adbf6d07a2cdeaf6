"""An option that is exercised or assigned: what it cost or fetched goes with its shares.

The option realises nothing of its own.  What was paid for one that was held joins the cost of the
shares that it brought, or is less of what those fetched that it sold; what one fetched that was
written is less of the cost of the shares that its writer had to take, or joins what those fetched
that had to be given.  The shares are acquired on the day of the exercise (IRS Publication 550,
"Puts and Calls" and "Writers of puts and calls").  The rejected convention, of brokers' reports
before 2014, leaves the premium a gain or loss of the option and the shares at the strike price.

Of an option of which nobody knows what it cost or fetched, the shares are graded partial.

Worked example (Publication 550, "Exercise": ten calls bought for 4,000 bring 1,000 shares at 50):

>>> from decimal import Decimal
>>> option = Lot(1, 1, "2024-04-08", Decimal(10), Decimal(4000), 1, 0)
>>> shares = Event(("2024-05-27", 4, "", 2, 1), 8, 2, "exercise", Decimal(1000), Decimal(50000), 1)
>>> str(with_premium(shares, [option]).amount)
'54000'
>>> str(with_premium(shares._replace(quantity=Decimal(-1000)), [option]).amount)
'46000'
"""

from folio.engine.effects import Effects
from folio.engine.lots import take_owed
from folio.model.ledger import PARTIAL, Event, Lot, State, owed_in
from folio.model.numbers import ZERO


def deliver(fold: Effects, event: Event, state: State) -> None:
    """The option, which says what its shares are; then the shares; or the money."""
    number = event.transaction_id
    if event.counter is not None:
        fold.moved[number] = _end(fold, event, state)
        return
    if not fold.is_currency:
        ended = fold.moved.pop(number, [])
        event = with_premium(event, ended)
    (fold.open if event.quantity > ZERO else fold.dispose)(event, state)


def _end(fold: Effects, event: Event, state: State) -> list[Lot]:
    """End options that are held, or owed; returns their lots, with what was not there."""
    if event.quantity < ZERO:
        ended, lacking = fold.take(event, state)
        fold.owe(event, state, lacking)
    else:
        ended = take_owed(state.lots, event.quantity)
        state.owes = owed_in(state.lots)
        lacking = event.quantity + sum((lot.quantity for lot in ended), ZERO)
        if lacking:
            fold.add_lot(event._replace(quantity=lacking), state, None, None, PARTIAL)
    for lot in ended:
        fold.add_slice(event, state, lot, None, None, realises=False)
    unknown = Lot(0, event.transaction_id, event.key[0], lacking, None, None, PARTIAL)
    return [*ended, unknown] if lacking else ended


def with_premium(event: Event, ended: list[Lot]) -> Event:
    """The trade of the shares with what the options cost, less where they were written: of its
    amount in the same currency, of its fees, at the day's rate, in another one.
    """
    premium, others = ZERO, []
    for lot in ended:
        if lot.cost is not None and lot.currency == event.currency:
            premium += lot.cost
        else:  # what is not known has no rate
            others.append((lot.cost or ZERO, lot.currency or 0))
    if event.amount is None:
        return event
    amount = event.amount + (premium if event.quantity > ZERO else -premium)
    return event._replace(amount=amount, fees=(*event.fees, *others))
