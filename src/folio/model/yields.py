"""What holdings earn: the words of a yield rule, and what it says over time."""

import datetime as dt
from decimal import Decimal

from folio.model.named import NamedTuple

# How often a rule pays, and how many payments make a year: what a rate is divided by.  Weekdays
# are five in each of 52 weeks, so that a rate a week is the same for both.
PAYMENTS_A_YEAR = {
    "daily": 365,
    "weekdays": 260,
    "weekly": 52,
    "monthly": 12,
    "quarterly": 4,
    "yearly": 1,
}
FREQUENCIES = tuple(PAYMENTS_A_YEAR)
MONTHS_BETWEEN = {"monthly": 1, "quarterly": 3, "yearly": 12}
RATE_TYPES = ("nominal", "effective")
DAY_COUNTS = ("actual/365", "actual/actual", "30/360", "nominal")
ACCRUAL = "accrual"  # the source of payments that folio books itself
NEAR = 3  # days by which a bank's own row may miss the day on which a rule pays


class Terms(NamedTuple):
    """What a rule says from a day on."""

    from_day: dt.date  # inclusive: this day's balance earns
    rate_per_year: Decimal | None  # 0.035 is 3.5 %; None: nothing from this day on
    rate_type: str  # of RATE_TYPES
    frequency: str  # of FREQUENCIES
    pay_day: int  # of the week (1 Monday) or of the month (31: its last); 0 where not asked for
    pay_month: int  # a month that pays
    day_count: str  # of DAY_COUNTS


class Rule(NamedTuple):
    """A rule of a holding, with everything that was ever said of it."""

    holding_id: int
    name: str
    said: tuple[tuple[int, Terms], ...]  # commit and terms, in the order recorded

    @property
    def key(self) -> tuple[int, str]:
        return self.holding_id, self.name

    def terms(self, known_at: int | None = None) -> list[Terms]:
        """What it says by day, as known at a commit (None: now)."""
        newest = {
            t.from_day: t for commit, t in self.said if known_at is None or commit <= known_at
        }
        return [newest[day] for day in sorted(newest)]

    def external_id(self, due: dt.date) -> str:
        """The id of the payment that is due on a day."""
        return f"{self.holding_id}:{self.name}:{due}"
