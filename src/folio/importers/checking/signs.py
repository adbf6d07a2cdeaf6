"""Signs that contradict what a row says it is: a purchase of minus one share."""

from collections.abc import Iterable

from folio.model.numbers import ZERO, to_text
from folio.model.transactions import Draft

# Whether the main leg of these comes in.
_COMES_IN = {
    "buy": True,
    "sell": False,
    "deposit": True,
    "withdraw": False,
    "transfer_in": True,
    "transfer_out": False,
}
_TRADES = ("buy", "sell")


def checked(drafts: Iterable[Draft]) -> tuple[list[Draft], dict[int, str]]:
    """The drafts whose signs fit, and by line what is wrong with the others."""
    sound: list[Draft] = []
    faults: dict[int, str] = {}
    for draft in drafts:
        fault = contradiction(draft)
        if fault:
            faults.update(dict.fromkeys(draft.lines, fault))
        else:
            sound.append(draft)
    return sound, faults


def contradiction(draft: Draft) -> str:
    """What is wrong with a draft's signs; "" where they fit."""
    comes_in = _COMES_IN.get(draft.kind)
    if comes_in is None:
        return ""
    expected = {"asset": comes_in, "cash": comes_in is not (draft.kind in _TRADES)}
    for leg in draft.legs:
        if leg.role in expected and (leg.quantity > ZERO) is not expected[leg.role]:
            sign = "+" if leg.quantity > 0 else ""
            return (
                f"a {draft.kind} cannot be {sign}{to_text(leg.quantity)} {leg.asset}: "
                "correct the sign or the kind"
            )
    return ""
