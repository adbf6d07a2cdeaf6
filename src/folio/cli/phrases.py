"""A transaction in a sentence, to be read back to who recorded it."""

from folio.model.numbers import ZERO, to_text
from folio.model.transactions import Draft, Leg


def phrase(draft: Draft) -> str:
    """``buy 10 VWCE at 118.2 EUR in ibkr on 2025-03-04 (cash −1182 EUR, fee −1 EUR)``."""
    own = [leg for leg in draft.legs if leg.role == "asset"]
    money = [leg for leg in draft.legs if leg.role != "asset"]
    parts = [draft.kind.replace("_", " ")]
    if draft.ratio is not None:
        parts.append(f"{draft.related_asset} {draft.ratio[0]}:{draft.ratio[1]}")
    if own:
        parts.append(_moved(own, signed=draft.kind in ("opening", "correction", "unknown")))
    elif money:
        parts.append(_cash(money[0]))
        money = money[1:]
        if draft.related_asset is not None:
            parts.append(f"from {draft.related_asset}")
    if draft.account is not None:
        parts.append(f"in {draft.account}")
    there = next((leg.account for leg in own if leg.account is not None), None)
    if there is not None:
        parts.append(f"to {there}")
    parts.append(f"on {draft.occurred_on}")
    if money:
        parts.append(f"({', '.join(f'{leg.role} {_cash(leg)}' for leg in money)})")
    return " ".join(parts)


def _moved(own: list[Leg], *, signed: bool) -> str:
    first = min(own, key=lambda leg: leg.quantity) if len(own) > 1 else own[0]
    quantity = first.quantity if signed else abs(first.quantity)
    text = f"{to_text(quantity)} {first.asset}"
    if first.label:
        text += f" [{first.label}]"
    if first.price is not None:
        text += f" at {to_text(first.price)} {first.price_currency}"
    if first.cost is not None:
        text += f" worth {to_text(first.cost)} {first.cost_currency}"
    others = [leg for leg in own if leg is not first and leg.account is None]
    for leg in others:
        text += f" for {to_text(abs(leg.quantity))} {leg.asset}"
    return text


def _cash(leg: Leg) -> str:
    sign = "−" if leg.quantity < ZERO else ""
    return f"{sign}{to_text(abs(leg.quantity))} {leg.asset}"
