"""What a kind of transaction asks of its legs."""

from collections.abc import Sequence

from folio.db.transactions.postings import NewPosting
from folio.errors import UsageError
from folio.model.assets import Asset, AssetRef
from folio.model.numbers import to_text
from folio.model.transactions import Draft, Leg


def refuse_idle_share(draft: Draft, come: Sequence[Leg]) -> None:
    """Refuse a share of the cost where it would decide nothing."""
    if draft.cost_share is None:
        return
    has_cash = any(leg.role == "cash" for leg in draft.legs)
    if draft.kind in ("merger", "symbol_change") and not (come and has_cash):
        raise UsageError(
            f"a share of the cost is of a {draft.kind} for units and cash both; leave it out, the "
            "whole cost goes with what came"
        )
    if draft.kind == "spin_off" and any(leg.cost is not None for leg in come):
        raise UsageError("the cost of the new units is stated twice; say --cost or --cost-share")


def exercised(draft: Draft) -> tuple[AssetRef, AssetRef]:
    """The option of an exercise, and its shares.

    Raises:
        UsageError: where it is not an option, its shares and money.
    """
    units = [*{str(leg.asset): leg.asset for leg in draft.legs if leg.role == "asset"}.values()]
    if len(units) != 2 or not any(leg.role == "cash" for leg in draft.legs):
        raise UsageError(
            "an exercise is of an option and its shares, at a price; an option that expired is a "
            "delisting, one that was settled in money is sold, or bought back"
        )
    return units[0], units[1]


def refuse_another_value(own: Sequence[tuple[Leg, Asset]], base: Asset) -> None:
    """Refuse a swap of base money that is stated to be worth anything but that money, and one of
    other money that is stated to be worth another sum of it."""
    money = {asset.symbol: abs(leg.quantity) for leg, asset in own if asset.is_currency}
    for leg, _ in own:
        if leg.cost is None or leg.cost_currency is None:
            continue
        stated = leg.cost_currency.symbol
        one = base.symbol if base.symbol in money else stated
        if one in money and (leg.cost, stated) != (money[one], one):
            raise UsageError(
                f"amount {to_text(leg.cost)} {stated} contradicts the {to_text(money[one])} "
                f"{one} of the swap, which are worth themselves; leave the amount out"
            )


def refuse_zero(leg: Leg) -> None:
    """Refuse a leg that moves nothing."""
    if not leg.quantity:
        raise UsageError(f"{leg.role} of 0 {leg.asset} moves nothing")


def refuse_units_as_cash(leg: Leg, asset: Asset) -> None:
    """Refuse cash that is no money: what is paid in units is exchanged for them, at market."""
    if leg.role == "cash" and not asset.is_currency:
        raise UsageError(f"{leg.asset} is no money to pay with; what is given for units is a swap")


def refuse_without_units(draft: Draft) -> None:
    """Refuse a trade of money alone, which no lot would have cost and no sale fetched."""
    if draft.kind in ("buy", "sell") and all(leg.role != "asset" for leg in draft.legs):
        raise UsageError(f"a {draft.kind} of no units is none; say how many")


def refuse_going_nowhere(postings: Sequence[NewPosting]) -> None:
    """Refuse a transfer from a holding to itself."""
    moved = [p.holding_id for p in postings if p.role == "asset"]
    if len(set(moved)) < len(moved):
        raise UsageError("a transfer needs two places; say another --to-account, or --to-label")
