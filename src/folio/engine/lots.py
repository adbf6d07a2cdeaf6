"""Lots: opening them, and choosing which ones a disposal takes.

A lot is a number of units with what they cost and the day they were acquired.  Its
cost is exact and stays in its own currency; a partial sale takes cost in proportion,
and the last slice takes the remainder, so that cost in = cost out + cost left.

``fifo`` takes the earliest acquired first, ``lifo`` the latest, ``hifo`` the dearest
by unit cost in the book's base at the acquisition day's rate (a lot without a rate
last), ``average`` draws from every open lot in proportion.  Ties go to the earliest
acquired, then to the order of entry.

Worked example (IRS Publication 550, "First-in first-out"): 100 units for 1000, then
100 for 1500; selling 150 takes the first lot whole and half of the second, a cost of
1000 + 750.

>>> lots = [Lot(1, 1, "2024-01-02", Decimal(100), Decimal(1000), 1, 0),
...         Lot(2, 2, "2024-02-01", Decimal(100), Decimal(1500), 1, 0)]
>>> taken, short = take(lots, Decimal(150), METHODS["fifo"], lambda lot: None)
>>> [(str(t.quantity), str(t.cost)) for t in taken], str(short), [str(l.cost) for l in lots]
([('100', '1000'), ('50', '750')], '0', ['750'])
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from decimal import Decimal
from itertools import accumulate, pairwise
from operator import itemgetter

from folio.engine.splits import scaled
from folio.model.ledger import Lot
from folio.model.named import from_tuple
from folio.model.numbers import ZERO, divide

_LEAST = Decimal("1e-60")  # of a ratio that is kept

UnitCost = Callable[[Lot], Decimal | None]
Order = Callable[[list[Lot], UnitCost], list[Lot]]

new_lot = from_tuple(Lot)


_age = itemgetter(Lot._fields.index("acquired_on"), Lot._fields.index("place"))


def insert(lots: list[Lot], lot: Lot) -> None:
    """Put ``lot`` in its place: by the day acquired, then the order of entry."""
    if not lots or _age(lots[-1]) < _age(lot):
        lots.append(lot)
    else:
        insort(lots, lot, key=_age)


def _oldest(lots: list[Lot], unit_cost: UnitCost) -> list[Lot]:
    return lots


def _newest(lots: list[Lot], unit_cost: UnitCost) -> list[Lot]:
    # A stable sort keeps the order of entry within a day.
    return sorted(lots, key=lambda lot: lot.acquired_on, reverse=True)


def _dearest(lots: list[Lot], unit_cost: UnitCost) -> list[Lot]:
    def rank(lot: Lot) -> tuple[bool, Decimal]:
        cost = unit_cost(lot)
        return (cost is None, ZERO if cost is None else -cost)

    return sorted(lots, key=rank)


METHODS: dict[str, Order | None] = {
    "fifo": _oldest,
    "lifo": _newest,
    "hifo": _dearest,
    "average": None,  # no order: from every lot in proportion
}


def share_of(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """``whole × part ÷ of``, to 50 digits and at most 60 decimal places.

    At average cost each sale leaves a smaller part of the first lots, down to nothing: without an
    end to their digits sums with what came later would be exact no more.
    """
    share = divide(whole * part, of)
    cut = share.quantize(_LEAST)
    return share if cut == share else cut


def slice_of(lot: Lot, quantity: Decimal) -> Lot:
    """``quantity`` units of ``lot``, with their share of its cost.

    Units of a currency cost themselves, so no ratio is needed there.
    """
    place, opened_by, acquired, units, cost, currency, grade, since = lot
    if quantity == units:
        return lot
    if cost is not None:
        cost = quantity if cost == units else share_of(cost, quantity, units)
    return new_lot((place, opened_by, acquired, quantity, cost, currency, grade, since))


def remainder_of(lot: Lot, taken: Lot) -> Lot:
    """What is left of ``lot`` without ``taken``; cost in = cost out + cost left, exactly."""
    place, opened_by, acquired, units, cost, currency, grade, since = lot
    if cost is not None:
        cost = None if taken.cost is None else cost - taken.cost
    units -= taken.quantity
    return new_lot((place, opened_by, acquired, units, cost, currency, grade, since))


def take(
    lots: list[Lot], quantity: Decimal, method: Order | None, unit_cost: UnitCost
) -> tuple[list[Lot], Decimal]:
    """Remove ``quantity`` units from ``lots``, in place.

    Returns the slices taken, and how many units there were too few.
    """
    if method is None:
        return _take_in_proportion(lots, quantity)
    if method is _oldest:
        return _take_oldest(lots, quantity)
    taken: list[Lot] = []
    for lot in list(method(lots, unit_cost)):
        if not quantity:
            break
        if lot.quantity > ZERO:
            quantity -= _take_from(lots, lots.index(lot), quantity, taken)
    return taken, quantity


def _take_oldest(lots: list[Lot], quantity: Decimal) -> tuple[list[Lot], Decimal]:
    taken: list[Lot] = []
    while quantity and lots and lots[0].quantity > ZERO:
        quantity -= _take_from(lots, 0, quantity, taken)
    return taken, quantity


def _take_from(lots: list[Lot], index: int, quantity: Decimal, taken: list[Lot]) -> Decimal:
    """Move up to ``quantity`` units of the lot at ``index``; returns how many they were."""
    lot = lots[index]
    if quantity >= lot.quantity:
        del lots[index]
        taken.append(lot)
        return lot.quantity
    part = slice_of(lot, quantity)
    lots[index] = remainder_of(lot, part)
    taken.append(part)
    return quantity


def _take_in_proportion(lots: list[Lot], quantity: Decimal) -> tuple[list[Lot], Decimal]:
    total = sum((lot.quantity for lot in lots if lot.quantity > ZERO), ZERO)
    if quantity >= total:
        taken = [lot for lot in lots if lot.quantity > ZERO]
        lots[:] = [lot for lot in lots if lot.quantity <= ZERO]
        return taken, quantity - total
    taken, kept = [], []
    left = quantity
    for index, lot in enumerate(lots):
        last = index == len(lots) - 1
        share = left if last else share_of(lot.quantity, quantity, total)
        part = slice_of(lot, share)
        taken += [part] if share else []
        kept += [remainder_of(lot, part)] if share != lot.quantity else []
        left -= share
    lots[:] = kept
    return taken, ZERO


def take_named(lots: list[Lot], opened_by: int, quantity: Decimal) -> list[Lot]:
    """Remove up to ``quantity`` units of the lots that one transaction opened."""
    taken: list[Lot] = []
    index = 0
    while quantity and index < len(lots):
        if lots[index].opened_by == opened_by and lots[index].quantity > ZERO:
            before = len(lots)
            quantity -= _take_from(lots, index, quantity, taken)
            index -= before - len(lots)
        index += 1
    return taken


def take_owed(lots: list[Lot], quantity: Decimal) -> list[Lot]:
    """Remove up to ``quantity`` owed units (lots below zero), oldest first."""
    taken: list[Lot] = []
    index = 0
    while quantity and index < len(lots):
        lot = lots[index]
        if lot.quantity >= ZERO:
            index += 1
            continue
        part = slice_of(lot, max(-quantity, lot.quantity))
        quantity += part.quantity
        taken.append(part)
        if part is lot:
            del lots[index]
        else:
            lots[index] = remainder_of(lot, part)
    return taken


def resized(lots: list[Lot], units: Decimal) -> list[Lot]:
    """The same lots as ``units`` of something else: cost and days stay.

    In proportion, and the last lot takes the remainder.
    """
    total = sum((lot.quantity for lot in lots), ZERO)
    if total == units:
        return lots
    left = units
    changed = []
    for index, lot in enumerate(lots):
        last = index == len(lots) - 1
        quantity = left if last else divide(lot.quantity * units, total)
        changed.append(lot._replace(quantity=quantity))
        left -= quantity
    return [lot for lot in changed if lot.quantity]


Held = list[tuple[str, Decimal]]  # units by the day from which on they are held, the first first


def held_of(lots: list[Lot]) -> Held:
    """The days of lots, the first first."""
    held: Held = []
    for lot in lots:
        if lot.quantity > ZERO:
            add_held(held, lot.acquired_on, lot.quantity)
    return held


def add_held(held: Held, day: str, units: Decimal) -> None:
    """Put units to those of their day: however they came, a day is one."""
    place = bisect_left(held, day, key=itemgetter(0))
    if place < len(held) and held[place][0] == day:
        held[place] = (day, held[place][1] + units)
    else:
        held.insert(place, (day, units))


def take_held(held: Held, quantity: Decimal) -> Held:
    """Remove ``quantity`` units from the front of ``held``, in place; returns them."""
    gone: Held = []
    while quantity and held:
        day, units = held[0]
        part = min(units, quantity)
        gone.append((day, part))
        quantity -= part
        if part == units:
            del held[0]
        else:
            held[0] = (day, units - part)
    return gone


def take_held_of(held: Held, lot: Lot) -> Held:
    """Remove the units of a lot that was chosen: of its own day, then from the front."""
    for index, (day, units) in enumerate(held):
        if day == lot.acquired_on:
            part = min(units, lot.quantity)
            held[index : index + 1] = [(day, units - part)] if units > part else []
            return [(day, part), *take_held(held, lot.quantity - part)]
    return take_held(held, lot.quantity)


def rescale_held(held: Held, total: Decimal) -> Held:
    """The same days over ``total`` units."""
    before = sum((units for _, units in held), ZERO)
    scaled_to = [divide(units * total, before) for _, units in held[:-1]]
    last = total - sum(scaled_to, ZERO)
    return [(day, n) for (day, _), n in zip(held, [*scaled_to, last], strict=True)] if held else []


def split_held(held: Held, new_units: int, old_units: int) -> Held:
    """The same days after a split, cut as :func:`rescale` cuts lots: to the last digit."""
    parts = _split_parts([units for _, units in held], new_units, old_units)
    return [(day, part) for (day, _), part in zip(held, parts, strict=True)]


def dated(taken: list[Lot], held: Held) -> list[Lot]:
    """Slices of lots laid over the days from which on their units are held.

    At average cost a sale draws from every lot in proportion, and its units are those that
    were acquired first (IRS Publication 550, "Average basis": "the shares sold are considered
    to be those acquired first").
    """
    slices: list[Lot] = []
    days = list(held)
    for lot in taken:
        left = lot
        while days and left.quantity > days[0][1]:
            day, units = days.pop(0)
            part = slice_of(left, units)
            slices.append(part._replace(held_since=day))
            left = remainder_of(left, part)
        if days:
            day, units = days[0]
            rest = units - left.quantity
            days[:1] = [(day, rest)] if rest else []
            left = left._replace(held_since=day)
        slices.append(left)
    return slices


def rescale(lots: list[Lot], new_units: int, old_units: int) -> Decimal:
    """Split every lot ``new_units`` for ``old_units``, in place; returns the new total.

    Cost and days stay, and lots sum to the total.
    """
    parts = _split_parts([lot.quantity for lot in lots], new_units, old_units)
    lots[:] = [lot._replace(quantity=part) for lot, part in zip(lots, parts, strict=True)]
    return sum(parts, ZERO)


def _split_parts(parts: list[Decimal], new_units: int, old_units: int) -> list[Decimal]:
    """The parts after a split, which sum to the whole after it.

    A ratio that does not come out even is kept to 18 decimal places, of every sum from the first
    part on: so no part is driven below zero by what rounding left of the others.  Where one
    would round to nothing, and its cost hang on no unit, all are kept in proportion instead.

    >>> _split_parts([Decimal(5), Decimal(5)], 1, 3)
    [Decimal('1.666666666666666667'), Decimal('1.666666666666666666')]
    """
    sums = [scaled(sum_, new_units, old_units) for sum_ in accumulate(parts)]
    cut = [sum_ - before for before, sum_ in pairwise([ZERO, *sums])]
    whole = sum(parts, ZERO)
    if all(cut) or not whole:
        return cut
    shares = [divide(part * sums[-1], whole) for part in parts[:-1]]
    return [*shares, sums[-1] - sum(shares, ZERO)]
