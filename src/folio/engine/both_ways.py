"""A pair that is stated both ways: what one A is in B, and what one B is in A, of one day.

The law: they agree where one is the reverse of the other, as far as their digits tell.  A price
stands for all that would be rounded to it: 0.92 and 1.08 agree, whose reverse is 0.9259, because
0.92 may be 0.9249.  What asks and bids differ by is no contradiction either: up to 1 % is let pass.
To let nothing pass but the digits was rejected: closes of two hours would be told every day.

>>> [contradict(Decimal(a), Decimal(b)) for a, b in (("0.92", "1.08"), ("0.9", "0.9"))]
[False, True]
>>> contradict(Decimal("0.0067"), Decimal("150")), contradict(Decimal("0.00670"), Decimal("155"))
(False, True)
"""

from decimal import Decimal

from folio.model.numbers import ONE

SPREAD = Decimal("0.01")  # that two sources may be apart


def contradict(price: Decimal, inverse: Decimal) -> bool:
    """Whether two prices above 0 of one day, of A in B and of B in A, cannot both be right."""
    if abs(price * inverse - ONE) <= SPREAD:
        return False
    least = (price - _half(price)) * (inverse - _half(inverse))
    most = (price + _half(price)) * (inverse + _half(inverse))
    return not least <= ONE <= most


def _half(price: Decimal) -> Decimal:
    """Half a unit of the last digit."""
    return ONE.scaleb(int(price.as_tuple().exponent)) / 2
