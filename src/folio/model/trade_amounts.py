"""Whether a trade's price says what its cash says.

The cash that a source states counts, and the price is information; where the two differ by more
than rounding one of them is wrong, or the price is in another unit.

>>> differs(Decimal("99.60"), Decimal("100")), differs(Decimal("1000"), Decimal("100"))
(False, True)
"""

from decimal import Decimal

# A printed price is rounded: quantity × price may miss the amount by this share of it,
# or by this much where that is more.
_SHARE = Decimal("0.02")
_AMOUNT = Decimal("0.05")


def differs(worth: Decimal, amount: Decimal) -> bool:
    """Whether quantity × price misses the amount by more than it may; both unsigned."""
    missed = abs(worth - amount)
    return missed > _AMOUNT and missed > _SHARE * amount
