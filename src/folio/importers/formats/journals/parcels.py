"""Which lots the reductions of a journal take: what is left of what its drafts brought in."""

from collections import deque
from decimal import Decimal
from itertools import chain

from folio.importers.formats.journals.entries import Event, PeerNames, Unit
from folio.importers.formats.journals.units import Key, lot_key
from folio.model.numbers import ZERO
from folio.model.transactions import AccountRef, LotRef

Holding = tuple[AccountRef, str, str]  # account, label, commodity
Taken = tuple[tuple[LotRef, Decimal], ...]  # lots, and how many units of each


class Parcel:
    """Units that are left of what one draft brought in."""

    __slots__ = ("opened_by", "units")

    def __init__(self, opened_by: LotRef, units: Decimal) -> None:
        self.opened_by, self.units = opened_by, units


class Parcels:
    """The lots of a journal, each known by the draft that brought it in."""

    def __init__(self, names: PeerNames) -> None:
        self.names = names
        self.parcels: dict[tuple[Holding, Key], deque[Parcel]] = {}
        self.serial: dict[LotRef, int] = {}  # of what brought lots in, in its order
        self.owed: dict[tuple[Holding, Key], Decimal] = {}  # units that were sold short

    def _holding(self, unit: Unit) -> Holding:
        account, label = self.names.holding(unit.account, unit.commodity)
        return account, label, unit.commodity

    def _brought(self, unit: Unit, opened_by: LotRef) -> None:
        """Remember what a draft brings in."""
        if unit.has_lot:
            self._arrived(unit, Parcel(opened_by, unit.units))

    def _arrived(self, unit: Unit, parcel: Parcel) -> None:
        """Remember what came into a unit's holding."""
        key = (self._holding(unit), lot_key(unit))
        self.serial.setdefault(parcel.opened_by, len(self.serial))
        self.parcels.setdefault(key, deque()).append(parcel)

    def _taken(self, unit: Unit) -> Taken:
        """The lots that a reduction takes; what is not there is left to the method."""
        left, taken = -unit.units, dict[LotRef, Decimal]()
        waiting = self.parcels.get((self._holding(unit), lot_key(unit)), deque())
        while unit.has_lot and left > ZERO and waiting:
            parcel = waiting[0]
            part = min(left, parcel.units)
            taken[parcel.opened_by] = taken.get(parcel.opened_by, ZERO) + part
            parcel.units -= part
            left -= part
            if not parcel.units:
                waiting.popleft()
        return tuple(taken.items())

    def _sold_lots(self, sold: list[Unit], event: Event) -> tuple[Taken, Decimal]:
        """The lots that a sale takes, and how many units it sells short.

        Those are of a lot that no draft brought in, and that is stated with its cost, or that
        fetched less than its fees.
        """
        whole = ZERO
        for unit in sold:
            key = (self._holding(unit), lot_key(unit))
            there = sum((parcel.units for parcel in self.parcels.get(key, ())), ZERO)
            stated = unit.has_lot and (unit.cost is not None or event.short)
            short = -unit.units - there
            if stated and short > ZERO:
                self.owed[key] = self.owed.get(key, ZERO) + short
                whole += short
        return self._taken_by(sold), whole

    def _is_owed(self, unit: Unit) -> bool:
        """Whether units that come in are of a lot that was sold short."""
        owed = self.owed.get((self._holding(unit), lot_key(unit)), ZERO)
        return unit.has_lot and ZERO < unit.units <= owed

    def _give_back(self, unit: Unit) -> None:
        self.owed[self._holding(unit), lot_key(unit)] -= unit.units

    def _taken_by(self, several: list[Unit]) -> Taken:
        """The lots that several reductions of one holding take."""
        taken = dict[LotRef, Decimal]()
        for ref, units in chain.from_iterable(map(self._taken, several)):
            taken[ref] = taken.get(ref, ZERO) + units
        return tuple(taken.items())
