"""From the words of ``add-tx`` and the keys of a batch to a draft.

Quantities are unsigned, the kind gives the direction; only income, costs, openings,
corrections and unknown movements may be negative, for what they take back.  A cash
amount that nobody states is quantity × price, rounded once to the currency's minor unit.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from folio.errors import UsageError
from folio.model.assets import AssetRef, minor_unit, parse_asset_ref
from folio.model.dates import parse_day
from folio.model.numbers import ZERO, round_money, to_text
from folio.model.transactions import Draft, Leg, parse_account_ref
from folio.operations.transactions.words import Context, Words


def draft_from(words: dict[str, str], context: Context) -> Draft:
    """The draft that these words state.

    Raises:
        UsageError: for a missing, malformed or contradictory word.
    """
    said = Words(words, context)
    make = _MAKERS[said.kind]
    account = None if said.kind == "split" and not said.has("account") else said.account
    draft = Draft(
        said.kind,
        said.day,
        account,
        (),
        external_id=said.get("id"),
        occurred_at=said.instant,
        related_asset=None if said.kind == "split" else said.other_asset("related_asset"),
        note=said.get("note") or "",
        cost_share=said.share if said.kind in ("spin_off", "merger", "symbol_change") else None,
    )
    legs = make(said)
    if said.kind == "buy" or any(leg.role == "asset" and leg.quantity < ZERO for leg in legs):
        draft = draft._replace(lot=said.get("lot"))
    dated = said.kind != "correction" and any(map(_comes_in, legs))
    acquired = said.get("acquired_on") if dated else None
    if acquired is not None:
        day = parse_day(acquired, context.today)
        if day > draft.occurred_on:
            raise UsageError(f"acquired on {day} is after the transaction's day")
        legs = tuple(leg._replace(acquired_on=day) if _comes_in(leg) else leg for leg in legs)
    draft = draft._replace(legs=legs)
    if said.kind == "split":
        new, old = _ratio(said.need("ratio"))
        if new == old:
            raise UsageError(f"a split of {new}:{old} changes nothing; say new units for old ones")
        draft = draft._replace(related_asset=said.asset, ratio=(new, old))
    elif said.kind == "spin_off" and draft.related_asset is None:
        raise UsageError(
            "spin_off needs --related-asset: the company that the units came from; the units come "
            "first: folio add-tx spin_off 25 NEW --related-asset OLD --cost-share 20%"
        )
    elif said.kind in PAID_BY_ASSET and draft.related_asset is None and said.has("asset"):
        payer = said.asset
        draft = draft if _is_cash(payer) else draft._replace(related_asset=payer)
    said.refuse_unasked([leg.asset for leg in legs])
    return draft


def _comes_in(leg: Leg) -> bool:
    return leg.role == "asset" and leg.quantity > ZERO


PAID_BY_ASSET = frozenset({"dividend", "coupon", "return_of_capital", "interest", "fee", "tax"})


def _is_cash(ref: AssetRef) -> bool:
    return ref.type == "currency"


def _ratio(text: str) -> tuple[int, int]:
    new, colon, old = text.replace("/", ":").partition(":")
    terms = [int(term) if term.isdecimal() and len(term) < 8 else 0 for term in (new, old)]
    if not (colon and all(terms)):
        raise UsageError(f"ratio {text!r} is not NEW:OLD in whole numbers, such as 2:1")
    return terms[0], terms[1]


# -- legs by kind ------------------------------------------------------------------------


def _trade(said: Words, direction: int) -> tuple[Leg, ...]:
    asset, quantity = said.asset, said.quantity
    if _is_cash(asset):
        raise UsageError(f"{asset.symbol} is a currency; exchange it with: folio add-tx swap")
    price, money = said.unsigned("price"), said.currency
    gross = _gross(said, quantity, price, money)
    legs = [_asset_leg(said, asset, direction * quantity, price, money)]
    if gross:
        legs.append(Leg("cash", money, -direction * gross))
    else:  # for nothing is not for an unknown amount
        legs[0] = legs[0]._replace(cost=ZERO, cost_currency=money)
    return (*legs, *_costs(said, money))


def _asset_leg(
    said: Words, asset: AssetRef, quantity: Decimal, price: Decimal | None, money: AssetRef
) -> Leg:
    priced = None if price is None else money
    return Leg("asset", asset, quantity, price, priced, label=said.get("label") or "")


def _gross(said: Words, quantity: Decimal, price: Decimal | None, money: AssetRef) -> Decimal:
    amount = said.unsigned("amount")
    if amount is not None:
        return amount
    if price is None:
        raise UsageError(f"{said.kind} needs --price or --amount")
    return round_money(quantity * price, minor_unit(money.symbol))


def _costs(said: Words, money: AssetRef) -> tuple[Leg, ...]:
    """The fee and tax legs: what they took, out of the account."""
    tax = said.unsigned("tax")
    taxes = (Leg("tax", money, -tax, label=_pot_of(said, money)),) if tax else ()
    return (*_fees(said, money), *taxes)


def _fees(said: Words, money: AssetRef | None = None) -> tuple[Leg, ...]:
    fee = said.unsigned("fee")
    if not fee:
        return ()
    paid_in = said.get("fee_currency")
    asset = (money or said.currency) if paid_in is None else parse_asset_ref(paid_in)
    return (Leg("fee", asset, -fee, label=_pot_of(said, asset)),)


def _pot_of(said: Words, asset: AssetRef) -> str:
    """The pot of what is paid in the very units that are spoken of; other money has none."""
    if said.has("asset") and asset.symbol == said.asset.symbol:
        return said.get("label") or ""
    return ""


def _swap(said: Words) -> tuple[Leg, ...]:
    to_asset = said.other_asset("to_asset")
    received = said.unsigned("to_quantity")
    if to_asset is None or received is None:
        raise UsageError("swap needs --to-quantity and --to-asset: what came in for it")
    if not received:
        raise UsageError("to quantity 0 moves nothing; say how many units came in")
    if to_asset == said.asset:
        raise UsageError(f"a swap needs two assets; {to_asset} is both")
    value = said.unsigned("amount")
    gave = Leg("asset", said.asset, -said.quantity, label=said.get("label") or "")
    there = said.get("to_account")  # it may be exchanged on its way
    account = None if there is None else parse_account_ref(there)
    got = Leg("asset", to_asset, received, account=account, label=said.get("to_label") or "")
    if value is not None:
        money = said.currency
        gave = gave._replace(cost=value, cost_currency=money)
        got = got._replace(cost=value, cost_currency=money)
    return (gave, got, *_fees(said))


def _bring_in(said: Words) -> tuple[Leg, ...]:
    """A deposit, an arrival, an opening: with its cost where that is stated."""
    return (_moved(said, 1),)


def _take_out(said: Words) -> tuple[Leg, ...]:
    return (_moved(said, -1), *_costs(said, said.asset))


def _moved(said: Words, direction: int) -> Leg:
    asset, quantity = said.asset, said.quantity
    price = said.unsigned("price")
    comes_at_a_cost = said.kind != "correction" and direction * quantity > ZERO
    cost = said.unsigned("cost") if comes_at_a_cost else None
    money = said.currency if price is not None or cost is not None else None
    leg = Leg("asset", asset, direction * quantity, label=said.get("label") or "")
    if price is not None and asset == money:
        if price != 1:
            raise UsageError(f"a price of {asset} in itself is always 1; say another --currency")
        price = None
    if price is not None:
        leg = leg._replace(price=price, price_currency=money)
    if cost is not None and money is not None:
        _refuse_other_worth(leg, cost, money)
        leg = leg._replace(cost=cost, cost_currency=money)
    return leg


def _refuse_other_worth(leg: Leg, cost: Decimal, money: AssetRef) -> None:
    """Money is worth itself in its own currency, whatever is said."""
    if leg.asset == money and cost != abs(leg.quantity):
        here = f"{to_text(abs(leg.quantity))} {money.symbol}"
        raise UsageError(
            f"cost {to_text(cost)} {money.symbol} contradicts the {here}, which are worth "
            "themselves; leave --cost out, or say its --currency"
        )


def _transfer(said: Words) -> tuple[Leg, ...]:
    """To another account, or from one pot to another."""
    asset, quantity = said.asset, said.quantity
    label, to = said.get("label") or "", said.get("to_account")
    within = to is None and (said.has("label") or said.has("to_label"))
    there = said.account if within else parse_account_ref(said.need("to_account"))
    arrived = said.unsigned("to_quantity") or quantity
    if arrived > quantity:
        raise UsageError(f"{arrived} cannot arrive of {quantity} sent")
    pot = said.get("to_label")
    if pot is None:  # a pot keeps its name in another account
        pot = "" if within else label
    legs = (
        Leg("asset", asset, -quantity, label=label),
        Leg("asset", asset, arrived, account=there, label=pot),
    )
    return (*legs, *_costs(said, asset))


def _income(said: Words) -> tuple[Leg, ...]:
    """A dividend, interest or coupon: cash, in its own currency or as an amount of one."""
    asset = said.asset if said.has("asset") else None
    if asset is not None and _is_cash(asset):
        return _money_in(said, asset)
    money, amount = said.currency, said.number("amount")
    price = said.unsigned("price") if amount is None else None
    if said.has("quantity") and price is not None:
        amount = round_money(said.quantity * price, minor_unit(money.symbol))
    if amount is None:
        if said.kind == "interest" and asset is not None:
            return _units(said)
        if said.has("quantity"):
            said.need("asset")
        raise UsageError(
            f"{said.kind} needs --amount, the cash before tax (units are a stock_dividend)"
        )
    if amount == ZERO:
        raise UsageError("amount 0 moves nothing; say how much was paid")
    return (Leg("cash", money, amount), *_costs(said, money))


def _money_in(said: Words, money: AssetRef) -> tuple[Leg, ...]:
    return (Leg("cash", money, said.quantity, label=_pot_of(said, money)), *_costs(said, money))


def _returned_capital(said: Words) -> tuple[Leg, ...]:
    """Cash paid out of the cost of an asset."""
    if not said.has("related_asset") and (not said.has("asset") or _is_cash(said.asset)):
        raise UsageError("return_of_capital needs the asset whose cost it reduces")
    said.unsigned("amount")
    return _income(said)


def _units(said: Words) -> tuple[Leg, ...]:
    """Units received, for which nobody paid."""
    if _is_cash(said.asset):
        return _money_in(said, said.asset)
    leg = _moved(said, 1)
    costs = _costs(said, said.currency) if said.has("fee") or said.has("tax") else ()
    return (leg, *costs)


def _cost_of_its_own(said: Words) -> tuple[Leg, ...]:
    """A fee or tax that belongs to no trade; a negative one is a rebate."""
    role = said.kind
    if said.has("amount"):
        return (Leg(role, said.currency, -_nonzero(said, "amount")),)
    return (Leg(role, said.asset, -said.quantity, label=said.get("label") or ""),)


def _nonzero(said: Words, key: str) -> Decimal:
    value = said.number(key)
    if not value:
        raise UsageError(f"{key} 0 moves nothing; say how much, or leave it out")
    return value


def _split(said: Words) -> tuple[Leg, ...]:
    if _is_cash(said.asset):
        raise UsageError(f"{said.asset} is a currency, which does not split")
    if not said.has("amount"):
        if said.has("quantity"):
            raise UsageError("a split has no quantity; say its --ratio NEW:OLD")
        return ()
    if not said.has("account"):
        raise UsageError("cash in lieu of a fraction needs the --account that it came to")
    gone: tuple[Leg, ...] = ()
    if said.has("quantity"):
        gone = (Leg("asset", said.asset, -said.quantity, label=said.get("label") or ""),)
    return (*gone, Leg("cash", said.currency, _nonzero(said, "amount")))


def _refuse_cash(said: Words, *refs: AssetRef | None) -> None:
    for ref in refs:
        if ref is not None and _is_cash(ref):
            raise UsageError(
                f"{said.kind} is of a company's units, and {ref.symbol} is a currency; cash that "
                "comes with them is its --amount"
            )


def _merger(said: Words) -> tuple[Leg, ...]:
    _refuse_cash(said, said.asset, said.other_asset("to_asset"))
    gave = Leg("asset", said.asset, -said.quantity, label=said.get("label") or "")
    legs = [gave]
    to_asset, received = said.into, _received(said)
    if (to_asset is None) != (received is None):
        raise UsageError(f"{said.kind} needs --to-asset and --to-quantity together")
    if to_asset is not None and received:
        there = said.get("to_label")  # without it, where what they came from was
        legs.append(Leg("asset", to_asset, received, label=gave.label if there is None else there))
    amount = said.unsigned("amount")
    if amount:
        legs.append(Leg("cash", said.currency, amount))
    if len(legs) == 1:
        raise UsageError(f"{said.kind} needs --to-asset and --to-quantity, or --amount")
    return tuple(legs)


def _received(said: Words) -> Decimal | None:
    """The units that came: stated, by the ratio, or as many as before under another symbol."""
    if said.has("to_quantity") or not said.has("to_asset"):
        return said.unsigned("to_quantity")
    if said.has("ratio"):
        from folio.engine.splits import scaled

        return scaled(said.quantity, *_ratio(said.need("ratio")))
    return said.quantity if said.kind == "symbol_change" else None


def _spin_off(said: Words) -> tuple[Leg, ...]:
    _refuse_cash(said, said.asset, said.other_asset("related_asset"))
    return _bring_in(said)


def _exercise(said: Words) -> tuple[Leg, ...]:
    """An option and its shares: options held go and those written come, as their sign says, and
    so do the shares.
    """
    shares, units = said.other_asset("to_asset"), said.number("to_quantity")
    _refuse_cash(said, said.asset, shares)
    if shares is None or not units:
        raise UsageError(
            "exercise needs --to-asset and --to-quantity, the shares that came; negative: that went"
        )
    money = said.currency
    price = None if said.has("amount") else said.unsigned("price")  # what was paid has both
    gross = _gross(said, abs(units), price, money)
    label = said.get("label") or ""
    return (
        Leg("asset", said.asset, -said.quantity, label=label),
        Leg("asset", shares, units),
        Leg("cash", money, gross.copy_sign(-units)),
        *_costs(said, money),
    )


def _delisting(said: Words) -> tuple[Leg, ...]:
    _refuse_cash(said, said.asset)
    gone = Leg("asset", said.asset, -said.quantity, label=said.get("label") or "")
    paid_out = said.unsigned("amount")
    return (gone, Leg("cash", said.currency, paid_out)) if paid_out else (gone,)


_MAKERS: dict[str, Callable[[Words], tuple[Leg, ...]]] = {
    "buy": partial(_trade, direction=1),
    "sell": partial(_trade, direction=-1),
    "swap": _swap,
    "deposit": _bring_in,
    "withdraw": _take_out,
    "transfer": _transfer,
    "transfer_in": _bring_in,
    "transfer_out": _take_out,
    "dividend": _income,
    "interest": _income,
    "coupon": _income,
    "return_of_capital": _returned_capital,
    "reward": _units,
    "airdrop": _units,
    "stock_dividend": _units,
    "spin_off": _spin_off,
    "fee": _cost_of_its_own,
    "tax": _cost_of_its_own,
    "split": _split,
    "merger": _merger,
    "symbol_change": _merger,
    "delisting": _delisting,
    "exercise": _exercise,
    "opening": _bring_in,
    "correction": _bring_in,
    "unknown": _bring_in,
}
