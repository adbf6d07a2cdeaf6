"""A transaction or an answer in a sentence, to be read back to who recorded it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from folio.model.assets import AssetRef, minor_unit
from folio.model.numbers import ZERO, to_text
from folio.model.trade_amounts import two_sums
from folio.model.transactions import Draft, Leg

if TYPE_CHECKING:
    from folio.operations.reconciling.reconcile import Answered


def phrase(draft: Draft) -> str:
    """``buy 10 VWCE at 118.20 EUR in ibkr on 2025-03-04 (cash −1,182.00 EUR, fee −1.00 EUR)``."""
    own = [leg for leg in draft.legs if leg.role == "asset"]
    money = [leg for leg in draft.legs if leg.role != "asset"]
    parts = [draft.kind.replace("_", " ")]
    if draft.ratio is not None:
        parts.append(f"{draft.related_asset} {draft.ratio[0]}:{draft.ratio[1]}")
    if own:
        if draft.kind == "exercise":  # the option first, whichever way each goes
            parts.append(" for ".join(_money(abs(leg.quantity), leg.asset) for leg in own))
        else:
            parts.append(_moved(own, signed=draft.kind in ("opening", "correction", "unknown")))
        if draft.kind == "spin_off" and draft.related_asset is not None:
            parts.append(f"from {draft.related_asset}")
    elif money and draft.ratio is None:
        parts.append(_cash(money[0]))
        money = money[1:]
        if draft.related_asset is not None:
            parts.append(f"from {draft.related_asset}")
    if draft.account is not None and (draft.legs or draft.ratio is None):  # a split is everywhere
        parts.append(f"in {draft.account}")
    there = next((leg for leg in own if leg.account is not None), None)
    if there is not None:
        parts.append(_arrived(there, own[0]))
    parts.append(f"on {draft.occurred_on}")
    if money:
        parts.append(f"({', '.join(f'{leg.role} {_cash(leg)}' for leg in money)})")
    return " ".join(parts)


def doubt(draft: Draft) -> str | None:
    """What is odd: a cost nobody knows how to share, a price that does not make the cash."""
    if _shares_unsaid(draft):
        return "which part of the cost goes with the new units is not known; say its --cost-share"
    found = two_sums(draft)
    if found is None:
        return None
    worth, amount, money = found
    return (
        f"the cash is {_money(amount, money)}, and the price makes it {_money(worth, money)}; "
        "the cash counts"
    )


def _shares_unsaid(draft: Draft) -> bool:
    """Whether the cost of units stays with some and goes with others, and nobody said how much."""
    if draft.cost_share is not None:
        return False
    come = [leg for leg in draft.legs if leg.role == "asset" and leg.quantity > ZERO]
    if draft.kind == "spin_off":
        return all(leg.cost is None for leg in come)
    becomes = draft.kind in ("merger", "symbol_change")
    return becomes and bool(come) and any(leg.role == "cash" for leg in draft.legs)


def told(gap: int, word: str, answered: "Answered", *, dry_run: bool = False) -> str:
    """What an answer did, in a sentence."""
    if answered.already:
        return f"gap {gap} was answered {word} already; nothing to do"
    verb = "would answer" if dry_run else "answered"
    if answered.draft is None:
        return f"{verb} gap {gap}, {answered.holding} until {answered.gap.until}: {word}"
    number = "" if dry_run else f" {answered.transaction_id}"
    recorded = "would record" if dry_run else "recorded"
    return f"{verb} gap {gap}: {word}; {recorded}{number}: {phrase(answered.draft)}"


def _moved(own: list[Leg], *, signed: bool) -> str:
    first = min(own, key=lambda leg: leg.quantity) if len(own) > 1 else own[0]
    quantity = first.quantity if signed else abs(first.quantity)
    text = _signed(quantity, first.asset) + _pot(first)
    if first.price is not None:
        text += f" at {_money(first.price, first.price_currency)}"
    if first.cost is not None:
        text += f" worth {_money(first.cost, first.cost_currency)}"
    others = [leg for leg in own if leg is not first and leg.account is None]
    for leg in others:
        text += f" for {_money(abs(leg.quantity), leg.asset)}{_pot(leg)}"
    return text


def _arrived(leg: Leg, left: Leg) -> str:
    """Where it went, and what arrived there where that is not what left."""
    place = f"{leg.account}{_pot(leg)}"
    if leg.asset != left.asset:
        return f"for {_money(leg.quantity, leg.asset)} in {place}"
    less = leg.quantity != -left.quantity
    return f"to {place}{f' as {_money(leg.quantity, leg.asset)}' if less else ''}"


def _cash(leg: Leg) -> str:
    return _signed(leg.quantity, leg.asset) + _pot(leg)


def _pot(leg: Leg) -> str:
    return f" [{leg.label}]" if leg.label else ""


def _signed(quantity: Decimal, asset: AssetRef) -> str:
    return f"{'−' if quantity < ZERO else ''}{_money(abs(quantity), asset)}"


def _money(amount: Decimal, asset: AssetRef | None) -> str:
    """An amount with every digit that it has, and no fewer than its currency's places."""
    whole, _, part = to_text(amount).partition(".")
    places = minor_unit(asset.symbol) if asset is not None and asset.type == "currency" else 0
    part = part.ljust(places, "0")
    return f"{int(whole):,}{'.' if part else ''}{part} {asset}"
