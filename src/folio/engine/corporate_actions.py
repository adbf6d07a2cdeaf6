"""What corporate actions do to lots: cost moves, is apportioned or reduced; days are kept.

- *apportion*, a spin-off at the parent's holding: a share of each lot's cost goes to the new
  company's units, with the lot's day.  The share is stated (the company publishes it), or the
  cost is; else it is the new units' part of both market values on the day, graded estimated.
- *exchange*, a merger or a change of symbol: lots become lots of the other company with cost
  and day.  For cash alone it is a disposal.  For units and cash, the cost is apportioned between
  the two by their values (or as stated), and the part of the cash is disposed of for it.
- *reduce*, a return of capital: each lot's cost less its units' part of the payment; what
  exceeds a lot's cost is gain; where nothing is held it is listed as uncovered.  In another
  currency than a lot's it counts at the rate of its own day, as proceeds do.

The rule for units and cash is that of a part disposal (United Kingdom, TCGA 1992 s. 129 with
s. 42: cost × A ÷ (A + B)).  The rejected one, the American (IRC § 356: the whole cost moves and
the cash is gain up to what was gained), depends on who is asking; a stated share can give it.

Where a share can only be guessed, nothing is: both sides are graded partial.

Worked example (IRS Publication 550, "Spin-off": a basis of 1000, of which the new shares are
worth 10 % of both): the new lot costs 100 and the old one 900.

>>> lots = [Lot(1, 1, "2024-01-02", Decimal(100), Decimal(1000), 1, 0)]
>>> new = split_cost(lots, Decimal("0.1"), Decimal(25), 0)
>>> [(str(n.quantity), str(n.cost), n.acquired_on) for n in new], str(lots[0].cost)
([('25', '100.0', '2024-01-02')], '900.0')
"""

from decimal import Decimal

from folio.engine.effects import Effects
from folio.engine.lots import dated, rescale_held, resized, slice_of
from folio.model.ledger import ESTIMATED, FULL, PARTIAL, Event, Lot, State
from folio.model.numbers import ONE, ZERO, divide


def split_cost(lots: list[Lot], share: Decimal | None, units: Decimal, grade: int) -> list[Lot]:
    """Take ``share`` of each lot's cost, in place, into new lots of ``units`` in all.

    With an unknown share (None) the new lots have no cost, and the old keep theirs, graded
    partial.
    """
    held = [lot for lot in lots if lot.quantity > ZERO]
    moved = []
    for lot, quantity in zip(held, _parts(held, units), strict=True):
        index = lots.index(lot)
        if share is None or lot.cost is None:
            lots[index] = lot._replace(grade=PARTIAL)
            moved.append(lot._replace(quantity=quantity, cost=None, currency=None, grade=PARTIAL))
            continue
        part = divide(lot.cost * share, ONE)
        worst = max(lot.grade, grade)
        lots[index] = lot._replace(cost=lot.cost - part, grade=worst)
        moved.append(lot._replace(quantity=quantity, cost=part, grade=worst))
    return moved


def _parts(lots: list[Lot], whole: Decimal) -> list[Decimal]:
    """``whole`` in proportion to the lots' units; the last takes the remainder."""
    total = sum((lot.quantity for lot in lots), ZERO)
    parts = [divide(whole * lot.quantity, total) for lot in lots[:-1]]
    return [*parts, whole - sum(parts, ZERO)] if lots else []


# -- as the fold applies them ------------------------------------------------------------


def apportion(fold: Effects, event: Event, state: State) -> None:
    """A spin-off at its parent: ``event.counter`` says what came for it."""
    if event.counter is None:
        return
    share, grade = event.share, FULL
    if share is None and event.amount is not None:
        share = _stated_share(fold, event, state)
    elif share is None:
        held = sum((lot.quantity for lot in state.lots if lot.quantity > ZERO), ZERO)
        old = fold.market_value(fold.asset_id, held, event.key[0])
        new = fold.market_value(*event.counter, event.key[0])
        grade = ESTIMATED
        if old is not None and new is not None and old + new:
            share = divide(new, old + new)
    moved = split_cost(state.lots, share, event.counter[1], grade)
    if state.held and moved:  # at average cost the parent's units say since when
        moved = dated(moved, rescale_held(state.held, event.counter[1]))
    fold.moved[event.transaction_id] = moved
    state.basis = max([state.basis, *(lot.grade for lot in state.lots)])


def _stated_share(fold: Effects, event: Event, state: State) -> Decimal | None:
    """The stated cost of the new units, as a share of what the parent's lots cost."""
    total = ZERO
    for lot in state.lots:
        if lot.cost is None or lot.currency is None:
            return None
        rate = fold.rate(lot.currency, event.currency or 0, lot.acquired_on)
        if rate is None:
            return None
        total += lot.cost * rate
    amount = event.amount or ZERO
    return divide(amount, total) if ZERO <= amount <= total and total else None


def exchange(fold: Effects, event: Event, state: State) -> None:
    """Units given up for another company's, for cash, or for both."""
    if event.counter is None:
        (fold.remove if event.amount is None else fold.dispose)(event, state)
        return
    fold.consulted = True  # what was given up is worth what came for it, on every day's row
    taken, short = fold.take(event, state)
    share, grade = (ONE, FULL) if event.amount is None else _share_in_units(fold, event)
    if short:  # what was not there fetches its part of both all the same
        taken.append(Lot(0, event.transaction_id, event.key[0], short, None, None, PARTIAL))
    moved = []
    cash_left, sold = event.amount, -event.quantity
    for index, lot in enumerate(taken):
        kept = lot
        if event.amount is not None and cash_left is not None:
            last = index == len(taken) - 1
            cash = cash_left if last else divide(event.amount * lot.quantity, sold)
            cash_left -= cash
            kept = _part_disposal(fold, event, state, lot, cash, share, grade)
        moved.append(kept._replace(quantity=lot.quantity))
        if lot.place:
            fold.add_slice(event, state, kept, None, None, realises=False)
    fold.owe(event, state, short)
    fold.moved[event.transaction_id] = moved


def _share_in_units(fold: Effects, event: Event) -> tuple[Decimal | None, int]:
    """The part of the cost that goes with the new units; the rest goes with the cash."""
    if event.share is not None:
        return event.share, FULL
    if event.counter is None or event.amount is None:
        return None, PARTIAL
    units = fold.market_value(*event.counter, event.key[0])
    rate = fold.rate(event.currency or 0, fold.terms.base, event.key[0])
    if units is None or rate is None or not units + event.amount * rate:
        return None, PARTIAL
    return divide(units, units + event.amount * rate), ESTIMATED


def _part_disposal(
    fold: Effects,
    event: Event,
    state: State,
    lot: Lot,
    cash: Decimal,
    share: Decimal | None,
    grade: int,
) -> Lot:
    """Dispose of the cash's part of a lot; returns the part that becomes new units."""
    if share is None:
        unknown = lot._replace(cost=None, currency=None, grade=PARTIAL)
        fold.add_slice(event, state, unknown._replace(quantity=ZERO), cash, event.currency)
        return unknown
    gone = slice_of(lot, divide(lot.quantity * (ONE - share), ONE))
    fold.add_slice(event, state, gone, cash, event.currency, grade=grade)
    cost = None if lot.cost is None or gone.cost is None else lot.cost - gone.cost
    return lot._replace(
        quantity=lot.quantity - gone.quantity, cost=cost, grade=max(lot.grade, grade)
    )


def come_over(fold: Effects, event: Event, state: State) -> None:
    """The new company's units, with the cost and the days of what they came from."""
    fold.consulted |= event.counter is not None  # without a price they are worth what was given up
    moved = fold.moved.pop(event.transaction_id, [])
    if not moved:
        fold.open(event, state)
        return
    for lot in resized(moved, event.quantity):
        fold.settle(event, state, lot)


def reduce(fold: Effects, event: Event, state: State) -> None:
    """A return of capital: ``event.amount`` less of cost, in proportion to the units."""
    amount = event.amount or ZERO
    held = [lot for lot in state.lots if lot.quantity > ZERO]
    if not held:
        fold.add_uncovered(event, state, ZERO, amount, event.currency)
    for lot, part in zip(held, _parts(held, amount), strict=True):
        index = state.lots.index(lot)
        rate = None
        if lot.currency is not None:
            rate = fold.rate(event.currency or 0, lot.currency, event.key[0])
        if lot.cost is None or rate is None:
            state.lots[index] = lot._replace(grade=PARTIAL)
            continue
        off = part * rate
        state.lots[index] = lot._replace(cost=max(ZERO, lot.cost - off))
        if off > lot.cost:
            beyond = lot._replace(quantity=ZERO, cost=ZERO)
            fold.add_slice(event, state, beyond, off - lot.cost, lot.currency)
    state.basis = max([state.basis, *(lot.grade for lot in state.lots)])
