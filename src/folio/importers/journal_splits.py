"""A split in another program's journal: each lot goes out and comes in as more or fewer units."""

from decimal import Decimal
from typing import NamedTuple

from folio.importers.journals import Unit
from folio.model.numbers import ZERO

ROUNDED = Decimal("2E-18")  # what a lot misses that does not come out even, as folio rounds it


class Split(NamedTuple):
    """New units for old, and each lot before and after."""

    commodity: str
    ratio: tuple[int, int]
    lots: list[tuple[Unit, Unit]]


def split_of(inside: list[Unit], ratio: str) -> Split | None:
    """The split of an entry that states its ratio and does nothing else; else None."""
    new, _, old = ratio.partition(":")
    if not is_ratio(ratio):
        return None
    commodities = {unit.commodity for unit in inside}
    coming = [unit for unit in inside if unit.units > ZERO]
    pairs = []
    for out in [unit for unit in inside if unit.units < ZERO]:
        same = [into for into in coming if _is_same(out, into, Decimal(new), Decimal(old))]
        if not same:
            return None
        coming.remove(same[0])
        pairs.append((out, same[0]))
    if not pairs or coming or len(commodities) > 1:
        return None
    return Split(commodities.pop(), (int(new), int(old)), pairs)


def is_ratio(text: str) -> bool:
    """Whether it is NEW:OLD, as folio wrote it."""
    new, _, old = text.partition(":")
    return new.isdecimal() and old.isdecimal() and bool(int(new) and int(old))


def _is_same(out: Unit, into: Unit, new: Decimal, old: Decimal) -> bool:
    """Whether a lot came in again as so many units for each, at the same cost and of its day."""
    of = (out.account, out.acquired_on, out.has_lot, out.cost is None)
    like = (into.account, into.acquired_on, into.has_lot, into.cost is None)
    name, other = out.label.partition(" ")[0], into.label.partition(" ")[0]
    # A cost that does not come out even is equal to the digits in which the program computes.
    apart = abs((out.cost or ZERO) - (into.cost or ZERO))
    close = apart <= (into.cost or ZERO).scaleb(-20)
    units = abs(-out.units * new - into.units * old) <= old * ROUNDED
    return of == like and name == other and close and units
