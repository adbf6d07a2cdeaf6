"""Entries in which several things are bought or sold for money of one account: each is a trade.

A sale fetched its price, a purchase took its cost; of one sale the price may be missing, for what
is left of the money is its.  Fees, taxes and income stand beside them where an account outside says
so; what is left then came in or went out.
"""

from decimal import Decimal
from typing import NamedTuple

from folio.importers.formats.journals.entries import Event, Unit
from folio.importers.formats.journals.words import INCOME, OUT, named
from folio.model.assets import minor_unit
from folio.model.numbers import ZERO, round_money


class Trade(NamedTuple):
    """Units of one purchase, or of the lots of one sale, and the money of it (signed)."""

    units: list[Unit]
    paid: Unit


class Several(NamedTuple):
    """The trades of an entry, and what of the money is no trade's, by the kind that says so."""

    trades: list[Trade]  # sales first: what is bought may be of the same asset
    rest: list[tuple[str, Unit]]


def several_trades(
    event: Event, things: list[Unit], money: list[Unit], outside: list[Unit]
) -> Several | None:
    """The trades of an entry with more than one; None where not each of them is sure."""
    bought = [u for u in things if u.units > ZERO]
    sold: dict[tuple[str, str, bool, Decimal | None], list[Unit]] = {}
    for unit in things:
        if unit.units < ZERO:
            key = (unit.account, unit.commodity, bool(unit.worth), unit.price)
            sold.setdefault(key, []).append(unit)
    priced = [units for key, units in sold.items() if key[2]]
    unpriced = [units for key, units in sold.items() if not key[2]]
    of = {u.cost_in for u in bought} | {u.price_in for units in priced for u in units}
    if len(bought) + len(sold) < 2 or len(unpriced) > 1 or len(of) != 1:
        return None
    (currency,) = of
    if not all(u.cost and u.acquired_on in (None, event.day) for u in bought):
        return None
    if not money and len(bought) == len(sold) == 1 and len({u.commodity for u in things}) == 2:
        return None  # one for the other
    if len(money) > 1 or any(u.commodity != currency or u.has_cost for u in money):
        return None
    places = minor_unit(currency)
    trades = [(units, sum((u.worth or ZERO for u in units), ZERO)) for units in priced]
    trades += [([u], -(u.cost or ZERO)) for u in bought]
    amounts = [round_money(amount, places) for _, amount in trades]
    beside = _beside([u for u in outside if u.commodity == currency])
    left = sum((u.units for u in money), ZERO) - sum(amounts, ZERO) - sum(beside.values(), ZERO)
    if unpriced:
        if left <= ZERO:
            return None
        trades, amounts, left = [(unpriced[0], left), *trades], [left, *amounts], ZERO
    elif abs(left) <= len(trades) * Decimal(1).scaleb(-places):  # each was rounded
        amounts[-1] += left
        left = ZERO
    if not money and left:
        return None  # nobody says where it is
    own = money[0] if money else things[0]
    cash = [Unit(own.account, amount, currency) for amount in amounts]
    made = [Trade(units, paid) for (units, _), paid in zip(trades, cash, strict=True)]
    rest = [(kind, amount) for kind, amount in [*beside.items(), ("", left)] if amount]
    return Several(made, [(kind, Unit(own.account, amount, currency)) for kind, amount in rest])


def _beside(outside: list[Unit]) -> dict[str, Decimal]:
    """Fees, taxes and income that accounts outside name, as they change what is held."""
    found: dict[str, Decimal] = {}
    for unit in outside:
        kind = named(unit.account)
        if kind in INCOME | OUT:
            found[kind] = found.get(kind, ZERO) - unit.units
    return found
