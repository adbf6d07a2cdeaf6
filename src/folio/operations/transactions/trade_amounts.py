"""What the units of a trade cost or fetched, from the legs beside them."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from folio.model.assets import Asset, AssetRef
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.model.transactions import INCOME_KINDS, Draft, Leg
from folio.operations.transactions.kind_rules import refuse_another_value

# An amount, the id of its currency, and whether fees in something else come on top.
Amounted = tuple[Decimal | None, int | None, bool]
# Units that nobody paid for are worth what the source says that one of them is, as those of a swap.
_WORTH_THEIR_PRICE = INCOME_KINDS | {"swap"}
_ITSELF: Amounted = (None, None, False)  # money without an amount costs and fetches itself


class Beside(NamedTuple):
    """The money beside the units of a trade."""

    places: tuple[int, ...]  # among the legs, of what is in the currency of its cash
    currency_id: int
    mixed: bool  # there are fees or taxes in something else


def two_sides(draft: Draft) -> Draft:
    """A swap with money on a side as one of units: what came in opens at what was given.

    A source's rows of an exchange are cash that goes and cash that comes; as cash, either
    would be itself, whatever was given for it.
    """
    if sum(leg.role in ("asset", "cash") for leg in draft.legs) != 2:
        return draft
    legs = (leg._replace(role="asset") if leg.role == "cash" else leg for leg in draft.legs)
    return draft._replace(legs=tuple(legs))


def amounts_of(
    draft: Draft,
    assets: Sequence[Asset],
    asset_of: Callable[[AssetRef], Asset],
    base: Asset,
    *,
    strict: bool,
) -> dict[int, Amounted]:
    """What the units of each asset leg cost or fetched, by the leg's ``id()``.

    What is delisted, or expires, and brings no money is worth nothing, whatever its last price;
    so it is where it was sold short, and came in to end that.
    ``assets`` are the legs' own, and ``asset_of`` looks another one up.

    Raises:
        UsageError: where ``strict`` and a swap of base money is stated to be worth anything else.
    """
    own: list[tuple[Leg, Asset]] = []
    cash: list[tuple[Leg, Asset]] = []
    for pair in zip(draft.legs, assets, strict=True):
        role = pair[0].role
        if role != "external":
            (own if role == "asset" else cash).append(pair)
    amounts: dict[int, Amounted] = {}
    for leg, _ in own:
        if leg.cost is not None and leg.cost_currency is not None:
            amounts[id(leg)] = (leg.cost, asset_of(leg.cost_currency).id, False)
        elif (
            draft.kind in _WORTH_THEIR_PRICE
            and leg.price is not None
            and leg.price_currency is not None
        ):
            quote = asset_of(leg.price_currency)
            if quote.is_currency:  # anything else has a value of its own: the market's
                amounts[id(leg)] = (leg.price * abs(leg.quantity), quote.id, False)
    if draft.kind in ("buy", "sell", "split") and len(own) == 1:
        leg = own[0][0]
        amount = with_stated(
            leg, draft.legs, money_beside(draft.legs, assets), amounts.get(id(leg))
        )
        if amount[0] is not None:
            amounts[id(leg)] = amount
    elif draft.kind in ("merger", "symbol_change"):
        if any(leg.role == "cash" for leg in draft.legs):  # a fee alone is no part disposal
            money = money_beside(draft.legs, assets)
            gone = [leg for leg, _ in own if leg.quantity < ZERO]
            amounts |= {id(leg): traded(leg, draft.legs, money) for leg in gone}
    elif draft.kind == "exercise":
        money, option = money_beside(draft.legs, assets), own[0][1].id if own else None
        shares = [leg for leg, asset in own if asset.id != option]
        amounts |= {id(leg): traded(leg, draft.legs, money) for leg in shares[:1]}
    elif draft.kind == "delisting":
        money, nothing = money_beside(draft.legs, assets), (ZERO, base.id, False)
        ended = [leg for leg, _ in own if id(leg) not in amounts]
        amounts |= {id(leg): traded(leg, draft.legs, money) if money else nothing for leg in ended}
    elif draft.kind == "swap" and len(own) == 2:
        if strict:
            refuse_another_value(own, base)
        amounts |= swapped(own, cash, amounts, base.id)
    return amounts


def with_stated(
    leg: Leg, legs: Sequence[Leg], money: Beside | None, stated: Amounted | None
) -> Amounted:
    """A trade's amount, from the money beside its units and what is ``stated`` of them.

    A stated cost of a purchase is more exact than money, which is in whole cents.  Where no money
    changed hands, because it was less than a cent, the stated amount stands in its place.
    """
    paid = traded(leg, legs, money)
    if stated is None or stated[0] is None:
        return paid
    if any(part.role == "cash" for part in legs):
        return stated if leg.quantity > ZERO else paid
    if paid[0] is None or paid[1] != stated[1]:
        return stated[0], stated[1], paid[0] is not None
    return stated[0] + paid[0], stated[1], paid[2]


def money_beside(legs: Sequence[Leg], assets: Sequence[Asset]) -> Beside | None:
    """What is paid or received beside units; ``assets`` are the legs' own."""
    money = [
        (place, leg.role, asset.id)
        for place, (leg, asset) in enumerate(zip(legs, assets, strict=True))
        if leg.role not in ("asset", "external")
    ]
    if not money:
        return None
    main = next((currency for _, role, currency in money if role == "cash"), money[0][2])
    places = tuple([place for place, _, currency in money if currency == main])
    return Beside(places, main, len(places) < len(money))


def traded(leg: Leg, legs: Sequence[Leg], money: Beside | None) -> Amounted:
    """A trade's amount: everything paid or received in the currency of its cash."""
    if money is None:
        return _ITSELF
    total = ZERO
    for place in money.places:
        total += legs[place].quantity
    return (-total if leg.quantity > ZERO else total), money.currency_id, money.mixed


def swapped(
    own: list[tuple[Leg, Asset]],
    fees: list[tuple[Leg, Asset]],
    stated: dict[int, Amounted],
    base: int,
) -> dict[int, Amounted]:
    """Both sides of a swap have one value: base money's own, else stated, else a currency's own.

    Money in the book's base currency is worth itself, whatever a source says or a market paid:
    its side has no amount, the other is worth what the money is; so is any money in its own
    currency, where the source says what the swap was worth in that.  A swap for it is a sale, so a
    fee in something else is less of its proceeds; otherwise the cost of base money, which costs
    itself, would have to be more than the money is.

    Any other fee joins the cost of what came in: 100 EUR and a fee of 2 for a coin cost 102, as
    if it had been bought.  Of money that came in a fee is less of it, for both sides; of other
    units that were traded, fewer came in or more went out for the same value.
    """
    out, into = sorted(own, key=lambda pair: pair[0].quantity)
    value, currency = _value(out, into, stated, base)
    if value is not None and currency == into[1].id:
        value += sum((leg.quantity for leg, asset in fees if asset.id == currency), ZERO)
    traded_units = {into[1].id} if out[1].is_currency else {into[1].id, out[1].id}
    others = [pair for pair in fees if pair[1].id not in traded_units]
    mixed = any(asset.id != currency for _, asset in others)
    if into[1].id == base:
        return {id(out[0]): (value, currency, mixed), id(into[0]): _ITSELF}
    same = -sum((leg.quantity for leg, asset in others if asset.id == currency), ZERO)
    cost = None if value is None else value + same
    given = _ITSELF if out[1].id == base else (value, currency, False)
    return {id(out[0]): given, id(into[0]): (cost, currency, mixed)}


def _value(
    out: tuple[Leg, Asset],
    into: tuple[Leg, Asset],
    stated: dict[int, Amounted],
    base: int,
) -> tuple[Decimal | None, int | None]:
    """What a swap is worth, fees apart, and in what; None: nobody says, the market has to."""
    sides = ((asset, abs(leg.quantity)) for leg, asset in (out, into))
    money = {asset.id: units for asset, units in sides if asset.is_currency}
    value, currency = next(iter(stated.values()))[:2] if stated else (None, None)
    for own in (base, currency, *(() if stated else money)):
        if own in money:
            return money[own], own
    return value, currency
