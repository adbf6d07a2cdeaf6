"""What an event did to the lots of a holding: those of before compared with those of after.

A lot is known by its cost a unit, which stays the same while parts of it go.  It is stated to 32
digits: times the units, rounded to the 28 that most programs compute in, that is the lot's cost.

>>> lot = Lot(1, 7, "2025-03-04", Decimal(3), Decimal(10), 1, 0)
>>> held = _Open(lot, _unit_cost(lot, Asset(2, "ACME", "stock", "", None, 4, "")))
>>> str(held.unit_cost)
'3.3333333333333333333333333333333'
>>> str(Context(prec=28).multiply(held.unit_cost, lot.quantity))
'10.00000000000000000000000000'
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from folio.model.assets import Asset
from folio.model.journal import Change, Entry
from folio.model.ledger import Lot, State
from folio.model.numbers import ZERO, divide

_UNIT = Context(prec=32, rounding=ROUND_HALF_EVEN)
_SAME = -30  # digits in which two costs a unit may differ


class _Open(NamedTuple):
    """A lot with the unit cost by which it is known."""

    lot: Lot
    unit_cost: Decimal | None


class LotChanges:
    """Remembers the open lots of holdings, and says what became of them."""

    def __init__(self, asset_of: Callable[[int], Asset]) -> None:
        self.asset_of = asset_of
        self.open: dict[int, dict[int, _Open]] = {}  # by holding and place

    def compared(self, holding: int, state: State, *, anew: bool = False) -> Iterator[Change]:
        """What the last event did to the lots of its holding; ``anew``: it split them all."""
        asset = self.asset_of(holding)
        before = self.open.setdefault(holding, {})
        now = {lot.place: lot for lot in state.lots if lot.quantity}
        for place in [place for place in before if place not in now]:
            yield _change(holding, before.pop(place), asset)
        for place, lot in now.items():
            was = before.get(place)
            if was is not None and was.lot is lot:
                continue
            held = _Open(lot, _unit_cost(lot, asset))
            if was is not None and _same_unit(was, held) and not anew:
                before[place] = was._replace(lot=lot)
                if lot.quantity != was.lot.quantity:
                    yield _part(holding, was, lot, asset)
                continue
            if was is not None:
                yield _change(holding, was, asset)
            before[place] = held
            yield _change(holding, held, asset, came=True)


def _unit_cost(lot: Lot, asset: Asset) -> Decimal | None:
    """What one unit cost, or fetched where it was sold short.

    None of own money and of money that is owed, and where it is not known or below 0.
    """
    if lot.cost is None or (lot.currency == asset.id and lot.cost == lot.quantity):
        return None
    unit = _UNIT.plus(divide(lot.cost, lot.quantity))
    is_debt = lot.quantity < ZERO and asset.is_currency
    return None if unit < ZERO or is_debt else unit


def _same_unit(was: _Open, now: _Open) -> bool:
    """Whether a lot is a part of what it was, at the same cost a unit."""
    if was.unit_cost is None or now.unit_cost is None:
        no_cost = (was.lot.cost is None) == (now.lot.cost is None)
        return was.unit_cost is None and now.unit_cost is None and no_cost
    apart = abs(was.unit_cost - now.unit_cost)
    return was.lot.currency == now.lot.currency and apart <= was.unit_cost.scaleb(_SAME)


def _name(number: int) -> str | None:
    return f"t{number}" if number > 0 else f"g{-number}" if number else None


def _change(holding: int, held: _Open, asset: Asset, *, came: bool = False) -> Change:
    """The whole lot came or went."""
    lot, sign = held.lot, 1 if came else -1
    own = lot.currency == asset.id and lot.cost == lot.quantity
    return Change(
        holding,
        lot.quantity * sign,
        None if lot.cost is None or held.unit_cost is None else lot.cost * sign,
        held.unit_cost,
        lot.currency if held.unit_cost is not None else None,
        None if own else lot.acquired_on,
        None if own else _name(lot.opened_by),
    )


def _part(holding: int, was: _Open, lot: Lot, asset: Asset) -> Change:
    """Some of the lot's units came or went at its own cost."""
    whole = _change(holding, was, asset, came=True)
    cost = None
    if whole.cost is not None and lot.cost is not None and was.lot.cost is not None:
        cost = lot.cost - was.lot.cost
    return whole._replace(units=lot.quantity - was.lot.quantity, cost=cost)


def coalesced(
    changes: list[Change], prices: dict[int, tuple[Decimal, int]], *, anew: bool = False
) -> list[Change]:
    """One change a lot, those that went first.

    ``anew``: the first of what has no cost, or cost nothing, is the whole lot that went, and the
    rest came for it.
    """
    sums: dict[tuple[object, ...], Change] = {}
    for one in changes:
        key: tuple[object, ...] = one.of_lot
        if anew and not one.unit_cost:
            key = (*key, (*key, False) in sums)
        was = sums.get(key)
        if was is not None:
            cost = None if one.cost is None or was.cost is None else was.cost + one.cost
            one = was._replace(units=was.units + one.units, cost=cost)
        sums[key] = one
    left = [one for one in sums.values() if one.units or one.cost]
    left.sort(key=lambda one: one.units > ZERO)  # stable
    return [
        one._replace(price=prices[one.place][0], price_currency=prices[one.place][1])
        if one.place in prices
        else one
        for one in left
    ]


class Order:
    """The places in which units of a lot go before they came, or come while others are owed.

    A transaction has one place in its day, and its holdings may want different ones.  A program
    that matches lots takes what comes to pay what is owed, without knowing of which lot.
    """

    def __init__(self) -> None:
        self.unordered: set[int] = set()
        self._held: dict[tuple[object, ...], Decimal] = {}  # nothing of what is not there any more

    def take(self, entry: Entry) -> None:
        """The next entry."""
        held = self._held
        owed = {one.place for one in entry.changes if held.get((one.place,), ZERO) < ZERO}
        for one in entry.changes:
            key: tuple[object, ...] = (one.place,) if one.unit_cost is None else one.of_lot
            left = held.pop(key, ZERO) + one.units
            if left:
                held[key] = left
            lacking = left < ZERO or (one.units > ZERO and one.place in owed)
            if one.unit_cost is not None and lacking:
                self.unordered.add(one.place)
