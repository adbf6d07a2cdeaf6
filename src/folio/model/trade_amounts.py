"""Whether a trade's price says what its cash says.

The cash that a source states counts, and the price is information; where the two differ by more
than rounding one of them is wrong, or the price is in another unit.

>>> differs(Decimal("99.60"), Decimal("100")), differs(Decimal("1000"), Decimal("100"))
(False, True)
"""

from decimal import Decimal

from folio.model.assets import AssetRef
from folio.model.named import NamedTuple
from folio.model.numbers import ZERO
from folio.model.transactions import Draft

# A printed price is rounded: quantity × price may miss the amount by this share of it,
# or by this much where that is more.
_SHARE = Decimal("0.02")
_AMOUNT = Decimal("0.05")


class TwoSums(NamedTuple):
    """What a trade's price makes it, and what its cash says; both unsigned."""

    worth: Decimal
    amount: Decimal
    money: AssetRef


def differs(worth: Decimal, amount: Decimal) -> bool:
    """Whether quantity × price misses the amount by more than it may; both unsigned."""
    missed = abs(worth - amount)
    return missed > _AMOUNT and missed > _SHARE * amount


def two_sums(draft: Draft) -> TwoSums | None:
    """What a trade in its price's own currency is said to be worth, where that is said twice and
    differs."""
    cash = [leg for leg in draft.legs if leg.role == "cash"]
    if len(cash) != 1:
        return None
    money, worth, priced = cash[0].asset, ZERO, False
    for leg in draft.legs:
        if leg.role == "asset":
            if leg.price is None or leg.price_currency != money:
                return None
            worth, priced = worth + leg.quantity * leg.price, True
    worth, amount = abs(worth), abs(cash[0].quantity)
    return TwoSums(worth, amount, money) if priced and differs(worth, amount) else None
