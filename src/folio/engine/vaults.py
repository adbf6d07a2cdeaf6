"""Vaults: how far a goal is, and what it takes to reach it.

    current  = Σ value of a holding × its percentage
    progress = current ÷ target, in percent, not capped
    monthly  = (target − current) ÷ months left, a month begun counting as one

>>> months_left(dt.date(2025, 6, 30), dt.date(2025, 12, 31))
6
>>> str(monthly_needed(Decimal(4000), Decimal(10000), 6))
'1000'
"""

import datetime as dt
from decimal import Decimal

from folio.model.numbers import ZERO, divide


def months_left(day: dt.date, target: dt.date) -> int:
    """Calendar months after ``day`` up to the target's; 0 in its own month or later."""
    return max(0, (target.year - day.year) * 12 + target.month - day.month)


def monthly_needed(current: Decimal, target: Decimal, months: int) -> Decimal | None:
    """What must be put in each month; None when no month is left, 0 when it is reached."""
    if current >= target:
        return ZERO
    return divide(target - current, Decimal(months)) if months else None
