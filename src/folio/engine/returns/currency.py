"""How much of a return the assets made, and how much the exchange rates.

    (1 + asset) × (1 + currency) = 1 + total

For each day, with W what was held the evening before at the day's own price and rate, by
the currency in which it is priced, and x that currency's rate:

    currency of the day = Σ W ÷ Σ (W × x₋₁ ÷ x)

The sum below the line is what it would be worth had the rates stood still, which is the
weighted return in local terms; asset is the day's whole factor over the currency's, so that
the two multiply to it exactly.  Both are chained like the total.  Rejected: asset + currency
= total, which leaves a cross term over that belongs to neither.

Source: Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd ed., chapter
6 (base currency return over local return).  1,000,000 yen at 120 a dollar earn 2 % while the
dollar rises to 132 yen: 8333.33 dollars become 7727.27.

>>> before = divide(Decimal(1020000), Decimal(132))  # in dollars
>>> moved = currency_factor([(before, divide(Decimal(120), Decimal(132)))])
>>> str(round(moved - 1, 4)), str(round(moved * Decimal("1.02") - 1, 4))
('-0.0909', '-0.0727')
"""

from collections.abc import Iterable
from decimal import Decimal

from folio.model.numbers import ZERO, divide


def currency_factor(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """1 + what rates did to what was held; ``parts`` are (W, x ÷ x₋₁) by currency.

    None where all that was held would be worth nothing, or less, at the rates before.
    """
    here = still = ZERO
    for before, moved in parts:
        here += before
        still += divide(before, moved)
    return divide(here, still) if here > ZERO and still > ZERO else None
