"""A split in another program's journal: each lot goes out and comes in as more or fewer units."""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from folio.importers.formats.journals.entries import Event, Unit
from folio.importers.formats.journals.flows import Flows
from folio.importers.formats.journals.units import as_kept, lot_key
from folio.model.numbers import ZERO, divide
from folio.model.transactions import Draft, Leg

_ROUNDED = Decimal("2E-18")  # what a lot misses that does not come out even, as folio rounds it


_MOST = 1_000  # of a split's terms


class Split(NamedTuple):
    """New units for old, each lot before and after, and what a fraction that is left went for."""

    commodity: str
    ratio: tuple[int, int]
    lots: list[tuple[Unit, Unit]]
    left: list[Unit]  # parts of the lots after, as they went
    paid: list[Unit]  # the money for them
    owed: Sequence[tuple[Unit, Unit]] = ()  # lots of units that are owed: each comes in first


def split_of(inside: list[Unit], ratio: str) -> Split | None:
    """The split of an entry that states its ratio, and does no more than pay for fractions."""
    out = [unit for unit in inside if unit.units < ZERO]
    if not is_ratio(ratio) or len({unit.commodity for unit in out}) != 1:
        return None
    new, _, old = ratio.partition(":")
    terms = int(new), int(old)
    coming = [unit for unit in inside if unit.commodity == out[0].commodity and unit.units > ZERO]
    paid = [unit for unit in inside if unit.commodity != out[0].commodity]
    pairs, left, owed = [], [], []
    for unit in out:
        same = next((into for into in coming if _is_same(unit, into, *terms)), None)
        debt = next((into for into in coming if not same and _is_owed(into, unit, *terms)), None)
        if debt is not None:
            coming.remove(debt)
            owed.append((debt, unit))
            continue
        part = same or next((into for into in coming if _is_part(unit, into, *terms)), None)
        whole = same or _resized(part or unit._replace(units=-unit.units), _after(unit, *terms))
        if part is None:  # all of the lot is in the fraction
            whole = whole._replace(cost=unit.cost)
        else:
            coming.remove(part)
        pairs.append((unit, whole))
        if same is None:
            left.append(_resized(whole, (part.units if part else ZERO) - whole.units))
    if coming or (paid and not left):
        return None
    return Split(out[0].commodity, terms, pairs, left, paid, owed)


def _after(out: Unit, new: int, old: int) -> Decimal:
    return round(divide(-out.units * new, Decimal(old)), 18)


def _resized(unit: Unit, units: Decimal) -> Unit:
    """So many units of the same lot."""
    cost = unit.cost and divide(unit.cost * abs(units), abs(unit.units))
    return unit._replace(units=units, cost=cost)


def is_ratio(text: str) -> bool:
    """Whether it is NEW:OLD, as folio wrote it."""
    new, _, old = text.partition(":")
    return new.isdecimal() and old.isdecimal() and bool(int(new) and int(old))


def _is_same(out: Unit, into: Unit, new: int, old: int) -> bool:
    """Whether a lot came in again as so many units for each, at the same cost and of its day."""
    # A cost that does not come out even is equal to the digits in which the program computes.
    apart = abs((out.cost or ZERO) - (into.cost or ZERO))
    close = apart <= (into.cost or ZERO).scaleb(-20)
    units = abs(-out.units * new - into.units * old) <= old * _ROUNDED
    return _is_of_lot(out, into) and close and units


def _is_owed(into: Unit, out: Unit, new: int, old: int) -> bool:
    """Whether so many units that were owed are owed again as so many for each."""
    return _is_same(into._replace(units=-into.units), out._replace(units=-out.units), new, old)


def _is_part(out: Unit, into: Unit, new: int, old: int) -> bool:
    """Whether less of a lot came in again than the ratio makes of it."""
    after = _after(out, new, old)
    if not (_is_of_lot(out, into) and into.units < after):
        return False
    whole = _resized(into, after).cost or ZERO
    return abs(whole - (out.cost or ZERO)) <= whole.scaleb(-15)


def _is_of_lot(out: Unit, into: Unit) -> bool:
    of = (out.account, out.acquired_on, out.has_lot, out.cost is None)
    like = (into.account, into.acquired_on, into.has_lot, into.cost is None)
    return of == like and out.label.partition(" ")[0] == into.label.partition(" ")[0]


class Splits(Flows):
    """Makes the drafts of splits."""

    def _unnamed_split(self, event: Event, inside: list[Unit]) -> Split | None:
        """The split that an entry of another program is, which has no word for one.

        All that is held of one asset goes out and nothing else, and each lot comes in of its day
        and at its cost, as so many times more: in terms as small as companies choose them.
        """
        if event.kind or len(inside) != len(event.units) or not all(u.has_lot for u in inside):
            return None
        old = -sum((u.units for u in inside if u.units < ZERO), ZERO)
        new = sum((u.units for u in inside if u.units > ZERO), ZERO)
        held = self._held(inside[0].commodity) if inside else ZERO
        if not old or not new or old == new or held != old:
            return None
        ratio = Fraction(new) / Fraction(old)
        terms = f"{ratio.numerator}:{ratio.denominator}"
        found = split_of(inside, terms) if max(ratio.as_integer_ratio()) <= _MOST else None
        return None if found is None or found.left or found.paid or found.owed else found

    def _held(self, commodity: str) -> Decimal:
        """All that is left of an asset's lots, less what is owed."""
        lots = (
            p.units for key, some in self.parcels.items() if key[0][2] == commodity for p in some
        )
        owed = (units for key, units in self.owed.items() if key[0][2] == commodity)
        return sum(lots, ZERO) - sum(owed, ZERO)

    def _split(self, event: Event, split: Split) -> Draft | None:
        """A split of every holding, and the fraction that it left, where money came for that."""
        left, paid = split.left, split.paid
        if left and not (paid and len({unit.account for unit in left}) == 1):
            return None
        self._rescale(split)
        asset, first = self.names.asset(split.commodity), (left or (split.lots or split.owed)[0])[0]
        account, label = self.names.holding(first.account, split.commodity)
        draft = self._draft(event, "split", account)._replace(
            related_asset=asset, ratio=split.ratio
        )
        if not left:
            return draft
        gone = Leg("asset", asset, sum((unit.units for unit in left), ZERO), label=label)
        paid = [unit._replace(account=first.account) if unit.passing else unit for unit in paid]
        cash = as_kept(paid, [self._cash(unit, account) for unit in paid])
        return draft._replace(legs=(gone, *cash), takes=self._taken_by(left))

    def _rescale(self, split: Split) -> None:
        """The lots are known by other costs from here on."""
        new, old = split.ratio
        for out, into in split.lots:
            before = self.parcels.pop((self._holding(out), lot_key(out)), deque())
            left = into.units
            for parcel in before:
                parcel.units = round(divide(parcel.units * new, Decimal(old)), 18)
                left -= parcel.units
            if before and abs(left) <= _ROUNDED * len(before):
                before[-1].units += left
            self.parcels.setdefault((self._holding(into), lot_key(into)), deque()).extend(before)
        for owed, again in split.owed:
            units = self.owed.pop((self._holding(owed), lot_key(owed)), ZERO)
            key = self._holding(again), lot_key(again)
            self.owed[key] = round(divide(units * new, Decimal(old)), 18)

    def _split_of_nothing(self, event: Event) -> Draft:
        """A split while nothing was held, which prices and what is entered later go by.

        It stands with an account that holds the asset some day.
        """
        new, _, old = event.ratio.partition(":")
        moved = (unit for one in self.names.peer.events for unit in one.units)
        held = (u for u in moved if u.commodity == event.payer and self.names.is_inside(u.account))
        holder = next((self.names.holding(u.account, u.commodity)[0] for u in held), None)
        draft = Draft("split", event.day, holder, (), external_id=self._next_id(), note=event.title)
        asset = self.names.asset(event.payer)
        return draft._replace(related_asset=asset, ratio=(int(new), int(old)), lines=(event.line,))
